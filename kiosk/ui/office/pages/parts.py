"""Pieces that several pages are made of: a picture beside a column that scrolls, one under the other in portrait."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from kiosk.ui.theme import Theme

_MOST = 16_777_215
"""Qt's own: no limit."""

LARGE = 1.4
"""From letters so much larger on, words get the whole width."""


class _Scrolled(QScrollArea):
    def sizeHint(self) -> QSize:  # noqa: N802
        return self.minimumSize()


def scrolled(name: str, inside: QWidget) -> QScrollArea:
    """What scrolls within a page: it takes the room that the rest leaves and asks for none, so that buttons stay in sight."""
    made = _Scrolled()
    made.setObjectName(name)
    made.setWidgetResizable(True)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.setWidget(inside)
    return made


class Beside(QWidget):
    """``first`` (a picture) and a column that scrolls where the window is small."""

    def __init__(self, name: str, first: QWidget) -> None:
        """The column is empty."""
        super().__init__()
        self.setObjectName(f"{name}Beside")
        self._first = first
        self._inner = QWidget()
        self.column = QVBoxLayout(self._inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        self._scroll = scrolled(f"{name}Scroll", self._inner)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(first, 2)
        self._row.addWidget(self._scroll, 3)

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait, and where letters are large: the picture above."""
        stacked = portrait or theme.text > LARGE
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(theme.px(16))
        self.column.setSpacing(theme.px(10))
        gap = theme.px(12)
        self.column.setContentsMargins(0, 0, gap, gap)
        self._first.setMinimumSize(theme.px(240), theme.px(240))
        self._scroll.setMinimumHeight(theme.px(240))
        self._first.setMaximumHeight(theme.px(280) if stacked and not portrait else _MOST)
