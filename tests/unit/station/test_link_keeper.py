"""When the account is probed, and when it is left alone; with a clock that the test owns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as hst
from support.fake_gateway import ToldGateway, ToldProber
from support.station_parts import TurnedClock

from kiosk.domain.errors import ApiError, Code, ConfigError, StoreError
from kiosk.domain.link import Link
from kiosk.domain.outbox import Backlog
from kiosk.station.link_keeper import (
    COUNT_SOONEST_MS,
    LONGEST_MS,
    SPREAD,
    VISITOR_MS,
    LinkKeeper,
    News,
    Reach,
    Watch,
    can_be_asked,
    heard,
    visitor,
)

API_CODES = [code for code in Code if code.startswith("api_")]


def after(*codes: Code, spread: float = 0.0, retry_after_s: float | None = None) -> Watch:
    watch = Watch()
    for code in codes:
        watch = heard(watch, ApiError(code, retry_after_s=retry_after_s), 0.0, spread)
    return watch


@pytest.mark.parametrize(
    ("codes", "wait_s"),
    [
        ([Code.API_NO_LINK], 2),
        ([Code.API_NO_LINK] * 2, 4),
        ([Code.API_DNS] * 3, 8),
        ([Code.API_SERVER_ERROR] * 9, 60),
        ([Code.API_UNAUTHORIZED], 30),
        ([Code.API_NO_CREDITS] * 2, 60),
        ([Code.API_UNAUTHORIZED] * 20, 900),
    ],
)
def test_each_failure_waits_longer_up_to_a_bound(codes: list[Code], wait_s: float) -> None:
    assert after(*codes).probe_at_ms == wait_s * 1000


def test_the_servers_word_wins_when_it_asks_for_more() -> None:
    assert after(Code.API_THROTTLED, retry_after_s=120.0).probe_at_ms == 120_000
    assert after(Code.API_THROTTLED, retry_after_s=0.1).probe_at_ms == 2_000
    assert after(Code.API_THROTTLED, retry_after_s=10.0, spread=1.0).probe_at_ms >= 10_000
    assert after(Code.API_THROTTLED, retry_after_s=1e9).probe_at_ms == 3_600_000


def test_an_answer_ends_the_waiting() -> None:
    watch = heard(after(Code.API_NO_LINK, Code.API_NO_LINK), None, 5.0, 0.0)
    assert (watch.link, watch.failures, watch.code) == (Link.ONLINE, 0, None)
    refused = heard(after(Code.API_NO_LINK), ApiError(Code.API_CONFLICT), 5.0, 0.0)
    assert refused.link is Link.ONLINE, "a refusal came over a link that works"


@given(hst.lists(hst.sampled_from(API_CODES), min_size=1, max_size=30), hst.floats(0.0, 1.0))
def test_it_never_hammers_and_never_gives_up(codes: list[Code], spread: float) -> None:
    watch, now = Watch(), 0.0
    for code in codes:
        watch = heard(watch, ApiError(code), now, spread)
        wait = watch.probe_at_ms - now
        assert 2_000 <= wait <= 900_000 * (1 + SPREAD)
        if watch.link in {Link.NO_LINK, Link.DNS, Link.TLS, Link.PROXY, Link.SERVER_ERROR}:
            assert wait <= LONGEST_MS * (1 + SPREAD)
        now = watch.probe_at_ms


def test_a_visitor_has_the_link_looked_at_but_not_again_and_again() -> None:
    watch = after(*[Code.API_NO_LINK] * 6)
    assert visitor(watch, VISITOR_MS - 1) == watch
    assert visitor(watch, VISITOR_MS).probe_at_ms == VISITOR_MS
    patient = after(Code.API_UNAUTHORIZED)
    assert visitor(patient, 20_000.0) == patient
    throttled = after(Code.API_THROTTLED, retry_after_s=60.0)
    assert visitor(throttled, 20_000.0) == throttled


def test_nobody_waits_behind_a_link_that_is_known_not_to_work() -> None:
    assert can_be_asked(Watch())
    assert can_be_asked(heard(Watch(), None, 0.0, 0.0))
    for code in (Code.API_NO_LINK, Code.API_UNAUTHORIZED, Code.API_NO_CREDITS, Code.API_THROTTLED, Code.API_TLS):
        assert not can_be_asked(after(code))


class Kept:
    """A keeper whose turns the test makes itself."""

    def __init__(self) -> None:
        self.clock = TurnedClock()
        self.prober = ToldProber()
        self.backlog = Backlog()
        self.news: list[News] = []
        self.connected = 0
        self.cannot: Exception | None = None
        self.counted = 0
        self.store_error: StoreError | None = None
        self.answers = 0
        self.keeper = LinkKeeper(
            self._connect,
            clock=self.clock,
            backlog=self._count,
            sent=lambda: 0,
            told=self.news.append,
            heard=self._answer,
        )

    def _connect(self) -> Reach:
        self.connected += 1
        if self.cannot is not None:
            raise self.cannot
        return Reach(gateway=ToldGateway(), prober=self.prober)

    def _count(self) -> Backlog:
        self.counted += 1
        if self.store_error is not None:
            raise self.store_error
        return self.backlog

    def _answer(self) -> None:
        self.answers += 1

    def turn(self, ms: float = 0.0) -> None:
        self.clock.turn(ms)
        self.keeper.turn()

    @property
    def links(self) -> list[Link]:
        return [news.link for news in self.news]


def test_it_connects_probes_and_tells_once() -> None:
    kept = Kept()
    assert kept.keeper.gateway(0.0) is None
    kept.turn()
    assert kept.links == [Link.ONLINE]
    assert kept.keeper.gateway(0.0) is not None
    assert kept.keeper.hindrance() is None
    for _ in range(50):
        kept.turn(100.0)
    assert len(kept.prober.asked) == 1
    assert kept.links == [Link.ONLINE]
    assert kept.answers == 1


def test_a_cut_link_is_probed_ever_less_often_and_its_return_is_told() -> None:
    kept = Kept()
    kept.prober.error = ApiError(Code.API_NO_LINK)
    for _ in range(6000):
        kept.turn(100.0)
    assert kept.links == [Link.NO_LINK]
    assert 8 <= len(kept.prober.asked) <= 20, "ten minutes"
    hindrance = kept.keeper.hindrance()
    assert hindrance is not None
    assert hindrance.code is Code.API_NO_LINK
    kept.prober.error = None
    for _ in range(1000):
        kept.turn(100.0)
    assert kept.links == [Link.NO_LINK, Link.ONLINE]
    assert kept.keeper.hindrance() is None
    assert kept.connected == 1


def test_what_other_calls_meet_counts_as_well() -> None:
    kept = Kept()
    kept.turn()
    kept.keeper.heard(ApiError(Code.API_NO_CREDITS))
    kept.turn()
    assert kept.links == [Link.ONLINE, Link.NO_CREDITS]


def test_what_waits_is_counted_on_demand_and_now_and_then() -> None:
    kept = Kept()
    kept.turn()
    kept.backlog = Backlog(pending=1, oldest_s=1.0)
    kept.keeper.look()
    kept.turn(1.0)
    assert len(kept.news) == 1, "not for each row of a queue that is being sent"
    kept.turn(COUNT_SOONEST_MS)
    kept.backlog = Backlog(pending=1, oldest_s=9.0)
    kept.keeper.look()
    kept.turn(COUNT_SOONEST_MS)
    assert [news.backlog.pending for news in kept.news] == [0, 1], "an age that grows is no news"
    kept.store_error = StoreError(Code.STORE_LOCKED)
    kept.turn(5000.0)
    assert kept.news[-1].backlog.pending == 1


@pytest.mark.expects_log
def test_an_account_that_cannot_be_used_is_told_and_tried_again_later() -> None:
    kept = Kept()
    kept.cannot = ConfigError(Code.CONFIG_BAD_VALUE, "api.project")
    kept.turn()
    assert kept.links == [Link.OFFLINE]
    assert kept.keeper.gateway(0.0) is None
    hindrance = kept.keeper.hindrance()
    assert hindrance is not None
    assert hindrance.code is Code.API_NOT_CONFIGURED
    kept.turn(1000.0)
    assert kept.connected == 1
    kept.cannot = None
    kept.turn(60_000.0)
    assert kept.links == [Link.OFFLINE, Link.ONLINE]
