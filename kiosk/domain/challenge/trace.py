"""A session as landmarks alone: what an operator may see again when a refusal is explained. No pixel, no template.

Kept in memory while a visit and its result last, and for the last refusals; written nowhere unless somebody asks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from kiosk.domain.challenge.motion import Motion
from kiosk.domain.face import Face

EVERY_MS = 60.0
MOST = 120
"""Frames; the oldest go first."""

# Outline, eyes, brows, nose, mouth: enough to see how a head was held. MediaPipe's mesh.
LINES: tuple[tuple[int, ...], ...] = (
    (10, 297, 284, 389, 454, 361, 397, 379, 152, 150, 172, 132, 234, 162, 54, 67, 10),
    (33, 159, 133, 145, 33),
    (362, 386, 263, 374, 362),
    (70, 105, 107),
    (336, 334, 300),
    (168, 5, 4, 2),
    (98, 2, 327),
    (61, 13, 291, 14, 61),
)
POINTS: tuple[int, ...] = tuple(sorted({index for line in LINES for index in line}))
SCALE = 1000
"""Coordinates are thousandths of the frame's width."""


@dataclass(frozen=True, slots=True)
class TraceFrame:
    """One moment.

    Attributes:
        at_ms: since the trace began.
        yaw, pitch: degrees.
        asked: what was on screen; None where nothing was.
        points: (x, y) of :data:`POINTS`, int16 pairs in thousandths of the frame's width.
    """

    at_ms: float
    yaw: float
    pitch: float
    asked: Motion | None
    points: bytes


@dataclass(frozen=True, slots=True)
class Trace:
    """A session's frames, oldest first."""

    began_ms: float = math.nan
    frames: tuple[TraceFrame, ...] = ()

    def add(self, face: Face, at_ms: float, *, width: int, asked: Motion | None) -> Trace:
        """One more frame, where one is due and its geometry is sane."""
        if not face.is_sane or width <= 0 or face.landmarks.shape[0] <= POINTS[-1]:
            return self
        began = at_ms if math.isnan(self.began_ms) else self.began_ms
        if self.frames and at_ms - began - self.frames[-1].at_ms < EVERY_MS:
            return self
        import numpy as np

        points = np.clip(face.landmarks[list(POINTS), :2] * (SCALE / width), -32_000, 32_000).astype("<i2")
        frame = TraceFrame(at_ms - began, round(face.pose.yaw, 1), round(face.pose.pitch, 1), asked, points.tobytes())
        return Trace(began, (*self.frames, frame)[-MOST:])


def points_of(frame: TraceFrame) -> dict[int, tuple[int, int]]:
    """Mesh index -> (x, y) in thousandths of the frame's width."""
    numbers = memoryview(frame.points).cast("h")
    return {index: (numbers[2 * i], numbers[2 * i + 1]) for i, index in enumerate(POINTS)}
