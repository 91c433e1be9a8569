"""MJPEG over HTTP, read part by part. OpenCV's ffmpeg reads it too, but squeezes every picture into the size of the first one
(seen with 5.0), cannot say why it failed, and a stretched face is worse than none.

Accepts what cameras really send: boundaries with or without dashes and quotes, parts with or without a length.
Must not log or raise an address with its login.
"""

from __future__ import annotations

import http.client
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Protocol, cast
from urllib.parse import unquote, urlsplit, urlunsplit

import cv2
import numpy as np

from kiosk.camera.uri import redacted
from kiosk.domain.errors import CameraError, Code
from kiosk.domain.face import Pixels

MAX_PART = 8_000_000
_MAX_HEAD = 8_000
_CHUNK = 65_536


class ByteStream(Protocol):
    """What a reply gives."""

    def read1(self, size: int, /) -> bytes:
        """Up to ``size`` bytes, as soon as there are any; empty at the end."""
        ...


def split_login(url: str) -> tuple[str, str, str]:
    """(url without login, user, password), percent-decoded."""
    parts = urlsplit(url)
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return bare, unquote(parts.username or ""), unquote(parts.password or "")


def parts_of(stream: ByteStream, boundary: str, *, limit_s: float) -> Iterator[bytes]:
    """The bodies of a multipart stream, until it ends.

    Args:
        stream: the body of the reply.
        boundary: of its ``Content-Type``.
        limit_s: longest time for one part, seconds; a stream that drips bytes for ever ends here.

    Raises:
        ValueError: this is no multipart stream, or a part is larger than :data:`MAX_PART`.
        TimeoutError: a part took too long.
    """
    mark = b"--" + boundary.strip('"').lstrip("-").encode("latin-1", "replace")
    inbox = bytearray()
    while True:
        until = time.monotonic() + limit_s
        if not _fill(stream, inbox, b"\r\n\r\n", _MAX_HEAD + _CHUNK, until):
            return
        head, _, rest = bytes(inbox).partition(b"\r\n\r\n")
        if mark not in head:
            raise ValueError("no boundary where one is due")
        inbox[:] = rest
        length = _length(head)
        if length is None:
            if not _fill(stream, inbox, mark, MAX_PART, until):
                return
            body, _, rest = bytes(inbox).partition(mark)
            inbox[:] = mark + rest
            yield body.rstrip(b"-").removesuffix(b"\r\n")
            continue
        if not 0 <= length <= MAX_PART:
            raise ValueError("a part is too large")
        while len(inbox) < length:
            if not _more(stream, inbox, until):
                return
        yield bytes(inbox[:length])
        del inbox[:length]


class MjpegStream:
    """An open MJPEG stream, a :class:`~kiosk.camera.live.Device`.

    Args:
        url: http or https, with or without a login (basic or digest, whichever the camera asks for).
        limit_s: longest wait for anything from the camera, seconds.

    Raises:
        CameraError: ``camera_not_found`` when nobody answers, ``camera_cannot_open`` with what the camera answered.
    """

    def __init__(self, url: str, *, limit_s: float) -> None:
        self._name, self._limit_s = redacted(url), limit_s
        self._reply = _request(url, limit_s)
        kind = self._reply.headers.get_content_type()
        boundary = self._reply.headers.get_param("boundary")
        if not kind.startswith("multipart/") or not isinstance(boundary, str):
            self._reply.close()
            raise CameraError(Code.CAMERA_CANNOT_OPEN, f"{self._name}: answers {kind}, not an MJPEG stream")
        self._parts = parts_of(self._reply, boundary, limit_s=limit_s)

    def read(self) -> Pixels | None:
        """Next picture that can be decoded, BGR uint8; None when the stream ended."""
        while (part := self._next()) is not None:
            # A damaged picture is dropped like a lost frame; when all are, the pump calls it stalled.
            pixels = _decoded(part)
            if pixels is not None:
                return cast(Pixels | None, pixels)
        return None

    def release(self) -> None:
        """Hang up."""
        self._reply.close()

    def _next(self) -> bytes | None:
        try:
            return next(self._parts, None)
        except TimeoutError as error:
            raise CameraError(Code.CAMERA_STALLED, f"{self._name}: no picture for {self._limit_s:g} s") from error
        except (OSError, http.client.HTTPException) as error:
            raise CameraError(Code.CAMERA_LOST, f"{self._name}: the connection broke") from error
        except ValueError as error:
            raise CameraError(Code.CAMERA_LOST, f"{self._name}: {error}") from error


def _request(url: str, limit_s: float) -> http.client.HTTPResponse:
    bare, user, password = split_login(url)
    name = redacted(url)
    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]  # a camera is a neighbour
    if user:
        logins = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        logins.add_password(None, bare, user, password)
        handlers += [urllib.request.HTTPBasicAuthHandler(logins), urllib.request.HTTPDigestAuthHandler(logins)]
    try:
        reply = urllib.request.build_opener(*handlers).open(bare, timeout=limit_s)
    except urllib.error.HTTPError as error:
        with error:
            why = (
                "wants a login, or another one"
                if error.code in {401, 403}
                else "has no such path"
                if error.code == 404
                else ""
            )
            raise CameraError(Code.CAMERA_CANNOT_OPEN, f"{name}: status {error.code} {why}".rstrip()) from None
    except urllib.error.URLError as error:
        if isinstance(error.reason, ssl.SSLError):
            raise CameraError(Code.CAMERA_CANNOT_OPEN, f"{name}: its certificate is not trusted, or no TLS") from None
        raise CameraError(Code.CAMERA_NOT_FOUND, f"{name}: {type(error.reason).__name__}") from None
    except TimeoutError:
        raise CameraError(Code.CAMERA_NOT_FOUND, f"{name}: no answer") from None
    except (OSError, http.client.HTTPException, ValueError):
        raise CameraError(Code.CAMERA_CANNOT_OPEN, f"{name}: the answer is not HTTP") from None
    if not isinstance(reply, http.client.HTTPResponse):
        reply.close()
        raise CameraError(Code.CAMERA_CANNOT_OPEN, f"{name}: the answer is not HTTP")
    return reply


def _more(stream: ByteStream, inbox: bytearray, until: float) -> bool:
    if time.monotonic() > until:
        raise TimeoutError
    data = stream.read1(_CHUNK)
    inbox += data
    return bool(data)


def _fill(stream: ByteStream, inbox: bytearray, mark: bytes, limit: int, until: float) -> bool:
    """Read until ``mark`` is in; False when the stream ended before."""
    seen = 0
    while inbox.find(mark, max(0, seen - len(mark))) < 0:
        if len(inbox) > limit:
            raise ValueError("a part is too large")
        seen = len(inbox)
        if not _more(stream, inbox, until):
            return False
    return True


def _length(head: bytes) -> int | None:
    for line in head.split(b"\r\n"):
        key, _, value = line.partition(b":")
        if key.strip().lower() == b"content-length":
            return int(value)
    return None


def _decoded(part: bytes) -> Pixels | None:
    if not part:
        return None
    try:
        pixels = cv2.imdecode(np.frombuffer(part, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    return cast(Pixels | None, pixels)
