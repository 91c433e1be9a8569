"""Pieces that several pages are made of: a picture beside a column that scrolls, one under the other in portrait."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from kiosk.ui.theme import Theme


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
        self._scroll = QScrollArea()
        self._scroll.setObjectName(f"{name}Scroll")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._inner)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(first, 2)
        self._row.addWidget(self._scroll, 3)

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait: the picture above."""
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if portrait else QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(theme.px(16))
        self.column.setSpacing(theme.px(10))
        gap = theme.px(12)
        self.column.setContentsMargins(0, 0, gap, gap)
        self._first.setMinimumSize(theme.px(240), theme.px(240))
