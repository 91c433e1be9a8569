"""The office of a whole station: who may ask what, how long an answer takes at most, and what signing in and out changes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import pytest
from support.asking import answer, refused
from support.patience import PATIENCE_S
from support.station_parts import wait_until
from support.station_rig import QUICK, Rig

from kiosk.domain.errors import Code
from kiosk.domain.operators import Action, OperatorId, PinAnswer, PinChecked, Role
from kiosk.domain.person import Details, PersonId
from kiosk.domain.record import DeletionCertificate
from kiosk.station.office.operators import AddOperator, DisableOperator, ListOperators, OperatorsShown
from kiosk.station.office.people import (
    DeletePerson,
    DeleteReason,
    EditPerson,
    FindPeople,
    PeopleFound,
    PersonShown,
    ShowPerson,
)
from kiosk.station.office.refusals import ReadRefusals
from kiosk.station.office.registry import Caller, Registry
from kiosk.station.office.requests import OfficeReply, OfficeRequest
from kiosk.station.office.results import FindResults
from kiosk.station.office.signing import ListNames, SignIn
from kiosk.station.office.tools import Tools
from kiosk.station.snapshot import Mode, Screen
from kiosk.store.sqlite import SqliteStore

PIN = "493817"


class Manned(Rig):
    """A rig with a supervisor and an operator on record before it starts."""

    def __init__(self, folder: Path, mode: Mode = Mode.ACCESS, **more: object) -> None:
        super().__init__(folder, mode, **more)  # type: ignore[arg-type]
        store = SqliteStore.open(self.path, clock=self.clock)
        self.boss = store.operators.add(name="Ana", role=Role.SUPERVISOR, pin=PIN, by="test").id
        self.clerk = store.operators.add(name="Luis", role=Role.OPERATOR, pin=PIN, by="test").id
        store.close()

    def begin(self) -> None:
        self.station.start()
        assert wait_until(lambda: self.station.ready)

    def sign_in(self, who: OperatorId) -> None:
        checked = answer(self.station, SignIn(who, PIN))
        assert isinstance(checked, PinChecked)
        assert checked.answer is PinAnswer.RIGHT

    def screen(self) -> Screen:
        return self.snapshots[-1].screen

    def actions(self) -> list[str]:
        return [line.action for line in self.store.audit()]


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Manned]:
    rig = Manned(tmp_path)
    yield rig
    rig.station.stop()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Manned]:
    rig = Manned(tmp_path, Mode.ENROLL)
    yield rig
    rig.station.stop()


def test_the_station_itself_refuses_what_nobody_here_may_ask(door: Manned) -> None:
    door.enrol(1)
    door.begin()
    everything = (
        FindPeople(),
        ShowPerson(PersonId("person-1")),
        EditPerson(PersonId("person-1"), Details(first_name="Other")),
        DeletePerson(PersonId("person-1"), DeleteReason.ASKED),
        FindResults(),
        ReadRefusals(),
        AddOperator("Eva", Role.SUPERVISOR, PIN),
    )
    assert all(refused(door.station, request) for request in everything), "nobody is signed in"
    door.sign_in(door.clerk)
    for_supervisors = {DeletePerson, AddOperator}
    for request in everything:
        assert refused(door.station, request) is (type(request) in for_supervisors), type(request)
    door.station.sign_out()
    assert all(refused(door.station, request) for request in everything), "they have gone again"
    assert [each.name for each in door.store.operators.all()] == ["Ana", "Luis"]
    assert door.store.person(PersonId("person-1"))


def test_a_supervisor_edits_and_deletes_and_nobody_is_recognised_who_is_gone(door: Manned) -> None:
    door.enrol(1)
    door.begin()
    door.sign_in(door.boss)
    found = answer(door.station, FindPeople("visit"))
    assert isinstance(found, PeopleFound)
    (person,) = found.people
    assert person.face_image is None
    shown = answer(door.station, ShowPerson(person.id))
    assert isinstance(shown, PersonShown)
    assert shown.picture
    edited = answer(door.station, EditPerson(person.id, Details(first_name="Vera")))
    assert isinstance(edited, PersonShown)
    assert edited.person.details.first_name == "Vera"
    parts = door.station.manning
    assert parts.office is not None
    gone = answer(door.station, DeletePerson(person.id, DeleteReason.ASKED))
    assert isinstance(gone, DeletionCertificate)
    assert gone.complete
    assert door.snapshots[-1].people == 0 or wait_until(lambda: door.snapshots[-1].people == 0)
    said = [(line.action, line.detail) for line in door.store.audit() if line.subject == person.id]
    assert ("person_edited", f"by={door.boss}") in said
    assert ("deletion_asked", f"why=asked by={door.boss}") in said
    assert not any("Vera" in detail for _, detail in said)
    assert answer(door.station, ShowPerson(person.id)) is Code.PERSON_UNKNOWN


def test_a_wrong_pin_signs_nobody_in(door: Manned) -> None:
    door.begin()
    checked = answer(door.station, SignIn(door.boss, "111222"))
    assert isinstance(checked, PinChecked)
    assert (checked.answer, checked.tries_left) == (PinAnswer.WRONG, 4)
    assert door.station.signed_in is None
    assert door.snapshots[-1].operator_name == ""


def test_at_a_desk_with_operators_nobody_is_enrolled_before_one_has_signed_in(desk: Manned) -> None:
    desk.begin()
    desk.station.begin_enrolment()
    assert wait_until(lambda: desk.screen() is Screen.OPERATOR), "the sign-in page comes up instead"
    assert not any(snapshot.screen is Screen.CONSENT for snapshot in desk.snapshots)
    desk.sign_in(desk.clerk)
    assert wait_until(lambda: desk.screen() is Screen.CONSENT), "the right PIN goes on to the enrolment"
    assert desk.station.signed_in is not None
    assert desk.snapshots[-1].operator_name == "Luis"
    desk.station.cancel()
    assert wait_until(lambda: desk.screen() is Screen.ATTRACT)
    assert wait_until(lambda: desk.snapshots[-1].until_ms is None)
    desk.station.sign_out()
    assert wait_until(lambda: desk.snapshots[-1].operator_name == "")
    desk.station.begin_enrolment()
    assert wait_until(lambda: desk.screen() is Screen.OPERATOR)


def test_a_desk_without_operators_works_as_before(tmp_path: Path) -> None:
    rig = Rig(tmp_path, Mode.ENROLL)
    rig.station.start()
    try:
        assert wait_until(lambda: rig.station.ready)
        assert rig.station.may(Action.ENROL)
        assert refused(rig.station, FindPeople()), "but nobody sees people without having signed in"
        rig.station.begin_enrolment()
        assert wait_until(lambda: rig.snapshots[-1].screen is Screen.CONSENT)
    finally:
        rig.station.stop()


def test_who_leaves_the_room_at_a_door_is_signed_out_and_at_a_desk_is_not(door: Manned, tmp_path: Path) -> None:
    door.begin()
    door.station.open_office()
    assert wait_until(lambda: door.screen() is Screen.OPERATOR)
    door.sign_in(door.boss)
    door.station.close_office()
    assert wait_until(lambda: door.station.signed_in is None)
    assert wait_until(lambda: "operator_signed_out" in door.actions())
    (tmp_path / "desk").mkdir()
    desk = Manned(tmp_path / "desk", Mode.ENROLL)
    try:
        desk.begin()
        desk.station.open_office()
        desk.sign_in(desk.clerk)
        desk.station.close_office()
        assert wait_until(lambda: desk.screen() is Screen.ATTRACT)
        assert desk.station.signed_in is not None
    finally:
        desk.station.stop()


def test_who_does_nothing_is_signed_out(tmp_path: Path) -> None:
    policy = replace(QUICK, timing=replace(QUICK.timing, operator_ms=400.0))
    rig = Manned(tmp_path, Mode.ENROLL, policy=policy)
    try:
        rig.begin()
        rig.station.open_office()
        rig.sign_in(rig.boss)
        assert wait_until(lambda: rig.snapshots[-1].operator_name == "Ana")
        assert wait_until(lambda: rig.station.signed_in is None)
        assert wait_until(lambda: rig.screen() is Screen.ATTRACT)
        assert refused(rig.station, FindPeople())
        lines = [line for line in rig.store.audit() if line.action == "operator_signed_out"]
        assert wait_until(lambda: "operator_signed_out" in rig.actions())
        assert all(line.subject == rig.boss for line in lines)
    finally:
        rig.station.stop()


def test_a_camera_that_fails_does_not_send_the_operator_away_and_is_shown_afterwards(desk: Manned) -> None:
    desk.begin()
    desk.station.open_office()
    desk.sign_in(desk.boss)
    desk.camera.cannot_open = True
    desk.camera.tell("lose")
    assert wait_until(lambda: desk.snapshots[-1].camera.value == "lost")
    assert desk.screen() is Screen.OPERATOR
    desk.station.close_office()
    assert wait_until(lambda: desk.screen() is Screen.FAULT)
    desk.camera.cannot_open = False
    assert wait_until(lambda: desk.screen() is Screen.ATTRACT)


def test_nobody_is_judged_while_an_operator_has_the_station(door: Manned) -> None:
    door.enrol(1)
    door.begin()
    door.station.open_office()
    door.sign_in(door.boss)
    door.camera.tell("show", 1, 255, 7)
    assert answer(door.station, FindPeople())
    assert door.door.opened == 0
    assert door.results() == []
    door.station.close_office()
    assert wait_until(lambda: door.door.opened == 1), "who still stands there is served afterwards"


def test_a_supervisor_who_disables_themself_is_signed_out(door: Manned) -> None:
    door.begin()
    door.sign_in(door.boss)
    assert isinstance(answer(door.station, AddOperator("Eva", Role.SUPERVISOR, PIN)), OperatorsShown)
    door.station.ask_office(DisableOperator(door.boss), lambda reply: None)
    assert wait_until(lambda: door.station.signed_in is None)
    assert refused(door.station, ListOperators())
    names = answer(door.station, ListNames())
    assert isinstance(names, tuple)
    assert [each.name for each in names] == ["Eva", "Luis"]


@dataclass(frozen=True, slots=True)
class Slow(OfficeRequest):
    """Waits until it is told not to."""

    needs: ClassVar[Action] = Action.SEE_PEOPLE
    deadline_s: ClassVar[float] = 0.2


@dataclass(frozen=True, slots=True)
class Patient(OfficeRequest):
    """The same for somebody who can wait."""

    needs: ClassVar[Action] = Action.SEE_PEOPLE


class Waiting:
    """An extension whose handler hangs."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.begun = threading.Semaphore(0)

    def __call__(self, registry: Registry, tools: Tools) -> None:
        registry.add(Slow, self._answer)
        registry.add(Patient, self._answer)

    def _answer(self, request: Slow | Patient, caller: Caller) -> str:
        self.begun.release()
        self.go.wait(PATIENCE_S)
        return "late"


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[tuple[Manned, Waiting]]:
    waiting = Waiting()
    rig = Manned(tmp_path, office=(waiting,))
    yield rig, waiting
    waiting.go.set()
    rig.station.stop()


