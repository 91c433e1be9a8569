"""Keeps a camera running: opens it, reads it, notices that it hangs or vanished, and opens it again with backoff.

A read that hangs cannot be interrupted from Python, so the thread that hangs is abandoned (its frames no longer count) and
another one opens the device anew; a few such threads at most, then the worker waits for one of them to come back. Whatever
happens is a named state within ``stall_ms``; the last picture is never used again as if it were live.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.domain.errors import CameraError, Code, KioskError
from kiosk.domain.face import Frame
from kiosk.domain.ports import Camera, CameraInfo, Clock
from kiosk.station.mailbox import LatestSlot
from kiosk.station.snapshot import CameraState

logger = logging.getLogger(__name__)

STALL_MS = 1500.0
OPEN_MS = 8000.0
BACKOFF_MS = (250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0)
MAX_ABANDONED = 3


@dataclass(frozen=True, slots=True)
class CameraReport:
    """What the camera does now. ``error`` says why it does not stream; ``ended`` that a finite source is over."""

    state: CameraState
    info: CameraInfo | None = None
    error: KioskError | None = None
    ended: bool = False


class CameraWorker:
    """Owns the camera threads. ``check`` must be called every 200 ms or so by the supervisor.

    Args:
        make: builds the camera; called on a camera thread, once for each opening.
        slot: where frames go.
        report: told of each change of state, on whichever thread noticed it; must not block.
    """

    def __init__(
        self,
        make: Callable[[], Camera],
        slot: LatestSlot[Frame],
        clock: Clock,
        report: Callable[[CameraReport], None],
        *,
        stall_ms: float = STALL_MS,
    ) -> None:
        """Nothing happens before :meth:`start`."""
        self._make = make
        self._slot = slot
        self._clock = clock
        self._report = report
        self._stall_ms = stall_ms
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._generation = 0
        self._abandoned: list[threading.Thread] = []
        self._thread: threading.Thread | None = None
        self._state = CameraState.OPENING
        self._beat_ms = clock.mono_ms()
        self._failures = 0
        self._ended = False
        self._arrivals: deque[float] = deque(maxlen=60)

    def start(self) -> None:
        """Open the camera on a thread of its own; nothing where that was done before."""
        with self._lock:
            if self._thread is None and not self._stop.is_set():
                self._launch()

    def stop(self, timeout_s: float = 3.0) -> None:
        """Ask the threads to end and wait a little; one that hangs in a read is left to the end of the process."""
        self._stop.set()
        with self._lock:
            self._generation += 1
            threads = [*self._abandoned, *([self._thread] if self._thread else [])]
        for thread in threads:
            thread.join(timeout_s if thread is self._thread else 0.05)

    def check(self) -> None:
        """Abandon a reader that gives no sign of life."""
        with self._lock:
            self._abandoned = [thread for thread in self._abandoned if thread.is_alive()]
            if self._stop.is_set() or self._ended or self._thread is None:
                return
            quiet_ms = self._clock.mono_ms() - self._beat_ms
            limit = OPEN_MS if self._state is CameraState.OPENING else self._stall_ms
            if self._state is CameraState.STALLED:
                if len(self._abandoned) < MAX_ABANDONED:
                    self._launch()
                return
            if self._state not in {CameraState.OPENING, CameraState.STREAMING} or quiet_ms < limit:
                return
            logger.info("the camera gave no frame for %.0f ms; it is opened again", quiet_ms)
            self._generation += 1
            self._abandoned.append(self._thread)
            self._failures += 1
            self._state = CameraState.STALLED
        self._slot.clear()
        self._report(CameraReport(CameraState.STALLED, error=CameraError(Code.CAMERA_STALLED)))

    @property
    def fps(self) -> float:
        """Frames a second over the last frames; 0 while none come."""
        with self._lock:
            if len(self._arrivals) < 2 or self._state is not CameraState.STREAMING:
                return 0.0
            span = self._arrivals[-1] - self._arrivals[0]
            return (len(self._arrivals) - 1) * 1000.0 / span if span > 0 else 0.0

    def _launch(self) -> None:
        self._generation += 1
        self._state = CameraState.OPENING
        self._beat_ms = self._clock.mono_ms()
        self._thread = threading.Thread(target=self._run, args=(self._generation,), name="camera", daemon=True)
        self._thread.start()

    def _current(self, generation: int) -> bool:
        return generation == self._generation and not self._stop.is_set()

    def _run(self, generation: int) -> None:
        while self._current(generation):
            self._tell(generation, CameraReport(CameraState.OPENING))
            try:
                ended = self._stream(generation)
            except KioskError as error:
                self._lost(generation, error)
            except Exception as error:  # a driver may raise anything; the station says so and goes on
                logger.exception("the camera failed in an unknown way")
                self._lost(generation, CameraError(Code.CAMERA_LOST, type(error).__name__))
            else:
                if ended and self._current(generation):
                    with self._lock:
                        self._ended = True
                    self._tell(generation, CameraReport(CameraState.LOST, ended=True))
                return

    def _stream(self, generation: int) -> bool:
        """True when the source has ended by itself."""
        camera = self._make()
        try:
            info = camera.open()
            streaming = False
            while self._current(generation):
                frame = camera.read()
                if not self._current(generation):
                    return False
                if frame is None:
                    return True
                with self._lock:
                    self._beat_ms = self._clock.mono_ms()
                    self._arrivals.append(self._beat_ms)
                self._slot.put(frame)
                if not streaming:
                    streaming = True
                    state = CameraState.BACK if self._failures else CameraState.STREAMING
                    self._failures = 0
                    self._tell(generation, CameraReport(state, info=info))
            return False
        finally:
            camera.close()

    def _lost(self, generation: int, error: KioskError) -> None:
        if not self._current(generation):
            return
        self._slot.clear()
        pause_ms = BACKOFF_MS[min(self._failures, len(BACKOFF_MS) - 1)]
        self._failures += 1
        self._tell(generation, CameraReport(CameraState.LOST, error=error))
        self._stop.wait(pause_ms / 1000)

    def _tell(self, generation: int, report: CameraReport) -> None:
        with self._lock:
            if generation != self._generation:
                return
            self._state = CameraState.STREAMING if report.state is CameraState.BACK else report.state
            if report.state is CameraState.OPENING:
                self._beat_ms = self._clock.mono_ms()
            if report.state is not self._state or report.state is not CameraState.STREAMING:
                self._arrivals.clear()
        self._report(report)
