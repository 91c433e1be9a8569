"""Sends one row: begun on disk before the request leaves, settled on disk after the answer. Never twice without a look.

    pending ──▶ begin ──▶ send ──▶ confirm
    an edit ──▶ begin ──▶ read ──┬─ as it was ──▶ send ──▶ confirm
                                 └─ changed at the account ──▶ theirs counts, ours is kept for review; nothing is sent
    doubt   ──▶ look ──┬─ found ──▶ confirm, nothing is sent
                       ├─ not there ──▶ look again later: what was sent may still be under way at the account
                       └─ not there, and not when it was looked for half a minute ago ──▶ begin ──▶ send
    somebody deleted here whose creation is in doubt: look, delete whom that finds

The mark that a look searches for is the record's own identifier (the person's id, the result's ``identifier``): it was made once
and rides on every try. What is sent is read after the row was begun: an edit before that goes out with it, one after that has
a row of its own, and so has one while what was begun is in doubt: that goes out again as it was begun, or not at all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from kiosk.domain.errors import ApiError, Code, InvariantBroken
from kiosk.domain.outbox import Action, Answered, Cargo, Outbox, OutboxRow, RowState
from kiosk.domain.person import Details, Person
from kiosk.domain.ports import Clock
from kiosk.domain.record import Validation
from kiosk.domain.remote import Account, RemotePerson, RemoteValidation
from kiosk.sync.rules import Fate, Ruling, overtaken, rule

logger = logging.getLogger(__name__)

_DECIDED = frozenset({"validated", "completed", "failed"})
"""States of a biometric validation that say the account has judged it."""


class Settled(Enum):
    """What became of a row."""

    CONFIRMED = "confirmed"
    FOUND = "found"
    """The account had it already: the earlier try had arrived."""
    OVERTAKEN = "overtaken"
    """An edit of somebody whom the account has changed meanwhile: theirs counts, ours is kept for review."""
    GONE = "gone"
    """Cancelled or dropped while it waited: there is nothing to send."""
    DELAYED = "delayed"
    DOUBTED = "doubted"
    BURIED = "buried"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One row, settled. ``ruling`` and ``error`` where it failed.

    Attributes:
        unwritten: the account has acknowledged it with ``answer``, and nobody has written that down yet.
    """

    row: OutboxRow
    settled: Settled
    error: ApiError | None = None
    ruling: Ruling | None = None
    answer: Answered = None
    unwritten: bool = False


_GONE = "person_not_found"
SETTLE_S = 30.0
"""A server may carry a request out long after its client is gone: so long "not there" is not believed."""


class _Overtaken(Exception):
    """The account's record is not what it was."""

    def __init__(self, there: RemotePerson) -> None:
        super().__init__()
        self.there = there


