"""Wrong PINs: however they come, there is no faster way to guess than the locks allow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.operators import FIRST_LOCK, LONGEST_LOCK, TRIES, Lock, counted, lock_time, remaining, tries_left

START = datetime(2026, 1, 1, tzinfo=UTC)
waits = st.lists(st.floats(0, 40_000), min_size=1, max_size=120)


@given(waits)
def test_guesses_are_bounded_by_the_locks(seconds: list[float]) -> None:
    now, lock, tries = START, Lock(), 0
    for wait in seconds:
        now += timedelta(seconds=wait)
        if remaining(lock, now) > timedelta(0):
            continue
        lock, tries = counted(lock, now), tries + 1
        assert lock.failures == tries
    waited = sum((lock_time(number) for number in range(1, tries)), timedelta(0))
    assert now - START >= waited, "every lock on the way was sat out"


@given(st.integers(0, 10_000))
def test_a_lock_grows_up_to_a_shift(failures: int) -> None:
    length = lock_time(failures)
    if failures and failures % TRIES == 0:
        assert FIRST_LOCK <= length <= LONGEST_LOCK
        assert length >= lock_time(failures - TRIES)
    else:
        assert length == timedelta(0)
    assert 1 <= tries_left(failures) <= TRIES


@given(st.integers(1, 50), st.floats(-1e8, 1e8))
def test_a_clock_that_jumps_makes_no_lock_longer(failures: int, jump_s: float) -> None:
    lock = counted(Lock(failures - 1), START)
    left = remaining(lock, START + timedelta(seconds=jump_s))
    assert timedelta(0) <= left <= lock_time(failures)


@given(st.integers(0, 200))
def test_the_number_of_tries_left_is_the_number_until_the_next_lock(failures: int) -> None:
    lock = Lock(failures)
    for _ in range(tries_left(failures)):
        assert lock.until is None
        lock = counted(lock, START)
    assert lock.until is not None
