"""One rule: what may pass by itself is tried three times at most, never past the deadline, never where it may be done."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.api.retry import ATTEMPTS, FIRST_PAUSE_S, LEAST_LEFT_S, LONGEST_PAUSE_S, again
from kiosk.domain.errors import ApiError, Code


def error(code: Code, status: int = 0, *, maybe_done: bool = False, retry_after_s: float | None = None) -> ApiError:
    return ApiError(code, status=status, maybe_done=maybe_done, retry_after_s=retry_after_s)


PASSING = [
    error(Code.API_NO_LINK),
    error(Code.API_DNS),
    error(Code.API_PROXY),
    error(Code.API_TIMEOUT),
    error(Code.API_REPLY_LOST),
    error(Code.API_SERVER_ERROR, 500),
    error(Code.API_SERVER_ERROR, 502),
    error(Code.API_SERVER_ERROR, 408),
    error(Code.API_THROTTLED, 425),
    error(Code.API_THROTTLED, 429),
]
LASTING = [
    error(Code.API_TLS),
    error(Code.API_PROXY, 407),
    error(Code.API_UNREADABLE, 200),
    error(Code.API_SERVER_ERROR, 501),
    error(Code.API_UNAUTHORIZED, 401),
    error(Code.API_NO_CREDITS, 402),
    error(Code.API_FORBIDDEN, 403),
    error(Code.API_NOT_FOUND, 404),
    error(Code.API_CONFLICT, 409),
    error(Code.API_REFUSED, 409),
    error(Code.API_BAD_REQUEST, 422),
    error(Code.API_PICTURE_UNFIT, 412),
]


@pytest.mark.parametrize("outcome", PASSING, ids=lambda outcome: f"{outcome.code}-{outcome.status}")
def test_what_may_pass_is_tried_again_with_full_jitter(outcome: ApiError) -> None:
    assert again(1, outcome, left_s=60, random=lambda: 0.0) == 0.0
    assert again(1, outcome, left_s=60, random=lambda: 1.0) == FIRST_PAUSE_S
    assert again(2, outcome, left_s=60, random=lambda: 1.0) == 2 * FIRST_PAUSE_S


@pytest.mark.parametrize("outcome", LASTING, ids=lambda outcome: f"{outcome.code}-{outcome.status}")
def test_what_lasts_is_not_tried_again(outcome: ApiError) -> None:
    assert again(1, outcome, left_s=60, random=lambda: 0.0) is None


def test_what_may_be_done_is_never_tried_again() -> None:
    for code in Code:
        assert again(1, error(code, 500, maybe_done=True), left_s=60, random=lambda: 0.0) is None


def test_the_servers_word_wins() -> None:
    busy = error(Code.API_THROTTLED, 429, retry_after_s=7.0)
    assert again(1, busy, left_s=60, random=lambda: 0.0) == 7.0
    assert again(1, busy, left_s=7.1, random=lambda: 0.0) is None


@given(
    attempt=st.integers(1, 9),
    outcome=st.sampled_from(PASSING + LASTING),
    left_s=st.floats(-10, 100),
    dice=st.floats(0, 1),
)
def test_a_pause_ends_before_the_deadline_and_there_are_never_more_than_three_tries(
    attempt: int, outcome: ApiError, left_s: float, dice: float
) -> None:
    pause = again(attempt, outcome, left_s=left_s, random=lambda: dice)
    if pause is not None:
        assert attempt < ATTEMPTS
        assert 0 <= pause <= LONGEST_PAUSE_S
        assert pause + LEAST_LEFT_S <= left_s
