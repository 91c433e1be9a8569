"""No camera is needed: the kernel's list is a folder, and the device is a fake of our own port."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.camera_sources import RealClock
from support.numbered import numbered
from support.patience import PATIENCE_S

from kiosk.camera.devices import described, known_devices, list_devices
from kiosk.camera.live import Device
from kiosk.camera.uri import UsbByIndex, UsbByName
from kiosk.camera.usb import Backend, UsbCamera, Winner, backends_of
from kiosk.domain.errors import CameraError, Code
from kiosk.domain.face import Pixels

DEVICES = [(0, "Integrated Camera"), (2, "HD Webcam C270"), (4, "HD Webcam C270")]
linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the list comes from Linux's sysfs")


class Lens:
    """A device that gives pictures until it is unplugged."""

    def __init__(self, pictures: int = 1_000_000) -> None:
        self.left = pictures
        self.released = threading.Event()
        self._pace = threading.Event()

    def read(self) -> Pixels | None:
        self._pace.wait(0.002)
        self.left -= 1
        return numbered(1) if self.left >= 0 else None

    def release(self) -> None:
        self.released.set()


class Stuck(Lens):
    """A device whose read does not come back until ``freed``."""

    def __init__(self) -> None:
        super().__init__()
        self.freed = threading.Event()

    def read(self) -> Pixels | None:
        self.freed.wait()
        return None


@pytest.fixture
def sysfs(tmp_path: Path) -> Path:
    for number, index, name in (
        (10, "0", "Late"),
        (0, "0", "Integrated Camera\n"),
        (1, "1", "Integrated Camera"),
        (2, "0", "HD Webcam"),
    ):
        node = tmp_path / f"video{number}"
        node.mkdir()
        (node / "index").write_text(index)
        (node / "name").write_text(name)
    (tmp_path / "v4l-subdev0").mkdir()
    return tmp_path


def camera(lenses: dict[tuple[int, Backend], Lens], spec: UsbByIndex | UsbByName, **more: object) -> UsbCamera:
    def connect(index: int, backend: Backend) -> Device | None:
        return lenses.get((index, backend))

    settings = {
        "devices": lambda: DEVICES,
        "connect": connect,
        "backends": (Backend.V4L2, Backend.ANY),
        "first_frame_s": 5.0,
    }
    return UsbCamera(spec, RealClock(), **{**settings, **more})  # type: ignore[arg-type]


def read_to_the_end(camera: UsbCamera) -> None:
    for _ in range(10):
        camera.read()


@pytest.fixture
def opened() -> Iterator[list[UsbCamera]]:
    cameras: list[UsbCamera] = []
    yield cameras
    for one in cameras:
        one.close()


@linux_only
def test_the_kernel_lists_cameras_and_not_their_metadata_nodes(sysfs: Path) -> None:
    assert list_devices(sysfs) == [(0, "Integrated Camera"), (2, "HD Webcam"), (10, "Late")]


@linux_only
def test_a_machine_without_cameras_has_none(tmp_path: Path) -> None:
    assert known_devices(tmp_path / "absent") == []
    assert described([]) == "none"


@linux_only
def test_a_camera_that_is_not_there_is_said_with_those_that_are(sysfs: Path) -> None:
    missing = UsbCamera(UsbByIndex(7), RealClock(), devices=lambda: known_devices(sysfs))
    with pytest.raises(CameraError) as caught:
        missing.open()
    assert caught.value.code is Code.CAMERA_NOT_FOUND
    assert 'usb:2 "HD Webcam"' in caught.value.detail


def test_an_unknown_name_is_not_found() -> None:
    with pytest.raises(CameraError) as caught:
        camera({}, UsbByName("logitech")).open()
    assert caught.value.code is Code.CAMERA_NOT_FOUND
    assert "Integrated Camera" in caught.value.detail


def test_a_name_pins_the_camera_in_any_case(opened: list[UsbCamera]) -> None:
    opened.append(camera({(2, Backend.V4L2): Lens()}, UsbByName("webcam c2")))
    info = opened[0].open()
    assert info.name == "HD Webcam C270"
    assert (info.width, info.height, info.finite) == (320, 240, False)
    frame = opened[0].read()
    assert frame is not None
    assert frame.seq == 0


def test_a_name_is_looked_up_again_when_the_camera_comes_back_elsewhere(opened: list[UsbCamera]) -> None:
    places = [[(0, "Door")], [(3, "Door")]]
    lenses = {(0, Backend.V4L2): Lens(), (3, Backend.V4L2): Lens()}
    opened.append(camera(lenses, UsbByName("door"), devices=lambda: places[0]))
    opened[0].open()
    opened[0].close()
    assert lenses[0, Backend.V4L2].released.is_set()
    places.pop(0)
    opened[0].open()
    assert opened[0].read() is not None


def test_the_next_driver_is_tried_and_the_winner_remembered(opened: list[UsbCamera]) -> None:
    asked: list[Backend] = []

    def connect(index: int, backend: Backend) -> Device | None:
        asked.append(backend)
        return Lens() if backend is Backend.ANY else None

    winner = Winner()
    for _ in range(2):
        opened.append(camera({}, UsbByIndex(0), connect=connect, winner=winner))
        opened[-1].open()
        opened[-1].close()
    assert asked == [Backend.V4L2, Backend.ANY, Backend.ANY]
    assert winner.backend is Backend.ANY


def test_a_driver_that_gives_no_picture_is_left_for_the_next(opened: list[UsbCamera]) -> None:
    dark = Lens(pictures=0)
    opened.append(camera({(0, Backend.V4L2): dark, (0, Backend.ANY): Lens()}, UsbByIndex(0)))
    opened[0].open()
    assert opened[0].read() is not None
    assert dark.released.is_set()


def test_a_camera_that_no_driver_can_open_says_what_was_tried() -> None:
    with pytest.raises(CameraError) as caught:
        camera({}, UsbByIndex(0)).open()
    assert caught.value.code is Code.CAMERA_CANNOT_OPEN
    assert "V4L2, ANY" in caught.value.detail


def test_where_the_system_lists_no_cameras_silence_means_not_found() -> None:
    with pytest.raises(CameraError) as caught:
        camera({}, UsbByIndex(0), devices=lambda: None).open()
    assert caught.value.code is Code.CAMERA_NOT_FOUND
    with pytest.raises(CameraError) as caught:
        camera({}, UsbByName("door"), devices=lambda: None).open()
    assert "usb:0" in caught.value.detail


def test_a_pulled_plug_is_camera_lost_and_it_opens_again(opened: list[UsbCamera]) -> None:
    lenses = {(0, Backend.V4L2): Lens(pictures=3)}
    opened.append(camera(lenses, UsbByIndex(0)))
    opened[0].open()
    with pytest.raises(CameraError) as caught:
        read_to_the_end(opened[0])
    assert caught.value.code is Code.CAMERA_LOST
    lenses[0, Backend.V4L2] = Lens()
    opened[0].open()
    frame = opened[0].read()
    assert frame is not None
    assert frame.seq == 0


@pytest.mark.expects_log
def test_a_driver_that_hangs_is_left_behind_and_the_next_is_tried(
    opened: list[UsbCamera], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stuck = Stuck()
    opened.append(camera({(0, Backend.V4L2): stuck, (0, Backend.ANY): Lens()}, UsbByIndex(0), first_frame_s=1.0))
    opened[0].open()
    assert opened[0].read() is not None
    assert "left behind" in caplog.text
    stuck.freed.set()
    assert stuck.released.wait(PATIENCE_S)


def test_each_platform_has_its_drivers() -> None:
    assert backends_of("linux")[0] is Backend.V4L2
    assert backends_of("win32")[:2] == (Backend.DSHOW, Backend.MSMF)
    assert backends_of("darwin")[0] is Backend.AVFOUNDATION
    assert all(backends_of(platform)[-1] is Backend.ANY for platform in ("linux", "win32", "darwin"))


@pytest.mark.parametrize(
    ("spec", "doubt"),
    [(UsbByIndex(3), "virtual_camera"), (UsbByName("cam"), "virtual_camera"), (UsbByName("virtual cam"), "")],
    ids=["by number", "by a name that fits others too", "by a name that says so"],
)
def test_a_program_that_poses_as_a_camera_is_doubted_unless_asked_for(spec: UsbByIndex | UsbByName, doubt: str) -> None:
    cam = camera({(3, Backend.ANY): Lens()}, spec, devices=lambda: [(3, "OBS Virtual Camera")])
    cam.open()
    frame = cam.read()
    cam.close()
    assert frame is not None
    assert frame.doubt == doubt
