"""Somebody who is nobody: a drawn face before a wall, for pictures of the program that show no person."""

from __future__ import annotations

import cv2
import numpy as np

from kiosk.domain.face import Pixels

_FINER = 2
"""Drawn so many times larger and made smaller: smooth edges."""

Colour = tuple[int, int, int]

_WALL, _FLOOR_LIGHT = (214, 205, 196), (226, 219, 212)
_SKIN, _SHADE, _CHEEK = (150, 183, 226), (128, 162, 208), (140, 165, 226)
_HAIR, _BROW, _SHIRT, _COLLAR = (48, 56, 74), (52, 62, 82), (134, 96, 44), (160, 120, 62)
_WHITE, _IRIS, _LIP = (244, 246, 248), (70, 92, 110), (104, 104, 190)


def drawn_face(*, width: int = 1280, height: int = 720, share: float = 0.56) -> Pixels:
    """A head in the middle of the picture.

    Args:
        width, height: of the picture in pixels.
        share: of the height that the head takes, chin to crown.

    Returns:
        BGR, shape (height, width, 3), contiguous.
    """
    wide, high = width * _FINER, height * _FINER
    canvas = np.empty((high, wide, 3), np.uint8)
    fade = np.linspace(0.0, 1.0, high)[:, None, None]
    canvas[:] = (np.array(_FLOOR_LIGHT) * (1 - fade) + np.array(_WALL) * fade).astype(np.uint8)
    unit = high * share / 2.0
    middle, eyes = wide / 2.0, high * 0.5

    def at(x: float, y: float) -> tuple[int, int]:
        return round(middle + x * unit), round(eyes + y * unit)

    def oval(x: float, y: float, across: float, down: float, colour: Colour, turn: float = 0.0) -> None:
        axes = (round(across * unit), round(down * unit))
        cv2.ellipse(canvas, at(x, y), axes, turn, 0, 360, colour, -1, cv2.LINE_AA)

    def arc(x: float, y: float, size: tuple[float, float], span: tuple[int, int], colour: Colour, thick: float) -> None:
        axes = (round(size[0] * unit), round(size[1] * unit))
        cv2.ellipse(canvas, at(x, y), axes, 0, span[0], span[1], colour, round(thick * unit), cv2.LINE_AA)

    oval(0.0, -0.12, 0.86, 1.02, _HAIR)
    oval(-0.62, 0.42, 0.26, 0.56, _HAIR, 8)
    oval(0.62, 0.42, 0.26, 0.56, _HAIR, -8)
    oval(0.0, 2.32, 1.75, 1.05, _SHIRT)
    cv2.fillPoly(
        canvas, [np.array([at(-0.3, 0.7), at(0.3, 0.7), at(0.34, 1.42), at(-0.34, 1.42)])], _SHADE, cv2.LINE_AA
    )
    oval(0.0, 1.4, 0.36, 0.2, _SHADE)
    arc(0.0, 1.36, (0.42, 0.26), (10, 170), _COLLAR, 0.07)
    oval(0.0, 0.1, 0.7, 0.92, _SKIN)
    oval(-0.42, 0.36, 0.15, 0.1, _CHEEK)
    oval(0.42, 0.36, 0.15, 0.1, _CHEEK)
    cv2.ellipse(canvas, at(0.0, -0.42), (round(0.72 * unit), round(0.46 * unit)), 0, 180, 360, _HAIR, -1, cv2.LINE_AA)
    oval(-0.3, -0.46, 0.46, 0.2, _HAIR, -16)
    oval(0.34, -0.48, 0.42, 0.18, _HAIR, 14)
    for side in (-1.0, 1.0):
        oval(0.29 * side, 0.0, 0.135, 0.075, _WHITE)
        oval(0.29 * side, 0.0, 0.068, 0.072, _IRIS)
        oval(0.29 * side, 0.0, 0.032, 0.034, (20, 24, 28))
        oval(0.29 * side + 0.022, -0.024, 0.014, 0.014, _WHITE)
        arc(0.29 * side, 0.02, (0.15, 0.1), (195, 345), _BROW, 0.022)
        arc(0.29 * side, -0.08, (0.19, 0.11), (205, 335), _BROW, 0.05)
    arc(0.0, 0.26, (0.085, 0.06), (20, 160), _SHADE, 0.032)
    arc(0.0, 0.5, (0.22, 0.13), (15, 165), _LIP, 0.055)
    return np.ascontiguousarray(cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA))
