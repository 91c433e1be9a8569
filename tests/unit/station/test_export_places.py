"""Exports: into the station's folder or onto a stick, whole or not at all, and only files of ours are listed or deleted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.asking import answer
from support.station_parts import wait_until
from support.station_rig import Rig

from kiosk.cli.office import export_parts
from kiosk.domain.errors import Code, InputError
from kiosk.domain.operators import PinChecked, Role
from kiosk.domain.person import PersonId
from kiosk.domain.record import DeletionCertificate
from kiosk.settings import Settings
from kiosk.station.office import export_places
from kiosk.station.office.export_places import ExportPlaces, written_whole
from kiosk.station.office.exports import (
    DeleteExports,
    DeleteExportsOf,
    ExportPeople,
    ExportResults,
    ExportsShown,
    ListExports,
    Written,
    exports,
)
from kiosk.station.office.people import DeletePerson, DeleteReason
from kiosk.station.office.signing import SignIn
from kiosk.store.sqlite import SqliteStore

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PIN = "493817"


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    made = tmp_path / "STICK"
    made.mkdir()
    return made


@pytest.fixture
def places(tmp_path: Path, stick: Path) -> ExportPlaces:
    def drives() -> Iterator[Path]:
        if stick.exists():
            yield stick

    return ExportPlaces(folder=tmp_path / "exports", drives=drives)


def refusal(places: ExportPlaces, place: str) -> Code:
    with pytest.raises(InputError) as caught:
        places.checked(place)
    return caught.value.code


def test_the_stations_own_folder_is_made_when_it_is_needed(places: ExportPlaces) -> None:
    assert places.files("") == ()
    path = places.new("", "people", "csv", NOW)
    assert path == places.folder / "people-20260301-120000.csv"
    assert places.folder.is_dir()
    path.touch()
    assert places.new("", "people", "csv", NOW).name == "people-20260301-120000-2.csv"


def test_a_stick_and_a_folder_on_it_may_be_used_and_nothing_else(
    places: ExportPlaces, stick: Path, tmp_path: Path
) -> None:
    inner = stick / "Marzo"
    inner.mkdir()
    assert places.checked(str(stick)) == stick
    assert places.checked(str(inner)) == inner
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert refusal(places, str(elsewhere)) is Code.EXPORT_PLACE
    assert refusal(places, str(stick / "no_such")) is Code.EXPORT_PLACE
    assert refusal(places, str(stick / ".." / "elsewhere")) is Code.EXPORT_PLACE
    (stick / "out").symlink_to(elsewhere)
    assert refusal(places, str(stick / "out")) is Code.EXPORT_PLACE
    free = ExportPlaces(folder=places.folder, anywhere=True, drives=places.drives)
    assert free.checked(str(elsewhere)) == elsewhere
    (stick / "file.txt").touch()
    assert refusal(free, str(stick / "file.txt")) is Code.EXPORT_PLACE


@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="this user may write everywhere")
def test_a_folder_that_cannot_be_written_to_is_refused(places: ExportPlaces, stick: Path) -> None:
    stick.chmod(0o500)
    try:
        assert refusal(places, str(stick)) is Code.EXPORT_PLACE
    finally:
        stick.chmod(0o700)


def test_a_full_stick_is_refused_before_anything_is_written(
    places: ExportPlaces, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_places, "ROOM", 1 << 62)
    assert refusal(places, str(stick)) is Code.EXPORT_NO_ROOM
    assert list(stick.iterdir()) == []


def test_only_files_of_ours_are_listed_and_found(places: ExportPlaces, stick: Path) -> None:
    ours = ("people-20260301-120000.csv", "report-20260302-120000-2.pdf", "deletion-20260228-120000.json")
    others = (
        "people.csv",
        "holiday-20260301-120000.jpg",
        ".people-20260301-120000.csv.part",
        "people-20260301-120000.txt",
    )
    for name in (*ours, *others):
        (stick / name).touch()
    assert [each.name for each in places.files(str(stick))] == [ours[1], ours[0], ours[2]]
    assert list(places.named(ours[0])) == [stick / ours[0]]
    assert list(places.named("holiday-20260301-120000.jpg")) == []
    assert list(places.named("../exports/people-20260301-120000.csv")) == []


def test_half_a_file_is_never_there(stick: Path) -> None:
    path = stick / "people-20260301-120000.csv"

    def pulled_out(part: Path) -> None:
        part.write_text("half")
        raise OSError

    with pytest.raises(InputError) as caught:
        written_whole(path, pulled_out)
    assert caught.value.code is Code.FILE_NOT_WRITABLE
    assert list(stick.iterdir()) == []

    def written(part: Path) -> None:
        part.write_text("whole")

    written_whole(path, written)
    assert path.read_text() == "whole"
    assert list(stick.iterdir()) == [path]


class TestAtAStation:
    """The whole way, with the real store and the real tables."""

    @pytest.fixture
    def rig(self, tmp_path: Path, places: ExportPlaces) -> Iterator[Rig]:
        made = Rig(tmp_path, office=(exports(export_parts(Settings(), places)),))
        made.enrol(1, "Zoraida")
        made.enrol(2, "Wilmer")
        store = SqliteStore.open(made.path, clock=made.clock)
        boss = store.operators.add(name="Ana", role=Role.SUPERVISOR, pin=PIN, by="test").id
        store.close()
        made.station.start()
        assert wait_until(lambda: made.station.ready)
        assert isinstance(answer(made.station, SignIn(boss, PIN)), PinChecked)
        yield made
        made.station.stop()

    def test_a_table_on_a_stick_is_listed_named_by_the_deletion_and_deleted(self, rig: Rig, stick: Path) -> None:
        written = answer(rig.station, ExportPeople(str(stick)))
        assert isinstance(written, Written)
        assert written.count == 2
        name = Path(written.path).name
        assert Path(written.path).parent == stick
        shown = answer(rig.station, ListExports(str(stick)))
        assert isinstance(shown, ExportsShown)
        assert shown.files == (name,)
        assert shown.places[1:] == (str(stick),)

        made = answer(rig.station, DeletePerson(PersonId("person-1"), DeleteReason.ASKED))
        assert isinstance(made, DeletionCertificate)
        assert [(each.name, each.outcome) for each in made.touched if each.kind == "export"] == [(name, "kept")]
        assert not made.complete
        clean = answer(rig.station, DeleteExportsOf(PersonId("person-1")))
        assert isinstance(clean, DeletionCertificate)
        assert clean.complete
        assert list(stick.iterdir()) == []
        lines = [(line.action, line.detail.split()[0]) for line in rig.store.audit() if "export" in line.action]
        assert lines == [("people_exported", f"file={name}"), ("export_deleted", f"file={name}")]

    def test_a_table_out_of_reach_stays_in_the_certificate(self, rig: Rig, stick: Path) -> None:
        written = answer(rig.station, ExportPeople(str(stick)))
        assert isinstance(written, Written)
        stick.rename(stick.with_name("in_somebodys_pocket"))
        made = answer(rig.station, DeletePerson(PersonId("person-1"), DeleteReason.ASKED))
        assert isinstance(made, DeletionCertificate)
        still = answer(rig.station, DeleteExportsOf(PersonId("person-1")))
        assert isinstance(still, DeletionCertificate)
        assert not still.complete
        assert answer(rig.station, ListExports(str(stick))) is Code.EXPORT_PLACE
        assert answer(rig.station, ExportResults(30, str(stick))) is Code.EXPORT_PLACE

    def test_deleting_all_leaves_other_files_alone(self, rig: Rig, stick: Path) -> None:
        (stick / "holiday.jpg").touch()
        assert isinstance(answer(rig.station, ExportPeople(str(stick))), Written)
        assert isinstance(answer(rig.station, ExportResults(30, str(stick))), Written)
        shown = answer(rig.station, DeleteExports(str(stick)))
        assert isinstance(shown, ExportsShown)
        assert shown.files == ()
        assert [each.name for each in stick.iterdir()] == ["holiday.jpg"]
