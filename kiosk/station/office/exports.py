"""Exports: people and results as tables, results as a report, and the certificates of deletions. Into one folder of the profile.

The files hold personal data and are only this user's to read. How each is written is told by whoever wires the station.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from kiosk.domain.errors import Code, InputError
from kiosk.domain.operators import Action
from kiosk.domain.person import Person, PersonId
from kiosk.domain.ports import Store
from kiosk.domain.record import DeletionCertificate
from kiosk.domain.results import Report, ResultLine, ResultsWanted
from kiosk.station.clock import rfc3339
from kiosk.station.office.people import DeletePerson
from kiosk.station.office.registry import Caller, Extension, Registry
from kiosk.station.office.requests import OfficeRequest
from kiosk.station.office.tools import Tools

MOST = 100_000
"""Results in one table."""


@dataclass(frozen=True, slots=True)
class ExportPeople(OfficeRequest):
    """Everybody's details as CSV. -> :class:`Written`."""

    needs: ClassVar[Action] = Action.EXPORT
    deadline_s: ClassVar[float] = 120.0


@dataclass(frozen=True, slots=True)
class ExportResults(OfficeRequest):
    """Results of the last ``days`` days as CSV. -> :class:`Written`."""

    needs: ClassVar[Action] = Action.EXPORT
    deadline_s: ClassVar[float] = 120.0
    days: int = 30


@dataclass(frozen=True, slots=True)
class WriteReport(OfficeRequest):
    """The last ``days`` days in charts, as PDF in a language. -> :class:`Written`."""

    needs: ClassVar[Action] = Action.EXPORT
    deadline_s: ClassVar[float] = 120.0
    days: int
    language: str


@dataclass(frozen=True, slots=True)
class ListExports(OfficeRequest):
    """What lies in the folder. -> :class:`ExportsShown`."""

    needs: ClassVar[Action] = Action.EXPORT


@dataclass(frozen=True, slots=True)
class DeleteExports(OfficeRequest):
    """Empty the folder. -> :class:`ExportsShown`."""

    needs: ClassVar[Action] = Action.EXPORT


@dataclass(frozen=True, slots=True)
class SaveCertificate(OfficeRequest):
    """The certificate of a deletion as a file. -> :class:`Written`."""

    needs: ClassVar[Action] = DeletePerson.needs
    person: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file that was written: its whole path, and how many people, results or lines are in it."""

    path: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportsShown:
    """The folder and what is in it, newest first."""

    folder: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportParts:
    """How and where.

    Attributes:
        folder: made when it is needed, for this user only.
        write_people, write_results: table, file, now, and the codes of what keeps records from being sent -> rows written.
        write_report: report, file, language.
        write_certificate: certificate, file.
        reasons: record -> code of what keeps it from being sent.
        station: its name, for reports.
    """

    folder: Path
    write_people: Callable[[Sequence[Person], Path, datetime, dict[str, str]], int]
    write_results: Callable[[Sequence[ResultLine], Path, datetime, dict[str, str]], int]
    write_report: Callable[[Report, Path, str], None]
    write_certificate: Callable[[DeletionCertificate, Path], None]
    reasons: Callable[[Store], dict[str, str]] = lambda store: {}
    station: str = ""


def exports(parts: ExportParts) -> Extension:
    """The questions of the exports page."""

    def extension(registry: Registry, tools: Tools) -> None:
        def people(request: ExportPeople, caller: Caller) -> Written:
            del request
            path = _new_file(parts, tools, "people", "csv")
            found = tools.store.people()
            count = parts.write_people(found, path, tools.clock.now(), parts.reasons(tools.store))
            tools.store.note(action="people_exported", detail=f"people={count} by={caller.id}")
            return Written(path=str(path), count=count)

        def results(request: ExportResults, caller: Caller) -> Written:
            path = _new_file(parts, tools, "results", "csv")
            since = rfc3339(tools.clock.now() - timedelta(days=request.days))
            found = tools.store.results(ResultsWanted(since=since), limit=MOST)
            count = parts.write_results(found.lines, path, tools.clock.now(), parts.reasons(tools.store))
            tools.store.note(action="results_exported", detail=f"results={count} by={caller.id}")
            return Written(path=str(path), count=count)

        def report(request: WriteReport, caller: Caller) -> Written:
            path = _new_file(parts, tools, "report", "pdf")
            made = report_of(tools, parts.station, days=request.days)
            parts.write_report(made, path, request.language)
            tools.store.note(action="report_written", detail=f"results={made.total} by={caller.id}")
            return Written(path=str(path), count=made.total)

        def certificate(request: SaveCertificate, caller: Caller) -> Written:
            del caller
            found = [each for each in tools.store.deletions() if each.person == request.person]
            if not found:
                raise InputError(Code.FILE_MISSING)
            path = _new_file(parts, tools, "deletion", "json")
            parts.write_certificate(found[-1], path)
            return Written(path=str(path), count=len(found[-1].touched))

        def shown(request: ListExports, caller: Caller) -> ExportsShown:
            del request, caller
            return _shown(parts)

        def delete(request: DeleteExports, caller: Caller) -> ExportsShown:
            del request
            for name in _shown(parts).files:
                _unlink(parts.folder / name)
            tools.store.note(action="exports_deleted", detail=f"by={caller.id}")
            return _shown(parts)

        registry.add(ExportPeople, people)
        registry.add(ExportResults, results)
        registry.add(WriteReport, report)
        registry.add(SaveCertificate, certificate)
        registry.add(ListExports, shown)
        registry.add(DeleteExports, delete)

    return extension


def report_of(tools: Tools, station: str, *, days: int) -> Report:
    """The last ``days`` days (UTC), today among them."""
    now = tools.clock.now()
    last = now.date()
    first = last - timedelta(days=max(1, days) - 1)
    counts = tools.store.result_counts(since=first.isoformat(), until=(last + timedelta(days=1)).isoformat())
    return Report(
        station=station,
        days=tuple(_days(first, last)),
        counts=tuple(counts),
        people=len(tools.store.people()),
        made_at=rfc3339(now),
    )


def _days(first: date, last: date) -> list[str]:
    return [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]


def _new_file(parts: ExportParts, tools: Tools, kind: str, ending: str) -> Path:
    stamp = tools.clock.now().strftime("%Y%m%d-%H%M%S")
    try:
        parts.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(Code.FILE_NOT_WRITABLE, parts.folder.name) from error
    for number in range(1, 100):
        path = parts.folder / (f"{kind}-{stamp}.{ending}" if number == 1 else f"{kind}-{stamp}-{number}.{ending}")
        if not path.exists():
            return path
    raise InputError(Code.FILE_NOT_WRITABLE, parts.folder.name)


def _shown(parts: ExportParts) -> ExportsShown:
    try:
        names = sorted((each.name for each in parts.folder.iterdir() if each.is_file()), reverse=True)
    except FileNotFoundError:
        names = []
    except OSError as error:
        raise InputError(Code.FILE_NOT_WRITABLE, parts.folder.name) from error
    return ExportsShown(folder=str(parts.folder), files=tuple(names))


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(Code.FILE_NOT_WRITABLE, path.name) from error
