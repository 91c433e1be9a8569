"""The whole station with real threads, a real store and a real gallery; camera and eyes do as told."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.records import opened
from support.station_parts import engine_failure, vector, wait_until
from support.station_rig import Rig

from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.errors import Code, StoreError
from kiosk.domain.person import Details, PersonId
from kiosk.station.snapshot import Mode, Screen, Snapshot


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path)
    yield rig
    rig.camera.unhang.set()
    rig.station.stop()


def test_known_person_is_granted_once_and_the_door_opens_once(rig: Rig) -> None:
    rig.enrol(7)
    rig.station.start()
    rig.camera.tell("show", 7, 255, 1)
    assert wait_until(lambda: rig.door.opened == 1)
    rig.camera.tell("show", 0, 255, 1)
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)
    assert rig.results() == [("granted", "recognised")]
    result = rig.events("result")[0]
    assert result["person"] == {"id": "person-7", "name": "Visitor"}
    assert result["truth"] == "local"
    assert [v.outcome for v in rig.store.validations()] == [Outcome.GRANTED]
    assert rig.snapshots[-1].name == ""
    assert rig.door.opened == 1


def test_unknown_person_is_refused_and_recorded(rig: Rig) -> None:
    rig.enrol(7)
    rig.station.start()
    rig.camera.tell("show", 8, 255, 1)
    assert wait_until(lambda: rig.results() == [("denied", "no_match")])
    rig.camera.tell("show", 0, 255, 1)
    assert wait_until(lambda: len(rig.store.validations()) == 1)
    assert rig.store.validations()[0].reason is Reason.NO_MATCH
    assert rig.door.opened == 0


def test_attack_is_refused_and_too_many_lock_the_station(rig: Rig) -> None:
    rig.enrol(7)
    rig.station.start()
    rig.camera.tell("show", 7, 0, 1)
    assert wait_until(lambda: len(rig.results()) >= 3)
    assert set(rig.results()) == {("denied", "attack")}
    assert wait_until(lambda: any(s.screen is Screen.LOCKED for s in rig.snapshots))
    rig.camera.tell("show", 0, 0, 1)
    assert rig.door.opened == 0


def test_swap_inside_a_track_is_refused(rig: Rig) -> None:
    """The tracker is fooled into one track; the first live frame and the stills are different people."""
    rig.enrol(7)
    people = itertools.cycle([9, 7])
    rig.eyes.embed = lambda pixels, face: vector(next(people))  # type: ignore[method-assign]
    rig.station.start()
    rig.camera.tell("show", 9, 255, 1)
    assert wait_until(lambda: rig.results() == [("denied", "face_changed")])
    assert rig.door.opened == 0


def test_enrolment_then_recognition(tmp_path: Path) -> None:
    rig = Rig(tmp_path, Mode.ENROLL)
    try:
        rig.station.start()
        assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)
        rig.station.begin_enrolment()
        assert wait_until(lambda: rig.snapshots[-1].screen is Screen.CONSENT)
        rig.station.give_consent("2026-01")
        assert wait_until(lambda: rig.snapshots[-1].screen is Screen.DETAILS)
        rig.station.submit_details(Details(first_name="New", last_name="Visitor"))
        rig.camera.tell("show", 5, 255, 1)
        assert wait_until(lambda: rig.snapshots[-1].screen is Screen.REVIEW)
        rig.station.accept_review()
        assert wait_until(lambda: ("granted", "enrolled") in rig.results())
        assert rig.door.opened == 0
        rig.camera.tell("show", 0, 255, 1)
        assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)
        rig.station.choose_mode(Mode.ACCESS)
        rig.camera.tell("show", 5, 255, 2)
        assert wait_until(lambda: ("granted", "recognised") in rig.results())
        people = rig.store.people()
        assert [p.details.display_name for p in people] == ["New Visitor"]
        assert {s.details for s in rig.snapshots if s.screen is not Screen.REVIEW} == {None}
    finally:
        rig.station.stop()


def test_consent_refused_captures_and_stores_nothing(tmp_path: Path) -> None:
    rig = Rig(tmp_path, Mode.ENROLL)
    try:
        rig.station.start()
        assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)
        rig.camera.tell("show", 5, 255, 1)
        rig.station.begin_enrolment()
        assert wait_until(lambda: rig.snapshots[-1].screen is Screen.CONSENT)
        rig.station.refuse_consent()
        assert wait_until(lambda: ("denied", "consent_refused") in rig.results())
        assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)
        assert rig.store.people() == []
        assert rig.store.validations() == []
        assert rig.events("captured") == []
    finally:
        rig.station.stop()


def test_second_enrolment_of_one_face_is_a_duplicate(tmp_path: Path) -> None:
    rig = Rig(tmp_path, Mode.ENROLL)
    rig.enrol(5)
    try:
        rig.station.start()
        assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)
        rig.station.begin_enrolment()
        rig.station.give_consent("2026-01")
        rig.station.submit_details(Details(first_name="Again"))
        rig.camera.tell("show", 5, 255, 1)
        assert wait_until(lambda: rig.snapshots[-1].screen is Screen.DUPLICATE)
        rig.station.cancel()
        assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)
        assert len(rig.store.people()) == 1
        assert rig.results() == []
    finally:
        rig.station.stop()


@pytest.mark.leaves_thread
@pytest.mark.expects_log
def test_hanging_read_is_named_and_the_camera_comes_back(rig: Rig) -> None:
    rig.station.start()
    assert wait_until(lambda: any(e["state"] == "streaming" for e in rig.events("camera")))
    rig.camera.tell("hang")
    assert wait_until(lambda: any(e["state"] == "stalled" for e in rig.events("camera")))
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.FAULT)
    assert rig.snapshots[-1].fault is Code.CAMERA_STALLED
    assert rig.station.latest_frame() is None
    rig.camera.tell("show", 0, 255, 1)
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)
    assert any(e["state"] == "back" for e in rig.events("camera"))


def test_vanished_camera_is_named_and_reopened(rig: Rig) -> None:
    rig.station.start()
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)
    rig.camera.tell("lose")
    assert wait_until(lambda: any(s.fault is Code.CAMERA_LOST for s in rig.snapshots))
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)
    assert rig.camera.opened == 2
    assert rig.camera.closed >= 1


def test_engine_failure_is_a_fault_never_an_empty_room(rig: Rig) -> None:
    rig.station.start()
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)
    rig.eyes.broken = engine_failure
    assert wait_until(lambda: rig.snapshots[-1].fault is Code.MODEL_BROKEN)
    assert rig.events("fault")[0]["part"] == "vision"
    rig.eyes.broken = None
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)
    assert rig.eyes.closed


def test_store_that_fails_opens_nothing(rig: Rig) -> None:
    rig.enrol(7)
    rig.station.start()
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)

    def refuse(validation: object) -> None:
        raise StoreError(Code.STORE_FULL, "told")

    rig.store.record = refuse  # type: ignore[method-assign, assignment]
    rig.camera.tell("show", 7, 255, 1)
    assert wait_until(lambda: any(s.fault is Code.STORE_FULL for s in rig.snapshots))
    rig.camera.tell("show", 0, 255, 1)
    assert rig.door.opened == 0
    assert all(outcome != "granted" for outcome, _ in rig.results())


def test_store_that_cannot_be_opened_is_a_fault_until_it_can(rig: Rig) -> None:
    rig.store_error = StoreError(Code.STORE_LOCKED, "told")
    rig.station.start()
    assert wait_until(lambda: any(s.fault is Code.STORE_LOCKED for s in rig.snapshots))
    rig.store_error = None
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)


def test_door_that_fails_is_said(rig: Rig) -> None:
    rig.enrol(7)
    rig.door.broken = True
    rig.station.start()
    rig.camera.tell("show", 7, 255, 1)
    assert wait_until(lambda: any(s.fault is Code.DOOR_FAILED for s in rig.snapshots))
    rig.camera.tell("show", 0, 255, 1)


def test_end_of_a_finite_source_is_told_once(rig: Rig) -> None:
    told: list[int] = []
    rig.station.on_camera_ended = lambda: told.append(1)
    rig.station.start()
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)
    rig.camera.tell("end")
    assert wait_until(lambda: told == [1])


def test_events_hold_no_pixels_and_every_line_has_its_head(rig: Rig) -> None:
    rig.enrol(7)
    rig.station.start()
    rig.camera.tell("show", 7, 255, 1)
    assert wait_until(lambda: rig.door.opened == 1)
    rig.camera.tell("show", 0, 255, 1)
    for line in map(json.loads, rig.lines.getvalue().splitlines()):
        assert {"time", "mono_ms", "session", "event"} <= line.keys()
        assert len(json.dumps(line)) < 1000


@pytest.mark.expects_log
def test_listener_that_fails_is_a_fault_and_what_was_due_is_still_done(rig: Rig) -> None:
    rig.enrol(7)
    failures = iter([True])

    def fail_once(snapshot: Snapshot) -> None:
        if snapshot.screen is Screen.RESULT and next(failures, False):
            raise ValueError("told")

    rig.station.subscribe(fail_once)
    rig.station.start()
    rig.camera.tell("show", 7, 255, 1)
    assert wait_until(lambda: any(s.fault is Code.INVARIANT_BROKEN for s in rig.snapshots))
    rig.camera.tell("show", 0, 255, 1)
    assert wait_until(lambda: len(rig.store.validations()) == 1)
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)


@pytest.mark.parametrize("how", ["withdrawn", "deleted"])
def test_a_face_that_another_program_has_deleted_opens_nothing_any_more(rig: Rig, tmp_path: Path, how: str) -> None:
    """``kiosk people withdraw`` beside a station that runs: the row stays, the templates are gone, the gallery is in memory."""
    rig.enrol(7)
    rig.enrol(9)
    rig.station.start()
    assert wait_until(lambda: rig.station.ready)
    with opened(rig.path) as other:
        other.withdraw_consent(PersonId("person-7")) if how == "withdrawn" else other.delete(PersonId("person-7"))
    rig.camera.tell("show", 7, 255, 1)
    assert wait_until(lambda: rig.results() == [("denied", "no_match")])
    assert rig.door.opened == 0
    parts = rig.station._flow.parts
    assert parts is not None
    assert parts.gallery.people == 1, "and the gallery has forgotten them"


def test_a_damaged_database_that_was_set_aside_is_told_on_screen_and_as_an_event(rig: Rig, tmp_path: Path) -> None:
    """Nobody is recognised any more, and somebody must know why: also after the next start, as long as the file lies there."""
    (tmp_path / "station.db.damaged-20260102T030405Z").write_bytes(b"no database")
    rig.station.start()
    assert wait_until(lambda: rig.snapshots[-1].notice is Code.STORE_DAMAGED)
    (event,) = rig.events("notice")
    assert event["code"] == "store_damaged"
    assert "station.db.damaged-20260102T030405Z" in str(event["text"])
