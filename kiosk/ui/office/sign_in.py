"""Name and PIN. The PIN is in the line until it is handed over or the page goes, and nowhere else."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QGridLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from kiosk.domain.operators import MAX_PIN, OperatorId, PinAnswer, PinChecked
from kiosk.station.office.requests import OfficeReply
from kiosk.station.office.signing import ListNames, NameShown, SignIn
from kiosk.ui.office.bridge import OfficeBridge
from kiosk.ui.presenters import office
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.styling import button, label, restyle, say

_KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "erase", "0", "enter")


class SignInPanel(QWidget):
    """Digits from the pad or the keyboard; a passphrase from the keyboard."""

    closed = Signal()

    def __init__(self, bridge: OfficeBridge) -> None:
        """Empty until shown."""
        super().__init__()
        self.setObjectName("signInPanel")
        self._bridge = bridge
        self._text = Text()
        self._names: tuple[NameShown, ...] | None = None
        self._read_at = datetime.now().astimezone()
        self._title = label("signInTitle", "title")
        self._body = label("signInBody", "muted")
        self._choose = label("signInChoose", "fieldLabel")
        self._list = QListWidget()
        self._list.setObjectName("signInNames")
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.setWordWrap(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemActivated.connect(self._to_pin)
        self._list.currentRowChanged.connect(lambda row: self._judge())
        self._nobody = label("signInNobody", "lead")
        self._pin_label = label("signInPinLabel", "fieldLabel")
        self._pin = QLineEdit()
        self._pin.setObjectName("signInPin")
        self._pin.setEchoMode(QLineEdit.EchoMode.Password)
        self._pin.setMaxLength(MAX_PIN)
        self._pin.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhHiddenText
        )
        self._pin.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._pin.textEdited.connect(lambda typed: self._judge())
        self._pin.returnPressed.connect(self._hand_over)
        self._said = label("signInSaid", "notice")
        self._enter = button("signInEnter", "primary")
        self._enter.clicked.connect(self._hand_over)
        self._back = button("signInBack")
        self._back.clicked.connect(self.closed)
        self._keys: dict[str, QPushButton] = {}
        self._pad = QGridLayout()
        for number, key in enumerate(_KEYS):
            made = self._enter if key == "enter" else button(f"key_{key}", "key")
            if key != "enter":
                made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                made.clicked.connect(lambda _=False, pressed=key: self._press(pressed))
                self._keys[key] = made
                if key.isdigit():
                    say(made, key)
            self._pad.addWidget(made, number // 3, number % 3)
        self._left, self._right = QVBoxLayout(), QVBoxLayout()
        self._left.addWidget(self._choose)
        self._left.addWidget(self._list, 1)
        self._left.addWidget(self._nobody, 1, Qt.AlignmentFlag.AlignTop)
        for line in (self._pin_label, self._pin, self._said):
            self._right.addWidget(line)
        self._right.addLayout(self._pad)
        self._right.addStretch(1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.addLayout(self._left, 1)
        self._columns.addLayout(self._right, 1)
        self._root = QVBoxLayout(self)
        self._root.setContentsMargins(0, 0, 0, 0)
        self._root.addWidget(self._title)
        self._root.addWidget(self._body)
        self._root.addLayout(self._columns, 1)
        self._root.addWidget(self._back, 0, Qt.AlignmentFlag.AlignLeft)
        self._said.hide()
        self._nobody.hide()

    def entered(self) -> None:
        """Ask who works here."""
        self._bridge.ask(self, ListNames(), self._on_names)
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def left(self) -> None:
        """No name and no digit stays."""
        self._bridge.forget(self)
        self._names = None
        self._list.clear()
        self._empty_pin()
        self._say("", "neutral")
        self._judge()

    def show_text(self, text: Text) -> None:
        """In this language; what was typed stays."""
        self._text = text
        view = office.sign_in(self._names, text, self._read_at)
        for widget, words in (
            (self._title, view.title),
            (self._body, view.body),
            (self._choose, view.choose),
            (self._nobody, view.nobody),
            (self._pin_label, view.pin),
            (self._enter, view.enter),
            (self._back, view.back),
            (self._keys["erase"], view.erase),
        ):
            say(widget, words)
        self._list.setAccessibleName(view.choose)
        self._pin.setAccessibleName(view.pin)
        self._nobody.setVisible(bool(view.nobody))
        self._list.setVisible(not view.nobody)
        chosen = self._chosen
        self._list.blockSignals(True)
        self._list.clear()
        for name in view.names:
            item = QListWidgetItem(name.words)
            item.setData(Qt.ItemDataRole.UserRole, name.id)
            self._list.addItem(item)
            if name.id == chosen or (chosen is None and self._list.count() == 1):
                self._list.setCurrentItem(item)
        self._list.blockSignals(False)
        self._judge()

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait: the list above, the pad low."""
        direction = QBoxLayout.Direction.TopToBottom if portrait else QBoxLayout.Direction.LeftToRight
        self._columns.setDirection(direction)
        self._columns.setSpacing(theme.px(36))
        self._root.setSpacing(theme.px(12))
        self._pad.setSpacing(theme.px(10))
        self._list.setMinimumHeight(3 * (theme.letters(18) + theme.px(22)))
        for column in (self._left, self._right):
            column.setSpacing(theme.px(8))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """A digit typed anywhere on the page goes into the PIN; Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.text().isdigit():
            self._press(event.text())
            self._pin.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    @property
    def _chosen(self) -> OperatorId | None:
        item = self._list.currentItem()
        return None if item is None else OperatorId(item.data(Qt.ItemDataRole.UserRole))

    def _to_pin(self) -> None:
        self._pin.setFocus(Qt.FocusReason.OtherFocusReason)

    def _press(self, key: str) -> None:
        if key == "erase":
            self._pin.backspace()
        else:
            self._pin.insert(key)
        self._judge()

    def _judge(self) -> None:
        waits = self._bridge.waits(self) and self._names is not None
        self._enter.setEnabled(self._chosen is not None and bool(self._pin.text()) and not waits)

    def _hand_over(self) -> None:
        chosen, typed = self._chosen, self._pin.text()
        if chosen is None or not typed or not self._enter.isEnabled():
            return
        self._empty_pin()
        self._say(self._text.get("sign_in.checking"), "neutral")
        self._bridge.ask(self, SignIn(chosen, typed), self._on_checked)
        self._judge()

    def _empty_pin(self) -> None:
        self._pin.clear()
        self._pin.setModified(False)

    def _on_names(self, reply: OfficeReply) -> None:
        if reply.error is not None:
            said = office.failed(reply.error, self._text)
            self._say(said.words, said.tone.value)
            return
        assert isinstance(reply.answer, tuple)
        self._names = reply.answer
        self._read_at = datetime.now().astimezone()
        self.show_text(self._text)

    def _on_checked(self, reply: OfficeReply) -> None:
        if reply.error is not None:
            said = office.failed(reply.error, self._text)
        else:
            assert isinstance(reply.answer, PinChecked)
            said = office.verdict(reply.answer, self._text, datetime.now().astimezone())
            if reply.answer.answer is PinAnswer.LOCKED:
                self._bridge.ask(self, ListNames(), self._on_names)
        self._say(said.words, said.tone.value)
        self._judge()
        self._pin.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, words: str, tone: str) -> None:
        say(self._said, words)
        restyle(self._said, role="notice", tone=tone)
        self._said.setVisible(bool(words))