class Push:
    """Sends rows of one outbox to one account. One thread at a time."""

    def __init__(
        self,
        outbox: Outbox,
        account: Account,
        *,
        clock: Clock,
        jitter: Callable[[], float],
        within_s: float,
        settle_s: float = SETTLE_S,
    ) -> None:
        """Nothing is sent yet.

        Args:
            within_s: the whole time that one call may take.
            settle_s: how long after a look that found nothing a second one must find nothing either. Counted by the monotonic
                clock of this run: a wall clock that is set, or a restart, can only make it longer.
        """
        self._clock = clock
        self._settle_ms = settle_s * 1000.0
        self._missing_since: dict[str, float] = {}
        self._outbox = outbox
        self._account = account
        self._jitter = jitter
        self._within_s = within_s

    def send(self, row: OutboxRow) -> Sent:
        """Look where in doubt, send where needed, settle.

        Raises:
            StoreError: nothing was settled; a row that was begun is in doubt from then on.
        """
        if row.state is RowState.DOUBT and (looked := self._looked(row)) is not None:
            return looked
        begun = self._outbox.begin(row.id)
        if begun is None:
            return Sent(row=row, settled=Settled.GONE)
        sent = self.carry(begun)
        if sent.unwritten:
            self._outbox.confirm(row.id, sent.answer)
        return replace(sent, answer=None, unwritten=False)

    def carry(self, row: OutboxRow) -> Sent:
        """Send a row that is begun; a failure is settled, an acknowledgement is the caller's to write.

        Raises:
            StoreError: nothing was settled; the row is in doubt from then on.
        """
        cargo = self._outbox.cargo(row.id)
        if cargo is None:
            self._outbox.release((row.id,))  # cancelled since it was begun
            return Sent(row=row, settled=Settled.GONE)
        try:
            answer = self._carry(row, cargo)
        except _Overtaken as found:
            self._outbox.overtaken(row.id, found.there)
            logger.info("somebody was edited here and at the account: the account's word counts, ours is kept")
            return Sent(row=row, settled=Settled.OVERTAKEN)
        except ApiError as error:
            return self._settle(row, error)
        return Sent(row=row, settled=Settled.CONFIRMED, answer=answer, unwritten=True)

    def _looked(self, row: OutboxRow) -> Sent | None:
        """What the look for a row in doubt settled; None where it must be sent."""
        cargo = self._outbox.cargo(row.id)
        if cargo is None:
            return Sent(row=row, settled=Settled.GONE)
        try:
            found = self._look(row, cargo)
            is_there = row.action is Action.DELETE_PERSON and bool(row.remote_id or self._looked_up(cargo))
        except ApiError as error:
            ruling = rule(error, action=row.action, tries=row.tries + 1, jitter=self._jitter)
            # A look that is refused says nothing about the record: the doubt stays.
            self._outbox.doubt(row.id, seconds=max(ruling.seconds, 1.0), code=error.code)
            return Sent(row=row, settled=Settled.DOUBTED, error=error, ruling=ruling)
        if found is None:
            wait_s = 0.0 if is_there else self._until_believed(row.id)
            if wait_s <= 0.0:
                return None
            self._outbox.doubt(row.id, seconds=wait_s, code=row.code or Code.API_REPLY_LOST)
            return Sent(row=row, settled=Settled.DOUBTED)
        self._outbox.confirm(row.id, found)
        logger.info("a record whose reply was lost was looked up: it had arrived")
        return Sent(row=row, settled=Settled.FOUND)

    def _until_believed(self, row: str) -> float:
        """Seconds until "not there" counts; 0.0 where it does, and then the next doubt begins anew."""
        now = self._clock.mono_ms()
        since = self._missing_since.setdefault(row, now)
        left_ms = since + self._settle_ms - now
        if left_ms <= 0.0:
            del self._missing_since[row]
        return max(0.0, left_ms / 1000.0)

    def _settle(self, row: OutboxRow, error: ApiError) -> Sent:
        ruling = rule(error, action=row.action, tries=row.tries, jitter=self._jitter)
        match ruling.fate:
            case Fate.DELAY:
                self._outbox.delay(row.id, seconds=ruling.seconds, code=error.code)
                settled = Settled.DELAYED
            case Fate.DOUBT:
                self._outbox.doubt(row.id, seconds=ruling.seconds, code=error.code)
                settled = Settled.DOUBTED
            case Fate.BURY:
                self._outbox.bury(row.id, code=error.code, reason=error.token)
                settled = Settled.BURIED
        logger.info("a row was not sent: %s, %s after %d tries", error.code, settled.value, row.tries)
        return Sent(row=row, settled=settled, error=error, ruling=ruling)

    def _look(self, row: OutboxRow, cargo: Cargo) -> RemotePerson | RemoteValidation | None:
        match row.action:
            case Action.CREATE_PERSON:
                person = _person(cargo)
                found = self._account.find_person(person, mark=person.id, within_s=self._within_s)
                if found is None or self._outbox.is_taken(found.remote_id, but=person.id):
                    return None
                # Acknowledged is what was sent: whatever was changed there since is a change of theirs.
                return replace(found, details=self._account.as_held(person.details))
            case Action.SEND_VALIDATION:
                marks = self._account.find_validation(_validation(cargo).identifier, within_s=self._within_s)
                # A session that was opened and never judged ends by itself and is no record of anything.
                return next((found for found in marks if found.status in _DECIDED), None)
            case Action.UPDATE_PERSON:
                there = self._account.person(_remote_id(row), within_s=self._within_s)
                return there if there is not None and there.details == self._ours(cargo) else None
            case Action.DELETE_PERSON:
                return None  # twice is as good as once

    def _carry(self, row: OutboxRow, cargo: Cargo) -> RemotePerson | RemoteValidation | None:
        within_s = self._within_s
        match row.action:
            case Action.CREATE_PERSON:
                person = _person(cargo)
                return self._account.create_person(person, mark=person.id, within_s=within_s)
            case Action.UPDATE_PERSON:
                return self._edit(_remote_id(row), cargo)
            case Action.DELETE_PERSON:
                remote_id = row.remote_id or self._looked_up(cargo)
                if remote_id:
                    self._account.delete_person(remote_id, within_s=within_s)
                return None
            case Action.SEND_VALIDATION:
                return self._account.send_validation(_validation(cargo), cargo.image, within_s=within_s)

    def _edit(self, remote_id: str, cargo: Cargo) -> RemotePerson:
        """Send an edit, unless the account's record has been changed there since it was last heard of."""
        there = self._account.person(remote_id, within_s=self._within_s)
        if there is None:
            raise ApiError(Code.API_NOT_FOUND, "the account has this person no more", token=_GONE)
        if overtaken(there.details, known=cargo.known, ours=self._ours(cargo)):
            raise _Overtaken(there)
        return self._account.update_person(remote_id, _person(cargo), known=there.details, within_s=self._within_s)

    def _ours(self, cargo: Cargo) -> Details:
        return self._account.as_held(_person(cargo).details)

    def _looked_up(self, cargo: Cargo) -> str:
        """The account's id of somebody whose creation may have arrived before they were deleted here; empty where it did not."""
        person = _person(cargo)
        found = self._account.find_person(person, mark=person.id, within_s=self._within_s)
        if found is None or self._outbox.is_taken(found.remote_id, but=person.id):
            return ""
        return found.remote_id


def _person(cargo: Cargo) -> Person:
    if cargo.person is None:
        raise InvariantBroken("a row about a person carries none")
    return cargo.person


def _validation(cargo: Cargo) -> Validation:
    if cargo.validation is None:
        raise InvariantBroken("a row about a result carries none")
    return cargo.validation


def _remote_id(row: OutboxRow) -> str:
    if not row.remote_id:
        # Sent before its creation was acknowledged it would name nobody at the account.
        raise ApiError(Code.API_NOT_FOUND, "the account has given this person no id yet")
    return row.remote_id
