"""An archive becomes a version's folder: its own files only, each checked against the list that came with it, all on the disk.

The archive's hash was signed, so its list is as good as the signature; checking the files again says whether the disk took them.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import os
import shutil
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path

from kiosk.domain.errors import Code, UpdateError
from kiosk.update.layout import Installation, cannot_write, make_folder, open_folder, sync_folder
from kiosk.update.trust import Offer

LIST = "files.json"
_UNREADABLE = (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, ValueError)
_SPARE = 200_000_000
"""Bytes that must stay free beside the new version, for the station's own work."""


def unpack(archive: Path, offer: Offer, installation: Installation, tell: Callable[[float], None]) -> None:
    """Make ``versions/.new-<v>``, whole, checked and on the disk.

    Args:
        tell: how far, 0..1.

    Raises:
        UpdateError: ``update_damaged`` (not what the list says), ``update_no_space``, ``update_not_permitted``.
    """
    into = installation.unfinished(offer.version)
    try:
        shutil.rmtree(into, ignore_errors=True)
        make_folder(into)
        _extract(archive, offer, into, tell)
    except _UNREADABLE as error:
        raise UpdateError(Code.UPDATE_DAMAGED, f"{offer.archive}: {type(error).__name__}") from error
    except OSError as error:
        raise cannot_write(error, into) from error
    check(into, offer.version)
    try:
        _sync_all(into)
    except OSError as error:
        raise cannot_write(error, into) from error


def need_space(offer: Offer, installation: Installation) -> None:
    """Nothing where the copied archive and the version have room beside each other. Asked before anything is copied.

    Raises:
        UpdateError: ``update_no_space``, ``update_not_permitted``.
    """
    try:
        free = shutil.disk_usage(installation.versions).free
    except OSError as error:
        raise cannot_write(error, installation.versions) from error
    needed = offer.size + offer.unpacked + _SPARE
    if free < needed:
        raise UpdateError(Code.UPDATE_NO_SPACE, f"{free // 1_000_000} MB free, {needed // 1_000_000} MB needed")


def check(folder: Path, version: str) -> None:
    """Every file of the list is there as it was made, and nothing else.

    Raises:
        UpdateError: ``update_damaged``; names the first file that is not.
    """
    try:
        made = json.loads((folder / LIST).read_bytes())
        wanted = dict(made["files"])
        stated = str(made["version"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UpdateError(Code.UPDATE_DAMAGED, f"{LIST} cannot be read") from error
    if stated != version:
        raise UpdateError(Code.UPDATE_DAMAGED, f"{LIST} is of version {stated}")
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or path.is_file()}
    strange = sorted(found ^ {*wanted, LIST})
    wrong = strange or [name for name, about in sorted(wanted.items()) if not _is_as_made(folder / name, about)]
    if wrong:
        raise UpdateError(Code.UPDATE_DAMAGED, f"{wrong[0]} is not as it was made ({len(wrong)} files)")


def _extract(archive: Path, offer: Offer, into: Path, tell: Callable[[float], None]) -> None:
    inside = f"kiosk/versions/{offer.version}/"
    done = 0
    with tarfile.open(archive, "r:*") as opened:
        for member in opened:
            if not member.name.startswith(inside):
                continue  # what starts it, which an update leaves as it is
            member.name = member.name.removeprefix(inside)
            opened.extract(member, into, filter="data")
            done += member.size
            tell(min(1.0, done / max(1, offer.unpacked)))
    for path in into.rglob("*"):
        if path.is_dir() and not path.is_symlink():
            open_folder(path)


def _is_as_made(path: Path, about: object) -> bool:
    if not isinstance(about, dict):
        return False
    try:
        if "link" in about:
            return path.is_symlink() and os.readlink(path) == str(about["link"])
        if path.is_symlink() or path.stat().st_size != about["size"]:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == str(about["sha256"])
    except (OSError, KeyError):
        return False


def _sync_all(folder: Path) -> None:
    """Contents first, then the names, deepest first."""
    paths = sorted(folder.rglob("*"), key=lambda path: len(path.parts), reverse=True)
    for path in paths:
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                os.fsync(file.fileno()) if os.name == "posix" else None
    for path in [*paths, folder]:
        if path.is_dir() and not path.is_symlink():
            sync_folder(path)
