"""The letters the kiosk brings along, so that it reads the same on a machine without any font (off screen, in a container)."""

from __future__ import annotations

import logging

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

from kiosk.paths import resource
from kiosk.ui.theme import FONT

logger = logging.getLogger(__name__)

_FILES = ("Inter-Regular.otf", "Inter-SemiBold.otf")


def load_fonts() -> None:
    """Register the shipped fonts and make them the application's. Once, after the application object."""
    for name in _FILES:
        if QFontDatabase.addApplicationFont(str(resource(f"assets/fonts/{name}"))) < 0:
            logger.warning("the font %s could not be loaded; the system's letters are used", name)
    QGuiApplication.setFont(QFont(FONT))
