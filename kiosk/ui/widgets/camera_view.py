"""The live picture, mirrored, with the face oval on it. Pixels are pulled, wrapped without a copy and painted; never kept.

A picture that stops is not shown as live: after :data:`STALE_MS` without a new frame words take its place (a frozen face on the
screen is how people come to believe in a door that no longer looks).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QElapsedTimer, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from kiosk.domain.light.colours import Colour
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.icon import icon_image
from kiosk.ui.widgets.styling import label, say

if TYPE_CHECKING:
    from kiosk.domain.face import Frame  # brings numpy, which the first window does not wait for

LatestFrame = Callable[[], "Frame | None"]

STALE_MS = 1500
_TICK_MS = 33
_OVAL_HEIGHT = 0.78  # of the picture
_OVAL_ASPECT = 0.76
_SCRIM = 0.46
_EASE = 0.22  # of the way, each tick
_NUDGE_MS = 1600
_FADE = 0.35  # of the way, each tick: two tenths of a second from one colour to the next, which is no flash


class Pictured(Protocol):
    """What this widget wants to know of a screen's view; see :class:`~kiosk.ui.presenters.capture.CaptureView`."""

    @property
    def live(self) -> bool:
        """The camera gives pictures."""
        ...

    @property
    def progress(self) -> float:
        """0..1, fills the oval."""
        ...

    @property
    def met(self) -> bool:
        """Nothing is asked but to stay."""
        ...

    @property
    def arrow(self) -> str:
        """A side of the screen, or empty."""
        ...

    @property
    def light(self) -> Colour | None:
        """What shines around the oval."""
        ...

    @property
    def no_picture(self) -> str:
        """Words in place of the picture."""
        ...

    @property
    def late_picture(self) -> str:
        """Words when pictures stop coming."""
        ...

    @property
    def picture_name(self) -> str:
        """For screen readers."""
        ...


