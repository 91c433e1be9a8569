"""The answer: a large sign, what and why, what next, and how true it is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QPushButton, QVBoxLayout

from kiosk.station.snapshot import Snapshot
from kiosk.ui.presenters.result import ResultView, TruthView, present
from kiosk.ui.screens.page import Page
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.chip import Chip
from kiosk.ui.widgets.countdown import Countdown
from kiosk.ui.widgets.receipt_card import ReceiptCard
from kiosk.ui.widgets.result_badge import ResultBadge
from kiosk.ui.widgets.styling import button, label, restyle, say


class ResultScreen(Page):
    """Forgets the name as soon as another screen is up."""

    again_asked = Signal()

    def __init__(self) -> None:
        """Empty until shown."""
        super().__init__("resultScreen")
        self._badge = ResultBadge("resultBadge")
        self._headline = label("resultHeadline", "title")
        self._reason = label("resultReason", "lead")
        self._following = label("resultFollowing", "headline")
        self._tries = label("resultTries", "lead")
        self._truth = _TruthCard()
        self.receipt = ReceiptCard()
        self._countdown = Countdown("resultCountdown", with_bar=True)
        self._again = button("tryAgain")
        self._again.clicked.connect(self.again_asked)
        self._done = button("done")
        self._done.clicked.connect(self.cancel_asked)
        self._words = QVBoxLayout()
        self._words.addStretch(1)
        for each in (self._headline, self._reason, self._following, self._tries):
            self._words.addWidget(each)
        self._words.addStretch(1)
        self._middle = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._middle.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignVCenter)
        self._middle.addLayout(self._words, 1)
        self.body.addStretch(2)
        self.body.addLayout(self._middle)
        self.body.addStretch(1)
        self.body.addWidget(self._truth)
        self.body.addWidget(self.receipt)
        self.body.addStretch(2)
        self.body.addWidget(self._countdown)
        self.add_actions((self.help,), (self._again, self.receipt.save, self._done), primary=self._done)

    def update_from(self, snapshot: Snapshot, text: Text) -> None:
        """Present and show."""
        super().update_from(snapshot, text)
        self.show_view(present(snapshot, text))

    def show_view(self, view: ResultView) -> None:
        """One large answer."""
        self._countdown.show_view(view.countdown)
        if self.same(view):
            return
        self._badge.show_badge(view.icon, view.tone)
        say(self._headline, view.headline)
        say(self._reason, view.reason)
        say(self._following, view.following)
        say(self._tries, view.tries)
        self._tries.setVisible(bool(view.tries))
        self._truth.setVisible(view.truth is not None)
        if view.truth is not None:
            self._truth.show_truth(view.truth)
        self.receipt.show_receipt(view.receipt)
        self._following.setVisible(view.receipt is None)
        say(self._done, view.done)
        say(self._again, view.again)
        self._again.setVisible(bool(view.again))
        self._lead_on(self._again if view.again else self._done)
        say(self.help, view.help)
        self.help.setVisible(bool(view.help))
        self.setAccessibleDescription(f"{view.reason} {view.following}")

    def _lead_on(self, way: QPushButton) -> None:
        """One button stands out, and Enter presses that one."""
        self._primary = way
        for each in (self._again, self._done):
            restyle(each, role="primary" if each is way else "")

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait: the sign above the words."""
        super().arrange(theme, portrait=portrait)
        self._badge.set_theme(theme)
        self._truth.arrange(theme, portrait=portrait)
        self.receipt.arrange(theme, portrait=portrait)
        self._countdown.set_theme(theme)
        self._middle.setDirection(QBoxLayout.Direction.TopToBottom if portrait else QBoxLayout.Direction.LeftToRight)
        self._middle.setSpacing(theme.px(44))
        self._words.setSpacing(theme.px(14))

    def left(self) -> None:
        """The name goes with the screen."""
        super().left()
        say(self._headline, "")
        self.receipt.show_receipt(None)


class _TruthCard(QFrame):
    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("truth")
        self.setProperty("role", "card")
        self._chip = Chip("truthLabel")
        self._more = label("truthMore")
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignLeft)
        self._layout.addWidget(self._more, 1)

    def show_truth(self, view: TruthView) -> None:
        self._chip.show_chip(f"{view.label} · {view.age}" if view.age else view.label, view.tone)
        say(self._more, f"{view.more} {view.why}".strip())

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        self._layout.setDirection(QBoxLayout.Direction.TopToBottom if portrait else QBoxLayout.Direction.LeftToRight)
        margin = theme.px(18)
        self._layout.setContentsMargins(margin, margin, margin, margin)
        self._layout.setSpacing(theme.px(18))
