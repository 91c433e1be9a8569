"""The panel in which a document is held before the camera: live picture with a frame, what to do, and a field into which a reader
may type. Not mirrored: letters would stand the wrong way round. Keeps no picture.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QImage, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from kiosk.ui.presenters.details import ScanView, filled, notice
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.styling import button, label, say

if TYPE_CHECKING:
    from kiosk.domain.face import Frame

_TICK_MS = 50
_FRAME_SHARE, _FRAME_ASPECT = 0.86, 1.42  # of the picture's width; of a passport's page
_LONGEST = 400


class DocumentScan(QWidget):
    """``left`` when the person would rather type; ``read`` (values, notice) when a reader typed lines that add up."""

    left = Signal()
    read = Signal(object, str)

    def __init__(self, name: str, latest_frame: Callable[[], Frame | None]) -> None:
        """``latest_frame`` is called on the GUI thread and must not wait."""
        super().__init__()
        self.setObjectName(name)
        self.text = Text()
        self._picture = _Picture(f"{name}Picture", latest_frame)
        self._title = label("scanTitle", "headline")
        self._words = label("scanWords")
        self._kept = label("scanKept", "small")
        self._lines_label = label("scanLinesLabel", "fieldLabel")
        self._lines = QPlainTextEdit()
        self._lines.setObjectName("scanLines")
        self._lines.setTabChangesFocus(True)
        self._lines.textChanged.connect(self._typed)
        self._lines_label.setBuddy(self._lines)
        self._back = button("typeInstead")
        self._back.clicked.connect(self.left)
        side = QVBoxLayout()
        for each in (self._title, self._words, self._kept):
            side.addWidget(each)
        side.addStretch(1)
        side.addWidget(self._lines_label)
        side.addWidget(self._lines)
        side.addWidget(self._back)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self._picture, 3)
        self._layout.addLayout(side, 2)

    def begin(self) -> None:
        """The panel has come up: a reader may type at once."""
        self._lines.setFocus(Qt.FocusReason.OtherFocusReason)

    def forget(self) -> None:
        """Whatever was typed or seen is gone."""
        self._lines.blockSignals(True)
        self._lines.clear()
        self._lines.blockSignals(False)
        self._picture.forget()

    def show_view(self, view: ScanView) -> None:
        """Words of this moment."""
        say(self._title, view.title)
        say(self._words, view.words)
        say(self._kept, view.nothing_kept)
        say(self._lines_label, view.lines)
        self._lines.setAccessibleName(view.lines)
        say(self._back, view.back)
        self._picture.show_words(view)

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait: the picture above."""
        self._layout.setDirection(QBoxLayout.Direction.TopToBottom if portrait else QBoxLayout.Direction.LeftToRight)
        self._layout.setSpacing(theme.px(24))
        self._lines.setFixedHeight(theme.px(76))
        self._picture.set_theme(theme)

    def _typed(self) -> None:
        from kiosk.details.mrz import find

        document = find(self._lines.toPlainText()[:_LONGEST], today=date.today())
        if document is not None:
            self.read.emit(filled(document, self.text), notice(document, self.text))
            self.forget()
            self.left.emit()


class _Picture(QWidget):
    def __init__(self, name: str, latest_frame: Callable[[], Frame | None]) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._latest_frame = latest_frame
        self._frame: Frame | None = None
        self._seen = False
        self._theme = Theme()
        self._words = label(f"{name}Words", "onPicture", centred=True)
        layout = QVBoxLayout(self)
        layout.addWidget(self._words)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_words(self, view: ScanView) -> None:
        self.setAccessibleName(view.picture_name)
        say(self._words, view.no_picture)
        if self._seen != view.seen:
            self._seen = view.seen
            self.update()

    def forget(self) -> None:
        self._frame = None
        self.update()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        super().hideEvent(event)
        self._timer.stop()
        self.forget()

    def _tick(self) -> None:
        frame = self._latest_frame()
        if frame is not self._frame:
            self._frame = frame
            self._words.setVisible(frame is None)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(self._theme.palette.scrim))
        frame = self._frame
        if frame is not None:
            pixels = frame.pixels
            image = QImage(pixels.data, frame.width, frame.height, int(pixels.strides[0]), QImage.Format.Format_BGR888)
            scale = min(self.width() / frame.width, self.height() / frame.height)
            width, height = frame.width * scale, frame.height * scale
            place = QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)
            painter.drawImage(place, image)
            across = min(place.width() * _FRAME_SHARE, place.height() * _FRAME_SHARE * _FRAME_ASPECT)
            down = across / _FRAME_ASPECT
            centre = place.center()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            colour = self._theme.palette.ring_good if self._seen else self._theme.palette.ring
            painter.setPen(QPen(QColor(colour), self._theme.px(5)))
            corner = self._theme.px(14)
            painter.drawRoundedRect(
                QRectF(centre.x() - across / 2, centre.y() - down / 2, across, down), corner, corner
            )
        painter.end()
