"""What is built: the tracked files of one commit, its time, and the version. Never the working tree."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
_VERSION = re.compile(r'^__version__ = "(?P<version>[^"]+)"$', re.MULTILINE)
_PARTS = ("kiosk", "assets", "models", "packaging", "LICENSE", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class Source:
    """One commit, unpacked. ``epoch``: its time in seconds since 1970, which every file in every archive gets."""

    folder: Path
    commit: str
    epoch: int
    version: str


def unpack(into: Path, *, commit: str = "HEAD", version: str = "") -> Source:
    """Write the commit's files to ``into`` (emptied first), with another version if one is given.

    Raises:
        subprocess.CalledProcessError: no such commit.
        ValueError: the version is not one.
    """
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    full = _git("rev-parse", "--verify", f"{commit}^{{commit}}").decode().strip()
    epoch = int(_git("show", "-s", "--format=%ct", full))
    with tarfile.open(fileobj=io.BytesIO(_git("archive", "--format=tar", full, "--", *_PARTS))) as archive:
        archive.extractall(into, filter="data")
    return Source(into, full, epoch, set_version(into / "kiosk" / "__init__.py", version))


def set_version(file: Path, version: str) -> str:
    """Write ``version`` into the file where one is given; returns the one that stands there now.

    Raises:
        ValueError: not digits and dots, or the file names none.
    """
    text = file.read_text("utf-8")
    found = _VERSION.search(text)
    if found is None:
        raise ValueError(f"{file.name} names no version")
    if not version:
        return found["version"]
    if not re.fullmatch(r"\d+(\.\d+){1,3}", version):
        raise ValueError(f"{version!r} is not a version such as 1.2.3")
    file.write_text(_VERSION.sub(f'__version__ = "{version}"', text), "utf-8")
    return version


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", "-C", str(REPOSITORY), *arguments], check=True, capture_output=True).stdout
