"""New pictures of somebody on record: taken of a face that resembles them, or by the desk's word; of nobody else."""

from __future__ import annotations

import pytest
from support.sightings import face, sighting

from kiosk.domain.decision import Decision, Reason
from kiosk.domain.face import TrackId
from kiosk.domain.person import Details, PersonId
from kiosk.domain.policy import EnrolViews, Matching, Policy
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.domain.session.machine import step

POLICY = Policy(matching=Matching(enrol_views=EnrolViews.FRONT))
ANA, DETAILS = PersonId("p1"), Details(first_name="Ana")
TRACK = TrackId(1)


def in_office(mode: st.Mode = st.Mode.ENROLL, *, at_work: bool = True) -> st.Kiosk:
    kiosk, _ = step(st.Kiosk(phase=st.Attract(0.0), mode=mode), ev.OperatorEntered(1.0, at_work), POLICY)
    return kiosk


def decided(decision: Decision) -> tuple[st.Kiosk, tuple[fx.Effect, ...]]:
    """As far as the answer of the search."""
    kiosk = in_office()
    for event in (ev.RenewalBegun(2.0, ANA, DETAILS), ev.ConsentGiven(3.0, "v2")):
        kiosk, _ = step(kiosk, event, POLICY)
    assert isinstance(kiosk.phase, st.DetailsForm)
    assert kiosk.phase.visit.details == DETAILS
    kiosk, _ = step(kiosk, ev.DetailsGiven(4.0, DETAILS), POLICY)
    at = 10.0
    while not isinstance(kiosk.phase, st.Capturing):
        at += 33.0
        kiosk, _ = step(kiosk, ev.Seen(sighting(at, face())), POLICY)
        assert at < 5_000.0
    kiosk, _ = step(kiosk, ev.Captured(at, kiosk.phase.visit.session, TRACK, 5, 0.9), POLICY)
    assert isinstance(kiosk.phase, st.Deciding)
    return step(kiosk, ev.Decided(at, kiosk.phase.visit.session, TRACK, decision), POLICY)


def test_a_face_like_theirs_takes_the_place_of_their_pictures() -> None:
    kiosk, _ = decided(Decision(Reason.DUPLICATE, person=ANA, similarity=0.8))
    assert isinstance(kiosk.phase, st.Review)
    _, effects = step(kiosk, ev.ReviewAccepted(kiosk.now_ms), POLICY)
    (submit,) = [effect for effect in effects if isinstance(effect, fx.Submit)]
    assert (submit.visit.replaces, submit.visit.consent) == (ANA, "v2")


def test_a_face_that_hardly_resembles_them_wants_the_desks_word() -> None:
    kiosk, _ = decided(Decision(Reason.DUPLICATE, person=ANA, similarity=0.1))
    assert isinstance(kiosk.phase, st.Duplicate)
    yes, _ = step(kiosk, ev.SamePerson(kiosk.now_ms), POLICY)
    assert isinstance(yes.phase, st.Review)
    assert yes.phase.visit.replaces == ANA
    no, effects = step(kiosk, ev.AnotherPerson(kiosk.now_ms, "documents"), POLICY)
    assert isinstance(no.phase, st.Denied)
    assert not any(isinstance(effect, fx.Submit) for effect in effects)


@pytest.mark.parametrize(
    "found",
    [
        Decision(Reason.DUPLICATE, person=PersonId("p2"), similarity=0.8),
        Decision(Reason.NO_MATCH),
        Decision(Reason.EMPTY_GALLERY),
    ],
)
def test_pictures_of_somebody_else_are_refused(found: Decision) -> None:
    kiosk, _ = decided(found)
    assert isinstance(kiosk.phase, st.Denied)


def test_taken_again_they_are_still_for_the_same_person() -> None:
    kiosk, _ = decided(Decision(Reason.DUPLICATE, person=ANA, similarity=0.8))
    kiosk, _ = step(kiosk, ev.Retake(kiosk.now_ms), POLICY)
    assert isinstance(kiosk.phase, st.Guiding)
    assert (kiosk.phase.visit.renews, kiosk.phase.visit.replaces) == (ANA, None)


def test_it_begins_out_of_the_office_of_a_desk_alone() -> None:
    renewal = ev.RenewalBegun(2.0, ANA, DETAILS)
    for kiosk in (
        in_office(st.Mode.ACCESS),
        in_office(at_work=False),
        st.Kiosk(phase=st.Attract(0.0), mode=st.Mode.ENROLL),
    ):
        after, effects = step(kiosk, renewal, POLICY)
        assert (type(after.phase), effects) == (type(kiosk.phase), ())
