"""The part of the table in which a face is followed: waking, guiding, holding, liveness, challenge, and the swap guard.

One track carries a session from its first live frame to the decision. Another track, a second face in the zone or a gap voids
the session; evidence of an attack ends it, in whichever of these states it comes.
"""

from __future__ import annotations

import math
from dataclasses import replace

from kiosk.domain import liveness
from kiosk.domain.account_picture import can_deliver, fit_hint
from kiosk.domain.challenge.continuity import MAX_LOSSES
from kiosk.domain.challenge.judge import Failure, Judge, Stage
from kiosk.domain.challenge.motion import Sequence
from kiosk.domain.decision import Decision, Outcome, Reason
from kiosk.domain.face import Face, Sighting
from kiosk.domain.guidance import Hint, judge, second_face_in_zone, steady
from kiosk.domain.light.judge import Echo
from kiosk.domain.liveness import Tally, Verdict
from kiosk.domain.policy import ACCOUNT_PICTURE, ChallengeUse, Policy
from kiosk.domain.quality import Check, checks
from kiosk.domain.session import enrolling, lighting
from kiosk.domain.session import states as st
from kiosk.domain.session.effects import Capture, DrawChallenge, Follow, Keep, Witness
from kiosk.domain.session.results import Step, finish, open_visit, restart
from kiosk.domain.tiers import challenge_use

GROWING = 1.04
"""A face that has become this much larger is on its way."""

ENROLMENT_PATIENCE = 4.0
"""An enrolment is sent once and searched for ever: it is worth asking longer."""


def wake(kiosk: st.Kiosk, phase: st.Attract, sighting: Sighting, policy: Policy) -> Step:
    """Somebody comes: two sightings of a face that is near enough start a visit (access only)."""
    face = sighting.nearest
    near = face is not None and face.box.width >= policy.placement.wake_share * sighting.width
    if face is None or not near or kiosk.mode is not st.Mode.ACCESS:
        return replace(kiosk, phase=replace(phase, face_since_ms=None)), ()
    if face.track == kiosk.served and _served_enough(kiosk, face, sighting, policy):
        return kiosk, ()
    if phase.face_since_ms is None:
        return replace(kiosk, phase=replace(phase, face_since_ms=kiosk.now_ms)), ()
    began = st.Times(began=phase.face_since_ms)
    kiosk, visit = open_visit(kiosk, st.Visit(session=kiosk.next_session, enrolling=False, times=began))
    return _guide(replace(kiosk, phase=st.Guiding(visit, kiosk.now_ms)), visit, sighting, policy)


def _served_enough(kiosk: st.Kiosk, face: Face, sighting: Sighting, policy: Policy) -> bool:
    """Whether this track was served a moment ago, or was given up on and has not come near enough since."""
    far = face.box.width < policy.placement.min_face_share * sighting.width
    return kiosk.now_ms - kiosk.served_ms < policy.timing.again_ms or (kiosk.served_far and far)


def follow(kiosk: st.Kiosk, phase: st.Following, sighting: Sighting, policy: Policy) -> Step:
    """One more sighting while a session is going on."""
    if isinstance(phase, st.Guiding):
        return _guide(kiosk, phase.visit, sighting, policy)
    visit, face = phase.visit, sighting.nearest
    if face is None:
        if isinstance(phase, st.Lighting):
            return restart(
                kiosk, visit, policy, Reason.FACE_LOST
            )  # colours are shown to nobody but the face before them
        if kiosk.now_ms - visit.seen_ms <= policy.timing.track_lost_ms:
            if isinstance(phase, st.Challenge):
                phase = replace(phase, visit=replace(visit, continuity=visit.continuity.lost()))
            return replace(kiosk, phase=phase), ()
        if visit.enrolling:
            return restart(kiosk, visit, policy, Reason.FACE_LOST)
        return replace(kiosk, phase=st.Attract(kiosk.now_ms)), ()
    if face.track != visit.track or second_face_in_zone(sighting, policy.placement):
        return restart(kiosk, visit, policy, Reason.FACE_CHANGED, face.track)
    if isinstance(phase, st.Challenge | st.Lighting) and kiosk.now_ms - visit.seen_ms > policy.liveness.max_gap_ms:
        return restart(kiosk, visit, policy, Reason.FACE_LOST, face.track)
    at_ms = sighting.mono_ms if math.isfinite(sighting.mono_ms) else kiosk.now_ms
    continuity, gap = visit.continuity.see(face, at_ms, policy.active)
    if gap is not None or continuity.losses > MAX_LOSSES:
        return restart(kiosk, visit, policy, Reason.FACE_CHANGED, face.track)
    hint = judge(sighting, policy, in_place=True)
    visit = replace(
        visit,
        seen_ms=kiosk.now_ms,
        guidance=steady(visit.guidance, hint, kiosk.now_ms),
        continuity=continuity,
        trace=visit.trace.add(
            face, at_ms, width=sighting.width, asked=visit.judge.asked if visit.judge is not None else None
        ),
        checks=_checks(visit, sighting, policy),
        tally=liveness.latched(visit.tally, sighting.passive),
    )
    if hint is Hint.OK:
        tally = liveness.add(visit.tally, sighting.passive, kiosk.now_ms, policy.liveness)
        visit = replace(visit, ok_ms=kiosk.now_ms, tally=tally, score=tally.whole(policy.liveness))
    if visit.tally.attack:
        return refuse(kiosk, visit)
    phase = replace(phase, visit=visit)
    if isinstance(phase, st.Lighting):
        return _judge_light(kiosk, phase, sighting, at_ms, policy)
    return _go_on(kiosk, phase, face, at_ms, policy)


