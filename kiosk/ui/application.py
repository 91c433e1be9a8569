"""Where the command line meets the window. Importing this costs nothing: Qt comes in when :meth:`Application.run` is called.

Threads: :meth:`Application.run` on the main thread; :meth:`Application.quit` from anywhere, also before there is a window.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from kiosk.station.snapshot import Intents, Snapshot
from kiosk.ui.environment import prepare_environment
from kiosk.ui.look import Look
from kiosk.ui.text import Text

if TYPE_CHECKING:
    from kiosk.domain.face import Frame
    from kiosk.ui.presenters.details import CheckDetails

__all__ = ["Application", "Wiring", "prepare_environment"]

logger = logging.getLogger(__name__)

DONE, OUR_BUG = 0, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What the window is connected to, and how it is to look; the arguments of :class:`Application`."""

    text: Text
    intents: Intents
    subscribe: Callable[[Callable[[Snapshot], None]], None]
    latest_frame: Callable[[], Frame | None]
    started: Callable[[], None]
    check_details: CheckDetails
    on_close: Callable[[], None]
    screenshots: Path | None = None
    size: tuple[int, int] | None = None
    fullscreen: bool = False
    look: Look = field(default_factory=Look)
    beat: Callable[[], None] | None = None


class Application:
    """One window, from its first paint until it has gone."""

    def __init__(
        self,
        *,
        text: Text,
        intents: Intents,
        subscribe: Callable[[Callable[[Snapshot], None]], None],
        latest_frame: Callable[[], Frame | None],
        started: Callable[[], None],
        check_details: CheckDetails,
        on_close: Callable[[], None],
        screenshots: Path | None = None,
        size: tuple[int, int] | None = None,
        fullscreen: bool = False,
        look: Look | None = None,
        beat: Callable[[], None] | None = None,
    ) -> None:
        """Nothing happens before :meth:`run`.

        Args:
            text: the station's language.
            intents: what the person at the screen asks for; called on the GUI thread, must not block.
            subscribe: is handed a function that takes snapshots on any thread.
            latest_frame: newest frame or None; called on the GUI thread, must not wait. BGR, unmirrored.
            started: called once, after the first window has been painted; start threads here.
            check_details: what was typed -> details or problem codes; must only compute.
            on_close: called once, after the window has gone, whatever ended it.
            screenshots: folder for one PNG a screen.
            size: of the window in pixels, where it is not full screen.
            fullscreen: cover the screen.
            look: colours, letters, logo, kiosk mode, voice.
            beat: called twice a second by the event loop while it turns; must not block.
        """
        self._wiring = Wiring(
            text=text,
            intents=intents,
            subscribe=subscribe,
            latest_frame=latest_frame,
            started=started,
            check_details=check_details,
            on_close=on_close,
            screenshots=screenshots,
            size=size,
            fullscreen=fullscreen,
            look=look or Look(),
            beat=beat,
        )
        self._lock = threading.Lock()
        self._leave: Callable[[], None] | None = None
        self._asked_to_quit = False

    def run(self) -> int:
        """Show the window and stay until it is closed, :meth:`quit` is called, or SIGINT or SIGTERM arrives.

        Returns:
            0, or 4 after a bug of ours in the window.

        Raises:
            ModelError: ``library_missing``: Qt cannot start.
            ConfigError: ``config_bad_value``: the accent cannot be read.
            InputError: ``file_not_writable``: the screenshots folder.
        """
        prepare_environment()
        from kiosk.ui.loop import Loop

        previous, failed = sys.excepthook, []

        def trap(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            logger.critical("a bug in the window: %s", kind.__name__, exc_info=(kind, error, trace))
            failed.append(kind)
            self.quit()

        try:
            with Loop() as loop:
                sys.excepthook = trap  # before the window: it may be painted, and everything started, while it is made
                loop.open_window(self._wiring)
                self._wiring.subscribe(loop.post)
                self._leave_by(loop.leave)
                loop.run()
        finally:
            sys.excepthook = previous
            with self._lock:
                self._leave = None
            self._wiring.on_close()
        return OUR_BUG if failed else DONE

    def quit(self) -> None:
        """End :meth:`run` soon, or as soon as it begins. Any thread; calling it twice is harmless."""
        with self._lock:
            self._asked_to_quit = True
            leave = self._leave
            if leave is not None:
                leave()

    def _leave_by(self, leave: Callable[[], None]) -> None:
        with self._lock:
            self._leave = leave
            if self._asked_to_quit:
                leave()
