"""``--screenshots DIR``: one PNG each time the screen changes, ``NNN-<screen>.png``; one more where a part of it does.

A part is another language, another way in without a face, another page of the operator's room.

The window is grabbed on the GUI thread once the screen has settled (or at the last moment before it goes), and written on a
thread of its own, so that the GUI neither waits for a disk nor misses a short screen.
"""

from __future__ import annotations

import logging
from collections.abc import Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from kiosk.domain.errors import Code, InputError
from kiosk.station.snapshot import Screen

logger = logging.getLogger(__name__)

SETTLE_MS = 250


class Screenshots:
    """GUI thread only; :meth:`close` waits until everything is on disk."""

    def __init__(self, folder: Path) -> None:
        """Make the folder.

        Raises:
            InputError: ``file_not_writable``.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(Code.FILE_NOT_WRITABLE, str(folder)) from error
        self._folder = folder
        self._window: QWidget | None = None
        self._taken = 0
        self._screen: Screen | None = None
        self._part: Hashable = None
        self._met_taken = False
        self._waiting = False
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self._take)
        self._writes: list[Future[None]] = []
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kiosk-screenshots")

    def attach(self, window: QWidget) -> None:
        """Which window is photographed."""
        self._window = window

    def screen_shows(self, screen: Screen, *, met: bool, part: Hashable = None) -> None:
        """A screen is up. The capture screen is taken once more when nothing is asked of the person any longer (``met``).

        Args:
            screen: which one.
            met: see above.
            part: what else makes it look different; a change of it is taken as well.
        """
        if screen is not self._screen:
            self._screen, self._part, self._met_taken = screen, part, False
            self._plan()
        elif part != self._part:
            self._part = part
            self._plan()
        elif screen is Screen.CAPTURE and met and not self._met_taken and not self._waiting:
            self._met_taken = True
            self._plan()

    def part_shows(self) -> None:
        """Within the screen that is up something else is shown."""
        if self._screen is not None:
            self._plan()

    def screen_leaves(self) -> None:
        """The screen is about to change: what has not been taken yet is taken now."""
        if self._waiting:
            self._take()

    def close(self) -> None:
        """Wait until everything is on disk."""
        self.screen_leaves()
        self._writer.shutdown(wait=True)
        for write in self._writes:
            write.result()  # a bug of ours must not hide on the other thread

    def _plan(self) -> None:
        self._waiting = True
        self._timer.start()

    def _take(self) -> None:
        self._timer.stop()
        self._waiting = False
        if self._window is None or self._screen is None:
            return
        _lay_out(self._window)
        self._taken += 1
        path = self._folder / f"{self._taken:03d}-{self._screen}.png"
        self._writes.append(self._writer.submit(_write, self._window.grab().toImage(), path))


def _lay_out(window: QWidget) -> None:
    """New words have their room only after the layouts ran; a screen that goes at once would be taken with clipped ones.

    Twice: the room that the outer ones give is known to the inner ones only then.
    """
    shown = [each for each in (window, *window.findChildren(QWidget)) if each.isVisible()]
    layouts = [layout for each in shown if (layout := each.layout()) is not None]
    for layout in (*reversed(layouts), *layouts):
        layout.activate()


def _write(image: QImage, path: Path) -> None:
    if not image.save(str(path)):
        logger.error("%s: a screenshot could not be written", Code.FILE_NOT_WRITABLE)
