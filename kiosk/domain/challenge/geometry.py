"""Landmarks of two frames: did a plane move, or a head? Coordinates are frame pixels; results are shares of the face's width.

A plane moves as a homography (Hartley and Zisserman, Multiple View Geometry, 2nd ed., ch. 4 and 13), a head does not, and its
nose moves against its ears in the sense of the turn. Only points that expression does not move are used: no lips, no lids.

Measured with the station's tracker: a head that turned by 12 to 16 degrees leaves 0.029 to 0.057 of its width (5th percentile of
the worst clip, 95th of the best; 6 people); a flat portrait tilted by up to 50 degrees leaves at most 0.018 and is seen to turn
by less than 9 degrees: the tracker's face model does not make a head of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from kiosk.domain.face import Face

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Of MediaPipe's mesh: forehead, bridge and tip of the nose, corners of the eyes, brows' ends, ears' sides, jaw, cheeks.
STABLE = (
    10, 151, 9, 8, 168, 6, 197, 195, 5, 4, 1, 33, 133, 362, 263, 70, 300, 107, 336, 234, 454, 93, 323, 132, 361, 127, 356,
    50, 280, 101, 330, 116, 345, 205, 425, 2, 98, 327, 129, 358,
)  # fmt: skip
_NOSE, _EAR_LEFT, _EAR_RIGHT = STABLE.index(4), STABLE.index(234), STABLE.index(454)

FARTHEST = 3.0
"""A point this many widths from the middle of its face is absurd."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """The stable points of one face in one frame.

    Attributes:
        points: float64 (len(STABLE), 2), frame pixels.
        width: between the two ear sides, pixels.
    """

    points: Floats
    width: float


def shape_of(face: Face) -> Shape | None:
    """The face's stable points; None where the geometry is broken or absurd."""
    import numpy as np

    if not face.is_sane or face.landmarks.shape[0] <= max(STABLE):
        return None
    points = face.landmarks[_index(), :2].astype(np.float64)
    across = points[_EAR_RIGHT] - points[_EAR_LEFT]
    width = math.hypot(float(across[0]), float(across[1]))
    if not math.isfinite(width) or width < 2.0:
        return None
    if float(np.abs(points - points.mean(axis=0)).max()) > FARTHEST * face.box.width:
        return None
    return Shape(points, width)


def moved(before: Shape, after: Shape) -> float:
    """Mean distance that the points went, in widths of the face."""
    difference = after.points - before.points
    return float((difference[:, 0] ** 2 + difference[:, 1] ** 2).__pow__(0.5).mean()) / before.width


def plane_residual(before: Shape, after: Shape) -> float:
    """What the best homography between the two leaves unexplained: RMS distance in widths. NaN where none can be fitted."""
    import numpy as np

    (a, _), (b, to_b) = _normalised(before.points), _normalised(after.points)
    if a is None or b is None:
        return math.nan
    x, y, u, v = a[:, 0], a[:, 1], b[:, 0], b[:, 1]
    one, zero = np.ones_like(x), np.zeros_like(x)
    rows = np.concatenate(
        [
            np.stack([x, y, one, zero, zero, zero, -u * x, -u * y, -u], axis=1),
            np.stack([zero, zero, zero, x, y, one, -v * x, -v * y, -v], axis=1),
        ]
    )
    try:
        # The direction that the rows stretch least; of the 9x9 product this is cheap, and the points are normalised.
        matrix = np.linalg.eigh(rows.T @ rows)[1][:, 0].reshape(3, 3)
    except np.linalg.LinAlgError:
        return math.nan
    mapped = np.stack([x, y, one], axis=1) @ matrix.T
    with np.errstate(all="ignore"):
        left = mapped[:, :2] / mapped[:, 2:] - b
        return float(np.sqrt((left**2).sum(axis=1).mean())) / to_b / before.width


def parallax(before: Shape, after: Shape) -> tuple[float, float]:
    """How far the nose went against the middle between the ears: (towards the picture's right, up), in widths ``before``.

    Measured along the line between the ears, so a head that leans or comes nearer shows nothing here.
    """
    x0, y0 = _nose_offset(before)
    x1, y1 = _nose_offset(after)
    scale = after.width / before.width
    return (x1 * scale - x0), -(y1 * scale - y0)


def _nose_offset(shape: Shape) -> tuple[float, float]:
    left, right, nose = shape.points[_EAR_LEFT], shape.points[_EAR_RIGHT], shape.points[_NOSE]
    along = (right - left) / shape.width
    offset = nose - (left + right) / 2
    x, y = float(offset @ along), float(offset[1] * along[0] - offset[0] * along[1])
    return x / shape.width, y / shape.width


def _normalised(points: Floats) -> tuple[Floats | None, float]:
    """Centred and scaled to a mean length of sqrt(2) (Hartley's condition), and by what; None for one single place."""
    centred = points - points.mean(axis=0)
    length = float((centred[:, 0] ** 2 + centred[:, 1] ** 2).__pow__(0.5).mean())
    if not math.isfinite(length) or length < 1e-6:
        return None, math.nan
    scale = math.sqrt(2.0) / length
    return centred * scale, scale


@cache
def _index() -> NDArray[np.intp]:
    import numpy as np

    return np.array(STABLE, dtype=np.intp)
