"""A camera by script, for tests of what stands behind a camera: gives frames, hangs in a read, raises, ends."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from enum import Enum

import numpy as np

from kiosk.domain.errors import CameraError, Code, KioskError
from kiosk.domain.face import Frame, Pixels
from kiosk.domain.ports import CameraInfo


class Cue(Enum):
    """What a read does instead of giving a frame."""

    HANG = "hang"
    """Blocks until :meth:`FakeCamera.release` or ``close``, then goes on with the next step."""


Step = Pixels | Cue | KioskError


class FakeCamera:
    """Plays its script from the start in each opening; after the last step it has ended.

    Args:
        script: what each read does: pixels to give, an error to raise, a cue.
        open_errors: what the first openings raise, one each; None for one that works.
        finite: what :class:`CameraInfo` claims.
        period_ms: ``mono_ms`` between frames, counted from ``start_ms`` over all openings.
    """

    def __init__(
        self,
        script: Sequence[Step],
        *,
        open_errors: Sequence[KioskError | None] = (),
        finite: bool = True,
        period_ms: float = 33.0,
        start_ms: float = 1000.0,
    ) -> None:
        self.script = list(script)
        self.open_errors = list(open_errors)
        self.finite = finite
        self.opened = 0
        self.closed = 0
        self.hanging = threading.Event()
        self._released = threading.Event()
        self._period_ms, self._now_ms = period_ms, start_ms
        self._is_open = False
        self._step = self._seq = 0

    def open(self) -> CameraInfo:
        self.opened += 1
        if self.open_errors and (error := self.open_errors.pop(0)) is not None:
            raise error
        self._is_open, self._step, self._seq = True, 0, 0
        self._released.clear()
        first = next((step for step in self.script if isinstance(step, np.ndarray)), np.zeros((240, 320, 3), np.uint8))
        return CameraInfo("fake:", "fake", first.shape[1], first.shape[0], 1000 / self._period_ms, self.finite)

    def read(self) -> Frame | None:
        if not self._is_open:
            raise CameraError(Code.CAMERA_LOST, "fake: not open")
        while self._step < len(self.script):
            step = self.script[self._step]
            self._step += 1
            if isinstance(step, KioskError):
                raise step
            if isinstance(step, Cue):
                self.hanging.set()
                self._released.wait()
                self._released.clear()
                self.hanging.clear()
                continue
            pixels = np.ascontiguousarray(step)
            pixels.flags.writeable = False
            self._now_ms += self._period_ms
            frame = Frame(pixels, self._seq, self._now_ms)
            self._seq += 1
            return frame
        return None

    def release(self) -> None:
        """Let a hanging read go on; from another thread."""
        self._released.set()

    def close(self) -> None:
        self.closed += 1
        self._is_open = False
        self._released.set()
