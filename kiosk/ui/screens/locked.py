"""The pause after too many refused attempts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from kiosk.station.snapshot import Snapshot
from kiosk.ui.presenters.locked import LockedView, present
from kiosk.ui.screens.page import Page
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.countdown import Countdown
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.styling import label, say


class LockedScreen(Page):
    """Says why, and when it goes on."""

    def __init__(self) -> None:
        """Empty until shown."""
        super().__init__("lockedScreen")
        self._icon = Icon("lockedIcon")
        self._title = label("lockedTitle", "title", centred=True)
        self._body = label("lockedBody", "lead", centred=True)
        self._following = label("lockedFollowing", "lead", centred=True)
        self._countdown = Countdown("lockedCountdown", with_bar=True, role="headline")
        self.body.addStretch(2)
        self.body.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        for each in (self._title, self._body, self._following):
            self.body.addWidget(each)
        self.body.addStretch(1)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._countdown, 2)
        middle.addStretch(1)
        self.body.addLayout(middle)
        self.body.addStretch(2)
        self.add_actions((self.help,))

    def update_from(self, snapshot: Snapshot, text: Text) -> None:
        """Present and show."""
        super().update_from(snapshot, text)
        self.show_view(present(snapshot, text))

    def show_view(self, view: LockedView) -> None:
        """Why nothing goes on and when it will."""
        self._countdown.show_view(view.countdown)
        if self.same(view):
            return
        say(self._title, view.title)
        say(self._body, view.body)
        say(self._following, view.following)
        say(self.help, view.help)

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Sizes."""
        super().arrange(theme, portrait=portrait)
        self.body.setSpacing(theme.px(20))
        self._countdown.set_theme(theme)
        self._icon.show_icon("lock", colour=theme.palette.warn, side=theme.px(150), ground=theme.palette.warn_soft)
