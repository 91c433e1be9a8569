from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.policy import LivenessPolicy, Matching
from kiosk.sandbox.faces.scale import COMPARE_DEFAULT, LIVENESS_DEFAULT, liveness_score, similarity_score

MATCHING = Matching().threshold
LIVE = LivenessPolicy().threshold


def test_the_stations_matching_threshold_is_the_services_default():
    assert similarity_score(MATCHING, threshold=MATCHING) == COMPARE_DEFAULT


def test_strangers_score_low_and_the_same_picture_high():
    assert similarity_score(0.1, threshold=MATCHING) < 0.1
    assert similarity_score(1.0, threshold=MATCHING) > 0.99


def test_who_is_live_at_a_station_passes_the_services_default():
    assert liveness_score(LIVE, threshold=LIVE) > LIVENESS_DEFAULT


def test_just_under_the_stations_liveness_threshold_does_not_pass():
    assert liveness_score(LIVE * 0.99, threshold=LIVE) < LIVENESS_DEFAULT


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_similarity_keeps_the_order(a: float, b: float):
    low, high = sorted((a, b))
    assert 0.0 <= similarity_score(low, threshold=MATCHING) <= similarity_score(high, threshold=MATCHING) <= 1.0


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.001, 0.999))
def test_liveness_keeps_the_order(a: float, b: float, threshold: float):
    low, high = sorted((a, b))
    assert 0.0 <= liveness_score(low, threshold=threshold) <= liveness_score(high, threshold=threshold) <= 1.0


@pytest.mark.parametrize("threshold", [0.02, 0.048, 0.5])
def test_any_threshold_of_the_networks_lands_on_the_same_score(threshold: float):
    assert liveness_score(threshold, threshold=threshold) == pytest.approx(0.6001, abs=1e-4)
