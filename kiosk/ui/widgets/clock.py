"""Time and date, in the visitor's language."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.ui.widgets.styling import label, say


class Clock(QWidget):
    """Follows the machine's wall clock while it can be seen."""

    def __init__(self, name: str) -> None:
        """English until told otherwise."""
        super().__init__()
        self.setObjectName(name)
        self._locale = QLocale("en")
        self._time = label(f"{name}Time", "clock", wrap=False)
        self._date = label(f"{name}Date", "lead")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._time)
        layout.addWidget(self._date)
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._tick)

    def show_language(self, language: str) -> None:
        """How the date is written."""
        self._locale = QLocale(language)
        self._tick()

    def _tick(self) -> None:
        now = QDateTime.currentDateTime()
        say(self._time, now.toString("HH:mm"))
        words = self._locale.toString(now.date(), QLocale.FormatType.LongFormat)
        say(self._date, words[:1].upper() + words[1:])

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Tick only while somebody can see it."""
        super().showEvent(event)
        self._tick()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """No timer runs behind a hidden screen."""
        super().hideEvent(event)
        self._timer.stop()
