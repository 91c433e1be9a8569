"""A camera on this machine, by number or by name. Tries the drivers in turn and remembers the one that gave a picture.

Must not fall back to another camera than the one asked for: the wrong camera looks at the wrong place.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import cv2

from kiosk.camera.devices import described, known_devices
from kiosk.camera.live import STALL_S, Device, FramePump, LiveCamera
from kiosk.camera.opencv import Capture
from kiosk.camera.pixels import fitted_size
from kiosk.camera.uri import UsbByIndex, UsbByName
from kiosk.domain.errors import CameraError, Code
from kiosk.domain.ports import CameraInfo, Clock
from kiosk.domain.stream import StreamCue, is_virtual

WIDTH, HEIGHT, FPS = 1280, 720, 30
FIRST_FRAME_S = 4.0
"""Seconds one driver gets to open a camera and give a picture; slow ones need two."""


class Backend(IntEnum):
    """A way to reach a camera; the value is OpenCV's."""

    V4L2 = cv2.CAP_V4L2
    DSHOW = cv2.CAP_DSHOW
    MSMF = cv2.CAP_MSMF
    AVFOUNDATION = cv2.CAP_AVFOUNDATION
    ANY = cv2.CAP_ANY


Connect = Callable[[int, Backend], Device | None]
"""Opens a camera by number with one driver; None where this driver finds nothing."""


@dataclass(slots=True)
class Winner:
    """The driver that worked last, shared by the cameras of one factory."""

    backend: Backend | None = None


def backends_of(platform: str) -> tuple[Backend, ...]:
    """Drivers of a platform (``sys.platform``), best first."""
    if platform.startswith("linux"):
        return Backend.V4L2, Backend.ANY
    if platform == "win32":
        return Backend.DSHOW, Backend.MSMF, Backend.ANY
    return Backend.AVFOUNDATION, Backend.ANY


def connect(index: int, backend: Backend) -> Device | None:
    """Open with OpenCV and ask for 1280x720 MJPG at 30 a second: uncompressed, most cameras give 10."""
    capture = Capture(index, int(backend))
    if not capture.opened:
        capture.release()
        return None
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, WIDTH)
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, HEIGHT)
    capture.set(cv2.CAP_PROP_FPS, FPS)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return capture


class UsbCamera(LiveCamera):
    """A :class:`~kiosk.domain.ports.Camera`. One thread opens, reads and closes; the device lives on a thread of its own.

    Args:
        spec: which camera.
        clock: stamps frames on arrival.
        winner: driver to try first; learns the one that works.
        devices: what cameras there are, None where the system does not tell.
        connect: opens one.
        backends: drivers, best first.
        first_frame_s: seconds for each driver.
        stall_s: longest wait between frames, seconds.
    """

    def __init__(
        self,
        spec: UsbByIndex | UsbByName,
        clock: Clock,
        *,
        winner: Winner | None = None,
        devices: Callable[[], list[tuple[int, str]] | None] = known_devices,
        connect: Connect = connect,
        backends: Sequence[Backend] = (),
        first_frame_s: float = FIRST_FRAME_S,
        stall_s: float = STALL_S,
    ) -> None:
        super().__init__(spec.uri)
        self._spec, self._clock = spec, clock
        self._winner = winner or Winner()
        self._devices, self._connect = devices, connect
        self._backends = tuple(backends) or backends_of(sys.platform)
        self._first_frame_s, self._stall_s = first_frame_s, stall_s

    def open(self) -> CameraInfo:
        """Find the camera and wait for its first picture.

        Raises:
            CameraError: ``camera_not_found`` with the cameras there are; ``camera_cannot_open`` with the drivers tried.
        """
        self.close()
        self._numbering.restart()
        index, name = self._find()
        self._doubt = "" if self._is_wanted(name) else StreamCue.VIRTUAL_CAMERA
        first = self._winner.backend
        order = [first, *(b for b in self._backends if b is not first)] if first is not None else list(self._backends)
        failures: list[CameraError] = []
        for backend in order:
            pump = self._pump_of(index, backend)
            try:
                pixels = pump.start()
            except CameraError as error:
                failures.append(error)
                continue
            self._pump, self._winner.backend = pump, backend
            height, width = pixels.shape[:2]
            width, height = fitted_size(width, height)
            return CameraInfo(self._spec.uri, name, width, height, float(FPS))
        tried = ", ".join(backend.name for backend in order)
        if all(failure.code is Code.CAMERA_NOT_FOUND for failure in failures) and self._devices() is None:
            raise CameraError(Code.CAMERA_NOT_FOUND, f"{self._spec.uri}: nothing answers at this number ({tried})")
        raise CameraError(
            Code.CAMERA_CANNOT_OPEN, f"{self._spec.uri} ({name}): no picture ({tried}); in use, or no permission?"
        ) from failures[-1]

    def _find(self) -> tuple[int, str]:
        devices = self._devices()
        if isinstance(self._spec, UsbByIndex):
            index = self._spec.index
            names = dict(devices) if devices is not None else {index: f"camera {index}"}
            if index in names:
                return index, names[index]
        elif devices is None:
            raise CameraError(Code.CAMERA_NOT_FOUND, f"{self._spec.uri}: this system gives numbers only, try usb:0")
        else:
            part = self._spec.part.casefold()
            for index, name in devices:
                if part in name.casefold():
                    return index, name
        raise CameraError(Code.CAMERA_NOT_FOUND, f"{self._spec.uri}; cameras here: {described(devices or [])}")

    def _is_wanted(self, name: str) -> bool:
        """A program that poses as a camera is believed only where the installer asked for it by a name that says so."""
        return not is_virtual(name) or (isinstance(self._spec, UsbByName) and is_virtual(self._spec.part))

    def _pump_of(self, index: int, backend: Backend) -> FramePump:
        def open_device() -> Device:
            device = self._connect(index, backend)
            if device is None:
                raise CameraError(Code.CAMERA_NOT_FOUND, f"{self._spec.uri}: {backend.name} finds nothing")
            return device

        return FramePump(
            open_device, self._clock, name=self._spec.uri, first_frame_s=self._first_frame_s, stall_s=self._stall_s
        )
