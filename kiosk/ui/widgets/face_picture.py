"""A kept picture of a face, fetched and decoded off the GUI's thread, painted upright and never kept longer than it is shown."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from kiosk.ui.theme import Theme
from kiosk.ui.widgets.styling import label, say

FetchPicture = Callable[[], bytes | None]
"""JPEG bytes or None; may take a moment, is called on a worker thread and must not raise."""


class _Told(QObject):
    arrived = Signal(int, QImage)


class FacePicture(QWidget):
    """Square; words stand in for a picture that is not there."""

    def __init__(self, name: str, fetch: FetchPicture) -> None:
        """``fetch`` is called each time :meth:`load` is."""
        super().__init__()
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._fetch = fetch
        self._image = QImage()
        self._theme = Theme()
        self._asked = 0
        self._told = _Told(self)
        self._told.arrived.connect(self._arrived, Qt.ConnectionType.QueuedConnection)
        self._words = label(f"{name}Words", "muted", centred=True)
        layout = QVBoxLayout(self)
        layout.addWidget(self._words)

    @property
    def shows_picture(self) -> bool:
        """Whether a picture is on screen."""
        return not self._image.isNull()

    def load(self) -> None:
        """Fetch it; what was asked for before no longer counts."""
        self._asked += 1
        threading.Thread(target=self._work, args=(self._asked,), name="face-picture", daemon=True).start()

    def _work(self, number: int) -> None:
        content = self._fetch()
        image = QImage.fromData(content) if content else QImage()
        with contextlib.suppress(RuntimeError):  # the window has gone meanwhile
            self._told.arrived.emit(number, image)

    def show_image(self, image: QImage) -> None:
        """One that somebody else has fetched and decoded; null where there is none."""
        self._asked += 1
        self._arrived(self._asked, image)

    def forget(self) -> None:
        """The pixels go."""
        self._asked += 1
        self._image = QImage()
        self.update()

    def say_missing(self, words: str) -> None:
        """What stands there while there is no picture."""
        say(self._words, words)

    def set_theme(self, theme: Theme, *, side: int) -> None:
        """Colours, and how large it is."""
        self._theme = theme
        self.setFixedSize(side, side)

    def _arrived(self, number: int, image: QImage) -> None:
        if number == self._asked:
            self._image = image
            self._words.setVisible(image.isNull())
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Cut to a square with round corners."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = QPainterPath()
        frame.addRoundedRect(QRectF(self.rect()), self._theme.px(14), self._theme.px(14))
        painter.setClipPath(frame)
        painter.fillRect(self.rect(), QColor(self._theme.palette.neutral_soft))
        if not self._image.isNull():
            side = min(self._image.width(), self._image.height())
            left, top = (self._image.width() - side) / 2, (self._image.height() - side) / 2
            painter.drawImage(QRectF(self.rect()), self._image, QRectF(left, top, side, side))
        painter.end()
