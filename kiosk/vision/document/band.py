"""Finds the lines of a machine-readable zone in a picture and straightens each into a row of cells.

Strokes become blobs as long as a line (morphology); two or three long thin blobs one below another are a zone. A quadrilateral
along a blob's own upper and lower edge takes out rotation and perspective; the grid of cells is then found by trying small shifts
and widths and asking which one looks most like letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.details.mrz import Layout
from kiosk.vision.document.glyphs import CAPITAL_H, CELL_H, CELL_W, scores

WORKING_WIDTH = 1280
_MARGIN = 2  # cells of room left and right of a line
_ROOM_H = 2 * CELL_H
_SLIMMEST, _FATTEST = 12.0, 70.0  # length of a line's blob in heights of it
_STEEPEST_DEG = 25.0
_INK = 0.19  # of a cell: paper left of the first and right of the last sign

Gray = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A long thin blob, pixels of the working picture.

    Attributes:
        left, right: ends of its middle line.
        height: of its capitals, about; fillers are lower and do not count.
    """

    left: NDArray[np.float64]
    right: NDArray[np.float64]
    height: float

    @property
    def centre(self) -> NDArray[np.float64]:
        """Middle."""
        return np.asarray((self.left + self.right) / 2)

    @property
    def length(self) -> float:
        """From end to end."""
        return float(np.linalg.norm(self.right - self.left))

    @property
    def along(self) -> NDArray[np.float64]:
        """Direction of reading, length 1."""
        return np.asarray((self.right - self.left) / max(1e-6, self.length))


def working(pixels: NDArray[np.uint8]) -> Gray:
    """Grey, and of a size at which the morphology below fits: never enlarged more than twice."""
    gray = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY) if pixels.ndim == 3 else pixels
    scale = min(2.0, WORKING_WIDTH / gray.shape[1])
    if abs(scale - 1.0) < 0.02:
        return np.asarray(gray, np.uint8)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=how), np.uint8)


def zones(gray: Gray) -> Iterator[tuple[Line, ...]]:
    """Groups of two or three lines that may be a zone, the lowest first."""
    for reach in (17, 29):
        lines = _lines(gray, reach)
        groups = [group for count in (3, 2) for group in combinations(lines, count) if _is_zone(group)]
        yield from sorted(groups, key=lambda group: (-len(group), -float(group[-1].centre[1])))


def _lines(gray: Gray, reach: int) -> list[Line]:
    """All long thin blobs, from top to bottom."""
    dark = cv2.morphologyEx(gray, cv2.MORPH_BLACKHAT, cv2.getStructuringElement(cv2.MORPH_RECT, (reach, reach)))
    strokes = np.abs(cv2.Sobel(dark, cv2.CV_32F, 1, 0, ksize=3))
    level = float(np.percentile(strokes, 99.0))
    if level < 1.0:
        return []
    strokes = np.clip(strokes * (255.0 / level), 0, 255).astype(np.uint8)
    closed = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, (reach, 5)))
    _, mask = cv2.threshold(cv2.GaussianBlur(closed, (0, 0), 1.5), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, (reach, 3)))
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, (reach, 5)))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    found = []
    for label in range(1, count):
        x, y, width, height = (int(v) for v in stats[label][:4])
        if width < 0.25 * gray.shape[1]:
            continue
        line = _line_of(labels[y : y + height, x : x + width] == label, x, y)
        if line is not None:
            found.append(line)
    return sorted(found, key=lambda line: float(line.centre[1]))


def _line_of(mask: NDArray[np.bool_], x: int, y: int) -> Line | None:
    """A straight middle line through a blob; None where it is not long and thin."""
    columns = np.flatnonzero(mask.any(axis=0))
    upper = mask.argmax(axis=0)[columns].astype(np.float64)
    lower = (mask.shape[0] - 1 - mask[::-1].argmax(axis=0))[columns].astype(np.float64)
    middle = _straight(columns, (upper + lower) / 2)
    ends = [np.array([column + x, float(middle(column)) + y]) for column in (float(columns[0]), float(columns[-1]))]
    line = Line(ends[0], ends[1], float(np.percentile(lower - upper, 80)))
    slim = line.length / max(1.0, line.height)
    steep = abs(np.degrees(np.arctan2(float(line.along[1]), float(line.along[0]))))
    if not (_SLIMMEST <= slim <= _FATTEST and line.height >= 6 and steep <= _STEEPEST_DEG):
        return None
    return line


def _straight(columns: NDArray[np.intp], values: NDArray[np.float64]) -> np.poly1d:
    """A line through most of the values: twice fitted, the second time without what lies far off."""
    fit = np.poly1d(np.polyfit(columns, values, 1))
    off = np.abs(values - fit(columns))
    near = off <= max(1.0, 1.5 * float(np.median(off)))
    return np.poly1d(np.polyfit(columns[near], values[near], 1)) if near.sum() > 10 else fit


def corners_of(group: Sequence[Line]) -> list[NDArray[np.float32]]:
    """For each line of a zone its corners: upper left, upper right, lower right, lower left.

    A line of fillers is a thin blob and says little about perspective; how the distance between the lines changes from left to
    right says it well.
    """
    first, last = group[0], group[-1]
    apart_left = float(np.linalg.norm(last.left - first.left))
    apart_right = float(np.linalg.norm(last.right - first.right))
    taper = min(1.25, max(0.8, apart_right / max(apart_left, 1e-6)))
    height = max(line.height for line in group)
    low, high = height * 2 / (1 + taper), height * 2 * taper / (1 + taper)
    found = []
    for line in group:
        down = np.array([-line.along[1], line.along[0]]) / 2
        found.append(
            np.array(
                [
                    line.left - down * low,
                    line.right - down * high,
                    line.right + down * high,
                    line.left + down * low,
                ],
                np.float32,
            )
        )
    return found


