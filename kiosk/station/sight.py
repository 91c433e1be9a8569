"""The vision thread of a station: prepared in the background, watched, replaced when it hangs, told what to do.

Missing weights are fetched first; what fails is told as vision's failure and tried again, the sources of weights no more often
than every half minute. Knows nothing of what the thread sees.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from kiosk.domain.errors import Code
from kiosk.domain.face import Frame
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.station.building import Building
from kiosk.station.jobs import failed
from kiosk.station.keeper import Locker
from kiosk.station.mailbox import LatestSlot
from kiosk.station.vision_worker import Command, VisionWorker

logger = logging.getLogger(__name__)

VISION_QUIET_MS = 3000.0
FILE_QUIET_MS = 20_000.0
"""Over a clip: nobody stands there, and a machine that is busy is only made busier by a second engine."""

PREPARE_AGAIN_MS = 30_000.0
"""Sources of weights that did not answer are not asked more often than this."""


class Sight:
    """Any thread may call.

    Args:
        tell: what start-up is busy with: a text's key and the share done.
        on_ready: the engine can look; on the vision thread.
    """

    def __init__(
        self,
        building: Building,
        *,
        frames: LatestSlot[Frame],
        locker: Locker,
        post: Callable[[ev.Event], None],
        tell: Callable[[str, float], None],
        on_ready: Callable[[], None],
    ) -> None:
        """Nothing is prepared yet."""
        self._b = building
        self._clock = building.clock
        self._frames = frames
        self._locker = locker
        self._post = post
        self._tell = tell
        self._on_ready = on_ready
        self._lock = threading.Lock()
        self._worker: VisionWorker | None = None
        self._stopped = False
        self._preparing = threading.Lock()
        self._not_before_ms = 0.0

    @property
    def ready(self) -> bool:
        """Whether it can look at somebody."""
        worker = self._now
        return worker is not None and worker.ready

    def do(self, command: Command) -> None:
        """Hand a command to the thread; nobody hears it where there is none."""
        worker = self._now
        if worker is not None:
            worker.do(command)

    def answered(self) -> None:
        """Let it go on to the next frame."""
        worker = self._now
        if worker is not None:
            worker.answered()

    def prepare(self) -> None:
        """Begin to fetch and to build, in the background; nothing where that is under way, or was tried a moment ago."""
        if self._clock.mono_ms() < self._not_before_ms:
            return
        if self._preparing.acquire(blocking=False):
            threading.Thread(target=self._prepare, name="prepare", daemon=True).start()

    def recheck(self) -> None:
        """Say that it works, or begin again."""
        worker = self._now
        if worker is not None and worker.ready and worker.alive:
            self._post(ev.PartBack(self._clock.mono_ms(), st.Part.VISION))
        else:
            self.prepare()

    def check(self) -> None:
        """Replace a thread that gives no sign of life. Called a few times a second."""
        worker = self._now
        quiet_ms = FILE_QUIET_MS if self._b.camera_waits else VISION_QUIET_MS
        if worker is None or not worker.ready or self._clock.mono_ms() - worker.beat_ms <= quiet_ms:
            return
        logger.error("the vision thread gave no sign of life for %.0f ms; it is replaced", quiet_ms)
        worker.abandon()
        with self._lock:
            self._worker = None
        self._post(ev.PartFailed(self._clock.mono_ms(), st.Part.VISION, Code.VISION_STOPPED))
        self.prepare()

    def stop(self) -> None:
        """End the thread."""
        with self._lock:
            self._stopped = True
            worker = self._worker
        if worker is not None:
            worker.stop()

    @property
    def _now(self) -> VisionWorker | None:
        with self._lock:
            return self._worker

    def _prepare(self) -> None:
        try:
            self._b.prepare(self._tell)
            self._tell("loading.vision", 1.0)
            worker = VisionWorker(
                self._b.make_vision,
                frames=self._frames,
                locker=self._locker,
                clock=self._clock,
                policy=self._b.policy,
                post=self._post,
                on_ready=self._on_ready,
            )
            with self._lock:
                old, self._worker = self._worker, worker
                if not self._stopped:
                    worker.start()
            if old is not None:
                old.abandon()
        except Exception as error:  # noqa: BLE001 - told as the part's failure and logged there
            self._not_before_ms = self._clock.mono_ms() + PREPARE_AGAIN_MS
            self._post(failed(self._clock, error, st.Part.VISION))
        finally:
            self._preparing.release()
