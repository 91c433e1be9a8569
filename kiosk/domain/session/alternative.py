"""The part of the table that is the way in without a face: equal to the other, one tap away on every screen of a visitor.

    any screen ─another way─▶ Alternative ─way chosen, proof shown─▶ Proving ─accepted─▶ Granted
                                   ▲                                    │ wrong: what is left of the tries is said
                                   ├────────────────────────────────────┘ too many: Denied, and the station pauses
    Deciding ─one more proof────────┘                                      one proof is not enough here: another one

A proof is a number with its PIN, a QR code, or a code that the account has sent. Where the door wants two proofs, a pass alone
opens nothing: two different ways of the same person do, or the face and one of these. Whose proof it is, is said by nobody before
the door opens. Opens nothing itself: :func:`~kiosk.domain.session.results.finish` does, only for who was proved in this session.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kiosk.domain import tiers
from kiosk.domain.decision import Decision, Outcome, Reason, outcome_of
from kiosk.domain.passes import PassAnswer, Way
from kiosk.domain.person import PersonId, Truth
from kiosk.domain.policy import OfflineLogins, Policy
from kiosk.domain.session import attempts, coding
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.domain.session.effects import Effect, Prove, Wipe
from kiosk.domain.session.results import Step, finish, open_visit

_EYES = frozenset({st.Part.CAMERA, st.Part.VISION})
"""Parts that a way in without a face does without."""


def offered(kiosk: st.Kiosk, policy: Policy) -> tuple[Way, ...]:
    """The ways in without a face that are open right now, in the order in which they are shown."""
    wanted = {
        Way.PIN: policy.ways.pin,
        Way.QR: policy.ways.qr,
        Way.CODE: policy.ways.code and kiosk.online,
        Way.ATTENDANT: policy.ways.attendant,
    }
    open_ways = [way for way, on in wanted.items() if on and (way in kiosk.ways or way is Way.ATTENDANT)]
    broken = kiosk.phase if isinstance(kiosk.phase, st.Fault) else kiosk.broken
    if broken is not None and broken.part is st.Part.CAMERA:
        open_ways = [way for way in open_ways if way is not Way.QR]
    pause = kiosk.phase if isinstance(kiosk.phase, st.LockedOut) else kiosk.locked
    if pause is not None and pause.passes and kiosk.now_ms - pause.since_ms < policy.lockout.locked_ms:
        open_ways = [way for way in open_ways if way is Way.ATTENDANT]
    used = kiosk.phase.used if isinstance(kiosk.phase, st.Alternative) else ()
    return tuple(way for way in open_ways if way not in used)


def can_ask(kiosk: st.Kiosk, policy: Policy) -> bool:
    """Whether this screen may offer another way in: somebody might come in by it, not only call for help."""
    if kiosk.mode is not st.Mode.ACCESS or not set(offered(kiosk, policy)) - {Way.ATTENDANT}:
        return False
    match kiosk.phase:
        case st.Attract() | st.Cooldown() | st.LockedOut():
            return True
        case st.Fault(_, part):
            return part in _EYES
        case (
            st.Guiding()
            | st.Holding()
            | st.Liveness()
            | st.Challenge()
            | st.Lighting()
            | st.Capturing()
            | st.Deciding()
        ):
            return not kiosk.phase.visit.enrolling
        case st.Denied() | st.Deferred() | st.Help():
            return not kiosk.phase.visit.enrolling
        case _:
            return False


def ask(kiosk: st.Kiosk, policy: Policy) -> Step:
    """Another way, please. What was gathered of a face is void; what is on its way to a decision is called off first."""
    if not can_ask(kiosk, policy):
        return kiosk, ()
    effects: tuple[Effect, ...] = ()
    phase = kiosk.phase
    if isinstance(phase, st.Deciding):
        kiosk, effects = finish(kiosk, phase.visit, Outcome.DENIED, Decision(Reason.CANCELLED))
    elif isinstance(phase, st.Denied):
        kiosk = attempts.locked(kiosk, policy) or kiosk
        if isinstance(kiosk.phase, st.LockedOut) and kiosk.phase.passes:
            return kiosk, ()
    elif isinstance(phase, st.Fault):
        kiosk = replace(kiosk, broken=phase)
    fresh = st.Visit(session=kiosk.next_session, enrolling=False, times=st.Times(began=kiosk.now_ms))
    kiosk, visit = open_visit(kiosk, fresh)
    return replace(kiosk, phase=st.Alternative(visit, kiosk.now_ms)), effects


def can_owe(kiosk: st.Kiosk, decision: Decision, policy: Policy) -> bool:
    """Whether one more proof can be asked for here, of whom this decision is about."""
    if decision.reason is not Reason.SECOND_FACTOR or decision.awaits is None:
        return False
    return bool(set(offered(kiosk, policy)) - {Way.ATTENDANT})


def owe(kiosk: st.Kiosk, visit: st.Visit, decision: Decision) -> Step:
    """A living face was recognised, and one more proof is wanted. Pixels and template are not needed for it, so they go now."""
    visit = replace(visit, details=None)
    return replace(kiosk, phase=st.Alternative(visit, kiosk.now_ms, owed=decision)), (Wipe(visit.session),)


def on_intent(
    kiosk: st.Kiosk, event: ev.AnotherWayAsked | ev.WayChosen | ev.CodeWanted | ev.ProofGiven, policy: Policy
) -> Step:
    """What somebody asks for on this screen, or to come to it."""
    match event, kiosk.phase:
        case ev.AnotherWayAsked(), _:
            return ask(kiosk, policy)
        case ev.WayChosen(_, way), st.Alternative() as form:
            if way is not None and (way is Way.ATTENDANT or way not in offered(kiosk, policy)):
                return kiosk, ()
            if way is Way.CODE:
                return coding.chosen(kiosk, form)
            form = coding.given_back(form)
            return replace(kiosk, phase=replace(form, since_ms=kiosk.now_ms, way=way, refused=None)), ()
        case ev.CodeWanted(_, number), st.Alternative() as form if Way.CODE in offered(kiosk, policy):
            return coding.wanted(kiosk, form, number)
        case ev.ProofGiven(_, proof), st.Alternative() as form:
            if proof.way not in offered(kiosk, policy) or proof.way is Way.ATTENDANT or not proof.secret:
                return kiosk, ()
            if proof.way is Way.CODE:
                sent_for, kiosk = coding.typed(kiosk, form, proof)
                if sent_for is None:
                    return kiosk, ()
                proof = sent_for
            proving = replace(kiosk, phase=st.Proving(form.visit, kiosk.now_ms, form, proof.way))
            return proving, (Prove(form.visit.session, form.visit, proof, form.owed, form.used),)
        case _:
            return kiosk, ()


def judge(answer: PassAnswer, shown: Prove, policy: Policy, at: datetime, *, account: bool) -> Decision:
    """What a proof comes to; pure. The machine looks again at what the policy forbids whatever the hour.

    Args:
        answer: of whoever keeps the passes.
        shown: what was shown, and what went before in this session.
        policy: the station's.
        at: local time of the door.
        account: there is one.
    """
    proof, owed, used = shown.proof, shown.owed, shown.used
    if answer.person is None or proof.way in used:
        return Decision(Reason.PASS_REFUSED)
    if owed is not None:
        if answer.person != owed.awaits:
            return Decision(Reason.PASS_REFUSED)
        truth = answer.truth if used else _of_both(owed, answer)
        return Decision(Reason.PASS_ACCEPTED, truth, person=answer.person, similarity=owed.similarity)
    if account and policy.offline.logins is OfflineLogins.DENY and answer.truth is not Truth.CONFIRMED:
        return Decision(Reason.NOT_CONFIRMED)
    if not tiers.face_is_enough(policy.tiers, at):  # one proof is not enough, whichever it is
        return Decision(Reason.SECOND_FACTOR, awaits=answer.person)
    return Decision(Reason.PASS_ACCEPTED, answer.truth, person=answer.person)


def _of_both(owed: Decision, answer: PassAnswer) -> Truth:
    """A face that the account has confirmed and a code that it has: confirmed. Of anything less the face's truth stands."""
    face_confirmed = owed.truth is Truth.PROVISIONAL and owed.because is None
    return Truth.CONFIRMED if face_confirmed and answer.truth is Truth.CONFIRMED else owed.truth


