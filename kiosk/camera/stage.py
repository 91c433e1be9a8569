"""A camera that looks at scenes: endless, paced like a real one, an empty room until told otherwise."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from kiosk.camera.synthetic import FPS, HEIGHT, WIDTH, EmptyRoom, Scene
from kiosk.domain.errors import CameraError, Code
from kiosk.domain.face import Frame
from kiosk.domain.ports import CameraInfo, Clock


class Stage:
    """A :class:`~kiosk.domain.ports.Camera`. One thread opens, reads and closes; any thread may call :meth:`play`.

    Args:
        clock: gives the frames' times while paced.
        paced: False gives a frame whenever asked, at times 1/30 s apart (for tests and measurements).
    """

    def __init__(
        self,
        clock: Clock,
        scene: Scene | None = None,
        *,
        paced: bool = True,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Nothing is drawn before :meth:`open`."""
        self._clock = clock
        self._paced = paced
        self._sleep = sleep
        self._lock = threading.Lock()
        self._scene: Scene | None = scene
        self._began_ms: float | None = None
        self._next_ms: float | None = None
        self._seq = 0
        self._is_open = False

    def play(self, scene: Scene) -> None:
        """Look at this from the next frame on; its time starts there."""
        with self._lock:
            self._scene = scene
            self._began_ms = None

    def open(self) -> CameraInfo:
        """See :class:`~kiosk.domain.ports.Camera`."""
        with self._lock:
            if self._scene is None:
                self._scene = EmptyRoom()
            self._began_ms = None
        self._seq = 0
        self._is_open = True
        if self._paced or self._next_ms is None:
            self._next_ms = self._clock.mono_ms()
        return CameraInfo("synthetic:", "synthetic camera", WIDTH, HEIGHT, FPS)

    def read(self) -> Frame | None:
        """See Camera. Late frames are not made up for.

        Raises:
            CameraError: it is not open.
        """
        if not self._is_open or self._next_ms is None:
            raise CameraError(Code.CAMERA_LOST, "the synthetic camera is not open")
        if self._paced:
            ahead_ms = self._next_ms - self._clock.mono_ms()
            if ahead_ms > 0:
                self._sleep(ahead_ms / 1000.0)
            else:
                self._next_ms -= ahead_ms
        now_ms = self._next_ms
        self._next_ms = now_ms + 1000.0 / FPS
        with self._lock:
            scene = self._scene
            if self._began_ms is None:
                self._began_ms = now_ms
            began_ms = self._began_ms
        assert scene is not None
        pixels = scene.render(now_ms - began_ms)
        pixels.flags.writeable = False
        frame = Frame(pixels, self._seq, now_ms)
        self._seq += 1
        return frame

    def close(self) -> None:
        """See Camera."""
        self._is_open = False
