"""Bulk enrolment: the questions of its page, and the one thread that does the work with vision of its own.

First everything is looked at and nothing written; then, when the operator says so, what was found good is enrolled row by row.
The page may go, and whoever began may sign out: the work goes on, and the next who opens the page sees how far it is.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol

from kiosk.domain.decision import Reason
from kiosk.domain.errors import Code, InputError, InvariantBroken, KioskError
from kiosk.domain.face import Pixels
from kiosk.domain.operators import Action
from kiosk.domain.ports import Gallery, Store
from kiosk.station.bulk import Bulk, BulkLine, Finding, as_csv, bad_lines
from kiosk.station.desk import Desk
from kiosk.station.import_places import ImportPlaces, TableFile
from kiosk.station.keeper import Evidence
from kiosk.station.office.registry import Caller, Extension, Registry
from kiosk.station.office.requests import OfficeRequest
from kiosk.station.office.tools import Tools
from kiosk.station.picture import PictureEyes

if TYPE_CHECKING:
    from kiosk.details import LookedAt, TableRow

logger = logging.getLogger(__name__)

SHOWN = 500
"""Lines on the page; the file beside the table has all of them."""

_TELLS_AFTER = 3
"""Rows before a time that is left means anything."""


class Stage(StrEnum):
    """How far it is; each has words (``bulk_stage.<value>``)."""

    IDLE = "idle"
    LOADING = "loading"
    CHECKING = "checking"
    CHECKED = "checked"
    ENROLLING = "enrolling"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"


RUNNING = frozenset({Stage.LOADING, Stage.CHECKING, Stage.ENROLLING})


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkNow:
    """How it stands.

    Attributes:
        counts: how many rows came to what, so far.
        lines: the first of those that are not simply good.
        left_s: how long it will still take; None while nobody can say.
        result: whole path of the file with what became of every row; empty before there is one.
        error, detail: what failed; ``reason``: why nobody new may be enrolled at this station.
    """

    stage: Stage = Stage.IDLE
    table: str = ""
    total: int = 0
    done: int = 0
    left_s: float | None = None
    counts: Mapping[Finding, int] = field(default_factory=dict)
    lines: tuple[BulkLine, ...] = ()
    result: str = ""
    error: Code | None = None
    detail: str = ""
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class ListTables(OfficeRequest):
    """Which tables are there? -> :class:`TablesShown`."""

    needs: ClassVar[Action] = Action.BULK_ENROL


@dataclass(frozen=True, slots=True, kw_only=True)
class TablesShown:
    """``folder`` is where to put tables; ``anywhere``: any path may be typed."""

    folder: str
    tables: tuple[TableFile, ...]
    anywhere: bool


@dataclass(frozen=True, slots=True)
class LookAtBulk(OfficeRequest):
    """How is it going? -> :class:`BulkNow`, as all that follow. Watching a bar is no sign that somebody is there."""

    needs: ClassVar[Action] = Action.BULK_ENROL
    stays: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class CheckTable(OfficeRequest):
    """Look at every row; writes nothing."""

    needs: ClassVar[Action] = Action.BULK_ENROL
    deadline_s: ClassVar[float] = 30.0
    table: str
    folder: str


@dataclass(frozen=True, slots=True)
class EnrolTable(OfficeRequest):
    """Enrol what was found good. ``agreed``: the operator says that everybody in the table has agreed."""

    needs: ClassVar[Action] = Action.BULK_ENROL
    agreed: bool


@dataclass(frozen=True, slots=True)
class StopBulk(OfficeRequest):
    """Stop after the row that is under way; what was done stays done."""

    needs: ClassVar[Action] = Action.BULK_ENROL


@dataclass(frozen=True, slots=True)
class LeaveBulk(OfficeRequest):
    """The page goes: forget a table that was only looked at. Needs no right, as its operator may have signed out by then."""

    needs: ClassVar[None] = None
    stays: ClassVar[bool] = False


class StillVision(PictureEyes, Protocol):
    """Vision that is let go afterwards."""

    def close(self) -> None:
        """Free it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkParts:
    """What the work is done with, for whoever wires the station.

    Attributes:
        make_eyes: on the work's own thread; takes seconds.
        make_gallery: an empty one.
        portrait: see :class:`~kiosk.station.desk.Desk`.
        read_table: path -> its rows; may raise ``InputError``.
        refused: why nobody new may be enrolled right now, or None; reads the store.
    """

    places: ImportPlaces
    make_eyes: Callable[[], StillVision]
    make_gallery: Callable[[], Gallery]
    portrait: Callable[[Pixels, Evidence], bytes]
    read_table: Callable[[Path], LookedAt]
    refused: Callable[[Store], Reason | None]


