"""One connection a thread, and the two ways to use it: read, or write in one transaction. Knows no table.

A write takes the write lock at once (``BEGIN IMMEDIATE``): a transaction that starts as a reader and then finds another
writer cannot wait for it, it can only fail.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.domain.errors import Code, StoreError
from kiosk.store.checking import suspect
from kiosk.store.cipher import Key, database_errors, open_file
from kiosk.store.errors import translated

if TYPE_CHECKING:
    from sqlite_utils import Database


def fold(text: str) -> str:
    """For searching: case and accents do not matter (``JOSÉ`` finds ``Jose``)."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def connect(path: Path, *, busy_ms: int, key: Key | None = None) -> Database:
    """A connection to an existing file, with everything that each one must be told. Autocommit; any thread may close it."""
    from sqlite_utils import Database

    raw = open_file(path, mode="rw", key=key, busy_ms=busy_ms)
    try:
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",  # in WAL mode NORMAL may lose the last acknowledged enrolment in a power cut
            "foreign_keys = ON",
            "secure_delete = ON",  # a deleted face leaves no bytes behind in free pages
            "temp_store = MEMORY",
        ):
            raw.execute(f"PRAGMA {pragma}").close()
        raw.create_function("fold", 1, fold, deterministic=True)
        return Database(raw, execute_plugins=False)
    except BaseException:
        raw.close()
        raise


def fetched(database: Database, sql: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """The rows of one SELECT, read to the end. (The library's ``query`` puts a savepoint around each one: three statements.)"""
    cursor = database.conn.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


class Connections:
    """The connections to one file. Safe to use from any thread.

    Args:
        path: of the database; it exists.
        busy_ms: how long a call waits for another writer before ``store_locked``.
        key: None for a plain file.
    """

    def __init__(self, path: Path, *, busy_ms: int, key: Key | None = None) -> None:
        self.path = path
        self.key = key
        self._busy_ms = busy_ms
        self._mine = threading.local()
        self._all: list[tuple[threading.Thread, Database]] = []
        self._state = threading.Condition()
        self._in_use = 0
        self._closed = False
        self._writer = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """This thread's connection; each statement sees one state of the file.

        Raises:
            StoreError: whatever SQLite says, or the store is closed.
        """
        with self._held() as database:
            try:
                yield database
            except database_errors() as error:
                raise self._translated(error) from error

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """One transaction: committed and on disk when the block ends, nothing at all when it raises.

        Raises:
            StoreError: whatever SQLite says; ``store_locked`` when another program writes for longer than ``busy_ms``.
        """
        with self._held() as database:
            if not self._writer.acquire(timeout=self._busy_ms / 1000):
                raise StoreError(Code.STORE_LOCKED, f"{self.path.name}: another thread is writing")
            try:
                with transaction(database):
                    yield database
            except database_errors() as error:
                raise self._translated(error) from error
            finally:
                self._writer.release()

    def close(self) -> None:
        """Wait for the calls that are under way (as long as one may wait for a lock), then close every connection."""
        with self._state:
            self._closed = True
            self._state.wait_for(lambda: self._in_use == 0, timeout=self._busy_ms / 1000 + 1.0)
            opened, self._all = self._all, []
        for _, database in opened:
            database.conn.close()

    def _translated(self, error: Exception) -> StoreError:
        told = translated(error, self.path.name)
        if told.code is Code.STORE_DAMAGED:
            suspect(self.path)
        return told

    @contextmanager
    def _held(self) -> Iterator[Database]:
        with self._state:
            if self._closed:
                raise StoreError(Code.STORE_FAILED, f"{self.path.name}: already closed")
            self._in_use += 1
        try:
            yield self._of_this_thread()
        finally:
            with self._state:
                self._in_use -= 1
                self._state.notify_all()

    def _of_this_thread(self) -> Database:
        database: Database | None = getattr(self._mine, "database", None)
        if database is not None:
            return database
        try:
            database = connect(self.path, busy_ms=self._busy_ms, key=self.key)
        except database_errors() as error:
            raise translated(error, self.path.name) from error
        self._mine.database = database
        with self._state:
            gone = [entry for entry in self._all if not entry[0].is_alive()]
            self._all = [entry for entry in self._all if entry[0].is_alive()]
            self._all.append((threading.current_thread(), database))
        for _, left in gone:
            left.conn.close()
        return database


@contextmanager
def transaction(database: Database) -> Iterator[None]:
    """All or nothing, with the write lock from the start. Does not translate errors."""
    database.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.conn.execute("COMMIT")
    except BaseException:
        database.rollback()
        raise
