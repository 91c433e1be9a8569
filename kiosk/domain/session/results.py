"""How a session ends, or starts again. The only place that makes :class:`OpenDoor`."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import assert_never

from kiosk.domain.challenge.continuity import Continuity
from kiosk.domain.challenge.trace import Trace
from kiosk.domain.decision import Decision, Outcome, Reason
from kiosk.domain.face import TrackId
from kiosk.domain.guidance import Guidance
from kiosk.domain.liveness import Tally
from kiosk.domain.policy import Policy
from kiosk.domain.session import attempts
from kiosk.domain.session import states as st
from kiosk.domain.session.effects import Announce, Effect, Follow, OpenDoor, Record, Wipe

Step = tuple[st.Kiosk, tuple[Effect, ...]]

_ON_RECORD = frozenset({Reason.RECOGNISED, Reason.PASS_ACCEPTED, Reason.ENROLLED, Reason.UPDATED})
"""Written by the job that found them, before they were told."""

_NOTHING_STORED = frozenset({Reason.CONSENT_REFUSED})


def finish(kiosk: st.Kiosk, visit: st.Visit, outcome: Outcome, decision: Decision) -> Step:
    """The visit has its answer: result screen, record, event, door. Pixels and templates go at once, and so do the details."""
    now = kiosk.now_ms
    visit = replace(visit, times=replace(visit.times, decided=now), details=None, continuity=Continuity())
    if visit.judge is not None:
        visit = replace(visit, judge=replace(visit.judge, rest=None))
    effects: list[Effect] = []
    if decision.reason not in _ON_RECORD and (visit.live or decision.reason not in _NOTHING_STORED):
        effects.append(Record(visit.session, visit, outcome, decision))
    effects.append(Announce(visit.session, visit, outcome, decision, now - visit.times.began))
    phase: st.Result
    match outcome:
        case Outcome.GRANTED:
            if not visit.enrolling and decision.person is not None and _opens(visit, decision):
                effects.append(OpenDoor(visit.session, decision.person))
                kiosk = replace(kiosk, served=visit.track, served_ms=now, served_far=False)
            phase = st.Granted(visit, now, decision)
        case Outcome.DENIED:
            kiosk = attempts.count(kiosk, visit, decision)
            phase = st.Denied(visit, now, decision)
        case Outcome.DEFERRED:
            phase = st.Deferred(visit, now, decision)
        case Outcome.HELP:
            if decision.reason is Reason.NOT_GUIDED and not visit.enrolling:
                kiosk = replace(kiosk, served=visit.track, served_ms=now, served_far=True)
            phase = st.Help(visit, now, decision.reason)
        case _:
            assert_never(outcome)
    effects.append(Wipe(visit.session))
    return replace(kiosk, phase=phase), tuple(effects)


def _opens(visit: st.Visit, decision: Decision) -> bool:
    """A living face that was recognised, or somebody who was proved without one; in this session, and that person."""
    if decision.reason is Reason.PASS_ACCEPTED:
        return visit.proved is not None and visit.proved == decision.person
    return visit.live and decision.accepts


def open_visit(kiosk: st.Kiosk, visit: st.Visit) -> tuple[st.Kiosk, st.Visit]:
    """A new session for this visit: evidence of the old one is gone; consent, details and the count of restarts stay."""
    fresh = replace(
        visit,
        session=kiosk.next_session,
        track=None,
        seen_ms=kiosk.now_ms,
        ok_ms=0.0,
        guidance=Guidance(shown_since_ms=-math.inf),  # the first hint of a session comes at once
        tally=Tally(),
        live=False,
        score=None,
        stills=0,
        fit_since_ms=None,
        fit_px=0.0,
        continuity=Continuity(),
        judge=None,
        light=None,
        trace=Trace(),
        proved=None,
        sides=(),
        checks=(),
        replaces=None,
        like=None,
        resemblance=None,
        override="",
        times=st.Times(began=visit.times.began),
    )
    return replace(kiosk, next_session=st.SessionId(kiosk.next_session + 1)), fresh


def restart(kiosk: st.Kiosk, visit: st.Visit, policy: Policy, reason: Reason, track: TrackId | None = None) -> Step:
    """The evidence of this session is void (another face, a gap, a swap): begin again, and give up after a few times."""
    if visit.restarts >= policy.lockout.max_restarts:
        return finish(kiosk, visit, Outcome.DENIED, Decision(reason))
    kiosk, fresh = open_visit(kiosk, replace(visit, restarts=visit.restarts + 1))
    effects: tuple[Effect, ...] = ()
    if track is not None:
        fresh = replace(fresh, track=track, times=replace(fresh.times, first_face=kiosk.now_ms))
        effects = (Follow(fresh.session, track),)
    return replace(kiosk, phase=st.Guiding(fresh, kiosk.now_ms)), effects
