"""A large button with a sign, a title and a line that says more."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QBoxLayout, QPushButton, QSizePolicy, QVBoxLayout

from kiosk.ui.presenters.alternative import WayCard
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.styling import label, say


class WayButton(QPushButton):
    """As large as its words need."""

    def __init__(self, name: str) -> None:
        """Empty until shown."""
        super().__init__()
        self.setObjectName(name)
        self.setProperty("role", "way")
        self.setAutoDefault(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._sign = ""
        self._icon = Icon(f"{name}Icon")
        self._title = label(f"{name}Title", "headline")
        self._more = label(f"{name}More", "muted")
        for each in (self._icon, self._title, self._more):
            each.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        words = QVBoxLayout()
        words.addStretch(1)
        words.addWidget(self._title)
        words.addWidget(self._more)
        words.addStretch(1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addLayout(words, 1)
        self._theme = Theme()

    def show_card(self, card: WayCard) -> None:
        """Sign and words; a screen reader hears both lines."""
        self._sign = card.icon
        say(self._title, card.title)
        say(self._more, card.more)
        self.setAccessibleName(card.title)
        self.setAccessibleDescription(card.more)
        self.set_theme(self._theme)

    def set_theme(self, theme: Theme) -> None:
        """Colours and sizes."""
        self._theme = theme
        margin = theme.px(22)
        self._row.setContentsMargins(margin, margin, margin, margin)
        self._row.setSpacing(theme.px(22))
        if self._sign:
            palette = theme.palette
            self._icon.show_icon(self._sign, colour=palette.accent, side=theme.px(92), ground=palette.accent_soft)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Of the words, not of a caption."""
        return self._row.sizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """The same."""
        return self._row.minimumSize()

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """Words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """So high are they then."""
        return self._row.heightForWidth(width)
