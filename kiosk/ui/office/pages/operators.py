"""The operators page, for a supervisor. PINs are in their lines until they are handed over, and nowhere else."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QLabel, QLineEdit, QWidget

from kiosk.domain.operators import MAX_PIN, NAME_MAX, OperatorId, Role
from kiosk.station.office.operators import AddOperator, DisableOperator, ListOperators, NewPin, OperatorsShown
from kiosk.station.office.requests import OfficeReply, OfficeRequest
from kiosk.ui.office.page import OfficePage, PageParts
from kiosk.ui.presenters import operators
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.flow import Flow
from kiosk.ui.widgets.rows_table import Row, RowsTable
from kiosk.ui.widgets.styling import button, label, say


class OperatorsPage(OfficePage):
    """A list; under it the buttons, or the form of what was pressed."""

    def __init__(self, parts: PageParts) -> None:
        """Nobody is listed before the page comes up."""
        super().__init__(parts, "operators")
        self._shown: OperatorsShown | None = None
        self._whose = ""
        self._table = RowsTable("operatorsTable", toned=2, stretch=(0,), spare=(3, 1))
        self._table.moved.connect(lambda key: self._judge())
        self._add = button("operatorAdd", "small")
        self._add.clicked.connect(lambda: self._open_form(""))
        self._new_pin = button("operatorNewPin", "small")
        self._new_pin.clicked.connect(lambda: self._open_form(self._table.key))
        self._disable = button("operatorDisable", "danger")
        self._disable.clicked.connect(self._on_disable)
        self._buttons = QWidget()
        self._row = Flow(self._buttons)
        for each in (self._add, self._new_pin):
            self._row.addWidget(each)
        self._row.break_off()
        self._row.addWidget(self._disable)
        self._name = QLineEdit()
        self._name.setObjectName("operatorName")
        self._name.setMaxLength(NAME_MAX)
        self._role = QComboBox()
        self._role.setObjectName("operatorRole")
        self._pin, self._again = _pin_line("operatorPin"), _pin_line("operatorPinAgain")
        self._labels: dict[str, QLabel] = {}
        self._rule = label("operatorRule", "small")
        self._save = button("operatorSave", "primary")
        self._save.clicked.connect(self._on_save)
        self._cancel = button("operatorCancel", "small")
        self._cancel.clicked.connect(self._close_form)
        self._form = QFrame()
        self._form.setObjectName("operatorForm")
        self._form.setProperty("role", "card")
        self._grid = QGridLayout(self._form)
        for number, (name, widget) in enumerate(
            (("name", self._name), ("role", self._role), ("pin", self._pin), ("again", self._again))
        ):
            self._labels[name] = label(f"operator_{name}Label", "fieldLabel")
            self._labels[name].setBuddy(widget)
            self._grid.addWidget(self._labels[name], number // 2 * 2, number % 2)
            self._grid.addWidget(widget, number // 2 * 2 + 1, number % 2)
        self._grid.addWidget(self._rule, 4, 0, 1, 2)
        self._grid.addWidget(self._cancel, 5, 0, Qt.AlignmentFlag.AlignLeft)
        self._grid.addWidget(self._save, 5, 1, Qt.AlignmentFlag.AlignRight)
        for line in (self._name, self._pin, self._again):
            line.textEdited.connect(lambda _typed: self._judge())
            line.returnPressed.connect(self._on_save)
        self.body.addWidget(self._table, 1)
        self.body.addWidget(self._buttons)
        self.body.addWidget(self._form)
        self._form.hide()

    def show_text(self, text: Text) -> None:
        """In this language; what was typed stays."""
        super().show_text(text)
        chosen = self._role.currentData()
        self._role.clear()
        view = operators.present(self._shown, text)
        for value, words in view.roles:
            self._role.addItem(words, value)
        self._role.setCurrentIndex(max(0, self._role.findData(chosen)))
        for name, words in (("name", view.name), ("role", view.role), ("pin", view.pin), ("again", view.again)):
            say(self._labels[name], words)
        for widget, words in (
            (self._name, view.name),
            (self._role, view.role),
            (self._pin, view.pin),
            (self._again, view.again),
        ):
            widget.setAccessibleName(words)
        for made, words in (
            (self._add, view.add),
            (self._new_pin, view.new_pin),
            (self._disable, view.disable),
            (self._save, view.save),
            (self._cancel, view.cancel),
        ):
            say(made, words)
        self._show()

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Sizes."""
        super().arrange(theme, portrait=portrait)
        self._table.set_theme(theme)
        self._row.setSpacing(theme.px(10))
        margin = theme.px(16)
        self._grid.setContentsMargins(margin, margin, margin, margin)
        self._grid.setHorizontalSpacing(theme.px(20))
        self._grid.setVerticalSpacing(theme.px(6))

    def entered(self) -> None:
        """Who works here."""
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ask(ListOperators(), self._came)

    def left(self) -> None:
        """No name and no PIN stays."""
        super().left()
        self._shown = None
        self._table.empty()
        self._close_form()

    def _came(self, shown: OperatorsShown) -> None:
        self._shown = shown
        self._show()

    def _done(self, shown: OperatorsShown) -> None:
        self._close_form()
        self._came(shown)
        self.notice(self.text.get("operators.done"))

    def _show(self) -> None:
        view = operators.present(self._shown, self.text)
        self._table.setAccessibleName(self.text.get("office.page.operators"))
        self._table.show_rows(view.columns, [Row(row.id, row.cells, row.tone) for row in view.rows])
        self._judge()

    def _open_form(self, whose: str) -> None:
        self._whose = whose
        self.clear_notice()
        for name, widget in (("name", self._name), ("role", self._role)):
            widget.setVisible(not whose)
            self._labels[name].setVisible(not whose)
        self._form.show()
        self._buttons.hide()
        (self._pin if whose else self._name).setFocus(Qt.FocusReason.OtherFocusReason)
        self._judge()

    def _close_form(self) -> None:
        self._whose = ""
        for line in (self._name, self._pin, self._again):
            line.clear()
            line.setModified(False)
        self._form.hide()
        self._buttons.show()
        say(self._disable, self.text.get("operators.disable"))

    def _judge(self) -> None:
        enabled = {each.id for each in self._shown.operators if not each.disabled} if self._shown is not None else set()
        for made in (self._new_pin, self._disable):
            made.setEnabled(self._table.key in enabled)
        say(self._disable, self.text.get("operators.disable"))
        wrong = operators.problem(
            name=None if self._whose else self._name.text(),
            pin=self._pin.text(),
            again=self._again.text(),
            text=self.text,
        )
        say(self._rule, wrong)
        self._save.setEnabled(not wrong)

    def _on_save(self) -> None:
        if not self._save.isEnabled() or not self._form.isVisible():
            return
        pin = self._pin.text()
        request: OfficeRequest
        if self._whose:
            request = NewPin(OperatorId(self._whose), pin)
        else:
            request = AddOperator(self._name.text(), Role(self._role.currentData()), pin)
        for line in (self._pin, self._again):
            line.clear()
            line.setModified(False)
        self._judge()
        self.ask(request, self._done, self._failed)

    def _on_disable(self) -> None:
        """The second press does it."""
        sure = self.text.get("operators.disable_sure")
        if self._disable.text() != sure:
            say(self._disable, sure)
            return
        self.ask(DisableOperator(OperatorId(self._table.key)), self._done, self._failed)

    def _failed(self, reply: OfficeReply) -> None:
        self.notice(operators.failed(reply, self.text), tone="bad")


def _pin_line(name: str) -> QLineEdit:
    line = QLineEdit()
    line.setObjectName(name)
    line.setEchoMode(QLineEdit.EchoMode.Password)
    line.setMaxLength(MAX_PIN)
    line.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
    return line