@dataclass(frozen=True, slots=True)
class _Table:
    path: Path
    folder: Path
    rows: tuple[TableRow, ...]


class BulkWork:
    """Any thread may call; one piece of work at a time."""

    def __init__(self, parts: BulkParts, tools: Tools) -> None:
        """Nothing is looked at."""
        self._parts = parts
        self._tools = tools
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._now = BulkNow()
        self._table: _Table | None = None
        self._lines: dict[int, BulkLine] = {}

    @property
    def now(self) -> BulkNow:
        """How it stands."""
        with self._lock:
            return replace(self._now, counts=self._counts(), lines=self._worth_showing())

    def check(self, table: Path, folder: Path, operator: str) -> BulkNow:
        """Begin to look at a table; one that is being worked on is left alone.

        Raises:
            InputError: ``table_invalid``, ``file_missing``.
        """
        if self.now.stage in RUNNING:
            return self.now
        if not folder.is_dir():
            raise InputError(Code.FILE_MISSING, folder.name)
        found = self._parts.read_table(table)
        bad = bad_lines(found.problems)
        if not found.rows and not bad:
            raise InputError(Code.TABLE_INVALID, f"{table.name}: there is nobody in it")
        self._begin(_Table(table, folder, found.rows), bad, operator, enrols=False)
        return self.now

    def enrol(self, operator: str) -> BulkNow:
        """Begin to enrol what :meth:`check` found good; nothing without it."""
        now, table = self.now, self._table
        if now.stage is Stage.CHECKED and table is not None:
            self._begin(table, tuple(self._lines.values()), operator, enrols=True)
        return self.now

    def cancel(self) -> BulkNow:
        """Stop after this row."""
        self._over.set()
        return self.now

    def leave(self) -> BulkNow:
        """Forget what is not under way."""
        with self._lock:
            if self._now.stage not in RUNNING:
                self._now, self._table, self._lines = BulkNow(), None, {}
        return self.now

    def stop(self) -> None:
        """The station ends: the row under way is finished, no other begun."""
        self._over.set()
        thread = self._thread
        if thread is not None:
            thread.join(10.0)

    # ------------------------------------------------------------------------------------------ the work's thread

    def _begin(self, table: _Table, lines: tuple[BulkLine, ...], operator: str, *, enrols: bool) -> None:
        with self._lock:
            if self._now.stage in RUNNING:
                return
            self._over = threading.Event()
            self._table = table
            self._lines = {each.line: each for each in lines}
            rows = [each for each in table.rows if not enrols or self._is_ready(each.line)]
            self._now = BulkNow(stage=Stage.LOADING, table=table.path.name, total=len(rows))
            self._thread = threading.Thread(
                target=self._run, args=(table, rows, operator, enrols, self._over), name="bulk", daemon=True
            )
            self._thread.start()

    def _is_ready(self, line: int) -> bool:
        found = self._lines.get(line)
        return found is not None and found.finding is Finding.READY

    def _run(self, table: _Table, rows: list[TableRow], operator: str, enrols: bool, over: threading.Event) -> None:
        _stand_back()
        stage, error, reason = Stage.FINISHED if enrols else Stage.CHECKED, None, None
        try:
            reason = self._work(table, rows, operator, over, enrols=enrols)
        except KioskError as caught:
            error = caught
        except Exception as caught:
            logger.critical("bulk enrolment failed: %s", type(caught).__name__, exc_info=True)
            error = InvariantBroken(type(caught).__name__)
        if error is not None or reason is not None:
            stage = Stage.FAILED
        elif over.is_set():
            stage = Stage.STOPPED
        result = ""
        if enrols:
            with self._lock:
                for line in [each for each in self._lines.values() if each.finding is Finding.READY]:
                    self._lines[line.line] = replace(line, finding=Finding.NOT_TRIED)
            result = self._write_result(table.path)
        with self._lock:
            self._now = replace(
                self._now,
                stage=stage,
                left_s=None,
                result=result,
                error=error.code if error is not None else None,
                detail=error.detail if error is not None else "",
                reason=reason,
            )
            if stage is not Stage.CHECKED:  # the details of these people are not needed any more
                self._table = None

    def _work(
        self, table: _Table, rows: list[TableRow], operator: str, over: threading.Event, *, enrols: bool
    ) -> Reason | None:
        """Every row; why nobody new may be enrolled, where that ended it."""
        tools, parts = self._tools, self._parts
        store = tools.store
        reason = parts.refused(store) if enrols else None
        if reason is not None:
            return reason
        if enrols:
            store.note(action="bulk_enrolment_begun", detail=f"rows={len(rows)} by={operator}")
        eyes = parts.make_eyes()
        try:
            desk = Desk(tools.open_gallery(), store, tools.clock, tools.policy, parts.portrait)
            bulk = Bulk(desk, eyes, table.folder, seen=parts.make_gallery(), operator=operator)
            began_ms, looked = tools.clock.mono_ms(), 0
            for number, row in enumerate(rows):
                if over.is_set():
                    break
                if enrols and (reason := parts.refused(store)) is not None:
                    break
                found = bulk.enrol(row) if enrols else bulk.look(row)
                looked += found.finding is not Finding.DONE  # those cost nothing
                spent_s = (tools.clock.mono_ms() - began_ms) / 1000.0
                left_s = spent_s / looked * (len(rows) - number - 1) if looked >= _TELLS_AFTER else None
                self._tell(found, number + 1, left_s, Stage.ENROLLING if enrols else Stage.CHECKING)
        finally:
            eyes.close()
        if enrols:
            done = self._counts().get(Finding.ENROLLED, 0)
            store.note(action="bulk_enrolment_ended", detail=f"enrolled={done} by={operator}")
        return reason

    def _tell(self, found: BulkLine, done: int, left_s: float | None, stage: Stage) -> None:
        with self._lock:
            self._lines[found.line] = found
            self._now = replace(self._now, stage=stage, done=done, left_s=left_s)

    def _counts(self) -> Mapping[Finding, int]:
        return Counter(line.finding for line in self._lines.values())

    def _worth_showing(self) -> tuple[BulkLine, ...]:
        plain = {Finding.READY, Finding.ENROLLED}
        found = [each for each in self._lines.values() if each.finding not in plain]
        return tuple(sorted(found, key=lambda each: each.line)[:SHOWN])

    def _write_result(self, table: Path) -> str:
        """Beside the table; in the import folder where that cannot be written to. Empty where neither can."""
        from kiosk.store.export import write_file

        name = f"{table.stem}-result-{self._tools.clock.now():%Y%m%d-%H%M%S}.csv"
        for folder in (table.parent, self._parts.places.folder):
            try:
                write_file(folder / name, as_csv(self._lines.values()))
            except InputError:
                logger.info("the result of a bulk enrolment cannot be written to one of its folders")
                continue
            return str(folder / name)
        return ""


