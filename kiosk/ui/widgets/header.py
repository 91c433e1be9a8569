"""The bar on top: the program's sign and the languages."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.language_bar import LanguageBar
from kiosk.ui.widgets.styling import label, say

logger = logging.getLogger(__name__)


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
        self._height = 44
        self._languages = LanguageBar()
        self._languages.chosen.connect(self.language_chosen)
        self._logo = QLabel()
        self._logo.setObjectName("brandLogo")
        self._logo.hide()
        self._picture = QPixmap()
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self._logo)
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
        self._height = theme.px(44)
        self._draw_logo()

    def show_logo(self, path: Path) -> None:
        """A picture in place of our sign and name; nothing changes where it cannot be read."""
        picture = QPixmap(str(path))
        if picture.isNull():
            logger.info("the logo could not be read; the program's own sign stays")
            return
        self._picture = picture
        self._icon.hide()
        self._name.hide()
        self._logo.show()
        self._draw_logo()

    def _draw_logo(self) -> None:
        if self._picture.isNull():
            return
        ratio = self.devicePixelRatioF()
        smooth = Qt.TransformationMode.SmoothTransformation
        height = round(self._height * ratio)
        drawn = self._picture.scaledToHeight(height, smooth)
        if drawn.width() > 7 * height:
            drawn = self._picture.scaledToWidth(7 * height, smooth)
        drawn.setDevicePixelRatio(ratio)
        self._logo.setPixmap(drawn)

    def show_text(self, text: Text) -> None:
        """Mark the language in use."""
        say(self._name, text.get("app.name"))
        self._logo.setAccessibleName(text.get("app.name"))
        self._languages.show_text(text)
