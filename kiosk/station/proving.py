"""Looking at a proof of the ways in without a face: whose it is, whether it is enough here, on record, and only then told.

On the io pool: a PIN takes a tenth of a second, and the database is asked twice.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.decision import Decision, Reason, outcome_of
from kiosk.domain.errors import Code, InvariantBroken, StoreError
from kiosk.domain.passes import PassAnswer, Proof, Way
from kiosk.domain.ports import Passes
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session.alternative import judge
from kiosk.station.jobs import Parts, validation, write


def prove(parts: Parts, effect: fx.Prove, public_id: str, *, account: bool) -> ev.Event:
    """Whose proof this is, and what it comes to.

    Args:
        parts: what jobs work with.
        effect: the proof.
        public_id: of the session.
        account: the station has one.

    Raises:
        StoreError: whatever the store says.
    """
    if parts.passes is None:
        raise InvariantBroken("a proof was shown where no passes are kept")
    answer = _answer(parts.passes, effect.proof)
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
