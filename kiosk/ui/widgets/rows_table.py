"""Rows of plain texts under headings: a list that is read and chosen from by keyboard, mouse or finger. Holds no other data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from kiosk.ui.presenters.common import Tone
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.tones import tone_colours

_Index = QModelIndex | QPersistentModelIndex


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

    def __init__(self, name: str, *, toned: int = -1, stretch: tuple[int, ...] = (0,)) -> None:
        """``toned``: the column that shows a row's tone; ``stretch``: those that take the room that is left."""
        super().__init__()
        self.setObjectName(name)
        self._model = _Model()
        self._model.toned = toned
        self._stretch = stretch
        self._left_out: tuple[int, ...] = ()
        self.setModel(self._model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setDragEnabled(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(False)
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
        new_columns = len(columns) != len(self._model.columns)
        self._model.fill(columns, rows)
        if new_columns:
            header = self.horizontalHeader()
            for column in range(len(columns)):
                wide = column in self._stretch
                mode = QHeaderView.ResizeMode.Stretch if wide else QHeaderView.ResizeMode.ResizeToContents
                header.setSectionResizeMode(column, mode)
            self.hide_columns(*self._left_out)
        place = next((number for number, row in enumerate(rows) if row.key == before), 0)
        if rows:
            self.setCurrentIndex(self._model.index(place, 0))

    def empty(self) -> None:
        """Nothing is listed any more."""
        self._model.fill(self._model.columns, ())

    def set_theme(self, theme: Theme) -> None:
        """Rows that a finger can meet."""
        self._model.theme = theme
        self.verticalHeader().setDefaultSectionSize(theme.px(44))

    def hide_columns(self, *columns: int) -> None:
        """Leave these out, where there is little room."""
        self._left_out = columns
        for column in range(len(self._model.columns)):
            self.setColumnHidden(column, column in columns)

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
