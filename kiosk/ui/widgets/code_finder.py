"""The live picture with a square on it, to hold a QR code into."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from kiosk.ui.widgets.camera_view import CameraView


class CodeFinder(CameraView):
    """Like the picture of the capture screen, but for a card instead of a face."""

    def oval(self) -> QRectF:
        """The square."""
        side = min(self.width(), self.height()) * 0.66
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def _add_hole(self, path: QPainterPath) -> None:
        radius = self._theme.px(18)
        path.addRoundedRect(self.oval(), radius, radius)

    def _paint_ring(self, painter: QPainter, *, met: bool) -> None:
        del met
        radius = self._theme.px(18)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.palette.ring), self._theme.px(5)))
        painter.drawRoundedRect(self.oval(), radius, radius)
