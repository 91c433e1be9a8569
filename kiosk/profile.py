"""One station's folder: settings, database, logs. Creating it, proving that it can be written, and holding it alone.

Two stations on one profile would race for the camera, the gallery and the outbox; :func:`hold` lets one in.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kiosk.domain.errors import Code, ConfigError


@dataclass(frozen=True, slots=True)
class Profile:
    """Where things of one station are. The folders exist; the files may not."""

    root: Path

    @property
    def settings(self) -> Path:
        """Settings file."""
        return self.root / "settings.toml"

    @property
    def database(self) -> Path:
        """People, results, audit."""
        return self.root / "station.db"

    @property
    def logs(self) -> Path:
        """Folder of the program's logs."""
        return self.root / "logs"

    @property
    def log(self) -> Path:
        """The log that is being written."""
        return self.logs / "kiosk.log"

    @property
    def native_log(self) -> Path:
        """What native libraries print."""
        return self.logs / "native.log"

    @property
    def lock(self) -> Path:
        """Held by the running station."""
        return self.root / "station.lock"


def open_profile(path: Path) -> Profile:
    """Make the folder (mode 0700) where it is missing and prove that it can be written by writing.

    Raises:
        ConfigError: ``profile_read_only``.
    """
    profile = Profile(path.expanduser().absolute())
    try:
        profile.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_marked_read_only(profile.root)
        with tempfile.TemporaryFile(prefix=".probe-", dir=profile.root) as probe:
            probe.write(b"x")
        profile.logs.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise ConfigError(Code.PROFILE_READ_ONLY, f"{profile.root}: {error.strerror or error}") from error
    return profile


def _refuse_marked_read_only(folder: Path) -> None:
    """A folder whose owner may not write is read-only for root too: somebody meant it, even where nothing enforces it."""
    if sys.platform != "win32" and not folder.stat().st_mode & stat.S_IWUSR:
        raise PermissionError(errno.EACCES, "the folder is marked read-only", str(folder))


@contextlib.contextmanager
def hold(profile: Profile) -> Iterator[None]:
    """Keep the profile for this process alone; the system lets go of it when the process ends, however it ends.

    Raises:
        ConfigError: ``profile_in_use``, or ``profile_read_only`` where no lock can be made.
    """
    try:
        handle = os.open(profile.lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ConfigError(Code.PROFILE_READ_ONLY, f"{profile.lock}: {error.strerror}") from error
    with os.fdopen(handle, "r+b") as file:
        try:
            _lock(file)
        except OSError as error:
            raise ConfigError(Code.PROFILE_IN_USE, str(profile.root)) from error
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
