"""What wheels carry inside: libraries that were linked into theirs, and those that lie beside them. No metadata name either, so
what is linked in stands in a table here, and what lies beside is read off the folders where it was put.

Versions are read from the files that are shipped, so that none is claimed that is not there.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

APACHE = "apache-2.0"
"""The text of the program's own licence, which others have, too."""

_BESIDE = re.compile(r"(?P<name>[A-Za-z]\w*?)[_-]*(-[0-9a-f]{6,40})+\.(so|dll)(\.(?P<version>[\d.]+))?$")
_OPENSSL = re.compile(rb"OpenSSL (\d+\.\d+\.\d+[a-z]?) ")
_OPENBLAS = re.compile(rb"OpenBLAS (\d+(?:\.\d+)+)")


class Unknown(Exception):
    """A part that should be in a wheel is not found there, or not its version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something linked into a wheel's library.

    Attributes:
        wheel: as the wheel is called.
        files: where it is, below the program's ``_internal``; nothing there: the wheel brings none on this system.
        version: reads it from the first of those files.
        text: of packaging/licenses, or :data:`APACHE`.
    """

    wheel: str
    name: str
    files: str
    version: Callable[[Path], str]
    licence: str
    text: str


def rows(internal: Path, wheels: dict[str, list[str]]) -> Iterator[dict[str, Any]]:
    """A row for each part, without its texts' files: ``texts`` names texts of packaging/licenses, or of the wheel.

    Args:
        internal: the folder ``_internal`` of the bundle.
        wheels: the wheels that are shipped, with the names of their licence texts in the bundle.

    Raises:
        Unknown: the version of a part cannot be read.
    """
    for part in _PARTS:
        found = sorted(internal.glob(part.files))
        if found and part.wheel in wheels:
            row = {"kind": "inside", "wheel": part.wheel, "name": part.name, "licence": part.licence}
            yield {**row, "version": part.version(found[0]), "texts": [], "text": part.text}
    for folder in sorted(internal.glob("*.libs")):
        wheel = folder.name.removesuffix(".libs")
        for file in sorted(folder.iterdir()):
            found_name = _BESIDE.fullmatch(file.name)
            if found_name is None or wheel not in wheels:
                raise Unknown(f"{folder.name}/{file.name}: nobody knows what it is")
            yield {
                "kind": "inside",
                "wheel": wheel,
                "name": "openblas" if "openblas" in found_name["name"] else found_name["name"],
                "version": _beside(file, found_name["version"] or ""),
                "licence": f"in the text of {wheel}",
                "texts": wheels[wheel],
            }


def text_of_weights(licenses: Path, name: str) -> str:
    """Which text a weight or a picture has: :data:`APACHE`, or a file of packaging/licenses; empty where nobody said."""
    table = tomllib.loads((licenses / "weights.toml").read_text("utf-8"))
    return next((text for text, names in table.items() if name in names), "")


def _in_file(pattern: re.Pattern[bytes]) -> Callable[[Path], str]:
    def read(file: Path) -> str:
        found = pattern.search(file.read_bytes())
        if found is None:
            raise Unknown(f"{file.name}: no version of {pattern.pattern.decode()} in it")
        return found[1].decode("ascii")

    return read


def _asked(sql: str) -> Callable[[Path], str]:
    def ask(_file: Path) -> str:
        from sqlcipher3 import dbapi2

        connection = dbapi2.connect(":memory:")
        try:
            return str(connection.execute(sql).fetchone()[0]).split()[0]
        finally:
            connection.close()

    return ask


def _beside(file: Path, version: str) -> str:
    """A library beside a wheel: the number behind its name is its interface's, which is all that most of them say."""
    return _in_file(_OPENBLAS)(file) if "openblas" in file.name else version


def _of_its_name(file: Path) -> str:
    return file.name.rpartition(".")[2]


_PARTS = (
    Part(
        wheel="sqlcipher3",
        name="sqlcipher",
        files="sqlcipher3/_sqlite3*",
        version=_asked("PRAGMA cipher_version"),
        licence="BSD-3-Clause",
        text="sqlcipher",
    ),
    Part(
        wheel="sqlcipher3",
        name="sqlite",
        files="sqlcipher3/_sqlite3*",
        version=_asked("SELECT sqlite_version()"),
        licence="public domain",
        text="sqlite",
    ),
    Part(
        wheel="sqlcipher3",
        name="openssl",
        files="sqlcipher3/_sqlite3*",
        version=_in_file(_OPENSSL),
        licence="Apache-2.0",
        text=APACHE,
    ),
    Part(
        wheel="cryptography",
        name="openssl",
        files="cryptography/hazmat/bindings/_rust*",
        version=_in_file(_OPENSSL),
        licence="Apache-2.0",
        text=APACHE,
    ),
    Part(
        wheel="PySide6_Essentials",
        name="icu",
        files="libicuuc.so.*",
        version=_of_its_name,
        licence="ICU",
        text="icu",
    ),
)
