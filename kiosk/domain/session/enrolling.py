"""The part of the table that only an enrolment has: views from the side, somebody who resembles, back to the form.

A side view is a bonus: who does not turn in time, or says that they do not, is enrolled with the front alone. A side view of
somebody else is a swap and voids the session, like everywhere. New pictures of somebody on record are taken only of a face that
resembles them, or by the desk's word.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from kiosk.domain.challenge.motion import Motion
from kiosk.domain.decision import Decision, Outcome, Reason
from kiosk.domain.face import Face
from kiosk.domain.policy import Policy
from kiosk.domain.session import attempts
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.domain.session.effects import CaptureSide, Decide
from kiosk.domain.session.results import Step, finish, open_visit, restart

HELD_MS = 120.0
"""A side view is taken of a head that stays, not of one that passes."""


class Override(StrEnum):
    """Why somebody is enrolled although another person on record looks like them; a closed list, for the audit."""

    LOOK_ALIKE = "look_alike"
    DOCUMENTS = "documents"
    WRONG_RECORD = "wrong_record"


def after_front(kiosk: st.Kiosk, visit: st.Visit, policy: Policy) -> Step:
    """The front is captured: the sides next, where the policy wants them; else who is it?"""
    if visit.enrolling and policy.matching.enrol_views.sides:
        visit = replace(visit, sides=policy.matching.enrol_views.sides)
        return replace(kiosk, phase=st.Turning(visit, kiosk.now_ms)), ()
    return decide(kiosk, visit)


def decide(kiosk: st.Kiosk, visit: st.Visit) -> Step:
    """Everything there will be is captured."""
    visit = replace(visit, sides=())
    if visit.track is None:
        return kiosk, ()
    return replace(kiosk, phase=st.Deciding(visit, kiosk.now_ms)), (Decide(visit.session, visit.track, visit),)


def turn(kiosk: st.Kiosk, phase: st.Turning, face: Face, policy: Policy) -> Step:
    """One more sighting of the head that should turn."""
    side, track = phase.visit.sides[0], phase.visit.track
    if phase.taking or track is None:
        return replace(kiosk, phase=phase), ()
    matching = policy.matching
    far = Motion(side).along(yaw=face.pose.yaw, pitch=face.pose.pitch)
    upright = abs(face.pose.pitch) <= policy.placement.max_pitch_deg
    if not (upright and matching.side_from_deg <= far <= matching.side_to_deg):
        return replace(kiosk, phase=replace(phase, held_ms=None)), ()
    held_ms = phase.held_ms if phase.held_ms is not None else kiosk.now_ms
    if kiosk.now_ms - held_ms < HELD_MS:
        return replace(kiosk, phase=replace(phase, held_ms=held_ms)), ()
    taking = replace(phase, held_ms=held_ms, taking=True)
    return replace(kiosk, phase=taking), (CaptureSide(phase.visit.session, track, side),)


def on_side(kiosk: st.Kiosk, phase: st.Turning, event: ev.SideCaptured, policy: Policy) -> Step:
    """A side was embedded: the next one, or who is it?"""
    visit = phase.visit
    if not visit.sides or event.side != visit.sides[0]:
        return kiosk, ()
    if not event.sameness >= policy.matching.same_person:
        return restart(kiosk, visit, policy, Reason.FACE_CHANGED)
    visit = replace(visit, sides=visit.sides[1:], stills=visit.stills + 1)
    if not visit.sides:
        return decide(kiosk, visit)
    return replace(kiosk, phase=st.Turning(visit, kiosk.now_ms)), ()


def begin(kiosk: st.Kiosk, event: ev.EnrolmentBegun | ev.RenewalBegun, policy: Policy) -> Step:
    """Somebody new, or new pictures of somebody on record: both are asked whether they agree first."""
    if kiosk.mode is not st.Mode.ENROLL:
        return kiosk, ()
    if isinstance(event, ev.EnrolmentBegun) and isinstance(kiosk.phase, st.Cooldown):
        # The button is back on screen already, so whoever presses it is heard.
        kiosk = attempts.at_rest(kiosk, policy)
    visit = st.Visit(session=kiosk.next_session, enrolling=True, times=st.Times(began=kiosk.now_ms))
    match event, kiosk.phase:
        case ev.EnrolmentBegun(), st.Attract():
            pass
        case ev.RenewalBegun(_, person, details), st.Operator(_, True, None):
            visit = replace(visit, renews=person, details=details)
        case _:
            return kiosk, ()
    kiosk, visit = open_visit(kiosk, visit)
    if kiosk.no_enrolments is not None:
        return finish(kiosk, visit, Outcome.DENIED, Decision(kiosk.no_enrolments))
    return replace(kiosk, phase=st.Consent(visit, kiosk.now_ms)), ()


def on_decided(kiosk: st.Kiosk, visit: st.Visit, decision: Decision, policy: Policy) -> Step:
    """The search has ended: nobody resembles, somebody does, or it is who the pictures were to be of."""
    desk = kiosk.mode is st.Mode.ENROLL
    found = decision.reason is Reason.DUPLICATE and decision.person is not None
    if visit.renews is not None:
        if not desk or not found or decision.person != visit.renews:  # these are pictures of somebody else
            return finish(kiosk, visit, Outcome.DENIED, decision)
        if decision.similarity is not None and decision.similarity >= policy.matching.duplicate:
            return replace(kiosk, phase=st.Review(replace(visit, replaces=visit.renews), kiosk.now_ms)), ()
    elif decision.reason in {Reason.NO_MATCH, Reason.EMPTY_GALLERY}:
        return replace(kiosk, phase=st.Review(visit, kiosk.now_ms)), ()
    if desk and found:
        return replace(kiosk, phase=st.Duplicate(visit, kiosk.now_ms, decision)), ()
    return finish(kiosk, visit, Outcome.DENIED, decision)


def on_details(kiosk: st.Kiosk, visit: st.Visit, event: ev.DetailsGiven) -> Step:
    """The form is complete: to the camera, or back to the review where pictures are there already."""
    visit = replace(visit, details=event.details, seen_ms=kiosk.now_ms)
    phase = st.Review(visit, kiosk.now_ms) if visit.live else st.Guiding(visit, kiosk.now_ms)
    return replace(kiosk, phase=phase), ()


def on_word(kiosk: st.Kiosk, event: ev.SidesSkipped | ev.FormReopened | ev.SamePerson | ev.AnotherPerson) -> Step:
    """What the desk says."""
    now = kiosk.now_ms
    match event, kiosk.phase:
        case ev.SidesSkipped(), st.Turning(visit):
            return decide(kiosk, visit)
        case ev.FormReopened(), st.Review(visit):
            return replace(kiosk, phase=st.DetailsForm(visit, now)), ()
        case ev.SamePerson(), st.Duplicate(visit, _, decision):
            visit = replace(visit, replaces=decision.person)
            return replace(kiosk, phase=st.Review(visit, now)), ()
        case ev.AnotherPerson(), st.Duplicate(visit) if visit.renews is not None:
            return finish(kiosk, visit, Outcome.DENIED, Decision(Reason.CANCELLED))
        case ev.AnotherPerson(), st.Duplicate(visit, _, decision) if event.reason in set(Override):
            visit = replace(visit, like=decision.person, resemblance=decision.similarity, override=event.reason)
            return replace(kiosk, phase=st.Review(visit, now)), ()
        case _:
            return kiosk, ()
