"""The settings page: find one, read what it does and may be, change it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from kiosk.domain.errors import Code
from kiosk.station.office.requests import OfficeReply
from kiosk.station.office.upkeep import ChangeSetting, ListSettings, SettingsShown
from kiosk.ui.office.page import OfficePage, PageParts
from kiosk.ui.presenters.settings import SettingRow, SettingsView, present
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.styling import button, label, say

_Index = QModelIndex | QPersistentModelIndex


class SettingsPage(OfficePage):
    """A table, and an editor for the chosen line."""

    def __init__(self, parts: PageParts) -> None:
        """Empty until read."""
        super().__init__(parts, "settings")
        self._shown: SettingsShown | None = None
        self._chosen = ""
        self._edited = ""
        self._search = QLineEdit()
        self._search.setObjectName("settingsSearch")
        self._search.setMaxLength(100)
        self._search.textChanged.connect(lambda _text: self._show())
        self._model = _Model()
        self._table = QTableView()
        self._table.setObjectName("settingsTable")
        self._table.setModel(self._model)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setShowGrid(False)
        self._table.setTabKeyNavigation(False)
        self._table.verticalHeader().hide()
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._table.selectionModel().currentRowChanged.connect(self._on_row)
        self._key = label("settingKey", "strong")
        self._help = label("settingHelp")
        self._limits = label("settingLimits", "small")
        self._restart = label("settingRestart", "small")
        self._line = QLineEdit()
        self._line.setObjectName("settingLine")
        self._line.setMaxLength(500)
        self._line.returnPressed.connect(self._save_it)
        self._list = QComboBox()
        self._list.setObjectName("settingChoice")
        self._save = button("settingSave", "small")
        self._save.clicked.connect(self._save_it)
        self._editor = QWidget()
        self._editor.setObjectName("settingEditor")
        self._column = QVBoxLayout(self._editor)
        self._column.setContentsMargins(0, 0, 0, 0)
        for each in (self._key, self._help, self._limits, self._line, self._list, self._restart):
            self._column.addWidget(each)
        self._column.addWidget(self._save, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addStretch(1)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._halves.addWidget(self._table, 3)
        self._halves.addWidget(self._editor, 2)
        self.body.addWidget(self._search)
        self.body.addLayout(self._halves, 1)

    def show_text(self, text: Text) -> None:
        """In this language."""
        super().show_text(text)
        self._edited = ""
        self._show()

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait: the editor low."""
        super().arrange(theme, portrait=portrait)
        direction = QBoxLayout.Direction.TopToBottom if portrait else QBoxLayout.Direction.LeftToRight
        self._halves.setDirection(direction)
        self._halves.setSpacing(theme.px(18))
        self._column.setSpacing(theme.px(8))
        self._table.setColumnWidth(1, theme.px(110))
        self._table.verticalHeader().setDefaultSectionSize(theme.letters(18) + theme.px(20))

    def entered(self) -> None:
        """Read them."""
        self._search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ask(ListSettings(), self._came)

    def left(self) -> None:
        """Forget what was shown and typed."""
        super().left()
        self._shown, self._chosen, self._edited = None, "", ""
        self._search.clear()
        self._line.clear()
        self._list.clear()
        self._show()

    def _came(self, shown: SettingsShown) -> None:
        self._shown = shown
        self._edited = ""
        self._show()
        saved = present(shown, self.text).saved
        if saved:
            self.notice(saved)

    def _on_row(self, current: QModelIndex, before: QModelIndex) -> None:
        del before
        key = self._model.key(current.row())
        if key and key != self._chosen:
            self._chosen = key
            self._show_editor(self._view())

    def _save_it(self) -> None:
        if not self._chosen or not self._save.isVisible():
            return
        text = str(self._list.currentData()) if self._list.isVisible() else self._line.text()
        self.clear_notice()
        self.ask(ChangeSetting(self._chosen, text), self._came, self._refused)

    def _refused(self, reply: OfficeReply) -> None:
        if reply.error is Code.CONFIG_BAD_VALUE:
            limits = self._limits.text()
            self.notice(f"{self.text.get('settings.bad_value')} {limits}", tone="bad")
        elif reply.error is Code.UNATTENDED_NOT_FIT:
            self.notice(f"{self.text.get('error.unattended_not_fit')} ({reply.detail})", tone="bad")
        else:
            self.say_error(reply)

    def _view(self) -> SettingsView:
        return present(self._shown, self.text, wanted=self._search.text(), chosen=self._chosen)

    def _show(self) -> None:
        view = self._view()
        self._search.setPlaceholderText(view.search)
        self._search.setAccessibleName(view.search)
        self._table.setAccessibleName(self._title.text())
        self._model.show_rows(view.rows, view.columns)
        row = self._model.row_of(self._chosen)
        if row >= 0:
            self._table.selectRow(row)
        self._show_editor(view)

    def _show_editor(self, view: SettingsView) -> None:
        chosen = view.chosen
        say(self._key, chosen.key if chosen else view.choose)
        say(self._help, chosen.help if chosen else "")
        say(self._limits, chosen.limits if chosen else "")
        say(self._restart, (chosen.locked or chosen.restart) if chosen else "")
        say(self._save, view.save)
        editable = chosen is not None and not chosen.locked
        self._save.setVisible(editable)
        self._list.setVisible(editable and chosen is not None and bool(chosen.choices))
        self._line.setVisible(editable and chosen is not None and not chosen.choices)
        if chosen is None or self._edited == chosen.key:
            return
        self._edited = chosen.key
        self._line.setText(chosen.typed)
        self._list.clear()
        for value, words in chosen.choices:
            self._list.addItem(words, value)
        self._list.setCurrentIndex(max(0, self._list.findData(chosen.typed)))
        for each in (self._line, self._list):
            each.setAccessibleName(chosen.key)
            each.setAccessibleDescription(f"{chosen.help} {chosen.limits}")


class _Model(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[SettingRow, ...] = ()
        self._columns: tuple[str, ...] = ("", "", "")

    def show_rows(self, rows: tuple[SettingRow, ...], columns: tuple[str, str, str]) -> None:
        if rows == self._rows and columns == self._columns:
            return
        self.beginResetModel()
        self._rows, self._columns = rows, columns
        self.endResetModel()

    def key(self, row: int) -> str:
        return self._rows[row].key if 0 <= row < len(self._rows) else ""

    def row_of(self, key: str) -> int:
        return next((number for number, row in enumerate(self._rows) if row.key == key), -1)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else 3

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self._rows[index.row()]
        words = (row.key, row.value, row.source)[index.column()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return words
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section]
        return None