def on_proved(kiosk: st.Kiosk, phase: st.Proving, decision: Decision, policy: Policy) -> Step:
    """The proof was looked at."""
    form, visit = phase.form, phase.visit
    match decision.reason:
        case Reason.PASS_ACCEPTED if decision.person is not None and _may_open(form, decision.person, policy):
            return finish(kiosk, replace(visit, proved=decision.person), Outcome.GRANTED, decision)
        case Reason.SECOND_FACTOR if decision.awaits is not None and form.owed is None:
            more = replace(form, since_ms=kiosk.now_ms, way=None, owed=decision, used=(phase.way,), refused=None)
            kiosk = replace(kiosk, phase=more)
            if set(offered(kiosk, policy)) - {Way.ATTENDANT}:
                return kiosk, ()
            return finish(kiosk, visit, Outcome.DEFERRED, replace(decision, awaits=None))
        case Reason.PASS_ACCEPTED | Reason.PASS_REFUSED | Reason.SECOND_FACTOR:
            return _refuse(kiosk, form, policy)
        case _:
            return finish(kiosk, visit, outcome_of(decision), decision)


def _may_open(form: st.Alternative, person: PersonId, policy: Policy) -> bool:
    """Once more, apart from whoever decided: one proof never opens a door that always wants two, and both are of one person."""
    if form.owed is None:
        return not tiers.is_always_two(policy.tiers)
    return form.owed.awaits == person and (form.visit.live or bool(form.used))


