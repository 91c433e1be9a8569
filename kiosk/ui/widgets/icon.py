"""One drawn sign from ``assets/icons``, in any colour and size, with or without a round ground."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.paths import resource


@lru_cache(maxsize=256)
def icon_image(name: str, colour: str, side: int) -> QImage:
    """A square picture of the sign, ``side`` pixels, transparent around it."""
    svg = resource(f"assets/icons/{name}.svg").read_bytes().replace(b"currentColor", colour.encode())
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(svg).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return image


class Icon(QWidget):
    """Draws one sign; square."""

    def __init__(self, name: str = "") -> None:
        """``name`` is the object name; the sign itself comes with :meth:`show_icon`."""
        super().__init__()
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._icon = ""
        self._colour = "#000000"
        self._ground = ""
        self._side = 24

    @property
    def icon(self) -> str:
        """Which sign is shown."""
        return self._icon

    def show_icon(self, icon: str, *, colour: str, side: int, ground: str = "") -> None:
        """Draw ``icon`` in ``colour``, on a disc of colour ``ground`` if given; ``side`` in pixels, all included."""
        wanted = (icon, colour, side, ground)
        if wanted == (self._icon, self._colour, self._side, self._ground):
            return
        self._icon, self._colour, self._side, self._ground = wanted
        self.setFixedSize(side, side)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """As large as asked."""
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Disc, then sign."""
        if not self._icon:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        inner = self._side
        if self._ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._ground))
            painter.drawEllipse(self.rect())
            inner = round(self._side * 0.56)
        ratio = self.devicePixelRatioF()
        image = icon_image(self._icon, self._colour, max(1, round(inner * ratio)))
        offset = (self._side - inner) / 2
        painter.drawImage(QRectF(offset, offset, inner, inner), image)
        painter.end()
