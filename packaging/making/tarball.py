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
from pathlib import Path

from making.bundle import Bundle

_BLOCK = "64MiB"


def make(bundle: Bundle, out: Path, system: str) -> Path:
    """The portable archive: unpack it anywhere and start ``kiosk/kiosk``. An update carries the same file."""
    path = out / f"kiosk-{bundle.source.version}-{system}.tar.xz"
    plain = path.with_suffix("")
    with plain.open("wb") as file:
        write_tar(bundle.root, "kiosk", file, epoch=bundle.source.epoch)
    _compress(plain)
    print(f"tar: {path}, {path.stat().st_size / 1e6:.1f} MB")
    return path


def write_tar(folder: Path, name: str, into: io.BufferedIOBase, *, epoch: int) -> None:
    """A plain tar of the folder under ``name``. Modes are 755 or 644, the owner is root."""
    with tarfile.open(fileobj=into, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for path in [folder, *sorted(folder.rglob("*"))]:
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


def _compress(plain: Path) -> None:
    """``x.tar`` becomes ``x.tar.xz``. The number of threads changes nothing in the result, the size of the blocks would."""
    if shutil.which("xz"):
        command = ["xz", "--force", "-6", "--threads=2", f"--block-size={_BLOCK}", str(plain)]
        subprocess.run(command, check=True)
        return
    with plain.open("rb") as file, lzma.open(plain.with_name(f"{plain.name}.xz"), "wb", preset=6) as packed:
        shutil.copyfileobj(file, packed, 1 << 20)
    plain.unlink()
