"""The languages, each by its own name."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kiosk.ui.text import LANGUAGES, Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.styling import button


class LanguageBar(QWidget):
    """One button a language, each reached by Tab; the chosen one is marked."""

    chosen = Signal(str)

    def __init__(self) -> None:
        """All languages that are shipped."""
        super().__init__()
        self.setObjectName("languageBar")
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._buttons = {}
        for language in LANGUAGES:
            made = button(f"language_{language}", "language")
            made.setText(Text(language).get("language.name"))
            made.setAccessibleName(made.text())
            made.setCheckable(True)
            made.clicked.connect(lambda _checked=False, wanted=language: self.chosen.emit(wanted))
            self._layout.addWidget(made)
            self._buttons[language] = made

    def set_theme(self, theme: Theme) -> None:
        """Sizes."""
        self._layout.setSpacing(theme.px(4))

    def show_text(self, text: Text) -> None:
        """Mark the language in use."""
        for language, made in self._buttons.items():
            made.setChecked(language == text.language)
        self.setAccessibleName(text.get("language.choose"))
