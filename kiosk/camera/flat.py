"""The same portrait shown again, flat: on the screen of a phone that is held and moved by hand before the camera.

A presentation attack for the demo and the tests, drawn, and called so. Only a plane moves here (a homography); nothing marks the
frames as an attack. Must not know vision.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.domain.face import Pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPose:
    """How the phone is held: degrees, shares of the frame, and the width of the shown face as a share of the frame's width."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    x: float = 0.0
    y: float = 0.0
    face_share: float = 0.22


SHEET_FACE = 400.0
"""Width of the face on the sheet, pixels."""


class PhoneShow:
    """One portrait on a phone. Rendered from one thread.

    Args:
        portrait: BGR uint8, one face.
        landmarks: float32 (478, 3) in portrait pixels; only x and y are used.
        room: what is behind it, BGR uint8, of the size of the frames.
    """

    def __init__(self, portrait: Pixels, landmarks: NDArray[np.float32], room: Pixels) -> None:
        low, high = landmarks[:468, :2].min(axis=0), landmarks[:468, :2].max(axis=0)
        centre, scale = (low + high) / 2, SHEET_FACE / float(high[0] - low[0])
        if scale < 1.0:
            portrait = cast(Pixels, cv2.resize(portrait, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
            centre, scale = centre * scale, 1.0
        self._sheet, self._alpha, self._face_at = _phone(portrait, (float(centre[0]), float(centre[1])), scale)
        self._room = room

    def corners(self, pose: HeldPose) -> NDArray[np.float32]:
        """Where the phone's corners are in the frame: float32 (4, 2), clockwise from the top left."""
        height, width = self._room.shape[:2]
        rows, columns = self._alpha.shape
        flat = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32) - np.array(
            self._face_at, np.float32
        )
        flat *= pose.face_share * width / SHEET_FACE
        yaw, pitch, roll = (math.radians(a) for a in (pose.yaw, pose.pitch, pose.roll))
        turned = np.column_stack([flat, np.zeros(4, np.float32)])
        turned = turned @ _about_x(pitch).T @ _about_y(yaw).T @ _about_z(roll).T
        focal = 0.866 * width  # 60 degrees across
        away = focal / (focal + turned[:, 2:3])
        middle = np.array([width * (0.5 + pose.x), height * (0.5 + pose.y)], np.float32)
        return cast(NDArray[np.float32], (turned[:, :2] * away + middle).astype(np.float32))

    def render(self, pose: HeldPose) -> Pixels:
        """The phone in this pose before the room: BGR uint8, of the room's size, without light and noise."""
        height, width = self._room.shape[:2]
        rows, columns = self._alpha.shape
        here = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
        corners = self.corners(pose)
        seen = self._room.copy()
        left, top = (max(0, int(v) - 2) for v in corners.min(axis=0))
        right, bottom = (min(m, int(v) + 3) for v, m in zip(corners.max(axis=0), (width, height), strict=True))
        if right <= left or bottom <= top:  # out of the frame
            return seen
        matrix = cv2.getPerspectiveTransform(here, corners - np.array([left, top], np.float32))
        size = (right - left, bottom - top)
        sheet = cv2.warpPerspective(self._sheet, matrix, size, flags=cv2.INTER_LINEAR)
        alpha = cv2.warpPerspective(self._alpha, matrix, size, flags=cv2.INTER_LINEAR)
        alpha3 = cv2.merge([alpha, alpha, alpha])
        covered = cv2.multiply(sheet, alpha3, scale=1 / 255)
        behind = cv2.multiply(seen[top:bottom, left:right], cv2.bitwise_not(alpha3), scale=1 / 255)
        seen[top:bottom, left:right] = cv2.add(covered, behind)
        return seen


def _about_x(a: float) -> NDArray[np.float64]:
    return np.array([[1, 0, 0], [0, math.cos(a), -math.sin(a)], [0, math.sin(a), math.cos(a)]])


def _about_y(a: float) -> NDArray[np.float64]:
    return np.array([[math.cos(a), 0, math.sin(a)], [0, 1, 0], [-math.sin(a), 0, math.cos(a)]])


def _about_z(a: float) -> NDArray[np.float64]:
    return np.array([[math.cos(a), -math.sin(a), 0], [math.sin(a), math.cos(a), 0], [0, 0, 1]])


def _cut(
    portrait: Pixels, centre: tuple[float, float], scale: float, size: tuple[int, int], face_at: tuple[float, float]
) -> Pixels:
    matrix = np.array(
        [[scale, 0, face_at[0] - scale * centre[0]], [0, scale, face_at[1] - scale * centre[1]]], np.float32
    )
    return cast(Pixels, cv2.warpAffine(portrait, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE))


def _phone(portrait: Pixels, centre: tuple[float, float], scale: float) -> tuple[Pixels, Pixels, tuple[float, float]]:
    """A phone with a lit screen: bezel, colour cast, pixel grid, raised blacks, a window reflected in the glass."""
    width, height, edge, forehead = 620, 1180, 26, 60
    face_at = (width / 2, height * 0.40)
    body = np.full((height, width, 3), (24, 22, 20), np.uint8)
    screen = (width - 2 * edge, height - 2 * forehead)
    shown = _cut(portrait, centre, scale, screen, (face_at[0] - edge, face_at[1] - forehead)).astype(np.float32)
    shown = 255.0 * (shown / 255.0) ** 0.85
    shown = 36.0 + shown * np.array([1.0, 0.87, 0.76], np.float32) * 0.90  # bluish, and black that is not black
    rows, columns = np.indices((screen[1], screen[0]), dtype=np.float32)
    for channel, shift in enumerate((2.1, 1.05, 0.0)):  # sub-pixels side by side
        shown[..., channel] *= 1.0 + 0.10 * np.cos(2 * np.pi * (columns + shift) / 3.15)
    shown *= (1.0 + 0.07 * np.cos(2 * np.pi * rows / 3.15))[..., None]
    glare = np.exp(-(((columns - 0.78 * screen[0]) / 120.0) ** 2 + ((rows - 0.2 * screen[1]) / 240.0) ** 2))
    shown += 38.0 * glare[..., None]
    body[forehead : height - forehead, edge : width - edge] = np.clip(shown, 0, 255).astype(np.uint8)
    cv2.rectangle(body, (1, 1), (width - 2, height - 2), (92, 90, 88), 3)
    alpha = np.zeros((height, width), np.uint8)
    radius = 60
    cv2.rectangle(alpha, (radius, 0), (width - radius, height), 255, -1)
    cv2.rectangle(alpha, (0, radius), (width, height - radius), 255, -1)
    for x in (radius, width - radius):
        for y in (radius, height - radius):
            cv2.circle(alpha, (x, y), radius, 255, -1)
    return body, alpha, face_at
