"""Bulk enrolment with the parts that the program wires: real pictures, real networks, a real store."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kiosk.cli.desk import EMBEDDING, networks_of
from kiosk.cli.office import bulk_parts
from kiosk.gallery.exact import ExactGallery
from kiosk.profile import open_profile
from kiosk.settings import Settings, to_policy
from kiosk.station.bulk import Bulk, Finding
from kiosk.station.clock import SystemClock
from kiosk.station.desk import Desk
from kiosk.store.sqlite import SqliteStore
from kiosk.vision.models import ModelFiles


def test_portraits_in_a_table_are_looked_at_then_enrolled_once(models: ModelFiles, tmp_path: Path) -> None:
    profile = open_profile(tmp_path / "profile")
    settings = Settings()
    settings = replace(
        settings,
        models=replace(settings.models, dir=str(models.folder)),
        station=replace(settings.station, country="CO"),
    )
    parts = bulk_parts(settings, profile)
    folder = parts.places.folder
    folder.mkdir()
    for name in ("portrait_a", "portrait_a2", "portrait_b"):
        (folder / f"{name}.jpg").write_bytes(models.path(name).read_bytes())
    table = folder / "people.csv"
    table.write_text(
        "firstName,phone,image\nAna,300 123 4567,portrait_a.jpg\nAna,,portrait_a2.jpg\nEva,,portrait_b.jpg\n"
    )
    (found,) = parts.places.tables()
    rows = parts.read_table(parts.places.checked(found.path)).rows
    store = SqliteStore.open(profile.database, clock=SystemClock())
    eyes = parts.make_eyes()
    try:
        gallery = ExactGallery(models.sha256(EMBEDDING))
        desk = Desk(gallery, store, SystemClock(), to_policy(settings, networks_of(models)), parts.portrait)
        bulk = Bulk(desk, eyes, folder, seen=parts.make_gallery(), operator="op")
        looked = [bulk.look(row) for row in rows]
        assert [line.finding for line in looked] == [Finding.READY, Finding.TWICE, Finding.READY]
        assert looked[1].other == 2
        assert store.people() == []
        assert parts.refused(store) is None
        assert [bulk.enrol(row).finding for row in rows] == [Finding.ENROLLED, Finding.REFUSED, Finding.ENROLLED]
        assert [bulk.enrol(row).finding for row in rows] == [Finding.DONE, Finding.REFUSED, Finding.DONE]
        assert sorted(each.details.first_name for each in store.people()) == ["Ana", "Eva"]
        assert {each.details.phone for each in store.people()} == {"+573001234567", ""}
    finally:
        eyes.close()
        store.close()
