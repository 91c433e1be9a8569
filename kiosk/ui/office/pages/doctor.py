"""The doctor's page: what was found, what to do, and a support bundle for whoever helps."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.operators import Action
from kiosk.station.office.requests import OfficeReply
from kiosk.station.office.trying import Saved
from kiosk.station.office.upkeep import DoctorReport, ExamineStation, MakeBundle
from kiosk.ui.office.page import OfficePage, PageParts
from kiosk.ui.office.pages.parts import scrolled
from kiosk.ui.presenters.doctor import CheckRow, present
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.chip import Chip
from kiosk.ui.widgets.flow import Flow
from kiosk.ui.widgets.styling import button, label, restyle, say


class DoctorPage(OfficePage):
    """Looks once when it comes up, and when asked."""

    def __init__(self, parts: PageParts) -> None:
        """Nothing was looked at yet."""
        super().__init__(parts, "doctor")
        self._report: DoctorReport | None = None
        self._verdict = label("doctorVerdict", "notice")
        self._alone = label("doctorAlone", "muted")
        self._again = button("doctorAgain", "small")
        self._again.clicked.connect(self._look)
        self._bundle = button("doctorBundle", "small")
        self._bundle.clicked.connect(self._make_bundle)
        self._buttons = Flow()
        self._buttons.addWidget(self._again)
        self._buttons.addWidget(self._bundle)
        self._list = QWidget()
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.addStretch(1)
        self._cards: list[_Card] = []
        self._scroll = scrolled("doctorScroll", self._list)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.body.addWidget(self._verdict)
        self.body.addWidget(self._alone)
        self.body.addWidget(self._scroll, 1)
        self.body.addLayout(self._buttons)

    def show_text(self, text: Text) -> None:
        """In this language."""
        super().show_text(text)
        self._show()

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Sizes."""
        super().arrange(theme, portrait=portrait)
        self._rows.setSpacing(theme.px(8))
        self._scroll.setMinimumHeight(theme.px(220))
        self._buttons.setSpacing(theme.px(12))
        for card in self._cards:
            card.arrange(theme)

    def entered(self) -> None:
        """Look."""
        self._bundle.setVisible(self.may(Action.SUPPORT))
        self._again.setFocus(Qt.FocusReason.OtherFocusReason)
        self._look()

    def left(self) -> None:
        """Forget what was found."""
        super().left()
        self._report = None
        self._show()

    def _look(self) -> None:
        self._report = None
        self._show()
        self.ask(ExamineStation(), self._came)

    def _came(self, report: DoctorReport) -> None:
        self._report = report
        self._show()

    def _make_bundle(self) -> None:
        self._bundle.setEnabled(False)
        self.notice(self.text.get("doctor.bundling"), tone="neutral")
        self.ask(MakeBundle(), self._made, self._not_made)

    def _made(self, saved: Saved) -> None:
        self._bundle.setEnabled(True)
        self.notice(self.text.get("doctor.bundled", path=saved.path, size=f"{saved.size / 1000:.0f}"))

    def _not_made(self, reply: OfficeReply) -> None:
        self._bundle.setEnabled(True)
        self.say_error(reply)

    def _show(self) -> None:
        view = present(self._report, self.text)
        say(self._verdict, view.verdict)
        tone = view.tone.value if view.tone.value in {"good", "bad"} else "neutral"
        restyle(self._verdict, role="notice", tone=tone)
        say(self._alone, view.alone)
        self._alone.setVisible(bool(view.alone))
        say(self._again, view.again)
        say(self._bundle, view.bundle)
        while len(self._cards) > len(view.rows):
            card = self._cards.pop()
            self._rows.removeWidget(card)
            card.hide()
            card.setParent(None)
            card.deleteLater()
        while len(self._cards) < len(view.rows):
            card = _Card(len(self._cards))
            card.arrange(self.theme)
            self._cards.append(card)
            self._rows.insertWidget(self._rows.count() - 1, card)
        for card, row in zip(self._cards, view.rows, strict=True):
            card.show_row(row)


class _Card(QFrame):
    def __init__(self, number: int) -> None:
        super().__init__()
        self.setObjectName(f"check_{number}")
        self.setProperty("role", "card")
        self._state = Chip(f"checkState_{number}")
        self._name = label(f"checkName_{number}", "strong")
        self._found = label(f"checkFound_{number}")
        self._todo = label(f"checkTodo_{number}", "problem")
        self._head = QHBoxLayout()
        self._head.addWidget(self._name, 1)
        self._head.addWidget(self._state, 0, Qt.AlignmentFlag.AlignTop)
        self._layout = QVBoxLayout(self)
        self._layout.addLayout(self._head)
        self._layout.addWidget(self._found)
        self._layout.addWidget(self._todo)

    def show_row(self, row: CheckRow) -> None:
        say(self._name, row.name)
        self._state.show_chip(row.state, row.tone)
        say(self._found, row.found)
        say(self._todo, row.todo)
        self._todo.setVisible(bool(row.todo))

    def arrange(self, theme: Theme) -> None:
        margin = theme.px(10)
        self._layout.setContentsMargins(theme.px(14), margin, margin, margin)
        self._layout.setSpacing(theme.px(3))
