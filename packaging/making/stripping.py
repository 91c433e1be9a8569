"""Symbols that only a debugger reads, taken out of the bundle's libraries where that is safe. Linux only; needs binutils.

Some wheels' libraries were rewritten by tools after they were linked, and ``strip`` leaves a few of those with segments that the
loader refuses. Each result is therefore looked at, segment by segment, and the library stays as it was where one does not fit.
"""

from __future__ import annotations

import os
import struct
import subprocess
from pathlib import Path

_WORTH = 20_000
"""Bytes that must be won for a library to be touched."""

_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_SEGMENT = struct.Struct("<IIQQQQQQ")
_LOAD, _PAGE = 1, 4096


def strip_all(folder: Path) -> int:
    """Strip every library below the folder that gains by it; how many bytes were won."""
    won = 0
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and ".so" in path.name and path.stat().st_size > _WORTH:
            won += _strip(path)
    return won


def drop_build_ids(folder: Path) -> None:
    """Take the linker's number out of the libraries right in the folder that the build itself has compiled.

    It is made of all that was linked, with the symbols, which name the folder of the build; nothing else differs between two
    of them. Nobody here looks a library up by it.

    Raises:
        subprocess.CalledProcessError: a library cannot be written.
    """
    for path in sorted(folder.glob("*.so*")):
        subprocess.run(
            ["strip", "--remove-section=.note.gnu.build-id", str(path)], check=True, env={**os.environ, "LC_ALL": "C"}
        )


def loads(path: Path) -> bool:
    """Whether the loader can map every segment: address and offset agree within a page, and the file is as long as they say."""
    data = path.read_bytes()
    if data[:6] != b"\x7fELF\x02\x01":
        return False
    header = _HEADER.unpack_from(data)
    at, size, count = header[5], header[9], header[10]
    for index in range(count):
        kind, _, offset, address, _, in_file, _, align = _SEGMENT.unpack_from(data, at + index * size)
        step = max(align, _PAGE)
        if kind == _LOAD and (offset % step != address % step or offset + in_file > len(data)):
            return False
    return True


def _strip(path: Path) -> int:
    before = path.stat().st_size
    part = path.with_name(f".{path.name}.stripped")
    done = subprocess.run(
        ["strip", "--strip-unneeded", "-o", str(part), str(path)],
        capture_output=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    try:
        if done.returncode or before - part.stat().st_size < _WORTH or not loads(part):
            return 0
        won = before - part.stat().st_size
        part.chmod(path.stat().st_mode & 0o777)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return won
