"""What every frame of every camera has in common: colour order, largest size, read-only, numbering. Knows no device."""

from __future__ import annotations

import zlib
from typing import cast

import cv2
import numpy as np

from kiosk.domain.face import Frame, Pixels

MAX_SIDE = 1920
"""Long side of a frame, pixels: more helps no face and costs every stage."""

MAX_PIXELS = 40_000_000
"""A picture of more is refused before it is decoded."""


def fitted_size(width: int, height: int) -> tuple[int, int]:
    """(width, height) with the long side at most :data:`MAX_SIDE`, same shape."""
    scale = MAX_SIDE / max(width, height)
    return (width, height) if scale >= 1 else (max(1, round(width * scale)), max(1, round(height * scale)))


def fitted(pixels: Pixels) -> Pixels:
    """The same picture, shrunk to :data:`MAX_SIDE` where it is larger; BGR uint8 (height, width, 3)."""
    height, width = pixels.shape[:2]
    size = fitted_size(width, height)
    return pixels if size == (width, height) else cast(Pixels, cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))


def frozen(pixels: Pixels) -> Pixels:
    """Contiguous, fitted and read-only."""
    kept = np.ascontiguousarray(fitted(pixels))
    kept.flags.writeable = False
    return kept


def mark_of(pixels: Pixels) -> int:
    """A number that is the same for the same picture; of every fourth row, for a real camera's noise is everywhere."""
    return zlib.crc32(np.ascontiguousarray(pixels[::4]).data)


class Numbering:
    """Makes frames: ``seq`` from 0 in each opening, ``mono_ms`` strictly rising for as long as the camera exists."""

    def __init__(self) -> None:
        self._seq = 0
        self._last_ms = -np.inf

    def restart(self) -> None:
        """The camera was opened (again)."""
        self._seq = 0

    def frame(self, pixels: Pixels, mono_ms: float, *, doubt: str = "") -> Frame:
        """The next frame, taken at ``mono_ms``; a clock too coarse to tell two frames apart is helped by a microsecond.

        ``doubt`` is what speaks against the stream that it comes from.
        """
        self._last_ms = mono_ms if mono_ms > self._last_ms else self._last_ms + 0.001
        frame = Frame(frozen(pixels), self._seq, float(self._last_ms), doubt)
        self._seq += 1
        return frame

    @property
    def last_ms(self) -> float:
        """``mono_ms`` of the newest frame, minus infinity before the first."""
        return float(self._last_ms)
