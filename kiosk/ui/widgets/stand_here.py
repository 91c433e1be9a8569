"""Where to stand, as a drawing to scale: somebody before the station, and how far that is. Seen from the side."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.ui.presenters.attract import StandView
from kiosk.ui.theme import Theme

_TALL_CM = 172.0
"""Somebody of middling height; only the proportions of the drawing."""


class StandHere(QWidget):
    """Empty until shown."""

    def __init__(self, name: str) -> None:
        """``name`` is the object name."""
        super().__init__()
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._theme = Theme()
        self._side = 300
        self._view: StandView | None = None
        self.hide()

    def show_view(self, view: StandView | None) -> None:
        """None hides it."""
        self._view = view
        self.setVisible(view is not None)
        if view is not None:
            self.setAccessibleName(view.words)
        self.update()

    def set_theme(self, theme: Theme, *, side: int) -> None:
        """Colours and sizes; ``side`` is how wide, in pixels."""
        self._theme = theme
        self._side = side
        self.setFixedSize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Wider than high."""
        return QSize(self._side, round(self._side * 0.8))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Floor, station, person, and the length between them."""
        view = self._view
        if view is None:
            return
        palette, px = self._theme.palette, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        floor = self.height() - px(34)
        scale = (floor - px(6)) / _TALL_CM
        apart = min(max(view.distance_cm * scale, float(px(70))), self.width() - 2.0 * px(36))
        station, person = (self.width() + apart) / 2, (self.width() - apart) / 2
        painter.setPen(QPen(QColor(palette.edge), px(2)))
        painter.drawLine(QPointF(0, floor), QPointF(self.width(), floor))
        self._paint_station(painter, QPointF(station, floor), scale, view.height_cm)
        self._paint_person(painter, QPointF(person, floor), scale)
        self._paint_length(painter, person, station, floor + px(16))
        painter.end()

    def _paint_station(self, painter: QPainter, foot: QPointF, scale: float, height_cm: float) -> None:
        palette, px = self._theme.palette, self._theme.px
        top = foot.y() - (height_cm or 150.0) * scale
        painter.setPen(QPen(QColor(palette.edge), px(4)))
        painter.drawLine(foot, QPointF(foot.x(), top))
        screen = QRectF(foot.x() - px(7), top - px(12), px(14), px(48))
        painter.setPen(QPen(QColor(palette.accent), px(3)))
        painter.setBrush(QColor(palette.accent_soft))
        painter.drawRoundedRect(screen, px(4), px(4))
        painter.setBrush(QColor(palette.accent))
        painter.drawEllipse(QPointF(screen.left(), top), px(4), px(4))

    def _paint_person(self, painter: QPainter, foot: QPointF, scale: float) -> None:
        palette, px = self._theme.palette, self._theme.px
        head = 12.0 * scale
        middle = QPointF(foot.x(), foot.y() - (_TALL_CM - 13.0) * scale)
        body = QPainterPath()
        wide = 20.0 * scale
        body.addRoundedRect(
            QRectF(foot.x() - wide, middle.y() + head * 1.25, 2 * wide, foot.y() - middle.y() - head * 1.25),
            wide * 0.8,
            wide * 0.8,
        )
        painter.setPen(QPen(QColor(palette.accent), px(3), Qt.PenStyle.DashLine))
        painter.setBrush(QColor(palette.accent_soft))
        painter.drawPath(body)
        painter.drawEllipse(middle, head, head * 1.15)

    def _paint_length(self, painter: QPainter, left: float, right: float, y: float) -> None:
        palette, px = self._theme.palette, self._theme.px
        painter.setPen(QPen(QColor(palette.ink), px(3)))
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        for end, into in ((left, 1), (right, -1)):
            painter.drawLine(QPointF(end, y), QPointF(end + into * px(8), y - px(6)))
            painter.drawLine(QPointF(end, y), QPointF(end + into * px(8), y + px(6)))
