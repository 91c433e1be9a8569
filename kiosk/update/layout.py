"""Where versions lie and which one starts. The only module that moves ``current``, by one rename.

    ROOT/versions/<v>/     a whole version; ``.new-<v>`` while it is being unpacked
    ROOT/current           link to versions/<v>; on Windows a file, ``current.txt``, with the version in it
    ROOT/previous          the same for the version before
    ROOT/update/           journal, trust, lock
    ROOT/profile           whose database to copy, where the service's profile is not the user's own

Touches nothing but these. Any thread, one program at a time (:meth:`Installation.alone`).
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.errors import Code, UpdateError
from kiosk.locks import FileLock

WINDOWS = sys.platform == "win32"
VERSION = re.compile(r"\d+(?:\.\d+){1,3}")
ROOT = "update-root.json"
"""In the folder of a version: what its updates must be signed by."""

_NEW = ".new-"
_OPEN = 0o755
_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_CURRENT, _PREVIOUS = ("current.txt", "previous.txt") if WINDOWS else ("current", "previous")


def as_numbers(version: str) -> tuple[int, ...]:
    """A version for comparing: 1.10 is newer than 1.9. Trailing zeros do not count."""
    numbers = [int(part) for part in version.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


@dataclass(frozen=True, slots=True)
class Installation:
    """One installed program. ``root`` is the folder above."""

    root: Path

    @property
    def versions(self) -> Path:
        """Folder of the versions."""
        return self.root / "versions"

    @property
    def state(self) -> Path:
        """Folder of what the updater keeps."""
        return self.root / "update"

    @property
    def fetched(self) -> Path:
        """Folder of what was copied from a source."""
        return self.state / "fetched"

    def folder(self, version: str) -> Path:
        """Where a version is, or will be.

        Raises:
            UpdateError: ``update_damaged``: not a version's name.
        """
        if not VERSION.fullmatch(version):
            raise UpdateError(Code.UPDATE_DAMAGED, f"{version!r} is not a version")
        return self.versions / version

    def unfinished(self, version: str) -> Path:
        """Where a version is while it is not whole."""
        return self.folder(version).with_name(f"{_NEW}{version}")

    def program(self, version: str) -> Path:
        """The program's file of a version."""
        return self.folder(version) / ("kiosk.exe" if WINDOWS else "kiosk")

    def current(self) -> str:
        """The version that starts.

        Raises:
            UpdateError: ``update_not_installed``.
        """
        found = self._read(_CURRENT)
        if not found:
            raise UpdateError(Code.UPDATE_NOT_INSTALLED, f"{self.root} has no current version")
        return found

    def starts(self, version: str) -> bool:
        """Whether this is the version that starts."""
        return self._read(_CURRENT) == version

    def previous(self) -> str:
        """The version before, or an empty string."""
        return self._read(_PREVIOUS)

    def installed(self) -> list[str]:
        """Whole versions, oldest first."""
        found = [each.name for each in self.versions.iterdir() if VERSION.fullmatch(each.name) and each.is_dir()]
        return sorted(found, key=as_numbers)

    def profile(self) -> Path | None:
        """The service's profile, where the installer wrote one down."""
        try:
            text = (self.root / "profile").read_text("utf-8").strip()
        except OSError:
            return None
        return Path(text) if text else None

    def switch(self, version: str) -> None:
        """Let another version start from now on: the one before is kept as ``previous``.

        Raises:
            UpdateError: ``update_not_permitted``, ``update_no_space``; the pointer is as it was.
        """
        before = self._read(_CURRENT)
        if before and before != version:
            self._point(_PREVIOUS, before)
        self._point(_CURRENT, version)

    def switch_back(self, version: str, instead_of: str) -> bool:
        """Let ``version`` start again, as it did before ``instead_of`` came; that one is removed.

        Returns:
            False where ``version`` is not there any more: then the other one stays as it is.

        Raises:
            UpdateError: ``update_not_permitted``, ``update_no_space``.
        """
        if self._read(_CURRENT) == instead_of:
            if not self.program(version).is_file():
                return False
            self._point(_CURRENT, version)
        current = self._read(_CURRENT)
        if self._read(_PREVIOUS) == current:
            older = [each for each in self.installed() if each not in {current, instead_of}]
            self._point(_PREVIOUS, older[-1] if older else None)
        self.drop(instead_of)
        return True

    def keep(self, version: str) -> None:
        """Give the unpacked version its name. Everything of it must be on the disk.

        Raises:
            UpdateError: ``update_not_permitted``.
        """
        try:
            if self.folder(version).exists():
                shutil.rmtree(self.folder(version))
            self.unfinished(version).rename(self.folder(version))
            sync_folder(self.versions)
        except OSError as error:
            raise cannot_write(error, self.versions) from error

    def drop_unfinished(self) -> None:
        """Remove what a broken-off update left of versions; nothing that starts is among it."""
        for each in self.versions.glob(f"{_NEW}*"):
            shutil.rmtree(each, ignore_errors=True)

    def drop(self, version: str) -> None:
        """Remove a whole version, unless it is the current one or the one before. It loses its name first: cut off in between,
        nothing that looks whole is left."""
        if version in {self._read(_CURRENT), self._read(_PREVIOUS)}:
            return
        shutil.rmtree(self.unfinished(version), ignore_errors=True)
        with contextlib.suppress(OSError):  # it was never there, or something of it is open
            self.folder(version).rename(self.unfinished(version))
        shutil.rmtree(self.unfinished(version), ignore_errors=True)

    def forget(self) -> None:
        """Remove what was copied from a source."""
        shutil.rmtree(self.fetched, ignore_errors=True)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else updates this installation until the block ends.

        Raises:
            UpdateError: ``update_busy``, ``update_not_permitted``.
        """
        try:
            make_folder(self.state)
            lock = FileLock(self.state / "lock")
            taken = lock.take()
        except OSError as error:
            raise cannot_write(error, self.root) from error
        if not taken:
            raise UpdateError(Code.UPDATE_BUSY, str(self.root))
        try:
            yield
        finally:
            lock.release()

    def _read(self, name: str) -> str:
        path = self.root / name
        try:
            found = path.read_text("ascii").strip() if WINDOWS else Path(os.readlink(path)).name
        except OSError:
            return ""
        return found if VERSION.fullmatch(found) else ""

    def _point(self, name: str, version: str | None) -> None:
        part = self.root / f".{name}.part"
        try:
            part.unlink(missing_ok=True)
            if version is None:
                (self.root / name).unlink(missing_ok=True)
            elif WINDOWS:
                write_whole(part, version.encode("ascii"))
            else:
                part.symlink_to(f"{self.versions.name}/{version}")
            if version is not None:
                part.replace(self.root / name)
            sync_folder(self.root)
        except OSError as error:
            raise cannot_write(error, self.root) from error


def make_folder(folder: Path) -> None:
    """A folder that everybody may look into, whatever the administrator's umask: the station runs as somebody else.

    Raises:
        OSError: it cannot be made.
    """
    folder.mkdir(exist_ok=True)
    open_folder(folder)


def open_folder(folder: Path) -> None:
    """Let everybody look into a folder of ours.

    Raises:
        OSError: it is not ours.
    """
    if not WINDOWS and stat.S_IMODE(folder.stat().st_mode) & _OPEN != _OPEN:
        folder.chmod(_OPEN)


def cannot_write(error: OSError, where: Path | str) -> UpdateError:
    """What an error of the file system means for an update: the disk is full, or not for us to write on."""
    code = Code.UPDATE_NO_SPACE if error.errno in _FULL else Code.UPDATE_NOT_PERMITTED
    return UpdateError(code, f"{where}: {error.strerror or type(error).__name__}")


def sync_folder(folder: Path) -> None:
    """Names in a folder are on the disk when this returns; Windows does it by itself."""
    if WINDOWS:
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, data: bytes) -> None:
    """Write a small file so that a power cut leaves the old one or the new one.

    Raises:
        OSError: it cannot be written.
    """
    handle, part = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if not WINDOWS:
            Path(part).chmod(0o644)  # whoever starts the program may read why a version runs
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
