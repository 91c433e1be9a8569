"""The queue page: what waits to be sent, and each record that the account refused."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.link import Link
from kiosk.station.office.queue import QueueShown
from kiosk.station.snapshot import Queue, QueueRow
from kiosk.ui.presenters.common import age_words
from kiosk.ui.text import Text

DRIFT_S = 5.0
"""A clock that is further from the account's than this is told: records would carry a wrong time."""
DROP_REASONS = ("wrong", "double", "asked")
"""Why a record is given up, as the audit keeps it; an operator chooses, so nothing personal gets into it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One refused record. ``why`` is the account's reason in words, with its own word where it gave one."""

    id: str
    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueView:
    """``rows`` are to be decided on; ``nothing`` stands where there are none."""

    body: str
    counts: tuple[str, ...]
    rows: tuple[RowView, ...]
    nothing: str
    more: str
    retry: str
    drop: str
    why_drop: str
    reasons: tuple[tuple[str, str], ...]
    keep: str
    again: str


def present(shown: QueueShown | None, text: Text) -> QueueView:
    """Counts, age and rows; nothing of it while they are not read."""
    queue = shown.queue if shown is not None else None
    return QueueView(
        body=text.get("operator.queue_body") if shown is None or queue is not None else text.get("operator.no_account"),
        counts=() if shown is None or queue is None else _counts(shown.link, queue, text),
        rows=() if queue is None else tuple(_row(row, text) for row in queue.rows),
        nothing="" if queue is None or queue.rows else text.get("operator.nothing"),
        more=_more(queue, text),
        retry=text.get("button.retry_row"),
        drop=text.get("button.drop_row"),
        why_drop=text.get("operator.why_drop"),
        reasons=tuple((reason, text.get(f"drop_reason.{reason}")) for reason in DROP_REASONS),
        keep=text.get("button.keep_row"),
        again=text.get("button.read_again"),
    )


def _counts(link: Link, queue: Queue, text: Text) -> tuple[str, ...]:
    backlog = queue.backlog
    waits = text.count("queue.pending", backlog.pending) if backlog.pending else text.get("queue.empty")
    said = [text.get(f"link.{link}"), waits]
    if backlog.doubt:
        said.append(text.count("operator.doubt", backlog.doubt))
    if backlog.buried:
        said.append(text.count("queue.buried", backlog.buried))
    if queue.sent:
        said.append(text.count("operator.sent", queue.sent))
    if backlog.pending or backlog.doubt:
        said.append(text.get("operator.oldest", age=age_words(backlog.oldest_s, text)))
    if queue.conflicts:
        said.append(text.count("operator.conflicts", queue.conflicts))
    if queue.gone:
        said.append(text.get("operator.gone", count=queue.gone))
    if abs(queue.drift_s) >= DRIFT_S:
        said.append(text.get("operator.drift", seconds=round(abs(queue.drift_s))))
    return tuple(said)


def _row(row: QueueRow, text: Text) -> RowView:
    why = text.get(f"error.{row.code}") if text.has(f"error.{row.code}") else row.code
    return RowView(
        id=row.id,
        what=f"{text.pick(f'action.{row.action}', 'action.send_validation')} · {age_words(row.age_s, text)}",
        why=f"{why} ({row.word})" if row.word else why,
    )


def _more(queue: Queue | None, text: Text) -> str:
    hidden = 0 if queue is None else queue.backlog.buried - len(queue.rows)
    return text.get("operator.more", count=hidden) if hidden > 0 else ""
