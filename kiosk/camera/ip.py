"""A camera on the network: rtsp through OpenCV's ffmpeg, http through :mod:`kiosk.camera.mjpeg`.

A stream that changes its size goes on with the new one. The newest frame wins: ffmpeg's and the socket's buffers are drained by
the pump however slow the reader is. Logins never reach an error, a log or stderr.
"""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import cv2

from kiosk.camera.live import STALL_S, Device, FramePump, LiveCamera
from kiosk.camera.mjpeg import MjpegStream
from kiosk.camera.opencv import Capture, capture_options
from kiosk.camera.pixels import fitted_size
from kiosk.camera.uri import IpStream
from kiosk.domain.errors import CameraError, Code
from kiosk.domain.ports import CameraInfo, Clock

OPEN_S = 5.0
"""Seconds for connecting and the first picture."""

READ_LIMIT_S = 1.9
"""Longest wait for bytes; later than the pump's stall, so that its word is the one that is heard."""

_CONNECT_S = 1.5
_RTSP_OPTIONS = "rtsp_transport;tcp|flags;low_delay"
_RTSP_PORT = 554


class IpCamera(LiveCamera):
    """A :class:`~kiosk.domain.ports.Camera`. One thread opens, reads and closes; the stream lives on a thread of its own.

    Args:
        spec: where it is.
        clock: stamps frames on arrival.
        open_s: seconds for connecting and the first picture.
        stall_s: longest wait between frames, seconds.
    """

    def __init__(self, spec: IpStream, clock: Clock, *, open_s: float = OPEN_S, stall_s: float = STALL_S) -> None:
        super().__init__(spec.uri)
        self._spec, self._clock = spec, clock
        self._open_s, self._stall_s = open_s, stall_s

    def open(self) -> CameraInfo:
        """Connect and wait for the first picture.

        Raises:
            CameraError: ``camera_not_found`` when nobody answers at the address, ``camera_cannot_open`` when what answers gives
                no picture (path, login, format).
        """
        self.close()
        self._numbering.restart()
        pump = FramePump(
            self._connect, self._clock, name=self._spec.uri, first_frame_s=self._open_s, stall_s=self._stall_s
        )
        pixels = pump.start()
        self._pump = pump
        height, width = pixels.shape[:2]
        width, height = fitted_size(width, height)
        return CameraInfo(self._spec.uri, urlsplit(self._spec.url).hostname or "", width, height, 0.0)

    def _connect(self) -> Device:
        if self._spec.is_rtsp:
            return _open_rtsp(self._spec, open_s=self._open_s)
        return MjpegStream(self._spec.url, limit_s=READ_LIMIT_S)


def _open_rtsp(spec: IpStream, *, open_s: float) -> Device:
    _knock(spec)
    limits = {
        cv2.CAP_PROP_OPEN_TIMEOUT_MSEC: int(open_s * 900),  # before the pump gives up, which knows less
        cv2.CAP_PROP_READ_TIMEOUT_MSEC: int(READ_LIMIT_S * 1000),
        cv2.CAP_PROP_N_THREADS: 1,  # more would hold back one frame each
    }
    with capture_options(_RTSP_OPTIONS):
        capture = Capture(spec.url, cv2.CAP_FFMPEG, [value for pair in limits.items() for value in pair])
    if not capture.opened:
        capture.release()
        raise CameraError(Code.CAMERA_CANNOT_OPEN, f"{spec.uri}: answers, but gives no video (path, login or format)")
    return capture


def _knock(spec: IpStream) -> None:
    """See whether anybody is there: ffmpeg cannot say, and would take its whole time limit over it."""
    parts = urlsplit(spec.url)
    try:
        socket.create_connection((parts.hostname, parts.port or _RTSP_PORT), timeout=_CONNECT_S).close()
    except OSError as error:
        raise CameraError(Code.CAMERA_NOT_FOUND, f"{spec.uri}: {type(error).__name__}") from None
