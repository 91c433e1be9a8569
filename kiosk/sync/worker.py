"""One small step at a time: what is due goes out first, then missing templates, then a page of the account's people.

No sleep, and no thread of its own but the clerk of a long queue (:mod:`kiosk.sync.batch`): whoever hosts it calls
:meth:`SyncWorker.step` and waits as long as the step says, or until it is woken. After a failure of the link it sends nothing
until :meth:`link_back` or until a fall-back time has passed, so that a link that is down is never hammered; who probes the link
is not its business.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from kiosk.domain.errors import ApiError, ModelError
from kiosk.domain.outbox import Outbox, OutboxRow, RowState
from kiosk.domain.ports import Clock
from kiosk.sync.batch import AHEAD_FROM, Batch
from kiosk.sync.pictures import AFTER_FAILURE_S, Pictures
from kiosk.sync.pull import Pull
from kiosk.sync.push import Push, Sent, Settled

logger = logging.getLogger(__name__)

_BATCH = 128
_SUSPICIOUS = 3
"""So many answers of a server in trouble in a row halt the sending."""
_IDLE_S = 5.0
"""How long to sleep at most with nothing to do; a new row wakes the host at once."""
_FALL_BACK_S = 60.0


class Did(Enum):
    """What one step did."""

    SENT = "sent"
    PULLED = "pulled"
    PICTURE = "picture"
    HALTED = "halted"
    """The link failed, or has not come back."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. ``wait_s`` is how long the host may sleep before the next one is worth it; 0 for at once."""

    did: Did
    wait_s: float = 0.0
    sent: Sent | None = None
    error: ApiError | None = None


