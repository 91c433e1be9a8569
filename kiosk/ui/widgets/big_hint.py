"""One large thing to do next: sign, words, and a smaller line that says how."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from kiosk.ui.presenters.common import Tone
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.styling import label, say
from kiosk.ui.widgets.tones import tone_colours


class BigHint(QWidget):
    """Announced to screen readers each time the words change."""

    def __init__(self, name: str) -> None:
        """Empty until shown."""
        super().__init__()
        self.setObjectName(name)
        self._theme = Theme()
        self._shown = ("", Tone.ACCENT)
        self._side = 104
        self._icon = Icon(f"{name}Icon")
        self._words = label(f"{name}Words", "hint")
        self._more = label(f"{name}More", "lead")
        words = QVBoxLayout()
        words.addWidget(self._words)
        words.addWidget(self._more)
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignLeft)
        self._layout.addLayout(words, 1)

    def set_theme(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait puts the sign beside the words."""
        self._theme = theme
        self._layout.setDirection(QBoxLayout.Direction.LeftToRight if portrait else QBoxLayout.Direction.TopToBottom)
        self._layout.setSpacing(theme.px(24))
        self._draw()

    def set_sign(self, side: int) -> None:
        """How large the sign is, in pixels of the 1280x800 design."""
        if side != self._side:
            self._side = side
            self._draw()

    @property
    def words(self) -> str:
        """What is asked."""
        return self._words.text()

    def show_hint(self, *, icon: str, words: str, more: str, tone: Tone) -> None:
        """Replace what is asked."""
        changed = words != self._words.text()
        say(self._words, words)
        say(self._more, more)
        self.setAccessibleName(words)
        self.setAccessibleDescription(more)
        self._shown = (icon, tone)
        self._draw()
        if changed and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def _draw(self) -> None:
        icon, tone = self._shown
        if icon:
            ink, ground = tone_colours(self._theme.palette, tone)
            self._icon.show_icon(icon, colour=ink, side=self._theme.px(self._side / self._theme.text), ground=ground)