def _refuse(kiosk: st.Kiosk, form: st.Alternative, policy: Policy) -> Step:
    kiosk = attempts.wrong_proof(kiosk)
    form = replace(form, since_ms=kiosk.now_ms, refused=Reason.PASS_REFUSED, wrong=form.wrong + 1)
    if form.way is Way.CODE and form.code is not None:
        form = replace(form, code=replace(form.code, wrong=form.code.wrong + 1, trouble=None))
    if attempts.proofs_left(kiosk, policy) == 0:
        return finish(kiosk, form.visit, Outcome.DENIED, Decision(Reason.PASS_REFUSED))
    return replace(kiosk, phase=form), ()


def leave(kiosk: st.Kiosk, form: st.Alternative, policy: Policy) -> Step:
    """Given up, or the time is over. What was tried, or is owed, has a result; a mere look at this screen has none."""
    if form.wrong:
        return finish(kiosk, form.visit, Outcome.DENIED, Decision(Reason.PASS_REFUSED))
    if form.owed is not None:
        return finish(kiosk, form.visit, Outcome.DEFERRED, replace(form.owed, awaits=None))
    return attempts.over(kiosk, policy), ()


def outlive(kiosk: st.Kiosk, event: ev.PartFailed) -> st.Kiosk | None:
    """The camera or vision broke while somebody comes in without a face: they go on. None where this failure is everybody's."""
    if event.part not in _EYES:
        return None
    phase = kiosk.phase
    without_face = isinstance(phase, st.Alternative | st.Proving) or (
        isinstance(phase, st.Granted | st.Denied | st.Deferred | st.Help) and kiosk.broken is not None
    )
    if not without_face:
        return None
    if kiosk.broken is not None and kiosk.broken.part is not event.part:
        return kiosk
    if isinstance(phase, st.Alternative) and phase.way is Way.QR and event.part is st.Part.CAMERA:
        kiosk = replace(kiosk, phase=replace(phase, way=None))
    return replace(kiosk, broken=st.Fault(kiosk.now_ms, event.part, event.code, event.detail))
