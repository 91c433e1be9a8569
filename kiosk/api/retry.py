"""Whether a failed call goes out again, and after how long: one rule for everything. Knows no clock and never sleeps.

Source of the limits: at most three attempts, exponential, as the service's own advice says; full jitter, so that many stations
that lost one server do not come back in one moment. The server's ``Retry-After`` wins over both.
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk.domain.errors import ApiError, Code

ATTEMPTS = 3
FIRST_PAUSE_S = 0.3
LONGEST_PAUSE_S = 4.0
LEAST_LEFT_S = 0.2
"""A try that has less time than this is none."""

_NETWORK = frozenset({Code.API_NO_LINK, Code.API_DNS, Code.API_PROXY, Code.API_TIMEOUT, Code.API_REPLY_LOST})
_STATUSES = frozenset({408, 425, 429})


def again(attempt: int, outcome: ApiError, *, left_s: float, random: Callable[[], float]) -> float | None:
    """How many seconds to wait before the next try, or None to give up.

    Args:
        attempt: how many tries there were, 1 or more.
        outcome: how the last one ended. Its ``maybe_done`` is the end: looking first is the resolver's work.
        left_s: until the deadline.
        random: 0..1, for the jitter.
    """
    if attempt >= ATTEMPTS or outcome.maybe_done or not _may_pass(outcome):
        return None
    pause = random() * min(FIRST_PAUSE_S * 2.0 ** (attempt - 1), LONGEST_PAUSE_S)
    if outcome.retry_after_s is not None:
        pause += outcome.retry_after_s
    return pause if pause + LEAST_LEFT_S <= left_s else None


def _may_pass(outcome: ApiError) -> bool:
    """Whether it may be gone by itself in a moment. A proxy that asks for a password, or a bad certificate, will not be."""
    if outcome.status in _STATUSES:
        return True
    if outcome.code is Code.API_SERVER_ERROR:
        return outcome.status != 501
    return outcome.status == 0 and outcome.code in _NETWORK
