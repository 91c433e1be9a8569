"""Qt's copy of ICU brings 32 MB of data: names of languages and places, transliterations, dictionaries, legacy encodings. Here it
is written again with what Qt asks for (collation, normalisation, calendars' roots, segmentation, letters' cases), about a tenth.

Qt's own locale data is compiled into QtCore; it uses ICU for sorting, case mapping and legacy encodings, and its root data
answers each of them. The kiosk does none of these beyond ASCII and the three languages of its screens.

The file is a table of contents ("CmnD", ICU's ucmndata.h): names and offsets, sorted, in front of the items. Linux only: on
Windows Qt uses the system's ICU.
"""

from __future__ import annotations

import re
import struct
import subprocess
from pathlib import Path

_ITEMS = re.compile(
    r"^icudt\d+l/("
    r"(cnvalias|confusables|nfc|nfkc|nfkc_cf|nfkc_scf|pnames|ubidi|ucase|uprops|uemoji|ulayout|unames|uts46|zoneinfo64|metaZones|"
    r"timezoneTypes|windowsZones|supplementalData|likelySubtags|keyTypeData|numberingSystems|currencyNumericCodes|genderList|"
    r"grammaticalFeatures|plurals|pluralRanges|dayPeriods|metadata|icuver|icustd|units|pool|root|res_index|en|en_US|es|es_419|es_ES|pt|"
    r"pt_BR|pt_PT)\.(res|icu|nrm|cfu)"
    r"|coll/(root|res_index|ucadata|es|pt|en|en_US)\.(res|icu)"
    r"|(brkitr)/(root|res_index|char|word|line|sent|en|en_US)\.(res|brk)"
    r"|(curr|lang|region|zone|unit|rbnf|translit)/(root|res_index|pool)\.res"
    r"|(ibm-37_P100-1995|ibm-5348_P100-1997|ibm-1047_P100-1995)[^/]*\.cnv"
    r")$"
)
_HEADER_SIZE = struct.Struct("<H")
_COUNT = struct.Struct("<I")
_ENTRY = struct.Struct("<II")
_ALIGN = 16


def reduce(internal: Path, work: Path) -> None:
    """Replace the bundle's ``libicudata`` by one with the wanted items. Does nothing where there is none.

    Raises:
        ValueError: the library is not made as expected; the build stops rather than shipping a guess.
        subprocess.CalledProcessError: binutils failed.
    """
    for library in sorted(path for path in internal.rglob("libicudata.so.*") if not path.is_symlink()):
        work.mkdir(parents=True, exist_ok=True)
        symbol = f"icudt{library.name.rpartition('.')[2]}_dat"
        packed = filtered(_data_of(library, symbol))
        (work / "icu.dat").write_bytes(packed)
        _link(work, library, symbol)


def filtered(data: bytes) -> bytes:
    """The package with only the wanted items.

    Raises:
        ValueError: not a package of common data, or none of the items is in it.
    """
    (header,) = _HEADER_SIZE.unpack_from(data)
    if data[2:4] != b"\xda\x27" or data[12:16] != b"CmnD":
        raise ValueError("not ICU common data")
    kept = [(name, body) for name, body in _items(data, header) if _ITEMS.match(name)]
    if not kept:
        raise ValueError("no known item in the ICU data")
    return data[:header] + _packed(kept)


def _items(data: bytes, base: int) -> list[tuple[str, bytes]]:
    (count,) = _COUNT.unpack_from(data, base)
    entries = [_ENTRY.unpack_from(data, base + 4 + 8 * index) for index in range(count)]
    ends = [start for _, start in entries[1:]] + [len(data) - base]
    found = []
    for (name_at, start), end in zip(entries, ends, strict=True):
        name = data[base + name_at : data.index(b"\0", base + name_at)].decode("ascii")
        found.append((name, data[base + start : base + end]))
    return found


def _packed(items: list[tuple[str, bytes]]) -> bytes:
    names = b"".join(name.encode("ascii") + b"\0" for name, _ in items)
    front = 4 + _ENTRY.size * len(items)
    at = _padded(front + len(names))
    table, bodies, name_at = bytearray(_COUNT.pack(len(items))), bytearray(), front
    for name, body in items:
        table += _ENTRY.pack(name_at, at + len(bodies))
        name_at += len(name) + 1
        bodies += body + bytes(-len(body) % _ALIGN)
    return bytes(table) + names + bytes(at - front - len(names)) + bytes(bodies)


def _padded(size: int) -> int:
    return size + -size % _ALIGN


def _data_of(library: Path, symbol: str) -> bytes:
    """The bytes behind the symbol: the one read-only section that holds it."""
    listed = subprocess.run(["nm", "-D", str(library)], check=True, capture_output=True, text=True).stdout
    found = next((line.split() for line in listed.splitlines() if line.split()[-1].split("@")[0] == symbol), None)
    if found is None:
        raise ValueError(f"{library.name} has no {symbol}")
    address = int(found[0], 16)
    sections = subprocess.run(["readelf", "-SW", str(library)], check=True, capture_output=True, text=True).stdout
    for line in sections.splitlines():
        row = re.match(r"\s*\[\s*\d+\]\s+(\S+)\s+PROGBITS\s+([0-9a-f]+)\s+([0-9a-f]+)\s+([0-9a-f]+)", line)
        if row and int(row[2], 16) <= address < int(row[2], 16) + int(row[4], 16):
            start = int(row[3], 16) + address - int(row[2], 16)
            return library.read_bytes()[start : int(row[3], 16) + int(row[4], 16)]
    raise ValueError(f"{symbol} of {library.name} is in no section")


def _link(work: Path, library: Path, symbol: str) -> None:
    part = work / "icu.o"
    rename = [
        "--rename-section",
        ".data=.rodata,alloc,load,readonly,data,contents",
        "--set-section-alignment",
        ".data=16",
    ]
    names = ["--redefine-sym", f"_binary_icu_dat_start={symbol}", "--strip-symbol", "_binary_icu_dat_end"]
    names += ["--strip-symbol", "_binary_icu_dat_size"]
    make = ["objcopy", "-I", "binary", "-O", "elf64-x86-64", "-B", "i386:x86-64", *rename, *names, "icu.dat", part.name]
    subprocess.run(make, check=True, cwd=work)
    link = [
        "ld",
        "-shared",
        "-z",
        "noexecstack",
        "--build-id=none",
        "-soname",
        library.name,
        "-o",
        str(library),
        part.name,
    ]
    subprocess.run(link, check=True, cwd=work)
