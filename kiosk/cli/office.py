"""What the operator's room of a station can do beside the standard: a line for each extension. Heavy imports happen when used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.station.office.exports import ExportParts, exports
from kiosk.station.office.registry import Extension

if TYPE_CHECKING:
    from kiosk.domain.person import Person
    from kiosk.domain.ports import Store
    from kiosk.domain.record import DeletionCertificate
    from kiosk.domain.results import Report, ResultLine
    from kiosk.profile import Profile
    from kiosk.settings import Settings

EXPORTS = "exports"
"""Folder of the profile."""


def extensions(settings: Settings, profile: Profile) -> tuple[Extension, ...]:
    """Everything that needs more than the station itself knows."""
    return (exports(export_parts(settings, profile.root / EXPORTS)),)


def export_parts(settings: Settings, folder: Path) -> ExportParts:
    """Tables by the store's room, the report by the window's."""

    def write_people(people: Sequence[Person], path: Path, now: datetime, reasons: dict[str, str]) -> int:
        from kiosk.store import tables

        return tables.write_people(people, path, now=now, reasons=reasons)

    def write_results(lines: Sequence[ResultLine], path: Path, now: datetime, reasons: dict[str, str]) -> int:
        from kiosk.store import tables

        return tables.write_results(lines, path, now=now, reasons=reasons)

    def write_report(report: Report, path: Path, language: str) -> None:
        from kiosk.ui.office.report_pdf import write_report
        from kiosk.ui.text import Text

        write_report(report, path, Text(language))

    return ExportParts(
        folder=folder,
        write_people=write_people,
        write_results=write_results,
        write_report=write_report,
        write_certificate=_write_certificate,
        reasons=_reasons,
        station=settings.station.name,
    )


def _write_certificate(certificate: DeletionCertificate, path: Path) -> None:
    import json

    from kiosk.store.export import write_file
    from kiosk.store.wire import certificate_to_wire

    write_file(path, json.dumps(certificate_to_wire(certificate), indent=2) + "\n")


def _reasons(store: Store) -> dict[str, str]:
    """Of the records that the account refused: what it said."""
    from kiosk.store.sqlite import SqliteStore

    if not isinstance(store, SqliteStore):
        return {}
    return {row.subject: row.code for row in store.outbox.buried()}
