"""The office: takes questions from any thread, refuses what nobody here may ask, answers on threads of its own, in time.

A handler that hangs keeps its thread, not the office: the asker is told after the question's deadline, and another thread takes
the place.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.domain.errors import Code, KioskError
from kiosk.domain.ports import Clock
from kiosk.station.office.registry import Caller, Registry
from kiosk.station.office.requests import OfficeReply, OfficeRequest
from kiosk.station.office.signing import SignedIn

logger = logging.getLogger(__name__)

THREADS = 2
"""One may be busy with an export while the other answers."""

Answer = Callable[[OfficeReply], None]
"""Called once a question, on an office thread or the supervisor's; must not block."""


@dataclass(slots=True, eq=False)
class _Ticket:
    request: OfficeRequest
    reply: Answer
    epoch: int
    until_ms: float
    worker: _Worker | None = None
    done: bool = False


class Office:
    """Any thread may call.

    Args:
        stayed: called when a question shows that somebody is there; must not block.
    """

    def __init__(self, registry: Registry, signing: SignedIn, clock: Clock, stayed: Callable[[], None]) -> None:
        """No thread runs before the first question."""
        self._registry = registry
        self._signing = signing
        self._clock = clock
        self._stayed = stayed
        self._lock = threading.Lock()
        self._waiting: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._open: list[_Ticket] = []
        self._workers: list[_Worker] = []
        self._stopped = False

    def ask(self, request: OfficeRequest, reply: Answer) -> None:
        """Queue a question. What may not be asked is refused at once, on this thread."""
        caller = self._signing.caller
        if not _may(request, caller):
            logger.info("a question was refused: %s", type(request).__name__)
            reply(OfficeReply(request=request, error=Code.NOT_ALLOWED))
            return
        if request.stays:
            self._signing.touch()
            self._stayed()
        until_ms = self._clock.mono_ms() + request.deadline_s * 1000.0
        ticket = _Ticket(request, reply, self._signing.epoch, until_ms)
        with self._lock:
            if self._stopped:
                return
            self._open.append(ticket)
            while len(self._workers) < THREADS:
                self._start_worker()
        self._waiting.put(lambda worker: self._work(worker, ticket))

    def later(self, work: Callable[[], None]) -> None:
        """Do something that nobody waits for (an audit line), on an office thread."""
        with self._lock:
            if self._stopped:
                return
            if not self._workers:
                self._start_worker()
        self._waiting.put(lambda worker: _chore(work))

    def look(self) -> None:
        """Tell whoever has waited too long. To be called a few times a second."""
        now = self._clock.mono_ms()
        with self._lock:
            late = [ticket for ticket in self._open if now >= ticket.until_ms]
            for ticket in late:
                if ticket.worker is not None and ticket.worker in self._workers:
                    self._workers.remove(ticket.worker)
                    ticket.worker.retire()
                    self._start_worker()
        for ticket in late:
            logger.info("a question took too long: %s", type(ticket.request).__name__)
            self._finish(ticket, OfficeReply(request=ticket.request, error=Code.OFFICE_TOO_SLOW))

    def stop(self, timeout_s: float = 3.0) -> None:
        """Answer nothing any more; work under way is waited for a little."""
        with self._lock:
            self._stopped = True
            workers, self._workers = self._workers, []
            self._open.clear()
        for _ in workers:
            self._waiting.put(None)
        for worker in workers:
            worker.join(timeout_s)

    def _start_worker(self) -> None:
        worker = _Worker(self._waiting)
        self._workers.append(worker)
        worker.start()

    def _work(self, worker: _Worker, ticket: _Ticket) -> None:
        request = ticket.request
        with self._lock:
            if ticket.done:
                return
            ticket.worker = worker
        caller = self._signing.caller
        if not _may(request, caller):  # signed out while it waited
            self._finish(ticket, OfficeReply(request=request, error=Code.NOT_ALLOWED))
            return
        self._finish(ticket, self._answered(request, caller))

    def _answered(self, request: OfficeRequest, caller: Caller) -> OfficeReply:
        handler = self._registry.handler_of(request)
        if handler is None:
            logger.error("nobody answers %s", type(request).__name__)
            return OfficeReply(request=request, error=Code.INVARIANT_BROKEN)
        try:
            return OfficeReply(request=request, answer=handler(request, caller))
        except KioskError as error:
            logger.info("a question was not answered: %s, %s", type(request).__name__, error.code)
            return OfficeReply(request=request, error=error.code, detail=error.detail)
        except Exception as error:  # a bug in one page must not take the office away
            logger.critical("a handler of the office failed: %s", type(request).__name__, exc_info=True)
            return OfficeReply(request=request, error=Code.INVARIANT_BROKEN, detail=type(error).__name__)

    def _finish(self, ticket: _Ticket, reply: OfficeReply) -> None:
        with self._lock:
            if ticket.done or ticket not in self._open:
                return
            ticket.done = True
            self._open.remove(ticket)
        if ticket.request.needs is not None and ticket.epoch != self._signing.epoch:
            reply = OfficeReply(request=ticket.request, error=Code.NOT_ALLOWED)
        ticket.reply(reply)


class _Worker:
    def __init__(self, waiting: queue.SimpleQueue[_Job | None]) -> None:
        self._waiting = waiting
        self._retired = threading.Event()
        self._thread = threading.Thread(target=self._run, name="office", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def retire(self) -> None:
        self._retired.set()

    def join(self, timeout_s: float) -> None:
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._retired.is_set():
            job = self._waiting.get()
            if job is None:
                return
            job(self)


_Job = Callable[[_Worker], None]


def _chore(work: Callable[[], None]) -> None:
    try:
        work()
    except KioskError as error:
        logger.info("something that the office was to do later was not done: %s", error.code)


def _may(request: OfficeRequest, caller: Caller) -> bool:
    return request.needs is None or request.needs in caller.rights
