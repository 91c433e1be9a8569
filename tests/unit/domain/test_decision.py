"""Threshold and margin."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as hst

from kiosk.domain.decision import Candidate, Match, Reason, decide, threshold_for
from kiosk.domain.face import Embedding, mean_embedding
from kiosk.domain.person import PersonId
from kiosk.domain.policy import Matching

POLICY = Matching()


def match(*similarities: float, people: int = 10) -> Match:
    return Match(tuple(Candidate(PersonId(f"p{i}"), s) for i, s in enumerate(similarities)), people)


def test_recognised_above_threshold_and_clear_of_the_second() -> None:
    decision = decide(match(0.7, 0.3), POLICY)
    assert decision.reason is Reason.RECOGNISED
    assert decision.person == "p0"
    assert decision.accepts


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (match(0.49, 0.1), Reason.NO_MATCH),
        (match(0.70, 0.66), Reason.AMBIGUOUS),
        (match(people=0), Reason.EMPTY_GALLERY),
        (match(0.51, 0.1, people=5000), Reason.NO_MATCH),
        (match(math.nan, 0.1), Reason.NO_MATCH),
        (match(0.9, math.nan), Reason.AMBIGUOUS),
    ],
)
def test_everything_else_accepts_nobody(found: Match, reason: Reason) -> None:
    decision = decide(found, POLICY)
    assert decision.reason is reason
    assert decision.person is None
    assert not decision.accepts


@given(
    hst.lists(hst.floats(-1, 1), min_size=1, max_size=2).map(lambda s: sorted(s, reverse=True)),
    hst.integers(1, 100_000),
)
def test_an_accepting_decision_meets_both_limits(similarities: list[float], people: int) -> None:
    decision = decide(match(*similarities, people=people), POLICY)
    if decision.accepts:
        assert similarities[0] >= threshold_for(people, POLICY)
        assert len(similarities) == 1 or similarities[0] - similarities[1] >= POLICY.margin


def _embedding(values: list[float], sha: str = "a") -> Embedding:
    return Embedding(np.array(values, np.float32), "m", sha)


def test_mean_is_a_direction_and_refuses_mixtures() -> None:
    mean = mean_embedding((_embedding([1, 0]), _embedding([0, 1])))
    assert np.allclose(mean.vector, [math.sqrt(0.5)] * 2)
    for bad in [(), (_embedding([1, 0]), _embedding([1, 0], "b")), (_embedding([1, 0]), _embedding([-1, 0]))]:
        with pytest.raises(ValueError):
            mean_embedding(bad)
    with pytest.raises(ValueError):
        _embedding([1, 0]).similarity(_embedding([1, 0], "b"))
