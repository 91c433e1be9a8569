"""The buttons of a screen: ways out on the left, the way on at the right. In portrait the way on gets a row of its own, above."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QPushButton, QSizePolicy, QWidget

from kiosk.ui.theme import Theme


class ActionRow(QWidget):
    """Always the same order, so that a button is where it was on the screen before."""

    def __init__(
        self, ways_out: tuple[QPushButton, ...], ways_on: tuple[QPushButton, ...], *, fill: bool = False
    ) -> None:
        """Given buttons become children of the row; ``fill`` makes them as wide as there is room."""
        super().__init__()
        self.setObjectName("actions")
        self._out = QGridLayout()
        self._on = QGridLayout()
        self._halves = ((self._out, ways_out), (self._on, ways_on))
        self._buttons = (*ways_out, *ways_on)
        for half, made in self._halves:
            for column, each in enumerate(made):
                half.addWidget(each, 0, column)
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.addLayout(self._out)
        self._fill = fill
        self._portrait = self._even = False
        self._stacked: bool | None = None
        if not fill:
            self._rows.addStretch(1)
        self._rows.addLayout(self._on)

    def set_theme(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait: wide buttons, the way on above the ways out."""
        self._portrait = portrait
        self._stacked = None
        for row in (self._out, self._on, self._rows):
            row.setSpacing(theme.px(16))
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Other words or another size: look again whether all stand side by side."""
        if event.type() in {QEvent.Type.LayoutRequest, QEvent.Type.Resize}:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        gap = self._rows.spacing()
        rows = [[each for each in made if not each.isHidden()] for _, made in self._halves]
        widths = [sum(made.minimumSizeHint().width() + gap for made in row) for row in rows]
        widest = max((made.minimumSizeHint().width() for made in rows[1]), default=0) if self._even else 0
        widths[1] = max(widths[1], (widest + gap) * len(rows[1]))
        room = self.width() + gap
        stacked = self._portrait or sum(widths) > room
        for row, (half, _), width in zip(rows, self._halves, widths, strict=True):
            _place(row, half, _columns(row, room=room, gap=gap) if width > room else max(1, len(row)))
        if stacked == self._stacked:
            return
        self._stacked = stacked
        self._rows.setDirection(QBoxLayout.Direction.BottomToTop if stacked else QBoxLayout.Direction.LeftToRight)
        if not self._fill:
            self._rows.setStretch(1, 0 if stacked else 1)
        for made in rows[1]:
            made.setMinimumWidth(0 if stacked else widest)
        across = QSizePolicy.Policy.Expanding if stacked or self._fill else QSizePolicy.Policy.Preferred
        for made in self._buttons:
            made.setSizePolicy(across, QSizePolicy.Policy.Fixed)

    def even_out(self) -> None:
        """All ways on equally wide, so that none is the larger one. After words or sizes have changed."""
        self._even = True
        self._stacked = None
        self._fit()


def _columns(row: list[QPushButton], *, room: int, gap: int) -> int:
    """Pairs where the row does not fit and every pair does; else one below the other."""
    if len(row) < 3:
        return 1
    odd = len(row) % 2
    widths = [made.minimumSizeHint().width() + gap for made in row]
    paired = widths[odd:]
    return 2 if max(paired[::2]) + max(paired[1::2]) <= room and (not odd or widths[0] <= room) else 1


def _place(row: list[QPushButton], half: QGridLayout, columns: int) -> None:
    """The first one of an odd number is as wide as two: the two that answer a question stay alike."""
    odd = len(row) % columns
    for number, made in enumerate(row):
        row_column = divmod(number + odd, columns) if number or not odd else (0, 0)
        wanted = (*row_column, 1, columns if odd and not number else 1)
        index = half.indexOf(made)
        if index < 0 or half.getItemPosition(index) != wanted:
            half.addWidget(made, *wanted)
