"""A vision thread that hangs is replaced; one that is slow over a clip is waited for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.patience import PATIENCE_S
from support.sightings import sighting
from support.station_parts import ToldEyes, TurnedClock, wait_until
from support.station_rig import Rig

from kiosk.domain.errors import Code
from kiosk.domain.face import Frame, Sighting
from kiosk.domain.ports import Depth
from kiosk.domain.session import events as ev
from kiosk.station.keeper import Locker
from kiosk.station.mailbox import LatestSlot
from kiosk.station.sight import FILE_QUIET_MS, VISION_QUIET_MS, Sight


class StuckEyes(ToldEyes):
    """Looks until it is told to stop looking."""

    def __init__(self) -> None:
        super().__init__()
        self.looking = threading.Event()
        self.go_on = threading.Event()

    def look(self, frame: Frame, depth: Depth) -> Sighting:
        self.looking.set()
        assert self.go_on.wait(PATIENCE_S)
        return sighting(frame.mono_ms)


class Place:
    """A sight of its own with a clock that is turned, and what it told."""

    def __init__(self, folder: Path, *, over_a_clip: bool) -> None:
        self.clock, self.eyes, self.told = TurnedClock(), StuckEyes(), list[ev.Event]()
        frames: LatestSlot[Frame] = LatestSlot()
        made = replace(Rig(folder).building, clock=self.clock, camera_waits=over_a_clip, make_vision=lambda: self.eyes)
        self.sight = Sight(
            made,
            frames=frames,
            locker=Locker(),
            post=self.told.append,
            tell=lambda key, share: None,
            on_ready=lambda: None,
        )
        self.sight.prepare()
        assert wait_until(lambda: self.sight.ready)
        frames.put(Frame(np.zeros((36, 64, 3), np.uint8), 1, 0.0))
        assert self.eyes.looking.wait(PATIENCE_S)

    def failed(self) -> list[Code]:
        return [event.code for event in self.told if isinstance(event, ev.PartFailed)]


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path, over_a_clip=request.param)
    yield made
    made.eyes.go_on.set()
    made.sight.stop()


@pytest.mark.expects_log
@pytest.mark.parametrize(
    ("place", "patience_ms"), [(False, VISION_QUIET_MS), (True, FILE_QUIET_MS)], indirect=["place"]
)
def test_a_look_that_takes_too_long_is_a_named_fault(place: Place, patience_ms: float) -> None:
    place.clock.turn(patience_ms)
    place.sight.check()
    assert place.failed() == []
    place.clock.turn(1.0)
    place.sight.check()
    assert place.failed() == [Code.VISION_STOPPED]
    place.eyes.go_on.set()
    assert wait_until(lambda: place.sight.ready), "another one takes its place"
    assert place.failed() == [Code.VISION_STOPPED], "what the first one still says is nobody's business"
