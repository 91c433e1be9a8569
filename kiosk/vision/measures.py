"""How good the picture of a face is: sharpness, light, backlight, occlusion. Measures only; the limits are the policy's.

All work is done on two small pictures, the face at a fixed size and its surroundings, so that a measure means the same at any
distance and costs the same at any resolution. Scales are this project's own, calibrated on its development data.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.domain.face import Box, Face, Measures, Pixels
from kiosk.vision.occlusion import occlusion_of

FACE_SIZE = 96
"""Width in pixels at which a face is measured: about what the matcher sees of it."""

_AROUND = 48
"""Width of the small picture of the surroundings."""

_REACH = 2.2
"""How many face boxes wide the surroundings are."""

BLACK, BURNT_OUT = 6, 249

# Outline of the face in the mesh (MediaPipe's FACE_OVAL connections, in order).
OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip

# Fine against coarser detail: these two ratios map to sharpness 0 and 1, logarithmically.
_DETAIL_NONE, _DETAIL_FULL = 0.10, 0.55


_RIM = np.ones((7, 7), np.uint8)
"""Kernel that keeps the edge between face and background out of its detail."""


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A face at :data:`FACE_SIZE`.

    Attributes:
        pixels: BGR uint8.
        luma: uint8, BT.601.
        points: (478, 2) mesh in pixels of the patch.
        inside: bool mask of the face's oval.
    """

    pixels: Pixels
    luma: NDArray[np.uint8]
    points: NDArray[np.float32]
    inside: NDArray[np.bool_]


def measure(pixels: Pixels, face: Face) -> Measures | None:
    """All measures of one face; None where the geometry is broken or nothing of the face is in the frame."""
    patch = patch_of(pixels, face)
    if patch is None:
        return None
    luma = patch.luma[patch.inside]
    mean, deviation = cv2.meanStdDev(luma)
    brightness = float(mean[0, 0])
    return Measures(
        sharpness=sharpness_of(patch),
        brightness=brightness,
        contrast=float(deviation[0, 0]),
        clipped=float(np.mean((luma <= BLACK) | (luma >= BURNT_OUT))),
        backlight=surroundings_of(pixels, face) - brightness,
        occlusion=occlusion_of(patch.pixels, patch.points, patch.inside),
    )


def patch_of(pixels: Pixels, face: Face) -> Patch | None:
    """The face box, as far as it lies in the frame, at a fixed width."""
    if not face.is_sane:
        return None
    window = _window(face.box, 1.0, pixels)
    if window is None:
        return None
    left, top, right, bottom = window
    scale = FACE_SIZE / face.box.width
    size = (max(8, round((right - left) * scale)), max(8, round((bottom - top) * scale)))
    small = shrunk(pixels[top:bottom, left:right], size)
    stretch = np.array([size[0] / (right - left), size[1] / (bottom - top)], dtype=np.float32)
    points = ((face.landmarks[:, :2] - np.array([left, top], dtype=np.float32)) * stretch).astype(np.float32)
    mask = np.zeros(small.shape[:2], dtype=np.uint8)
    cv2.fillPoly(mask, [np.round(points[list(OVAL)]).astype(np.int32)], 1)
    inside = mask.astype(bool)
    if int(inside.sum()) < 200:
        return None
    return Patch(small, cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), points, inside)  # type: ignore[arg-type]


def shrunk(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """A picture at another size (width, height), averaged where it shrinks: aliasing would make large faces look sharper.

    Halved first as often as it goes: OpenCV does that 12 times faster than other shares.
    """
    while pixels.shape[1] >= 2 * size[0] and pixels.shape[0] >= 2 * size[1]:
        height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
        pixels = cv2.resize(pixels[: height * 2, : width * 2], (width, height), interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    shrinks = pixels.shape[1] > size[0]
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)  # type: ignore[return-value]


def sharpness_of(patch: Patch) -> float:
    """0..1: fine detail against coarser detail of the same face (a ratio of two difference-of-Gaussians bands).

    Faces differ much in how much detail they have and little in how it is spread over scales, so the ratio tells blur from a
    smooth skin, and light and contrast cancel out. Measured: pictures blurred so far that their template is only 0.6
    like the sharp one's lie at 0.05 to 0.25; untouched webcam pictures at 0.3 to 0.9.
    """
    luma = patch.luma.astype(np.float32)
    fine, middle, coarse = (cv2.GaussianBlur(luma, (0, 0), sigma) for sigma in (1.0, 2.0, 4.0))
    inner = np.asarray(cv2.erode(patch.inside.view(np.uint8), _RIM), dtype=np.uint8)
    if cv2.countNonZero(inner) == 0:
        return 0.0
    detail = _variance(fine - middle, inner) / (_variance(middle - coarse, inner) + 1.0)
    return _between(detail, _DETAIL_NONE, _DETAIL_FULL)


def _variance(values: NDArray[np.float32], mask: NDArray[np.uint8]) -> float:
    return float(cv2.meanStdDev(values, mask=mask)[1][0, 0]) ** 2


def surroundings_of(pixels: Pixels, face: Face) -> float:
    """Mean luma beside and above the face, 0..255; hair and clothes are left out where possible."""
    window = _window(face.box, _REACH, pixels)
    if window is None:
        return 0.0
    left, top, right, bottom = window
    step = max(1, (right - left) // _AROUND)
    scale = 1.0 / step
    # Single pixels are enough for a mean; averaging all of them takes ten times as long.
    small = cv2.cvtColor(np.ascontiguousarray(pixels[top:bottom:step, left:right:step]), cv2.COLOR_BGR2GRAY)
    outside = np.ones(small.shape[:2], dtype=bool)
    # The head with its hair: the face box widened by a quarter to each side and by a half upwards.
    box = face.box
    x0, x1 = (box.x - 0.25 * box.width - left) * scale, (box.x + 1.25 * box.width - left) * scale
    y0, y1 = (box.y - 0.5 * box.height - top) * scale, (box.y + box.height - top) * scale
    outside[max(0, int(y0)) :, max(0, int(x0)) : max(0, int(x1) + 1)] = False
    outside[max(0, int(y1)) :, :] = False
    return float(small[outside].mean()) if outside.any() else float(small.mean())


def _window(box: Box, reach: float, pixels: Pixels) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom of a box widened about its centre, cut to the frame; None where less than 8 pixels are left."""
    height, width = pixels.shape[:2]
    x, y = box.centre
    left, right = max(0, int(x - box.width * reach / 2)), min(width, math.ceil(x + box.width * reach / 2))
    top, bottom = max(0, int(y - box.height * reach / 2)), min(height, math.ceil(y + box.height * reach / 2))
    return (left, top, right, bottom) if right - left >= 8 and bottom - top >= 8 else None


def _between(value: float, none: float, full: float) -> float:
    """Where a value lies between two others on a logarithmic scale, 0..1."""
    if value <= none:
        return 0.0
    return min(1.0, math.log(value / none) / math.log(full / none))