def test_handlers_that_hang_are_told_of_in_time_and_the_others_go_on(hanging: tuple[Manned, Waiting]) -> None:
    rig, _ = hanging
    rig.begin()
    rig.sign_in(rig.boss)
    for _ in range(3):
        assert answer(rig.station, Slow()) is Code.OFFICE_TOO_SLOW
    assert isinstance(answer(rig.station, FindPeople()), PeopleFound)


def test_an_answer_that_comes_after_the_operator_has_gone_is_not_delivered(hanging: tuple[Manned, Waiting]) -> None:
    rig, waiting = hanging
    rig.begin()
    rig.sign_in(rig.boss)
    came: list[OfficeReply] = []
    rig.station.ask_office(Patient(), came.append)
    assert waiting.begun.acquire(timeout=PATIENCE_S)
    rig.station.sign_out()
    rig.sign_in(rig.clerk)
    waiting.go.set()
    assert wait_until(lambda: bool(came))
    assert [(reply.answer, reply.error) for reply in came] == [(None, Code.NOT_ALLOWED)]


def test_a_question_without_a_handler_is_our_bug_and_takes_nothing_down(
    door: Manned, caplog: pytest.LogCaptureFixture
) -> None:
    door.begin()
    door.sign_in(door.boss)
    with caplog.at_level("CRITICAL", logger="kiosk.station.office.room"):
        assert answer(door.station, Patient()) is Code.INVARIANT_BROKEN
    assert isinstance(answer(door.station, FindPeople()), PeopleFound)


def test_stopping_signs_out_in_the_audit(tmp_path: Path) -> None:
    rig = Manned(tmp_path)
    rig.begin()
    rig.sign_in(rig.boss)
    rig.station.stop()
    store = SqliteStore.open(rig.path, clock=rig.clock)
    try:
        last = [line for line in store.audit() if line.action == "operator_signed_out"][-1]
        assert (last.subject, last.detail) == (rig.boss, "stopped")
    finally:
        store.close()