class CameraView(QWidget):
    """Pulls 30 times a second while it can be seen."""

    def __init__(self, name: str, latest_frame: LatestFrame) -> None:
        """``latest_frame`` is called on the GUI thread and must not wait."""
        super().__init__()
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._latest_frame = latest_frame
        self._theme = Theme()
        self._view: Pictured | None = None
        self._frame: Frame | None = None
        self._image = QImage()
        self._buffer: object = None
        self._drawn = 0.0
        self._light = (0.0, 0.0, 0.0, 0.0)
        self._cover = QPixmap()
        self._since_new = QElapsedTimer()
        self._nudge = QElapsedTimer()
        self._nudge.start()
        self._words = label(f"{name}Words", "onPicture", centred=True)
        layout = QVBoxLayout(self)
        layout.addWidget(self._words)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)

    def set_theme(self, theme: Theme) -> None:
        """Colours and sizes."""
        self._theme = theme
        self._cover = QPixmap()
        self.update()

    @property
    def shows_picture(self) -> bool:
        """Whether a live picture is up (words otherwise)."""
        return not self._image.isNull()

    def show_view(self, view: Pictured) -> None:
        """Oval, arrow and words of this moment."""
        self._view = view
        self.setAccessibleName(view.picture_name)
        if not view.live:
            self._drop()
        self._show_words()
        self.update()

    def pull_by(self, slot: Callable[[], None]) -> None:
        """Have another slot called in place of :meth:`tick`, which it calls in turn; for who wants to time it."""
        self._timer.timeout.disconnect(self.tick)
        self._timer.timeout.connect(slot)

    def tick(self) -> None:
        """Pull the newest frame; paint only when something changed."""
        view = self._view
        if view is None:
            return
        changed = False
        frame = self._latest_frame() if view.live else None
        if frame is not None and frame is not self._frame:
            self._take(frame)
            changed = True
        elif self.shows_picture and self._since_new.elapsed() > STALE_MS:
            self._drop()
            changed = True
        if abs(view.progress - self._drawn) > 0.002:
            self._drawn += (view.progress - self._drawn) * _EASE
            changed = True
        if self._fade(view.light):
            changed = True
        if changed or view.arrow:
            self._show_words()
            self.update()

    def forget(self) -> None:
        """Let go of the pixels; nothing of a visit stays behind."""
        self._drop()
        self._frame = None
        self._since_new.invalidate()
        self._drawn = 0.0
        self._light = (0.0, 0.0, 0.0, 0.0)

    def _fade(self, colour: Colour | None) -> bool:
        """One step towards this colour, or towards none; whether there was one to make. Out at once with the face."""
        if colour is None:
            lit, self._light = self._light[3] > 0.0, (0.0, 0.0, 0.0, 0.0)
            return lit
        red, green, blue = (value / 255.0 for value in colour.rgb)
        goal = (red, green, blue, 1.0)
        if self._light[3] == 0.0:
            self._light = (red, green, blue, 0.0)
        if goal == self._light:
            return False
        if max(abs(a - b) for a, b in zip(goal, self._light, strict=True)) < 0.02:
            self._light = goal
            return True
        now = [old + _FADE * (new - old) for old, new in zip(self._light, goal, strict=True)]
        self._light = (now[0], now[1], now[2], now[3])
        return True

    def _take(self, frame: Frame) -> None:
        pixels = frame.pixels
        if not pixels.flags.c_contiguous:
            pixels = pixels.copy()
        self._frame, self._buffer = frame, pixels  # QImage does not keep its buffer alive
        self._image = QImage(pixels.data, frame.width, frame.height, frame.width * 3, QImage.Format.Format_BGR888)
        self._since_new.start()

    def _drop(self) -> None:
        self._image, self._buffer = QImage(), None

    def _show_words(self) -> None:
        view = self._view
        if view is None or self.shows_picture:
            say(self._words, "")
        elif view.live and self._since_new.isValid():
            say(self._words, view.late_picture)
        else:
            say(self._words, view.no_picture)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Pull only while somebody can see it."""
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Stop, and let go of the pixels."""
        super().hideEvent(event)
        self._timer.stop()
        self.forget()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The cover is drawn anew for the new size."""
        super().resizeEvent(event)
        self._cover = QPixmap()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Picture, cover, ring, arrow."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.palette.scrim))
        if self.shows_picture:
            self._paint_picture(painter)
        painter.drawPixmap(0, 0, self._cover_now())
        if self._light[3] > 0.0 and self.shows_picture:
            self._paint_light(painter)
        if self.shows_picture and self._view is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_ring(painter, met=self._view.met)
            if self._view.arrow:
                self._paint_arrow(painter, self._view.arrow)
        painter.end()

    def _paint_picture(self, painter: QPainter) -> None:
        scale = max(self.width() / self._image.width(), self.height() / self._image.height())
        across, down = self.width() / scale, self.height() / scale
        source = QRectF((self._image.width() - across) / 2, (self._image.height() - down) / 2, across, down)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.translate(self.width(), 0)
        painter.scale(-1, 1)  # the one place where the picture is mirrored
        painter.drawImage(QRectF(0, 0, self.width(), self.height()), self._image, source)
        painter.restore()

    def oval(self) -> QRectF:
        """Where the face belongs, in widget coordinates."""
        height = self.height() * _OVAL_HEIGHT
        width = min(height * _OVAL_ASPECT, self.width() * 0.82)
        height = width / _OVAL_ASPECT
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)

    def _cover_now(self) -> QPixmap:
        """Scrim around the oval and round corners; the same for every frame, so it is drawn once a size."""
        ratio = self.devicePixelRatioF()
        if not self._cover.isNull() and self._cover.devicePixelRatio() == ratio:
            return self._cover
        cover = QPixmap(self.size() * ratio)
        cover.setDevicePixelRatio(ratio)
        cover.fill(Qt.GlobalColor.transparent)
        painter = QPainter(cover)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect())
        scrim = QPainterPath()
        scrim.addRect(whole)
        self._add_hole(scrim)
        colour = QColor(self._theme.palette.scrim)
        colour.setAlphaF(_SCRIM)
        painter.fillPath(scrim, colour)
        corners = QPainterPath()
        corners.addRect(whole)
        radius = self._theme.px(22)
        corners.addRoundedRect(whole, radius, radius)
        painter.fillPath(corners, QColor(self._theme.palette.page))
        painter.end()
        self._cover = cover
        return cover

    def _add_hole(self, path: QPainterPath) -> None:
        """Where the picture is left bare."""
        path.addEllipse(self.oval())

    def _paint_light(self, painter: QPainter) -> None:
        """All around the oval, as bright as the screen is."""
        path, radius = QPainterPath(), self._theme.px(22)
        path.addRoundedRect(QRectF(self.rect()), radius, radius)
        self._add_hole(path)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(path, QColor.fromRgbF(*self._light))

    def _paint_ring(self, painter: QPainter, *, met: bool) -> None:
        palette, width = self._theme.palette, self._theme.px(11)
        oval = self.oval()
        ground = QColor(palette.scrim)
        ground.setAlphaF(0.55)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ground, width + self._theme.px(5)))
        painter.drawEllipse(oval)
        track = QColor(palette.on_scrim)
        track.setAlphaF(0.5)
        painter.setPen(QPen(track, self._theme.px(3)))
        painter.drawEllipse(oval)
        span = round(self._drawn * 180 * 16)  # both ways up from the chin, in sixteenths of a degree
        if span > 0:
            ring = QColor(palette.ring_good if met else palette.ring)
            painter.setPen(QPen(ring, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawArc(oval, -90 * 16 - span, 2 * span)

    def _paint_arrow(self, painter: QPainter, side: str) -> None:
        oval, size = self.oval(), self._theme.px(132)
        sway = (
            0.0 if self._theme.still else math.sin(self._nudge.elapsed() / _NUDGE_MS * 2 * math.pi) * self._theme.px(10)
        )
        edge = size / 2 + self._theme.px(22)
        middle = oval.center()
        match side:
            case "left":
                centre = QPointF(max(edge, oval.left() - edge * 0.6) + sway, middle.y())
            case "right":
                centre = QPointF(min(self.width() - edge, oval.right() + edge * 0.6) + sway, middle.y())
            case "up":
                centre = QPointF(middle.x(), max(edge, oval.top() - edge * 0.6) + sway)
            case _:
                centre = QPointF(middle.x(), min(self.height() - edge, oval.bottom() + edge * 0.6) + sway)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.palette.accent))
        painter.drawEllipse(centre, size / 2, size / 2)
        inner = round(size * 0.6)
        sign = icon_image(f"arrow_{side}", self._theme.palette.on_accent, inner)
        painter.drawImage(QPointF(centre.x() - inner / 2, centre.y() - inner / 2), sign)
