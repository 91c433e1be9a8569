"""Networks that take turns: no word is too old, none is said of another face, and what is asked too early changes nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.vision_parts import flat, made_face

from kiosk.domain.face import Face, Pixels, TrackId
from kiosk.vision.liveness import fused
from kiosk.vision.turns import NEWEST_MS, Turns

FRAME = flat(100)
LABELS = ("a", "b", "c")


class Telling:
    """Networks whose word is the number of the frame they saw, so that its age can be read from the score."""

    def __init__(self, labels: tuple[str, ...] = LABELS) -> None:
        self.networks = labels
        self.asked: list[tuple[str, ...]] = []
        self.value: float | None = 0.0

    def logits(self, pixels: Pixels, face: Face, labels: tuple[str, ...]) -> Mapping[str, float] | None:
        self.asked.append(labels)
        value = self.value
        return None if value is None else dict.fromkeys(labels, value)


def look(turns: Turns, at_ms: float, track: int = 1) -> dict[str, float]:
    """One frame; the log odds that each network is fused with."""
    sample = turns.take(TrackId(track), at_ms, turns.ask(FRAME, made_face(track=track), at_ms))
    return {label: math.log(share / (1 - share)) for label, share in sample.cues.items()}


def test_all_look_at_a_new_face_and_then_they_take_turns() -> None:
    networks = Telling()
    turns = Turns(networks)
    for frame in range(5):
        look(turns, frame * 33.0)
    assert networks.asked == [LABELS, ("b", "c"), ("a",), ("b", "c"), ("a",)]


def test_one_network_alone_looks_at_every_frame() -> None:
    networks = Telling(("a",))
    turns = Turns(networks)
    for frame in range(4):
        look(turns, frame * 33.0)
    assert networks.asked == [("a",)] * 4


def test_a_score_fuses_the_newest_word_of_each() -> None:
    networks = Telling()
    turns = Turns(networks)
    look(turns, 0.0)
    networks.value = 2.0
    assert look(turns, 33.0) == pytest.approx({"a": 0.0, "b": 2.0, "c": 2.0})
    networks.value = -3.0
    assert look(turns, 66.0) == pytest.approx({"a": -3.0, "b": 2.0, "c": 2.0})
    expected = fused({"a": -3.0, "b": -1.0, "c": -1.0}).score
    assert turns.take(TrackId(1), 99.0, {"b": -1.0, "c": -1.0}).score == pytest.approx(expected)


def test_nothing_said_of_one_face_is_said_of_the_next() -> None:
    networks = Telling()
    turns = Turns(networks)
    networks.value = 5.0
    look(turns, 0.0, track=1)
    networks.value = -5.0
    assert look(turns, 33.0, track=2) == pytest.approx(dict.fromkeys(LABELS, -5.0))
    networks.value = 1.0
    look(turns, 66.0, track=1)
    assert networks.asked[-1] == LABELS, "an earlier face that is back was not looked at by all"


def test_what_was_asked_and_not_taken_changes_nothing() -> None:
    networks = Telling()
    turns = Turns(networks)
    look(turns, 0.0)
    networks.value = 9.0
    for _ in range(3):
        turns.ask(FRAME, made_face(track=1), 33.0)
    networks.value = 1.0
    assert look(turns, 33.0) == pytest.approx({"a": 0.0, "b": 1.0, "c": 1.0})


def test_what_some_said_of_a_new_face_is_not_filled_up_with_what_others_said_of_the_last() -> None:
    networks = Telling()
    turns = Turns(networks)
    networks.value = 5.0
    look(turns, 0.0, track=1)
    assert set(turns.take(TrackId(2), 33.0, {"b": -1.0}).cues) == {"b"}


@pytest.mark.parametrize("how", ["could not be judged", "forgotten"])
def test_after_a_break_all_look_again(how: str) -> None:
    networks = Telling()
    turns = Turns(networks)
    networks.value = 5.0
    look(turns, 0.0)
    if how == "forgotten":
        turns.forget()
    else:
        networks.value = None
        assert turns.take(TrackId(1), 33.0, turns.ask(FRAME, made_face(track=1), 33.0)).score is None
    networks.value = -5.0
    assert look(turns, 66.0) == pytest.approx(dict.fromkeys(LABELS, -5.0))


_STEPS = st.lists(
    st.tuples(
        st.one_of(st.floats(0, 400), st.floats(-1000, 0), st.just(math.nan)),
        st.integers(1, 2),
        st.booleans(),
    ),
    min_size=1,
    max_size=40,
)


@given(_STEPS)
def test_no_word_is_older_than_allowed_and_none_is_of_another_face(steps: list[tuple[float, int, bool]]) -> None:
    """Each frame's word is its own number, 1/1000 a frame, so the fused cues say which frames they come from."""
    networks = Telling()
    turns = Turns(networks)
    seen: list[tuple[float, int]] = []
    at_ms = 0.0
    for number, (gap, track, sane) in enumerate(steps):
        now = at_ms + gap
        at_ms = now if math.isfinite(now) else at_ms
        seen.append((now, track))
        networks.value = number / 1000 if sane else None
        sample = turns.take(TrackId(track), now, turns.ask(FRAME, made_face(track=track), now))
        assert (sample.score is None) is not sane
        for share in sample.cues.values():
            said = round(1000 * math.log(share / (1 - share)))
            when, whose = seen[said]
            assert whose == track
            assert said == number or 0.0 <= now - when <= NEWEST_MS
        assert set(sample.cues) == (set(LABELS) if sane else set())


def test_a_broken_number_of_one_network_is_not_hidden_by_the_others() -> None:
    """Whoever could be judged a moment ago and cannot now has no score, not the last one."""
    networks = Telling()
    turns = Turns(networks)
    look(turns, 0.0)
    networks.value = None
    sample = turns.take(TrackId(1), 33.0, turns.ask(FRAME, made_face(track=1), 33.0))
    assert sample.score is None
    assert not sample.cues
