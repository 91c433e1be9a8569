"""A veil over the window while nobody is there: the screen is a lamp, and need not burn all night. A touch or a key lifts it.

The touch that lifts it presses nothing else: nobody can see what lies under a finger in the dark.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

_VEIL = 0.78
"""Dark enough to rest, light enough to be seen to work."""


class Dimmer(QWidget):
    """Lies over its parent, as large as it."""

    def __init__(self, parent: QWidget) -> None:
        """Never dims before :meth:`dim_after`."""
        super().__init__(parent)
        self.setObjectName("dimmer")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.hide()
        self._under = parent
        self._before: QWidget | None = None
        self._nobody = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._dim)
        parent.installEventFilter(self)

    def dim_after(self, seconds: float) -> None:
        """So long after the last sign of somebody; 0 for never."""
        self._timer.setInterval(round(seconds * 1000))
        if self._nobody:
            self._rest()

    @property
    def is_dim(self) -> bool:
        """Whether the veil is down."""
        return not self.isHidden()

    def show_nobody(self) -> None:
        """Nobody is being served; said again, it changes nothing."""
        if not self._nobody:
            self._nobody = True
            self._rest()

    def show_somebody(self) -> None:
        """A face, a visit, a word of the station: everything is to be seen at once."""
        self._nobody = False
        self._timer.stop()
        self._lift()

    def stir(self) -> None:
        """Somebody has touched something: begin to count anew."""
        self._lift()
        if self._nobody:
            self._rest()

    def _rest(self) -> None:
        if self._timer.interval() > 0:
            self._timer.start()

    def _dim(self) -> None:
        self._before = self.window().focusWidget()
        self.setGeometry(self._under.rect())
        self.raise_()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lift(self) -> None:
        if self.isHidden():
            return
        self.hide()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._before = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """As large as the parent, whatever happens to it."""
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self.setGeometry(self._under.rect())
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A touch."""
        event.accept()
        self.stir()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """A key."""
        event.accept()
        self.stir()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """The veil."""
        painter = QPainter(self)
        veil = QColor("#000000")
        veil.setAlphaF(_VEIL)
        painter.fillRect(self.rect(), veil)
        painter.end()
