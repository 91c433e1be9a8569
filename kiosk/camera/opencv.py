"""OpenCV's video input, prepared: silent, with time limits, and without its exceptions. Must not know any camera."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import cast

import cv2

from kiosk.domain.face import Pixels

_ENVIRONMENT = {
    "OPENCV_FFMPEG_LOGLEVEL": "-8",  # ffmpeg writes addresses with their login to stderr
    "OPENCV_LOG_LEVEL": "SILENT",
    "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT": "2",  # seconds a V4L2 read waits for a frame; 10 unless told
    "OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS": "0",  # opening takes many seconds with them
}
_CAPTURE_OPTIONS = "OPENCV_FFMPEG_CAPTURE_OPTIONS"
_options_lock = threading.Lock()


def prepare() -> None:
    """Make OpenCV silent and impatient; call before any capture is opened. Cheap to call again; any thread."""
    for key, value in _ENVIRONMENT.items():
        os.environ.setdefault(key, value)
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


@contextmanager
def capture_options(options: str) -> Iterator[None]:
    """Options (``key;value|key;value``) for a stream opened inside; ffmpeg takes them from the environment and nowhere else.

    Where the process's environment does not reach ffmpeg (some Windows builds), its defaults serve as well: rtsp over TCP.
    """
    with _options_lock:
        before = os.environ.get(_CAPTURE_OPTIONS)
        os.environ[_CAPTURE_OPTIONS] = options
        try:
            yield
        finally:
            if before is None:
                del os.environ[_CAPTURE_OPTIONS]
            else:
                os.environ[_CAPTURE_OPTIONS] = before


class Capture:
    """One open ``cv2.VideoCapture`` as a :class:`~kiosk.camera.live.Device`. One thread at a time."""

    def __init__(self, source: str | int, backend: int, parameters: Sequence[int] = ()) -> None:
        """Open it; ``opened`` tells how that went."""
        prepare()
        self._capture = cv2.VideoCapture(source, backend, list(parameters))

    @property
    def opened(self) -> bool:
        """Whether there is a source."""
        return bool(self._capture.isOpened())

    def get(self, key: int) -> float:
        """A ``cv2.CAP_PROP_*``; 0 where unknown."""
        return float(self._capture.get(key))

    def set(self, key: int, value: float) -> None:
        """Ask for a ``cv2.CAP_PROP_*``; what cannot be had is left as it is."""
        self._capture.set(key, value)

    def grab(self) -> bool:
        """Advance to the next frame; False at the end, on a time limit and on a broken source."""
        try:
            return bool(self._capture.grab())
        except cv2.error:
            return False

    def retrieve(self) -> Pixels | None:
        """The grabbed frame, BGR uint8; None where it cannot be decoded."""
        try:
            done, raw = self._capture.retrieve()
        except cv2.error:
            return None
        if not done or raw is None or raw.size == 0:
            return None
        if raw.ndim == 2:
            raw = cv2.cvtColor(raw, cv2.COLOR_GRAY2BGR)
        return cast(Pixels, raw)

    def read(self) -> Pixels | None:
        """Next frame, BGR uint8, or None when the source ended."""
        return self.retrieve() if self.grab() else None

    def release(self) -> None:
        """Let go of the source. Safe to call twice."""
        self._capture.release()
