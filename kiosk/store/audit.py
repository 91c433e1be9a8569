"""The audit's chain: each line's hash covers the line before it, so nothing can be edited, cut out or put into another order.

Lines are only ever added (triggers of the schema), numbered without a gap. Functions on an open database; the transaction is the
caller's. Nothing here reads a clock.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kiosk.domain.record import AuditEntry, AuditReport
from kiosk.store.anchor import Mark

if TYPE_CHECKING:
    from kiosk.store.cipher import Connection

BEFORE_ALL = "0" * 64
"""What the first line follows."""

CUT_FOUND = "audit_cut_found"
"""Written when a store is opened whose audit is not what its anchor says; from then on the audit is never whole again."""

_COLUMNS = "id, at, action, subject, detail, mono_ms, clock_offset_s, hash"
_AT_ONCE = 5000


def line_hash(before: str, entry: AuditEntry) -> str:
    """SHA-256, hexadecimal, over the hash before and the line as one JSON list (UTF-8, no spaces)."""
    values = [
        before,
        entry.id,
        entry.at,
        entry.action,
        entry.subject,
        entry.detail,
        entry.mono_ms,
        entry.clock_offset_s,
    ]
    canonical = json.dumps(values, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def head(connection: Connection) -> Mark:
    """The last line's number and hash."""
    row = connection.execute("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    return Mark(0, BEFORE_ALL) if row is None else Mark(int(row[0]), str(row[1]))


def append(
    connection: Connection,
    *,
    at: str,
    action: str,
    subject: str = "",
    detail: str = "",
    mono_ms: float = 0.0,
    clock_offset_s: float | None = None,
) -> AuditEntry:
    """Add one line."""
    last = head(connection)
    entry = AuditEntry(
        id=last.count + 1,
        at=at,
        action=action,
        subject=subject,
        detail=detail,
        mono_ms=round(float(mono_ms), 3),
        clock_offset_s=None if clock_offset_s is None else float(clock_offset_s),
    )
    chained = line_hash(last.head, entry)
    values = (entry.id, at, action, subject, detail, entry.mono_ms, entry.clock_offset_s, chained)
    connection.execute(f"INSERT INTO audit ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)  # noqa: S608 - names of ours
    return AuditEntry(
        id=entry.id,
        at=at,
        action=action,
        subject=subject,
        detail=detail,
        mono_ms=entry.mono_ms,
        clock_offset_s=entry.clock_offset_s,
        hash=chained,
    )


def lines(connection: Connection, *, after: int = 0) -> Iterator[AuditEntry]:
    """Every line behind ``after``, by number; read in parts, so memory stays flat."""
    sql = f"SELECT {_COLUMNS} FROM audit WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608 - names of ours
    while True:
        part = connection.execute(sql, (after, _AT_ONCE)).fetchall()
        for row in part:
            yield _entry(row)
        if len(part) < _AT_ONCE:
            return
        after = int(part[-1][0])


def about(connection: Connection, subject: str) -> list[AuditEntry]:
    """Every line about one record, oldest first."""
    sql = f"SELECT {_COLUMNS} FROM audit WHERE subject = ? ORDER BY id"  # noqa: S608 - names of ours
    return [_entry(row) for row in connection.execute(sql, (subject,)).fetchall()]


def verify(connection: Connection, anchored: Mark | None) -> AuditReport:
    """Walk the whole chain. Call inside one read transaction, so that nobody adds lines meanwhile."""
    before, count, first_bad, finding, cut_line = BEFORE_ALL, 0, None, "", None
    seen_anchor = anchored is not None and anchored.count == 0
    for entry in lines(connection, after=-(2**62)):  # numbers below 1 are no lines of ours, and must be seen
        if entry.id != count + 1:
            first_bad, finding = count + 1, "missing"
            break
        if not _is_ours(entry) or line_hash(before, entry) != entry.hash:
            first_bad, finding = entry.id, "edited"
            break
        count, before = entry.id, entry.hash
        if anchored is not None and anchored.count == count:
            seen_anchor = anchored.head == before
            if not seen_anchor:
                first_bad, finding = count, "edited"
                break
        if entry.action == CUT_FOUND and cut_line is None:
            cut_line = entry.id
    if not finding and anchored is None:
        finding = "anchor_missing"
    elif not finding and not seen_anchor:
        first_bad, finding = count + 1, "cut"
    elif not finding and cut_line is not None:
        first_bad, finding = cut_line, "cut_before"
    total = connection.execute("SELECT count(*) FROM audit").fetchone()[0]
    return AuditReport(
        lines=int(total),
        head=before,
        anchored=None if anchored is None else anchored.count,
        first_bad=first_bad,
        finding=finding,
    )


def agrees(connection: Connection, mark: Mark) -> bool:
    """Whether the line that an anchor names is there and the same."""
    if mark.count == 0:
        return True
    row = connection.execute("SELECT hash FROM audit WHERE id = ?", (mark.count,)).fetchone()
    return row is not None and row[0] == mark.head


def as_json(entry: AuditEntry, before: AuditEntry | None) -> dict[str, Any]:
    """One line for an export.

    ``clockStepS`` is how much the wall clock moved against the monotonic one since the line before, seconds; null where the
    monotonic clock began anew or the line is older than the chain. (A machine that was off longer than on shows its absence.)
    """
    return {
        "id": entry.id,
        "at": entry.at,
        "action": entry.action,
        "subject": entry.subject,
        "detail": entry.detail,
        "monoMs": entry.mono_ms,
        "clockOffsetS": entry.clock_offset_s,
        "clockStepS": _clock_step(before, entry),
        "hash": entry.hash,
    }


def _clock_step(before: AuditEntry | None, entry: AuditEntry) -> float | None:
    from datetime import datetime

    if before is None or not before.mono_ms or entry.mono_ms < before.mono_ms:
        return None
    try:
        wall = (datetime.fromisoformat(entry.at) - datetime.fromisoformat(before.at)).total_seconds()
    except (ValueError, TypeError):
        return None
    return round(wall - (entry.mono_ms - before.mono_ms) / 1000, 3)


def _entry(row: tuple[Any, ...]) -> AuditEntry:
    number, at, action, subject, detail, mono_ms, clock_offset_s, chained = row
    return AuditEntry(
        id=number,
        at=at,
        action=action,
        subject=subject,
        detail=detail,
        mono_ms=mono_ms,
        clock_offset_s=clock_offset_s,
        hash=chained,
    )


def _is_ours(entry: AuditEntry) -> bool:
    """A line whose values are of another kind was not written by this program (and has no canonical form)."""
    numbers = (entry.mono_ms, 0.0 if entry.clock_offset_s is None else entry.clock_offset_s)
    texts = (entry.at, entry.action, entry.subject, entry.detail, entry.hash)
    return all(isinstance(value, str) for value in texts) and all(math.isfinite(value) for value in numbers)
