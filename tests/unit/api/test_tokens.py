"""Tokens never show themselves, say when they end where they can, and are renewed by one thread at a time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.camera_sources import HandClock
from support.patience import PATIENCE_S

from kiosk.api.tokens import (
    RENEW_BEFORE_S,
    TRY_AGAIN_S,
    AccountToken,
    AccountTokens,
    LivenessToken,
    LoginToken,
    RegistrationToken,
    ends_at,
)
from kiosk.domain.errors import ApiError, Code

NOW = 1_900_000_000.0


def ending(seconds: float) -> AccountToken:
    return AccountToken(jwt.encode({"exp": int(NOW + seconds)}, "k" * 32, algorithm="HS256"))


def tokens(token: AccountToken | None, clock: HandClock | None = None) -> AccountTokens:
    return AccountTokens(token, clock=clock or HandClock())


@pytest.mark.parametrize("kind", [AccountToken, LivenessToken, RegistrationToken, LoginToken])
def test_a_token_never_shows_itself(kind: type[AccountToken]) -> None:
    token = kind("eyJsecret")
    assert "secret" not in f"{token} {token!r} {[token]} {(token,)}"
    assert token.reveal() == "eyJsecret"


def test_a_token_says_when_it_ends() -> None:
    assert ends_at(ending(60)) == NOW + 60
    assert ends_at(LivenessToken(jwt.encode({"x": 1}, "k" * 32, algorithm="HS256"))) is None


@given(st.text() | st.from_regex(r"eyJ[\w-]*\.[\w-]*\.[\w-]*", fullmatch=True))
@example("eyJhbGciOiJIUzI1NiJ9.e30.c2FtcGxl")
@example("eyJhbGciOiJub25lIn0.bnVsbA.")
@example("....")
def test_garbage_has_no_end_and_no_exception(text: str) -> None:
    assert ends_at(AccountToken(text)) is None


@given(
    st.none() | st.booleans() | st.text() | st.lists(st.integers()) | st.floats(min_value=1e13) | st.just(float("nan"))
)
def test_an_end_that_is_no_time_is_no_end(value: object) -> None:
    assert ends_at(AccountToken(jwt.encode({"e": value} | {"exp": value}, "k" * 32, algorithm="HS256"))) is None


def test_no_token_is_not_configured() -> None:
    with pytest.raises(ApiError) as caught:
        tokens(None).current()
    assert caught.value.code is Code.API_NOT_CONFIGURED


def test_a_refused_token_rests_until_it_is_changed_or_some_minutes_have_passed() -> None:
    clock = HandClock()
    token = ending(9e5)
    kept = tokens(token, clock)
    kept.refuse(AccountToken("another"))
    assert kept.current() is token
    kept.refuse(token)
    with pytest.raises(ApiError) as caught:
        kept.current()
    assert caught.value.code is Code.API_UNAUTHORIZED
    clock.sleep(TRY_AGAIN_S)
    assert kept.current() is token
    kept.refuse(token)
    fresh = ending(9e6)
    kept.change(fresh)
    assert kept.current() is fresh


def test_a_token_is_due_before_it_ends() -> None:
    assert tokens(ending(RENEW_BEFORE_S - 1)).due(server_now_s=NOW)
    assert tokens(ending(-5)).due(server_now_s=NOW)
    assert not tokens(ending(RENEW_BEFORE_S + 1)).due(server_now_s=NOW)
    assert not tokens(AccountToken("no-jwt")).due(server_now_s=NOW)
    assert not tokens(None).due(server_now_s=NOW)


def test_a_failed_renewal_is_not_tried_again_at_once() -> None:
    clock = HandClock()
    old = ending(60)
    kept = tokens(old, clock)

    def fail(spent: AccountToken) -> AccountToken:
        raise ApiError(Code.API_NO_LINK)

    with pytest.raises(ApiError):
        kept.renew(old, fail, wait_s=0)
    assert not kept.due(server_now_s=NOW)
    clock.sleep(TRY_AGAIN_S)
    assert kept.due(server_now_s=NOW)
    assert kept.current() is old


def test_one_renewal_for_many_threads_and_it_is_told_once() -> None:
    told: list[AccountToken] = []
    asked: list[AccountToken] = []
    old, fresh = ending(60), ending(9e6)
    kept = AccountTokens(old, clock=HandClock(), on_renewed=told.append)
    all_here = threading.Barrier(4, timeout=10)

    def ask(spent: AccountToken) -> AccountToken:
        asked.append(spent)
        return fresh

    def call(_: int) -> AccountToken:
        all_here.wait()
        return kept.renew(old, ask, wait_s=10)

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(call, range(4))) == [fresh] * 4
    assert (asked, told, kept.current()) == ([old], [fresh], fresh)


def test_a_token_that_was_changed_during_its_renewal_stays_changed() -> None:
    old, other = ending(60), ending(5e6)
    kept = tokens(old)

    def ask(spent: AccountToken) -> AccountToken:
        kept.change(other)
        return ending(9e6)

    assert kept.renew(old, ask, wait_s=0) is other
    assert kept.current() is other


def test_whoever_cannot_wait_for_anothers_renewal_is_told_so() -> None:
    old, release, begun = ending(60), threading.Event(), threading.Event()
    kept = tokens(old)

    def slow(spent: AccountToken) -> AccountToken:
        begun.set()
        release.wait(PATIENCE_S)
        return ending(9e6)

    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(kept.renew, old, slow, wait_s=0)
        assert begun.wait(PATIENCE_S)
        with pytest.raises(ApiError) as caught:
            kept.renew(old, slow, wait_s=0.0)
        release.set()
        first.result(PATIENCE_S)
    assert caught.value.code is Code.API_TIMEOUT
