"""A whole station at work as an enrolment desk: side views, somebody who resembles, back to the form, the receipt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.station_parts import SHA, wait_until
from support.station_rig import QUICK, Rig

from kiosk.domain.person import Details, PersonId
from kiosk.domain.policy import EnrolViews, Policy
from kiosk.station.snapshot import Mode, Screen, Snapshot

CALM = replace(QUICK, timing=replace(QUICK.timing, receipt_ms=20_000))
SIDES = replace(CALM, matching=replace(QUICK.matching, enrol_views=EnrolViews.FRONT_LEFT_RIGHT))


def to_camera(rig: Rig, *, who: int = 5, name: str = "Ana", number: str = "") -> None:
    rig.station.start()
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)
    rig.station.begin_enrolment()
    rig.station.give_consent("2026-01")
    rig.station.submit_details(Details(first_name=name, document_number=number))
    rig.camera.tell("show", who, 255, 1)


def shown(rig: Rig, screen: Screen) -> Snapshot:
    assert wait_until(lambda: rig.snapshots[-1].screen is screen), rig.snapshots[-1].screen
    return rig.snapshots[-1]


def rig_with(folder: Path, policy: Policy) -> Iterator[Rig]:
    rig = Rig(folder, Mode.ENROLL, policy)
    yield rig
    rig.station.stop()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Rig]:
    yield from rig_with(tmp_path, CALM)


@pytest.fixture
def three_views(tmp_path: Path) -> Iterator[Rig]:
    yield from rig_with(tmp_path, SIDES)


def test_front_then_both_sides_give_three_templates(three_views: Rig) -> None:
    rig = three_views
    to_camera(rig)
    assert wait_until(lambda: rig.snapshots[-1].ask == "left")
    assert rig.snapshots[-1].sides_left == 2
    rig.camera.tell("show", 5, 255, 1, 15)  # the picture's right is the screen's left
    assert wait_until(lambda: rig.snapshots[-1].ask == "right")
    rig.camera.tell("show", 5, 255, 1, -15)
    assert shown(rig, Screen.REVIEW).stills == 5
    rig.station.accept_review()
    assert wait_until(lambda: ("granted", "enrolled") in rig.results())
    assert len(list(rig.store.templates(SHA))) == 3
    (person,) = rig.store.people()
    assert rig.store.quality(person.id)["front"]["sharpness"] == 0.8


def test_who_does_not_turn_goes_on_with_the_front(three_views: Rig) -> None:
    rig = three_views
    to_camera(rig)
    assert wait_until(lambda: rig.snapshots[-1].sides_left == 2)
    rig.station.skip_sides()
    shown(rig, Screen.REVIEW)
    rig.station.accept_review()
    assert wait_until(lambda: ("granted", "enrolled") in rig.results())
    assert len(list(rig.store.templates(SHA))) == 1


def test_somebody_else_in_the_side_view_voids_the_session(three_views: Rig) -> None:
    rig = three_views
    to_camera(rig)
    assert wait_until(lambda: rig.snapshots[-1].ask == "left")
    before = rig.snapshots[-1].session
    rig.camera.tell("show", 6, 255, 1, 15)  # the same track, another face
    assert wait_until(lambda: rig.snapshots[-1].session != before)
    assert rig.store.people() == []


def test_checks_are_shown_while_the_picture_is_taken(three_views: Rig) -> None:
    to_camera(three_views)
    assert wait_until(lambda: three_views.snapshots[-1].sides_left == 2)
    lists = [snapshot.checks for snapshot in three_views.snapshots if snapshot.checks]
    assert lists
    assert all(check.good for check in lists[-1])


def test_duplicate_is_shown_and_overridden_with_a_reason(desk: Rig) -> None:
    desk.enrol(5, "Beatriz")
    to_camera(desk)
    snapshot = shown(desk, Screen.DUPLICATE)
    assert snapshot.candidate is not None
    assert (snapshot.candidate.name, round(snapshot.candidate.similarity, 2)) == ("Beatriz", 1.0)
    assert desk.station.candidate_picture() == b"\xff\xd8\xff x"
    assert desk.station.own_picture() == b"\xff\xd8\xff jpeg"
    desk.station.another_person("because I say so")
    desk.station.another_person("documents")
    shown(desk, Screen.REVIEW)
    assert desk.station.candidate_picture() is None
    desk.station.accept_review()
    assert wait_until(lambda: ("granted", "enrolled") in desk.results())
    assert [person.details.first_name for person in desk.store.people()] == ["Ana", "Beatriz"]
    noted = [line for line in desk.store.audit() if line.action == "duplicate_allowed"]
    assert [line.detail for line in noted] == ["documents like=person-5 similarity=1.000"]


def test_same_person_keeps_one_record_with_the_new_details(desk: Rig) -> None:
    desk.enrol(5, "Beatriz")
    to_camera(desk, name="Bea")
    shown(desk, Screen.DUPLICATE)
    desk.station.same_person()
    assert shown(desk, Screen.REVIEW).replacing
    desk.station.accept_review()
    assert wait_until(lambda: ("granted", "updated") in desk.results())
    (person,) = desk.store.people()
    assert (person.id, person.details.first_name) == (PersonId("person-5"), "Bea")
    assert [consent.text_version for consent in desk.store.consents(person.id)] == ["t", "2026-01"]


def test_nobody_answers_about_a_duplicate_and_nothing_is_saved(tmp_path: Path) -> None:
    hasty = replace(QUICK, timing=replace(QUICK.timing, duplicate_ms=150))
    rig = Rig(tmp_path, Mode.ENROLL, hasty)
    rig.enrol(5)
    try:
        to_camera(rig)
        assert wait_until(lambda: ("denied", "duplicate") in rig.results())
        assert len(rig.store.people()) == 1
    finally:
        rig.station.stop()


def test_back_to_the_form_keeps_the_pictures(desk: Rig) -> None:
    to_camera(desk)
    stills = shown(desk, Screen.REVIEW).stills
    desk.station.reopen_form()
    details = shown(desk, Screen.DETAILS).details
    assert details is not None
    assert details.first_name == "Ana"
    desk.station.submit_details(Details(first_name="Anna"))
    review = shown(desk, Screen.REVIEW)
    assert review.details is not None
    assert (review.details.first_name, review.stills) == ("Anna", stills)


def test_receipt_comes_with_the_result_and_goes_with_it(desk: Rig) -> None:
    to_camera(desk, number="AB 123456")
    shown(desk, Screen.REVIEW)
    desk.station.accept_review()
    assert wait_until(lambda: desk.snapshots[-1].receipt is not None)
    receipt = desk.snapshots[-1].receipt
    assert receipt is not None
    (person,) = desk.store.people()
    assert (receipt.person, receipt.consent, receipt.document_end) == (person.id, "2026-01", "456")
    desk.station.cancel()
    assert wait_until(lambda: desk.snapshots[-1].screen is Screen.ATTRACT)
    assert desk.snapshots[-1].receipt is None
