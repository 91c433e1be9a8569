"""Two faces side by side: the same person, or two. The second needs a reason."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from kiosk.station.snapshot import Snapshot
from kiosk.ui.presenters.common import Tone
from kiosk.ui.presenters.duplicate import DuplicateView, present
from kiosk.ui.screens.page import Page
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.chip import Chip
from kiosk.ui.widgets.countdown import Countdown
from kiosk.ui.widgets.face_picture import FacePicture, FetchPicture
from kiosk.ui.widgets.styling import button, label, say

_FACES_BESIDE_WHY, _LARGE_LETTERS = 0.75, 1.3


class DuplicateScreen(Page):
    """Forgets both faces as soon as another screen is up. Enter chooses nothing here: no answer is the likely one."""

    same_chosen = Signal()
    another_chosen = Signal(str)
    retake_asked = Signal()

    def __init__(self, *, own: FetchPicture, candidate: FetchPicture) -> None:
        """Both are called on worker threads."""
        super().__init__("duplicateScreen")
        self._title = label("duplicateTitle", "formTitle")
        self._text = label("duplicateBody", "lead")
        self._here = _Side("duplicateHere", own)
        self._record = _Side("duplicateRecord", candidate)
        self._likeness = Chip("duplicateLikeness")
        self._why = label("duplicateWhy", "headline")
        self._why_more = label("duplicateWhyMore", "muted")
        self._reasons: dict[str, QPushButton] = {}
        self._reason_row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._faces = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._faces.addStretch(1)
        self._faces.addWidget(self._here)
        self._faces.addWidget(self._record)
        self._faces.addStretch(1)
        self._countdown = Countdown("duplicateCountdown")
        self._same = button("samePerson")
        self._same.clicked.connect(self.same_chosen)
        self._another = button("anotherPerson")
        self._another.clicked.connect(self._ask_why)
        self._retake = button("retake")
        self._retake.clicked.connect(self.retake_asked)
        self._back = button("back")
        self._back.clicked.connect(self._ask_nothing)
        self.body.addWidget(self._title)
        top = QHBoxLayout()
        top.addWidget(self._text, 1)
        top.addWidget(self._likeness)
        self.body.addLayout(top)
        self.body.addStretch(1)
        self.body.addLayout(self._faces)
        self.body.addStretch(1)
        self.body.addWidget(self._why)
        self.body.addWidget(self._why_more)
        self.body.addLayout(self._reason_row)
        self.body.addWidget(self._countdown)
        self.add_actions((self.cancel, self.help), (self._back, self._retake, self._same, self._another))
        self._asking = False
        self._blocked = False

    def update_from(self, snapshot: Snapshot, text: Text) -> None:
        """Present and show."""
        super().update_from(snapshot, text)
        self.show_view(present(snapshot, text))

    def show_view(self, view: DuplicateView) -> None:
        """Words; the pictures come when the screen does."""
        self._countdown.show_view(view.countdown)
        if self.same(view):
            return
        self.show_steps(view.steps)
        say(self._title, view.title)
        say(self._text, view.body)
        self._here.show_words(view.here_title, view.here, missing=view.no_picture)
        self._record.show_words(view.record_title, view.record, missing=view.no_picture)
        self._likeness.show_chip(view.likeness, Tone.WARN)
        say(self._why, view.blocked or view.why)
        say(self._why_more, view.why_more)
        for made, words in (
            (self._same, view.same),
            (self._another, view.another),
            (self._retake, view.retake),
            (self._back, view.back),
            (self.cancel, view.cancel),
            (self.help, view.help),
        ):
            say(made, words)
        for reason, words in view.reasons:
            say(self._reason_button(reason), words)
        self._blocked = bool(view.blocked)
        self._show_question()

    def entered(self) -> None:
        """Both faces are fetched."""
        super().entered()
        self._asking = False
        self._show_question()
        self._here.picture.load()
        self._record.picture.load()

    def left(self) -> None:
        """Faces and names go with the screen."""
        super().left()
        for side in (self._here, self._record):
            side.forget()

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait: larger faces, reasons one under another."""
        super().arrange(theme, portrait=portrait)
        self.body.setSpacing(theme.px(12))
        self._faces.setSpacing(theme.px(28 / theme.text**2))
        self._arrange_faces()
        self._reason_row.setSpacing(theme.px(14))
        self._reason_row.setDirection(
            QBoxLayout.Direction.TopToBottom if portrait else QBoxLayout.Direction.LeftToRight
        )

    def _reason_button(self, reason: str) -> QPushButton:
        if reason not in self._reasons:
            made = button(f"reason_{reason}")
            made.clicked.connect(lambda: self.another_chosen.emit(reason))
            self._reasons[reason] = made
            self._reason_row.addWidget(made)
        return self._reasons[reason]

    def _ask_why(self) -> None:
        self._asking = True
        self._show_question()
        first = next(iter(self._reasons.values()), None)
        if first is not None and first.isVisible():
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask_nothing(self) -> None:
        self._asking = False
        self._show_question()
        self._another.setFocus(Qt.FocusReason.OtherFocusReason)

    def _arrange_faces(self) -> None:
        """Smaller while the question is asked: its answers have to be seen without scrolling, where the letters allow it."""
        smaller = self._asking and not self.portrait and self.theme.text < _LARGE_LETTERS
        for side in (self._here, self._record):
            side.arrange(self.theme, portrait=self.portrait, share=_FACES_BESIDE_WHY if smaller else 1.0)

    def _show_question(self) -> None:
        self._arrange_faces()
        open_ = self._asking and not self._blocked
        self._why.setVisible(self._asking)
        self._why_more.setVisible(open_)
        for made in self._reasons.values():
            made.setVisible(open_)
        for first in (self._text, self._likeness, self._countdown):
            first.setVisible(not self._asking)
        self._back.setVisible(self._asking)
        for made in (self._retake, self._same, self._another):
            made.setVisible(not self._asking)


class _Side(QFrame):
    def __init__(self, name: str, fetch: FetchPicture) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("role", "card")
        self._title = label(f"{name}Title", "muted")
        self.picture = FacePicture(f"{name}Picture", fetch)
        self._name = label(f"{name}Name", "strong")
        self._layout = QVBoxLayout(self)
        self._layout.addWidget(self._title)
        self._layout.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignHCenter)
        self._layout.addWidget(self._name)

    def show_words(self, title: str, name: str, *, missing: str) -> None:
        say(self._title, title)
        say(self._name, name)
        self.picture.setAccessibleName(f"{title}: {name}")
        self.picture.say_missing(missing)

    def forget(self) -> None:
        say(self._name, "")
        self.picture.forget()

    def arrange(self, theme: Theme, *, portrait: bool, share: float) -> None:
        margin = theme.px(16)
        self._layout.setContentsMargins(margin, margin, margin, margin)
        self._layout.setSpacing(theme.px(8))
        wide = min(theme.roomy(300), theme.px(330 if portrait else 430))
        self.setFixedWidth(wide)
        smallest = min(theme.roomy(140), theme.px(280))  # holds the words that stand in for a picture
        side = theme.px(290) if portrait else max(theme.px(210 / theme.text), smallest)
        self.picture.set_theme(theme, side=min(round(share * side), wide - 2 * margin))
