"""A QR code (ISO/IEC 18004), drawn module by module: sharp at every size, the same on screen and on paper."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

QUIET = 4
"""Modules of white around it that the standard asks for."""

_DARK, _LIGHT = "#000000", "#FFFFFF"


def modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """Rows of dark modules, without the quiet zone. Takes a few ms: make it once."""
    import segno

    return tuple(tuple(bool(module) for module in row) for row in segno.make(text, error="m", micro=False).matrix)


def draw(painter: QPainter, area: QRectF, rows: tuple[tuple[bool, ...], ...]) -> None:
    """Black on white whatever the theme: readers expect it."""
    painter.fillRect(area, QColor(_LIGHT))
    side = min(area.width(), area.height()) / (len(rows) + 2 * QUIET)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                left, top = area.x() + (x + QUIET) * side, area.y() + (y + QUIET) * side
                painter.fillRect(QRectF(left, top, side, side), QColor(_DARK))
    painter.restore()


class QrCode(QWidget):
    """Square; empty until it has a text."""

    def __init__(self, name: str) -> None:
        """``name`` is the object name."""
        super().__init__()
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._rows: tuple[tuple[bool, ...], ...] = ()
        self._text = ""
        self._side = 120

    def show_code(self, text: str, *, name: str, side: int) -> None:
        """``name`` is for screen readers; ``side`` in pixels, quiet zone included. An empty text clears it."""
        self.setAccessibleName(name)
        if text != self._text:
            self._text = text
            self._rows = modules(text) if text else ()
            self.update()
        if side != self._side or self.width() != side:
            self._side = side
            self.setFixedSize(side, side)

    def sizeHint(self) -> QSize:  # noqa: N802
        """As large as asked."""
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Modules."""
        if self._rows:
            painter = QPainter(self)
            painter.setPen(Qt.PenStyle.NoPen)
            draw(painter, QRectF(self.rect()), self._rows)
            painter.end()
