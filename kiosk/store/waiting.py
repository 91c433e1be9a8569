"""What waits in the outbox, read: which rows may go now, which later, how many and how old they are. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kiosk.domain.outbox import Backlog, OutboxRow, RowState
from kiosk.store import rows
from kiosk.store.connections import fetched
from kiosk.store.ledger import stamp

if TYPE_CHECKING:
    from sqlite_utils import Database

COLUMNS = "id, action, subject, chain, state, created_at, due_at, tries, remote_id, code, reason"

_FIRST_OF_CHAIN = "NOT EXISTS (SELECT 1 FROM outbox b WHERE b.chain = o.chain AND b.seq < o.seq)"

# A row waits only while the clock stands between the moment its delay was set and its end: a clock that was put back holds
# nothing up.
_DUE = f"""
SELECT {COLUMNS} FROM outbox o
WHERE o.state IN ('pending', 'doubt') AND (o.due_at <= ? OR o.set_at > ?) AND {_FIRST_OF_CHAIN}
ORDER BY o.seq LIMIT ?"""  # noqa: S608 - names of ours

_NEXT = f"""
SELECT min(o.due_at) AS at, max(o.set_at > ?) AS any_now FROM outbox o
WHERE o.state IN ('pending', 'doubt') AND {_FIRST_OF_CHAIN}"""  # noqa: S608 - names of ours

_EVERYTHING = f"SELECT {COLUMNS} FROM outbox WHERE state <> 'buried' AND orphan = 0 ORDER BY seq"  # noqa: S608 - names of ours
_BURIED = f"SELECT {COLUMNS} FROM outbox WHERE state = 'buried' ORDER BY seq"  # noqa: S608 - names of ours


def due(database: Database, now: datetime, *, limit: int) -> Sequence[OutboxRow]:
    """The first row of each chain, if it may go now; in the order in which they were written."""
    at = stamp(now)
    return _rows(database, _DUE, at, at, limit)


def everything(database: Database) -> Sequence[OutboxRow]:
    """To be sent, now or later, in the order in which it was written."""
    return _rows(database, _EVERYTHING)


def buried(database: Database) -> Sequence[OutboxRow]:
    """Refused; oldest first."""
    return _rows(database, _BURIED)


def next_s(database: Database, now: datetime) -> float | None:
    """Seconds until a row may go; None where none waits but behind a refused one."""
    (found,) = fetched(database, _NEXT, (stamp(now),))
    if found["at"] is None:
        return None
    return 0.0 if found["any_now"] else max(0.0, (datetime.fromisoformat(found["at"]) - now).total_seconds())


def backlog(database: Database, now: datetime) -> Backlog:
    """Counts and age; a row that is being sent counts as pending."""
    sql = "SELECT state, count(*) AS n, min(created_at) AS oldest FROM outbox GROUP BY state"
    found = {row["state"]: row for row in fetched(database, sql)}
    counts = {state: int(found[state]["n"]) if state in found else 0 for state in RowState}
    waiting = [row["oldest"] for state, row in found.items() if state != RowState.BURIED]
    age = now - datetime.fromisoformat(min(waiting)) if waiting else timedelta()
    return Backlog(
        pending=counts[RowState.PENDING] + counts[RowState.SENDING],
        doubt=counts[RowState.DOUBT],
        buried=counts[RowState.BURIED],
        oldest_s=max(0.0, age.total_seconds()),
    )


def _rows(database: Database, sql: str, *values: object) -> list[OutboxRow]:
    return [rows.decoded(rows.to_outbox_row, row, "outbox") for row in fetched(database, sql, values)]
