"""Work of the io pool: write a result, save an enrolment, open the door (deciding is in ``deciding.py``).

Each job answers with an event of its session; a job that fails answers with the failure of its part. A session's result is
written once: whoever claims it first writes it (a decision that comes after its deadline finds the claim taken and is dropped).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.domain.cues import score_of
from kiosk.domain.decision import Decision, Outcome, Reason
from kiosk.domain.errors import Code, DoorError, InvariantBroken, KioskError, StoreError
from kiosk.domain.face import Pixels
from kiosk.domain.ids import new_id
from kiosk.domain.person import Person, PersonId, Truth
from kiosk.domain.policy import Policy
from kiosk.domain.ports import Clock, Door, Gallery, Store
from kiosk.domain.record import Consent, Enrolment, Validation, ValidationType
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session.states import Part, SessionId, Visit
from kiosk.station.clock import rfc3339
from kiosk.station.keeper import Evidence, Locker

logger = logging.getLogger(__name__)


class Claims:
    """Who writes the result of a session. Any thread."""

    def __init__(self) -> None:
        """Nothing is claimed."""
        self._lock = threading.Lock()
        self._taken: dict[SessionId, Reason] = {}

    def take(self, session: SessionId, reason: Reason) -> bool:
        """True for the first who asks; ``reason`` is what they write."""
        with self._lock:
            if session in self._taken:
                return False
            self._taken[session] = reason
            if len(self._taken) > 1000:
                self._taken = {claimed: why for claimed, why in self._taken.items() if claimed > session - 500}
            return True

    def written(self, session: SessionId) -> Reason | None:
        """What was written by whoever claimed it."""
        with self._lock:
            return self._taken.get(session)


@dataclass(frozen=True, slots=True)
class Parts:
    """What jobs work with."""

    gallery: Gallery
    store: Store
    door: Door
    clock: Clock
    policy: Policy
    locker: Locker
    claims: Claims
    portrait: Callable[[Pixels, Evidence], bytes]
    """Best still -> JPEG of the head, for the record."""
    settle: Callable[[str], Code | None] | None = None
    """With an account: sends a record now and waits for it a little; why it cannot be confirmed yet, or None."""


def write_result(parts: Parts, effect: fx.Record, public_id: str) -> ev.Event | None:
    """Write a result that is not on record yet; a refusal that overtakes a recorded yes is written as its correction."""
    corrects = not parts.claims.take(effect.session, effect.decision.reason)
    if corrects and parts.claims.written(effect.session) is effect.decision.reason:
        return None  # the job that decided it has written it
    decision = replace(effect.decision, person=None) if corrects else effect.decision
    parts.store.record(validation(parts, effect.visit, public_id, effect.outcome, decision))
    return None


def save(parts: Parts, effect: fx.Submit, public_id: str) -> ev.Event:
    """Person, consent, templates, result and audit line, in one transaction; then the gallery knows the person."""
    evidence, details = parts.locker.get(effect.session), effect.visit.details
    if evidence is None or details is None or not effect.visit.live or not effect.visit.consent:
        raise InvariantBroken("an enrolment was to be saved without evidence, details, life or consent")
    now = parts.clock.now()
    person_id = PersonId(new_id(now))
    decision = Decision(Reason.ENROLLED, person=person_id, name=details.display_name)
    parts.claims.take(effect.session, decision.reason)
    person = parts.store.enrol(
        Enrolment(
            person=person_id,
            details=details,
            consent=Consent(text_version=effect.visit.consent, given_at=rfc3339(now)),
            face_image=parts.portrait(evidence.still.pixels, evidence),
            templates=(evidence.probe,),
            liveness_score=score_of(effect.visit, parts.policy),
            validation=validation(parts, effect.visit, public_id, Outcome.GRANTED, decision),
        )
    )
    parts.gallery.add(person_id, evidence.probe)
    truth, because = person.truth, None
    if parts.settle is not None:
        because = parts.settle(person_id)
        truth = _truth_now(parts, person)
    at_ms = parts.clock.mono_ms()
    decision = replace(decision, truth=truth, because=because, since_ms=at_ms)
    return ev.Submitted(at_ms, effect.session, decision)


def _truth_now(parts: Parts, person: Person) -> Truth:
    """What has become of a record that was just sent; a store that cannot say leaves it as it was written."""
    try:
        truth = parts.store.person(person.id).truth
    except StoreError as error:
        logger.info("whether an enrolment is confirmed cannot be read: %s", error.code)
        truth = person.truth
    return Truth.PROVISIONAL if truth is Truth.LOCAL else truth


def open_door(door: Door) -> None:
    """Open; whatever goes wrong is the door's failure."""
    try:
        door.open()
    except KioskError:
        raise
    except Exception as error:
        raise DoorError(Code.DOOR_FAILED, type(error).__name__) from error


def validation(parts: Parts, visit: Visit, public_id: str, outcome: Outcome, decision: Decision) -> Validation:
    """The record of one result, local until a server says otherwise."""
    at = parts.clock.now()
    stamp = rfc3339(at)
    return Validation(
        id=new_id(at),
        identifier=public_id,
        type=ValidationType.ONBOARDING if visit.enrolling else ValidationType.LOGIN,
        status="validated" if outcome is Outcome.GRANTED else "failed",
        created_at=stamp,
        updated_at=stamp,
        liveness_score=score_of(visit, parts.policy) or 0.0,
        person=decision.person if outcome is Outcome.GRANTED else None,
        outcome=outcome,
        reason=decision.reason,
        truth=decision.truth,
        similarity=decision.similarity,
        mono_ms=parts.clock.mono_ms(),
    )


def failed(clock: Clock, error: BaseException, part: Part) -> ev.PartFailed:
    """An exception of a job as the failure of its part."""
    at_ms = clock.mono_ms()
    match error:
        case InvariantBroken():
            logger.critical("an invariant is broken: %s", error.detail)
            return ev.PartFailed(at_ms, Part.STATION, error.code, error.detail)
        case DoorError():
            return ev.PartFailed(at_ms, Part.DOOR, error.code, error.detail)
        case KioskError():
            return ev.PartFailed(at_ms, part, error.code, error.detail)
        case _:
            logger.critical("a job failed in an unknown way: %s", type(error).__name__, exc_info=error)
            return ev.PartFailed(at_ms, Part.STATION, Code.INVARIANT_BROKEN, type(error).__name__)
