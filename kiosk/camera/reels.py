"""The two kinds of reel a replay can wind: a clip, and a folder of stills.

A reel knows when each of its frames is due, not what time it is.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Protocol

import cv2

from kiosk.camera.opencv import Capture
from kiosk.camera.pixels import MAX_PIXELS
from kiosk.camera.stills import PICTURE_SUFFIXES, check_file, read_picture
from kiosk.camera.uri import MAX_FPS
from kiosk.domain.errors import CameraError, Code, InputError
from kiosk.domain.face import Pixels

CLIP_FPS, STILLS_FPS = 30.0, 5.0
"""Pace where neither the source nor the caller says one."""

_SAMPLE = 4096


class Reel(Protocol):
    """Frames in order. One thread."""

    @property
    def fps(self) -> float:
        """Frames a second."""
        ...

    def advance(self) -> float | None:
        """Go to the next frame: when it is due, milliseconds after the first; None at the end."""
        ...

    def picture(self) -> Pixels:
        """The frame that :meth:`advance` went to, upright, BGR uint8.

        Raises:
            CameraError: it cannot be read.
        """
        ...

    def rewind(self) -> None:
        """Back to before the first frame."""
        ...

    def close(self) -> None:
        """Let go of the files. Safe to call twice."""
        ...


def open_reel(path: Path, fps: float | None) -> Reel:
    """The reel of a path; ``fps`` None for its own pace.

    Raises:
        InputError: ``file_missing``, ``folder_empty``.
        CameraError: ``clip_unreadable`` (no video, or text), ``clip_empty`` (no frame).
    """
    if path.is_dir():
        return Stills(_pictures_in(path), fps)
    check_file(path, wrong_kind=Code.CLIP_UNREADABLE)
    return Stills((path,), fps) if path.suffix.lower() in PICTURE_SUFFIXES else Clip(path, fps)


class Clip:
    """A video file. Its own pace is that of its time stamps, which webcams do not space evenly."""

    def __init__(self, path: Path, fps: float | None) -> None:
        """Open it; raises as :func:`open_reel`."""
        _sniff(path)
        self._path, self._asked = path, fps
        self._capture = self._open()
        claimed = self._capture.get(cv2.CAP_PROP_FPS)
        self._fps = fps or (claimed if math.isfinite(claimed) and 0 < claimed <= MAX_FPS else CLIP_FPS)
        self._number, self._due = -1, -math.inf

    @property
    def fps(self) -> float:
        """Asked for, else claimed by the file, else 30."""
        return self._fps

    def advance(self) -> float | None:
        """See :class:`Reel`."""
        if not self._capture.grab():
            return None
        self._number += 1
        period = 1000 / self._fps
        stamp = self._capture.get(cv2.CAP_PROP_POS_MSEC) if self._asked is None else math.nan
        if self._number == 0:
            self._due = 0.0
        elif math.isfinite(stamp) and 0 < stamp - self._due <= 1000:
            self._due = stamp
        else:
            self._due += period
        return self._due

    def picture(self) -> Pixels:
        """See :class:`Reel`."""
        pixels = self._capture.retrieve()
        if pixels is None:
            raise CameraError(Code.CLIP_UNREADABLE, f"{self._path.name}: frame {self._number}")
        return pixels

    def rewind(self) -> None:
        """See :class:`Reel`. Opens the file again: seeking is exact for few formats."""
        self._capture.release()
        self._capture = self._open()
        self._number, self._due = -1, -math.inf

    def close(self) -> None:
        """See :class:`Reel`."""
        self._capture.release()

    def _open(self) -> Capture:
        # Absolute, so that a name with a colon is not taken for a protocol.
        capture = Capture(str(self._path.absolute()), cv2.CAP_FFMPEG)
        size = (
            capture.get(cv2.CAP_PROP_FRAME_WIDTH) * capture.get(cv2.CAP_PROP_FRAME_HEIGHT)
            if capture.opened
            else math.nan
        )
        if not size <= MAX_PIXELS:
            capture.release()
            raise CameraError(Code.CLIP_UNREADABLE, self._path.name)
        capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)
        return capture


class Stills:
    """Picture files in the given order, at an even pace; sizes may differ."""

    def __init__(self, paths: tuple[Path, ...], fps: float | None) -> None:
        self._paths = paths
        self._fps = fps or STILLS_FPS
        self._number = -1

    @property
    def fps(self) -> float:
        """Asked for, else 5."""
        return self._fps

    def advance(self) -> float | None:
        """See :class:`Reel`."""
        if self._number + 1 >= len(self._paths):
            return None
        self._number += 1
        return self._number * 1000 / self._fps

    def picture(self) -> Pixels:
        """See :class:`Reel`. Keeps the code of a bad picture (``picture_damaged`` …)."""
        try:
            return read_picture(self._paths[self._number])
        except InputError as error:
            raise CameraError(error.code, error.detail) from error

    def rewind(self) -> None:
        """See :class:`Reel`."""
        self._number = -1

    def close(self) -> None:
        """See :class:`Reel`. Nothing stays open."""


def _pictures_in(folder: Path) -> tuple[Path, ...]:
    try:
        found = sorted(
            p for p in folder.iterdir() if p.suffix.lower() in PICTURE_SUFFIXES and not p.name.startswith(".")
        )
    except OSError as error:
        raise InputError(Code.FILE_MISSING, f"{folder.name}: cannot be read") from error
    if not found:
        raise InputError(Code.FOLDER_EMPTY, folder.name)
    return tuple(found)


def _sniff(path: Path) -> None:
    """Refuse an empty file, and text: ffmpeg plays text as a terminal session and follows play lists to other files."""
    try:
        with path.open("rb") as file:
            sample = file.read(_SAMPLE)
    except OSError as error:
        raise InputError(Code.FILE_MISSING, f"{path.name}: cannot be read") from error
    if not sample:
        raise CameraError(Code.CLIP_EMPTY, f"{path.name}: an empty file")
    if not any(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in sample):
        raise CameraError(Code.CLIP_UNREADABLE, f"{path.name}: text, not a video")
