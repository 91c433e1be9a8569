"""The settings page: find one, read what it does and may be, change it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QComboBox, QLineEdit, QVBoxLayout, QWidget

from kiosk.domain.errors import Code
from kiosk.station.office.requests import OfficeReply
from kiosk.station.office.upkeep import ChangeSetting, ListSettings, SettingsShown
from kiosk.ui.office.page import OfficePage, PageParts
from kiosk.ui.office.pages.parts import LARGE
from kiosk.ui.presenters.settings import SettingsView, present
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.rows_table import Row, RowsTable
from kiosk.ui.widgets.styling import button, label, say


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
        self._table = RowsTable("settingsTable", stretch=(0,), spare=(2,))
        self._table.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # the end of a key tells more than its middle
        self._table.moved.connect(self._on_row)
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
        """Portrait, and where letters are large: the editor low."""
        super().arrange(theme, portrait=portrait)
        stacked = portrait or theme.text > LARGE
        self._halves.setDirection(QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight)
        self._halves.setSpacing(theme.px(18))
        self._column.setSpacing(theme.px(8))
        self._table.set_theme(theme)

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

    def _on_row(self, key: str) -> None:
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
        self._table.say_nothing(view.nothing)
        self._table.show_rows(view.columns, [Row(row.key, (row.key, row.value, row.source)) for row in view.rows])
        self._show_editor(self._view())

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
