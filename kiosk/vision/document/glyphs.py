"""How alike is each cell of a straightened line to each of the 37 signs of OCR-B? Normalised correlation with drawn pictures.

The pictures come from ``assets/mrz/ocr_b.png`` (see its README); each is made a little bolder, thinner and more blurred, because
print and cameras do that. Made once, any thread may ask.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.details.mrz import SIGNS
from kiosk.paths import resource

CELL_W, CELL_H = 20, 28
"""Of a straightened cell, pixels; a capital is :data:`CAPITAL_H` tall and stands in the middle."""

CAPITAL_H = 19.7
_BLURS = (0.6, 1.4, 2.3)
_SHIFTS = (-1.5, 0.0, 1.5)

Scores = NDArray[np.float32]
"""(cells, 37): correlation -1..1 of each cell with each sign."""


def sheet() -> NDArray[np.float32]:
    """(37, 56, 40) float32, 0 paper .. 1 ink: the signs as they are drawn."""
    content = np.frombuffer(resource("assets/mrz/ocr_b.png").read_bytes(), np.uint8)
    drawn: NDArray[np.uint8] = np.asarray(cv2.imdecode(content, cv2.IMREAD_GRAYSCALE), np.uint8)
    cells = np.stack(np.split(drawn, len(SIGNS), axis=1))
    return (255 - cells).astype(np.float32) / 255.0


def normalised(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, pixels): mean 0, length 1; an even cell becomes all zeros."""
    flat = cells.reshape(len(cells), -1).astype(np.float32)
    flat = flat - flat.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(flat, axis=1, keepdims=True)
    return np.asarray(np.where(lengths > 1e-3, flat / np.maximum(lengths, 1e-6), 0.0), np.float32)


@cache
def _pictures(*, shifted: bool) -> tuple[NDArray[np.float32], int]:
    """(pixels, variants * 37) and the number of variants, ordered by variant, then sign."""
    variants: list[NDArray[np.float32]] = []
    drawn = sheet()
    kernel = np.ones((3, 3), np.uint8)
    weights = [drawn, np.stack([cv2.dilate(cell, kernel) for cell in drawn])] if shifted else [drawn]
    shifts = [(x, y) for x in _SHIFTS for y in _SHIFTS] if shifted else [(0.0, 0.0)]
    for cells in weights:
        for blur in _BLURS:
            for x, y in shifts:
                move = np.array([[1, 0, 2 * x], [0, 1, 2 * y]], np.float32)
                made = [cv2.GaussianBlur(cv2.warpAffine(cell, move, (40, 56)), (0, 0), 2 * blur) for cell in cells]
                small = [cv2.resize(cell, (CELL_W, CELL_H), interpolation=cv2.INTER_AREA) for cell in made]
                variants.append(normalised(np.stack(small)))
    return np.concatenate(variants).T.copy(), len(variants)


def scores(cells: NDArray[np.float32], *, thorough: bool) -> Scores:
    """Each cell against each sign: the best of all variants.

    Args:
        cells: (n, :data:`CELL_H`, :data:`CELL_W`), ink bright.
        thorough: also shifted and bolder pictures; without, for finding the grid.
    """
    pictures, variants = _pictures(shifted=thorough)
    found = normalised(cells) @ pictures
    return np.asarray(found.reshape(len(cells), variants, len(SIGNS)).max(axis=1), np.float32)
