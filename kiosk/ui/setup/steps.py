"""The pages of the first start. Each shows words, keeps what was chosen, and says whether one may go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.styling import label, say


class _Choice(QPushButton):
    """A button whose words wrap; a full or an empty ring tells whether it is the chosen one, not the colour alone."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("role", "choice")
        self.setCheckable(True)
        self.setAutoDefault(False)  # Enter goes on to the next question
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._words = ""
        self._label = label(f"{name}Words")
        self._label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._inside = QVBoxLayout(self)
        self._inside.addWidget(self._label)
        self.toggled.connect(lambda _on: self._show())

    def show_words(self, words: str) -> None:
        self._words = words
        self.setAccessibleName(words)
        self._show()

    def _show(self) -> None:
        say(self._label, f"{'●' if self.isChecked() else '○'}  {self._words}")

    def set_theme(self, theme: Theme) -> None:
        self._inside.setContentsMargins(theme.px(18), theme.px(10), theme.px(18), theme.px(10))

    def sizeHint(self) -> QSize:  # noqa: N802
        return self._inside.totalSizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return self._inside.totalMinimumSize()


class Choices(QWidget):
    """One of several, as large buttons; each reached by Tab, chosen by Space or touch."""

    chosen = Signal(str)

    def __init__(self, name: str) -> None:
        """Empty until filled."""
        super().__init__()
        self.setObjectName(name)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._buttons: dict[str, _Choice] = {}
        self._theme = Theme()
        self._value = ""

    @property
    def value(self) -> str:
        """What is chosen."""
        return self._value

    def fill(self, choices: Sequence[tuple[str, str]], value: str) -> None:
        """(value, words) each; the same values again keep their buttons."""
        if [each for each, _ in choices] != list(self._buttons):
            for made in self._buttons.values():
                self._rows.removeWidget(made)
                made.hide()
                made.deleteLater()
            self._buttons = {each: self._made(each) for each, _ in choices}
        for each, words in choices:
            self._buttons[each].show_words(words)
        self.choose(value)

    def choose(self, value: str) -> None:
        """Mark one."""
        self._value = value if value in self._buttons else ""
        for each, made in self._buttons.items():
            made.setChecked(each == self._value)

    @property
    def marked(self) -> QWidget | None:
        """The button of what is chosen."""
        return self._buttons.get(self._value)

    def set_theme(self, theme: Theme) -> None:
        """Room between them."""
        self._theme = theme
        self._rows.setSpacing(theme.px(12))
        for made in self._buttons.values():
            made.set_theme(theme)

    def _made(self, value: str) -> _Choice:
        made = _Choice(f"{self.objectName()}_{value}")
        made.set_theme(self._theme)
        made.clicked.connect(lambda: self._on_clicked(value))
        self._rows.addWidget(made)
        return made

    def _on_clicked(self, value: str) -> None:
        self.choose(value)
        self.chosen.emit(value)


class Line(QWidget):
    """A line to type into, its label above and what is wrong below."""

    edited = Signal()

    def __init__(self, name: str, *, secret: bool = False) -> None:
        """``secret`` shows dots."""
        super().__init__()
        self._label = label(f"{name}Label", "fieldLabel")
        self.input = QLineEdit()
        self.input.setObjectName(name)
        self.input.setMaxLength(4000)
        if secret:
            self.input.setEchoMode(QLineEdit.EchoMode.Password)
        self._problem = label(f"{name}Problem", "problem")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        for each in (self._label, self.input, self._problem):
            rows.addWidget(each)
        self.input.textEdited.connect(lambda _text: self.edited.emit())

    @property
    def typed(self) -> str:
        """What stands there, without blanks at the ends."""
        return self.input.text().strip()

    def show_words(self, words: str) -> None:
        """The label."""
        say(self._label, words)
        self.input.setAccessibleName(words)

    def show_problem(self, words: str) -> None:
        """What is wrong; empty for nothing."""
        say(self._problem, words)
        self.input.setAccessibleDescription(words)


class StepPage(QWidget):
    """A question: title, what it is for, and what one answers with."""

    changed = Signal()

    def __init__(self, name: str) -> None:
        """``name`` is that of the step."""
        super().__init__()
        self.setObjectName(f"setup_{name}")
        self.name = name
        self.title = label(f"setup_{name}Title", "title")
        self.body = label(f"setup_{name}Body", "lead")
        self.rows = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.addWidget(self.title)
        self.rows.addWidget(self.body)

    def show_text(self, text: Text) -> None:
        """The question in the language in use."""
        say(self.title, text.get(f"setup.{self.name}_title"))
        say(self.body, text.get(f"setup.{self.name}_body"))

    def set_theme(self, theme: Theme, *, portrait: bool) -> None:
        """Room."""
        self.rows.setSpacing(theme.px(16))

    @property
    def ready(self) -> bool:
        """Whether one may go on."""
        return True

    @property
    def begins_at(self) -> QWidget | None:
        """What has the keyboard first; None for whatever comes first."""
        return None


class ChoicePage(StepPage):
    """One of several."""

    def __init__(self, name: str, choices: Callable[[Text], Sequence[tuple[str, str]]], value: str) -> None:
        """``choices`` in the language that is given."""
        super().__init__(name)
        self._choices = choices
        self.choices = Choices(f"setup_{name}Choices")
        self.choices.fill(choices(Text()), value)
        self.choices.chosen.connect(lambda _value: self.changed.emit())
        self.rows.addWidget(self.choices)
        self.rows.addStretch(1)

    def show_text(self, text: Text) -> None:
        """Question and choices."""
        super().show_text(text)
        self.choices.fill(self._choices(text), self.choices.value)

    def set_theme(self, theme: Theme, *, portrait: bool) -> None:
        """Room."""
        super().set_theme(theme, portrait=portrait)
        self.choices.set_theme(theme)

    @property
    def ready(self) -> bool:
        """Something is chosen."""
        return bool(self.choices.value)

    @property
    def begins_at(self) -> QWidget | None:
        """What is chosen, so that the frame of the keyboard and the mark are one."""
        return self.choices.marked
