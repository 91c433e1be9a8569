"""The bar on top: the program's sign and the languages."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.language_bar import LanguageBar
from kiosk.ui.widgets.styling import label, say


class Header(QWidget):
    """Always there; the language can be changed at any moment."""

    language_chosen = Signal(str)

    def __init__(self) -> None:
        """Empty until shown."""
        super().__init__()
        self.setObjectName("header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icon = Icon("brandIcon")
        self._name = label("brandName", wrap=False)
        self._languages = LanguageBar()
        self._languages.chosen.connect(self.language_chosen)
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self._icon)
        self._layout.addWidget(self._name)
        self._layout.addStretch(1)
        self._layout.addWidget(self._languages)

    def set_theme(self, theme: Theme) -> None:
        """Colours and sizes."""
        self._layout.setContentsMargins(theme.px(28), theme.px(10), theme.px(24), theme.px(10))
        self._layout.setSpacing(theme.px(12))
        self._languages.set_theme(theme)
        self._icon.show_icon("face", colour=theme.palette.accent, side=theme.px(38))

    def show_text(self, text: Text) -> None:
        """Mark the language in use."""
        say(self._name, text.get("app.name"))
        self._languages.show_text(text)
