"""Heads and flat pictures as landmarks alone: a rigid set of points that turns, drawn without a pixel.

Not a person's face: points on half an ellipsoid with a nose, put where MediaPipe's mesh has them. Enough for the geometry and the
session machine; what a tracker makes of real pixels is tested elsewhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kiosk.domain.challenge.motion import Motion
from kiosk.domain.face import Box, Face, Pose, TrackId

WIDTH, HEIGHT = 1280, 720


def _points() -> NDArray[np.float64]:
    """(478, 3) in widths of the face: x right, y down, z towards the camera."""
    source = np.random.default_rng(7)
    angle, radius = source.uniform(0, 2 * math.pi, 478), np.sqrt(source.uniform(0, 0.95, 478))
    x, y = 0.5 * radius * np.cos(angle), 0.65 * radius * np.sin(angle)
    points = np.stack([x, y, 0.45 * np.sqrt(1 - radius**2)], axis=1)
    for index, place in {
        4: (0.0, 0.1, 0.62), 1: (0.0, 0.13, 0.58), 5: (0.0, 0.05, 0.58), 234: (-0.5, 0.0, 0.0), 454: (0.5, 0.0, 0.0),
        10: (0.0, -0.6, 0.2), 152: (0.0, 0.64, 0.25), 33: (-0.3, -0.12, 0.33), 133: (-0.12, -0.1, 0.36),
        362: (0.12, -0.1, 0.36), 263: (0.3, -0.12, 0.33),
    }.items():  # fmt: skip
        points[index] = place
    return points


_HEAD = _points()


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How a head or a picture is held: degrees with the signs of Pose, place and size as shares of the frame."""

    yaw: float = 0.0
    pitch: float = 0.0
    x: float = 0.5
    y: float = 0.5
    share: float = 0.28
    track: int = 1

    def gone(self, motion: Motion, degrees: float) -> Held:
        """The same, turned further."""
        to = motion.pose(degrees)
        return replace(self, yaw=self.yaw + to.yaw, pitch=self.pitch + to.pitch)


def head(held: Held) -> Face:
    """A head that is really turned."""
    return _face(_HEAD @ _turn(held.yaw, held.pitch).T, held)


def picture(held: Held) -> Face:
    """A flat picture held at that angle. Its pose is claimed to be a head's, which a real tracker does not: the worst case."""
    return _face((_HEAD * [1.0, 1.0, 0.0]) @ _turn(held.yaw, held.pitch).T, held)


def hollow(held: Held) -> Face:
    """A face pressed into a surface, seen from inside: as deep as a head, and its nose goes the other way."""
    return _face((_HEAD * [1.0, 1.0, -1.0]) @ _turn(held.yaw, held.pitch).T, held)


def _turn(yaw: float, pitch: float) -> NDArray[np.float64]:
    a, b = math.radians(yaw), math.radians(pitch)
    across = np.array([[math.cos(a), 0, math.sin(a)], [0, 1, 0], [-math.sin(a), 0, math.cos(a)]])
    up = np.array([[1, 0, 0], [0, math.cos(b), -math.sin(b)], [0, math.sin(b), math.cos(b)]])
    return np.asarray(up @ across)


def _face(points: NDArray[np.float64], held: Held) -> Face:
    scale = held.share * WIDTH
    near = 1.0 + 0.12 * points[:, 2:3]  # a camera at eight face widths
    flat = points[:, :2] * near * scale + [held.x * WIDTH, held.y * HEIGHT]
    landmarks = np.concatenate([flat, -points[:, 2:3] * scale], axis=1).astype(np.float32)
    low, high = flat.min(axis=0), flat.max(axis=0)
    return Face(
        track=TrackId(held.track),
        box=Box(float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1])),
        landmarks=landmarks,
        pose=Pose(held.yaw, held.pitch, 0.0),
        interocular_px=0.42 * scale,
        eye_openness=(1.0, 1.0),
        mouth_openness=0.0,
    )
