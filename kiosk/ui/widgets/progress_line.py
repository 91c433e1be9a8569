"""A thin bar: a share that fills, or a slow wandering piece where nobody knows the share. Never flashes."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.ui.theme import Theme

_ROUND_TRIP_MS = 2600


class ProgressLine(QWidget):
    """``show_share(0.4)`` fills two fifths; ``show_share(None)`` wanders."""

    def __init__(self, name: str) -> None:
        """Starts wandering."""
        super().__init__()
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._share: float | None = None
        self._theme = Theme()
        self._clock = QElapsedTimer()
        self._clock.start()
        self._timer = QTimer(self)
        self._timer.setInterval(40)
        self._timer.timeout.connect(self.update)

    def set_theme(self, theme: Theme) -> None:
        """Colours and thickness."""
        self._theme = theme
        self.setFixedHeight(theme.px(10))
        self._run()
        self.update()

    @property
    def share(self) -> float | None:
        """What is shown."""
        return self._share

    def show_share(self, share: float | None) -> None:
        """0..1, or None where it is not known."""
        if share == self._share:
            return
        self._share = share
        self._run()
        self.update()

    def _run(self) -> None:
        if self.isVisible() and self._share is None and not self._theme.still:
            self._timer.start()
        else:
            self._timer.stop()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Wander only while somebody can see it."""
        super().showEvent(event)
        self._run()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """No timer runs behind a hidden screen."""
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Ground, then the filled or wandering piece."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self.height() / 2
        painter.setBrush(QColor(self._theme.palette.line))
        painter.drawRoundedRect(self.rect(), radius, radius)
        painter.setBrush(QColor(self._theme.palette.accent))
        if self._share is None:
            phase = 0.25 if self._theme.still else (self._clock.elapsed() % _ROUND_TRIP_MS) / _ROUND_TRIP_MS
            place = 1 - abs(2 * phase - 1)
            eased = place * place * (3 - 2 * place)
            width = self.width() * 0.3
            piece = QRectF((self.width() - width) * eased, 0, width, self.height())
        else:
            filled = max(0.0, min(1.0, self._share)) * self.width()
            piece = QRectF(0, 0, max(filled, self.height() if self._share > 0 else 0), self.height())
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            piece.moveLeft(self.width() - piece.right())
        if piece.width() > 0:
            painter.drawRoundedRect(piece, radius, radius)
        painter.end()
