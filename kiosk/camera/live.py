"""One thread for one live source: it reads as fast as frames come and keeps the newest, so that nothing downstream ever sees an
old frame, and a read that hangs inside a driver hangs this thread and not the kiosk.

Must not open a source again by itself: that is the station's decision.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

from kiosk.camera.pixels import Numbering, mark_of
from kiosk.domain.errors import CameraError, Code
from kiosk.domain.face import Frame, Pixels
from kiosk.domain.ports import Clock
from kiosk.domain.stream import StreamWatch

logger = logging.getLogger(__name__)

STALL_S = 1.5
"""Seconds without a frame after which a source counts as stalled: the station must show it within 2."""


class Device(Protocol):
    """An open live source. Used by one thread."""

    def read(self) -> Pixels | None:
        """Next frame, BGR uint8; blocks until it comes; None when the source ended.

        Raises:
            CameraError: the source broke, with a detail worth telling.
        """
        ...

    def release(self) -> None:
        """Let go of the source."""
        ...


class FramePump:
    """Reads one device on its own thread.

    Args:
        connect: opens the device (on the pump's thread); raises :class:`CameraError`.
        clock: stamps frames on arrival.
        name: what to call the source in errors; never with a login.
        first_frame_s: how long opening may take, first frame included.
        stall_s: longest wait between frames.
        join_s: how long :meth:`stop` waits for a thread that hangs before it leaves it behind.
    """

    def __init__(
        self,
        connect: Callable[[], Device],
        clock: Clock,
        *,
        name: str,
        first_frame_s: float,
        stall_s: float = STALL_S,
        join_s: float = 2.0,
    ) -> None:
        self._connect, self._clock, self._name = connect, clock, name
        self._first_frame_s, self._stall_s, self._join_s = first_frame_s, stall_s, join_s
        self._changed = threading.Condition()
        self._latest: tuple[Pixels, float, str] | None = None
        self._arrived_at = self._quiet_since = 0.0
        self._failure: CameraError | None = None
        self._stopping = threading.Event()
        self._ended = False
        self.skipped = 0
        self._thread = threading.Thread(target=self._run, name="kiosk-camera-pump", daemon=True)

    def start(self) -> Pixels:
        """Open and wait for the first frame, which :meth:`take` will still give unless a newer one comes.

        Raises:
            CameraError: what opening said, or ``camera_cannot_open`` when no frame came in time. The pump is then stopped.
        """
        self._thread.start()
        with self._changed:
            self._changed.wait_for(lambda: self._latest is not None or self._ended, self._first_frame_s)
            if self._latest is not None:
                return self._latest[0]
            failure = self._failure
        self.stop()
        raise failure or CameraError(
            Code.CAMERA_CANNOT_OPEN, f"{self._name}: no picture within {self._first_frame_s:g} s"
        )

    def take(self) -> tuple[Pixels, float, str]:
        """The newest frame not taken yet, its time of arrival and what speaks against the stream; waits for one.

        Raises:
            CameraError: ``camera_stalled`` when none came for ``stall_s``; ``camera_lost``, or what the device said, at its end.
        """
        with self._changed:
            patience = max(0.0, self._quiet_since + self._stall_s - time.monotonic())
            self._changed.wait_for(lambda: self._latest is not None or self._ended, patience)
            taken, self._latest = self._latest, None
            if self._ended:
                raise self._failure or CameraError(Code.CAMERA_LOST, f"{self._name}: the stream ended")
            if taken is None or time.monotonic() - self._arrived_at > self._stall_s:
                self._quiet_since = time.monotonic()  # the next call waits again
                raise CameraError(Code.CAMERA_STALLED, f"{self._name}: no picture for {self._stall_s:g} s")
            return taken

    def stop(self) -> None:
        """Let go of the device. A thread that hangs is left behind; it lets go itself once its read comes back."""
        self._stopping.set()
        if self._thread.ident is None:
            return
        self._thread.join(self._join_s)
        if self._thread.is_alive():
            logger.warning("a camera read hangs and was left behind")

    def _run(self) -> None:
        try:
            device = self._connect()
        except CameraError as error:
            self._end(error)
            return
        try:
            self._pump(device)
        except CameraError as error:
            self._end(error)
        finally:
            device.release()
            self._end(None)

    def _pump(self, device: Device) -> None:
        watch = StreamWatch()
        while not self._stopping.is_set():
            pixels = device.read()
            if pixels is None:
                return
            now_ms = self._clock.mono_ms()
            doubt = watch.see(mark_of(pixels), now_ms)
            with self._changed:
                # The same picture once more shows that the device is there, and nothing else: nobody judges it twice.
                if doubt is not None or not watch.repeats:
                    self.skipped += self._latest is not None
                    self._latest = pixels, now_ms, doubt or ""
                self._arrived_at = self._quiet_since = time.monotonic()
                self._changed.notify_all()

    def _end(self, failure: CameraError | None) -> None:
        with self._changed:
            self._failure = self._failure or failure
            self._ended = True
            self._changed.notify_all()


class LiveCamera:
    """What a USB and an IP camera share once they are open: the pump's newest frame, numbered."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._numbering = Numbering()
        self._pump: FramePump | None = None
        self._skipped = 0
        self._doubt = ""

    @property
    def skipped(self) -> int:
        """Frames passed over because a newer one came first, over all openings."""
        return self._skipped + (self._pump.skipped if self._pump else 0)

    def read(self) -> Frame | None:
        """Newest frame; waits for one.

        Raises:
            CameraError: ``camera_stalled`` or ``camera_lost``.
        """
        if self._pump is None:
            raise CameraError(Code.CAMERA_LOST, f"{self._uri}: not open")
        pixels, mono_ms, doubt = self._pump.take()
        return self._numbering.frame(pixels, mono_ms, doubt=self._doubt or doubt)

    def close(self) -> None:
        """Let go of the source."""
        if self._pump is not None:
            self._pump.stop()
            self._skipped += self._pump.skipped
            self._pump = None
