"""Sources that are compiled, each checked against the hash it is pinned by, whoever brought it.

They are looked for in the folder that ``KIOSK_BUILD_SOURCES`` names, then among what an earlier build fetched, then at
their addresses. A machine without network needs that folder only.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path

FOLDER = "KIOSK_BUILD_SOURCES"
_WAIT_S = 60


class Missing(Exception):
    """A source cannot be had; says which, and where it may be put."""


def file(names: Iterable[str], *, sha256: str, address: str, kept: Path) -> Path:
    """A file with this hash, under the first of its names, in ``kept``.

    Raises:
        Missing: nobody has it, or what came is something else.
    """
    wanted = list(names)
    there = _found(wanted, {sha256}, kept)
    if there is not None:
        return there
    into = kept / wanted[0]
    try:
        with urllib.request.urlopen(address, timeout=_WAIT_S) as answer, into.open("wb") as opened:  # noqa: S310 - ours
            shutil.copyfileobj(answer, opened)
    except (urllib.error.URLError, OSError) as problem:
        into.unlink(missing_ok=True)
        raise Missing(f"{wanted[0]}: {problem}; it may be put into a folder that {FOLDER} names") from problem
    return _checked(into, {sha256})


def source_archive(requirement: str, *, locked: Path, kept: Path) -> Path:
    """The source archive of a Python package, in the version and with a hash that the list ``locked`` has.

    Raises:
        Missing: as above.
    """
    pin = pinned(requirement, locked.read_text("utf-8"))
    hashes = set(re.findall(r"sha256:([0-9a-f]{64})", pin))
    version = re.search(r"==(\S+)", pin)
    name = f"{requirement.replace('-', '_')}-{version[1] if version else ''}.tar.gz"
    there = _found([name], hashes, kept)
    if there is not None:
        return there
    asked = kept / "requirement.txt"
    asked.write_text(pin, "utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--no-build-isolation", "--no-binary", requirement, "--require-hashes", "-r", str(asked)]
    done = subprocess.run([*command, "-d", str(kept)], capture_output=True, text=True, check=False)
    if done.returncode or not (kept / name).exists():
        raise Missing(f"{name}: {done.stderr.strip()[-400:]}; it may be put into a folder that {FOLDER} names")
    return _checked(kept / name, hashes)


def pinned(requirement: str, text: str) -> str:
    """The lines of a list of pins that are about one package.

    Raises:
        LookupError: it is not in the list.
    """
    found = re.search(rf"^{re.escape(requirement)}==.*(?:\n    --hash=.*)+$", text, re.MULTILINE)
    if found is None:
        raise LookupError(f"{requirement} is not pinned")
    return found[0] + "\n"


def unpack(archive: Path, into: Path) -> Path:
    """The archive's one folder, emptied first, as ``into``."""
    shutil.rmtree(into, ignore_errors=True)
    part = into.with_name(f"{into.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    with tarfile.open(archive) as opened:
        opened.extractall(part, filter="data")
    (only,) = part.iterdir()
    only.rename(into)
    part.rmdir()
    return into


def _found(names: list[str], hashes: set[str], kept: Path) -> Path | None:
    """The first file that is the wanted one, copied to ``kept`` if it lay elsewhere."""
    kept.mkdir(parents=True, exist_ok=True)
    for path in _places(names, kept):
        if path.is_file() and _hash(path) in hashes:
            into = kept / names[0]
            if path != into:
                shutil.copyfile(path, into)
            return into
    return None


def _places(names: list[str], kept: Path) -> Iterator[Path]:
    given = os.environ.get(FOLDER)
    for name in names:
        yield kept / name
        if given:
            yield Path(given) / name


def _checked(path: Path, hashes: set[str]) -> Path:
    if _hash(path) not in hashes:
        path.unlink()
        raise Missing(f"{path.name} is not the file that was pinned")
    return path


def _hash(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
