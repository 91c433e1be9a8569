"""Kiosk mode: the window stays, in front and over the whole screen, whatever is pressed; the pointer goes when nobody moves it.

Only :meth:`Guard.release` opens a way out. Who may ask for that is decided elsewhere (a supervisor's right); a signal from the
system that ends the program goes around the window and is not held up here.
"""

from __future__ import annotations

import logging

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QCursor, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

logger = logging.getLogger(__name__)

IDLE_MS = 4_000
"""A pointer that nobody moves for so long is hidden."""

_STAY = frozenset({Qt.Key.Key_F11, Qt.Key.Key_Meta, Qt.Key.Key_Super_L, Qt.Key.Key_Super_R, Qt.Key.Key_Menu})
_WITH_CONTROL = frozenset({Qt.Key.Key_Q, Qt.Key.Key_W, Qt.Key.Key_F4, Qt.Key.Key_N, Qt.Key.Key_T})


class Guard(QObject):
    """GUI thread only. Watches the whole application while it holds."""

    def __init__(self, window: QWidget) -> None:
        """Holds from the start; :meth:`stop` before the application object goes."""
        super().__init__(window)
        self._window = window
        self._holds = True
        self._hidden = False
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(IDLE_MS)
        self._idle.timeout.connect(self._hide_pointer)
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)
        self._idle.start()

    @property
    def holds(self) -> bool:
        """Whether there is no way out."""
        return self._holds

    @property
    def hides_pointer(self) -> bool:
        """Whether the pointer is gone for the moment."""
        return self._hidden

    def release(self) -> None:
        """From now on the window may be closed."""
        self._holds = False

    def stop(self) -> None:
        """Let go of the application."""
        self.release()
        self._idle.stop()
        self._show_pointer()
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Swallow what would lead out."""
        kind = event.type()
        if kind in {QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress}:
            self._show_pointer()
            self._idle.start()
            return False
        if not self._holds:
            return False
        if kind is QEvent.Type.Close and watched is self._window:
            event.ignore()
            logger.info("the window was asked to close and stays: kiosk mode")
            return True
        if kind is QEvent.Type.WindowStateChange and watched is self._window and self._window.isVisible():
            QTimer.singleShot(0, self, self._come_back)
        if kind in {QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride} and isinstance(event, QKeyEvent):
            return self._leads_out(event)
        return False

    def _leads_out(self, event: QKeyEvent) -> bool:
        key, held = event.key(), event.modifiers()
        control = bool(held & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier))
        alt = bool(held & Qt.KeyboardModifier.AltModifier)
        out = key in _STAY or (control and key in _WITH_CONTROL) or (alt and key in {Qt.Key.Key_F4, Qt.Key.Key_Space})
        if out:
            event.accept()
        return out

    def _come_back(self) -> None:
        away = Qt.WindowState.WindowMinimized
        window = self._window
        if self._holds and (window.windowState() & away or not window.isFullScreen()):
            window.showFullScreen()
            window.raise_()
            window.activateWindow()

    def _hide_pointer(self) -> None:
        if not self._hidden:
            self._hidden = True
            QGuiApplication.setOverrideCursor(QCursor(Qt.CursorShape.BlankCursor))

    def _show_pointer(self) -> None:
        if self._hidden:
            self._hidden = False
            QGuiApplication.restoreOverrideCursor()
