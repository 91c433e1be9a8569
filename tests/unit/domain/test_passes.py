"""Numbers, PINs, codes and locks of passes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as hst

from kiosk.domain.passes import (
    CODE_PREFIX,
    FIRST_LOCK_S,
    LONGEST_LOCK_S,
    TRIES,
    PinProblem,
    lock_s,
    new_code,
    new_number,
    pin_problem,
    read_code,
    read_number,
    shown_number,
)


def test_a_number_is_read_however_it_was_written() -> None:
    for _ in range(50):
        number = new_number()
        assert len(number) == 8
        assert read_number(shown_number(number)) == number
        assert read_number(f" {number[:4]}-{number[4:]} ") == number


@given(hst.integers(0, 7), hst.integers(1, 9))
def test_one_wrong_digit_is_a_slip_of_the_finger(place: int, off: int) -> None:
    number = new_number()
    wrong = number[:place] + str((int(number[place]) + off) % 10) + number[place + 1 :]
    assert read_number(wrong) is None


@pytest.mark.parametrize("typed", ["", "1234567", "123456789", "1234567a", "１２３４５６７８"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert read_number(typed) is None


@pytest.mark.parametrize(
    ("pin", "problem"),
    [
        ("7394", None),
        ("59281736", None),
        ("729", PinProblem.TOO_SHORT),
        ("729418365", PinProblem.TOO_LONG),
        ("72a4", PinProblem.NOT_DIGITS),
        ("７２９４", PinProblem.NOT_DIGITS),
        ("", PinProblem.NOT_DIGITS),
        ("0000", PinProblem.TOO_EASY),
        ("1234", PinProblem.TOO_EASY),
        ("8901", PinProblem.TOO_EASY),
        ("4321", PinProblem.TOO_EASY),
        ("1212", PinProblem.TOO_EASY),
        ("1122", PinProblem.TOO_EASY),
        ("2946", PinProblem.LIKE_NUMBER),
    ],
)
def test_pins(pin: str, problem: PinProblem | None) -> None:
    assert pin_problem(pin, "72946128") is problem


def test_a_code_is_random_and_read_back() -> None:
    codes = {new_code() for _ in range(50)}
    assert len(codes) == 50
    for code in codes:
        assert code.startswith(CODE_PREFIX)
        bits = read_code(f" {code.lower()}\n")
        assert bits is not None
        assert len(bits) == 16


@given(hst.text(max_size=60))
def test_other_codes_are_nobodys(text: str) -> None:
    assert read_code(text) is None
    assert read_code(CODE_PREFIX + text) is None or len(text.strip()) == 26


def test_locks_grow_and_end() -> None:
    assert [lock_s(n) for n in range(TRIES)] == [0.0] * TRIES
    locks = [lock_s(n) for n in range(TRIES, TRIES + 60)]
    assert locks[:3] == [FIRST_LOCK_S, 2 * FIRST_LOCK_S, 4 * FIRST_LOCK_S]
    assert locks == sorted(locks)
    assert locks[-1] == LONGEST_LOCK_S
