"""What the sandbox keeps: JSON documents by kind and id, pictures beside them, in one SQLite file in the ``--data`` folder.

Every document is also held in memory, so reading costs nothing; pictures are not. A write is on the disk before :meth:`put`
(or the outermost :meth:`transaction`) returns, so an answer that was sent survives ``kill -9`` and a power cut.
Knows no resource and no rule of the service.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlite_utils import Database

from kiosk.domain.errors import Code, StoreError
from kiosk.sandbox.replies import Doc

FILE = "sandbox.sqlite"


class Store:
    """Documents and pictures. Safe to use from any thread; one process a folder.

    Args:
        folder: made when it is not there.

    Raises:
        StoreError: the folder or the file cannot be used, or another sandbox uses it.
    """

    def __init__(self, folder: Path) -> None:
        self._lock = threading.RLock()
        self._undo: list[Callable[[], object]] | None = None
        self._kinds: dict[str, dict[str, Doc]] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(Code.STORE_READ_ONLY, str(folder)) from error
        self._db = _opened(folder / FILE)
        for kind, key, text in self._db.execute("SELECT kind, id, doc FROM documents ORDER BY rowid"):
            self._kinds.setdefault(kind, {})[key] = json.loads(text)

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes of the block, or none. May stand inside another one. No waiting (``await``) inside."""
        with self._lock:
            if self._undo is not None:
                yield
                return
            self._undo = []
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                for back in reversed(self._undo):
                    back()
                self._rollback()
                raise
            finally:
                self._undo = None

    def put(self, kind: str, doc: Doc) -> Doc:
        """Keep a document under its ``_id`` (or ``id``), in place of an earlier one. Gives it back."""
        key = str(doc.get("_id") or doc["id"])
        text = json.dumps(doc)
        with self.transaction():
            self._db.execute(
                "INSERT INTO documents (kind, id, doc) VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET doc = excluded.doc",
                (kind, key, text),
            )
            self._remember(kind, key, dict(doc))
        return doc

    def delete(self, kind: str, key: str) -> bool:
        """Forget a document. False when there was none."""
        with self.transaction():
            if key not in self._kinds.get(kind, {}):
                return False
            self._db.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (kind, key))
            self._remember(kind, key, None)
        return True

    def get(self, kind: str, key: str) -> Doc | None:
        """One document, as a copy of its own (what is nested in it is not: never change that in place)."""
        with self._lock:
            doc = self._kinds.get(kind, {}).get(key)
            return dict(doc) if doc is not None else None

    def find(self, kind: str, where: Callable[[Doc], bool] | None = None) -> list[Doc]:
        """All documents of a kind that fit, in the order in which they were made; copies as with :meth:`get`."""
        with self._lock:
            return [dict(doc) for doc in self._kinds.get(kind, {}).values() if where is None or where(doc)]

    def first(self, kind: str, where: Callable[[Doc], bool]) -> Doc | None:
        """The oldest that fits."""
        with self._lock:
            return next((dict(doc) for doc in self._kinds.get(kind, {}).values() if where(doc)), None)

    def count(self, kind: str) -> int:
        """How many there are."""
        with self._lock:
            return len(self._kinds.get(kind, {}))

    def counts(self) -> dict[str, int]:
        """How many there are of each kind that has any."""
        with self._lock:
            return {kind: len(docs) for kind, docs in sorted(self._kinds.items()) if docs}

    def put_blob(self, key: str, content: bytes) -> None:
        """Keep bytes (a picture, a template) that are too large to hold in memory."""
        with self.transaction():
            self._db.execute("INSERT OR REPLACE INTO blobs (id, content) VALUES (?, ?)", (key, content))

    def blob(self, key: str) -> bytes | None:
        """The bytes, from the disk."""
        with self._lock:
            row = self._db.execute("SELECT content FROM blobs WHERE id = ?", (key,)).fetchone()
            return bytes(row[0]) if row else None

    def delete_blob(self, key: str) -> None:
        """Forget bytes."""
        with self.transaction():
            self._db.execute("DELETE FROM blobs WHERE id = ?", (key,))

    def _remember(self, kind: str, key: str, doc: Doc | None) -> None:
        docs = self._kinds.setdefault(kind, {})
        before = docs.get(key)
        if doc is None:
            del docs[key]
        else:
            docs[key] = doc
        if self._undo is not None:
            self._undo.append(
                partial(docs.pop, key, None) if before is None else partial(docs.__setitem__, key, before)
            )

    def _rollback(self) -> None:
        try:
            self._db.execute("ROLLBACK")
        except sqlite3.Error:
            return  # SQLite has rolled back by itself (disk full)


def _opened(path: Path) -> Database:
    try:
        raw = sqlite3.connect(path, timeout=1, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise StoreError(Code.STORE_FAILED, str(path)) from error
    try:
        raw.execute("PRAGMA locking_mode = EXCLUSIVE")  # two sandboxes would each believe their own memory
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA synchronous = FULL")
        db = Database(raw, execute_plugins=False)
        db.table("documents").create({"kind": str, "id": str, "doc": str}, pk=("kind", "id"), if_not_exists=True)
        db.table("blobs").create({"id": str, "content": bytes}, pk="id", if_not_exists=True)
    except sqlite3.OperationalError as error:
        raw.close()
        code = Code.STORE_LOCKED if "locked" in str(error) else Code.STORE_FAILED
        raise StoreError(code, str(path)) from error
    except sqlite3.DatabaseError as error:
        raw.close()
        raise StoreError(Code.STORE_DAMAGED, str(path)) from error
    return db
