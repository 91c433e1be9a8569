"""Intervals and curves: against values from the literature, and properties."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kiosk.evaluate import statistics as stat

scores = some.lists(some.floats(-1.0, 1.0), max_size=30)
full = some.lists(some.floats(-1.0, 1.0), min_size=1, max_size=30)


# ------------------------------------------------------------------ Clopper-Pearson


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        # R: binom.test(hits, of)$conf.int
        (0, 10, 0.0, 0.3084971),
        (1, 10, 0.002528579, 0.4450161),
        (5, 10, 0.1870860, 0.8129140),
        (10, 10, 0.6915029, 1.0),
        (682, 925, 0.7076683, 0.7654066),  # the example of that function's help page
        (0, 1, 0.0, 0.975),
    ],
)
def test_clopper_pearson_agrees_with_published_values(hits: int, of: int, low: float, high: float) -> None:
    found = stat.clopper_pearson(hits, of)
    assert found.low == pytest.approx(low, abs=1e-6)
    assert found.high == pytest.approx(high, abs=1e-6)


@given(some.integers(1, 5000), some.data())
def test_clopper_pearson_holds_the_share_and_is_symmetric(of: int, data: some.DataObject) -> None:
    hits = data.draw(some.integers(0, of))
    here, mirror = stat.clopper_pearson(hits, of), stat.clopper_pearson(of - hits, of)
    assert 0.0 <= here.low <= hits / of <= here.high <= 1.0
    assert here.low == pytest.approx(1.0 - mirror.high, abs=1e-9)
    assert (here.low == 0.0) == (hits == 0)
    assert (here.high == 1.0) == (hits == of)


@given(some.integers(1, 400), some.data())
def test_clopper_pearson_leaves_half_the_error_on_each_side(of: int, data: some.DataObject) -> None:
    """By definition: at the low limit, ``hits`` or more have a chance of 2.5 % (binomial sum, not the beta function)."""
    hits = data.draw(some.integers(1, of))
    p = stat.clopper_pearson(hits, of).low
    chance = math.fsum(math.comb(of, k) * p**k * (1 - p) ** (of - k) for k in range(hits, of + 1))
    assert chance == pytest.approx(0.025, rel=1e-6)


@pytest.mark.parametrize(("hits", "of"), [(0, 0), (-1, 5), (6, 5)])
def test_clopper_pearson_refuses_what_is_no_share(hits: int, of: int) -> None:
    with pytest.raises(ValueError, match="is not a share"):
        stat.clopper_pearson(hits, of)


@given(some.floats(0.0, 1.0), some.floats(0.5, 300.0), some.floats(0.5, 300.0))
def test_the_beta_share_is_a_mirror_of_itself(x: float, a: float, b: float) -> None:
    assert stat.beta_share(x, a, b) == pytest.approx(1.0 - stat.beta_share(1.0 - x, b, a), abs=1e-9)


def test_a_rate_of_nothing_is_unknown_and_not_zero() -> None:
    assert stat.Rate(0, 0).value is None
    assert stat.Rate(0, 0).interval is None
    assert stat.Rate(0, 4).value == 0.0
    assert stat.Rate(0, 4).interval == stat.clopper_pearson(0, 4)


# ------------------------------------------------------------------ area under the curve


def test_the_area_counts_ties_half() -> None:
    found = stat.auc([1.0, 2.0, 3.0], [2.0, 2.0])
    assert found is not None
    assert found.value == 0.5


def test_a_perfect_area_still_has_an_interval() -> None:
    few, many = stat.auc([0.9] * 10, [0.1] * 10), stat.auc([0.9] * 1000, [0.1] * 1000)
    assert few is not None
    assert many is not None
    assert few.value == many.value == 1.0
    assert few.interval.low < many.interval.low < 1.0 == few.interval.high


@given(full, full)
def test_the_area_is_the_share_of_ordered_pairs(positive: list[float], negative: list[float]) -> None:
    pairs = [1.0 if p > n else 0.5 if p == n else 0.0 for p in positive for n in negative]
    found, mirror = stat.auc(positive, negative), stat.auc(negative, positive)
    assert found is not None
    assert mirror is not None
    assert found.value == pytest.approx(sum(pairs) / len(pairs))
    assert found.value + mirror.value == pytest.approx(1.0)
    assert 0.0 <= found.interval.low <= found.value <= found.interval.high <= 1.0


@given(scores)
def test_curves_over_an_empty_side_are_unknown(one_side: list[float]) -> None:
    for a, b in ((one_side, []), ([], one_side)):
        assert stat.auc(a, b) is None
        assert stat.equal_error(a, b) is None
        assert stat.tar_at_far(a, b, 1e-3) is None


# ------------------------------------------------------------------ operating points


@given(full, full, some.sampled_from([0.0, 1e-3, 0.1, 0.25, 0.5, 1.0]))
def test_the_false_accept_budget_is_kept_and_used(genuine: list[float], impostor: list[float], far: float) -> None:
    point = stat.tar_at_far(genuine, impostor, far)
    assert point is not None
    assert point.far.hits <= far * len(impostor) + 1e-9
    assert point.far.hits == sum(s >= point.threshold for s in impostor)
    assert point.tar.hits == sum(s >= point.threshold for s in genuine)
    # Nothing lower would do: the next lower score that occurs breaks the budget.
    lower = [s for s in genuine + impostor if s < point.threshold]
    if lower:
        assert sum(s >= max(lower) for s in impostor) > far * len(impostor) + 1e-9


def test_three_of_three_thousand_are_one_in_a_thousand() -> None:
    impostor = [i / 3000 for i in range(3000)]
    point = stat.tar_at_far([0.99, 0.5], impostor, 1e-3)
    assert point is not None
    assert point.far.hits == 3


@given(full, full)
def test_the_equal_error_rate_lies_between_its_two_rates(genuine: list[float], impostor: list[float]) -> None:
    found = stat.equal_error(genuine, impostor)
    assert found is not None
    point = stat.at_threshold(genuine, impostor, found.threshold)
    frr, far = 1 - point.tar.hits / point.tar.of, point.far.hits / point.far.of
    assert min(frr, far) - 1e-9 <= found.value <= max(frr, far) + 1e-9
    assert 0.0 <= found.interval.low <= found.value <= found.interval.high <= 1.0
    # No threshold at all brings the two closer together.
    for threshold in genuine + impostor:
        other = stat.at_threshold(genuine, impostor, threshold)
        gap = abs(1 - other.tar.hits / other.tar.of - other.far.hits / other.far.of)
        assert abs(frr - far) <= gap + 1e-9


def test_separate_scores_have_no_error() -> None:
    found = stat.equal_error([0.8, 0.9], [0.1, 0.2])
    assert found is not None
    assert found.value == 0.0
    assert 0.2 < found.threshold <= 0.8


@given(full, full)
def test_a_comparison_that_could_not_be_made_is_never_accepted(genuine: list[float], impostor: list[float]) -> None:
    failed = [-math.inf]
    for far in (0.0, 0.5, 1.0):
        point = stat.tar_at_far(genuine + failed, impostor + failed, far)
        assert point is not None
        assert point.far.hits <= len(impostor)
        assert point.tar.hits <= len(genuine)
        assert point.tar.of == len(genuine) + 1
    assert stat.equal_error(failed, failed) is not None
