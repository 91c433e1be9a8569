"""The queue page: counts, and each refused record with what may be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QPushButton, QVBoxLayout, QWidget

from kiosk.station.office.queue import DropRow, QueueShown, ReadQueue, RetryRow
from kiosk.ui.office.page import OfficePage, PageParts
from kiosk.ui.office.pages.parts import scrolled
from kiosk.ui.presenters.queue import QueueView, RowView, present
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.flow import Flow
from kiosk.ui.widgets.styling import button, label, say


class QueuePage(OfficePage):
    """Asks twice before a record is given up: the second press says why."""

    def __init__(self, parts: PageParts) -> None:
        """Empty until the queue was read."""
        super().__init__(parts, "queue")
        self._queue: QueueShown | None = None
        self._counts = label("queueCounts", "lead")
        self._body = label("queueBody", "muted")
        self._nothing = label("queueNothing", "lead")
        self._more = label("queueMore", "small")
        self._list = QWidget()
        self._list.setObjectName("queueList")
        self._rows = QVBoxLayout(self._list)
        self._rows.addStretch(1)
        self._cards: dict[str, _Card] = {}
        self._scroll = scrolled("queueScroll", self._list)
        self._again = button("queueAgain", "small")
        self._again.clicked.connect(self._read)
        for each in (self._counts, self._body, self._nothing):
            self.body.addWidget(each)
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(self._more)
        self.body.addWidget(self._again, 0, Qt.AlignmentFlag.AlignLeft)

    def entered(self) -> None:
        """Read what waits."""
        self._again.setFocus(Qt.FocusReason.OtherFocusReason)
        self._read()

    def left(self) -> None:
        """The list goes with the page."""
        super().left()
        self._queue = None
        self._show()

    def show_text(self, text: Text) -> None:
        """In this language."""
        super().show_text(text)
        self._show()

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Sizes."""
        super().arrange(theme, portrait=portrait)
        self._rows.setSpacing(theme.px(12))
        self._scroll.setMinimumHeight(theme.px(220))
        self._rows.setContentsMargins(0, 0, theme.px(8), 0)
        for card in self._cards.values():
            card.arrange(theme)

    def _read(self) -> None:
        self.ask(ReadQueue(), self._came)

    def _came(self, shown: QueueShown) -> None:
        self.clear_notice()
        self._queue = shown
        self._show()

    def _show(self) -> None:
        """Counts and rows; a row that is decided goes."""
        view = present(self._queue, self.text)
        say(self._counts, " · ".join(view.counts))
        say(self._body, view.body)
        say(self._nothing, view.nothing)
        say(self._more, view.more)
        say(self._again, view.again)
        for widget, words in ((self._nothing, view.nothing), (self._more, view.more)):
            widget.setVisible(bool(words))
        for gone in set(self._cards) - {row.id for row in view.rows}:
            card = self._cards.pop(gone)
            self._rows.removeWidget(card)
            card.hide()
            card.setParent(None)
            card.deleteLater()
        for row in view.rows:
            self._card_of(row.id).show_row(row, view)

    def _card_of(self, row: str) -> _Card:
        card = self._cards.get(row)
        if card is None:
            card = _Card(row)
            card.retry.clicked.connect(lambda: self.ask(RetryRow(row), self._came))
            card.dropped.connect(lambda reason: self.ask(DropRow(row, reason), self._came))
            card.arrange(self.theme)
            self._cards[row] = card
            self._rows.insertWidget(self._rows.count() - 1, card)
        return card


class _Card(QFrame):
    dropped = Signal(str)

    def __init__(self, row: str) -> None:
        super().__init__()
        self.setObjectName(f"row_{row}")
        self.setProperty("role", "card")
        self._what = label("rowWhat", "strong")
        self._why = label("rowWhy")
        self.retry = button("rowRetry", "small")
        self.drop = button("rowDrop", "small")
        self.drop.clicked.connect(self._ask_why)
        self._keep = button("rowKeep", "small")
        self._keep.clicked.connect(self._ask_nothing)
        self._question = label("rowQuestion", "strong")
        self._reasons: dict[str, QPushButton] = {}
        self._first, self._second = Flow(), Flow()
        self._first.addWidget(self.retry)
        self._first.addWidget(self.drop)
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        for each in (self._what, self._why, self._question):
            self._layout.addWidget(each)
        self._layout.addLayout(self._first)
        self._layout.addLayout(self._second)
        self._question.hide()
        self._keep.hide()

    def show_row(self, row: RowView, view: QueueView) -> None:
        say(self._what, row.what)
        say(self._why, row.why)
        say(self.retry, view.retry)
        say(self.drop, view.drop)
        say(self._keep, view.keep)
        say(self._question, view.why_drop)
        for reason, words in view.reasons:
            if reason not in self._reasons:
                self._add_reason(reason)
            say(self._reasons[reason], words)

    def _add_reason(self, reason: str) -> None:
        made = button(f"rowReason_{reason}", "danger")
        made.hide()
        made.clicked.connect(lambda: self.dropped.emit(reason))
        self._reasons[reason] = made
        self._second.addWidget(made)
        self._second.removeWidget(self._keep)
        self._second.addWidget(self._keep)

    def arrange(self, theme: Theme) -> None:
        margin = theme.px(14)
        self._layout.setContentsMargins(margin, margin, margin, margin)
        self._layout.setSpacing(theme.px(10))
        self._first.setSpacing(theme.px(16))
        self._second.setSpacing(theme.px(16))

    def _ask_why(self) -> None:
        self._show_question(asked=True)

    def _ask_nothing(self) -> None:
        self._show_question(asked=False)

    def _show_question(self, *, asked: bool) -> None:
        for first in (self.retry, self.drop):
            first.setVisible(not asked)
        for second in (self._question, self._keep, *self._reasons.values()):
            second.setVisible(asked)
