"""Hand-written fakes for our own ports: a clock one can turn, a camera that does as told, eyes that see what the frame says."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
from support.patience import PATIENCE_S
from support.sightings import GOOD_LIGHT, face, sighting

from kiosk.domain.errors import CameraError, Code, DoorError, ModelError
from kiosk.domain.face import Embedding, Face, Frame, Pixels, Sighting
from kiosk.domain.ports import CameraInfo, Depth

SHA = "a" * 64


class TurnedClock:
    """A clock that stands still until turned."""

    def __init__(self) -> None:
        self.ms = 1000.0

    def now(self) -> datetime:
        return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC) + timedelta(milliseconds=self.ms)

    def mono_ms(self) -> float:
        return self.ms

    def turn(self, ms: float) -> None:
        self.ms += ms


class RealClock:
    """The real one."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def mono_ms(self) -> float:
        return time.monotonic() * 1000


class ToldCamera:
    """Frames whose first pixels say who is there: pixel (0,0) = (who, live 0..255, track). Does what ``tell`` says.

    Orders: ``("show", who, live, track)`` (and a yaw in whole degrees), ``("hang",)``, ``("lose",)``, ``("end",)``.
    Shared by all openings.
    """

    def __init__(self, clock: RealClock, *, fps: float = 60.0) -> None:
        self.clock = clock
        self.period = 1.0 / fps
        self.order: tuple[object, ...] = ("show", 0, 255, 1)
        self.opened = 0
        self.closed = 0
        self.cannot_open = False
        self.unhang = threading.Event()
        self._seq = 0

    def tell(self, *order: object) -> None:
        if order[0] == "hang":
            self.unhang.clear()
        self.order = order

    def open(self) -> CameraInfo:
        self.opened += 1
        if self.cannot_open:
            raise CameraError(Code.CAMERA_NOT_FOUND, "told")
        self._seq = 0
        return CameraInfo("told:", "told camera", 64, 36, 1.0 / self.period)

    def read(self) -> Frame | None:
        time.sleep(self.period)
        match self.order:
            case ("hang",):
                self.unhang.wait(PATIENCE_S)
                raise CameraError(Code.CAMERA_LOST, "hung")
            case ("lose",):
                self.order = ("show", 0, 255, 1)
                raise CameraError(Code.CAMERA_LOST, "told")
            case ("end",):
                return None
            case ("show", int(who), int(live), int(track), *turned):
                pixels = np.zeros((36, 64, 3), np.uint8)
                pixels[0, 0] = (who, live, track)
                pixels[0, 1, 0] = 100 + (turned[0] if turned else 0)
                self._seq += 1
                return Frame(pixels, self._seq, self.clock.mono_ms())
        raise AssertionError(self.order)

    def close(self) -> None:
        self.closed += 1


def vector(who: int) -> Embedding:
    """A direction for each person; orthogonal to all others."""
    v = np.zeros(512, np.float32)
    v[who] = 1.0
    return Embedding(v, "told", SHA)


class ToldEyes:
    """Sees what :class:`ToldCamera` says: who 0 is an empty room."""

    def __init__(self) -> None:
        self.broken: Callable[[], None] | None = None
        self.closed = False

    def look(self, frame: Frame, depth: Depth) -> Sighting:
        if self.broken is not None:
            self.broken()
        who, live, track = (int(v) for v in frame.pixels[0, 0])
        if who == 0:
            return sighting(frame.mono_ms)
        full = depth is Depth.FULL
        yaw = float(frame.pixels[0, 1, 0]) - 100.0 if frame.pixels[0, 1, 0] else 0.0
        seen = sighting(
            frame.mono_ms, face(track=track, yaw=yaw), score=live / 255, measures=GOOD_LIGHT if full else None
        )
        return seen if full else Sighting(seen.seq, seen.mono_ms, seen.width, seen.height, seen.faces)

    def embed(self, pixels: Pixels, face: Face) -> Embedding | None:
        return vector(int(pixels[0, 0, 0]))

    def forget(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


class CountingDoor:
    """Counts."""

    def __init__(self) -> None:
        self.opened = 0
        self.broken = False

    def open(self) -> None:
        if self.broken:
            raise DoorError(Code.DOOR_FAILED, "told")
        self.opened += 1


def engine_failure() -> None:
    """What a broken engine does."""
    raise ModelError(Code.MODEL_BROKEN, "told")


def wait_until(condition: Callable[[], bool], seconds: float = PATIENCE_S) -> bool:
    """Poll a condition with a deadline."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.005)
    return condition()
