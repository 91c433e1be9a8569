"""Faces followed from frame to frame: MediaPipe in VIDEO mode, and our own track numbers. Judges nothing.

A face keeps its number only while it is seen again soon and near where it was; whoever stands there after a gap or a jump gets
a new number, so that evidence gathered for one track is never used for another face.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from kiosk.domain.errors import Code, ModelError
from kiosk.domain.face import Box, Face, Frame, Pixels, TrackId
from kiosk.vision.geometry import face_of
from kiosk.vision.mediapipe_parts import Landmarker, Mode

MAX_FACES = 2
"""The person and a bystander: a third face changes no decision."""

MAX_GAP_MS = 500.0
"""A face that was away longer is a new one."""

MAX_JUMP = 0.5
"""How far the centre may move between two sightings, in widths of the face."""

MAX_GROWTH = 1.6
"""How much wider or narrower a face may become between two sightings."""


class Tracker:
    """Follows at most two faces. Made, used and closed on one thread.

    Args:
        task: the ``face_landmarker.task`` file, whose hash was checked.

    Raises:
        ModelError: MediaPipe, a system library or the file is missing or broken.
    """

    def __init__(self, task: Path) -> None:
        self._landmarker = Landmarker(task, mode=Mode.VIDEO, faces=MAX_FACES)
        self._tracks = Tracks()
        self._base_ms: float | None = None
        self._stamp = -1
        self._size = (0, 0)

    def follow(self, frame: Frame) -> tuple[Face, ...]:
        """Faces of the next frame, nearest (largest) first. A face with broken geometry stays in, as such.

        Raises:
            ModelError: MediaPipe failed.
        """
        if (frame.width, frame.height) != self._size:
            self._size = (frame.width, frame.height)
            self._tracks.forget()
        meshes = self._landmarker.follow(to_rgb(frame.pixels), self._next_stamp(frame.mono_ms))
        faces = [face_of(mesh, width=frame.width, height=frame.height) for mesh in meshes]
        return self._tracks.assign(nearest_first(faces), frame.mono_ms)

    def forget(self) -> None:
        """The next face is a new one, whoever it is."""
        self._tracks.forget()

    def close(self) -> None:
        """Free MediaPipe. Safe to call twice."""
        self._landmarker.close()

    def _next_stamp(self, mono_ms: float) -> int:
        """Whole milliseconds since the first frame; always later than the last, as VIDEO mode demands."""
        if self._base_ms is None:
            self._base_ms = mono_ms
        self._stamp = max(self._stamp + 1, int(mono_ms - self._base_ms))
        return self._stamp


@dataclass(frozen=True, slots=True)
class _Track:
    number: TrackId
    box: Box
    seen_ms: float


class Tracks:
    """Which face is which over time, from their boxes alone. Numbers are never used again."""

    def __init__(self) -> None:
        self._tracks: list[_Track] = []
        self._last = 0

    def assign(self, faces: Sequence[Face], mono_ms: float) -> tuple[Face, ...]:
        """The same faces in the same order, with their track numbers."""
        alive = [t for t in self._tracks if 0 <= mono_ms - t.seen_ms <= MAX_GAP_MS]
        pairs = sorted(
            ((closeness(t.box, f.box), i, t) for i, f in enumerate(faces) for t in alive if is_same(t.box, f.box)),
            key=lambda pair: pair[0],
        )
        numbers: dict[int, TrackId] = {}
        for _, index, track in pairs:
            if index not in numbers and track.number not in numbers.values():
                numbers[index] = track.number
        named = tuple(replace(f, track=numbers.get(i) or self._new()) for i, f in enumerate(faces))
        seen = {f.track for f in named}
        self._tracks = [t for t in alive if t.number not in seen]
        self._tracks += [_Track(f.track, f.box, mono_ms) for f in named if f.is_sane]
        return named

    def forget(self) -> None:
        """End all tracks."""
        self._tracks = []

    def _new(self) -> TrackId:
        self._last += 1
        return TrackId(self._last)


def closeness(old: Box, new: Box) -> float:
    """Distance of the centres in widths of the face; 0 is the same place."""
    (x0, y0), (x1, y1) = old.centre, new.centre
    return math.hypot(x1 - x0, y1 - y0) / max((old.width + new.width) / 2, 1e-6)


def is_same(old: Box, new: Box) -> bool:
    """Whether a face could have moved from one box to the other between two sightings."""
    if not new.is_sane:
        return False
    growth = max(old.width / new.width, new.width / old.width)
    return closeness(old, new) <= MAX_JUMP and growth <= MAX_GROWTH


def nearest_first(faces: Sequence[Face]) -> list[Face]:
    """Largest box first; faces with broken geometry last."""
    return sorted(faces, key=lambda f: -f.box.width * f.box.height if f.box.is_sane else 0.0)


def to_rgb(pixels: Pixels) -> Pixels:
    """BGR to RGB, contiguous.

    Raises:
        ModelError: not a BGR picture.
    """
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or pixels.size == 0:
        raise ModelError(Code.MODEL_BROKEN, f"a frame that is not BGR, 8 bit: {pixels.shape} {pixels.dtype}")
    return cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)  # type: ignore[return-value]
