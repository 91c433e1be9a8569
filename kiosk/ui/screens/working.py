"""Checking or saving; the longest it can take stands there."""

from __future__ import annotations

from PySide6.QtCore import Qt

from kiosk.station.snapshot import Snapshot
from kiosk.ui.presenters.working import WorkingView, present
from kiosk.ui.screens.page import Page
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.countdown import Countdown
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.progress_line import ProgressLine
from kiosk.ui.widgets.styling import label, say


class WorkingScreen(Page):
    """Nothing to do for the person."""

    def __init__(self) -> None:
        """Empty until shown."""
        super().__init__("workingScreen")
        self._icon = Icon("workingIcon")
        self._title = label("workingTitle", "title", centred=True)
        self._body = label("workingBody", "lead", centred=True)
        self._line = ProgressLine("workingProgress")
        self._countdown = Countdown("workingCountdown")
        self._countdown.align(Qt.AlignmentFlag.AlignCenter)
        self.body.addStretch(2)
        self.body.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        self.body.addWidget(self._title)
        self.body.addWidget(self._body)
        self.body.addWidget(self._line, 0, Qt.AlignmentFlag.AlignHCenter)
        self.body.addWidget(self._countdown)
        self.body.addStretch(3)
        self.add_actions((self.help,))

    def update_from(self, snapshot: Snapshot, text: Text) -> None:
        """Present and show."""
        super().update_from(snapshot, text)
        self.show_view(present(snapshot, text))

    def show_view(self, view: WorkingView) -> None:
        """What is going on and until when."""
        self._countdown.show_view(view.countdown)
        if self.same(view):
            return
        say(self._title, view.title)
        say(self._body, view.body)
        say(self.help, view.help)

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Sizes."""
        super().arrange(theme, portrait=portrait)
        self.body.setSpacing(theme.px(22))
        self._line.set_theme(theme)
        self._line.setFixedWidth(theme.px(520))
        self._icon.show_icon("face", colour=theme.palette.accent, side=theme.px(150), ground=theme.palette.accent_soft)