def _is_zone(group: Sequence[Line]) -> bool:
    for above, below in pairwise(group):
        height = (above.height + below.height) / 2
        apart = below.centre - above.centre
        down = float(abs(above.along[0] * apart[1] - above.along[1] * apart[0]))
        aside = float(abs(above.along @ apart))
        alike = min(above.length, below.length) / max(above.length, below.length)
        parallel = float(above.along @ below.along)
        if not (1.1 * height <= down <= 3.2 * height and aside <= 3 * height and alike >= 0.9 and parallel >= 0.997):
            return False
    return True


def cells_of(gray: Gray, corners: NDArray[np.float32], layout: Layout) -> tuple[NDArray[np.float32], float]:
    """The cells of a line with these corners, (n, CELL_H, CELL_W), ink bright, and how much they look like letters.

    The second is the mean correlation of each cell with the sign it is most like, -1..1.
    """
    strip = _strip(gray, corners, layout.width)
    grid = _grid(strip, layout.width)
    best, quality = (0.0, 0.0, 1.0), -1.0
    for steps in (_UPRIGHT, _ASIDE):
        start = best
        for aside, down, taller in steps:
            tried = (start[0] + aside, start[1] + down, start[2] * taller)
            found = float(scores(_cut(strip, layout.width, grid, tried), thorough=False).max(axis=1).mean())
            if found > quality:
                best, quality = tried, found
    return _cut(strip, layout.width, grid, best), quality


_UPRIGHT = tuple((0.0, down, taller) for taller, down in product((1.0, 0.9, 1.1), (0.0, -2.0, 2.0, -4.0, 4.0)))
_ASIDE = tuple((aside, 0.0, taller) for aside, taller in product((0.0, -1.5, 1.5, -3.0, 3.0), (1.0, 0.95, 1.05)))


def _grid(strip: NDArray[np.float32], count: int) -> np.poly1d:
    """Middle of the cell with number k, in pixels of the strip: a parabola through the middles of what stands alone.

    A parabola, because what is left of the perspective bends an even pitch a little.
    """
    even = np.poly1d([CELL_W, (_MARGIN + 0.5) * CELL_W])
    rows = strip[int((_ROOM_H - CAPITAL_H) / 2) : int((_ROOM_H + CAPITAL_H) / 2)]
    ink = cv2.GaussianBlur(rows.mean(axis=0)[None, :], (0, 0), 1.2)[0]
    inked = np.concatenate([[False], ink > 0.3 * np.percentile(ink, 85), [False]])
    edges = np.flatnonzero(inked[1:] != inked[:-1])
    runs = edges.reshape(-1, 2)
    alone = runs[(runs[:, 1] - runs[:, 0] >= 3) & (runs[:, 1] - runs[:, 0] <= 1.05 * CELL_W)]
    middles = alone.mean(axis=1) - 0.5
    fit = even
    for degree, near in ((1, 0.45), (2, 0.35), (2, 0.2)):
        numbers = np.round((middles - fit(0)) / CELL_W) if fit is even else _nearest(fit, middles, count)
        good = (np.abs(middles - fit(numbers)) <= near * CELL_W) & (numbers >= 0) & (numbers < count)
        if good.sum() < count // 2:
            return fit
        fit = np.poly1d(np.polyfit(numbers[good], middles[good], degree))
    return fit


def _nearest(fit: np.poly1d, middles: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """The number of the cell that each of these lies nearest to."""
    numbers = np.arange(-1, count + 1)
    nearest = np.abs(middles[:, None] - fit(numbers)[None, :]).argmin(axis=1)
    return np.asarray(numbers[nearest], np.float64)


def _strip(gray: Gray, corners: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """The line, level, with room around it, ink bright and evenly lit."""
    left, right = (_MARGIN + _INK) * CELL_W, (_MARGIN + count - _INK) * CELL_W
    top = (_ROOM_H - CAPITAL_H) / 2
    there = np.array([(left, top), (right, top), (right, top + CAPITAL_H), (left, top + CAPITAL_H)], np.float32)
    flatten = cv2.getPerspectiveTransform(corners, there)
    size = (int((count + 2 * _MARGIN) * CELL_W), _ROOM_H)
    level = cv2.warpPerspective(gray, flatten, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    level = cv2.GaussianBlur(level, (0, 0), 0.9)
    paper = cv2.morphologyEx(level, cv2.MORPH_CLOSE, np.ones((CELL_H, CELL_W * 2), np.uint8))
    paper = cv2.GaussianBlur(paper, (0, 0), 8)
    return np.clip(1.0 - level.astype(np.float32) / np.maximum(paper.astype(np.float32), 1.0), 0.0, 1.0)


def _cut(
    strip: NDArray[np.float32], count: int, grid: np.poly1d, moved: tuple[float, float, float]
) -> NDArray[np.float32]:
    """Cells by a grid, moved aside and down by pixels, and taller by a factor about the middle of the line."""
    aside, down, taller = moved
    columns = (np.arange(count * CELL_W) + 0.5) / CELL_W - 0.5
    across = np.asarray(grid(columns) + aside, np.float32)
    upright = np.asarray(_ROOM_H / 2 - 0.5 + down + taller * (np.arange(CELL_H) - (CELL_H - 1) / 2), np.float32)
    map_x = np.repeat(across[None, :], CELL_H, axis=0)
    map_y = np.repeat(upright[:, None], len(across), axis=1)
    row = cv2.remap(strip, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(row.reshape(CELL_H, count, CELL_W).transpose(1, 0, 2), np.float32)
