"""The machine alone: both sides are taken, two people are told apart by a word of the list only."""

from __future__ import annotations

from support.sightings import face, sighting

from kiosk.domain.decision import Decision, Reason
from kiosk.domain.face import TrackId
from kiosk.domain.person import Details, PersonId
from kiosk.domain.policy import Policy
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.domain.session.machine import step

POLICY = Policy()
RESEMBLES = Decision(Reason.DUPLICATE, person=PersonId("p3"), similarity=0.6)
TRACK = TrackId(1)


def captured() -> tuple[st.Kiosk, float]:
    """An enrolment whose front was just captured, and the time."""
    kiosk = st.Kiosk(phase=st.Attract(0.0), mode=st.Mode.ENROLL)
    for event in (ev.EnrolmentBegun(1.0), ev.ConsentGiven(2.0, "v"), ev.DetailsGiven(3.0, Details(first_name="x"))):
        kiosk, _ = step(kiosk, event, POLICY)
    at = 10.0
    while not isinstance(kiosk.phase, st.Capturing):
        at += 33.0
        kiosk, _ = step(kiosk, ev.Seen(sighting(at, face())), POLICY)
        assert at < 5_000.0
    kiosk, _ = step(kiosk, ev.Captured(at, kiosk.phase.visit.session, TRACK, 5, 0.9), POLICY)
    assert isinstance(kiosk.phase, st.Turning)
    return kiosk, at


def test_both_sides_then_two_people_told_apart() -> None:
    kiosk, at = captured()
    for side, yaw in (("left", 15.0), ("right", -15.0)):
        assert isinstance(kiosk.phase, st.Turning)
        while not kiosk.phase.taking:
            at += 33.0
            kiosk, _ = step(kiosk, ev.Seen(sighting(at, face(yaw=yaw))), POLICY)
            assert isinstance(kiosk.phase, st.Turning)
        kiosk, _ = step(kiosk, ev.SideCaptured(at, kiosk.phase.visit.session, TRACK, side, 0.8), POLICY)
    assert isinstance(kiosk.phase, st.Deciding)
    kiosk, _ = step(kiosk, ev.Decided(at, kiosk.phase.visit.session, TRACK, RESEMBLES), POLICY)
    assert isinstance(kiosk.phase, st.Duplicate)
    kiosk, _ = step(kiosk, ev.AnotherPerson(at, "no reason"), POLICY)
    assert isinstance(kiosk.phase, st.Duplicate)
    kiosk, _ = step(kiosk, ev.AnotherPerson(at, "documents"), POLICY)
    _, effects = step(kiosk, ev.ReviewAccepted(at), POLICY)
    (submit,) = [effect for effect in effects if isinstance(effect, fx.Submit)]
    assert (submit.visit.like, submit.visit.override) == (PersonId("p3"), "documents")


def test_who_turns_the_wrong_way_is_not_taken_and_goes_on_without() -> None:
    kiosk, at = captured()
    for number in range(20):
        kiosk, effects = step(kiosk, ev.Seen(sighting(at + 33.0 * number, face(yaw=-15.0))), POLICY)
        assert not any(isinstance(effect, fx.CaptureSide) for effect in effects)
    assert isinstance(kiosk.phase, st.Turning)
    late = kiosk.phase.since_ms + POLICY.timing.side_view_ms
    kiosk, effects = step(kiosk, ev.Tick(late), POLICY)
    assert any(isinstance(effect, fx.Decide) for effect in effects)


def test_an_attack_in_a_side_view_ends_the_enrolment() -> None:
    kiosk, at = captured()
    for number in range(1, 40):
        kiosk, _ = step(kiosk, ev.Seen(sighting(at + 33.0 * number, face(), score=0.001)), POLICY)
    assert isinstance(kiosk.phase, st.Denied)
    assert kiosk.phase.decision.reason is Reason.ATTACK


def test_a_duplicate_that_nobody_answers_is_refused_in_the_end() -> None:
    kiosk, at = captured()
    kiosk, _ = step(kiosk, ev.SidesSkipped(at), POLICY)
    assert isinstance(kiosk.phase, st.Deciding)
    kiosk, _ = step(kiosk, ev.Decided(at, kiosk.phase.visit.session, TRACK, RESEMBLES), POLICY)
    kiosk, _ = step(kiosk, ev.Tick(at + POLICY.timing.duplicate_ms), POLICY)
    assert isinstance(kiosk.phase, st.Denied)
    assert kiosk.phase.decision.reason is Reason.DUPLICATE


def test_the_next_one_can_be_begun_as_soon_as_the_button_is_back() -> None:
    kiosk = st.Kiosk(phase=st.Attract(0.0), mode=st.Mode.ENROLL)
    for event in (ev.EnrolmentBegun(1.0), ev.Cancelled(2.0)):
        kiosk, _ = step(kiosk, event, POLICY)
    assert isinstance(kiosk.phase, st.Cooldown)
    kiosk, _ = step(kiosk, ev.EnrolmentBegun(3.0), POLICY)
    assert isinstance(kiosk.phase, st.Consent)


def test_a_pause_is_not_cut_short_by_the_button() -> None:
    pause = st.LockedOut(0.0)
    kiosk = st.Kiosk(phase=st.Cooldown(0.0), mode=st.Mode.ENROLL, locked=pause)
    kiosk, _ = step(kiosk, ev.EnrolmentBegun(1.0), POLICY)
    assert kiosk.phase == pause
