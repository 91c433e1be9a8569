"""Rates with their intervals, and curves over two sets of scores. Knows nothing of faces; reads no file.

Where there is nothing to divide by, the answer is None, never 0: "no attack was shown" is not "no attack was let in".
A higher score always means more of the positive class (bona fide, genuine); a score of -inf is a comparison that could not
be made and is therefore never accepted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CONFIDENCE = 0.95
_Z = 1.959963984540054  # the normal quantile that goes with it

Scores = Sequence[float] | NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """95 % confidence limits, 0..1."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Rate:
    """``hits`` of ``of``.

    Attributes:
        value: their ratio; None of nothing.
        interval: Clopper-Pearson; None of nothing.
    """

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """The ratio."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> Interval | None:
        """Exact 95 % limits."""
        return clopper_pearson(self.hits, self.of) if self.of else None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure that is not a simple ratio, with its 95 % interval."""

    value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """Where a threshold puts the two error rates. A score is accepted when it is at least ``threshold``.

    Attributes:
        far: impostors accepted.
        tar: genuine accepted.
    """

    threshold: float
    far: Rate
    tar: Rate


@dataclass(frozen=True, slots=True)
class EqualError:
    """The equal error rate.

    Attributes:
        value: mean of the two error rates where they are closest.
        threshold: where that is.
        interval: hull of the Clopper-Pearson intervals of both rates at that threshold.
    """

    value: float
    threshold: float
    interval: Interval


def clopper_pearson(hits: int, of: int) -> Interval:
    """Exact binomial limits (Clopper and Pearson 1934).

    Raises:
        ValueError: not 0 <= hits <= of, or nothing counted.
    """
    if of <= 0 or not 0 <= hits <= of:
        raise ValueError(f"{hits} of {of} is not a share")
    tail = (1.0 - CONFIDENCE) / 2.0
    low = 0.0 if hits == 0 else beta_quantile(tail, hits, of - hits + 1)
    high = 1.0 if hits == of else beta_quantile(1.0 - tail, hits + 1, of - hits)
    return Interval(low, high)


