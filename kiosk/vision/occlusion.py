"""How much of a face looks unlike the rest of it: a mask, a scarf, dark glasses. Says a share; the limit is the policy's.

The skin's colour is taken from the forehead or from beside the nose, whichever looks more like skin; cells of the face with
another colour are foreign. Works on colour, so a bare hand is not seen. Made to err towards 0: beards, clear glasses,
make-up, side light and dark skin must not be taken for a cover. So the lower face counts only as far as beard area AND the
beardless middle of the face are foreign, a shadow may take away colour in proportion, and burnt-out cells say nothing.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.domain.face import Pixels

Cells = NDArray[np.float32]
"""(rows, columns, 3): Y, Cr, Cb of the face in a coarse grid."""

_GRID = 16  # cells across the face

_CHIN = 152
_EYES = ((33, 133), (362, 263))

_MIN_CHROMA = 9.0  # distance in the Cr/Cb plane that noise, light and camera alone reach
_CHROMA_SHARE = 0.7  # of the skin's own chroma: a cell must differ by this much to be foreign
_PALEST, _REDDEST = 14.0, 62.0  # Cr above Cb: skin in ordinary light lies between
_BURNT_OUT = 235.0  # luma above which colour is lost
_DARKER, _BRIGHTER = 0.50, 2.5  # luma against the skin's beyond which a cell is foreign whatever its colour
_DARK_GLASS = 0.40  # luma of three quarters of both eye regions against the skin's, below which they are covered
_FEWEST = 4  # cells that a zone needs


def occlusion_of(patch: Pixels, points: NDArray[np.float32], inside: NDArray[np.bool_]) -> float:
    """0..1: how much of the most covered part (lower face, one side, the eyes) is foreign.

    Args:
        patch: the face, BGR uint8.
        points: (478, 2) mesh in pixels of the patch.
        inside: bool mask of the face's oval.
    """
    height, width = inside.shape
    size = (_GRID, max(4, round(height * _GRID / width)))
    small = cv2.resize(patch, size, interpolation=cv2.INTER_AREA)
    cells = cv2.cvtColor(small, cv2.COLOR_BGR2YCrCb).astype(np.float32)
    covered = cv2.resize(inside.view(np.uint8) * 255, size, interpolation=cv2.INTER_AREA) > 230
    zones = _zones(*_face_axes(points, size, size[0] / width), covered)
    skin = _skin(cells, zones)
    if skin is None:
        return 0.0
    colour, limit = _colour_distance(cells, skin)
    foreign = (colour > limit) | _other_luma(cells, skin)
    # Light of two colours makes one side differ: there only what is far from any skin counts.
    object_ = colour > 2.0 * limit
    return max(
        min(_share(foreign, zones["mouth"]), _share(foreign, zones["middle"])),
        _share(object_, zones["left"]),
        _share(object_, zones["right"]),
        _dark_glasses(cells, skin, zones),
    )


def _face_axes(
    points: NDArray[np.float32], size: tuple[int, int], scale: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """For every cell: how far across (0 in the middle, ±1 at the eyes) and down (0 eyes, 1 chin) of the face it lies."""
    left, right = ((points[a] + points[b]) * (scale / 2) for a, b in _EYES)
    middle = (left + right) / 2
    x_axis, y_axis = (right - left) / 2, points[_CHIN] * scale - middle
    dx = (np.arange(size[0], dtype=np.float32) + 0.5 - middle[0])[None, :]
    dy = (np.arange(size[1], dtype=np.float32) + 0.5 - middle[1])[:, None]
    determinant = float(x_axis[0] * y_axis[1] - x_axis[1] * y_axis[0]) or 1e-6
    across = (dx * y_axis[1] - dy * y_axis[0]) / determinant
    down = (dy * x_axis[0] - dx * x_axis[1]) / determinant
    return across, down


def _zones(
    across: NDArray[np.float32], down: NDArray[np.float32], covered: NDArray[np.bool_]
) -> dict[str, NDArray[np.bool_]]:
    """Parts of the face on the grid, by its own axes."""
    side = np.abs(across)
    beside_nose = (down > 0.10) & (down < 0.34) & (side > 0.2) & (side < 1.4)
    bridge = (side < 0.35) & (down > -0.2) & (down < 0.35)
    half = covered & (down > -0.45) & (down < 0.52) & ~((np.abs(down) < 0.14) & (side > 0.4))
    eye = covered & (down > -0.12) & (down < 0.18) & (side > 0.5) & (side < 1.5)
    return {
        "forehead": covered & (down < -0.28) & (down > -0.55) & (side < 1.0),
        "upper": covered & (beside_nose | bridge),
        "mouth": covered & (side < 1.1) & (down > 0.60) & (down < 0.95),
        "middle": covered & (side < 1.0) & (down > 0.34) & (down < 0.48),
        "left": half & (across < 0),
        "right": half & (across > 0),
        "left_eye": eye & (across < 0),
        "right_eye": eye & (across > 0),
    }


def _skin(cells: Cells, zones: dict[str, NDArray[np.bool_]]) -> NDArray[np.float32] | None:
    """Y, Cr, Cb of the skin: from beside the nose, or from the forehead where that alone has the red of skin (a mask)."""
    nose, forehead = (
        np.median(cells[zones[name]], axis=0) if int(zones[name].sum()) >= _FEWEST else None
        for name in ("upper", "forehead")
    )
    if nose is None or forehead is None:
        return forehead if nose is None else nose
    masked = _redness(nose) < _PALEST and _PALEST + 8.0 < _redness(forehead) < _REDDEST
    return forehead if masked else nose


def _redness(skin: NDArray[np.float32]) -> float:
    return float(skin[1] - skin[2])


def _colour_distance(cells: Cells, skin: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How far each cell is from what shadow makes of this skin, and how far is foreign. Darker skin is less coloured."""
    light = np.clip((cells[..., 0] / max(float(skin[0]), 1.0)), 0.25, 1.0)
    red, blue = float(skin[1]) - 128.0, float(skin[2]) - 128.0
    distance = np.hypot(cells[..., 1] - 128.0 - red * light, cells[..., 2] - 128.0 - blue * light)
    distance[cells[..., 0] >= _BURNT_OUT] = 0.0
    if red - blue < _PALEST:
        distance[:] = 0.0  # a picture without colour: only luma can tell
    return distance, np.maximum(_MIN_CHROMA, _CHROMA_SHARE * float(np.hypot(red, blue)) * light)


def _other_luma(cells: Cells, skin: NDArray[np.float32]) -> NDArray[np.bool_]:
    ratio = (cells[..., 0] + 8.0) / (float(skin[0]) + 8.0)
    return np.asarray((ratio < _DARKER) | (ratio > _BRIGHTER))


def _dark_glasses(cells: Cells, skin: NDArray[np.float32], zones: dict[str, NDArray[np.bool_]]) -> float:
    """1 where both eye regions, brow to cheek, are far darker than the skin, else 0."""
    for eye in ("left_eye", "right_eye"):
        luma = np.sort(cells[..., 0][zones[eye]])
        if luma.size < _FEWEST or (float(luma[luma.size * 3 // 4]) + 8.0) / (float(skin[0]) + 8.0) > _DARK_GLASS:
            return 0.0
    return 1.0


def _share(foreign: NDArray[np.bool_], zone: NDArray[np.bool_]) -> float:
    cells = int(zone.sum())
    return float(foreign[zone].sum()) / cells if cells >= _FEWEST else 0.0
