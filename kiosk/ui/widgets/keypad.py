"""Digits to tap: a telephone's order, large, beside whatever keyboard there is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from kiosk.ui.presenters.alternative import KeypadView
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.styling import button, say


class Keypad(QWidget):
    """Keeps nothing that is typed. A tap never takes the keyboard away from the field that is being filled."""

    digit = Signal(str)
    cleared = Signal()
    deleted = Signal()

    def __init__(self, name: str) -> None:
        """Ten digits, clear, delete."""
        super().__init__()
        self.setObjectName(name)
        self.setLayoutDirection(
            Qt.LayoutDirection.LeftToRight
        )  # as telephones have it where people write from the right too
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._keys: list[QPushButton] = []
        for place, figure in enumerate("123456789"):
            self._add(self._digit(figure), place // 3, place % 3)
        self._clear = self._key("keypadClear")
        self._clear.clicked.connect(self.cleared)
        self._delete = self._key("keypadDelete")
        self._delete.clicked.connect(self.deleted)
        say(self._clear, "×")
        say(self._delete, "←")
        self._add(self._clear, 3, 0)
        self._add(self._digit("0"), 3, 1)
        self._add(self._delete, 3, 2)

    def _key(self, name: str) -> QPushButton:
        made = button(name, "key")
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        return made

    def _digit(self, figure: str) -> QPushButton:
        made = self._key(f"key{figure}")
        say(made, figure)
        made.clicked.connect(lambda: self.digit.emit(figure))
        return made

    def _add(self, key: QPushButton, row: int, column: int) -> None:
        self._keys.append(key)
        self._grid.addWidget(key, row, column)

    def show_view(self, view: KeypadView) -> None:
        """Names for screen readers; the signs speak for themselves."""
        self.setAccessibleName(view.name)
        self._clear.setAccessibleName(view.clear)
        self._delete.setAccessibleName(view.delete)

    def set_theme(self, theme: Theme) -> None:
        """Keys at least 64 px of the design: a finger's width."""
        self._grid.setSpacing(theme.px(10))
        for key in self._keys:
            key.setMinimumSize(theme.px(76), theme.px(64))