def _stand_back() -> None:
    """Who stands before the camera comes first: on Linux a thread can be nice by itself, and those that it starts are as well."""
    if sys.platform.startswith("linux"):
        try:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
        except OSError:
            logger.info("bulk enrolment runs at the usual priority")


def bulk(parts: BulkParts) -> Extension:
    """The questions of the bulk page."""

    def extension(registry: Registry, tools: Tools) -> None:
        work = BulkWork(parts, tools)

        def tables(request: ListTables, caller: Caller) -> TablesShown:
            del request, caller
            places = parts.places
            return TablesShown(folder=str(places.folder), tables=places.tables(), anywhere=places.anywhere)

        def check(request: CheckTable, caller: Caller) -> BulkNow:
            return work.check(parts.places.checked(request.table), parts.places.checked(request.folder), caller.id)

        def enrol(request: EnrolTable, caller: Caller) -> BulkNow:
            return work.enrol(caller.id) if request.agreed else work.now

        registry.add(ListTables, tables)
        registry.add(LookAtBulk, lambda request, caller: work.now)
        registry.add(CheckTable, check)
        registry.add(EnrolTable, enrol)
        registry.add(StopBulk, lambda request, caller: work.cancel())
        registry.add(LeaveBulk, lambda request, caller: work.leave())
        registry.at_stop(work.stop)

    return extension
