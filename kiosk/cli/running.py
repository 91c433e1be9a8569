"""One run of the station: profile, event stream, window, threads, and how it ends."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk import __version__
from kiosk.cli.first_start import first_start, may_ask
from kiosk.cli.heartbeat import Heartbeat
from kiosk.cli.looks import look_of
from kiosk.cli.output import use_log
from kiosk.cli.scenes import Screened
from kiosk.cli.station import load_settings
from kiosk.domain.errors import KioskError
from kiosk.station.snapshot import Screen, Snapshot
from kiosk.ui.application import OUR_BUG

if TYPE_CHECKING:
    from kiosk.cli.demo import Tour
    from kiosk.domain.ports import CameraFactory
    from kiosk.profile import Profile
    from kiosk.settings import Settings
    from kiosk.station.events import EventSink, Value
    from kiosk.station.station import Station

LINGER_S = 0.8
"""The last result stays on screen this long: its screenshot is taken, and a door has time to open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked on the command line."""

    mode: str | None = None
    camera: str | None = None
    events: str | None = None
    screenshots: Path | None = None
    seconds: float | None = None
    results: int | None = None
    size: tuple[int, int] | None = None
    fullscreen: bool | None = None
    demo: bool = False
    offline: bool = False
    beat: Path | None = None


class Ending:
    """How the run ends: the first reason counts. Any thread."""

    def __init__(self) -> None:
        """Not yet."""
        self._lock = threading.Lock()
        self._quit: Callable[[], None] | None = None
        self.reason: str | None = None
        self.error: KioskError | None = None
        self.status = 0

    def end(self, reason: str, *, status: int = 0, error: KioskError | None = None) -> None:
        """Ask for the end."""
        with self._lock:
            if self.reason is not None:
                return
            self.reason, self.status, self.error = reason, status, error
            leave = self._quit
        if leave is not None:
            leave()

    def failed(self, reason: str, *, status: int) -> None:
        """A bug of ours ended the window, or came while it ended: whatever else did, this did not end well."""
        with self._lock:
            self.reason = reason
            self.status = self.status or status

    def settle(self, fault: KioskError | None) -> None:
        """A run that ends while a part is broken does not end well, whatever ended it."""
        with self._lock:
            if self.error is None and self.status == 0:
                self.error = fault

    def leave_by(self, leave: Callable[[], None]) -> None:
        """How to end the window; called at once where the end was asked for before there was one."""
        with self._lock:
            self._quit = leave
            asked = self.reason is not None
        if asked:
            leave()

    @contextlib.contextmanager
    def after(self, seconds: float | None, reason: str) -> Iterator[None]:
        """End by itself after a time, unless the block is left before."""
        if seconds is None:
            yield
            return
        timer = threading.Timer(seconds, self.end, [reason])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def run_station(ctx: click.Context, options: Options, folder: Path | None) -> None:
    """Run until the window closes, a signal comes, or what was asked for has happened.

    Raises:
        KioskError: wrong settings, a profile in use, a file as camera that cannot be read, or a station that claims to be
            unattended without a walk of attacks that found it fit.
    """
    from kiosk import log
    from kiosk.cli.update import tell_of_last_update
    from kiosk.cli.wiring import camera, event_stream
    from kiosk.paths import default_profile
    from kiosk.profile import hold, open_profile
    from kiosk.station.clock import SystemClock
    from kiosk.station.events import EventSink
    from kiosk.ui.environment import prepare_environment

    mode = "enroll" if options.demo else options.mode
    settings = load_settings(ctx, folder, {"station.mode": mode, "camera.uri": options.camera})
    if may_ask(folder or default_profile(), settings, demo=options.demo, offline=options.offline):
        if not first_start(folder or default_profile(), settings):
            return
        settings = load_settings(ctx, folder)
    tell_of_last_update(settings.ui.language)
    look_of(settings.ui)  # a colour that nobody could read is refused before anything is started
    clock = SystemClock()
    tour: Tour | None = None
    screen = Screened()
    if options.demo:
        from kiosk.cli.demo import Tour

        tour = Tour(settings, clock, screen)
        make_camera, is_file = tour.make_camera, True
    else:
        make_camera, is_file = camera(settings, clock, screen)
    profile = open_profile(folder or default_profile())
    ending = Ending()
    with (
        hold(profile),
        log.started(profile),
        log.quiet_native_stderr(profile.native_log),
        event_stream(options.events) as stream,
    ):
        use_log(ctx, profile.log)
        if settings.station.unattended and tour is None:
            from kiosk.cli.unattended import require_fit

            require_fit(profile, settings)
        if prepare_environment():
            click.echo("There is no display: the window is painted off screen.", err=True)
        run = Run(options, settings, EventSink(clock, stream), ending, screen=screen, tour=tour)
        run.serve(profile, make_camera, is_file=is_file)
    if ending.error is not None:
        raise ending.error
    if ending.status:
        ctx.exit(ending.status)


class Run:
    """The window and the station behind it, from start to stop."""

    def __init__(
        self,
        options: Options,
        settings: Settings,
        sink: EventSink,
        ending: Ending,
        *,
        screen: Screened,
        tour: Tour | None,
    ) -> None:
        """Nothing runs yet."""
        self._options = options
        self._settings = settings
        self._sink = sink
        self._ending = ending
        self._tour = tour
        self._ready = False
        self._results = 0
        self._screen = screen

    def serve(self, profile: Profile, make_camera: CameraFactory, *, is_file: bool) -> None:
        """Show the window, run the station, stop in order. On the main thread; blocks until the end.

        Args:
            is_file: the camera is a file: one that cannot be read ends the run instead of being tried again for ever.
        """
        from kiosk.camera.uri import redacted
        from kiosk.cli.remote import has_account
        from kiosk.cli.wiring import building
        from kiosk.station.station import Station

        packs = self._tour.packs() if self._tour is not None else None
        station = Station(
            building(
                self._settings,
                profile,
                self._sink,
                make_camera,
                is_file=is_file,
                network=not self._options.offline,
                packs=packs,
                alone=self._tour is not None,
            )
        )
        self._sink.listen(self._count_results)
        station.subscribe(self._watch_ready)
        station.subscribe(self._screen.see)
        station.on_camera_ended = lambda: self._ending.end("camera_ended")
        if is_file:
            station.on_camera_failed = lambda error: self._ending.end("camera_failed", error=error)
        camera = "demo" if self._tour is not None else redacted(self._settings.camera.uri)
        online = self._tour is None and not self._options.offline and has_account(self._settings, profile.root)
        self._sink.emit(
            "started", None, version=__version__, mode=self._settings.station.mode, camera=camera, online=online
        )
        heart = Heartbeat(self._options.beat, lambda: station.beat_ms, lambda: self._ending.end("orphaned"))
        try:
            with self._ending.after(self._options.seconds, "time_is_up"), heart:
                self._show_window(station, heart)
        except Exception:
            self._ending.failed("window_failed", status=OUR_BUG)
            raise
        finally:
            fault = station.fault
            if self._tour is not None:
                self._tour.stop()
            station.stop()
            self._ending.settle(fault)
            self._sink.emit("stopped", None, reason=self._ending.reason or "window_closed")

    def _show_window(self, station: Station, heart: Heartbeat) -> None:
        from kiosk.details import checks_at
        from kiosk.ui.application import Application
        from kiosk.ui.text import Text

        ui = self._settings.ui
        chosen = self._options.fullscreen

        def started() -> None:
            self._sink.emit("window", None, since_start_ms=_since_start_ms())
            station.start()
            if self._tour is not None:
                self._tour.start(station, self._sink, self._ending)

        application = Application(
            text=Text(ui.language),
            look=look_of(ui, self._settings.site),
            beat=heart.gui,
            intents=station,
            subscribe=station.subscribe,
            latest_frame=station.latest_frame,
            started=started,
            screenshots=self._options.screenshots,
            size=self._options.size or (ui.width, ui.height),
            fullscreen=ui.fullscreen if chosen is None else chosen,
            check_details=checks_at(self._settings.station.country),
            on_close=lambda: None,
        )
        self._ending.leave_by(application.quit)
        status = application.run()
        if status:
            self._ending.failed("window_failed", status=status)
        self._ending.end("window_closed")

    def _watch_ready(self, snapshot: Snapshot) -> None:
        if not self._ready and snapshot.screen is not Screen.STARTING:
            self._ready = True
            self._sink.emit("ready", None, since_start_ms=_since_start_ms())

    def _count_results(self, line: dict[str, Value]) -> None:
        if line["event"] != "result":
            return
        self._results += 1
        if self._results == self._options.results:
            later = threading.Timer(LINGER_S, self._ending.end, ["results_reached"])
            later.daemon = True
            later.start()


def _since_start_ms() -> float:
    """Since this process began, by the operating system's own record."""
    import psutil

    began: float = psutil.Process().create_time()
    return round((time.time() - began) * 1000, 1)
