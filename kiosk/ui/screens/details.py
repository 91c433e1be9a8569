"""The form: checked as it is typed, by keyboard alone; what is wrong stands beside the field, what is missing beside Continue."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout

from kiosk.station.snapshot import Snapshot
from kiosk.ui.presenters.details import FIELDS, CheckDetails, DetailsView, judge, present
from kiosk.ui.screens.page import Page
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.countdown import Countdown
from kiosk.ui.widgets.field import Field
from kiosk.ui.widgets.styling import button, label, restyle, say

_CHOSEN_FROM_LIST = "document_type"


class DetailsScreen(Page):
    """Empties itself for every new session, and when another screen comes up after the visit."""

    submitted = Signal(object)

    def __init__(self, check: CheckDetails) -> None:
        """``check`` is called on the GUI thread at every key; it must only compute."""
        super().__init__("detailsScreen")
        self._check = check
        self._required = frozenset(check({})[1])
        self._text = Text()
        self._session: str | None = None
        self._touched: set[str] = set()
        self._title = label("detailsTitle", "formTitle", wrap=False)
        self._intro = label("detailsIntro", "muted")
        self._fields = {name: Field(name, choices=name == _CHOSEN_FROM_LIST) for name in FIELDS}
        self._card = QFrame()
        self._card.setObjectName("detailsCard")
        self._card.setProperty("role", "card")
        self._grid = QGridLayout()
        card = QVBoxLayout(self._card)
        card.addLayout(self._grid)
        self._card_layout = card
        for name, field in self._fields.items():
            field.edited.connect(lambda name=name: self._on_edited(name))
            field.left.connect(lambda name=name: self._on_left(name))
        self._status = label("detailsStatus", "blocked")
        self._countdown = Countdown("detailsCountdown")
        self._countdown.align(Qt.AlignmentFlag.AlignRight)
        self._continue = button("continue", "primary")
        self._continue.clicked.connect(self._on_continue)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.addWidget(self._title, 0, Qt.AlignmentFlag.AlignBottom)
        self._head.addWidget(self._intro, 1, Qt.AlignmentFlag.AlignBottom)
        foot = QHBoxLayout()
        foot.addWidget(self._status, 3)
        foot.addWidget(self._countdown, 1)
        self.body.addLayout(self._head)
        self.body.addWidget(self._card)
        self.body.addStretch(1)
        self.body.addLayout(foot)
        self.add_actions((self.cancel, self.help), (self._continue,), primary=self._continue)

    def update_from(self, snapshot: Snapshot, text: Text) -> None:
        """Present and show."""
        super().update_from(snapshot, text)
        self._text = text
        self.show_view(present(snapshot, text, self._required))

    def show_view(self, view: DetailsView) -> None:
        """Labels in the language in use. Another session empties the form, the same one keeps what was typed."""
        self._countdown.show_view(view.countdown)
        if self.same(view):
            return
        if view.session != self._session:
            self._session = view.session
            self._empty()
        self.show_steps(view.steps)
        say(self._title, view.title)
        say(self._intro, view.intro)
        for field in view.fields:
            self._fields[field.name].show_field(field, view.documents)
        say(self._continue, view.proceed)
        say(self.cancel, view.cancel)
        say(self.help, view.help)
        self._judge()

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait: one column; else two."""
        super().arrange(theme, portrait=portrait)
        self.body.setSpacing(theme.px(12))
        margin = theme.px(22)
        self._card_layout.setContentsMargins(margin, theme.px(14), margin, theme.px(6))
        self._grid.setHorizontalSpacing(theme.px(28))
        self._grid.setVerticalSpacing(theme.px(14 if portrait else 5))
        stacked = portrait and theme.text > 1.2
        self._head.setDirection(QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(theme.px(16))
        end = Qt.AlignmentFlag.AlignLeft if stacked else Qt.AlignmentFlag.AlignRight
        self._intro.setAlignment(end | Qt.AlignmentFlag.AlignBottom)
        columns = 1 if portrait or theme.text > 1.7 else 2
        for number, field in enumerate(self._fields.values()):
            field.set_theme(theme)
            self._grid.addWidget(field, number // columns, number % columns)
        for before, after in pairwise(FIELDS):
            self.setTabOrder(self._fields[before].input, self._fields[after].input)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, columns - 1)

    def entered(self) -> None:
        """The first field has the keyboard."""
        self._fields[FIELDS[0]].input.setFocus(Qt.FocusReason.OtherFocusReason)

    def left(self) -> None:
        """What was typed has been handed over or given up."""
        super().left()
        self._session = None
        self._empty()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter goes to the next field; in the last one, or when all is filled in, on."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not self._continue.isEnabled():
            self.focusNextChild()
            return
        super().keyPressEvent(event)

    def _empty(self) -> None:
        self._touched.clear()
        for field in self._fields.values():
            field.clear()

    def _on_edited(self, name: str) -> None:
        if name == _CHOSEN_FROM_LIST or name in self._touched:
            self._touched.add(name)
        self._judge()

    def _on_left(self, name: str) -> None:
        if self._fields[name].typed:
            self._touched.add(name)
            self._judge()

    def _typed(self) -> dict[str, str]:
        return {name: field.typed for name, field in self._fields.items()}

    def _judge(self) -> None:
        state = judge(self._typed(), frozenset(self._touched), self._check, self._text)
        for name, field in self._fields.items():
            field.show_problem(state.problems.get(name, ""))
        say(self._status, state.status)
        restyle(self._status, role="ready" if state.ready else "blocked")
        self._continue.setEnabled(state.ready)
        self._continue.setAccessibleDescription(state.status)

    def _on_continue(self) -> None:
        state = judge(self._typed(), frozenset(FIELDS), self._check, self._text)
        if state.details is not None:
            self.submitted.emit(state.details)
