from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from support.camera_sources import RealClock
from support.numbered import number_of, numbered
from support.patience import PATIENCE_S
from support.station_parts import TurnedClock

from kiosk.camera.ip import READ_LIMIT_S
from kiosk.camera.live import STALL_S, FramePump
from kiosk.domain.errors import CameraError, Code
from kiosk.domain.face import Pixels
from kiosk.domain.stream import FROZEN_MS, StreamCue


class Belt:
    """A device fed by hand: pictures, an error, or None for the end."""

    def __init__(self) -> None:
        self.queue: queue.Queue[Pixels | CameraError | None] = queue.Queue()
        self.released = threading.Event()

    def feed(self, *items: Pixels | CameraError | None) -> None:
        for item in items:
            self.queue.put(item)

    def read(self) -> Pixels | None:
        item = self.queue.get()
        if isinstance(item, CameraError):
            raise item
        return item

    def release(self) -> None:
        self.released.set()


@pytest.fixture
def belt() -> Belt:
    return Belt()


STALLED_S = 2.0
"""Without a frame for so long; a machine that is busy gives every thread its turn before."""


@pytest.fixture
def pump(belt: Belt) -> Iterator[FramePump]:
    pump = FramePump(lambda: belt, RealClock(), name="cam", first_frame_s=PATIENCE_S, stall_s=STALLED_S, join_s=0.05)
    yield pump
    belt.feed(None)
    pump.stop()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_stall_is_told_before_the_two_seconds_the_screen_has() -> None:
    assert STALL_S < READ_LIMIT_S < 2


def test_the_newest_frame_wins_and_the_others_are_counted(belt: Belt, pump: FramePump) -> None:
    belt.feed(*(numbered(n) for n in range(5)))
    pump.start()
    until(lambda: pump.skipped == 4)
    assert number_of(pump.take()[0]) == 4


def test_a_frame_is_given_once(belt: Belt, pump: FramePump) -> None:
    belt.feed(numbered(1))
    pump.start()
    pump.take()
    with pytest.raises(CameraError) as caught:
        pump.take()
    assert caught.value.code is Code.CAMERA_STALLED


def test_the_same_picture_once_more_is_not_judged_again_until_it_is_a_still(belt: Belt) -> None:
    clock = TurnedClock()
    pump = FramePump(lambda: belt, clock, name="cam", first_frame_s=PATIENCE_S, stall_s=PATIENCE_S, join_s=0.05)
    belt.feed(numbered(1))
    pump.start()
    began = pump.take()[1]
    for number in range(1, 4):
        belt.feed(numbered(number))
        until(belt.queue.empty)
        clock.turn(100.0)
        belt.feed(numbered(1 + number))
        pixels, _, doubt = pump.take()
        assert (number_of(pixels), doubt) == (1 + number, ""), "the repeat was passed over"
    clock.turn(FROZEN_MS)
    belt.feed(numbered(4))
    pixels, at_ms, doubt = pump.take()
    assert (number_of(pixels), doubt) == (4, StreamCue.FROZEN)
    assert at_ms == began + 300.0 + FROZEN_MS
    assert pump.skipped == 0
    belt.feed(None)
    pump.stop()


def test_a_frame_that_waited_too_long_is_not_passed_off_as_new(belt: Belt, pump: FramePump) -> None:
    belt.feed(numbered(1))
    pump.start()
    due = time.monotonic() + STALLED_S + 0.1
    until(lambda: time.monotonic() > due)
    with pytest.raises(CameraError) as caught:
        pump.take()
    assert caught.value.code is Code.CAMERA_STALLED


def test_a_stalled_source_that_wakes_goes_on(belt: Belt, pump: FramePump) -> None:
    belt.feed(numbered(1))
    pump.start()
    pump.take()
    with pytest.raises(CameraError):
        pump.take()
    belt.feed(numbered(2))
    assert number_of(pump.take()[0]) == 2


def test_the_end_of_a_stream_is_camera_lost(belt: Belt, pump: FramePump) -> None:
    belt.feed(numbered(1))
    pump.start()
    pump.take()
    belt.feed(None)
    with pytest.raises(CameraError) as caught:
        pump.take()
    assert caught.value.code is Code.CAMERA_LOST
    assert belt.released.wait(PATIENCE_S)


def test_what_the_device_says_is_passed_on(belt: Belt, pump: FramePump) -> None:
    belt.feed(numbered(1))
    pump.start()
    pump.take()
    belt.feed(CameraError(Code.CAMERA_LOST, "cam: out of film"))
    with pytest.raises(CameraError, match="out of film"):
        pump.take()


@pytest.mark.expects_log
def test_no_first_picture_in_time_is_cannot_open(belt: Belt) -> None:
    pump = FramePump(lambda: belt, RealClock(), name="cam", first_frame_s=0.05, join_s=0.05)
    with pytest.raises(CameraError) as caught:
        pump.start()
    belt.feed(None)
    assert caught.value.code is Code.CAMERA_CANNOT_OPEN
    assert belt.released.wait(PATIENCE_S)


@pytest.mark.expects_log
def test_a_read_that_hangs_is_left_behind_and_cleans_up_when_it_comes_back(belt: Belt, pump: FramePump) -> None:
    belt.feed(numbered(1))
    pump.start()
    pump.stop()
    assert not belt.released.is_set()
    belt.feed(numbered(2))
    assert belt.released.wait(PATIENCE_S)


def test_stopping_before_starting_is_fine(pump: FramePump) -> None:
    pump.stop()


def test_a_recording_that_starts_again_is_doubted_with_each_frame(belt: Belt) -> None:
    clock = StepClock()
    pump = FramePump(lambda: belt, clock, name="cam", first_frame_s=PATIENCE_S, stall_s=STALLED_S, join_s=0.05)
    belt.feed(*(numbered(n % 40) for n in range(80)))
    pump.start()
    until(lambda: pump.skipped == 79)
    assert pump.take()[2] == StreamCue.LOOPED
    belt.feed(None)
    pump.stop()


def test_new_pictures_are_not_doubted(belt: Belt) -> None:
    pump = FramePump(lambda: belt, StepClock(), name="cam", first_frame_s=PATIENCE_S, stall_s=STALLED_S, join_s=0.05)
    belt.feed(*(numbered(n) for n in range(80)))
    pump.start()
    until(lambda: pump.skipped == 79)
    assert pump.take()[2] == ""
    belt.feed(None)
    pump.stop()


class StepClock(RealClock):
    """A clock that goes on by a camera's frame time at each look."""

    def __init__(self) -> None:
        self._at = 0.0

    def mono_ms(self) -> float:
        self._at += 33.0
        return self._at
