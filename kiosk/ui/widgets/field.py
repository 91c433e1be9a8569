"""One field of a form: label above, what is wrong below, both always in the same place so that nothing jumps."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from kiosk.ui.presenters.details import Choice, FieldView
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.styling import label, restyle, say

_LONGEST = 200


class Field(QWidget):
    """A line to type into, or a list to choose from."""

    edited = Signal()
    left = Signal()

    def __init__(self, name: str, *, choices: bool = False) -> None:
        """``choices`` makes a list instead of a line."""
        super().__init__()
        self.setObjectName(f"field_{name}")
        self._label = label(f"{name}Label", "fieldLabel", wrap=False)
        self._problem = label(f"{name}Problem", "problem")
        self._line = QLineEdit()
        self._list = QComboBox()
        self.input: QLineEdit | QComboBox = self._list if choices else self._line
        self.input.setObjectName(name)
        self.input.installEventFilter(self)
        self._line.setMaxLength(_LONGEST)
        self._label.setBuddy(self.input)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for each in (self._label, self.input, self._problem):
            self._layout.addWidget(each)
        self._line.textEdited.connect(lambda _text: self.edited.emit())
        self._list.activated.connect(lambda _index: self.edited.emit())

    @property
    def typed(self) -> str:
        """What stands in the field."""
        return str(self._list.currentData() or "") if self.input is self._list else self._line.text()

    def fill(self, value: str) -> None:
        """Put a value in, as if it had been typed or chosen; one that the list does not have leaves it as it is."""
        if self.input is self._list:
            found = self._list.findData(value)
            if found >= 0:
                self._list.setCurrentIndex(found)
        else:
            self._line.setText(value)
            self._line.setCursorPosition(0)  # a long one shows its beginning

    def clear(self) -> None:
        """Empty again."""
        self._line.clear()
        self._line.setModified(False)
        self._list.setCurrentIndex(0)
        self.show_problem("")

    def show_field(self, view: FieldView, choices: tuple[Choice, ...]) -> None:
        """Label and example in the language in use; what was typed stays."""
        say(self._label, view.label)
        self.input.setAccessibleName(view.label)
        self._line.setPlaceholderText(view.example)
        if self.input is self._list:
            chosen = self._list.currentData()
            self._list.clear()
            for choice in choices:
                self._list.addItem(choice.label, choice.value)
            self._list.setCurrentIndex(max(0, self._list.findData(chosen)))

    def show_problem(self, words: str) -> None:
        """Beside the field, and for screen readers with it."""
        say(self._problem, words)
        self.input.setAccessibleDescription(words)
        restyle(self.input, wrong="true" if words else "false")

    def set_theme(self, theme: Theme) -> None:
        """Room for one line of a problem, always; a longer one takes what it needs."""
        self._layout.setSpacing(theme.px(2))
        self._problem.setMinimumHeight(theme.letters(16) + theme.px(6))
        self._problem.setMinimumWidth(1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Tell when the person has left the field."""
        if watched is self._line and isinstance(event, QFocusEvent) and event.gotFocus():
            if (
                event.reason() is Qt.FocusReason.OtherFocusReason
            ):  # by Tab all is selected, by a click one chooses oneself
                self._line.end(False)
        elif watched is self.input and event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        return super().eventFilter(watched, event)
