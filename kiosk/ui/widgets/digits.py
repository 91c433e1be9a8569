"""A line for digits: a number in groups, or a PIN that nobody reads over a shoulder."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from kiosk.ui.theme import Theme
from kiosk.ui.widgets.styling import label, say


class Digits(QWidget):
    """Takes digits only, however they come."""

    def __init__(self, name: str, *, most: int, group: int = 0, secret: bool = False) -> None:
        """At most ``most`` digits, shown in groups of ``group`` (0: in one)."""
        super().__init__()
        self.setObjectName(f"{name}Field")
        self._most, self._group = most, group
        self._label = label(f"{name}Label", "fieldLabel", wrap=False)
        self.line = QLineEdit()
        self.line.setObjectName(name)
        self.line.setProperty("role", "digits")
        self.line.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly | Qt.InputMethodHint.ImhSensitiveData)
        self.line.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        if secret:
            self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.textEdited.connect(self._tidy)
        self._label.setBuddy(self.line)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self._label)
        self._layout.addWidget(self.line)

    @property
    def typed(self) -> str:
        """The digits alone."""
        return "".join(each for each in self.line.text() if each.isascii() and each.isdigit())

    @property
    def full(self) -> bool:
        """No more fits."""
        return len(self.typed) >= self._most

    def show_label(self, words: str) -> None:
        """Above the line, and for screen readers."""
        say(self._label, words)
        self.line.setAccessibleName(words)

    def add(self, figure: str) -> None:
        """One more digit, from the keypad; at the end, wherever the cursor stands."""
        self._put(self.typed + figure)

    def delete(self) -> None:
        """The last one goes."""
        self._put(self.typed[:-1])

    def clear(self) -> None:
        """Empty again."""
        self.line.clear()

    def set_theme(self, theme: Theme) -> None:
        """Sizes."""
        self._layout.setSpacing(theme.px(4))

    def _tidy(self) -> None:
        """What a keyboard, a paste or an input method put there."""
        at_end = self.line.cursorPosition() == len(self.line.text())
        before = len([each for each in self.line.text()[: self.line.cursorPosition()] if each.isdigit()])
        self._put(self.typed)
        if not at_end:
            spaces = max(0, before - 1) // self._group if self._group else 0
            self.line.setCursorPosition(before + spaces)

    def _put(self, digits: str) -> None:
        digits = digits[: self._most]
        if self._group:
            digits = " ".join(digits[at : at + self._group] for at in range(0, len(digits), self._group))
        if self.line.text() != digits:
            self.line.setText(digits)