def beta_quantile(share: float, a: float, b: float) -> float:
    """Where the beta distribution's cumulative share is reached; by bisection, to the last bit that matters."""
    low, high = 0.0, 1.0
    while high - low > 1e-12:
        middle = (low + high) / 2
        if beta_share(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def beta_share(x: float, a: float, b: float) -> float:
    """Regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22, modified Lentz)."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    # The fraction converges fast on one side of the mean only; the other side is its mirror.
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _beta_fraction(x, a, b) / a
    return 1.0 - front * _beta_fraction(1.0 - x, b, a) / b


def _beta_fraction(x: float, a: float, b: float) -> float:
    tiny = 1e-300
    c, d = 1.0, 1.0 / _away_from_zero(1.0 - (a + b) * x / (a + 1.0), tiny)
    value = d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        change = 1.0
        for step in (even, odd):
            d = 1.0 / _away_from_zero(1.0 + step * d, tiny)
            c = _away_from_zero(1.0 + step / c, tiny)
            change = c * d
            value *= change
        if abs(change - 1.0) < 1e-15:
            break
    return value


def _away_from_zero(value: float, tiny: float) -> float:
    return value if abs(value) > tiny else tiny


def auc(positive: Scores, negative: Scores) -> Estimate | None:
    """Share of pairs in the right order, ties counting half (Mann-Whitney); None where one side is empty.

    The interval is method 5 of Newcombe 2006 (Statistics in Medicine 25:559), which has a width even at 0 and 1.
    """
    high, low = np.asarray(positive, dtype=np.float64), np.sort(np.asarray(negative, dtype=np.float64))
    m, n = high.size, low.size
    if not m or not n:
        return None
    below = np.searchsorted(low, high, side="left").sum(dtype=np.int64)
    at_most = np.searchsorted(low, high, side="right").sum(dtype=np.int64)
    value = float(below + at_most) / 2.0 / (m * n)
    return Estimate(value, Interval(_auc_limit(value, m, n, upper=False), _auc_limit(value, m, n, upper=True)))


def _auc_limit(value: float, m: int, n: int, *, upper: bool) -> float:
    """The true area furthest from the measured one that 95 % of samples would still stay within."""

    def reaches(true: float) -> bool:
        extra = (m + n) / 2.0 - 1.0
        spread = true * (1.0 - true) * (1.0 + extra * (1.0 - true) / (2.0 - true) + extra * true / (1.0 + true))
        return abs(true - value) <= _Z * math.sqrt(max(0.0, spread) / (m * n))

    inside, outside = value, 1.0 if upper else 0.0
    if reaches(outside):
        return outside
    for _ in range(60):
        middle = (inside + outside) / 2
        if reaches(middle):
            inside = middle
        else:
            outside = middle
    return inside


def at_threshold(genuine: Scores, impostor: Scores, threshold: float) -> OperatingPoint:
    """Both rates where scores of at least ``threshold`` are accepted; a comparison that could not be made never is."""
    right, wrong = np.asarray(genuine, dtype=np.float64), np.asarray(impostor, dtype=np.float64)
    return OperatingPoint(
        threshold,
        far=Rate(_accepted(wrong, threshold), wrong.size),
        tar=Rate(_accepted(right, threshold), right.size),
    )


def _accepted(scores: NDArray[np.float64], threshold: float) -> int:
    return int(np.count_nonzero((scores >= threshold) & np.isfinite(scores)))


def tar_at_far(genuine: Scores, impostor: Scores, far: float) -> OperatingPoint | None:
    """The lowest threshold that accepts at most the share ``far`` of the impostors; None where one side is empty.

    With fewer than 1 / ``far`` impostors no impostor may be accepted: the threshold lies just above the best of them.
    """
    wrong = np.sort(np.asarray(impostor, dtype=np.float64))[::-1]
    if not wrong.size or not len(genuine):
        return None
    # The small addition is for shares like 0.001 * 3000, which must allow 3.
    allowed = math.floor(far * wrong.size + 1e-9)
    if allowed < wrong.size and math.isfinite(wrong[allowed]):
        threshold = float(np.nextafter(wrong[allowed], np.inf))
    else:
        threshold = _lowest(np.concatenate([wrong, np.asarray(genuine, dtype=np.float64)]))
    return at_threshold(genuine, impostor, threshold)


def _lowest(scores: NDArray[np.float64]) -> float:
    """The score from which on every comparison that could be made is accepted."""
    known = scores[np.isfinite(scores)]
    return float(known.min()) if known.size else 0.0


def equal_error(genuine: Scores, impostor: Scores) -> EqualError | None:
    """Where as many genuine are refused as impostors accepted; None where one side is empty."""
    right = np.sort(np.asarray(genuine, dtype=np.float64))
    wrong = np.sort(np.asarray(impostor, dtype=np.float64))
    if not right.size or not wrong.size:
        return None
    known = np.unique(np.concatenate([right, wrong]))
    known = known[np.isfinite(known)] if np.isfinite(known).any() else np.zeros(1)
    thresholds = np.append(known, np.nextafter(known[-1], np.inf))
    refused = np.searchsorted(right, thresholds, side="left") / right.size
    accepted = 1.0 - np.searchsorted(wrong, thresholds, side="left") / wrong.size
    best = int(np.argmin(np.abs(refused - accepted)))
    point = at_threshold(right, wrong, float(thresholds[best]))
    frr = clopper_pearson(point.tar.of - point.tar.hits, point.tar.of)
    far = clopper_pearson(point.far.hits, point.far.of)
    return EqualError(
        value=float(refused[best] + accepted[best]) / 2.0,
        threshold=point.threshold,
        interval=Interval(min(frr.low, far.low), max(frr.high, far.high)),
    )
