"""Every camera the contract suite runs over. To register one more: write a context manager that yields a :class:`Source`, and
put it into :data:`SOURCES`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import cv2
from support.fake_camera import FakeCamera
from support.mjpeg_server import MjpegServer
from support.numbered import numbered, write_clip
from support.rtsp_server import RtspServer

from kiosk.camera.ip import IpCamera
from kiosk.camera.replay import ReplayCamera
from kiosk.camera.stage import Stage
from kiosk.camera.synthetic import EmptyRoom
from kiosk.camera.uri import IpStream, Replay
from kiosk.domain.ports import Camera, Clock


class RealClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def mono_ms(self) -> float:
        return time.monotonic() * 1000


class HandClock:
    """A clock that only moves when told, or slept on."""

    def __init__(self) -> None:
        self.ms = 1000.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.ms / 1000, UTC)

    def mono_ms(self) -> float:
        return self.ms

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.ms += seconds * 1000


@dataclass(frozen=True, slots=True)
class Source:
    """One camera to put to the test.

    Attributes:
        camera: closed.
        frames: how many it gives in one opening, None where it never ends by itself.
    """

    camera: Camera
    frames: int | None


MakeSource = Callable[[Path, Clock], AbstractContextManager[Source]]


@contextmanager
def _fake(folder: Path, clock: Clock) -> Iterator[Source]:
    yield Source(FakeCamera([numbered(n) for n in range(6)]), 6)


@contextmanager
def _clip(folder: Path, clock: Clock) -> Iterator[Source]:
    write_clip(str(folder / "clip.avi"), 12, fps=25.0)
    yield Source(ReplayCamera(Replay(path=folder / "clip.avi"), clock, paced=False), 12)


@contextmanager
def _looping_clip(folder: Path, clock: Clock) -> Iterator[Source]:
    write_clip(str(folder / "clip.mp4"), 4, fps=100.0, fourcc="mp4v")
    yield Source(ReplayCamera(Replay(path=folder / "clip.mp4", loop=True), clock), None)


@contextmanager
def _folder(folder: Path, clock: Clock) -> Iterator[Source]:
    for number in range(5):
        cv2.imwrite(str(folder / f"{number:03}.png"), numbered(number, width=320 + 16 * number))
    yield Source(ReplayCamera(Replay(path=folder, fps=50.0), clock, paced=False), 5)


@contextmanager
def _mjpeg(folder: Path, clock: Clock) -> Iterator[Source]:
    with MjpegServer() as server:
        yield Source(IpCamera(IpStream(server.url), clock), None)


@contextmanager
def _rtsp(folder: Path, clock: Clock) -> Iterator[Source]:
    with RtspServer() as server:
        yield Source(IpCamera(IpStream(server.url), clock), None)


@contextmanager
def _stage(folder: Path, clock: Clock) -> Iterator[Source]:
    yield Source(Stage(clock, EmptyRoom()), None)


SOURCES: dict[str, MakeSource] = {
    "fake": _fake,
    "replay_clip": _clip,
    "replay_clip_looping": _looping_clip,
    "replay_folder": _folder,
    "mjpeg": _mjpeg,
    "rtsp": _rtsp,
    "synthetic": _stage,
}
