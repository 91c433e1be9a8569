"""The list of what makes a good picture, each with a sign and words: never told by colour alone."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from kiosk.ui.presenters.capture import CheckView
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.styling import label, say

_MOST = 12


class QualityList(QWidget):
    """Hidden while there is nothing to say."""

    def __init__(self, name: str) -> None:
        """Empty."""
        super().__init__()
        self.setObjectName(name)
        self._theme = Theme()
        self._columns = 2
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._rows: list[tuple[Icon, QLabel]] = []
        self._shown: tuple[CheckView, ...] = ()
        self.hide()

    def show_checks(self, checks: tuple[CheckView, ...]) -> None:
        """One row a component."""
        self._shown = checks
        while len(self._rows) < min(len(checks), _MOST):
            row = (Icon(f"check{len(self._rows)}Icon"), label(f"check{len(self._rows)}", "small"))
            self._rows.append(row)
            self._place()
        for number, (icon, words) in enumerate(self._rows):
            there = number < len(checks)
            icon.setVisible(there)
            words.setVisible(there)
            if there:
                check, palette = checks[number], self._theme.palette
                colour = palette.good if check.good else palette.warn
                icon.show_icon("ok" if check.good else "cross", colour=colour, side=self._theme.px(20))
                say(words, check.words)
                words.setAccessibleName(check.spoken)
        self.setVisible(bool(checks))

    def set_theme(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait has room for three columns."""
        self._theme = theme
        self._columns = 3 if portrait else 2
        self._grid.setHorizontalSpacing(theme.px(8))
        self._grid.setVerticalSpacing(theme.px(4))
        self._place()
        if self._shown:
            self.show_checks(self._shown)

    def _place(self) -> None:
        for number, (icon, words) in enumerate(self._rows):
            row, column = divmod(number, self._columns)
            self._grid.addWidget(icon, row, 2 * column)
            self._grid.addWidget(words, row, 2 * column + 1)
        for column in range(3):
            self._grid.setColumnStretch(2 * column + 1, 1 if column < self._columns else 0)
