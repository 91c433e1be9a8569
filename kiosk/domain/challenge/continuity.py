"""One face, frame after frame, without a cut. Looks at how far the stable points go between frames; decides nothing else.

A head speeds up and slows down over several frames; where a clip was cut, one step stands alone. So a step is judged when the one
after it is known: one frame late. Cuts between two clips whose heads are in the same place to within ``cut_step`` are not seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.domain.challenge.geometry import Shape, moved, shape_of
from kiosk.domain.face import Face
from kiosk.domain.policy import ActiveStep

NOISE = 0.012
"""Widths by which a face that is still may move between two frames (tracker noise and breathing)."""

EVEN_MS, SHORTEST_MS = 1000.0 / 30.0, 20.0

LONGEST_MS = 120.0
"""Steps over a longer time tell nothing about a cut."""

MAX_LOSSES = 2
"""A tracker loses a face that turns once or twice. Who hides it more often may be showing another one in between."""


class Break(StrEnum):
    """Why the frames are not one take."""

    BROKEN = "broken"
    CUT = "cut"
    TOO_FAST = "too_fast"


@dataclass(frozen=True, slots=True)
class Continuity:
    """What has to be remembered of the frames before.

    Attributes:
        last: shape in the newest frame; None before the first.
        at_ms: its time.
        step, before: the newest step and the one before it, in widths a thirtieth of a second; None where there is none.
        worst: the step that stood out most, as a share of what is allowed; for the operator.
        losses: how often the face was away for a frame or more while it was to answer.
        away: it is away now.
    """

    last: Shape | None = None
    at_ms: float = 0.0
    step: float | None = None
    before: float | None = None
    worst: float = 0.0
    losses: int = 0
    away: bool = False

    def see(self, face: Face, at_ms: float, policy: ActiveStep) -> tuple[Continuity, Break | None]:
        """One more frame. Broken geometry anywhere is a break: what cannot be measured proves nothing."""
        shape = shape_of(face)
        if shape is None:
            return Continuity(), Break.BROKEN
        span_ms = at_ms - self.at_ms
        if self.last is None or not 0.0 < span_ms <= LONGEST_MS:
            return Continuity(shape, at_ms, worst=self.worst, losses=self.losses), None
        # As if frames came evenly: where a busy machine drops some, a longer step is no faster one.
        step = moved(self.last, shape) * EVEN_MS / max(span_ms, SHORTEST_MS)
        stood_out = self._stood_out(step, policy)
        seen = Continuity(shape, at_ms, step, self.step, max(self.worst, stood_out), self.losses)
        if not step / EVEN_MS * 1000.0 <= policy.max_speed:
            return seen, Break.TOO_FAST
        return seen, Break.CUT if stood_out > 1.0 else None

    def _stood_out(self, following: float, policy: ActiveStep) -> float:
        """The last step against its neighbours; above 1 it was a cut."""
        if self.step is None or self.before is None or self.step < policy.cut_step:
            return 0.0
        around = max(self.before, following) + NOISE
        return self.step / around / policy.cut_ratio

    def lost(self) -> Continuity:
        """A frame without the face."""
        return self if self.away else replace(self, losses=self.losses + 1, away=True)
