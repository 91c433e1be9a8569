"""Room for what a page says: all of it at once where it fits, scrolled where it does not (large letters, a small window)."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QScroller, QWidget


class Room(QScrollArea):
    """``inside`` is what a page fills. By finger, by wheel, by arrow keys; what has the keyboard is always in sight."""

    def __init__(self) -> None:
        """Empty."""
        super().__init__()
        self.setObjectName("room")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.inside = QWidget()
        self.inside.setObjectName("inside")
        self.setWidget(self.inside)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)

    @property
    def scrolls(self) -> bool:
        """Whether not everything is in sight."""
        return self.verticalScrollBar().maximum() > 0

    def to_top(self) -> None:
        """Show the beginning."""
        self.verticalScrollBar().setValue(0)

    def turn(self, key: int) -> bool:
        """Scroll by a key, if there is anything to scroll."""
        if not self.scrolls:
            return False
        bar = self.verticalScrollBar()
        match key:
            case Qt.Key.Key_Down:
                bar.setValue(bar.value() + self.height() // 4)
            case Qt.Key.Key_Up:
                bar.setValue(bar.value() - self.height() // 4)
            case Qt.Key.Key_PageDown:
                bar.setValue(bar.value() + self.height() * 9 // 10)
            case Qt.Key.Key_PageUp:
                bar.setValue(bar.value() - self.height() * 9 // 10)
            case _:
                return False
        return True
