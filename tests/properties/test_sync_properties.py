"""Random interleavings of people's actions, link changes, server faults, clock jumps, kills and restarts, over the real store and
a model of the account. Afterwards, with the link back: every acknowledged action is there once, here and there; nothing else is.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.fake_account import LATE, LOST_REPLY, FakeAccount, Fault, Killed
from support.syncing import Station, station

from kiosk.domain.errors import Code
from kiosk.domain.person import Truth
from kiosk.sync.batch import AHEAD_FROM

REFUSALS = (Code.API_BAD_REQUEST, Code.API_CONFLICT, Code.API_REFUSED, Code.API_FORBIDDEN)
LINKS = (Code.API_NO_LINK, Code.API_DNS, Code.API_TLS, Code.API_UNAUTHORIZED, Code.API_NO_CREDITS, Code.API_THROTTLED)
SERVERS = (Code.API_SERVER_ERROR, Code.API_UNREADABLE)

AHEAD = (AHEAD_FROM, 1)
"""As it is, and with a second batch under way at any time."""
KINDS = (LOST_REPLY, LATE, *(Fault("before", code) for code in (*LINKS, *SERVERS, *REFUSALS)))
LOST = len(KINDS)  # the number that draws a lost reply

SENDING = frozenset({"create_person", "update_person", "delete_person", "send_validation"})


class World:
    """One station and one account, with everything that was acknowledged to somebody."""

    def __init__(self, desk: Station) -> None:
        self.desk = desk
        self.alive: dict[str, str] = {}
        self.deleted: set[str] = set()
        self.logins: dict[str, str | None] = {}
        self.kill: str = ""
        self.faults: list[Fault] = []
        self.link_is_down = False
        desk.account.plan = self.plan

    def plan(self, call: str) -> Fault | None:
        if self.link_is_down:
            return Fault("before", Code.API_NO_LINK)
        if self.kill == "before":
            self.kill = ""
            raise Killed
        if self.faults and call in SENDING:
            return self.faults.pop()
        return None

    # each action is acknowledged when it returns

    def enrol(self, number: int) -> None:
        name = f"p{number}"
        if name not in self.alive and name not in self.deleted:
            self.alive[self.desk.enrol(name)] = "+573001234567"

    def edit(self, number: int) -> None:
        name = f"p{number}"
        if name in self.alive:
            person = self.desk.person(name)
            phone = f"+5730012345{len(self.desk.account.held) % 90 + 10}"
            self.desk.store.update(replace(person, details=replace(person.details, phone=phone)))
            self.alive[name] = phone

    def delete(self, number: int) -> None:
        name = f"p{number}"
        if name in self.alive:
            self.desk.store.delete(self.desk.person(name).id)
            del self.alive[name]
            self.deleted.add(name)

    def login(self, number: int) -> None:
        name = f"p{number}"
        mark = f"v{len(self.logins)}"
        self.desk.login(mark, name if name in self.alive else None)
        self.logins[f"{mark}-mark"] = name if name in self.alive else None

    def step(self, times: int) -> None:
        try:
            for _ in range(times):
                self.desk.worker.step()
        except Killed:
            self.desk.crash()

    def kill_next(self, number: int) -> None:
        """The program dies in the next call: before the account has done anything, or after."""
        if number % 2:
            self.kill = "before"
            return
        held = self.desk.account
        inner: Callable[[str], Fault | None] = held.plan

        def dies_after(call: str) -> Fault | None:
            fault = inner(call)
            if fault is not None or call not in SENDING:
                return fault
            held.plan = inner
            return Fault("killed")

        held.plan = dies_after

    def fault(self, number: int) -> None:
        self.faults.append(KINDS[number % len(KINDS)])

    def link(self, number: int) -> None:
        self.link_is_down = bool(number % 2)
        if not self.link_is_down:
            self.desk.worker.link_back()

    def wait(self, number: int) -> None:
        self.desk.clock.forward((1, 10, 100, 2000)[number % 4])

    def clock(self, number: int) -> None:
        """The wall clock is set, a year back or forth; monotonic time knows nothing of it."""
        self.desk.clock.at += timedelta(days=365 if number % 2 else -365)

    def restart(self, _: int) -> None:
        self.desk.crash()

    def end(self) -> None:
        """Everything comes back, and whoever was refused is tried once more."""
        self.faults.clear()
        self.kill, self.link_is_down = "", False
        self.desk.account.plan = lambda _: None
        self.desk.clock.forward(60)
        self.desk.settle()
        for row in self.desk.store.outbox.buried():
            self.desk.store.outbox.retry(row.id, reason="again")
        self.desk.settle()
        assert not self.desk.store.outbox.buried()


ACTIONS: dict[str, Callable[[World, int], None]] = {
    "enrol": World.enrol,
    "edit": World.edit,
    "delete": World.delete,
    "login": World.login,
    "step": World.step,
    "kill": World.kill_next,
    "fault": World.fault,
    "link": World.link,
    "wait": World.wait,
    "clock": World.clock,
    "restart": World.restart,
}
numbers = st.integers(1, 15)
single = st.tuples(st.sampled_from(sorted(ACTIONS)), numbers).map(lambda one: [one])
TROUBLES = (("fault", LOST), ("fault", LOST + 1), ("kill", 1), ("kill", 2), ("fault", 3), ("wait", 1))


@st.composite
def fragments(draw: st.DrawFn) -> list[tuple[str, int]]:
    """Somebody does something, trouble comes, and the worker runs into it: what chance alone puts together too seldom."""
    number = draw(numbers)
    act = draw(st.sampled_from(["enrol", "enrol", "edit", "delete", "login"]))
    trouble = draw(st.sampled_from(TROUBLES))
    after = draw(st.sampled_from([[], [("delete", number)], [("edit", number)], [("restart", 1)], [("clock", number)]]))
    return [(act, number), trouble, ("step", draw(numbers)), *after]


histories = st.lists(st.one_of(fragments(), single), min_size=3, max_size=16).map(
    lambda parts: [action for part in parts for action in part]
)


def run(history: list[tuple[str, int]], ahead_from: int) -> None:
    with tempfile.TemporaryDirectory() as folder, station(Path(folder), FakeAccount(), ahead_from=ahead_from) as desk:
        world = World(desk)
        for name, number in history:
            ACTIONS[name](world, number)
        world.end()
        check(world)


def check(world: World) -> None:
    desk = world.desk
    here = {str(person.id): person for person in desk.store.people()}
    assert set(here) == set(world.alive), "0 lost, 0 left over, here"
    assert {person.truth for person in here.values()} <= {Truth.CONFIRMED}
    there = Counter(person.mark for person in desk.account.held.values())
    assert there == Counter(list(world.alive)), "0 lost, 0 duplicates, at the account"
    phones = {person.mark: person.details.phone for person in desk.account.held.values()}
    assert phones == world.alive
    sent = Counter(mark for mark, _ in desk.account.validations)
    for mark, person in world.logins.items():
        times = sent.pop(mark, 0)
        assert times <= 1
        if person is None or person in world.alive:
            assert times == 1
    assert not sent
    assert {result.identifier for result in desk.store.validations(10_000)} == set(world.logins)
    assert desk.store.verify_audit().whole


@pytest.mark.parametrize("ahead_from", AHEAD)
@given(history=histories)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_nothing_is_lost_or_doubled_whatever_happens(ahead_from: int, history: list[tuple[str, int]]) -> None:
    run(history, ahead_from)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("ahead_from", AHEAD)
@given(history=histories)
@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_is_lost_or_doubled_the_long_form(ahead_from: int, history: list[tuple[str, int]]) -> None:
    run(history, ahead_from)
