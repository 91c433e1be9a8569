"""Chooses the reading that adds up. Near readings (two signs that look almost the same here) are decided by the check digits, and
only where exactly one choice is clearly the nearest; a zone that needs more than that is not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from kiosk.details.mrz import SIGNS, Layout, Part, wrong_parts
from kiosk.vision.document.glyphs import Scores

LIKE_LETTERS = 0.62
"""Mean correlation below which a line is no line of letters."""

_NEAR = 0.05  # a sign may be another whose correlation is at most this much lower
_AT_MOST = 0.06  # all changes of one reading together
_CLEAR = 0.03  # so much nearer than the next reading that adds up
_TRIED = 12  # near readings looked at, the nearest ones
_SURE = 0.02  # a covered sign that is less clear than this is looked at again in the next picture

_RARE = np.array([{"O": 0.05, "I": 0.03, "Q": 0.03}.get(sign, 0.0) for sign in SIGNS], np.float32)
"""Hardly any issuer numbers with letters that look like digits; taken off where letters and digits may both stand."""

_DIGITS, _LETTERS = "0123456789<", "ABCDEFGHIJKLMNOPQRSTUVWXYZ<"


@dataclass(frozen=True, slots=True)
class Reading:
    """Lines that add up, and how many signs were decided by the check digits."""

    lines: tuple[str, ...]
    decided: int


@dataclass(frozen=True, slots=True)
class _Near:
    line: int
    place: int
    sign: str
    cost: float


def decode(found: Sequence[Scores], layout: Layout) -> Reading | None:
    """The reading, or None where none adds up.

    Args:
        found: for each line, (width, 37) correlations.
        layout: which signs may stand where, and which digit proves what.
    """
    allowed = _allowed(layout)
    mixed = [may.all(axis=1, keepdims=True) * _RARE for may in allowed]
    masked = [np.where(may, seen - rare, -1.0) for seen, may, rare in zip(found, allowed, mixed, strict=True)]
    if min(float(seen.max(axis=1).mean()) for seen in masked) < LIKE_LETTERS:
        return None
    lines = tuple("".join(SIGNS[best] for best in seen.argmax(axis=1)) for seen in masked)
    wrong = wrong_parts(lines, layout)
    if not wrong:
        return Reading(lines, 0) if _surest(masked, layout) >= _SURE else None
    near = _near_readings(masked, lines, layout)
    solutions = sorted(_solutions(lines, near, layout), key=lambda each: each[0])
    if not solutions or (len(solutions) > 1 and solutions[1][0] - solutions[0][0] < _CLEAR):
        return None
    return Reading(solutions[0][1], solutions[0][2])


def _surest(masked: Sequence[NDArray[np.float64]], layout: Layout) -> float:
    """By how much the least clear covered sign is more likely than the next: one digit in ten passes by chance."""
    gaps = []
    for number, place in _covered(layout):
        best, second = np.sort(masked[number][place])[-1:-3:-1]
        gaps.append(float(best - second))
    return min(gaps)


def _solutions(
    lines: tuple[str, ...], near: Sequence[_Near], layout: Layout
) -> list[tuple[float, tuple[str, ...], int]]:
    found = []
    for count in (1, 2):
        for chosen in combinations(near, count):
            cost = sum(each.cost for each in chosen)
            if cost > _AT_MOST or len({(each.line, each.place) for each in chosen}) < count:
                continue
            changed = _changed(lines, chosen)
            if not wrong_parts(changed, layout):
                found.append((cost, changed, count))
    return found


def _changed(lines: tuple[str, ...], chosen: Sequence[_Near]) -> tuple[str, ...]:
    made = list(lines)
    for each in chosen:
        made[each.line] = made[each.line][: each.place] + each.sign + made[each.line][each.place + 1 :]
    return tuple(made)


def _near_readings(masked: Sequence[NDArray[np.float64]], lines: tuple[str, ...], layout: Layout) -> list[_Near]:
    """Where a covered sign may as well be another; the nearest first."""
    found = []
    for number, place in _covered(layout):
        seen = masked[number][place]
        best = float(seen.max())
        for sign, value in zip(SIGNS, seen, strict=True):
            cost = best - float(value)
            if sign != lines[number][place] and cost <= _NEAR:
                found.append(_Near(number, place, sign, cost))
    return sorted(found, key=lambda each: each.cost)[:_TRIED]


def _covered(layout: Layout) -> set[tuple[int, int]]:
    parts: list[Part] = [part for pair in layout.checked.values() for part in pair]
    over, where = layout.composite
    return {(part.line, place) for part in (*parts, *over, where) for place in range(part.start, part.end)}


def _allowed(layout: Layout) -> list[NDArray[np.bool_]]:
    made = [np.ones((layout.width, len(SIGNS)), np.bool_) for _ in range(layout.lines)]
    for parts, signs in ((layout.digits, _DIGITS), (layout.letters, _LETTERS)):
        may = np.array([sign in signs for sign in SIGNS])
        for part in parts:
            made[part.line][part.start : part.end] &= may
    return made
