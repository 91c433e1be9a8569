"""A clip or a folder of stills as a camera: its own pace against the clock, late frames passed over as a real camera would."""

from __future__ import annotations

import time
from collections.abc import Callable

from kiosk.camera.pixels import Numbering, fitted_size
from kiosk.camera.reels import Reel, open_reel
from kiosk.camera.uri import Replay
from kiosk.domain.errors import CameraError, Code
from kiosk.domain.face import Frame, Pixels
from kiosk.domain.ports import CameraInfo, Clock


class ReplayCamera:
    """A :class:`~kiosk.domain.ports.Camera`. One thread opens, reads and closes.

    Args:
        spec: what to play, and how.
        clock: the time.
        paced: True waits until each frame is due and passes over those that are late; False gives every frame at once, with
            ``mono_ms`` as if they had come in time, so that the same clip gives the same frames on any machine.
        sleep: waits, seconds.
    """

    def __init__(
        self, spec: Replay, clock: Clock, *, paced: bool = True, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._spec, self._clock, self._paced, self._sleep = spec, clock, paced, sleep
        self._numbering = Numbering()
        self._reel: Reel | None = None
        self._waiting: float | None = None  # when the frame that the reel stands at is due
        self._start_ms: float | None = None
        self._round_ms = self._last_offset = 0.0
        self._ended = False
        self.skipped = 0

    def open(self) -> CameraInfo:
        """Open the files and look at the first frame.

        Raises:
            InputError: ``file_missing``, ``folder_empty``.
            CameraError: ``clip_unreadable``, ``clip_empty``; the code of the first picture of a folder where it is bad.
        """
        self.close()
        self._numbering.restart()
        reel = open_reel(self._spec.path, self._spec.fps)
        try:
            height, width = self._first(reel).shape[:2]
        except CameraError:
            reel.close()
            raise
        self._reel, self._ended = reel, False
        self._waiting, self._start_ms, self._round_ms = 0.0, None, 0.0
        width, height = fitted_size(width, height)
        return CameraInfo(self._spec.uri, self._spec.path.name, width, height, reel.fps, finite=not self._spec.loop)

    def read(self) -> Frame | None:
        """Next frame, when it is due; None once the clip has ended.

        Raises:
            CameraError: not open; a frame that cannot be read.
        """
        if self._reel is None:
            raise CameraError(Code.CAMERA_LOST, f"{self._spec.uri}: not open")
        if self._start_ms is None:
            now, period = self._clock.mono_ms(), 1000 / self._reel.fps
            self._start_ms = now if self._paced else max(now, self._numbering.last_ms + period)
        while (offset := self._next_offset(self._reel)) is not None:
            due = self._start_ms + offset
            if not self._paced:
                return self._frame(self._reel, due)
            now = self._clock.mono_ms()
            if now - due < 1000 / self._reel.fps:
                if due > now:
                    self._sleep((due - now) / 1000)
                return self._frame(self._reel, self._clock.mono_ms())
            self.skipped += 1
        return None

    def close(self) -> None:
        """Let go of the files."""
        if self._reel is not None:
            self._reel.close()
            self._reel = None

    def _first(self, reel: Reel) -> Pixels:
        if reel.advance() is None:
            raise CameraError(Code.CLIP_EMPTY, self._spec.path.name)
        return reel.picture()

    def _next_offset(self, reel: Reel) -> float | None:
        """Go to the next frame; milliseconds from the first frame of the first round, None at the end."""
        if self._ended:
            return None
        offset, self._waiting = self._waiting, None
        if offset is None:
            offset = reel.advance()
        if offset is None and self._spec.loop:
            reel.rewind()
            self._round_ms = self._last_offset + 1000 / reel.fps
            offset = reel.advance()
        if offset is None:
            self._ended = True
            return None
        self._last_offset = self._round_ms + offset
        return self._last_offset

    def _frame(self, reel: Reel, mono_ms: float) -> Frame:
        pixels = reel.picture()
        return self._numbering.frame(pixels[:, ::-1] if self._spec.mirror else pixels, mono_ms)
