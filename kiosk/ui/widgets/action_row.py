"""The buttons of a screen: ways out on the left, the way on at the right. In portrait the way on gets a row of its own, above."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from kiosk.ui.theme import Theme


class ActionRow(QWidget):
    """Always the same order, so that a button is where it was on the screen before."""

    def __init__(
        self, ways_out: tuple[QPushButton, ...], ways_on: tuple[QPushButton, ...], *, fill: bool = False
    ) -> None:
        """Given buttons become children of the row; ``fill`` makes them as wide as there is room."""
        super().__init__()
        self.setObjectName("actions")
        self._out, self._on = QHBoxLayout(), QHBoxLayout()
        self._buttons = (*ways_out, *ways_on)
        for made in ways_out:
            self._out.addWidget(made)
        for made in ways_on:
            self._on.addWidget(made)
        self._has_way_on = bool(ways_on)
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.addLayout(self._out)
        self._fill = fill
        if not fill:
            self._rows.addStretch(1)
        self._rows.addLayout(self._on)

    def set_theme(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait: wide buttons, the way on above the ways out."""
        for row in (self._out, self._on, self._rows):
            row.setSpacing(theme.px(16))
        self._rows.setDirection(QBoxLayout.Direction.BottomToTop if portrait else QBoxLayout.Direction.LeftToRight)
        if not self._fill:
            self._rows.setStretch(1, 0 if portrait else 1)
        across = QSizePolicy.Policy.Expanding if portrait or self._fill else QSizePolicy.Policy.Preferred
        for made in self._buttons:
            made.setSizePolicy(across, QSizePolicy.Policy.Fixed)

    def even_out(self) -> None:
        """All ways on equally wide, so that none is the larger one. After words or sizes have changed."""
        buttons = [made for made in self._buttons if self._on.indexOf(made) >= 0]
        for made in buttons:
            made.setMinimumWidth(0)
        widest = max((made.sizeHint().width() for made in buttons), default=0)
        for made in buttons:
            made.setMinimumWidth(widest)
