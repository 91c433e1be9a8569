"""Rows of plain texts under headings: a list that is read and chosen from by keyboard, mouse or finger. Holds no other data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from kiosk.ui.presenters.common import Tone
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.tones import tone_colours

_Index = QModelIndex | QPersistentModelIndex

_MEASURED = 3
"""Of a column the texts with the most letters are measured, not all: a list has hundreds."""

_READABLE = 7
"""A column narrower than so many letter heights says nothing: a less important one is left out before that."""


_AROUND = 32
"""What stands left and right of a cell's words."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a key for whoever shows it, a text a column, and a tone for the column that has one."""

    key: str
    cells: tuple[str, ...]
    tone: Tone | None = None


class _Model(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self.columns: tuple[str, ...] = ()
        self.rows: tuple[Row, ...] = ()
        self.toned = -1
        self.theme = Theme()

    def fill(self, columns: tuple[str, ...], rows: tuple[Row, ...]) -> None:
        self.beginResetModel()
        self.columns, self.rows = columns, rows
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = self.rows[index.row()], index.column()
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return row.cells[column]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(f"{name}: {cell}" for name, cell in zip(self.columns, row.cells, strict=True) if cell)
        if role == Qt.ItemDataRole.ForegroundRole and row.tone is not None and column == self.toned:
            return QColor(tone_colours(self.theme.palette, row.tone)[0])
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: N802
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return self.columns[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None


class RowsTable(QTableView):
    """``chosen`` fires with a row's key at Enter, double click or tap; ``moved`` whenever another row is the current one."""

    chosen = Signal(str)
    moved = Signal(str)

    def __init__(
        self,
        name: str,
        *,
        toned: int = -1,
        stretch: tuple[int, ...] = (0,),
        spare: tuple[int, ...] = (),
        wraps: bool = False,
    ) -> None:
        """``toned``: the column that shows a row's tone; ``stretch``: those that take the room that is left; ``spare``: those
        that are left out, in this order, where there is no room for all; ``wraps``: words go on below instead of being shortened.
        """
        super().__init__()
        self.setObjectName(name)
        self._model = _Model()
        self._model.toned = toned
        self._stretch = stretch
        self._spare = spare
        self._wraps = wraps
        self._left_out: tuple[int, ...] = ()
        self._nothing = ""
        self.setModel(self._model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(wraps)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setDragEnabled(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setMinimumSectionSize(1)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.doubleClicked.connect(lambda index: self.chosen.emit(self._model.rows[index.row()].key))

    @property
    def key(self) -> str:
        """Of the current row; empty where there is none."""
        row = self.currentIndex().row()
        return self._model.rows[row].key if 0 <= row < len(self._model.rows) else ""

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is listed."""
        return self._model.rows

    def show_rows(self, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """List these; the current row stays where it still is."""
        columns, rows = tuple(columns), tuple(rows)
        if (columns, rows) == (self._model.columns, self._model.rows):
            return
        before = self.key
        self._model.fill(columns, rows)
        self._fit()
        place = next((number for number, row in enumerate(rows) if row.key == before), 0)
        if rows:
            self.setCurrentIndex(self._model.index(place, 0))

    def empty(self) -> None:
        """Nothing is listed any more."""
        self._model.fill(self._model.columns, ())
        self.say_nothing("")

    def say_nothing(self, words: str) -> None:
        """What stands in the place of rows while there are none; empty while nobody knows yet."""
        if words != self._nothing:
            self._nothing = words
            self.setAccessibleDescription(words)
            self.viewport().update()

    def set_theme(self, theme: Theme) -> None:
        """Rows that a finger can meet."""
        self._model.theme = theme
        tall = max(theme.px(44), theme.letters(18) + theme.px(22))
        self.verticalHeader().setDefaultSectionSize(tall)
        self.verticalHeader().setMinimumSectionSize(tall)
        self.setMinimumHeight(theme.px(44) + 2 * self.verticalHeader().defaultSectionSize())
        self._fit()

    def hide_columns(self, *columns: int) -> None:
        """Leave these out, where there is little room."""
        self._left_out = columns
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Every column as wide as it needs, the long ones shortened first."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """The rows, or that there are none."""
        super().paintEvent(event)
        if self._model.rows or not self._nothing:
            return
        painter = QPainter(self.viewport())
        painter.setPen(QColor(self._model.theme.palette.muted))
        margin = self._model.theme.px(24)
        room = self.viewport().rect().adjusted(margin, margin, -margin, -margin)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._nothing)
        painter.end()

    def _fit(self) -> None:
        """Leave out what there is no room for, then share the room: short columns as they are, long ones down to one width."""
        count = len(self._model.columns)
        room = self.viewport().width()
        if not count or room <= 0:
            return
        wanted = [self._wanted(column) for column in range(count)]
        kept = [column for column in range(count) if column not in self._left_out]
        readable = _READABLE * self._model.theme.letters(18)
        for spare in self._spare:
            if len(kept) > 1 and spare in kept and _most([wanted[each] for each in kept], room) < readable:
                kept.remove(spare)
        most = _most([wanted[each] for each in kept], room)
        widths = {each: min(wanted[each], most) for each in kept}
        wide = [each for each in kept if each in self._stretch] or kept[:1]
        over = room - sum(widths.values())
        for number, each in enumerate(wide):
            widths[each] += over // len(wide) + (over % len(wide) if number == 0 else 0)
        for column in range(count):
            self.setColumnHidden(column, column not in widths)
            if column in widths:
                self.setColumnWidth(column, widths[column])
        if self._wraps:
            for number, row in enumerate(self._model.rows):
                self.setRowHeight(number, self._height(row, widths))

    def _height(self, row: Row, widths: dict[int, int]) -> int:
        """So that all words of a row can be read. Qt's own sum forgets what the style leaves free around them."""
        theme, flags = self._model.theme, int(Qt.TextFlag.TextWordWrap)
        tallest = max(
            self.fontMetrics()
            .boundingRect(0, 0, max(1, width - theme.px(_AROUND)), 10_000, flags, row.cells[each])
            .height()
            for each, width in widths.items()
        )
        return max(self.verticalHeader().defaultSectionSize(), tallest + theme.px(22))

    def _wanted(self, column: int) -> int:
        """How wide the heading and the longest texts are, with what stands around them."""
        texts = sorted((row.cells[column] for row in self._model.rows), key=len, reverse=True)[:_MEASURED]
        letters = self.fontMetrics()
        heading = self.horizontalHeader().fontMetrics().horizontalAdvance(self._model.columns[column])
        around = self._model.theme.px(_AROUND)
        return max([heading, *(letters.horizontalAdvance(words) for words in texts)]) + around

    def currentChanged(self, current: _Index, previous: _Index) -> None:  # noqa: N802
        """Tell which row it is now."""
        super().currentChanged(current, previous)
        self.moved.emit(self.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter chooses."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.key:
            self.chosen.emit(self.key)
            return
        super().keyPressEvent(event)


def _most(wanted: list[int], room: int) -> int:
    """The width at which to shorten the long columns so that all fit; the widest one's where nothing needs to be."""
    left, most = room, max(wanted)
    for number, width in enumerate(sorted(wanted)):
        share = left // (len(wanted) - number)
        if width > share:
            return share
        left -= width
    return most
