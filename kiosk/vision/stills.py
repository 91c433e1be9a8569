"""Faces in single pictures: portraits given as files, pictures to evaluate, landmarks for the synthetic camera. Follows nobody.

MediaPipe's detector looks at a small copy of the whole picture, so it misses faces that fill it or are small in it. When it
finds none, parts of the picture are tried: with a border around, the middle, four large and nine small parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from kiosk.domain.errors import Code, ModelError
from kiosk.domain.face import Box, Face, Pixels
from kiosk.vision.geometry import face_of
from kiosk.vision.mediapipe_parts import Landmarker, Mode
from kiosk.vision.tracker import nearest_first, to_rgb

MAX_FACES = 4

MAX_SIDE = 1600
"""Larger pictures are made smaller to look for faces; coordinates come back in pixels of the original."""

_SAME_OVERLAP = 0.3


@dataclass(frozen=True, slots=True)
class _View:
    """A part of the picture, and how to get back from it: original = part * scale + (x, y)."""

    pixels: Pixels
    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0


class StillTracker:
    """Open once, many pictures. Made, used and closed on one thread.

    Args:
        task: the ``face_landmarker.task`` file, whose hash was checked.

    Raises:
        ModelError: MediaPipe, a system library or the file is missing or broken.
    """

    def __init__(self, task: Path) -> None:
        self._landmarker: Landmarker | None = Landmarker(task, mode=Mode.IMAGE, faces=MAX_FACES)

    def look_at_picture(self, pixels: Pixels) -> tuple[Face, ...]:
        """All faces of a BGR picture, largest first, in its own pixels; empty where none is found.

        Raises:
            ModelError: MediaPipe failed, or this was closed.
        """
        if pixels.size == 0:
            return ()
        small, scale = _reduced(pixels)
        found: list[Face] = []
        for views in _tries(small):
            for view in views:
                found += [face for face in self._find(view) if not _is_among(face, found)]
            if found:
                break
        return tuple(_scaled(face, scale) for face in nearest_first(found))

    def close(self) -> None:
        """Free MediaPipe. Safe to call twice."""
        landmarker, self._landmarker = self._landmarker, None
        if landmarker is not None:
            landmarker.close()

    def _find(self, view: _View) -> list[Face]:
        if self._landmarker is None:
            raise ModelError(Code.VISION_STOPPED, "the picture tracker was closed")
        height, width = view.pixels.shape[:2]
        meshes = self._landmarker.find(to_rgb(view.pixels))
        faces = [face_of(mesh, width=width, height=height) for mesh in meshes]
        return [_moved(_scaled(face, view.scale), view.x, view.y) for face in faces if face.is_sane]


def _tries(pixels: Pixels) -> Iterator[tuple[_View, ...]]:
    """What to look at, one group after the other until a face is found."""
    height, width = pixels.shape[:2]
    yield (_View(pixels),)
    border_x, border_y = width // 3, height // 3
    padded = cv2.copyMakeBorder(pixels, border_y, border_y, border_x, border_x, cv2.BORDER_REPLICATE)
    yield (_View(padded, -border_x, -border_y),)  # type: ignore[arg-type]
    yield (_part(pixels, 0.25, 0.2),)
    yield tuple(_part(pixels, x, y) for y in (0.0, 0.4) for x in (0.0, 0.4))
    yield tuple(_part(pixels, x, y, 0.4) for y in (0.0, 0.3, 0.6) for x in (0.0, 0.3, 0.6))


def _part(pixels: Pixels, x: float, y: float, share: float = 0.6) -> _View:
    """A part of the picture whose corner and size are shares of it."""
    height, width = pixels.shape[:2]
    left, top = int(x * width), int(y * height)
    right, bottom = min(width, left + max(1, int(share * width))), min(height, top + max(1, int(share * height)))
    return _View(np.ascontiguousarray(pixels[top:bottom, left:right]), left, top)


def _reduced(pixels: Pixels) -> tuple[Pixels, float]:
    """At most :data:`MAX_SIDE` long, and the factor back."""
    longest = max(pixels.shape[:2])
    if longest <= MAX_SIDE:
        return pixels, 1.0
    factor = MAX_SIDE / longest
    size = (max(1, round(pixels.shape[1] * factor)), max(1, round(pixels.shape[0] * factor)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), 1.0 / factor  # type: ignore[return-value]


def _scaled(face: Face, factor: float) -> Face:
    if factor == 1.0:
        return face
    box = face.box
    return replace(
        face,
        box=Box(box.x * factor, box.y * factor, box.width * factor, box.height * factor),
        landmarks=face.landmarks * np.float32(factor),
        interocular_px=face.interocular_px * factor,
    )


def _moved(face: Face, x: float, y: float) -> Face:
    box = Box(face.box.x + x, face.box.y + y, face.box.width, face.box.height)
    return replace(face, box=box, landmarks=face.landmarks + np.array([x, y, 0], dtype=np.float32))


def _is_among(face: Face, found: list[Face]) -> bool:
    return any(face.box.overlap(other.box) > _SAME_OVERLAP for other in found)
