"""Exports: people and results as tables, results as a report, and the certificates of deletions. Into a folder of the
profile, or onto a stick.

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
from kiosk.station.office.export_places import ExportPlaces, written_whole
from kiosk.station.office.export_places import delete as delete_file
from kiosk.station.office.people import DeletePerson
from kiosk.station.office.registry import Caller, Extension, Registry
from kiosk.station.office.requests import OfficeRequest
from kiosk.station.office.tools import Tools

MOST = 100_000
"""Results in one table."""


@dataclass(frozen=True, slots=True)
class ExportPeople(OfficeRequest):
    """Everybody's details as CSV. -> :class:`Written`. ``place``: the folder; empty for the profile's own."""

    needs: ClassVar[Action] = Action.EXPORT
    deadline_s: ClassVar[float] = 120.0
    place: str = ""


@dataclass(frozen=True, slots=True)
class ExportResults(OfficeRequest):
    """Results of the last ``days`` days as CSV. -> :class:`Written`."""

    needs: ClassVar[Action] = Action.EXPORT
    deadline_s: ClassVar[float] = 120.0
    days: int = 30
    place: str = ""


@dataclass(frozen=True, slots=True)
class WriteReport(OfficeRequest):
    """The last ``days`` days in charts, as PDF in a language. -> :class:`Written`."""

    needs: ClassVar[Action] = Action.EXPORT
    deadline_s: ClassVar[float] = 120.0
    days: int
    language: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class ListExports(OfficeRequest):
    """What of ours lies in a folder. -> :class:`ExportsShown`."""

    needs: ClassVar[Action] = Action.EXPORT
    place: str = ""


@dataclass(frozen=True, slots=True)
class DeleteExports(OfficeRequest):
    """Delete every export of ours in a folder. -> :class:`ExportsShown`."""

    needs: ClassVar[Action] = Action.EXPORT
    place: str = ""


@dataclass(frozen=True, slots=True)
class SaveCertificate(OfficeRequest):
    """The certificate of a deletion as a file. -> :class:`Written`."""

    needs: ClassVar[Action] = DeletePerson.needs
    person: PersonId


@dataclass(frozen=True, slots=True)
class DeleteExportsOf(OfficeRequest):
    """Delete the exports that a deletion's certificate names, where they can be reached. -> the certificate as it is then."""

    needs: ClassVar[Action] = DeletePerson.needs
    deadline_s: ClassVar[float] = 30.0
    person: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file that was written: its whole path, and how many people, results or lines are in it."""

    path: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportsShown:
    """A folder and the exports in it, newest first.

    Attributes:
        places: folders to choose from, the profile's own first; ``anywhere``: any other may be typed.
    """

    folder: str
    files: tuple[str, ...]
    places: tuple[str, ...] = ()
    anywhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportParts:
    """How and where.

    Attributes:
        places: where they may go.
        write_people, write_results: table, file, now, and the codes of what keeps records from being sent -> rows written.
        write_report: report, file, language.
        write_certificate: certificate, file.
        reasons: record -> code of what keeps it from being sent.
        station: its name, for reports.
    """

    places: ExportPlaces
    write_people: Callable[[Sequence[Person], Path, datetime, dict[str, str]], int]
    write_results: Callable[[Sequence[ResultLine], Path, datetime, dict[str, str]], int]
    write_report: Callable[[Report, Path, str], None]
    write_certificate: Callable[[DeletionCertificate, Path], None]
    reasons: Callable[[Store], dict[str, str]] = lambda store: {}
    station: str = ""


def exports(parts: ExportParts) -> Extension:
    """The questions of the exports page."""

    def extension(registry: Registry, tools: Tools) -> None:
        def put(
            request: ExportPeople | ExportResults, kind: str, caller: Caller, write: Callable[[Path], int]
        ) -> Written:
            """The audit's line comes first: a table that is written is never one that nobody knows of."""
            path = parts.places.new(request.place, kind, "csv", tools.clock.now())
            tools.store.note(action=f"{kind}_exported", detail=f"file={path.name} by={caller.id}")
            counts: list[int] = []
            written_whole(path, lambda part: counts.append(write(part)))
            return Written(path=str(path), count=counts[0])

        def people(request: ExportPeople, caller: Caller) -> Written:
            def write(part: Path) -> int:
                return parts.write_people(tools.store.people(), part, tools.clock.now(), parts.reasons(tools.store))

            return put(request, "people", caller, write)

        def results(request: ExportResults, caller: Caller) -> Written:
            since = rfc3339(tools.clock.now() - timedelta(days=request.days))

            def write(part: Path) -> int:
                found = tools.store.results(ResultsWanted(since=since), limit=MOST)
                return parts.write_results(found.lines, part, tools.clock.now(), parts.reasons(tools.store))

            return put(request, "results", caller, write)

        def report(request: WriteReport, caller: Caller) -> Written:
            path = parts.places.new(request.place, "report", "pdf", tools.clock.now())
            made = report_of(tools, parts.station, days=request.days)
            written_whole(path, lambda part: parts.write_report(made, part, request.language))
            tools.store.note(action="report_written", detail=f"results={made.total} by={caller.id}")
            return Written(path=str(path), count=made.total)

        def certificate(request: SaveCertificate, caller: Caller) -> Written:
            del caller
            found = latest(request.person)
            path = parts.places.new("", "deletion", "json", tools.clock.now())
            written_whole(path, lambda part: parts.write_certificate(found, part))
            return Written(path=str(path), count=len(found.touched))

        def latest(person: PersonId) -> DeletionCertificate:
            found = [each for each in tools.store.deletions() if each.person == person]
            if not found:
                raise InputError(Code.FILE_MISSING)
            return found[-1]

        def remove(path: Path, caller: Caller) -> None:
            delete_file(path)
            tools.store.note(action="export_deleted", detail=f"file={path.name} by={caller.id}")

        def clean(request: DeleteExportsOf, caller: Caller) -> DeletionCertificate:
            for each in latest(request.person).touched:
                if each.kind == "export" and each.outcome == "kept":
                    for path in parts.places.named(each.name):
                        remove(path, caller)
            return latest(request.person)

        def shown(request: ListExports, caller: Caller) -> ExportsShown:
            del caller
            return _shown(parts, request.place)

        def delete(request: DeleteExports, caller: Caller) -> ExportsShown:
            for path in parts.places.files(request.place):
                remove(path, caller)
            return _shown(parts, request.place)

        registry.add(ExportPeople, people)
        registry.add(ExportResults, results)
        registry.add(WriteReport, report)
        registry.add(SaveCertificate, certificate)
        registry.add(ListExports, shown)
        registry.add(DeleteExports, delete)
        registry.add(DeleteExportsOf, clean)

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


def _shown(parts: ExportParts, place: str) -> ExportsShown:
    return ExportsShown(
        folder=str(parts.places.known(place)),
        files=tuple(each.name for each in parts.places.files(place)),
        places=tuple(str(each) for each in parts.places.all()),
        anywhere=parts.places.anywhere,
    )
