"""Choosing another camera: the one in use stays until the new one gives pictures, is written down, and takes its place.

A camera on trial has a thread and a slot of its own; nothing that it sees is judged or kept.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.camera.uri import Synthetic, build, parse, redacted
from kiosk.domain.errors import Code, ConfigError
from kiosk.domain.face import Frame
from kiosk.domain.ports import CameraFactory, CameraInfo, Clock
from kiosk.station.camera_worker import CameraReport, CameraWorker
from kiosk.station.mailbox import LatestSlot
from kiosk.station.snapshot import CameraState

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraFound:
    """One that this machine has. ``uri`` is its address without a login."""

    uri: str
    name: str
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialNow:
    """The camera on trial, for the page.

    Attributes:
        uri: without a login; empty where none is on trial.
        info: once it is open.
        error, detail: why it gives no picture; it is tried again by itself.
        frames: whether it has given one: only then it can be taken.
    """

    uri: str = ""
    state: CameraState = CameraState.OPENING
    info: CameraInfo | None = None
    fps: float = 0.0
    error: Code | None = None
    detail: str = ""
    frames: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A camera was chosen. ``at_once`` tells that it is in use already; otherwise from the next start on."""

    uri: str
    at_once: bool


class CameraDesk:
    """Any thread may call; :attr:`now` and :meth:`latest_frame` never wait, the rest belongs on a worker thread.

    Args:
        current: address of the camera in use.
        devices: what this machine has, as (number, name).
        save: writes the address down; raises ``ConfigError``.
        use: lets the station work with the cameras of a factory from now on.
        factory: how to make the camera of an address; by default what :mod:`kiosk.camera.uri` builds.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        current: str,
        devices: Callable[[], list[tuple[int, str]]],
        save: Callable[[str], None],
        use: Callable[[CameraFactory], None],
        factory: Callable[[str, Clock], CameraFactory] | None = None,
    ) -> None:
        """Nothing is on trial."""
        self._clock = clock
        self._current = current
        self._devices = devices
        self._save = save
        self._use = use
        self._factory = factory or _factory
        self._lock = threading.Lock()
        self._trial: _Trial | None = None

    @property
    def current(self) -> str:
        """Address of the camera in use, without a login."""
        return redacted(self._current)

    @property
    def now(self) -> TrialNow:
        """The camera on trial at this moment."""
        with self._lock:
            trial = self._trial
        return trial.now if trial is not None else TrialNow()

    def latest_frame(self) -> Frame | None:
        """Of the camera on trial, for painting; None while it gives none."""
        with self._lock:
            trial = self._trial
        return trial.slot.peek() if trial is not None else None

    def found(self) -> tuple[CameraFound, ...]:
        """What this machine has, and the one in use where it is not among them."""
        here = [
            CameraFound(uri=f"usb:{number}", name=name, current=_is(self._current, number, name))
            for number, name in self._devices()
        ]
        if not any(each.current for each in here):
            here.insert(0, CameraFound(uri=self.current, name="", current=True))
        return tuple(here)

    def attempt(self, uri: str) -> TrialNow:
        """Put a camera on trial; the one before is let go.

        Raises:
            ConfigError: ``camera_bad_uri``.
        """
        make = self._factory(uri, self._clock)
        self.leave()
        trial = _Trial(uri, make, self._clock)
        with self._lock:
            self._trial = trial
        trial.start()
        return trial.now

    def take(self) -> Taken:
        """Write the camera on trial down and work with it.

        Raises:
            ConfigError: ``camera_bad_uri`` while it has given no picture; or the file cannot be written, and nothing changes.
        """
        with self._lock:
            trial = self._trial
        if trial is None or not trial.now.frames:
            raise ConfigError(Code.CAMERA_BAD_URI, "no picture yet")
        self._save(trial.uri)
        self.leave()  # most cameras serve one reader at a time
        self._current = trial.uri
        finite = trial.now.info is not None and trial.now.info.finite
        if not finite:
            self._use(trial.make)
        return Taken(uri=redacted(trial.uri), at_once=not finite)

    def leave(self) -> None:
        """Let the camera on trial go."""
        with self._lock:
            trial, self._trial = self._trial, None
        if trial is not None:
            trial.stop()

    def check(self) -> None:
        """Notice a camera on trial that hangs; the supervisor calls it a few times a second."""
        with self._lock:
            trial = self._trial
        if trial is not None:
            trial.check()


class _Trial:
    def __init__(self, uri: str, make: CameraFactory, clock: Clock) -> None:
        self.uri, self.make = uri, make
        self.slot: LatestSlot[Frame] = LatestSlot()
        self._worker = CameraWorker(make, self.slot, clock, self._hear)
        self._told = TrialNow(uri=redacted(uri))

    @property
    def now(self) -> TrialNow:
        told = self._told
        return TrialNow(
            uri=told.uri,
            state=told.state,
            info=told.info,
            fps=self._worker.fps,
            error=told.error,
            detail=told.detail,
            frames=told.frames and self.slot.peek() is not None,
        )

    def start(self) -> None:
        self._worker.start()

    def check(self) -> None:
        self._worker.check()

    def stop(self) -> None:
        self._worker.stop()
        self.slot.clear()

    def _hear(self, report: CameraReport) -> None:
        """Camera thread."""
        streaming = report.state in {CameraState.STREAMING, CameraState.BACK}
        self._told = TrialNow(
            uri=self._told.uri,
            state=report.state,
            info=report.info or self._told.info,
            error=report.error.code if report.error is not None else None if streaming else self._told.error,
            detail=report.error.detail if report.error is not None else "",
            frames=streaming or (self._told.frames and report.ended),
        )


def _factory(uri: str, clock: Clock) -> CameraFactory:
    spec = parse(uri)
    if isinstance(spec, Synthetic):
        raise ConfigError(Code.CAMERA_BAD_URI, "a portrait moved in 3D is not tried here")
    return build(spec, clock)


def _is(current: str, number: int, name: str) -> bool:
    scheme, _, rest = current.strip().partition(":")
    rest = rest.strip().strip("\"'")
    if scheme.lower() != "usb":
        return False
    return rest == str(number) if rest.isdigit() else rest.casefold() in name.casefold()
