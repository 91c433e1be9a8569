"""A label with a coloured ground: the truth of a result, and the like."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from kiosk.ui.presenters.common import Tone
from kiosk.ui.widgets.styling import restyle, say


class Chip(QLabel):
    """Plain words on a rounded ground; the words say it, the colour only helps."""

    def __init__(self, name: str) -> None:
        """Empty until shown."""
        super().__init__()
        self.setObjectName(name)
        self.setProperty("role", "chip")

    def show_chip(self, words: str, tone: Tone) -> None:
        """Set words and tone."""
        say(self, words)
        restyle(self, tone=tone.value)
