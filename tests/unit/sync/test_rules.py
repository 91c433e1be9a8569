"""What a failure means: the table of kiosk/sync/rules.py."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.errors import ApiError, Code
from kiosk.domain.outbox import Action
from kiosk.domain.person import Details
from kiosk.sync.rules import LONGEST_DELAY_S, LOOK_AFTER_S, Fate, overtaken, rule

API_CODES = [code for code in Code if code.value.startswith("api_")]


def full() -> float:
    return 1.0


@pytest.mark.parametrize(
    ("code", "fate", "halts"),
    [
        (Code.API_NO_LINK, Fate.DELAY, True),
        (Code.API_DNS, Fate.DELAY, True),
        (Code.API_TLS, Fate.DELAY, True),
        (Code.API_PROXY, Fate.DELAY, True),
        (Code.API_TIMEOUT, Fate.DELAY, True),
        (Code.API_UNAUTHORIZED, Fate.DELAY, True),
        (Code.API_NO_CREDITS, Fate.DELAY, True),
        (Code.API_THROTTLED, Fate.DELAY, True),
        (Code.API_SERVER_ERROR, Fate.DELAY, False),
        (Code.API_UNREADABLE, Fate.DELAY, False),
        (Code.API_BAD_REQUEST, Fate.BURY, False),
        (Code.API_FORBIDDEN, Fate.BURY, False),
        (Code.API_NOT_FOUND, Fate.BURY, False),
        (Code.API_CONFLICT, Fate.BURY, False),
        (Code.API_REFUSED, Fate.BURY, False),
        (Code.API_PICTURE_UNFIT, Fate.BURY, False),
    ],
)
def test_what_surely_was_not_carried_out(code: Code, fate: Fate, halts: bool) -> None:
    ruling = rule(ApiError(code), action=Action.CREATE_PERSON, tries=1, jitter=full)
    assert (ruling.fate, ruling.halts) == (fate, halts)


@given(
    code=st.sampled_from(API_CODES), action=st.sampled_from(Action), tries=st.integers(0, 10**6), jitter=st.floats(0, 1)
)
def test_what_may_have_been_carried_out_is_always_looked_up_first(
    code: Code, action: Action, tries: int, jitter: float
) -> None:
    ruling = rule(ApiError(code, maybe_done=True), action=action, tries=tries, jitter=lambda: jitter)
    assert ruling.fate is Fate.DOUBT
    assert ruling.seconds >= LOOK_AFTER_S


@given(
    code=st.sampled_from(API_CODES), action=st.sampled_from(Action), tries=st.integers(0, 10**6), jitter=st.floats(0, 1)
)
def test_every_wait_has_a_limit_and_none_hammers(code: Code, action: Action, tries: int, jitter: float) -> None:
    ruling = rule(ApiError(code), action=action, tries=tries, jitter=lambda: jitter)
    if ruling.fate in (Fate.DELAY, Fate.DOUBT):
        assert 0.5 <= ruling.seconds <= LONGEST_DELAY_S


def test_the_servers_word_wins() -> None:
    error = ApiError(Code.API_THROTTLED, retry_after_s=37.0)
    assert rule(error, action=Action.CREATE_PERSON, tries=9, jitter=full).seconds == 37.0


def test_delays_double_for_a_row_that_fails_again_and_again() -> None:
    waits = [
        rule(ApiError(Code.API_SERVER_ERROR), action=Action.CREATE_PERSON, tries=tries, jitter=full).seconds
        for tries in (1, 2, 3, 4)
    ]
    assert waits == [2.0, 4.0, 8.0, 16.0]


def test_a_404_that_is_no_word_about_the_person_delays_their_deletion() -> None:
    ruling = rule(ApiError(Code.API_NOT_FOUND), action=Action.DELETE_PERSON, tries=3, jitter=full)
    assert (ruling.fate, ruling.seconds, ruling.suspicious) == (Fate.DELAY, 8.0, True)


KNOWN = Details(first_name="Ana", phone="1", email="a@x.org")


@pytest.mark.parametrize(
    ("there", "ours", "is_overtaken"),
    [
        (KNOWN, replace(KNOWN, phone="2"), False),
        (replace(KNOWN, phone="2"), replace(KNOWN, phone="2"), False),  # an earlier try that arrived, or the same edit
        (replace(KNOWN, phone="3"), replace(KNOWN, phone="2"), True),
        (replace(KNOWN, email="b@x.org"), replace(KNOWN, phone="2"), True),  # another field, and it would be put back
        (replace(KNOWN, phone="2", email="b@x.org"), replace(KNOWN, phone="2"), True),
        (replace(KNOWN, email=""), replace(KNOWN, phone="2"), True),
        (replace(KNOWN, first_name=""), replace(KNOWN, phone="2"), False),  # nobody loses their name
    ],
)
def test_what_the_account_has_changed_is_not_written_over(there: Details, ours: Details, is_overtaken: bool) -> None:
    assert overtaken(there, known=KNOWN, ours=ours) is is_overtaken
    assert not overtaken(there, known=None, ours=ours)
