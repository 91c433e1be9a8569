"""The results log, read a page at a time with filters. Writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.person import Truth
from kiosk.domain.results import ResultCount, ResultLine, ResultsFound, ResultsWanted
from kiosk.store import rows
from kiosk.store.connections import fetched

if TYPE_CHECKING:
    from sqlite_utils import Database


def results(database: Database, wanted: ResultsWanted, *, limit: int, offset: int) -> ResultsFound:
    """Newest first."""
    asked = {
        "v.outcome = ?": wanted.outcome.value if wanted.outcome is not None else "",
        "v.truth = ?": wanted.truth.value if wanted.truth is not None else "",
        "v.reason = ?": wanted.reason.value if wanted.reason is not None else "",
        "v.created_at >= ?": wanted.since,
        "v.created_at < ?": wanted.until,
    }
    asked = {rule: value for rule, value in asked.items() if value}
    where = f" WHERE {' AND '.join(asked)}" if asked else ""
    values = tuple(asked.values())
    total = fetched(database, f"SELECT count(*) AS n FROM validations v{where}", values)[0]["n"]  # noqa: S608 - names of ours
    sql = (
        f"SELECT v.*, {rows.SESSION_ALIASES}, p.first_name AS whose_first, p.last_name AS whose_last"  # noqa: S608 - ours
        " FROM validations v LEFT JOIN liveness_sessions s ON s.validation_id = v.id"
        f" LEFT JOIN persons p ON p.id = v.person_id{where}"
        " ORDER BY v.created_at DESC, v.rowid DESC LIMIT ? OFFSET ?"
    )
    found = fetched(database, sql, (*values, max(0, limit), max(0, offset)))
    return ResultsFound(lines=tuple(_line(row) for row in found), total=int(total))


def counts(database: Database, since: str, until: str) -> tuple[ResultCount, ...]:
    """By day, outcome, truth and reason."""
    sql = (
        "SELECT substr(created_at, 1, 10) AS day, outcome, truth, reason, count(*) AS n FROM validations"
        " WHERE created_at >= ? AND created_at < ? GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
    )
    return tuple(
        ResultCount(row["day"], Outcome(row["outcome"]), Truth(row["truth"]), Reason(row["reason"]), row["n"])
        for row in fetched(database, sql, (since, until))
    )


def _line(row: dict[str, object]) -> ResultLine:
    first, last = row.pop("whose_first") or "", row.pop("whose_last") or ""
    validation = rows.decoded(rows.to_validation, row, "validations")
    return ResultLine(validation=validation, name=f"{first} {last}".strip())
