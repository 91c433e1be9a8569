"""A real store, a model of the account and the worker between them, with a clock that tests own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from support.fake_account import FakeAccount
from support.records import DETAILS, HandClock, enrolment, validation

from kiosk.domain.decision import Outcome
from kiosk.domain.errors import ApiError, StoreError
from kiosk.domain.person import Person, PersonId, Truth
from kiosk.domain.record import Validation
from kiosk.store.sqlite import SqliteStore
from kiosk.sync.batch import AHEAD_FROM
from kiosk.sync.pull import Pull
from kiosk.sync.push import Push
from kiosk.sync.worker import Did, Step, SyncWorker


class MovingClock(HandClock):
    """Wall and monotonic time; the wall can be set without the other."""

    def __init__(self) -> None:
        super().__init__()
        self.mono = 0.0

    def mono_ms(self) -> float:
        return self.mono

    def forward(self, seconds: float) -> None:
        super().forward(seconds)
        self.mono += seconds * 1000.0


class Station:
    """What a station with an account has, without its threads."""

    def __init__(self, path: Path, account: FakeAccount, clock: MovingClock, *, pulls: bool, ahead_from: int) -> None:
        self.path = path
        self.account = account
        account.mono_ms = clock.mono_ms
        self.clock = clock
        self.heard: list[ApiError | None] = []
        self._pulls = pulls
        self._ahead_from = ahead_from
        self.start()

    def start(self) -> None:
        """Open the store and make a worker, as after a (re)start."""
        self.store = SqliteStore.open(self.path, clock=self.clock, outgoing=True)
        push = Push(self.store.outbox, self.account, clock=self.clock, jitter=lambda: 0.0, within_s=5.0)
        pull = Pull(self.store.replica, self.account, None, within_s=5.0, page=2) if self._pulls else None
        self.worker = SyncWorker(
            self.store.outbox,
            push,
            pull=pull,
            pictures=None,
            clock=self.clock,
            told=self.heard.append,
            ahead_from=self._ahead_from,
        )

    def crash(self) -> None:
        """The program is gone, whatever it was doing; another one starts."""
        self.store.close()
        self.start()

    def enrol(self, name: str, *, document: str = "") -> PersonId:
        details = replace(DETAILS, first_name=name, document_number=document or name)
        return self.store.enrol(enrolment(name, details=details)).id

    def login(self, mark: str, person: str | None) -> Validation:
        made = replace(validation(mark, person=person, session=None), truth=Truth.PROVISIONAL, outcome=Outcome.GRANTED)
        self.store.record(made, b"\xff\xd8 a picture")
        return made

    def person(self, person: str) -> Person:
        return self.store.person(PersonId(person))

    def steps(self, most: int = 10_000) -> list[Step]:
        """Until nothing is due or the link is down."""
        taken: list[Step] = []
        for _ in range(most):
            step = self.worker.step()
            taken.append(step)
            if step.did in (Did.NOTHING, Did.HALTED):
                return taken
        raise AssertionError("the worker does not come to rest")

    def settle(self) -> None:
        """The link is back and time goes by until nothing waits any more."""
        self.account.plan = lambda _: None
        for _ in range(200):
            self.worker.link_back()
            self.steps()
            backlog = self.store.outbox.backlog()
            if backlog.pending + backlog.doubt == 0:
                return
            self.clock.forward(1000.0)
        raise AssertionError(f"rows wait for ever: {backlog}")


@contextmanager
def station(
    folder: Path, account: FakeAccount | None = None, *, pulls: bool = False, ahead_from: int = AHEAD_FROM
) -> Iterator[Station]:
    """One that is closed again."""
    made = Station(folder / "kiosk.db", account or FakeAccount(), MovingClock(), pulls=pulls, ahead_from=ahead_from)
    try:
        yield made
    finally:
        with contextlib.suppress(StoreError):  # some tests leave a disk that refuses
            made.worker.rest()
        made.store.close()
