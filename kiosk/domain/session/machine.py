"""The table of the session machine: limits, intents, answers of the parts. Following a face is in ``visit``.

``step`` is pure and total: every event in every state has an answer, and most answers are "nothing". Limits are looked at
before the event, so an answer that comes after its deadline finds the state already left.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import assert_never

from kiosk.domain import liveness, tiers
from kiosk.domain.decision import Decision, Outcome, Reason, outcome_of
from kiosk.domain.passes import Way
from kiosk.domain.policy import Policy
from kiosk.domain.session import alternative, attempts, coding, enrolling, lighting, working
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.domain.session.effects import Effect, Recheck, Submit, Wipe
from kiosk.domain.session.results import Step, finish, open_visit, restart
from kiosk.domain.session.visit import follow, judge_challenge_drawn, refuse, wake

CODE_TAKES = 2.0
"""So many times as long is given to who waits for a message and types it."""


def step(kiosk: st.Kiosk, event: ev.Event, policy: Policy) -> tuple[st.Kiosk, tuple[Effect, ...]]:
    """One event: the next machine and what is to be done. Leaving a session always ends with its :class:`Wipe`."""
    at_ms = event.at_ms if math.isfinite(event.at_ms) else kiosk.now_ms
    kiosk = replace(kiosk, now_ms=max(kiosk.now_ms, at_ms))
    effects: tuple[Effect, ...] = ()
    for turn in (_on_limit, lambda k, p: _on_event(k, event, p)):
        before = st.visit_of(kiosk.phase)
        kiosk, more = turn(kiosk, policy)
        after = st.visit_of(kiosk.phase)
        left = before is not None and (after is None or after.session != before.session)
        effects += (*more, Wipe(before.session)) if before is not None and left else more
    return kiosk, effects


def limit_ms(phase: st.Phase, policy: Policy) -> float | None:
    """How long a state may last; None only for Attract, which waits for nobody in particular."""
    timing = policy.timing
    match phase:
        case st.Attract():
            return None
        case st.Consent():
            return timing.consent_ms
        case st.DetailsForm():
            return timing.details_ms
        case st.Guiding():
            return timing.guiding_ms
        case st.Holding():
            return timing.holding_ms
        case st.Liveness():
            return timing.liveness_ms
        case st.Challenge():
            return timing.challenge_ms
        case st.Lighting():
            return timing.lighting_ms
        case st.Capturing():
            return timing.capturing_ms
        case st.Turning():
            return timing.side_view_ms
        case st.Deciding():
            return timing.deciding_ms
        case st.Duplicate():
            return timing.duplicate_ms
        case st.Review():
            return timing.review_ms
        case st.Submitting():
            return timing.submitting_ms
        case st.Granted():
            return timing.receipt_ms if phase.visit.enrolling else timing.granted_ms
        case st.Denied() | st.Deferred():
            return timing.denied_ms
        case st.Help():
            return timing.help_ms
        case st.Cooldown():
            return timing.cooldown_ms
        case st.Alternative():
            waits = phase.way is Way.CODE and phase.code is not None and phase.code.asked_ms is not None
            return timing.alternative_ms * (CODE_TAKES if waits else 1.0)
        case st.Proving():
            return timing.proving_ms
        case st.LockedOut():
            return policy.lockout.locked_ms
        case st.Fault():
            return timing.fault_recheck_ms
        case st.Operator():
            return timing.operator_ms if phase.at_work else timing.sign_in_ms
        case _:
            assert_never(phase)


def _on_limit(kiosk: st.Kiosk, policy: Policy) -> Step:
    phase = kiosk.phase
    limit = limit_ms(phase, policy)
    if limit is None or kiosk.now_ms - phase.since_ms < limit:
        return kiosk, ()
    match phase:
        case st.Attract():
            return kiosk, ()
        case st.Consent() | st.DetailsForm() | st.Review() | st.Capturing() | st.Deciding():
            return finish(kiosk, phase.visit, Outcome.DENIED, Decision(Reason.TIMED_OUT))
        case st.Guiding() | st.Holding():
            return finish(kiosk, phase.visit, Outcome.HELP, Decision(Reason.NOT_GUIDED))
        case st.Liveness() | st.Challenge() | st.Lighting():
            return finish(kiosk, phase.visit, Outcome.DENIED, Decision(Reason.LIVENESS_UNSURE))
        case st.Turning():
            return enrolling.decide(kiosk, phase.visit)
        case st.Duplicate():
            return finish(kiosk, phase.visit, Outcome.DENIED, phase.decision)
        case st.Submitting():
            return finish(kiosk, phase.visit, Outcome.DEFERRED, Decision(Reason.TIMED_OUT))
        case st.Granted() | st.Denied() | st.Deferred() | st.Help():
            return attempts.over(kiosk, policy), ()
        case st.Alternative():
            return alternative.leave(kiosk, phase, policy)
        case st.Proving():
            return finish(kiosk, phase.visit, Outcome.DENIED, Decision(Reason.TIMED_OUT))
        case st.Cooldown() | st.LockedOut():
            return attempts.at_rest(kiosk, policy), ()
        case st.Operator():
            return working.leave(kiosk, phase)
        case st.Fault():
            return replace(kiosk, phase=replace(phase, since_ms=kiosk.now_ms)), (Recheck(phase.part),)
        case _:
            assert_never(phase)


def _on_event(kiosk: st.Kiosk, event: ev.Event, policy: Policy) -> Step:
    match event:
        case ev.Tick():
            return _on_tick(kiosk, policy)
        case ev.Seen():
            return _on_seen(kiosk, event, policy)
        case ev.WaysOpen():
            return _around(replace(kiosk, ways=event.ways), policy), ()
        case ev.Surroundings():
            kiosk = replace(kiosk, account=event.account, online=event.online, no_enrolments=event.no_enrolments)
            return _around(kiosk, policy), ()
        case ev.PartFailed():
            return _on_part_failed(kiosk, event)
        case ev.PartBack() if isinstance(kiosk.phase, st.Operator):
            return working.on_part_back(kiosk, kiosk.phase, event)
        case ev.PartBack():
            if kiosk.broken is not None and kiosk.broken.part is event.part:
                kiosk = replace(kiosk, broken=None)
            if isinstance(kiosk.phase, st.Fault) and kiosk.phase.part is event.part:
                return attempts.at_rest(kiosk, policy), ()
            return kiosk, ()
        case (
            ev.ChallengeDrawn()
            | ev.LightsDrawn()
            | ev.Captured()
            | ev.SideCaptured()
            | ev.CaptureFailed()
            | ev.Decided()
            | ev.Submitted()
            | ev.Proved()
            | ev.CodeSent()
            | ev.CodeUnchecked()
        ):
            return _on_answer(kiosk, event, policy)
        case _:
            return _on_intent(kiosk, event, policy)


def _on_tick(kiosk: st.Kiosk, policy: Policy) -> Step:
    phase = kiosk.phase
    if isinstance(phase, st.Lighting) and kiosk.now_ms - phase.visit.seen_ms > policy.liveness.max_gap_ms:
        # No frame comes: the colours are shown to nobody that is known of.
        return restart(kiosk, phase.visit, policy, Reason.FACE_LOST)
    return kiosk, ()


def _around(kiosk: st.Kiosk, policy: Policy) -> st.Kiosk:
    return coding.link_looked_at(kiosk, open_now=Way.CODE in alternative.offered(kiosk, policy))


def _on_seen(kiosk: st.Kiosk, event: ev.Seen, policy: Policy) -> Step:
    match kiosk.phase:
        case st.Attract():
            return wake(kiosk, kiosk.phase, event.sighting, policy)
        case st.Cooldown() if event.sighting.nearest is None:
            return attempts.at_rest(kiosk, policy), ()
        case st.Granted() | st.Denied() | st.Deferred() | st.Help() as result:
            return attempts.step_away(kiosk, result, event.sighting, policy)
        case phase if isinstance(phase, st.Following):
            return follow(kiosk, phase, event.sighting, policy)
        case _:
            return kiosk, ()


def _on_part_failed(kiosk: st.Kiosk, event: ev.PartFailed) -> Step:
    phase = kiosk.phase
    if isinstance(phase, st.Operator) and event.part in working.CAN_WAIT:
        return working.on_part_failed(kiosk, phase, event)
    going_on = alternative.outlive(kiosk, event)
    if going_on is not None:
        return going_on, ()
    if isinstance(phase, st.Fault) and phase.part is not event.part:
        return kiosk, ()  # the first failure stays on screen; the other one comes up again when its part is next used
    since = phase.since_ms if isinstance(phase, st.Fault) else kiosk.now_ms
    visit = st.visit_of(phase)
    fault = replace(kiosk, phase=st.Fault(since, event.part, event.code, event.detail))
    if visit is None or isinstance(phase, st.Granted | st.Denied | st.Deferred | st.Help | st.Consent | st.DetailsForm):
        return fault, ()
    _, effects = finish(kiosk, visit, Outcome.DENIED, Decision(Reason.PART_FAILED))
    return fault, effects


def _on_answer(
    kiosk: st.Kiosk,
    event: ev.ChallengeDrawn
    | ev.LightsDrawn
    | ev.Captured
    | ev.SideCaptured
    | ev.CaptureFailed
    | ev.Decided
    | ev.Submitted
    | ev.Proved
    | ev.CodeSent
    | ev.CodeUnchecked,
    policy: Policy,
) -> Step:
    phase = kiosk.phase
    visit = st.visit_of(phase)
    if visit is None or event.session != visit.session:
        return kiosk, ()
    match event, phase:
        case ev.ChallengeDrawn(), st.Challenge():
            return judge_challenge_drawn(kiosk, phase, event.sequence)
        case ev.LightsDrawn(), st.Lighting():
            return lighting.on_drawn(kiosk, phase, event.lights)
        case ev.Captured(), st.Capturing() if event.track == visit.track:
            if not event.sameness >= policy.matching.same_person:
                return restart(kiosk, visit, policy, Reason.FACE_CHANGED)
            if liveness.speaks_against(visit.tally, policy.liveness):
                return refuse(kiosk, visit)
            times = replace(visit.times, captured=kiosk.now_ms)
            visit = replace(visit, stills=event.stills, times=times)
            return enrolling.after_front(kiosk, visit, policy)
        case ev.SideCaptured(), st.Turning() if event.track == visit.track:
            return enrolling.on_side(kiosk, phase, event, policy)
        case ev.CaptureFailed(), st.Capturing():
            return restart(kiosk, visit, policy, Reason.NOT_CAPTURED)
        case ev.Decided(), st.Deciding() if event.track == visit.track:
            return _on_decided(kiosk, visit, event.decision, policy)
        case ev.Proved(), st.Proving() as proving:
            return alternative.on_proved(kiosk, proving, event.decision, policy)
        case ev.CodeSent(), _:
            return coding.on_sent(kiosk, event)
        case ev.CodeUnchecked(), st.Proving() as proving:
            return coding.on_unchecked(kiosk, proving, event.trouble)
        case ev.Submitted(), st.Submitting():
            enrolled = event.decision.reason in {Reason.ENROLLED, Reason.UPDATED}
            return finish(kiosk, visit, Outcome.GRANTED if enrolled else Outcome.DENIED, event.decision)
        case _:
            return kiosk, ()


def _on_decided(kiosk: st.Kiosk, visit: st.Visit, decision: Decision, policy: Policy) -> Step:
    if liveness.speaks_against(visit.tally, policy.liveness):
        return refuse(kiosk, visit)
    if visit.enrolling:
        return enrolling.on_decided(kiosk, visit, decision, policy)
    if decision.accepts and not visit.live:
        decision = Decision(Reason.LIVENESS_UNSURE)
    decision = tiers.never_alone(decision, policy.tiers)
    if visit.live and alternative.can_owe(kiosk, decision, policy):
        return alternative.owe(kiosk, visit, decision)
    return finish(kiosk, visit, outcome_of(decision), replace(decision, awaits=None))


_Intent = (
    ev.EnrolmentBegun
    | ev.RenewalBegun
    | ev.ConsentGiven
    | ev.ConsentRefused
    | ev.DetailsGiven
    | ev.ReviewAccepted
    | ev.Retake
    | ev.SidesSkipped
    | ev.FormReopened
    | ev.SamePerson
    | ev.AnotherPerson
    | ev.LightUnwanted
    | ev.Cancelled
    | ev.AnotherWayAsked
    | ev.WayChosen
    | ev.CodeWanted
    | ev.ProofGiven
    | ev.TriedAgain
    | ev.HelpAsked
    | ev.ModeChosen
    | ev.OperatorEntered
    | ev.OperatorActed
    | ev.OperatorLeft
)


def _on_intent(kiosk: st.Kiosk, event: _Intent, policy: Policy) -> Step:
    now = kiosk.now_ms
    match event, kiosk.phase:
        case ev.EnrolmentBegun() | ev.RenewalBegun(), _:
            return enrolling.begin(kiosk, event, policy)
        case ev.ConsentGiven(), st.Consent(visit) if event.text_version:
            return replace(kiosk, phase=st.DetailsForm(replace(visit, consent=event.text_version), now)), ()
        case ev.ConsentRefused(), st.Consent(visit):
            return finish(kiosk, visit, Outcome.DENIED, Decision(Reason.CONSENT_REFUSED))
        case ev.DetailsGiven(), st.DetailsForm(visit):
            return enrolling.on_details(kiosk, visit, event)
        case ev.SidesSkipped() | ev.FormReopened() | ev.SamePerson() | ev.AnotherPerson(), _:
            return enrolling.on_word(kiosk, event)
        case ev.ReviewAccepted(), st.Review(visit) if visit.live:
            return replace(kiosk, phase=st.Submitting(visit, now)), (Submit(visit.session, visit),)
        case ev.Retake(), st.Review(visit) | st.Duplicate(visit):
            kiosk, visit = open_visit(kiosk, visit)
            return replace(kiosk, phase=st.Guiding(visit, now)), ()
        case ev.AnotherWayAsked() | ev.WayChosen() | ev.CodeWanted() | ev.ProofGiven(), _:
            return alternative.on_intent(kiosk, event, policy)
        case ev.LightUnwanted(), phase:
            return lighting.on_unwanted(kiosk, phase)
        case ev.TriedAgain(), st.Denied() | st.Deferred() | st.Help() as result if not result.visit.enrolling:
            return attempts.again(kiosk, policy), ()
        case ev.Cancelled(), st.Alternative() as form:
            return alternative.leave(kiosk, form, policy)
        case ev.Cancelled(), st.Granted() | st.Denied() | st.Deferred() | st.Help():
            return attempts.over(kiosk, policy), ()
        case ev.Cancelled(), phase if st.visit_of(phase) is not None and not isinstance(
            phase, st.Submitting | st.Proving
        ):
            return replace(kiosk, phase=st.Cooldown(now)), ()
        case ev.HelpAsked(), phase:
            return _on_help(kiosk, phase)
        case ev.ModeChosen(), st.Attract() | st.Cooldown() | st.Operator():
            return replace(kiosk, mode=event.mode), ()
        case ev.OperatorEntered() | ev.OperatorActed() | ev.OperatorLeft(), _:
            return working.on_event(kiosk, event)
        case _:
            return kiosk, ()


def _on_help(kiosk: st.Kiosk, phase: st.Phase) -> Step:
    match phase:
        case st.Fault() | st.Operator() | st.Submitting() | st.Granted() | st.Help():
            return kiosk, ()
        case st.Denied() | st.Deferred():
            # The result is on record already; only the screen changes.
            return replace(kiosk, phase=st.Help(phase.visit, kiosk.now_ms, Reason.HELP_ASKED)), ()
        case st.Attract() | st.Cooldown() | st.LockedOut():
            fresh = st.Visit(session=kiosk.next_session, enrolling=False, times=st.Times(began=kiosk.now_ms))
            kiosk, visit = open_visit(kiosk, fresh)
            return finish(kiosk, visit, Outcome.HELP, Decision(Reason.HELP_ASKED))
        case _:
            return finish(kiosk, phase.visit, Outcome.HELP, Decision(Reason.HELP_ASKED))
