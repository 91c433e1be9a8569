"""Nobody is being served: what to do, the time, and at a desk the button that begins."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout

from kiosk.station.snapshot import Snapshot
from kiosk.ui.presenters.attract import NOWHERE, AttractView, Stand, present
from kiosk.ui.screens.page import Page
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.clock import Clock
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.stand_here import StandHere
from kiosk.ui.widgets.styling import button, label, say


class AttractScreen(Page):
    """Large enough to read from across the room."""

    start_asked = Signal()
    office_asked = Signal()
    comfort_asked = Signal()
    sign_out_asked = Signal()

    def __init__(self, stand: Stand = NOWHERE) -> None:
        """``stand``: where people should, as measured."""
        super().__init__("attractScreen")
        self._measured = stand
        self._icon = Icon("attractIcon")
        self._title = label("attractTitle", "attract")
        self._body = label("attractBody", "lead")
        self._start = button("start", "huge")
        self._start.clicked.connect(self.start_asked)
        self._clock = Clock("clock")
        self._people = label("attractPeople", "small")
        words = QVBoxLayout()
        words.addStretch(1)
        words.addWidget(self._title)
        words.addWidget(self._body)
        self._stand = StandHere("standHere")
        self._where = label("attractStand", "lead")
        words.addWidget(self._where)
        words.addSpacing(12)
        words.addWidget(self._start, 0, Qt.AlignmentFlag.AlignLeft)
        words.addStretch(1)
        self._middle = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._middle.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignCenter)
        self._middle.addWidget(self._stand, 0, Qt.AlignmentFlag.AlignCenter)
        self._middle.addLayout(words, 1)
        self._words = words
        self.body.addWidget(self._clock)
        self.body.addLayout(self._middle, 1)
        self.body.addWidget(self._people)
        self._who = label("attractWho", "small")
        self.body.addWidget(self._who)
        self._office = button("office")
        self._office.clicked.connect(self.office_asked)
        self._comfort = button("comfort")
        self._comfort.clicked.connect(self.comfort_asked)
        self._sign_out = button("signOut")
        self._sign_out.clicked.connect(self.sign_out_asked)
        self.add_actions((self.help, self._comfort, self._office, self._sign_out), primary=self._start)

    def update_from(self, snapshot: Snapshot, text: Text) -> None:
        """Present and show."""
        super().update_from(snapshot, text)
        self.show_view(present(snapshot, text, self._measured))

    def show_comfort(self, words: str) -> None:
        """The caption of the button for larger letters, more time and the voice."""
        say(self._comfort, words)

    def show_view(self, view: AttractView) -> None:
        """Invitation and button."""
        if self.same(view):
            return
        say(self._title, view.title)
        say(self._body, view.body)
        say(self._start, view.start)
        self._start.setVisible(bool(view.start))
        self._start.setEnabled(view.can_start)
        say(self.help, view.help)
        for widget, words in ((self._office, view.office), (self._sign_out, view.sign_out), (self._who, view.who)):
            say(widget, words)
            widget.setVisible(bool(words))
        say(self._people, view.people)
        self._stand.show_view(view.stand)
        self._icon.setVisible(
            view.stand is None
        )  # one picture: where it was measured, the one that says where to stand
        say(self._where, "" if view.stand is None else view.stand.words)
        self._where.setVisible(view.stand is not None)
        self._clock.show_language(view.language)

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait: sign above words, button low and wide."""
        super().arrange(theme, portrait=portrait)
        self._middle.setDirection(QBoxLayout.Direction.TopToBottom if portrait else QBoxLayout.Direction.LeftToRight)
        self._middle.setSpacing(theme.px(56 / theme.text))
        for picture in (0, 1):
            self._middle.setStretch(picture, 1 if portrait else 0)
        self._middle.setStretch(2, 0 if portrait else 1)
        self._words.setSpacing(theme.px(20))
        self._stand.set_theme(theme, side=theme.px((440 if portrait else 330) / theme.text))
        self._icon.show_icon(
            "face",
            colour=theme.palette.accent,
            side=theme.px((440 if portrait else 300) / theme.text),
            ground=theme.palette.accent_soft,
        )
