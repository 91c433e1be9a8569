"""The edges of a device or a sheet of paper around the face: straight parallel lines on both sides that move with the face.

Windows, shelves and door frames stand behind people too, so lines alone are no evidence. A phone held in a hand moves, and its
edges keep their place beside the face that it shows; a wall does not move with the head in front of it. The veto therefore
needs the face to have moved over the picture while the lines stayed with it. A device that is held perfectly still passes here.

Must not be asked to prove that nobody holds anything: a picture that fills the camera's view has no edges in it.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np

from kiosk.domain.face import Box, Face, Pixels, TrackId
from kiosk.vision.measures import shrunk

NAME = "bezel"

FACE_PX = 64.0
"""Width to which the face is brought before lines are looked for, so that every limit below is in faces."""

AROUND = 2.2
"""How far to each side of the face's centre is looked, in face widths."""

MIN_LENGTH = 1.0
"""Of a line, in face heights. At 1.0 a pair of lines was found around 44 % of the attacks of seven development sites in single
frames and around 1 of 1,374 live people; at 0.9 around 48 % and 8; at 0.8 around 54 % and 44."""

NEAREST, FARTHEST = (0.5, 0.6), (2.0, 2.0)
"""Where an edge may run beside the face's centre: (across in face widths, up and down in face heights)."""

BESIDE = 1.3
"""How far the middle of an edge may lie along the face, in the same units."""

PARALLEL_DEG, UPRIGHT_DEG = 4.0, 25.0
BORDER_PX = 4
"""Lines this close to the border of what is looked at are the border."""

WINDOW = 24
"""Looks that count; about two seconds when every second frame is looked at."""

MIN_FOUND = 10
"""Of them, with a pair of lines."""

MIN_MOVED = 0.06
"""Standard deviation of the face's place in the picture over them, in face widths. Less is no movement to go by."""

STAYED = 0.4
"""The lines' place beside the face may vary by this share of it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One straight edge, in faces from the centre of the face.

    Attributes:
        side: 0 left, 1 right, 2 above, 3 below.
        angle: degrees from upright (left, right) or from level (above, below).
        length: in face heights.
        away: distance of its middle, in face widths (left, right) or heights (above, below); positive outwards.
    """

    side: int
    angle: float
    length: float
    away: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two parallel lines on opposite sides of the face.

    Attributes:
        upright: left and right; otherwise above and below.
        length: of the shorter, in face heights.
        shift: how far their middle lies from the face's centre, in faces, along the axis across them.
    """

    upright: bool
    length: float
    shift: float


@dataclass(frozen=True, slots=True)
class _Look:
    place: tuple[float, float]
    width: float
    pair: Pair | None


class Bezel:
    """Follows one face at a time. Made and used on one thread."""

    def __init__(self) -> None:
        self._track: TrackId | None = None
        self._looks: deque[_Look] = deque(maxlen=WINDOW)

    def see(self, pixels: Pixels, face: Face) -> bool:
        """One more frame (BGR uint8); whether the edges of something held are around this face, over the last looks."""
        if face.track != self._track:
            self.forget()
            self._track = face.track
        if not face.is_sane:
            return False
        self._looks.append(_Look(face.box.centre, face.box.width, strongest(lines_around(pixels, face.box))))
        return is_attached(tuple(self._looks))

    def forget(self) -> None:
        """The next face is another one."""
        self._track = None
        self._looks.clear()


def lines_around(pixels: Pixels, box: Box) -> list[Line]:
    """Long straight edges beside, above and below the face (Canny 1986; probabilistic Hough transform, Matas et al. 2000)."""
    scale = FACE_PX / box.width
    centre_x, centre_y = box.centre
    reach = AROUND * box.width
    height, width = pixels.shape[:2]
    left, right = max(0, int(centre_x - reach)), min(width, math.ceil(centre_x + reach))
    top, bottom = max(0, int(centre_y - reach)), min(height, math.ceil(centre_y + reach))
    if right - left < 8 or bottom - top < 8:
        return []
    # Never empty, however thin the face's surroundings are cut.
    size = (max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale)))
    part = shrunk(pixels[top:bottom, left:right], size)
    grey = cv2.GaussianBlur(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY), (0, 0), 0.8)
    least = MIN_LENGTH * box.height * scale
    found = cv2.HoughLinesP(cv2.Canny(grey, 40, 110), 1, np.pi / 180, 40, minLineLength=int(least * 0.75), maxLineGap=5)
    if found is None:
        return []
    middle = ((centre_x - left) * scale, (centre_y - top) * scale)
    face = (box.width * scale, box.height * scale)
    lines = (_line(tuple(map(float, ends)), middle, face, part.shape[:2]) for ends in found.reshape(-1, 4))
    return [line for line in lines if line is not None]


def _line(
    ends: tuple[float, ...], middle: tuple[float, float], size: tuple[float, float], shape: tuple[int, ...]
) -> Line | None:
    x1, y1, x2, y2 = ends
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    if min(x, y, shape[1] - x, shape[0] - y) < BORDER_PX:
        return None
    length = math.hypot(x2 - x1, y2 - y1) / size[1]
    lean = (math.degrees(math.atan2(y2 - y1, x2 - x1)) + 90.0) % 180.0 - 90.0  # -90..90, 0 is level
    across, down = (x - middle[0]) / size[0], (y - middle[1]) / size[1]
    if abs(lean) > 90 - UPRIGHT_DEG and NEAREST[0] < abs(across) < FARTHEST[0] and abs(down) < BESIDE:
        return Line(0 if across < 0 else 1, lean - math.copysign(90.0, lean), length, abs(across))
    if abs(lean) < UPRIGHT_DEG and NEAREST[1] < abs(down) < FARTHEST[1] and abs(across) < BESIDE:
        return Line(2 if down < 0 else 3, lean, length, abs(down))
    return None


def strongest(lines: list[Line]) -> Pair | None:
    """The longest pair of parallel lines on opposite sides, if there is one."""
    best: Pair | None = None
    for first in lines:
        for second in lines:
            if (first.side, second.side) not in {(0, 1), (2, 3)} or abs(first.angle - second.angle) >= PARALLEL_DEG:
                continue
            length = min(first.length, second.length)
            if length >= MIN_LENGTH and (best is None or length > best.length):
                best = Pair(first.side == 0, length, (second.away - first.away) / 2)
    return best


def is_attached(looks: tuple[_Look, ...]) -> bool:
    """Whether the face moved over the picture, and the lines with it."""
    for upright in (True, False):
        found = [(look, look.pair) for look in looks if look.pair is not None and look.pair.upright is upright]
        if len(found) < MIN_FOUND:
            continue
        axis = 0 if upright else 1
        width = float(np.median([look.width for look, _ in found]))
        moved = _spread([look.place[axis] / width for look, _ in found])
        stayed = _spread([pair.shift for _, pair in found])
        if moved >= MIN_MOVED and stayed <= STAYED * moved:
            return True
    return False


def _spread(values: list[float]) -> float:
    """Standard deviation by the median of what lies off the median: a line that was mistaken now and then changes nothing."""
    array = np.array(values)
    return 1.4826 * float(np.median(np.abs(array - np.median(array))))
