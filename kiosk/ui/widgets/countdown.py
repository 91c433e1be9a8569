"""How long this screen stays: words with the seconds in them, and a bar where there is room for one."""

from __future__ import annotations

import math

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.ui.presenters.common import CountdownView
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.progress_line import ProgressLine
from kiosk.ui.widgets.styling import label, say


class Countdown(QWidget):
    """Counts by its own clock between two snapshots."""

    def __init__(self, name: str, *, with_bar: bool = False, role: str = "muted") -> None:
        """``with_bar`` draws how much of the time is left under the words."""
        super().__init__()
        self.setObjectName(name)
        self._view: CountdownView | None = None
        self._total_ms = 0.0
        self._left_ms = 0.0
        self._since = QElapsedTimer()
        self._words = label(f"{name}Words", role, centred=with_bar)
        self._bar = ProgressLine(f"{name}Bar")
        self._bar.show_share(1.0)
        self._bar.setVisible(with_bar)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._words)
        layout.addWidget(self._bar)
        self._timer = QTimer(self)
        self._timer.setInterval(200)
        self._timer.timeout.connect(self._show_left)
        self.setAccessibleName("")

    def set_theme(self, theme: Theme) -> None:
        """Colours and sizes."""
        self._bar.set_theme(theme)

    def align(self, alignment: Qt.AlignmentFlag) -> None:
        """Where the words stand."""
        self._words.setAlignment(alignment)

    def show_view(self, view: CountdownView) -> None:
        """Count towards ``until_ms``; the same end again changes nothing but the clock's correction."""
        left = 0.0 if view.until_ms is None else max(0.0, view.until_ms - view.now_ms)
        if self._view is None or view.until_ms != self._view.until_ms:
            self._total_ms = left
        self._view = view
        self._left_ms = left
        self._since.start()
        self._show_left()
        self._run()

    def _run(self) -> None:
        if self.isVisible() and self._view is not None and self._view.until_ms is not None:
            self._timer.start()
        else:
            self._timer.stop()

    def _show_left(self) -> None:
        view = self._view
        if view is None or view.until_ms is None:
            say(self._words, "")
            return
        left = max(0.0, self._left_ms - self._since.elapsed())
        seconds = math.ceil(left / 1000)
        if left <= 0 and view.soon:
            say(self._words, view.soon)
        else:
            say(self._words, view.words.replace("{seconds}", str(seconds)) if left <= view.below_s * 1000 else "")
        self._bar.show_share(left / self._total_ms if self._total_ms > 0 else 0.0)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Count only while somebody can see it."""
        super().showEvent(event)
        self._run()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """No timer runs behind a hidden screen."""
        super().hideEvent(event)
        self._timer.stop()
