"""What ``--camera`` means: text to a spec, a spec to a camera factory, and text that is safe to show.

Must not open anything, nor import OpenCV before a factory is called.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.domain.errors import Code, ConfigError
from kiosk.domain.ports import Camera, CameraFactory, Clock

MIN_FPS, MAX_FPS = 1.0, 240.0


@dataclass(frozen=True, slots=True)
class UsbByIndex:
    """The camera with this number."""

    index: int

    @property
    def uri(self) -> str:
        """As given on the command line."""
        return f"usb:{self.index}"


@dataclass(frozen=True, slots=True)
class UsbByName:
    """The first camera whose name holds this text, in any case."""

    part: str

    @property
    def uri(self) -> str:
        """As given on the command line."""
        return f'usb:"{self.part}"'


@dataclass(frozen=True, slots=True)
class IpStream:
    """An rtsp stream or an MJPEG stream over http(s). ``url`` may hold a login: it stays out of ``repr`` and logs."""

    url: str = field(repr=False)

    @property
    def uri(self) -> str:
        """Without the login."""
        return redacted(self.url)

    @property
    def is_rtsp(self) -> bool:
        """Whether it speaks rtsp; otherwise http."""
        return self.url.lower().startswith("rtsp:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A clip, a picture or a folder of pictures; ``fps`` None for its own pace."""

    path: Path
    loop: bool = False
    fps: float | None = None
    mirror: bool = False

    @property
    def uri(self) -> str:
        """Without the options."""
        return f"replay:{self.path}"


@dataclass(frozen=True, slots=True)
class Synthetic:
    """A portrait moved in 3D."""

    portrait: Path

    @property
    def uri(self) -> str:
        """As given on the command line."""
        return f"synthetic:{self.portrait}"


CameraSpec = UsbByIndex | UsbByName | IpStream | Replay | Synthetic
BuildableSpec = UsbByIndex | UsbByName | IpStream | Replay


def parse(uri: str) -> CameraSpec:
    """Read a camera address; the forms are listed in the help of ``kiosk run``.

    Raises:
        ConfigError: ``camera_bad_uri``, with what is wrong and never with a login.
    """
    scheme, colon, rest = uri.strip().partition(":")
    if not colon or not rest.strip():
        raise _bad(uri, "expected usb:0, usb:name, rtsp://…, http://…, replay:PATH or synthetic:PORTRAIT")
    match scheme.lower():
        case "usb":
            return _usb(uri, rest.strip())
        case "rtsp" | "http" | "https":
            return _ip(uri.strip())
        case "replay":
            return _replay(uri, rest)
        case "synthetic":
            return Synthetic(_path(uri, rest))
        case _:
            raise _bad(uri, f"unknown kind {scheme!r}" if scheme.isalnum() else "unknown kind")


def build(spec: BuildableSpec, clock: Clock) -> CameraFactory:
    """How to make the camera of a spec. What one camera learns (which driver works) the next one from the factory knows.

    Raises (the cameras, in ``open``):
        CameraError, InputError: see each camera.
    """
    match spec:
        case UsbByIndex() | UsbByName():
            return _usb_factory(spec, clock)
        case IpStream():
            return _ip_factory(spec, clock)
        case Replay():
            return _replay_factory(spec, clock)


def redacted(uri: str) -> str:
    """The same address without anything that could be a login; addresses of other kinds than IP are returned as they are.

    User and password before ``@`` go, every query goes, and so does a path with ``=`` in it (some cameras want
    ``rtsp://host/user=…&password=…``).
    """
    found = re.match(r"\s*(rtsp|https?)://", uri, re.IGNORECASE)
    if found is None:
        ours = re.match(r"\s*(usb|replay|synthetic):", uri, re.IGNORECASE)
        return uri if ours else re.sub(r":.*@", ":***@", uri, flags=re.DOTALL)
    _, at, rest = uri[found.end() :].rpartition("@")
    place, question, _ = rest.partition("?")
    host, slash, path = place.partition("/")
    if "=" in path or "%3d" in path.lower():
        path = "***"
    return f"{found.group(1).lower()}://{'***@' if at else ''}{host}{slash}{path}{'?***' if question else ''}"


def _bad(uri: str, why: str) -> ConfigError:
    return ConfigError(Code.CAMERA_BAD_URI, f"{redacted(uri)}: {why}")


def _usb(uri: str, rest: str) -> UsbByIndex | UsbByName:
    if rest.isascii() and rest.isdigit():
        if int(rest) > 99:
            raise _bad(uri, "camera numbers go from 0 to 99")
        return UsbByIndex(int(rest))
    quoted = len(rest) >= 2 and rest[0] == rest[-1] and rest[0] in "\"'"
    part = rest[1:-1].strip() if quoted else rest
    if not part or "\x00" in part:
        raise _bad(uri, "the name is empty")
    return UsbByName(part)


def _ip(uri: str) -> IpStream:
    if any(ord(character) <= 32 or ord(character) == 127 for character in uri):
        raise _bad(uri, "an address holds no blanks")
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _bad(uri, "not an address") from None  # the cause would show the login
    if not host or not uri.partition(":")[2].startswith("//") or port == 0:
        raise _bad(uri, "expected scheme://host:port/path")
    return IpStream(parts.scheme + uri[len(parts.scheme) :])


def _replay(uri: str, rest: str) -> Replay:
    path, _, query = rest.partition("?")
    options: dict[str, str] = {}
    for option in filter(None, query.split("&")):
        key, equals, value = option.partition("=")
        if key not in {"loop", "fps", "mirror"} or not equals or key in options:
            raise _bad(uri, f"expected loop=0|1, fps=N or mirror=0|1 once each, not {option!r}")
        options[key] = value
    return Replay(
        path=_path(uri, path),
        loop=_flag(uri, options, "loop"),
        mirror=_flag(uri, options, "mirror"),
        fps=_fps(uri, options["fps"]) if "fps" in options else None,
    )


def _path(uri: str, text: str) -> Path:
    if not text.strip() or "\x00" in text:
        raise _bad(uri, "the path is empty")
    path = Path(text.strip())
    return path.expanduser() if text.strip().startswith(("~/", "~\\")) else path


def _flag(uri: str, options: dict[str, str], key: str) -> bool:
    value = options.get(key, "0")
    if value not in {"0", "1"}:
        raise _bad(uri, f"{key} is 0 or 1")
    return value == "1"


def _fps(uri: str, text: str) -> float:
    try:
        fps = float(text)
    except ValueError:
        raise _bad(uri, "fps is a number") from None
    if not MIN_FPS <= fps <= MAX_FPS:
        raise _bad(uri, f"fps goes from {MIN_FPS:g} to {MAX_FPS:g}")
    return fps


def _usb_factory(spec: UsbByIndex | UsbByName, clock: Clock) -> Callable[[], Camera]:
    from kiosk.camera.usb import UsbCamera, Winner

    winner = Winner()
    return lambda: UsbCamera(spec, clock, winner=winner)


def _ip_factory(spec: IpStream, clock: Clock) -> Callable[[], Camera]:
    from kiosk.camera.ip import IpCamera

    return lambda: IpCamera(spec, clock)


def _replay_factory(spec: Replay, clock: Clock) -> Callable[[], Camera]:
    from kiosk.camera.replay import ReplayCamera

    return lambda: ReplayCamera(spec, clock)
