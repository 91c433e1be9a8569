"""Where an enrolment stands: one piece a step, and the words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from kiosk.ui.presenters.common import StepsView
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.styling import label, say


class StepsBar(QWidget):
    """Hidden where a visit has no steps."""

    def __init__(self, name: str) -> None:
        """Hidden until shown."""
        super().__init__()
        self.setObjectName(name)
        self._words = label(f"{name}Words", "step", wrap=False)
        self._pieces = _Pieces()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self._words)
        self._layout.addWidget(self._pieces)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Colours and sizes."""
        self._layout.setSpacing(theme.px(8))
        self._pieces.set_theme(theme)

    def show_view(self, view: StepsView | None) -> None:
        """Show, or hide for None."""
        self.setVisible(view is not None)
        if view is not None:
            say(self._words, view.words)
            self._pieces.show_place(view.current, view.total)


class _Pieces(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = Theme()
        self._current, self._total = 0, 1

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setFixedHeight(theme.px(7))

    def show_place(self, current: int, total: int) -> None:
        self._current, self._total = current, total
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        gap = self._theme.px(8)
        width = (self.width() - gap * (self._total - 1)) / self._total
        for number in range(self._total):
            place = self._total - 1 - number if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else number
            done = place <= self._current
            painter.setBrush(QColor(self._theme.palette.accent if done else self._theme.palette.line))
            piece = QRectF(number * (width + gap), 0, width, self.height())
            painter.drawRoundedRect(piece, self.height() / 2, self.height() / 2)
        painter.end()
