"""From the machine to a snapshot: which screen is up and what it may know. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from kiosk.domain.codes import AGAIN_MS, MOST_SENT
from kiosk.domain.decision import Outcome
from kiosk.domain.guidance import Hint
from kiosk.domain.policy import Policy, ScreenLightUse
from kiosk.domain.session import alternative, lighting
from kiosk.domain.session import states as st
from kiosk.domain.session.attempts import tries_left
from kiosk.domain.session.machine import limit_ms
from kiosk.station.snapshot import Candidate, CodeStep, Entry, Screen, Snapshot


@dataclass(frozen=True, slots=True)
class Around:
    """What the station knows beside the machine; a snapshot to be completed."""

    base: Snapshot
    ready: bool = True


def present(kiosk: st.Kiosk, policy: Policy, public_id: str | None, around: Around) -> Snapshot:
    """The snapshot of this moment."""
    phase = kiosk.phase
    limit = limit_ms(phase, policy)
    visit = st.visit_of(phase)
    snapshot = replace(
        around.base,
        screen=screen_of(phase),
        mode=kiosk.mode,
        now_ms=kiosk.now_ms,
        until_ms=None if limit is None else phase.since_ms + limit,
        tries_left=tries_left(kiosk, policy),
        another_way=alternative.can_ask(kiosk, policy),
        session=public_id if visit is not None else None,
        enrolling=visit.enrolling if visit is not None else kiosk.mode is st.Mode.ENROLL,
    )
    without_face = isinstance(
        phase, st.Alternative | st.Proving | st.Granted | st.Denied | st.Deferred | st.Help | st.Operator
    )
    if not around.ready and not isinstance(phase, st.Fault) and not without_face:
        return replace(snapshot, screen=Screen.STARTING, session=None)
    match phase:
        case st.Fault():
            return replace(snapshot, fault=phase.code, fault_detail=phase.detail, fault_part=phase.part)
        case _ if isinstance(phase, st.Following):
            return _following(replace(snapshot, checks=phase.visit.checks), phase, policy)
        case st.Alternative() | st.Proving():
            return replace(snapshot, entry=_entry(kiosk, phase, policy))
        case st.DetailsForm():
            return replace(snapshot, details=phase.visit.details)
        case st.Duplicate():
            decision = phase.decision
            return replace(
                snapshot, details=phase.visit.details, candidate=Candidate(decision.name, decision.similarity or 0.0)
            )
        case st.Review():
            visit = phase.visit
            return replace(snapshot, details=visit.details, stills=visit.stills, replacing=visit.replaces is not None)
        case st.Granted() | st.Denied() | st.Deferred():
            decision = phase.decision
            outcome = {st.Granted: Outcome.GRANTED, st.Denied: Outcome.DENIED, st.Deferred: Outcome.DEFERRED}[
                type(phase)
            ]
            return replace(
                snapshot,
                outcome=outcome,
                reason=decision.reason,
                truth=decision.truth,
                name=decision.name if outcome is Outcome.GRANTED else "",
                similarity=decision.similarity,
                because=decision.because,
                truth_since_ms=decision.since_ms,
            )
        case st.Help():
            return replace(snapshot, outcome=Outcome.HELP, reason=phase.reason)
        case _:
            return snapshot


def screen_of(phase: st.Phase) -> Screen:
    """Which screen belongs to a state."""
    match phase:
        case st.Attract() | st.Cooldown():
            return Screen.ATTRACT
        case st.Consent():
            return Screen.CONSENT
        case st.DetailsForm():
            return Screen.DETAILS
        case st.Guiding() | st.Holding() | st.Liveness() | st.Lighting() | st.Capturing():
            return Screen.CAPTURE
        case st.Challenge():
            return Screen.CHALLENGE
        case st.Turning():
            return Screen.CHALLENGE
        case st.Duplicate():
            return Screen.DUPLICATE
        case st.Deciding() | st.Submitting():
            return Screen.WORKING
        case st.Review():
            return Screen.REVIEW
        case st.Granted() | st.Denied() | st.Deferred() | st.Help():
            return Screen.RESULT
        case st.Alternative() | st.Proving():
            return Screen.ALTERNATIVE
        case st.LockedOut():
            return Screen.LOCKED
        case st.Operator():
            return Screen.OPERATOR
        case st.Fault():
            return Screen.FAULT
        case _:
            assert_never(phase)


def _entry(kiosk: st.Kiosk, phase: st.Alternative | st.Proving, policy: Policy) -> Entry:
    form = phase.form if isinstance(phase, st.Proving) else phase
    return Entry(
        ways=alternative.offered(replace(kiosk, phase=form), policy),
        way=form.way,
        refused=form.refused,
        busy=isinstance(phase, st.Proving),
        owes=form.owed is not None,
        by_face=form.owed is not None and not form.used,
        code=_code_step(form, kiosk.now_ms),
    )


def _code_step(form: st.Alternative, now_ms: float) -> CodeStep | None:
    code = form.code
    if code is None:
        return None
    more = code.sent < MOST_SENT
    return CodeStep(
        asked=form.owed is not None or bool(code.number),
        sending=code.sending,
        to=code.to,
        trouble=code.trouble,
        can_resend=code.sent > 0 and not code.sending and code.refusal(now_ms) is None,
        again_ms=(code.asked_ms or now_ms) + AGAIN_MS if more and code.asked_ms is not None else None,
    )


def _following(snapshot: Snapshot, phase: st.Following, policy: Policy) -> Snapshot:
    visit = phase.visit
    before_light = isinstance(phase, st.Guiding | st.Holding | st.Liveness | st.Challenge | st.Lighting)
    offered = before_light and policy.liveness.screen_light is not ScreenLightUse.NEVER and not visit.no_light
    snapshot = replace(snapshot, can_refuse_light=offered)
    match phase:
        case st.Lighting():
            colour = lighting.colour_of(phase, snapshot.now_ms)
            return replace(snapshot, hint=Hint.HOLD_STILL, progress=0.9, light=colour or "", lit=True)
        case st.Guiding():
            return replace(snapshot, hint=visit.guidance.shown, progress=0.5 * visit.guidance.progress)
        case st.Holding() | st.Liveness():
            shown = visit.guidance.shown
            hint = Hint.HOLD_STILL if shown in {Hint.OK, Hint.NO_FACE} else shown
            return replace(snapshot, hint=hint, progress=0.5 + 0.4 * visit.tally.share_done(policy.liveness))
        case st.Challenge():
            asked = visit.judge.asked if visit.judge is not None else None
            done = visit.judge.share_done if visit.judge is not None else 0.0
            return replace(snapshot, hint=Hint.OK, progress=0.6 + 0.3 * done, ask=asked or "")
        case st.Turning():
            ask = visit.sides[0] if visit.sides and not phase.taking else ""
            return replace(snapshot, hint=Hint.OK, progress=0.95, ask=ask, sides_left=len(visit.sides))
        case _:
            return replace(
                snapshot, hint=Hint.HOLD_STILL if isinstance(phase, st.Capturing) else Hint.OK, progress=0.95
            )
