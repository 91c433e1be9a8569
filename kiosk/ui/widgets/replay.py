"""A session drawn as landmarks that play by themselves; as on the visitor's screen, a mirror. No pixel of anybody."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen, QPolygonF, QShowEvent
from PySide6.QtWidgets import QWidget

from kiosk.domain.challenge.trace import LINES, SCALE, Trace, points_of
from kiosk.ui.theme import Theme

_STEP_MS = 60
_PAUSE_FRAMES = 12
"""The last moment stays a little before it begins again."""


class Replay(QWidget):
    """Plays while it is shown and has something to play; at half of real speed at most, never flashing."""

    def __init__(self, name: str) -> None:
        """Nothing to play."""
        super().__init__()
        self.setObjectName(name)
        self._theme = Theme()
        self._lines: tuple[tuple[QPolygonF, ...], ...] = ()
        self._at = 0
        self._timer = QTimer(self)
        self._timer.setInterval(2 * _STEP_MS)
        self._timer.timeout.connect(self._next)

    @property
    def frames(self) -> int:
        """How many moments there are."""
        return len(self._lines)

    def show_trace(self, trace: Trace, words: str) -> None:
        """Play this one from its beginning."""
        self._lines = tuple(
            tuple(QPolygonF([QPointF(SCALE - points[i][0], points[i][1]) for i in line]) for line in LINES)
            for points in (points_of(frame) for frame in trace.frames)
        )
        self._at = 0
        self.setAccessibleName(words)
        self._run()
        self.update()

    def forget(self) -> None:
        """Nothing to play any more."""
        self._lines = ()
        self._run()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Colours and size."""
        self._theme = theme
        self.setMinimumSize(theme.px(240), theme.px(180))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """The face of this moment, in the middle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self._theme.palette
        painter.setPen(QPen(QColor(palette.line)))
        painter.setBrush(QColor(palette.surface))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), self._theme.px(10), self._theme.px(10))
        if self._lines:
            box = self._bounds()
            room = 0.88 * min(self.width() / max(box.width(), 1.0), self.height() / max(box.height(), 1.0))
            painter.translate(self.width() / 2, self.height() / 2)
            painter.scale(room, room)
            painter.translate(-box.center())
            painter.setPen(QPen(QColor(palette.accent), max(1.0, 2.0 * self._theme.scale) / room))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for line in self._lines[min(self._at, len(self._lines) - 1)]:
                painter.drawPolyline(line)
        painter.end()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Play."""
        super().showEvent(event)
        self._run()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Stand still."""
        super().hideEvent(event)
        self._timer.stop()

    def _bounds(self) -> QRectF:
        """Of all moments: the face moves in it, and the picture does not jump."""
        whole = self._lines[0][0].boundingRect()
        for lines in self._lines:
            for line in lines:
                whole = whole.united(line.boundingRect())
        return whole

    def _run(self) -> None:
        if len(self._lines) > 1 and self.isVisible():
            self._timer.start()
        else:
            self._timer.stop()

    def _next(self) -> None:
        self._at = (self._at + 1) % (len(self._lines) + _PAUSE_FRAMES)
        self.update()
