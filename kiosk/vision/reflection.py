"""How much light of which colour a face and the room beside it give back, in linear light. Measures; judges nothing.

Three patches of skin (forehead, both cheeks: the parts that face a screen) and one patch to each side of the head, at the height
of the eyes, where a living person has the room behind them. Every other pixel is enough for a mean.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.domain.face import Face, Pixels, Reflection

SKIN = (151, 50, 280)
"""Mesh points: middle of the forehead, both cheeks (MediaPipe)."""

SKIN_SIDE = 0.14
SIDE_NEAR, SIDE_FAR, SIDE_HEIGHT = 0.25, 0.75, 0.5
"""Shares of the face's box: half a face wide beside it, from its top to its middle."""

MOST_CLIPPED = 0.2
"""Share of a patch that may be burnt out or black: such pixels have no colour."""

_BLACK, _BURNT = 3, 252
_LEAST = 24
"""Pixels of which a mean says something."""

_Light = tuple[float, float, float]


def reflection_of(pixels: Pixels, face: Face) -> Reflection | None:
    """Light of one face and of what is beside it; None where the geometry is broken or the skin is burnt out or black.

    Args:
        pixels: BGR uint8 (height, width, 3).
        face: in these pixels.
    """
    if not face.is_sane or face.landmarks.shape[0] <= max(SKIN):
        return None
    box = face.box
    half = SKIN_SIDE * box.width / 2
    skin = [_light(pixels, x - half, y - half, x + half, y + half) for x, y in face.landmarks[list(SKIN), :2].tolist()]
    known = [light for light in skin if light is not None]
    if len(known) < len(SKIN):
        return None
    mean = tuple(float(np.mean([light[i] for light in known])) for i in range(3))
    top, bottom = box.y, box.y + SIDE_HEIGHT * box.height
    left = _light(pixels, box.x - SIDE_FAR * box.width, top, box.x - SIDE_NEAR * box.width, bottom)
    right_edge = box.x + box.width
    right = _light(pixels, right_edge + SIDE_NEAR * box.width, top, right_edge + SIDE_FAR * box.width, bottom)
    return Reflection((mean[0], mean[1], mean[2]), left, right)


def _light(pixels: Pixels, left: float, top: float, right: float, bottom: float) -> _Light | None:
    """Mean of a rectangle as far as it lies in the frame; None where too little of it does."""
    height, width = pixels.shape[:2]
    patch = pixels[
        max(0, int(top)) : max(0, min(height, int(bottom))) : 2, max(0, int(left)) : max(0, min(width, int(right))) : 2
    ]
    if patch.shape[0] * patch.shape[1] < _LEAST:
        return None
    patch = np.ascontiguousarray(patch)
    black = cv2.inRange(patch, (0, 0, 0), (_BLACK,) * 3)
    known = cv2.bitwise_and(cv2.inRange(patch, (0, 0, 0), (_BURNT - 1,) * 3), cv2.bitwise_not(black))
    if 1.0 - cv2.countNonZero(known) / known.size > MOST_CLIPPED:
        return None
    blue, green, red, _ = cv2.mean(cv2.LUT(patch, _linear()), mask=known)
    return blue, green, red


@cache
def _linear() -> NDArray[np.float32]:
    """Linear light of each value of a pixel (IEC 61966-2-1)."""
    value = np.arange(256) / 255.0
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4).astype(np.float32)
