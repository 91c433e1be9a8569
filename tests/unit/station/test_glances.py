"""While stills are embedded, who stands there is still looked at: on a slow machine they would be lost otherwise."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from support.station_parts import ToldEyes, TurnedClock, wait_until
from support.station_rig import QUICK

from kiosk.domain.face import Embedding, Face, Frame, Pixels, Sighting, TrackId
from kiosk.domain.ports import Depth
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session.states import SessionId
from kiosk.station.keeper import Locker
from kiosk.station.mailbox import LatestSlot
from kiosk.station.vision_worker import GLANCE_MS, VisionWorker

SESSION, TRACK, STILLS = SessionId(1), TrackId(1), 4


class SlowEyes(ToldEyes):
    """An embedding takes long, and the camera goes on meanwhile."""

    def __init__(self, clock: TurnedClock, frames: LatestSlot[Frame]) -> None:
        super().__init__()
        self.clock, self.frames, self.log, self.slow = clock, frames, list[str](), False

    def frame(self) -> None:
        pixels = np.zeros((36, 64, 3), np.uint8)
        pixels[0, 0] = (7, 255, TRACK)
        self.frames.put(Frame(pixels, 1, self.clock.mono_ms()))

    def look(self, frame: Frame, depth: Depth) -> Sighting:
        self.log.append("look")
        return super().look(frame, depth)

    def embed(self, pixels: Pixels, face: Face) -> Embedding | None:
        if self.slow:
            self.log.append("embed")
            self.clock.turn(GLANCE_MS)
            self.frame()
        return super().embed(pixels, face)


class Place:
    """A vision thread that follows somebody and has its stills."""

    def __init__(self) -> None:
        clock = TurnedClock()
        frames: LatestSlot[Frame] = LatestSlot()
        self.eyes = SlowEyes(clock, frames)
        self.locker = Locker()
        self.told: list[ev.Event] = []
        self.wipes = False
        self.worker = VisionWorker(
            lambda: self.eyes, frames=frames, locker=self.locker, clock=clock, policy=QUICK, post=self._post
        )
        self.worker.start()
        self.worker.do(fx.Follow(SESSION, TRACK))
        self.worker.do(fx.Keep(SESSION, TRACK, STILLS))
        for number in range(STILLS + 2):
            clock.turn(200.0)
            self.eyes.frame()
            assert wait_until(lambda n=number: len(self.seen()) > n)
        self.eyes.slow = True
        self.eyes.log.clear()

    def _post(self, event: ev.Event) -> None:
        if self.wipes and isinstance(event, ev.Seen):
            self.worker.do(fx.Wipe(SESSION))
        self.told.append(event)
        self.worker.answered()

    def seen(self) -> list[ev.Seen]:
        return [event for event in self.told if isinstance(event, ev.Seen)]

    def captured(self) -> list[ev.Captured]:
        return [event for event in self.told if isinstance(event, ev.Captured)]

    def capture(self) -> None:
        self.worker.do(fx.Capture(SESSION, TRACK, STILLS, -math.inf))


@pytest.fixture
def place() -> Iterator[Place]:
    made = Place()
    yield made
    made.worker.stop()


def test_between_two_stills_who_stands_there_is_looked_at(place: Place) -> None:
    place.capture()
    assert wait_until(lambda: bool(place.captured()))
    assert place.captured()[0].stills == STILLS
    log = place.eyes.log[: len(place.eyes.log) - place.eyes.log[::-1].index("embed")]
    assert log.count("embed") == STILLS - 1, "the first one was ready before"
    assert all({one, other} == {"look", "embed"} for one, other in pairwise(log)), log


def test_a_session_that_ends_in_between_leaves_nothing_behind(place: Place) -> None:
    place.wipes = True
    place.capture()
    assert wait_until(lambda: len(place.seen()) > STILLS + 2)
    place.wipes = False
    before = len(place.seen())
    place.eyes.frame()
    assert wait_until(lambda: len(place.seen()) > before), "it goes on"
    assert place.captured() == []
    assert place.locker.get(SESSION) is None
