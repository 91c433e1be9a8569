"""Archives that are the same bytes for the same files: sorted names, one owner, one time, one compressor setting."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import shutil
import subprocess
import sys
import tarfile
from enum import Enum
from pathlib import Path

from making.bundle import Bundle

_DICTIONARY_MB, _BLOCK_MB = 64, 256


class Effort(Enum):
    """How hard to compress: for people, or for a trial that nobody keeps."""

    FULL = "full"
    QUICK = "quick"


def make(bundle: Bundle, out: Path, system: str, *, effort: Effort) -> Path:
    """The portable archive: unpack it anywhere and start ``kiosk/kiosk``. An update carries the same file."""
    path = out / f"kiosk-{bundle.source.version}-{system}.tar.xz"
    plain = path.with_suffix("")
    with plain.open("wb") as file:
        write_tar(bundle.root, "kiosk", file, epoch=bundle.source.epoch)
    compress(plain, effort)
    print(f"tar: {path}, {path.stat().st_size / 1e6:.1f} MB")
    return path


def write_tar(
    folder: Path, name: str, into: io.BufferedIOBase, *, epoch: int, left_out: frozenset[Path] = frozenset()
) -> None:
    """A plain tar of the folder under ``name``, without the folders ``left_out``. Modes are 755 or 644, the owner is root."""
    with tarfile.open(fileobj=into, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for path in [folder, *sorted(folder.rglob("*"))]:
            if left_out.isdisjoint((path, *path.parents)):
                inside = f"{name}/{path.relative_to(folder).as_posix()}".removesuffix("/.")
                archive.addfile(*_member(path, inside, epoch))


def gzipped(data: bytes) -> bytes:
    """Without a time or a name in its head."""
    return gzip.compress(data, compresslevel=9, mtime=0)


def _member(path: Path, inside: str, epoch: int) -> tuple[tarfile.TarInfo, io.BytesIO | None]:
    member = tarfile.TarInfo(inside)
    member.mtime, member.uname, member.gname = epoch, "root", "root"
    if path.is_symlink():
        member.type, member.linkname, member.mode = tarfile.SYMTYPE, os.readlink(path), 0o777
        return member, None
    if path.is_dir():
        member.type, member.mode = tarfile.DIRTYPE, 0o755
        return member, None
    data = path.read_bytes()
    executable = path.suffix == ".exe" if sys.platform == "win32" else bool(path.stat().st_mode & 0o100)
    member.size, member.mode = len(data), 0o755 if executable else 0o644
    return member, io.BytesIO(data)


def compress(plain: Path, effort: Effort) -> Path:
    """``x.tar`` becomes ``x.tar.xz``: the filter for x86 code, then a dictionary larger than most libraries.

    The number of threads changes nothing in the result; the size of the blocks would.
    """
    packed = plain.with_name(f"{plain.name}.xz")
    if effort is Effort.QUICK:
        filters = [{"id": lzma.FILTER_LZMA2, "preset": 0}]
    else:
        filters = [{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": _DICTIONARY_MB << 20}]
    if shutil.which("xz") and effort is Effort.FULL:
        chain = ["--x86", f"--lzma2=preset=6,dict={_DICTIONARY_MB}MiB", "--check=crc64", f"--block-size={_BLOCK_MB}MiB"]
        subprocess.run(["xz", "--force", "--threads=2", *chain, str(plain)], check=True)
        packed.chmod(0o644)
        return packed
    with plain.open("rb") as file, lzma.open(packed, "wb", filters=filters) as into:
        shutil.copyfileobj(file, into, 1 << 20)
    plain.unlink()
    return packed
