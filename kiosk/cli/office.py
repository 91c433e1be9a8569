"""What the operator's room of a station can do beside the standard: a line for each extension. Heavy imports happen when used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.station.import_places import ImportPlaces, removable_drives
from kiosk.station.office.bulk import BulkParts, bulk
from kiosk.station.office.export_places import ExportPlaces
from kiosk.station.office.exports import ExportParts, exports
from kiosk.station.office.receipts import Reads, receipts
from kiosk.station.office.registry import Extension

if TYPE_CHECKING:
    from kiosk.details import LookedAt
    from kiosk.domain.decision import Reason
    from kiosk.domain.face import Pixels
    from kiosk.domain.person import Person
    from kiosk.domain.ports import Gallery, Store
    from kiosk.domain.record import DeletionCertificate
    from kiosk.domain.results import Report, ResultLine
    from kiosk.profile import Profile
    from kiosk.settings import Settings
    from kiosk.station.keeper import Evidence
    from kiosk.station.office.bulk import StillVision
    from kiosk.vision.models import ModelFiles

EXPORTS = "exports"
IMPORT = "import"
"""Folders of the profile."""


def extensions(settings: Settings, profile: Profile) -> tuple[Extension, ...]:
    """Everything that needs more than the station itself knows."""
    return (
        exports(export_parts(settings, export_places(settings, profile.root / EXPORTS))),
        bulk(bulk_parts(settings, profile)),
        receipts(_code_reader),
    )


def _code_reader() -> Reads:
    from kiosk.vision.codes import QrReader

    return QrReader()


def bulk_parts(settings: Settings, profile: Profile) -> BulkParts:
    """Vision for stills, tables by the details' room, the station's own limits."""

    def files() -> ModelFiles:
        from kiosk.settings import models_dir
        from kiosk.vision.models import ModelFiles

        return ModelFiles(models_dir(settings))

    def make_eyes() -> StillVision:
        from kiosk.station.still_eyes import StillEyes

        return StillEyes(files())

    def make_gallery() -> Gallery:
        from kiosk.cli.desk import EMBEDDING
        from kiosk.gallery.exact import ExactGallery

        return ExactGallery(files().sha256(EMBEDDING))

    def portrait(pixels: Pixels, evidence: Evidence) -> bytes:
        from kiosk.camera.stills import encode_jpeg
        from kiosk.station.portrait import head

        return head(encode_jpeg)(pixels, evidence)

    def read_table(path: Path) -> LookedAt:
        from kiosk.details import look_at_people_csv

        return look_at_people_csv(path, region=settings.station.country or None)

    def refused(store: Store) -> Reason | None:
        from kiosk.cli.limits import refused as limits
        from kiosk.store.sqlite import SqliteStore

        return limits(store, settings, profile) if isinstance(store, SqliteStore) else None

    return BulkParts(
        places=ImportPlaces(folder=profile.root / IMPORT, anywhere=not settings.ui.kiosk, drives=removable_drives),
        make_eyes=make_eyes,
        make_gallery=make_gallery,
        portrait=portrait,
        read_table=read_table,
        refused=refused,
    )


def export_places(settings: Settings, folder: Path) -> ExportPlaces:
    """The profile's folder and sticks; any folder at a station that is not closed in."""
    return ExportPlaces(folder=folder, anywhere=not settings.ui.kiosk, drives=removable_drives)


def export_parts(settings: Settings, places: ExportPlaces) -> ExportParts:
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
        places=places,
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
