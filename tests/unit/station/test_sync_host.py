"""The thread that drives the sync: it waits as long as it is told, is woken, goes on after a failure, and never dies of one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from support.station_parts import wait_until

from kiosk.domain.errors import ApiError, Code, StoreError
from kiosk.domain.outbox import Action, OutboxRow, RowState
from kiosk.station import sync_host
from kiosk.station.sync_host import SyncHost
from kiosk.sync.push import Sent, Settled
from kiosk.sync.worker import Did, Step

IDLE = Step(did=Did.NOTHING, wait_s=30.0)
HALTED = Step(did=Did.HALTED, wait_s=30.0)


def sent(subject: str, error: ApiError | None = None) -> Step:
    row = OutboxRow(
        id=f"row-{subject}", action=Action.CREATE_PERSON, subject=subject, chain=subject, state=RowState.SENDING,
        created_at="", due_at="",
    )  # fmt: skip
    settled = Settled.CONFIRMED if error is None else Settled.BURIED
    return Step(did=Did.SENT, sent=Sent(row=row, settled=settled, error=error), error=error)


class Told:
    """Does the steps it was given, then idles."""

    def __init__(self) -> None:
        self.steps: list[Step | Exception] = []
        self.made = self.stepped = self.rested = self.backs = self.closed = 0
        self.sent = 0
        self.lock = threading.Lock()

    def give(self, *steps: Step | Exception) -> None:
        with self.lock:
            self.steps += steps

    def step(self) -> Step:
        self.made += 1
        with self.lock:
            step = self.steps.pop(0) if self.steps else IDLE
        if isinstance(step, Exception):
            raise step
        return step

    def link_back(self) -> None:
        self.backs += 1

    def rest(self) -> None:
        self.rested += 1

    def close(self) -> None:
        self.closed += 1

    def note(self) -> None:
        self.stepped += 1


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def start(told: Told) -> Iterator[Callable[..., SyncHost]]:
    hosts: list[SyncHost] = []

    def make(works: Callable[[], bool] = lambda: False) -> SyncHost:
        hosts.append(SyncHost(lambda: told, stepped=told.note, works=works))
        hosts[-1].start()
        return hosts[-1]

    yield make
    for host in hosts:
        host.stop()
    assert told.closed == len(hosts)


def test_it_sleeps_until_woken(told: Told, start: Callable[..., SyncHost]) -> None:
    host = start()
    assert wait_until(lambda: told.made == 1)
    told.give(sent("p1"))
    host.wake()
    assert wait_until(lambda: told.made == 3)
    assert told.stepped == 1


def test_who_waits_hears_how_it_ended(told: Told, start: Callable[..., SyncHost]) -> None:
    host = start()
    assert wait_until(lambda: told.made == 1)
    told.give(sent("other"), sent("p1"))
    assert host.wait_for("p1", 5.0) is None
    assert told.rested == 1, "what the account said is written before anybody is told"
    told.give(sent("p2", ApiError(Code.API_CONFLICT)))
    assert host.wait_for("p2", 5.0) is Code.API_CONFLICT
    assert host.wait_for("never", 0.05) is Code.API_TIMEOUT


def test_an_answer_of_an_earlier_time_is_no_answer_now(told: Told, start: Callable[..., SyncHost]) -> None:
    """The same person enrolled again: what was refused the first time says nothing about the second."""
    host = start()
    assert wait_until(lambda: told.made == 1)
    told.give(sent("p1", ApiError(Code.API_CONFLICT)))
    assert host.wait_for("p1", 5.0) is Code.API_CONFLICT
    told.give(sent("p1"))
    assert host.wait_for("p1", 5.0) is None


@pytest.mark.expects_log
def test_it_goes_on_after_any_failure(
    told: Told, start: Callable[..., SyncHost], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_host, "AFTER_FAILURE_S", 0.01)
    monkeypatch.setattr(sync_host, "AFTER_BUG_S", 0.01)
    told.give(StoreError(Code.STORE_LOCKED), ZeroDivisionError(), sent("p1"))
    host = start()
    assert host.wait_for("p1", 5.0) is None


def test_a_halt_ends_when_the_account_answers_somebody(told: Told, start: Callable[..., SyncHost]) -> None:
    told.give(HALTED)
    host = start()
    assert wait_until(lambda: told.made == 1)
    assert wait_until(lambda: host._halted)
    host.link_works()
    assert wait_until(lambda: told.made == 2)
    assert told.backs == 1
    host.link_works()
    assert told.backs == 1, "it is not halted any more"


def test_a_halt_in_the_moment_in_which_the_link_is_back_does_not_last(
    told: Told, start: Callable[..., SyncHost]
) -> None:
    told.give(HALTED)
    start(lambda: True)
    assert wait_until(lambda: told.made == 2)
    assert told.backs == 1
