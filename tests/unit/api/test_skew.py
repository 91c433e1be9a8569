"""The server's clock from its dates: the median of the last answers, half the round trip taken off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from kiosk.api.skew import KEPT, Skew

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


def date(seconds: float) -> str:
    return format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)


def test_nothing_heard_is_no_offset() -> None:
    assert Skew().offset_s == 0.0


def test_the_round_trip_is_taken_off() -> None:
    skew = Skew()
    skew.hear(date(100), now=NOW, round_trip_s=4.0)  # written two seconds ago, and cut to whole seconds
    assert skew.offset_s == pytest.approx(102.5)


def test_one_wrong_date_among_many_does_not_count() -> None:
    skew = Skew()
    for seconds in (10, 10, 9e6, 11, 10):
        skew.hear(date(seconds), now=NOW, round_trip_s=0.0)
    assert skew.offset_s == pytest.approx(10.5)


def test_old_answers_are_forgotten() -> None:
    skew = Skew()
    for seconds in [500] * KEPT + [7] * KEPT:
        skew.hear(date(seconds), now=NOW, round_trip_s=0.0)
    assert skew.offset_s == pytest.approx(7.5)


@pytest.mark.parametrize(
    "text", ["", "soon", "Tue, 99 Nov 2022 99:12:31 GMT", "\x00", "Tue, 15 Nov 99999 08:12:31 GMT"]
)
def test_what_is_no_date_is_not_heard(text: str) -> None:
    skew = Skew()
    skew.hear(text, now=NOW, round_trip_s=0.0)
    assert skew.offset_s == 0.0


@pytest.mark.parametrize("round_trip_s", [60.0, -1.0, float("nan")])
def test_an_answer_that_took_too_long_says_nothing(round_trip_s: float) -> None:
    skew = Skew()
    skew.hear(date(100), now=NOW, round_trip_s=round_trip_s)
    assert skew.offset_s == 0.0
