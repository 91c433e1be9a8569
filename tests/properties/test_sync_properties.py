"""Random interleavings of what people do at the station and at the account, link changes, server faults, clock jumps, kills and
restarts, over the real store and a model of the account.

Afterwards, with the link back: every acknowledged act is there once, here and there; nothing is confirmed that the account does
not hold; nobody is gone without a deletion or the account's word; where both sides wrote, the account's word stands and ours is
kept for review.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.sync_world import LOST, World, world

from kiosk.sync.batch import AHEAD_FROM

WAYS = ((AHEAD_FROM, True), (1, True), (AHEAD_FROM, False))
"""As it is; with a second batch under way at any time; with an account that keeps nothing of our mark."""

ACTIONS: dict[str, Callable[[World, int], None]] = {
    "enrol": World.enrol,
    "edit": World.edit,
    "delete": World.delete,
    "withdraw": World.withdraw,
    "renew": World.renew,
    "purge": World.purge,
    "login": World.login,
    "there_add": World.there_add,
    "there_edit": World.there_edit,
    "there_picture": World.there_picture,
    "there_delete": World.there_delete,
    "step": World.step,
    "pull": World.pull,
    "kill": World.kill_next,
    "fault": World.fault,
    "link": World.link,
    "wait": World.wait,
    "clock": World.clock,
    "restart": World.restart,
}
History = list[tuple[str, int]]
numbers = st.integers(1, 12)
single = st.tuples(st.sampled_from(sorted(ACTIONS)), numbers).map(lambda one: [one])
TROUBLES = (("fault", LOST), ("fault", LOST + 1), ("kill", 1), ("kill", 2), ("fault", 3), ("wait", 1))
BEFORE = ("enrol", "there_add")
HERE = ("edit", "delete", "login", "withdraw", "renew")
THERE = ("there_edit", "there_delete", "there_picture")


@st.composite
def troubled(draw: st.DrawFn) -> History:
    """Somebody does something, trouble comes, and the worker runs into it: what chance alone puts together too seldom."""
    number = draw(numbers)
    act = draw(st.sampled_from(["enrol", "enrol", *HERE]))
    trouble = draw(st.sampled_from(TROUBLES))
    after = draw(st.sampled_from([(), *((name, number) for name in (*HERE, *THERE, "restart", "clock", "purge"))]))
    return [(act, number), trouble, ("step", draw(numbers)), *([after] if after else [])]


@st.composite
def both_sides(draw: st.DrawFn) -> History:
    """Somebody whom both have; the link goes, each side does something, in either order, and the link comes back."""
    number = draw(numbers)
    acts = draw(st.permutations([(draw(st.sampled_from(HERE)), number), (draw(st.sampled_from(THERE)), number)]))
    begin = [("there_add" if number % 2 else "enrol", number), ("step", 12), ("pull", 12)]
    return [
        *begin,
        ("link", 1),
        *acts,
        ("step", 1),
        ("link", 2),
        (draw(st.sampled_from(["step", "pull"])), draw(numbers)),
    ]


@st.composite
def shifting(draw: st.DrawFn) -> History:
    """A list that grows shorter while it is paged through skips somebody, who is there all the same."""
    first = draw(st.sampled_from([1, 3, 5]))
    added = [("there_add", number) for number in range(first, first + 7, 2)]
    return [*added, ("pull", 12), ("pull", 1), ("there_delete", first), ("step", draw(st.integers(1, 6)))]


histories = st.lists(st.one_of(troubled(), both_sides(), shifting(), single), min_size=3, max_size=14).map(
    lambda parts: [action for part in parts for action in part]
)


def run(history: History, way: tuple[int, bool]) -> None:
    ahead_from, marked = way
    with tempfile.TemporaryDirectory() as folder, world(Path(folder), ahead_from=ahead_from, marked=marked) as made:
        for name, number in history:
            ACTIONS[name](made, number)
            made.check_now()
        made.end()
        made.check_now()
        made.check_end()


@pytest.mark.parametrize("way", WAYS)
@given(history=histories)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_nothing_is_lost_or_doubled_whatever_happens(way: tuple[int, bool], history: History) -> None:
    run(history, way)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("way", WAYS)
@given(history=histories)
@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_is_lost_or_doubled_the_long_form(way: tuple[int, bool], history: History) -> None:
    run(history, way)
