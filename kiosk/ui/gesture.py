"""The operators' gesture: press and hold the sign at the top for two seconds, or Ctrl+Alt+O."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import QWidget

HOLD_MS = 2_000
KEYS = "Ctrl+Alt+O"
_SHARE = 0.4
"""The left part of the bar, where the sign is; the languages are at the other end."""


class OperatorGesture(QObject):
    """``made`` fires once a press, or at the keys. Watches; takes no event away."""

    made = Signal()

    def __init__(self, bar: QWidget, window: QWidget) -> None:
        """``bar`` is what is held; ``window`` is where the keys count."""
        super().__init__(window)
        self._bar = bar
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(HOLD_MS)
        self._timer.timeout.connect(self.made)
        bar.installEventFilter(self)
        keys = QShortcut(QKeySequence(KEYS), window)
        keys.setContext(Qt.ShortcutContext.WindowShortcut)
        keys.setAutoRepeat(False)
        keys.activated.connect(self.made)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """A press starts the time, letting go or moving off ends it."""
        match event.type():
            case QEvent.Type.MouseButtonPress if isinstance(event, QMouseEvent):
                if self._is_on_sign(event):
                    self._timer.start()
            case QEvent.Type.MouseMove if isinstance(event, QMouseEvent) and self._timer.isActive():
                if not self._is_on_sign(event):
                    self._timer.stop()
            case QEvent.Type.MouseButtonRelease | QEvent.Type.Hide:
                self._timer.stop()
            case _:
                pass
        return super().eventFilter(watched, event)

    def _is_on_sign(self, event: QMouseEvent) -> bool:
        place = event.position()
        return self._bar.rect().contains(place.toPoint()) and place.x() <= _SHARE * self._bar.width()
