"""Real MJPEG and RTSP servers on loopback that hang, vanish, change size and ask for logins."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from support.camera_sources import RealClock
from support.mjpeg_server import MjpegServer
from support.numbered import is_upright, number_of
from support.patience import PATIENCE_S, PROGRAM_S
from support.rtsp_server import RtspServer

from kiosk.camera.ip import IpCamera
from kiosk.camera.uri import IpStream
from kiosk.domain.errors import CameraError, Code
from kiosk.domain.face import Frame

Server = MjpegServer | RtspServer
LOGIN, SECRET = "door:hunter2", "hunter2"


@pytest.fixture(params=[MjpegServer, RtspServer], ids=["mjpeg", "rtsp"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with request.param() as running:
        yield running


@pytest.fixture(params=[MjpegServer, RtspServer], ids=["mjpeg", "rtsp"])
def guarded(request: pytest.FixtureRequest) -> Iterator[Server]:
    with request.param(login=LOGIN) as running:
        yield running


@pytest.fixture
def make() -> Iterator[Callable[..., IpCamera]]:
    made: list[IpCamera] = []

    def camera(url: str, **limits: float) -> IpCamera:
        made.append(IpCamera(IpStream(url), RealClock(), **limits))
        return made[-1]

    yield camera
    for one in made:
        one.close()


Make = Callable[..., IpCamera]


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def read(camera: IpCamera) -> Frame:
    frame = camera.read()
    assert frame is not None
    return frame


def read_until(camera: IpCamera, wanted: Callable[[Frame], bool]) -> Frame:
    for _ in range(300):
        if wanted(frame := read(camera)):
            return frame
    pytest.fail("the frame never came")


def failure(camera: IpCamera) -> CameraError:
    """What a broken stream ends with, after the frames that were still on their way."""
    for _ in range(300):
        try:
            camera.read()
        except CameraError as error:
            return error
    pytest.fail("the stream goes on")


def test_frames_come_as_the_camera_sends_them(server: Server, make: Make) -> None:
    camera = make(server.url)
    info = camera.open()
    assert (info.width, info.height, info.finite) == (320, 240, False)
    numbers = []
    for _ in range(20):
        frame = read(camera)
        assert is_upright(frame.pixels)
        numbers.append(number_of(frame.pixels))
    assert numbers == sorted(set(numbers))


def test_the_newest_frame_wins_however_slow_the_reader_is(server: Server, make: Make) -> None:
    camera = make(server.url)
    camera.open()
    read(camera)
    target = server.sent + 40
    until(lambda: server.sent >= target and camera.skipped >= 35)
    assert number_of(read(camera).pixels) >= target - 5


def test_a_camera_that_hangs_is_stalled_and_opens_again(server: Server, make: Make) -> None:
    camera = make(server.url)
    camera.open()
    read(camera)
    server.pause()
    assert failure(camera).code is Code.CAMERA_STALLED
    camera.close()
    server.resume()
    camera.open()
    assert read(camera).seq == 0


def test_a_camera_that_hangs_for_a_moment_goes_on_by_itself(server: Server, make: Make) -> None:
    camera = make(server.url, stall_s=1.0)
    camera.open()
    read(camera)
    server.pause()
    assert failure(camera).code is Code.CAMERA_STALLED
    before = server.sent
    server.resume()
    frame = read_until(camera, lambda frame: number_of(frame.pixels) >= before)
    assert frame.seq > 0


def test_a_cut_connection_is_lost_and_opens_again(server: Server, make: Make) -> None:
    camera = make(server.url)
    camera.open()
    read(camera)
    server.drop()
    assert failure(camera).code is Code.CAMERA_LOST
    camera.open()
    assert read(camera).seq == 0


def test_a_camera_that_vanishes_is_lost_then_not_found_then_back(server: Server, make: Make) -> None:
    camera = make(server.url)
    camera.open()
    read(camera)
    server.stop()
    assert failure(camera).code is Code.CAMERA_LOST
    camera.close()
    with pytest.raises(CameraError) as caught:
        camera.open()
    assert caught.value.code is Code.CAMERA_NOT_FOUND
    assert caught.value.retryable
    server.start()
    camera.open()
    read(camera)


@pytest.mark.parametrize("size", [(640, 480), (640, 360), (160, 240)])
def test_a_stream_that_changes_size_goes_on_with_the_new_one(server: Server, make: Make, size: tuple[int, int]) -> None:
    camera = make(server.url)
    camera.open()
    read(camera)
    server.size = size
    frame = read_until(camera, lambda frame: (frame.width, frame.height) == size)
    assert number_of(frame.pixels) <= server.sent
    assert is_upright(frame.pixels)


def test_a_camera_that_never_sends_a_picture_cannot_be_opened(server: Server, make: Make) -> None:
    server.pause()
    camera = make(server.url, open_s=0.5)
    with pytest.raises(CameraError) as caught:
        camera.open()
    assert caught.value.code in {Code.CAMERA_CANNOT_OPEN, Code.CAMERA_STALLED}


def test_a_login_opens_the_camera_and_is_nowhere_to_be_seen(
    guarded: Server, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    camera = make(guarded.url)
    info = camera.open()
    read(camera)
    guarded.stop()
    error = failure(camera)
    assert SECRET not in f"{info!r} {error} {error.__cause__!r} {caplog.text}"
    assert "127.0.0.1" in error.detail


@pytest.mark.parametrize("login", ["", "door:wrong@", "nobody:hunter3@"])
def test_a_wrong_login_cannot_open_and_is_not_shown(guarded: Server, make: Make, login: str) -> None:
    url = guarded.url.replace(f"{LOGIN}@", login)
    with pytest.raises(CameraError) as caught:
        make(url).open()
    assert caught.value.code is Code.CAMERA_CANNOT_OPEN
    assert "wrong" not in caught.value.detail.replace("wrong login", "")
    assert "hunter3" not in caught.value.detail


def test_a_camera_that_asks_by_digest_is_answered(make: Make) -> None:
    with MjpegServer(login=LOGIN, digest=True) as server:
        camera = make(server.url)
        camera.open()
        assert read(camera).seq == 0
        with pytest.raises(CameraError) as caught:
            make(server.url.replace(LOGIN, "door:other")).open()
        assert caught.value.code is Code.CAMERA_CANNOT_OPEN


def test_a_wrong_path_cannot_open(server: Server, make: Make) -> None:
    with pytest.raises(CameraError) as caught:
        make(server.url.replace("/stream", "/other")).open()
    assert caught.value.code is Code.CAMERA_CANNOT_OPEN


def test_the_wrong_kind_of_server_cannot_open(make: Make) -> None:
    with MjpegServer() as http, RtspServer() as rtsp:
        for url in (f"rtsp://127.0.0.1:{http.port}/stream", f"http://127.0.0.1:{rtsp.port}/stream"):
            with pytest.raises(CameraError) as caught:
                make(url).open()
            assert caught.value.code is Code.CAMERA_CANNOT_OPEN


def test_rtsp_is_asked_to_stop_when_the_camera_is_closed(make: Make) -> None:
    with RtspServer() as server:
        camera = make(server.url)
        camera.open()
        camera.close()
        until(lambda: "TEARDOWN" in server.methods)


@pytest.mark.parametrize("kind", ["rtsp", "http"])
def test_nothing_reaches_stderr_when_an_address_with_a_login_fails(kind: str) -> None:
    server = RtspServer(login=LOGIN) if kind == "rtsp" else MjpegServer(login=LOGIN)
    script = (
        "import sys\n"
        "from kiosk.camera.uri import build, parse\n"
        "from kiosk.domain.errors import CameraError\n"
        "from kiosk.station.clock import SystemClock\n"
        "camera = build(parse(sys.argv[1]), SystemClock())()\n"
        "try:\n"
        "    camera.open()\n"
        "except CameraError as error:\n"
        "    print(error)\n"
    )
    with server:
        url = f"{kind}://door:{SECRET}-not@127.0.0.1:{server.port}/stream"
        done = subprocess.run(
            [sys.executable, "-c", script, url], capture_output=True, text=True, timeout=PROGRAM_S, check=True
        )
    assert Code.CAMERA_CANNOT_OPEN in done.stdout
    assert SECRET not in done.stdout
    assert done.stderr == ""
