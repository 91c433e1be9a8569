"""Counts flashes of a screen as WCAG 2.2 (2.3.1) does: pairs of opposing changes of a tenth of the brightest white."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

CHANGE = 0.1
"""Of relative luminance, 0..1."""

DARKER = 0.8
"""The darker of the two is below this."""

MOST_A_SECOND = 3


def luminance(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Relative luminance (WCAG 2.2) of pixels, shape (..., 3), red green blue."""
    parts = pixels.astype(np.float64) / 255.0
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    weights: NDArray[np.float64] = np.array([0.2126, 0.7152, 0.0722])
    return np.asarray(linear @ weights)


def flashes(at_s: Sequence[float], seen: Sequence[NDArray[np.float64]]) -> int:
    """The most flashes that any place had within any second.

    Args:
        at_s: when each picture was painted, rising.
        seen: luminance of each picture, all of one shape.
    """
    changes = np.stack(list(_changes(seen)))
    times = np.asarray(at_s)
    counted = np.concatenate([np.zeros((1, *changes.shape[1:]), np.int64), np.cumsum(changes, axis=0)])
    ends = np.searchsorted(times, times + 1.0, side="right")
    most = max(int((counted[end] - counted[start]).max()) for start, end in enumerate(ends))
    return most // 2


def _changes(seen: Sequence[NDArray[np.float64]]) -> list[NDArray[np.bool_]]:
    """Where a picture ended a change against the one before: by so much up after down, or down after up."""
    low = high = seen[0]
    rising = np.zeros(low.shape, np.bool_)
    falling = np.zeros(low.shape, np.bool_)
    found = []
    for now in seen:
        low, high = np.minimum(low, now), np.maximum(high, now)
        up = ~rising & (now - low >= CHANGE) & (low < DARKER)
        down = ~falling & (high - now >= CHANGE) & (now < DARKER) & ~up
        rising, falling = (rising & ~down) | up, (falling & ~up) | down
        turned = up | down
        low, high = np.where(turned, now, low), np.where(turned, now, high)
        found.append(turned)
    return found
