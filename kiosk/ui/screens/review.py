"""Before saving: what was taken and typed, and the three ways on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout

from kiosk.station.snapshot import Snapshot
from kiosk.ui.presenters.details import FIELDS
from kiosk.ui.presenters.review import Line, ReviewView, present
from kiosk.ui.screens.page import Page
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.countdown import Countdown
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.styling import button, label, restyle, say


class ReviewScreen(Page):
    """Forgets the details as soon as another screen is up."""

    accepted = Signal()
    retake_asked = Signal()
    edit_asked = Signal()

    def __init__(self) -> None:
        """Empty until shown."""
        super().__init__("reviewScreen")
        self._title = label("reviewTitle", "formTitle")
        self._nothing = label("reviewNothingYet", "lead")
        self._pictures_icon = Icon("reviewPicturesIcon")
        self._pictures = label("reviewPictures", "headline")
        self._saved_title = label("reviewSavedTitle", "strong")
        self._saved = label("reviewSaved")
        self._left_card, self._left_layout = _card("reviewPicturesCard")
        top = QHBoxLayout()
        top.addWidget(self._pictures_icon)
        top.addWidget(self._pictures, 1)
        self._left_layout.addLayout(top)
        self._left_layout.addWidget(self._saved_title)
        self._left_layout.addWidget(self._saved)
        self._sent_title = label("reviewSentTitle", "strong")
        self._sent = label("reviewSent", "small")
        self._left_layout.addWidget(self._sent_title)
        self._left_layout.addWidget(self._sent)
        self._left_layout.addStretch(1)
        self._right_card, right = _card("reviewDetailsCard")
        self._right_layout = right
        self._grid = QGridLayout()
        self._grid.setColumnStretch(0, 2)
        self._grid.setColumnStretch(1, 3)
        self._rows: dict[str, tuple[QLabel, QLabel]] = {}
        for number, name in enumerate(FIELDS):
            row = (label(f"review_{name}Label", "muted"), label(f"review_{name}"))
            self._rows[name] = row
            self._grid.addWidget(row[0], number, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(row[1], number, 1, Qt.AlignmentFlag.AlignTop)
        right.addLayout(self._grid)
        right.addStretch(1)
        self._cards = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._cards.addWidget(self._left_card, 2)
        self._cards.addWidget(self._right_card, 3)
        self._countdown = Countdown("reviewCountdown")
        self._save = button("save", "primary")
        self._save.clicked.connect(self.accepted)
        self._retake = button("retake")
        self._retake.clicked.connect(self.retake_asked)
        self._edit = button("editDetails")
        self._edit.clicked.connect(self.edit_asked)
        self.body.addWidget(self._title)
        self.body.addWidget(self._nothing)
        self.body.addStretch(1)
        self.body.addLayout(self._cards)
        self.body.addStretch(2)
        self.body.addWidget(self._countdown)
        self.add_actions((self.cancel, self.help), (self._edit, self._retake, self._save), primary=self._save)

    def update_from(self, snapshot: Snapshot, text: Text) -> None:
        """Present and show."""
        super().update_from(snapshot, text)
        self.show_view(present(snapshot, text))

    def show_view(self, view: ReviewView) -> None:
        """Everything that would be saved."""
        self._countdown.show_view(view.countdown)
        if self.same(view):
            return
        self.show_steps(view.steps)
        say(self._title, view.title)
        say(self._nothing, view.replacing or view.nothing_yet)
        say(self._sent_title, view.sent_title)
        say(self._sent, view.sent)
        say(self._edit, view.edit)
        say(self._pictures, view.pictures)
        say(self._saved_title, view.saved_title)
        say(self._saved, view.saved)
        for line in view.lines:
            self._show_line(line)
        say(self._save, view.save)
        say(self._retake, view.retake)
        say(self.cancel, view.cancel)
        say(self.help, view.help)

    def _show_line(self, line: Line) -> None:
        name, value = self._rows[line.name]
        say(name, line.label)
        say(value, line.value)
        restyle(value, role="strong" if line.given else "muted")

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait: the cards one under another."""
        super().arrange(theme, portrait=portrait)
        self.body.setSpacing(theme.px(14))
        self._cards.setDirection(QBoxLayout.Direction.TopToBottom if portrait else QBoxLayout.Direction.LeftToRight)
        self._cards.setSpacing(theme.px(20))
        margin = theme.px(24)
        for layout in (self._left_layout, self._right_layout):
            layout.setContentsMargins(margin, margin, margin, margin)
            layout.setSpacing(theme.px(12))
        self._grid.setHorizontalSpacing(theme.px(28))
        self._grid.setVerticalSpacing(theme.px(12))
        self._pictures_icon.show_icon(
            "pictures",
            colour=theme.palette.accent,
            side=theme.px(72 if theme.text < 1.5 else 48),
            ground=theme.palette.accent_soft,
        )

    def left(self) -> None:
        """The details go with the screen."""
        super().left()
        for _, value in self._rows.values():
            say(value, "")


def _card(name: str) -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    card.setObjectName(name)
    card.setProperty("role", "card")
    return card, QVBoxLayout(card)
