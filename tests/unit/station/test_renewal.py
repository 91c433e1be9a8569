"""New pictures of somebody on record at a whole station: asked for in the office, taken at the desk, of nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.asking import answer, refused
from support.station_parts import wait_until
from support.station_rig import QUICK, Rig

from kiosk.domain.errors import Code
from kiosk.domain.operators import Role
from kiosk.domain.person import Details, PersonId
from kiosk.station.office.people import PersonShown, RenewPerson, ShowPerson
from kiosk.station.office.signing import SignIn
from kiosk.station.snapshot import Mode, Screen
from kiosk.store.sqlite import SqliteStore

PIN = "493817"
ANA = PersonId("person-1")
CALM = replace(QUICK, timing=replace(QUICK.timing, receipt_ms=20_000, denied_ms=20_000))


def begun(folder: Path, mode: Mode = Mode.ENROLL) -> Rig:
    """Two people on record, and a supervisor in the office."""
    rig = Rig(folder, mode, CALM)
    rig.enrol(1, "Ana")
    rig.enrol(2, "Eva")
    store = SqliteStore.open(rig.path, clock=rig.clock)
    boss = store.operators.add(name="Boss", role=Role.SUPERVISOR, pin=PIN, by="test").id
    store.close()
    rig.station.start()
    assert wait_until(lambda: rig.station.ready)
    assert refused(rig.station, RenewPerson(ANA)), "nobody is signed in"
    rig.station.open_office()
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.OPERATOR)
    answer(rig.station, SignIn(boss, PIN))
    return rig


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Rig]:
    rig = begun(tmp_path)
    yield rig
    rig.station.stop()


def to_camera(rig: Rig, who: int) -> None:
    assert answer(rig.station, RenewPerson(ANA)) == ANA
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.CONSENT)
    rig.station.give_consent("2026-02")
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.DETAILS)
    details = rig.snapshots[-1].details
    assert details == Details(first_name="Ana"), "the form is filled in already"
    rig.station.submit_details(details)
    rig.camera.tell("show", who, 255, 1)


def test_their_own_face_takes_the_place_of_the_old_pictures(desk: Rig) -> None:
    to_camera(desk, 1)
    assert wait_until(lambda: desk.snapshots[-1].screen is Screen.REVIEW)
    assert desk.snapshots[-1].replacing
    desk.station.accept_review()
    assert wait_until(lambda: ("granted", "updated") in desk.results())
    assert [each.id for each in desk.store.people()] == [ANA, PersonId("person-2")]
    assert [each.text_version for each in desk.store.consents(ANA)][-1] == "2026-02"
    assert "renewal_begun" in [line.action for line in desk.store.audit()]


def test_somebody_elses_face_is_refused(desk: Rig) -> None:
    to_camera(desk, 2)
    assert wait_until(lambda: ("denied", "duplicate") in desk.results())
    assert [each.text_version for each in desk.store.consents(ANA)] == ["t"]


def test_a_face_that_does_not_resemble_them_is_compared_by_the_desk(desk: Rig) -> None:
    to_camera(desk, 5)
    assert wait_until(lambda: desk.snapshots[-1].screen is Screen.DUPLICATE)
    candidate = desk.snapshots[-1].candidate
    assert candidate is not None
    assert candidate.name == "Ana"
    desk.station.another_person("documents")
    assert wait_until(lambda: ("denied", "cancelled") in desk.results())
    assert len(desk.store.people()) == 2


def test_at_a_door_no_pictures_are_taken(tmp_path: Path) -> None:
    rig = begun(tmp_path, Mode.ACCESS)
    try:
        assert answer(rig.station, RenewPerson(ANA)) is Code.NOT_ALLOWED
        shown = answer(rig.station, ShowPerson(ANA))
        assert isinstance(shown, PersonShown)
        assert shown.days_left is None
    finally:
        rig.station.stop()
