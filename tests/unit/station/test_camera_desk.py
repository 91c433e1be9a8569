"""Choosing a camera: tried on a thread of its own, taken only once it gives pictures, written down before it is used."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pytest
from support.station_parts import RealClock, ToldCamera, wait_until

from kiosk.domain.errors import Code, ConfigError
from kiosk.domain.ports import CameraFactory, Clock
from kiosk.station.camera_desk import CameraDesk, TrialNow


class World:
    """Cameras by address, and what the station was told."""

    def __init__(self) -> None:
        self.clock = RealClock()
        self.cameras = {f"usb:{n}": ToldCamera(self.clock) for n in range(3)}
        self.saved: list[str] = []
        self.used: list[CameraFactory] = []
        self.save_fails = False
        self.desk = CameraDesk(
            clock=self.clock,
            current="usb:0",
            devices=lambda: [(0, "Front Camera"), (1, "Other Camera")],
            save=self._save,
            use=self.used.append,
            factory=self._factory,
        )

    def _save(self, uri: str) -> None:
        if self.save_fails:
            raise ConfigError(Code.FILE_NOT_WRITABLE, "told")
        self.saved.append(uri)

    def _factory(self, uri: str, clock: Clock) -> CameraFactory:
        return functools.partial(lambda camera: camera, self.cameras[uri])


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.desk.leave()


def test_the_cameras_of_this_machine_and_the_one_in_use(world: World) -> None:
    assert [(each.uri, each.current) for each in world.desk.found()] == [("usb:0", True), ("usb:1", False)]


@pytest.mark.parametrize(
    ("current", "found"),
    [
        ('usb:"other"', [("usb:0", False), ("usb:1", True)]),
        ("usb:7", [("usb:7", True), ("usb:0", False), ("usb:1", False)]),
        ("rtsp://me:secret@cam/1", [("rtsp://***@cam/1", True), ("usb:0", False), ("usb:1", False)]),
    ],
)
def test_one_that_is_not_plugged_in_is_named_as_well(current: str, found: list[tuple[str, bool]]) -> None:
    desk = CameraDesk(
        clock=RealClock(),
        current=current,
        devices=lambda: [(0, "Front Camera"), (1, "Other Camera")],
        save=lambda uri: None,
        use=lambda make: None,
    )
    assert [(each.uri, each.current) for each in desk.found()] == found


def test_a_camera_that_gives_pictures_is_taken_at_once(world: World) -> None:
    world.desk.attempt("usb:1")
    assert wait_until(lambda: world.desk.now.frames)
    assert world.desk.latest_frame() is not None
    assert (world.saved, world.used) == ([], [])
    taken = world.desk.take()
    assert (taken.uri, taken.at_once) == ("usb:1", True)
    assert world.saved == ["usb:1"]
    assert world.used[0]() is world.cameras["usb:1"]
    assert world.cameras["usb:1"].closed == 1  # let go before the station opens it
    assert world.desk.current == "usb:1"
    assert world.desk.now == TrialNow()


def test_a_camera_without_a_picture_is_not_taken(world: World) -> None:
    world.cameras["usb:2"].cannot_open = True
    world.desk.attempt("usb:2")
    assert wait_until(lambda: world.desk.now.error is Code.CAMERA_NOT_FOUND)
    with pytest.raises(ConfigError):
        world.desk.take()
    assert (world.saved, world.used, world.desk.current) == ([], [], "usb:0")


def test_what_cannot_be_written_down_is_not_used(world: World) -> None:
    world.desk.attempt("usb:1")
    assert wait_until(lambda: world.desk.now.frames)
    world.save_fails = True
    with pytest.raises(ConfigError):
        world.desk.take()
    assert (world.used, world.desk.current) == ([], "usb:0")
    assert world.desk.now.frames


def test_another_trial_lets_the_first_camera_go(world: World) -> None:
    world.desk.attempt("usb:1")
    assert wait_until(lambda: world.desk.now.frames)
    world.desk.attempt("usb:2")
    assert world.cameras["usb:1"].closed == 1
    assert wait_until(lambda: world.desk.now.frames and world.desk.now.uri == "usb:2")


@pytest.mark.parametrize("uri", ["usb", "ftp://x", "synthetic:a.jpg", ""])
def test_an_address_that_is_none_is_refused(uri: str) -> None:
    desk = CameraDesk(clock=RealClock(), current="usb:0", devices=list, save=lambda uri: None, use=lambda make: None)
    with pytest.raises(ConfigError) as caught:
        desk.attempt(uri)
    assert caught.value.code is Code.CAMERA_BAD_URI
