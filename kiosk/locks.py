"""A lock between programs that the system lets go of when its holder dies, however it dies. Knows nothing of what it guards."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO


class FileLock:
    """Held by one holder at a time, in this program or another. Any thread may call.

    Args:
        path: of a file of its own, made where it is missing and never removed (whoever removes it lets two in).
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self._mine = threading.Lock()

    @property
    def is_held(self) -> bool:
        """Whether this object holds it."""
        return self._file is not None

    def take(self) -> bool:
        """Take it if it is free; whether this object holds it now.

        Raises:
            OSError: the file cannot be made.
        """
        with self._mine:
            if self._file is not None:
                return True
            file = os.fdopen(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
            if not _locked(file):
                file.close()
                return False
            self._file = file
            return True

    def release(self) -> None:
        """Let go of it; one that is not held stays so."""
        with self._mine:
            file, self._file = self._file, None
            if file is not None:
                file.close()


@contextlib.contextmanager
def held(path: Path, *, within_s: float) -> Iterator[None]:
    """Hold the lock for a block, after waiting for whoever has it.

    Raises:
        OSError: the file cannot be made.
        TimeoutError: somebody held it all the time.
    """
    lock = FileLock(path)
    deadline = time.monotonic() + within_s
    while not lock.take():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{path.name} is held by another program")
        time.sleep(0.02)
    try:
        yield
    finally:
        lock.release()


if sys.platform == "win32":
    import msvcrt

    def _locked(file: IO[bytes]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _locked(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
