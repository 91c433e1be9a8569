"""Looking at a proof of the ways in without a face: whose it is, whether it is enough here, on record, and only then told.

On the io pool: a PIN takes a tenth of a second, and the database is asked twice. For a code that was sent the account is asked,
and nothing on the pool waits for it. For a number that is nobody's the same is done, in the same order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.domain.codes import Address, CodeTrouble
from kiosk.domain.decision import Decision, Reason, outcome_of
from kiosk.domain.errors import Code, InvariantBroken, StoreError
from kiosk.domain.passes import PassAnswer, Proof, Way
from kiosk.domain.person import Person, PersonId, Truth
from kiosk.domain.ports import Passes
from kiosk.domain.remote import CodeAnswer
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session.alternative import judge
from kiosk.station.jobs import Parts, validation, write

if TYPE_CHECKING:  # a station without an account does not load it
    from kiosk.station.code_desk import CodeDesk

ASKED = "code_asked"
USED = "pass_used"
REFUSED = "pass_refused"
"""Audit actions, as of the passes themselves."""


Later = Callable[[Callable[[Parts], ev.Event | None]], None]
"""Runs a job on the io pool, its answer or failure told to the flow."""

CHECK_S = 4.0
"""How long the account may take for a code; less where the screen waits less long."""

CHECK_SHARE = 0.8
"""Of that wait."""


@dataclass(frozen=True, slots=True)
class Sending:
    """The account's codes, and who goes on when it has answered."""

    desk: CodeDesk
    later: Later


def prove(
    parts: Parts, effect: fx.Prove, public_id: str, *, account: bool, codes: Sending | None = None
) -> ev.Event | None:
    """Whose proof this is, and what it comes to. None while the account is being asked.

    Args:
        parts: what jobs work with.
        effect: the proof.
        public_id: of the session.
        account: the station has one.
        codes: looks at codes that were sent; None where none are.

    Raises:
        StoreError: whatever the store says.
    """
    if effect.proof.way is Way.CODE:
        return _ask_account(parts, effect, public_id, codes)
    return _conclude(parts, effect, public_id, _answer(_passes(parts), effect.proof), account=account)


def send_code(parts: Parts, effect: fx.SendCode, codes: Sending | None) -> ev.Event | None:
    """Let the account send a code to whom it is for, or do as if: a typed number may be nobody's. None: it is told later.

    Raises:
        StoreError: whatever the store says.
    """
    if codes is None:
        return ev.CodeSent(parts.clock.mono_ms(), effect.session, CodeTrouble.UNREACHABLE)
    hidden = effect.person is None
    who = _passes(parts).whose(effect.number).person if hidden else effect.person
    person = _person(parts, who)
    to = Address() if person is None else Address(email=person.details.email, phone=person.details.phone)
    if not hidden:
        parts.store.note(action=ASKED, subject=who or "")
        if not to:
            return ev.CodeSent(parts.clock.mono_ms(), effect.session, CodeTrouble.NO_ADDRESS)
    shown = "" if hidden else to.shown

    def sent(trouble: CodeTrouble | None) -> None:
        codes.later(lambda p: ev.CodeSent(p.clock.mono_ms(), effect.session, trouble, shown if trouble is None else ""))

    codes.desk.send(to, subject=who or effect.number, hidden=hidden, done=sent)
    return None


def _ask_account(parts: Parts, effect: fx.Prove, public_id: str, codes: Sending | None) -> ev.Event | None:
    if codes is None:
        return ev.CodeUnchecked(parts.clock.mono_ms(), effect.session, CodeTrouble.UNREACHABLE)
    owed = effect.owed.awaits if effect.owed is not None else None
    hidden = owed is None
    who = _passes(parts).begin_sent_code(effect.proof.number).person if hidden else owed
    person = _person(parts, who)
    to = Address() if person is None else Address(email=person.details.email, phone=person.details.phone)
    # The account vouches for the address; for the person too where it knows them. Else nothing is sent that it could confirm.
    truth = Truth.CONFIRMED if person is not None and person.remote_id else Truth.LOCAL

    def conclude(p: Parts, answer: CodeAnswer, trouble: CodeTrouble | None) -> ev.Event:
        if trouble is not None:
            return ev.CodeUnchecked(p.clock.mono_ms(), effect.session, trouble)
        right = answer is CodeAnswer.RIGHT and person is not None
        proved = PassAnswer(person=person.id, truth=truth) if right and person is not None else PassAnswer()
        if hidden:
            proved = _passes(p).end_sent_code(proved)
        else:
            p.store.note(action=USED if right else REFUSED, subject=who or "", detail="code")
        return _conclude(p, effect, public_id, proved, account=True)

    codes.desk.check(
        to,
        effect.proof.secret,
        within_s=min(CHECK_S, CHECK_SHARE * parts.policy.timing.proving_ms / 1000.0),
        hidden=hidden,
        done=lambda answer, trouble: codes.later(lambda p: conclude(p, answer, trouble)),
    )
    return None


def _conclude(parts: Parts, effect: fx.Prove, public_id: str, answer: PassAnswer, *, account: bool) -> ev.Event:
    decision = judge(answer, effect, parts.policy, parts.clock.now().astimezone(), account=account)
    if decision.reason is Reason.PASS_ACCEPTED:
        decision = _named(parts, decision)
    if decision.reason is not Reason.PASS_ACCEPTED:
        return ev.Proved(parts.clock.mono_ms(), effect.session, decision)
    decision = replace(decision, since_ms=parts.clock.mono_ms())
    with parts.claims.turn:
        first = parts.claims.take(effect.session, decision.reason)
        if not first and parts.claims.written(effect.session) is not Reason.SECOND_FACTOR:
            return ev.Tick(parts.clock.mono_ms())  # its time has passed and a refusal is on record
        record = validation(parts, effect.visit, public_id, outcome_of(decision), decision)
        write(parts, effect.session, record)
        parts.claims.becomes(effect.session, decision.reason)
    return ev.Proved(parts.clock.mono_ms(), effect.session, decision)


def _passes(parts: Parts) -> Passes:
    if parts.passes is None:
        raise InvariantBroken("a proof was shown where no passes are kept")
    return parts.passes


def _person(parts: Parts, who: PersonId | None) -> Person | None:
    """As stored; None for nobody, and for somebody deleted this very moment."""
    try:
        return parts.store.person(who or PersonId(""))
    except StoreError as error:
        if error.code is not Code.PERSON_UNKNOWN:
            raise
        return None


def _answer(passes: Passes, proof: Proof) -> PassAnswer:
    match proof.way:
        case Way.PIN:
            return passes.check_pin(proof.number, proof.secret)
        case Way.QR:
            return passes.check_code(proof.secret)
        case _:
            raise InvariantBroken(f"nobody here looks at a proof by {proof.way}")


def _named(parts: Parts, decision: Decision) -> Decision:
    """With the name to greet by; somebody deleted this very moment is nobody."""
    assert decision.person is not None
    try:
        person = parts.store.person(decision.person)
    except StoreError as error:
        if error.code is not Code.PERSON_UNKNOWN:
            raise
        return Decision(Reason.PASS_REFUSED)
    return replace(decision, name=person.details.display_name)