class SyncWorker:
    """Drives push, pictures and pull. ``step`` on one thread; ``link_back``, ``pull_now`` and ``accept_many_gone`` from any."""

    def __init__(
        self,
        outbox: Outbox,
        push: Push,
        *,
        pull: Pull | None,
        pictures: Pictures | None,
        clock: Clock,
        told: Callable[[ApiError | None], None],
        pull_every_s: float = 300.0,
        ahead_from: int = AHEAD_FROM,
    ) -> None:
        """Nothing is done yet.

        Args:
            pull, pictures: None where people are not brought in.
            told: hears the outcome of each call of the account, None for one that was answered.
            ahead_from: see :class:`kiosk.sync.batch.Batch`.
        """
        self._outbox = outbox
        self._push = push
        self._pull = pull
        self._pictures = pictures
        self._clock = clock
        self._told = told
        self._pull_every_ms = pull_every_s * 1000.0
        self._rows: deque[OutboxRow] = deque()
        self._batch = Batch(outbox, clock, ahead_from=ahead_from)
        self._lock = threading.Lock()
        self._halted_until_ms: float | None = None
        self._pull_due_ms = clock.mono_ms()
        self._pictures_due_ms = clock.mono_ms()
        self._accept_many = False
        self._suspicious = 0
        self._refused = False
        """Something could not be settled: what was begun is perhaps sent, and in doubt as soon as that can be written."""
        self._odd: set[str] = set()
        self.sent = 0
        """Rows that the account acknowledged since the start."""

    def link_back(self) -> None:
        """The link works again: go on at once."""
        with self._lock:
            self._halted_until_ms = None

    def pull_now(self) -> None:
        """Pull at the next step that has nothing to send."""
        with self._lock:
            self._pull_due_ms = self._clock.mono_ms()

    def accept_many_gone(self) -> None:
        """An operator has said that whoever the account names no more may go, however many: for the next whole pull."""
        with self._lock:
            self._accept_many = True
            self._pull_due_ms = self._clock.mono_ms()

    def rest(self) -> None:
        """No step comes any more, or not soon: write what was acknowledged; what was begun ahead waits again.

        Raises:
            StoreError: it is looked up at the next start.
        """
        self._rows.clear()
        self._batch.rest()

    def step(self) -> Step:
        """One call of the account, one template, or nothing.

        Raises:
            StoreError: the records cannot be read or written; nothing was settled.
            ModelError: a template could not be computed; the next steps go on without templates for a while.
        """
        try:
            return self._step()
        finally:
            if self._pull is not None:
                for person in self._outbox.left():
                    self._pull.forget(person)

    def _step(self) -> Step:
        now = self._clock.mono_ms()
        with self._lock:
            until = self._halted_until_ms
            pull_due = self._pull_due_ms
        if until is not None:
            if now < until:
                return Step(did=Did.HALTED, wait_s=(until - now) / 1000.0)
            self.link_back()
        if self._refused:
            self._outbox.recover()
            self._refused = False
        if not self._rows and not self._batch.is_open:
            self._rows.extend(self._due())
        if self._rows or self._batch.is_open:
            return self._send()
        if self._pictures is not None and now >= self._pictures_due_ms:
            try:
                made = self._pictures.step()
            except ModelError:
                self._pictures_due_ms = now + AFTER_FAILURE_S * 1000.0
                raise
            if made is not None:
                return Step(did=Did.PICTURE)
        if self._pull is not None and now >= pull_due:
            return self._take_page(self._pull)
        idle_s = _IDLE_S if self._pull is None else min(_IDLE_S, max(0.0, (pull_due - now) / 1000.0))
        return Step(did=Did.NOTHING, wait_s=idle_s)

    def _due(self) -> list[OutboxRow]:
        """What may go now; what the disk refused to settle comes last, so that it does not keep the rest."""
        found = list(self._outbox.due(limit=_BATCH))
        if self._odd:
            found.sort(key=lambda row: row.id in self._odd)
        return found

    def _send(self) -> Step:
        row: OutboxRow | None = None
        try:
            row = self._batch.take(self._rows)
            if row is None:
                return Step(did=Did.SENT)
            sent = self._push.carry(row) if row.state is RowState.SENDING else self._push.send(row)
            if sent.unwritten:
                self._batch.keep(row.id, sent.answer)
            self._odd.discard(row.id)
            step = self._hear(sent)
            self._batch.after(follows=bool(self._rows))
        except Exception:  # the disk, or a bug of ours: either way nobody knows what became of what was begun
            self._odd |= self._batch.forget() | ({row.id} if row is not None else set())
            self._rows.clear()
            self._refused = True
            raise
        return step

    def _hear(self, sent: Sent) -> Step:
        if sent.settled is Settled.GONE:
            return Step(did=Did.SENT, sent=sent)
        self._told(sent.error)
        if sent.settled in (Settled.CONFIRMED, Settled.FOUND):
            self.sent += 1
        else:
            self._batch.failed()
        ruling = sent.ruling
        self._suspicious = self._suspicious + 1 if ruling is not None and ruling.suspicious else 0
        if ruling is not None and (ruling.halts or self._suspicious >= _SUSPICIOUS):
            self._batch.rest()
            return self._halt(sent.error, ruling.seconds, sent)
        return Step(did=Did.SENT, sent=sent, error=sent.error)

    def _take_page(self, pull: Pull) -> Step:
        try:
            page = pull.step(accept_many=self._accept_many)
        except ApiError as error:
            self._told(error)
            return self._halt(error, error.retry_after_s or 0.0, None)
        self._told(None)
        if page.whole:
            with self._lock:
                self._pull_due_ms = self._clock.mono_ms() + self._pull_every_ms
                self._accept_many = False
        return Step(did=Did.PULLED)

    def _halt(self, error: ApiError | None, seconds: float, sent: Sent | None) -> Step:
        self._suspicious = 0
        self._rows.clear()  # what is due is asked anew: some of it has been delayed meanwhile
        wait_s = max(seconds, _FALL_BACK_S)
        with self._lock:
            self._halted_until_ms = self._clock.mono_ms() + wait_s * 1000.0
        logger.info("sending is halted: %s", error.code if error is not None else "")
        return Step(did=Did.HALTED, wait_s=wait_s, sent=sent, error=error)
