"""Helpers for tests of the vision room: frames with a clock, faces out of nothing, composed pictures."""

from __future__ import annotations

import itertools

import numpy as np

from kiosk.domain.face import Box, Face, Frame, Pixels, Pose, Sighting, TrackId
from kiosk.domain.ports import Depth
from kiosk.vision.engine import Engine

_SEQ = itertools.count()
_STEP_MS = 33.0


class Eyes:
    """The engine, fed with pictures as if a camera took them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def see(self, pixels: Pixels, *, times: int = 3, depth: Depth = Depth.FULL, pause_ms: float = 0.0) -> Sighting:
        """Look at the same picture several times, frame after frame; the last sighting. First waits ``pause_ms``."""
        for _ in range(int(pause_ms / _STEP_MS)):
            next(_SEQ)
        for _ in range(times):
            seq = next(_SEQ)
            sighting = self.engine.look(Frame(pixels, seq, seq * _STEP_MS), depth)
        return sighting


def flat(value: int, *, width: int = 640, height: int = 480) -> Pixels:
    """A picture of one grey."""
    return np.full((height, width, 3), value, dtype=np.uint8)


def beside(left: Pixels, right: Pixels) -> Pixels:
    """Two pictures of one height side by side."""
    return np.ascontiguousarray(np.hstack([left, right]))


def made_face(
    *, x: float = 200.0, y: float = 150.0, width: float = 160.0, track: int = 0, yaw: float = 0.0, nan: bool = False
) -> Face:
    """A face whose mesh fills its box; ``nan`` breaks one landmark."""
    height = width * 1.2
    spread = np.random.default_rng(0).random((478, 3)).astype(np.float32)
    marks = spread * np.array([width, height, 0.0], dtype=np.float32) + np.array([x, y, 0.0], dtype=np.float32)
    marks[0, :2], marks[1, :2] = (x, y), (x + width, y + height)
    for corner, share in ((33, 0.2), (133, 0.4), (362, 0.6), (263, 0.8)):
        marks[corner, :2] = (x + share * width, y + 0.4 * height)
    marks[4, :2] = (x + 0.5 * width, y + 0.6 * height)
    marks[61, :2], marks[291, :2] = (x + 0.35 * width, y + 0.8 * height), (x + 0.65 * width, y + 0.8 * height)
    if nan:
        marks[100, 0] = np.nan
    return Face(
        track=TrackId(track),
        box=Box(x, y, width, height),
        landmarks=marks,
        pose=Pose(yaw, 0.0, 0.0),
        interocular_px=0.4 * width,
        eye_openness=(1.0, 1.0),
        mouth_openness=0.0,
    )
