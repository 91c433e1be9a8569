"""A portrait as a relief that can turn its head: the picture, how far each point of it stands out, and the lids.

The depth of the given landmarks is spread smoothly over the head and falls off towards hair, shoulders and background, slowly
enough that the sheet does not fold within ±30° of yaw and ±20° of pitch. Turning is then a displacement of the picture, whose
inverse is found by fixed-point iteration on a coarse grid. Must not know vision: landmarks are given by the caller.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.domain.face import Pixels, Pose
from kiosk.domain.policy import INTEROCULAR_CM

Floats = NDArray[np.float32]

PLATE = (1920, 1080)
"""Width and height of the picture that is turned, larger than a frame so that it can be moved."""

FACE_WIDTH = 400.0
"""Width of the face (mesh 0..467) on the plate, pixels."""

FACE_AT = (960.0, 520.0)
CELL = 8
LID_STEPS = 5
ITERATIONS = 12
CLOSE_ENOUGH = 0.2
"""Plate pixels by which the last iteration may still move."""
YAW_GAIN, PITCH_GAIN = 1.65, 1.45
"""The spread depth is flatter than a head. With these a tracker reads ±20° of yaw and ±15° of pitch within 4° for portraits that
look into the camera, within 6° for one that looks 11° aside, and up to 8° short for one at 15° (measured)."""

FARTHEST = 0.8
"""Displacement of a point by its depth is held to this share of the depth: beyond, the sheet folds and the face melts."""

STEEPEST = 1.2
"""Depth may rise by this much a pixel: a steeper sheet would fold within the range of poses."""

FIELD_OF_VIEW_DEG = 60.0

_OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
_EYES = ((33, 133), (362, 263))
"""Corners of the eyes; MediaPipe mesh."""

_LIDS = (
    ((33, 246, 161, 160, 159, 158, 157, 173, 133), (33, 7, 163, 144, 145, 153, 154, 155, 133), (52, 65)),
    ((362, 398, 384, 385, 386, 387, 388, 466, 263), (362, 382, 381, 380, 374, 373, 390, 249, 263), (295, 282)),
)
"""Of each eye: upper lid, lower lid, lower edge of the brow; from left to right in the picture. MediaPipe mesh."""

RIM = 160
"""So many pixels at the edge of the plate melt into their blur, so that what lies beyond can be their continuation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticPose:
    """How the person stands. Angles in degrees with the signs of :class:`kiosk.domain.face.Pose`.

    Attributes:
        x: of the face's centre, -0.5 left edge .. 0.5 right edge.
        y: -0.5 top .. 0.5 bottom.
        blink: 0 open .. 1 closed.
        light: 1 is as photographed; 0.3 dim, 1.6 strong.
        side_light: -1 from the left .. 1 from the right.
        present: False is an empty room.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    distance_cm: float = 45.0
    x: float = 0.0
    y: float = 0.0
    blink: float = 0.0
    light: float = 1.0
    side_light: float = 0.0
    present: bool = True


class Relief:
    """One portrait, ready to be turned. Made once (under a second), rendered from one thread.

    Args:
        portrait: BGR uint8, one face.
        landmarks: float32 (478, 3), x and y in portrait pixels, z in the same scale, smaller is nearer.
    """

    def __init__(self, portrait: Pixels, landmarks: NDArray[np.float32]) -> None:
        mesh = landmarks[:468]
        low, high = mesh[:, :2].min(axis=0), mesh[:, :2].max(axis=0)
        scale = FACE_WIDTH / float(high[0] - low[0])
        centre = (low + high) / 2
        points = np.column_stack([(landmarks[:, :2] - centre) * scale + FACE_AT, landmarks[:, 2] * scale])
        self._points: Floats = points.astype(np.float32)
        self._rest = Pose(0.0, 0.0, 0.0)
        plate = _plate(portrait, scale, (float(centre[0]), float(centre[1])))
        self._plates = [_with_lids(plate, self._points, step / (LID_STEPS - 1)) for step in range(LID_STEPS)]
        depth, weight = _relief(self._points[:468])
        self._turning: Floats = np.dstack([weight * depth, weight])
        eyes = [self._points[list(pair), :2].mean(axis=0) for pair in _EYES]
        self._interocular = float(np.linalg.norm(eyes[1] - eyes[0]))

    def rest_is(self, seen: Pose) -> None:
        """How the head stands in the portrait itself, as seen in a frame rendered before; asked angles count from there."""
        self._rest = seen

    def render(self, pose: SyntheticPose, *, width: int, height: int) -> Pixels:
        """The person in this pose: BGR uint8 (height, width, 3), without light and noise."""
        columns, rows = width // CELL, height // CELL
        x, y = np.meshgrid(
            (np.arange(columns, dtype=np.float32) + 0.5) * width / columns - 0.5,
            (np.arange(rows, dtype=np.float32) + 0.5) * height / rows - 0.5,
        )
        focal = width / 2 / math.tan(math.radians(FIELD_OF_VIEW_DEG) / 2)
        zoom = focal * INTEROCULAR_CM / pose.distance_cm / self._interocular
        roll = math.radians(pose.roll - self._rest.roll)
        u, v = x - width * (0.5 + pose.x), y - height * (0.5 + pose.y)
        at_x = (u * math.cos(roll) + v * math.sin(roll)) / zoom + FACE_AT[0]
        at_y = (-u * math.sin(roll) + v * math.cos(roll)) / zoom + FACE_AT[1]
        source_x, source_y = self._unturn(at_x.astype(np.float32), at_y.astype(np.float32), pose)
        size = (width, height)
        map_x = cv2.resize(source_x, size, interpolation=cv2.INTER_LINEAR)
        map_y = cv2.resize(source_y, size, interpolation=cv2.INTER_LINEAR)
        plate = self._plates[round(min(1.0, max(0.0, pose.blink)) * (LID_STEPS - 1))]
        return cast(Pixels, cv2.remap(plate, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))

    def _unturn(self, at_x: Floats, at_y: Floats, pose: SyntheticPose) -> tuple[Floats, Floats]:
        yaw = math.radians(pose.yaw - self._rest.yaw)
        pitch = math.radians(pose.pitch - self._rest.pitch)
        across = min(FARTHEST, max(-FARTHEST, YAW_GAIN * math.sin(yaw)))
        down = min(FARTHEST, max(-FARTHEST, PITCH_GAIN * math.sin(pitch)))
        x, y = at_x, at_y
        for _ in range(ITERATIONS if yaw or pitch else 0):
            grid_x, grid_y = (x - CELL / 2) / CELL, (y - CELL / 2) / CELL
            turning = cv2.remap(self._turning, grid_x, grid_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            raised, weight = turning[..., 0], turning[..., 1]
            last_x, last_y = x, y
            x = at_x - weight * np.float32(math.cos(yaw) - 1) * (x - FACE_AT[0]) - raised * np.float32(across)
            y = at_y - weight * np.float32(math.cos(pitch) - 1) * (y - FACE_AT[1]) + raised * np.float32(down)
            if max(float(np.abs(x - last_x).max()), float(np.abs(y - last_y).max())) < CLOSE_ENOUGH:
                break
        return x, y


def _plate(portrait: Pixels, scale: float, centre: tuple[float, float]) -> Pixels:
    """The portrait on the plate, its own surroundings spread softly over the rest."""
    if scale < 1.0:  # average first: a single bilinear step would drop pixels
        portrait = cast(Pixels, cv2.resize(portrait, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
        centre = (centre[0] * scale, centre[1] * scale)
        scale = 1.0
    matrix = np.array(
        [[scale, 0, FACE_AT[0] - scale * centre[0]], [0, scale, FACE_AT[1] - scale * centre[1]]], np.float32
    )
    sharp = cv2.warpAffine(portrait, matrix, PLATE, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpAffine(np.full(portrait.shape[:2], 255, np.uint8), matrix, PLATE, borderValue=0)
    small = cv2.resize(sharp, (PLATE[0] // 8, PLATE[1] // 8), interpolation=cv2.INTER_AREA)
    soft = cv2.resize(cv2.GaussianBlur(small, (0, 0), 9), PLATE, interpolation=cv2.INTER_CUBIC)
    framed = cv2.copyMakeBorder(inside, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    distance = cv2.distanceTransform(framed, cv2.DIST_L2, 3)[1:-1, 1:-1] / 60.0
    columns, rows = np.arange(PLATE[0], dtype=np.float32), np.arange(PLATE[1], dtype=np.float32)[:, None]
    rim = np.minimum(np.minimum(columns, PLATE[0] - 1 - columns), np.minimum(rows, PLATE[1] - 1 - rows)) / RIM
    alpha = np.clip(np.minimum(distance, rim), 0.0, 1.0)[..., None]
    return cast(Pixels, (sharp * alpha + soft * (1.0 - alpha)).astype(np.uint8))


def _relief(points: Floats) -> tuple[Floats, Floats]:
    """Depth above the head's axis (pixels, nearer is larger) and how much each cell turns with the head, both on the grid."""
    columns, rows = PLATE[0] // CELL, PLATE[1] // CELL
    values = np.zeros((rows, columns), np.float32)
    weights = np.zeros((rows, columns), np.float32)
    for x, y, z in points:
        i, j = int(y // CELL), int(x // CELL)
        if 0 <= i < rows and 0 <= j < columns:
            values[i, j] -= z
            weights[i, j] += 1.0
    depth = np.zeros_like(values)
    filled = np.zeros_like(values, bool)
    for sigma in (0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4):
        near = cv2.GaussianBlur(weights, (0, 0), sigma)
        mean = cv2.GaussianBlur(values, (0, 0), sigma) / np.maximum(near, 1e-12)
        use = (near > 0.02 / sigma) & ~filled
        depth[use] = mean[use]
        filled |= use
    oval = np.zeros((rows, columns), np.uint8)
    outline = (points[list(_OVAL), :2] / CELL).astype(np.int32)
    cv2.fillConvexPoly(oval, cv2.convexHull(outline), 255)
    away = cv2.distanceTransform(255 - oval, cv2.DIST_L2, 5) * CELL / FACE_WIDTH
    depth -= FACE_WIDTH * np.minimum(0.45, 0.8 * away)
    axis = float(np.median(-points[list(_OVAL), 2])) - 0.1 * FACE_WIDTH
    depth = _gentle(depth - axis)
    fade = np.clip((away - 0.25) / 0.9, 0.0, 1.0)
    weight = 1.0 - fade * fade * (3.0 - 2.0 * fade)
    return depth.astype(np.float32), weight.astype(np.float32)


def _gentle(depth: Floats) -> Floats:
    """Smoothed until it is nowhere steeper than :data:`STEEPEST`."""
    depth = cast(Floats, cv2.GaussianBlur(depth, (0, 0), 1.2))
    for _ in range(40):
        rise_y, rise_x = np.gradient(depth, CELL)
        steep = (np.hypot(rise_x, rise_y) > STEEPEST).astype(np.float32)
        if not steep.any():
            break
        mask = np.clip(2.0 * cv2.GaussianBlur(cv2.dilate(steep, np.ones((7, 7))), (0, 0), 2.0), 0.0, 1.0)
        depth += mask * (cv2.GaussianBlur(depth, (0, 0), 2.5) - depth)
    return depth


def _with_lids(plate: Pixels, points: Floats, closed: float) -> Pixels:
    """The plate with both upper lids drawn down: the skin above each eye is stretched over it."""
    if closed <= 0.0:
        return plate
    done = plate.copy()
    for (first, second), (upper, lower, brow) in zip(_EYES, _LIDS, strict=True):
        a, b = points[first, :2], points[second, :2]
        half = float(np.linalg.norm(b - a)) / 2
        middle = (a + b) / 2
        along = (b - a) / (2 * half)
        down = np.array([-along[1], along[0]], np.float32)
        left, right = int(middle[0] - 1.5 * half), int(middle[0] + 1.5 * half)
        above, below = int(middle[1] - 1.6 * half), int(middle[1] + 1.2 * half)
        columns, rows = np.arange(left, right, dtype=np.float32), np.arange(above, below, dtype=np.float32)
        x, y = cast(tuple[Floats, Floats], np.meshgrid(columns, rows))
        s = cast(Floats, ((x - middle[0]) * along[0] + (y - middle[1]) * along[1]) / half)
        t = (x - middle[0]) * down[0] + (y - middle[1]) * down[1]
        arch = np.sqrt(np.clip(1.0 - s * s, 0.0, 1.0))
        at = cast(Floats, s * half)
        lid = _contour(cast(Floats, points[list(upper), :2] - middle), along, down, at) - 0.05 * half * arch
        edge = _contour(cast(Floats, points[list(lower), :2] - middle), along, down, at) + 0.06 * half * arch
        free = float((points[list(brow), :2] - middle).mean(axis=0) @ down) - float(lid.min())
        goal = lid + closed * (edge - lid)  # where the lid's edge is now
        start = lid - min(0.65 * half, max(0.2 * half, 0.7 * -free)) * arch  # the skin above, and the brow, stay
        moved = start + (t - start) * (lid - start) / np.maximum(goal - start, 1e-3)
        covered = (t > start) & (np.abs(s) < 1.0)
        shift = np.where(covered, np.minimum(moved, lid) - t, 0.0).astype(np.float32)
        skin = cv2.remap(plate, x + shift * down[0], y + shift * down[1], cv2.INTER_LINEAR)
        drawn = np.where(covered, np.clip(goal - t + 0.5, 0.0, 1.0), 0.0)[..., None]  # the lid's edge is not jagged
        patch = plate[above:below, left:right]
        done[above:below, left:right] = (skin * drawn + patch * (1.0 - drawn)).astype(np.uint8)
    return done


def _contour(points: Floats, along: Floats, down: Floats, at: Floats) -> Floats:
    """How far down a line through these points is, at these distances along."""
    order = np.argsort(points @ along)
    line = np.interp(at, (points @ along)[order], (points @ down)[order])
    return cast(Floats, line.astype(np.float32))