def _guide(kiosk: st.Kiosk, visit: st.Visit, sighting: Sighting, policy: Policy) -> Step:
    now, face = kiosk.now_ms, sighting.nearest
    since = kiosk.phase.since_ms
    hint = judge(sighting, policy)
    if hint is Hint.OK and (kiosk.online or (visit.enrolling and kiosk.account)):
        visit, hint = _for_the_account(visit, sighting, now, policy)
    visit = replace(visit, guidance=steady(visit.guidance, hint, now), checks=_checks(visit, sighting, policy))
    if face is None:
        if visit.enrolling or now - visit.seen_ms <= policy.timing.track_lost_ms:
            return replace(kiosk, phase=st.Guiding(visit, since)), ()
        return replace(kiosk, phase=st.Attract(now)), ()
    first = visit.times.first_face if visit.times.first_face is not None else now
    visit = replace(visit, seen_ms=now, times=replace(visit.times, first_face=first))
    effects = () if face.track == visit.track else (Follow(visit.session, face.track),)
    if face.track != visit.track:
        visit = replace(visit, track=face.track, far=Tally(), tally=Tally(), score=None)
    # A cue of another kind counts in every frame, also of who is not in place, or turns away until it is over.
    visit = replace(visit, far=liveness.latched(visit.far, sighting.passive))
    if hint is Hint.COME_CLOSER:
        visit = replace(visit, far=liveness.add_far(visit.far, sighting, now, policy))
    if visit.far.attack:
        return _refuse_far(kiosk, visit) if hint is Hint.COME_CLOSER else refuse(kiosk, visit)
    if hint is not Hint.OK:
        return replace(kiosk, phase=st.Guiding(visit, since)), effects
    tally = liveness.add(visit.tally.again(), sighting.passive, now, policy.liveness)
    visit = replace(
        visit, ok_ms=now, tally=tally, score=tally.whole(policy.liveness), times=replace(visit.times, guided=now)
    )
    return replace(kiosk, phase=st.Holding(visit, now)), (
        *effects,
        Keep(visit.session, face.track, stills_wanted(visit, policy)),
    )


def refuse(kiosk: st.Kiosk, visit: st.Visit) -> Step:
    """Evidence of an attack: for good, and nothing of this visit counts as living any more."""
    return finish(kiosk, replace(visit, live=False), Outcome.DENIED, Decision(Reason.ATTACK))


def _refuse_far(kiosk: st.Kiosk, visit: st.Visit) -> Step:
    """A picture that never came near. It may hang on a wall, so it is left alone afterwards and locks nobody else out."""
    refused, effects = refuse(kiosk, visit)
    left_alone = replace(refused, served=visit.track, served_ms=kiosk.now_ms, served_far=True, attacks=kiosk.attacks)
    return left_alone, effects


def _checks(visit: st.Visit, sighting: Sighting, policy: Policy) -> tuple[Check, ...]:
    """How good this picture is, for the desk's list; a visitor at a door gets one hint at a time."""
    return checks(sighting, policy) if visit.enrolling else ()


def _for_the_account(visit: st.Visit, sighting: Sighting, now: float, policy: Policy) -> tuple[st.Visit, Hint]:
    """In place for the station: what the account's picture still wants of them, asked for as long as it helps.

    A camera that cannot show a face that large asks nothing, and who does not come nearer within a moment is served all the same:
    then the station's own decision is as far as it goes.
    """
    face, wanted = sighting.nearest, fit_hint(sighting, ACCOUNT_PICTURE)
    able = can_deliver(width=sighting.width, height=sighting.height, placement=policy.placement, rules=ACCOUNT_PICTURE)
    if face is None or wanted is None or not able:
        return visit, Hint.OK
    if visit.fit_since_ms is None or face.box.width > GROWING * visit.fit_px:
        return replace(visit, fit_since_ms=now, fit_px=face.box.width), wanted
    patience = policy.timing.fit_ms * (ENROLMENT_PATIENCE if visit.enrolling else 1.0)
    return visit, wanted if now - visit.fit_since_ms < patience else Hint.OK


