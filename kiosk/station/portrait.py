"""The head of a still, as it is kept with the record."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.domain.face import Pixels
from kiosk.station.keeper import Evidence

MARGIN = 0.5
"""Of the face box's size, on each side."""


def head(encode: Callable[[Pixels], bytes]) -> Callable[[Pixels, Evidence], bytes]:
    """A function that cuts the head out of the best still and encodes it (``encode``: BGR uint8 -> JPEG)."""

    def cut(pixels: Pixels, evidence: Evidence) -> bytes:
        box = evidence.still.face.box
        height, width = pixels.shape[:2]
        left = max(0, int(box.x - MARGIN * box.width))
        top = max(0, int(box.y - MARGIN * box.height))
        right = min(width, int(box.x + (1 + MARGIN) * box.width) + 1)
        bottom = min(height, int(box.y + (1 + MARGIN) * box.height) + 1)
        return encode(pixels[top:bottom, left:right].copy())

    return cut
