"""When the whole file is checked: a small one at each start, a large one in the background, a suspect one before it is opened.

Reading every page of a large encrypted file takes seconds, and nobody shall wait for that at each start: each page carries a seal
that is checked whenever it is read, so damage never passes for data. Whoever meets damage, the background check or any call,
marks the file as suspect; the next start then checks all of it and sets a damaged one aside. Knows no table by name but those
that hold pictures or grow with the people.
"""

from __future__ import annotations

import logging
import os
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.errors import Code
from kiosk.store.cipher import Key, database_errors, open_file
from kiosk.store.errors import code_of

if TYPE_CHECKING:
    from kiosk.store.cipher import Connection

logger = logging.getLogger(__name__)

_SMALL_ENCRYPTED = 32 << 20
_SMALL_PLAIN = 256 << 20
_AFTER_S = 60.0
_LARGE_TABLES = ("persons", "pictures", "templates", "outbox")


def is_suspect(path: Path) -> bool:
    """Whether somebody has met damage in this file."""
    return _mark(path).exists()


def suspect(path: Path) -> None:
    """Damage was met: the next start checks everything."""
    try:
        os.close(os.open(_mark(path), os.O_WRONLY | os.O_CREAT, 0o600))
    except OSError as error:
        logger.warning("%s could not be marked as suspect: %s", path.name, error.strerror)


def clear(path: Path) -> None:
    """All of it was checked, or it was set aside.

    Raises:
        OSError: the mark cannot be removed.
    """
    _mark(path).unlink(missing_ok=True)


def is_large(path: Path, key: Key | None) -> bool:
    """Whether checking all of it would hold up a start.

    Raises:
        OSError: there is no such file.
    """
    return path.stat().st_size > (_SMALL_PLAIN if key is None else _SMALL_ENCRYPTED)


def whole(connection: Connection) -> bool:
    """Every page of the file. The driver's errors are the caller's."""
    return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))


def sound_enough(connection: Connection) -> bool:
    """Every table but the large ones, in which damage shows when they are read."""
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    small = [name for name in names if name not in _LARGE_TABLES and not name.startswith("sqlite_")]
    return all(connection.execute(f'PRAGMA quick_check("{name}")').fetchone() == ("ok",) for name in small)


class LaterCheck:
    """Reads all of a large file once, on a thread of its own, some time after the start."""

    def __init__(self, path: Path, key: Key | None, *, after_s: float | None = None) -> None:
        """Nothing happens before :meth:`start`."""
        self._path = path
        self._key = key
        self._after_s = _AFTER_S if after_s is None else after_s
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._run, name="store-check", daemon=True)

    def start(self) -> None:
        """Begin to wait."""
        self._thread.start()

    def stop(self) -> None:
        """Give up, also in the middle. Safe to call twice, and without a start."""
        self._stopping.set()
        with self._lock:
            if self._connection is not None:
                self._connection.interrupt()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        if self._stopping.wait(self._after_s):
            return
        try:
            with closing(open_file(self._path, mode="ro", key=self._key, busy_ms=1000)) as connection:
                with self._lock:
                    self._connection = connection
                try:
                    is_whole = self._stopping.is_set() or whole(connection)
                finally:
                    with self._lock:
                        self._connection = None
        except database_errors() as error:
            is_whole = code_of(error) is not Code.STORE_DAMAGED
        if not is_whole:
            suspect(self._path)
            logger.error("the database is damaged: the next start of the program sets it aside")


def _mark(path: Path) -> Path:
    return path.with_name(f"{path.name}.suspect")
