"""The detection error trade-off of liveness scores: both errors over every threshold, and a picture of it. Knows no file.

Axes are those of a DET plot (ISO/IEC 19795-1: both errors on the scale of the normal deviate), so that good systems can be told
apart in its corner. Drawn by hand: one library less, and nothing in the picture but lines and words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import cv2
import numpy as np

from kiosk.domain.face import Pixels
from kiosk.evaluate.attempt import Attempt

TICKS = (0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6)
LOWEST, HIGHEST = 0.0005, 0.7
SIDE, EDGE = 900, 110
_COLOURS = ((60, 60, 60), (170, 90, 20), (40, 40, 190), (60, 140, 40), (150, 40, 150), (20, 140, 190), (130, 130, 20))
"""BGR; the first is all attacks together."""


@dataclass(frozen=True, slots=True)
class Point:
    """Both errors at one threshold: a score at or above it is let in. Shares 0..1."""

    threshold: float
    apcer: float
    bpcer: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Of one species, or of all attacks together."""

    name: str
    points: tuple[Point, ...]

    @property
    def eer(self) -> float:
        """Where the two errors meet, 0..1."""
        nearest = min(self.points, key=lambda p: abs(p.apcer - p.bpcer))
        return (nearest.apcer + nearest.bpcer) / 2


def trade_off(bona_fide: Sequence[float], attacks: Sequence[float]) -> tuple[Point, ...]:
    """Both errors at every score that occurs, threshold rising. Empty where one side is."""
    if not bona_fide or not attacks:
        return ()
    live, shown = np.sort(np.asarray(bona_fide)), np.sort(np.asarray(attacks))
    levels = np.unique(np.concatenate([live, shown, [math.inf]]))
    apcer = 1.0 - np.searchsorted(shown, levels, side="left") / len(shown)
    bpcer = np.searchsorted(live, levels, side="left") / len(live)
    return tuple(Point(float(t), float(a), float(b)) for t, a, b in zip(levels, apcer, bpcer, strict=True))


def curves(attempts: Sequence[Attempt]) -> tuple[Curve, ...]:
    """All attacks together first, then each species, worst first. Attempts without a score have no threshold to pass."""
    live = [a.score for a in attempts if a.sample.species is None and a.score is not None]
    by_species: dict[str, list[float]] = {}
    for attempt in attempts:
        if attempt.sample.species is not None and attempt.score is not None:
            by_species.setdefault(attempt.sample.species, []).append(attempt.score)
    every = [score for scores in by_species.values() for score in scores]
    found = [Curve(name, trade_off(live, scores)) for name, scores in sorted(by_species.items())]
    single = sorted((c for c in found if c.points), key=lambda c: -c.eer)
    whole = Curve("all attacks", trade_off(live, every))
    return (whole, *single) if whole.points else ()


def draw(found: Sequence[Curve], *, threshold: float) -> bytes:
    """The curves as a PNG, the point of the station's threshold marked on each."""
    page = np.full((SIDE, SIDE, 3), 255, np.uint8)
    _axes(page)
    for number, curve in enumerate(found):
        colour = _COLOURS[number % len(_COLOURS)]
        line = np.array([_place(p.bpcer, p.apcer) for p in curve.points], np.int32)
        cv2.polylines(page, [line], isClosed=False, color=colour, thickness=3, lineType=cv2.LINE_AA)
        here = next((p for p in curve.points if p.threshold >= threshold), curve.points[-1])
        cv2.circle(page, _place(here.bpcer, here.apcer), 8, colour, -1, cv2.LINE_AA)
        _write(page, f"{curve.name}  EER {100 * curve.eer:.1f} %", (EDGE + 320, EDGE + 34 + 30 * number), colour)
    return cv2.imencode(".png", page)[1].tobytes()


def _axes(page: Pixels) -> None:
    grey, black = (225, 225, 225), (40, 40, 40)
    for tick in TICKS:
        x, y = _place(tick, tick)
        cv2.line(page, (x, EDGE), (x, SIDE - EDGE), grey, 1)
        cv2.line(page, (EDGE, y), (SIDE - EDGE, y), grey, 1)
        _write(page, f"{100 * tick:g}", (x - 14, SIDE - EDGE + 28), black, 0.55)
        _write(page, f"{100 * tick:g}", (EDGE - 52, y + 6), black, 0.55)
    cv2.rectangle(page, (EDGE, EDGE), (SIDE - EDGE, SIDE - EDGE), black, 1)
    _write(page, "BPCER, %: bona fide refused", (SIDE // 2 - 150, SIDE - 40), black)
    _write(page, "APCER, %: attacks let in, over BPCER; dots: this station's threshold", (EDGE, EDGE - 40), black)


def _place(bpcer: float, apcer: float) -> tuple[int, int]:
    low, high = _deviate(LOWEST), _deviate(HIGHEST)
    inside = SIDE - 2 * EDGE
    across, up = ((_deviate(v) - low) / (high - low) for v in (bpcer, apcer))
    return EDGE + round(across * inside), SIDE - EDGE - round(up * inside)


def _deviate(share: float) -> float:
    return NormalDist().inv_cdf(min(HIGHEST, max(LOWEST, share)))


def _write(page: Pixels, words: str, at: tuple[int, int], colour: tuple[int, int, int], size: float = 0.62) -> None:
    plain = words.encode("ascii", "replace").decode()  # the built-in letters know no others
    cv2.putText(page, plain, at, cv2.FONT_HERSHEY_SIMPLEX, size, colour, 1, cv2.LINE_AA)
