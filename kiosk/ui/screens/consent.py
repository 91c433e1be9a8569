"""Consent, before the camera is used. Both answers weigh the same: same look, same size, nothing pre-chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout

from kiosk.station.snapshot import Snapshot
from kiosk.ui.presenters.consent import ConsentView, Point, present
from kiosk.ui.screens.page import Page
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.countdown import Countdown
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.styling import button, label, say


class ConsentScreen(Page):
    """Tells which version of the text was agreed to."""

    agreed = Signal(str)
    refused = Signal()

    def __init__(self) -> None:
        """Empty until shown."""
        super().__init__("consentScreen")
        self._version = ""
        self._title = label("consentTitle", "title")
        self._intro = label("consentIntro", "lead")
        self._points = tuple(_PointCard(f"consentPoint{number}") for number in range(4))
        self._footer = label("consentFooter", "small", wrap=False)
        self._countdown = Countdown("consentCountdown")
        self._grid = QGridLayout()
        self._agree = button("agree")
        self._agree.clicked.connect(self._on_agree)
        self._refuse = button("refuse")
        self._refuse.clicked.connect(self.refused)
        foot = QHBoxLayout()
        foot.addWidget(self._footer)
        foot.addWidget(self._countdown, 1)
        self._countdown.align(Qt.AlignmentFlag.AlignRight)
        self.body.addWidget(self._title)
        self.body.addWidget(self._intro)
        self.body.addStretch(1)
        self.body.addLayout(self._grid)
        self.body.addStretch(1)
        self.body.addLayout(foot)
        self._row = self.add_actions((self.help,), (self._refuse, self._agree))

    def _on_agree(self) -> None:
        self.agreed.emit(self._version)

    def update_from(self, snapshot: Snapshot, text: Text) -> None:
        """Present and show."""
        super().update_from(snapshot, text)
        self.show_view(present(snapshot, text))

    def show_view(self, view: ConsentView) -> None:
        """The whole text and both answers."""
        self._countdown.show_view(view.countdown)
        if self.same(view):
            return
        self._version = view.version
        self.show_steps(view.steps)
        say(self._title, view.title)
        say(self._intro, view.intro)
        for card, point in zip(self._points, view.points, strict=True):
            card.show_point(point)
        say(self._footer, view.footer)
        say(self._agree, view.agree)
        say(self._refuse, view.refuse)
        say(self.help, view.help)
        self._row.even_out()

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait: the four points one under another."""
        super().arrange(theme, portrait=portrait)
        self.body.setSpacing(theme.px(14))
        self._grid.setSpacing(theme.px(16))
        columns = 1 if portrait else 2
        for number, card in enumerate(self._points):
            self._grid.addWidget(card, number // columns, number % columns)
            card.arrange(theme)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, columns - 1)
        self._row.even_out()


class _PointCard(QFrame):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("role", "card")
        self._sign = ""
        self._theme = Theme()
        self._icon = Icon(f"{name}Icon")
        self._title = label(f"{name}Title", "strong")
        self._body = label(f"{name}Body")
        words = QVBoxLayout()
        words.addWidget(self._title)
        words.addWidget(self._body)
        words.addStretch(1)
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self._layout.addLayout(words, 1)

    def show_point(self, point: Point) -> None:
        self._sign = point.icon
        self._draw()
        say(self._title, point.title)
        say(self._body, point.body)

    def arrange(self, theme: Theme) -> None:
        margin = theme.px(20)
        self._layout.setContentsMargins(margin, margin, margin, margin)
        self._layout.setSpacing(theme.px(18))
        self._theme = theme
        self._draw()

    def _draw(self) -> None:
        if self._sign:
            palette = self._theme.palette
            self._icon.show_icon(self._sign, colour=palette.accent, side=self._theme.px(56), ground=palette.accent_soft)