def _go_on(kiosk: st.Kiosk, phase: st.Following, face: Face, at_ms: float, policy: Policy) -> Step:
    now, visit = kiosk.now_ms, phase.visit
    out_of_place = now - visit.ok_ms > policy.liveness.max_gap_ms
    if out_of_place and isinstance(phase, st.Holding | st.Liveness):
        return replace(kiosk, phase=st.Guiding(replace(visit, tally=visit.tally.again()), now)), ()
    if isinstance(phase, st.Holding) and now - phase.since_ms >= policy.timing.hold_ms:
        phase = st.Liveness(visit, now)
    if isinstance(phase, st.Liveness):
        return _judge_liveness(kiosk, phase, policy)
    if isinstance(phase, st.Turning):
        return enrolling.turn(kiosk, phase, face, policy)
    if isinstance(phase, st.Challenge):
        return _judge_challenge(kiosk, phase, face, at_ms, policy)
    return replace(kiosk, phase=phase), ()


def _judge_liveness(kiosk: st.Kiosk, phase: st.Liveness, policy: Policy) -> Step:
    now, visit = kiosk.now_ms, phase.visit
    match liveness.verdict(visit.tally, policy.liveness):
        case Verdict.PENDING:
            return replace(kiosk, phase=phase), ()
        case Verdict.ATTACK:
            return refuse(kiosk, visit)
        case Verdict.LIVE:
            if liveness.speaks_against(visit.tally, policy.liveness):
                return refuse(kiosk, visit)
            visit = replace(visit, tally=visit.tally.found_live())
            sure = visit.tally.score is not None and visit.tally.score >= policy.liveness.sure
            use = challenge_use(policy)
            asked = use is ChallengeUse.ALWAYS or (use is ChallengeUse.UNSURE and not sure)
            if asked or lighting.is_refused(visit, policy):
                return replace(kiosk, phase=st.Challenge(visit, now)), (DrawChallenge(visit.session),)
            return _light_or_capture(kiosk, visit, policy)


def _light_or_capture(kiosk: st.Kiosk, visit: st.Visit, policy: Policy) -> Step:
    return lighting.begin(kiosk, visit) if lighting.is_next(visit, policy) else _capture(kiosk, visit, policy)


def _judge_light(kiosk: st.Kiosk, phase: st.Lighting, sighting: Sighting, at_ms: float, policy: Policy) -> Step:
    visit, echo = lighting.see(phase.visit, sighting, at_ms, policy)
    match echo:
        case Echo.PENDING:
            return replace(kiosk, phase=replace(phase, visit=visit)), ()
        case Echo.SEEN:
            return _capture(kiosk, visit, policy)
        case _:
            # A bright room answers like a display: no evidence, so nothing opens, and nobody is called an attacker.
            return finish(kiosk, visit, Outcome.DENIED, Decision(Reason.LIVENESS_UNSURE))


def _capture(kiosk: st.Kiosk, visit: st.Visit, policy: Policy) -> Step:
    now, track = kiosk.now_ms, visit.track
    if track is None:
        return restart(kiosk, visit, policy, Reason.FACE_CHANGED)
    if liveness.speaks_against(visit.tally, policy.liveness):
        return refuse(kiosk, visit)
    visit = replace(visit, live=True, times=replace(visit.times, live=now))
    after_ms = visit.continuity.at_ms if visit.judge is not None else -math.inf
    return replace(kiosk, phase=st.Capturing(visit, now)), (
        Capture(visit.session, track, stills_wanted(visit, policy), after_ms, _places(visit.judge)),
    )


def stills_wanted(visit: st.Visit, policy: Policy) -> int:
    """More for an enrolment, which is searched for ever after, than for one search."""
    return policy.matching.enrol_stills if visit.enrolling else policy.matching.probe_stills


def judge_challenge_drawn(kiosk: st.Kiosk, phase: st.Challenge, sequence: Sequence) -> Step:
    """The first pause begins; a second draw changes nothing."""
    if phase.visit.judge is not None:
        return kiosk, ()
    visit = replace(phase.visit, judge=Judge(sequence=sequence, since_ms=kiosk.now_ms))
    return replace(kiosk, phase=replace(phase, visit=visit)), ()


def _judge_challenge(kiosk: st.Kiosk, phase: st.Challenge, face: Face, at_ms: float, policy: Policy) -> Step:
    if phase.visit.judge is None:
        return replace(kiosk, phase=phase), ()
    judge = phase.visit.judge.see(face, at_ms, policy.active)
    visit = replace(phase.visit, judge=judge)
    arrived = _places(judge) > _places(phase.visit.judge)
    match judge.stage:
        case Stage.PASSED:
            return _light_or_capture(kiosk, visit, policy)
        case Stage.FAILED:
            # A plane that moved as asked is evidence of an attack; everything else is no answer.
            reason = Reason.ATTACK if judge.failure is Failure.FLAT else Reason.LIVENESS_UNSURE
            return finish(kiosk, visit, Outcome.DENIED, Decision(reason))
        case _:
            seen = (Witness(visit.session, face.track),) if arrived and face.track is not None else ()
            return replace(kiosk, phase=replace(phase, visit=visit)), seen


def _places(judge: Judge | None) -> int:
    """Places of the active step that were reached and count."""
    return judge.index if judge is not None else 0
