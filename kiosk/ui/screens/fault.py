"""Out of order: what broke, what to do; goes away by itself."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout

from kiosk.station.snapshot import Snapshot
from kiosk.ui.presenters.fault import FaultView, present
from kiosk.ui.screens.page import Page
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.progress_line import ProgressLine
from kiosk.ui.widgets.styling import label, say


class FaultScreen(Page):
    """Nothing that a visitor could press would mend it; where the door works without a face, that way stays open."""

    def __init__(self) -> None:
        """Empty until shown."""
        super().__init__("faultScreen")
        self._icon = Icon("faultIcon")
        self._title = label("faultTitle", "title", centred=True)
        self._what = label("faultWhat", "lead", centred=True)
        self._card = QFrame()
        self._card.setObjectName("faultCard")
        self._card.setProperty("role", "card")
        self._remedy_title = label("faultRemedyTitle", "strong")
        self._remedy = label("faultRemedy", "lead")
        self._again = label("faultAgain", "muted")
        self._line = ProgressLine("faultProgress")
        self._card_layout = QVBoxLayout(self._card)
        for each in (self._remedy_title, self._remedy, self._again, self._line):
            self._card_layout.addWidget(each)
        self._code = label("faultCode", "small", centred=True)
        self._detail = label("faultDetail", "small", centred=True)
        self.body.addStretch(2)
        self.body.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        self.body.addWidget(self._title)
        self.body.addWidget(self._what)
        self.body.addWidget(self._card)
        self.body.addStretch(3)
        self.body.addWidget(self._code)
        self.body.addWidget(self._detail)
        self.add_actions(())

    def update_from(self, snapshot: Snapshot, text: Text) -> None:
        """Present and show."""
        super().update_from(snapshot, text)
        self.show_view(present(snapshot, text))

    def show_view(self, view: FaultView) -> None:
        """What broke and the remedy."""
        if self.same(view):
            return
        say(self._title, view.title)
        say(self._what, view.what)
        say(self._remedy_title, view.remedy_title)
        say(self._remedy, view.remedy)
        say(self._again, view.again)
        say(self._code, view.code)
        say(self._detail, view.detail)
        self._detail.setVisible(bool(view.detail))
        self.setAccessibleDescription(f"{view.what} {view.remedy}")

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Sizes."""
        super().arrange(theme, portrait=portrait)
        self.body.setSpacing(theme.px(18))
        margin = theme.px(26)
        self._card_layout.setContentsMargins(margin, margin, margin, margin)
        self._card_layout.setSpacing(theme.px(12))
        self._line.set_theme(theme)
        self._icon.show_icon("warning", colour=theme.palette.warn, side=theme.px(140), ground=theme.palette.warn_soft)
