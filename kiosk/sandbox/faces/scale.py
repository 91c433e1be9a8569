"""From the kiosk's own scales to the service's. Both maps are monotone, so an order of faces is never changed by them.

The service documents thresholds (0.85 for a comparison, 0.6 for liveness) and no meaning of the numbers between. Here the
kiosk's own threshold is put exactly on the service's default: who passes at a station passes at its sandbox.
"""

from __future__ import annotations

import math

COMPARE_DEFAULT = 0.85
"""``compare_min_score`` where a call gives none."""

LIVENESS_DEFAULT = 0.6
"""``liveness_min_score`` where a call gives none; a score passes only above it."""

STEEPNESS = 10.0
"""Of the comparison's curve: strangers (cosine near 0) come out below 0.05, the same picture at 0.998."""

_MAX_LOGIT = 13.8


def similarity_score(cosine: float, *, threshold: float) -> float:
    """A cosine (-1..1) as the service's score, 0..1: a logistic curve through (``threshold``, 0.85)."""
    return _rounded(_sigmoid(STEEPNESS * (cosine - threshold) + _logit(COMPARE_DEFAULT)))


def liveness_score(score: float, *, threshold: float) -> float:
    """A passive liveness score (0..1) as the service's: log odds moved so that ``threshold`` lands just above 0.6.

    "Just above" because the kiosk accepts a score at its threshold while the service asks for more than the limit.
    """
    return _rounded(_sigmoid(_logit(score) - _logit(threshold) + _logit(LIVENESS_DEFAULT + 1e-4)))


def _logit(share: float) -> float:
    share = min(max(share, 1e-6), 1.0 - 1e-6)
    return max(-_MAX_LOGIT, min(_MAX_LOGIT, math.log(share / (1.0 - share))))


def _sigmoid(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, logit))))


def _rounded(score: float) -> float:
    """Four places, as many as anybody reads."""
    return round(score, 4)
