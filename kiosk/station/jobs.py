"""Work of the io pool: write a result, open the door (deciding is in ``deciding.py``, saving an enrolment in ``enrolments.py``).

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
from kiosk.domain.errors import Code, DoorError, InvariantBroken, KioskError
from kiosk.domain.face import Pixels
from kiosk.domain.ids import new_id
from kiosk.domain.policy import Policy
from kiosk.domain.ports import Clock, Door, Gallery, Passes, Store
from kiosk.domain.record import Validation, ValidationType
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
        self._records: dict[SessionId, Validation] = {}
        self.turn = threading.Lock()
        """Held from the claim until its record is written: a correction never overtakes what it corrects."""

    def take(self, session: SessionId, reason: Reason) -> bool:
        """True for the first who asks; ``reason`` is what they write."""
        with self._lock:
            if session in self._taken:
                return False
            self._taken[session] = reason
            if len(self._taken) > 1000:
                self._taken = {claimed: why for claimed, why in self._taken.items() if claimed > session - 500}
                self._records = {claimed: kept for claimed, kept in self._records.items() if claimed > session - 500}
            return True

    def written(self, session: SessionId) -> Reason | None:
        """What was written by whoever claimed it."""
        with self._lock:
            return self._taken.get(session)

    def becomes(self, session: SessionId, reason: Reason) -> None:
        """What was written has been changed by whoever wrote it."""
        with self._lock:
            self._taken[session] = reason

    def wrote(self, session: SessionId, record: Validation) -> None:
        """This stands on record for the session."""
        with self._lock:
            self._records[session] = record

    def record_of(self, session: SessionId) -> Validation | None:
        """What stands on record for the session; None where nothing was written."""
        with self._lock:
            return self._records.get(session)


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
    operator: Callable[[], str] = lambda: ""
    """The id of the operator who works at the desk; empty where nobody is signed in."""
    passes: Passes | None = None
    """The ways in without a face; None where none is kept."""
    settle: Callable[[str], Code | None] | None = None
    """With an account: sends a record now and waits for it a little; why it cannot be confirmed yet, or None."""


def write_result(parts: Parts, effect: fx.Record, public_id: str) -> ev.Event | None:
    """Write a result that is not on record yet; a refusal that overtakes a recorded yes is written as its correction."""
    with parts.claims.turn:
        corrects = not parts.claims.take(effect.session, effect.decision.reason)
        if corrects and parts.claims.written(effect.session) is effect.decision.reason:
            return None  # the job that decided it has written it
        decision = replace(effect.decision, person=None) if corrects else effect.decision
        write(parts, effect.session, validation(parts, effect.visit, public_id, effect.outcome, decision))
    return None


def write(parts: Parts, session: SessionId, record: Validation, image: bytes | None = None) -> None:
    """Write the record of a session, or change the one that stands: a session has one. Call with ``claims.turn`` held."""
    stands = parts.claims.record_of(session)
    if stands is not None:
        record = replace(
            stands,
            status=record.status,
            updated_at=record.updated_at,
            person=record.person,
            outcome=record.outcome,
            reason=record.reason,
            truth=record.truth,
            mono_ms=record.mono_ms,
        )
    if image is None:
        parts.store.record(record)
    else:
        parts.store.record(record, image)
    parts.claims.wrote(session, record)


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
