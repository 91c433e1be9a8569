"""Attempts that count: which refusals bring the station nearer to a pause, how many are left, and where it rests between visits.

Three counts, each within the same window: presentation attacks, failed matches and motions that were not answered, wrong proofs
of the ways in without a face. Wrong proofs pause the passes too; the others leave them as the way in. A pause outlasts whatever
comes between, so nobody gets round it by pulling the camera's plug or calling for help.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.challenge.judge import Stage
from kiosk.domain.decision import Decision, Reason
from kiosk.domain.face import Sighting
from kiosk.domain.policy import Policy
from kiosk.domain.session import states as st
from kiosk.domain.session.effects import Effect

MISSES = frozenset({Reason.NO_MATCH, Reason.AMBIGUOUS, Reason.ACCOUNT_REFUSED})
"""A face that was not let in."""

UNANSWERED = frozenset({Reason.LIVENESS_UNSURE, Reason.FACE_LOST, Reason.FACE_CHANGED})
"""How a visit ends whose motions were not answered."""

_KEPT = 50
"""Of each count; more are never looked at."""


def count(kiosk: st.Kiosk, visit: st.Visit, decision: Decision) -> st.Kiosk:
    """After a refusal: an attack, a miss, or nothing that counts. Wrong proofs were counted one by one (:func:`wrong_proof`)."""
    if visit.enrolling and decision.reason in MISSES:
        return kiosk
    if decision.reason is Reason.ATTACK or _suspicious(visit):
        return replace(kiosk, attacks=(*kiosk.attacks, kiosk.now_ms)[-_KEPT:])
    if decision.reason in MISSES or (decision.reason in UNANSWERED and _unanswered(visit)):
        return replace(kiosk, misses=(*kiosk.misses, kiosk.now_ms)[-_KEPT:])
    return kiosk


def wrong_proof(kiosk: st.Kiosk) -> st.Kiosk:
    """A PIN or a code was wrong."""
    return replace(kiosk, wrongs=(*kiosk.wrongs, kiosk.now_ms)[-_KEPT:])


def _suspicious(visit: st.Visit) -> bool:
    """Whether the active step was failed the way a recording fails it: such attempts count towards the pause."""
    failure = visit.judge.failure if visit.judge is not None else None
    return failure is not None and failure.suspicious


def _unanswered(visit: st.Visit) -> bool:
    """Whether motions were asked and not answered: people do that, and so does who waits for the ones that a recording has."""
    return visit.judge is not None and visit.judge.stage is not Stage.PASSED and not visit.enrolling


def _recent(kiosk: st.Kiosk, at: tuple[float, ...], policy: Policy) -> int:
    return sum(kiosk.now_ms - each <= policy.lockout.window_ms for each in at)


def proofs_left(kiosk: st.Kiosk, policy: Policy) -> int:
    """Wrong PINs and codes left before the station pauses."""
    return max(0, policy.lockout.attempts - _recent(kiosk, kiosk.wrongs, policy))


def tries_left(kiosk: st.Kiosk, policy: Policy) -> int | None:
    """Of the kind of attempt that the state is about, before the station pauses; None while there was none."""
    match kiosk.phase:
        case st.Alternative() | st.Proving():
            return _left(kiosk, kiosk.wrongs, policy.lockout.attempts, policy)
        case st.Denied(_, _, decision) if decision.reason is Reason.PASS_REFUSED:
            return _left(kiosk, kiosk.wrongs, policy.lockout.attempts, policy)
        case st.Denied(_, _, decision) if decision.reason in MISSES:
            return _left(kiosk, kiosk.misses, policy.lockout.attempts, policy)
        case _:
            return _left(kiosk, kiosk.attacks, policy.lockout.attacks, policy)


def _left(kiosk: st.Kiosk, at: tuple[float, ...], allowed: int, policy: Policy) -> int | None:
    recent = _recent(kiosk, at, policy)
    return max(0, allowed - recent) if recent else None


def locked(kiosk: st.Kiosk, policy: Policy) -> st.Kiosk | None:
    """The pause where one is due; None where nothing was tried too often. The counts begin anew."""
    passes = proofs_left(kiosk, policy) == 0
    faces = (
        _recent(kiosk, kiosk.attacks, policy) >= policy.lockout.attacks
        or _recent(kiosk, kiosk.misses, policy) >= policy.lockout.attempts
    )
    if not passes and not faces:
        return None
    pause = st.LockedOut(kiosk.now_ms, passes)
    return replace(
        kiosk,
        phase=pause,
        locked=pause,
        attacks=() if faces else kiosk.attacks,
        misses=() if faces else kiosk.misses,
        wrongs=() if passes else kiosk.wrongs,
    )


def at_rest(kiosk: st.Kiosk, policy: Policy) -> st.Kiosk:
    """Nobody is being served any more: to a pause that is not over, to a part that is still broken, else to Attract."""
    if kiosk.broken is not None:
        return replace(kiosk, phase=kiosk.broken, broken=None)
    pause = kiosk.locked
    if pause is not None and kiosk.now_ms - pause.since_ms < policy.lockout.locked_ms:
        return replace(kiosk, phase=pause)
    return replace(kiosk, phase=st.Attract(kiosk.now_ms), locked=None)


def again(kiosk: st.Kiosk, policy: Policy) -> st.Kiosk:
    """Who was refused tries once more, now: no pause to walk on, and a face that was given up on is looked at anew."""
    return locked(kiosk, policy) or at_rest(replace(kiosk, served=None), policy)


def step_away(
    kiosk: st.Kiosk, result: st.Result, sighting: Sighting, policy: Policy
) -> tuple[st.Kiosk, tuple[Effect, ...]]:
    """A result is for one person: once they are gone, the station is there for the next."""
    visit, timing = result.visit, policy.timing
    if visit.enrolling or visit.track is None:
        return kiosk, ()
    if any(face.track == visit.track for face in sighting.faces):
        return replace(kiosk, phase=replace(result, visit=replace(visit, seen_ms=kiosk.now_ms))), ()
    gone = kiosk.now_ms - visit.seen_ms >= timing.gone_ms
    if not gone or kiosk.now_ms - result.since_ms < timing.shown_ms:
        return kiosk, ()
    return locked(kiosk, policy) or at_rest(kiosk, policy), ()


def over(kiosk: st.Kiosk, policy: Policy) -> st.Kiosk:
    """A visit is over: a pause that has become due, else a moment to walk on."""
    pause = locked(kiosk, policy)
    if pause is not None:
        return pause
    if kiosk.broken is not None or kiosk.locked is not None:
        return at_rest(kiosk, policy)
    return replace(kiosk, phase=st.Cooldown(kiosk.now_ms))
