"""One transaction with its time and its audit lines: what every part of the store writes through.

Knows the audit and the table of small states, no other.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kiosk.domain.ids import new_id
from kiosk.domain.ports import Clock
from kiosk.domain.record import AuditEntry
from kiosk.store import audit
from kiosk.store.anchor import Anchor, Mark
from kiosk.store.connections import Connections, fetched

if TYPE_CHECKING:
    from sqlite_utils import Database

_ANCHORED = "anchored"
_OFFSET = "clock_offset_s"


def stamp(at: datetime) -> str:
    """RFC 3339, UTC, milliseconds: ``2026-01-02T03:04:05.678Z``."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(slots=True)
class Write:
    """An open transaction.

    Attributes:
        database: to write to.
        now: wall clock, the same for everything in it; ``at`` is its text.
        clock_offset_s: the account's clock minus this one, as last measured.
        left: people who leave the store with it and whom a gallery may still hold.
    """

    database: Database
    now: datetime
    mono_ms: float
    clock_offset_s: float | None
    head: Mark | None = field(default=None)
    left: list[str] = field(default_factory=list)

    @property
    def at(self) -> str:
        """The time of this transaction."""
        return stamp(self.now)

    def new_id(self) -> str:
        """A fresh one of this time."""
        return new_id(self.now)

    def execute(self, sql: str, *values: Any) -> int:
        """Run one statement; how many rows it changed."""
        return int(self.database.conn.execute(sql, values).rowcount)

    def one(self, sql: str, *values: Any) -> dict[str, Any] | None:
        """The first row, or None."""
        return next(iter(fetched(self.database, sql, values)), None)

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """All rows."""
        return fetched(self.database, sql, values)

    def audit(self, action: str, subject: str = "", detail: str = "") -> AuditEntry:
        """One line; nothing personal in it."""
        entry = audit.append(
            self.database.conn,
            at=self.at,
            action=action,
            subject=subject,
            detail=detail,
            mono_ms=self.mono_ms,
            clock_offset_s=self.clock_offset_s,
        )
        self.head = Mark(entry.id, entry.hash)
        return entry

    def save(self, name: str, value: str) -> None:
        """Keep a small state; empty forgets it."""
        if value:
            self.execute("INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)", name, value)
        else:
            self.execute("DELETE FROM state WHERE name = ?", name)

    def saved(self, name: str) -> str:
        """A small state, or empty."""
        row = self.one("SELECT value FROM state WHERE name = ?", name)
        return "" if row is None else str(row["value"])


class Ledger:
    """The connections, the clock and the audit's anchor of one store. Any thread may call."""

    def __init__(self, connections: Connections, clock: Clock) -> None:
        """Nothing is read yet."""
        self.connections = connections
        self.clock = clock
        self.anchor = Anchor(Anchor.beside(connections.path), connections.key)
        self._offset_s: float | None = None
        self.writes = 0
        """Transactions of this program, but for those that are not counted. Grows before each of them is on disk."""

    @contextlib.contextmanager
    def reading(self) -> Iterator[Database]:
        """This thread's connection.

        Raises:
            StoreError: whatever SQLite says.
        """
        with self.connections.reading() as database:
            yield database

    @contextlib.contextmanager
    def writing(self, *, counted: bool = True) -> Iterator[Write]:
        """One transaction, on disk when the block ends; then the anchor learns of its audit lines.

        Args:
            counted: it may change what somebody holds of a record.

        Raises:
            StoreError: whatever SQLite says.
        """
        with self.connections.writing() as database:
            write = Write(database, self.clock.now(), self.clock.mono_ms(), self._offset_s)
            yield write
            self.writes += counted
        if write.head is not None:
            self.anchor.write(write.head)

    def start(self) -> str:
        """Take up the audit where it is, and see that nothing was cut off. To be called once, before anything is written.

        Returns:
            What is wrong with the audit, for the operator, or empty.
        """
        mark = self.anchor.read()
        with self.writing() as write:
            saved = write.saved(_OFFSET)
            self._offset_s = float(saved) if saved else None
            is_anchored = bool(write.saved(_ANCHORED))
            finding = self._finding(write, mark, is_anchored=is_anchored)
            if finding:
                write.audit(audit.CUT_FOUND, detail=finding)
            head = audit.head(write.database.conn)
        if finding:
            self.anchor.restart(head)
        elif mark != head:
            self.anchor.write(head)
        if not is_anchored:  # after the anchor: a power cut between the two must not look like a cut
            with self.writing() as write:
                write.save(_ANCHORED, "1")
        return finding

    @property
    def offset_s(self) -> float | None:
        """The account's clock minus this station's, as last measured."""
        return self._offset_s

    def measured(self, offset_s: float | None) -> None:
        """The account's clock minus this station's, from now on in every record; kept for the next start."""
        with self.writing() as write:
            write.save(_OFFSET, "" if offset_s is None else repr(float(offset_s)))
        self._offset_s = offset_s

    def _finding(self, write: Write, mark: Mark | None, *, is_anchored: bool) -> str:
        count = audit.head(write.database.conn).count
        if mark is None and self.anchor.is_foreign():
            return f"anchor=foreign lines={count}"
        if mark is None:
            return f"anchor=missing lines={count}" if is_anchored else ""
        return "" if audit.agrees(write.database.conn, mark) else f"anchor={mark.count} lines={count}"
