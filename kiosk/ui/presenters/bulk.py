"""The bulk page: what was found in a table, how far it is, and what became of every row. No name of anybody in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.person import WIRE
from kiosk.station.bulk import FAILS, BulkLine, Finding
from kiosk.station.office.bulk import RUNNING, SHOWN, BulkNow, Stage, TablesShown
from kiosk.ui.presenters.common import Tone
from kiosk.ui.text import Text

_TONES = {Finding.DONE: Tone.GOOD, Finding.NOT_TRIED: Tone.NEUTRAL}
_COUNTED = (
    Finding.READY,
    Finding.ENROLLED,
    Finding.DONE,
    Finding.BAD_LINE,
    Finding.BAD_PICTURE,
    Finding.REFUSED,
    Finding.TWICE,
    Finding.GONE,
    Finding.NOT_TRIED,
)


@dataclass(frozen=True, slots=True)
class BulkRow:
    """One line of the table of what is not simply good."""

    key: str
    cells: tuple[str, str, str]
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkView:
    """The page.

    Attributes:
        share: how much is done, 0..1; None where nothing is under way.
        can_check, can_begin, can_stop: which buttons do something now.
        said, tone: how it ended; empty while it has not.
    """

    body: str
    where: str
    table: str
    pictures: str
    check: str
    again: str
    begin: str
    sure: str
    stop: str
    stage: str
    share: float | None
    progress: str
    counts: str
    columns: tuple[str, str, str]
    rows: tuple[BulkRow, ...]
    more: str
    said: str
    tone: Tone
    can_check: bool
    can_begin: bool
    can_stop: bool


def present(now: BulkNow, shown: TablesShown | None, text: Text) -> BulkView:
    """Everything."""
    running = now.stage in RUNNING
    ready = now.counts.get(Finding.READY, 0)
    said, tone = _ended(now, text)
    return BulkView(
        body=text.get("bulk.body"),
        where=_where(shown, text),
        table=text.get("bulk.table"),
        pictures=text.get("bulk.pictures"),
        check=text.get("bulk.check"),
        again=text.get("bulk.again"),
        begin=text.count("bulk.begin", ready),
        sure=text.get("bulk.sure"),
        stop=text.get("bulk.stop"),
        stage="" if now.stage is Stage.IDLE else text.get(f"bulk_stage.{now.stage}", table=now.table),
        share=(now.done / now.total if now.total else 0.0) if running else None,
        progress=_progress(now, text) if running else "",
        counts=" · ".join(
            text.get(f"bulk_count.{finding}", count=now.counts[finding])
            for finding in _COUNTED
            if now.counts.get(finding)
        ),
        columns=(text.get("bulk.column_line"), text.get("bulk.column_picture"), text.get("bulk.column_what")),
        rows=tuple(_row(line, text) for line in now.lines),
        more=text.get("bulk.more", count=SHOWN) if len(now.lines) >= SHOWN else "",
        said=said,
        tone=tone,
        can_check=not running,
        can_begin=now.stage is Stage.CHECKED and ready > 0,
        can_stop=running,
    )


def labels(paths: Sequence[str]) -> tuple[str, ...]:
    """Short names for paths to choose from: the last two parts, which say as much as an operator needs."""
    return tuple("/".join(Path(path).parts[-2:]) for path in paths)


def _where(shown: TablesShown | None, text: Text) -> str:
    if shown is None:
        return ""
    key = "bulk.no_tables" if not shown.tables else "bulk.where"
    return text.get(key, folder=shown.folder)


def _progress(now: BulkNow, text: Text) -> str:
    if now.stage is Stage.LOADING:
        return ""
    done = text.get("bulk.progress", done=now.done, total=now.total)
    return done if now.left_s is None else f"{done} · {_left(now.left_s, text)}"


def _left(seconds: float, text: Text) -> str:
    if seconds < 60.0:
        return text.get("bulk.left_short")
    return text.count("bulk.left", max(1, round(seconds / 60.0)))


def _ended(now: BulkNow, text: Text) -> tuple[str, Tone]:
    kept = text.get("bulk.kept", path=now.result) if now.result else ""
    match now.stage:
        case Stage.FAILED if now.reason is not None:
            words = f"{text.get(f'reason.{now.reason}')} {text.get(f'next.{now.reason}')}"
            return f"{words} {kept}".strip(), Tone.BAD
        case Stage.FAILED:
            words = f"{text.get(f'error.{now.error}')} {text.get(f'remedy.{now.error}')}"
            return f"{words} {kept}".strip(), Tone.BAD
        case Stage.FINISHED:
            return (kept, Tone.GOOD) if kept else (text.get("bulk.not_kept"), Tone.WARN)
        case Stage.STOPPED:
            return f"{text.get('bulk.stopped')} {kept}".strip(), Tone.NEUTRAL
        case Stage.CHECKED:
            return text.get("bulk.nothing_written"), Tone.NEUTRAL
        case _:
            return "", Tone.NEUTRAL


def _row(line: BulkLine, text: Text) -> BulkRow:
    tone = Tone.BAD if line.finding in FAILS else _TONES.get(line.finding, Tone.NEUTRAL)
    return BulkRow(f"{line.line}", (f"{line.line}", line.image, _why(line, text)), tone)


def _why(line: BulkLine, text: Text) -> str:
    match line.finding:
        case Finding.BAD_LINE if line.field in WIRE and not text.has(f"bulk_line.{line.why}"):
            return f"{text.get(f'details.{line.field}')}: {text.get(f'problem.{line.why}')}"
        case Finding.BAD_LINE:
            return text.get(f"bulk_line.{line.why}")
        case Finding.BAD_PICTURE:
            return text.pick(f"bulk_why.{line.why}", f"error.{line.why}")
        case Finding.REFUSED:
            hint = f" {text.get(f'hint.{line.hint}')}" if line.hint is not None else ""
            return f"{text.get(f'bulk_why.{line.why}')}{hint}"
        case Finding.TWICE:
            return text.get("bulk_finding.twice", line=line.other)
        case _:
            return text.get(f"bulk_finding.{line.finding}")
