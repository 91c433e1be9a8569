"""Qt's event loop with one window in it: made, run, and taken down without a thread, timer or signal handler left behind."""

from __future__ import annotations

import logging
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Self

from PySide6.QtCore import (
    QEventLoop,
    QMessageLogContext,
    QMetaObject,
    QSocketNotifier,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from kiosk.station.snapshot import Snapshot
from kiosk.ui.application import Wiring
from kiosk.ui.awake import Awake
from kiosk.ui.bridge import Bridge
from kiosk.ui.fonts import load_fonts
from kiosk.ui.guard import Guard
from kiosk.ui.main_window import KioskWindow
from kiosk.ui.presenters.attract import Stand
from kiosk.ui.presenters.details import CheckDetails
from kiosk.ui.screenshots import Screenshots
from kiosk.ui.text import Text
from kiosk.ui.voice.guide import Guide, SystemSpeaker
from kiosk.ui.voice.plan import spoken

logger = logging.getLogger(__name__)
qt_logger = logging.getLogger(f"{__name__}.qt")

DEFAULT_SIZE = (1280, 800)
BEAT_MS = 500
_MUTE = frozenset({"offscreen", "minimal"})
"""Where nobody looks nobody listens."""

_SAMPLE = {"first_name": "A", "email": "a@example.org", "phone": "+573001234567", "date_of_birth": "1990-01-31"}


class Loop:
    """Context manager; main thread only, but for :meth:`post`."""

    def __init__(self) -> None:
        """Make or take the application object."""
        existing = QApplication.instance()
        self._app = existing if isinstance(existing, QApplication) else QApplication(["kiosk"])
        self._app.setApplicationName("kiosk")
        self._events = QEventLoop()  # not the application's own: that one leaves a mark that ends every later loop
        self._window: KioskWindow | None = None
        self._bridge: Bridge | None = None
        self._screenshots: Screenshots | None = None
        self._signals: _Signals | None = None
        self._warming: threading.Thread | None = None
        self._check_details: CheckDetails | None = None
        self._guard: Guard | None = None
        self._awake: Awake | None = None
        self._voice: Guide | None = None
        self._wants_voice = self._names = self._comfort = False
        self._beat = QTimer()
        self._beat.setInterval(BEAT_MS)

    def __enter__(self) -> Self:
        """Letters, messages, signals."""
        qInstallMessageHandler(_to_log)
        load_fonts()
        self._signals = _Signals(self._events.quit)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take everything down; screenshots are on disk when this returns."""
        self._beat.stop()
        if self._bridge is not None:
            self._bridge.close()
        if self._guard is not None:
            self._guard.stop()
        if self._window is not None:
            self._window.close()
        if self._awake is not None:
            self._awake.stop()
        if self._voice is not None:
            self._voice.close()
        if self._screenshots is not None:
            self._screenshots.close()
        if self._window is not None:
            self._window.deleteLater()
            self._app.sendPostedEvents(self._window)
        if self._signals is not None:
            self._signals.close()
        if self._warming is not None:
            self._warming.join()
        qInstallMessageHandler(None)

    def post(self, snapshot: Snapshot) -> None:
        """Hand a snapshot to the window. Any thread."""
        if self._bridge is not None:
            self._bridge.post(snapshot)

    def open_window(self, wiring: Wiring) -> None:
        """Make the window and show it."""
        if wiring.screenshots is not None:
            self._screenshots = Screenshots(wiring.screenshots)
        self._bridge = Bridge(every_screen=wiring.screenshots is not None)
        window = KioskWindow(
            text=wiring.text,
            theme=wiring.look.made(),
            intents=wiring.intents,
            latest_frame=wiring.latest_frame,
            check_details=wiring.check_details,
            screenshots=self._screenshots,
            size=wiring.size or DEFAULT_SIZE,
            stand=Stand(distance_cm=wiring.look.distance_cm, height_cm=wiring.look.camera_height_cm),
            dim_after_s=wiring.look.dim_after_s,
        )
        self._window = window
        self._bridge.arrived.connect(window.show_snapshot)

        window.closed.connect(self._events.quit)
        window.first_painted.connect(wiring.started)
        window.first_painted.connect(window.build_all)
        window.form_ahead.connect(self._warm_checks)
        self._check_details = wiring.check_details
        if wiring.look.logo is not None:
            window.show_logo(wiring.look.logo)
        if wiring.beat is not None:
            self._beat.timeout.connect(wiring.beat)
            self._beat.start()
        self._wants_voice, self._names = wiring.look.voice, wiring.look.names
        window.shown.connect(self._say)
        window.comfort_changed.connect(self._on_comfort)
        if wiring.look.kiosk:
            self._guard = Guard(window)
            window.held = True
            window.let_out.connect(self._let_out)
        if wiring.look.kiosk or wiring.fullscreen:
            self._awake = Awake()
            window.showFullScreen()
        else:
            window.show()

    def _let_out(self) -> None:
        """A supervisor has ended kiosk mode: the window is one among others, and may be closed. It holds again from the next
        start on.
        """
        if self._guard is not None:
            self._guard.release()
        if self._window is not None:
            self._window.showNormal()

    def _warm_checks(self) -> None:
        """The libraries behind the checks take a fifth of a second to import: not at the first key in the form."""
        if self._warming is None and self._check_details is not None:
            self._warming = threading.Thread(target=self._check_details, args=(_SAMPLE,), name="kiosk-warm-checks")
            self._warming.start()

    def _say(self, snapshot: Snapshot, text: Text) -> None:
        if not (self._wants_voice or self._comfort) or QGuiApplication.platformName() in _MUTE:
            if self._voice is not None:
                self._voice.say(None)
            return
        if self._voice is None:
            self._voice = Guide(SystemSpeaker())
        self._voice.say(spoken(snapshot, text, names=self._names))

    def _on_comfort(self, on: bool) -> None:
        self._comfort = on

    def leave(self) -> None:
        """End :meth:`run`, also one that has not begun. Any thread."""
        QMetaObject.invokeMethod(self._events, "quit", Qt.ConnectionType.QueuedConnection)

    def run(self) -> None:
        """Until the window is closed or :meth:`leave` is called."""
        self._events.exec()


class _Signals:
    """SIGINT and SIGTERM end the loop. Python handles a signal only between its own instructions, and Qt's loop is not Python:
    a byte through a socket wakes it."""

    _CAUGHT = (signal.SIGINT, signal.SIGTERM)

    def __init__(self, quit_loop: Callable[[], None]) -> None:
        self._quit_loop = quit_loop
        self._previous: dict[signal.Signals, object] = {}
        self._inner, self._outer = socket.socketpair()
        for end in (self._inner, self._outer):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._inner.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._drain)
        self._fd = -1
        if threading.current_thread() is threading.main_thread():
            self._fd = signal.set_wakeup_fd(self._outer.fileno(), warn_on_full_buffer=False)
            self._previous = {number: signal.signal(number, self._on_signal) for number in self._CAUGHT}

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        logger.info("signal %d: closing", number)
        self._quit_loop()

    def _drain(self) -> None:
        with suppress(OSError):
            self._inner.recv(64)

    def close(self) -> None:
        self._notifier.setEnabled(False)
        if self._previous:
            signal.set_wakeup_fd(self._fd)
            for number, handler in self._previous.items():
                signal.signal(number, handler)  # type: ignore[arg-type]  # what signal() gave back
        self._inner.close()
        self._outer.close()


def _to_log(kind: QtMsgType, context: QMessageLogContext, message: str | None) -> None:
    level = {
        QtMsgType.QtDebugMsg: logging.DEBUG,
        QtMsgType.QtInfoMsg: logging.DEBUG,
        QtMsgType.QtWarningMsg: logging.INFO,
    }.get(kind, logging.ERROR)
    qt_logger.log(level, "%s", message)
