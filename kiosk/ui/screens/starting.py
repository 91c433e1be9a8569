"""While the station gets ready: says what it is doing, and how far it is."""

from __future__ import annotations

from PySide6.QtCore import Qt

from kiosk.station.snapshot import Snapshot
from kiosk.ui.presenters.starting import StartingView, present
from kiosk.ui.screens.page import Page
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.progress_line import ProgressLine
from kiosk.ui.widgets.styling import label, say


class StartingScreen(Page):
    """Nothing to press."""

    def __init__(self) -> None:
        """Empty until shown."""
        super().__init__("startingScreen")
        self._icon = Icon("startingIcon")
        self._title = label("startingTitle", "title", centred=True)
        self._body = label("startingBody", "lead", centred=True)
        self._line = ProgressLine("startingProgress")
        self._doing = label("startingDoing", centred=True)
        self._share = label("startingShare", "muted", centred=True)
        self.body.addStretch(2)
        self.body.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        self.body.addWidget(self._title)
        self.body.addWidget(self._body)
        self.body.addWidget(self._line, 0, Qt.AlignmentFlag.AlignHCenter)
        self.body.addWidget(self._doing)
        self.body.addWidget(self._share)
        self.body.addStretch(3)

    def update_from(self, snapshot: Snapshot, text: Text) -> None:
        """Present and show."""
        super().update_from(snapshot, text)
        self.show_view(present(snapshot, text))

    def show_view(self, view: StartingView) -> None:
        """What is being done, and how far."""
        if self.same(view):
            return
        say(self._title, view.title)
        say(self._body, view.body)
        say(self._doing, view.doing)
        say(self._share, view.share_words)
        self._line.show_share(view.share)

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Sizes."""
        super().arrange(theme, portrait=portrait)
        self.body.setSpacing(theme.px(22))
        self._line.set_theme(theme)
        self._line.setFixedWidth(theme.px(520))
        self._icon.show_icon("face", colour=theme.palette.accent, side=theme.px(150), ground=theme.palette.accent_soft)
