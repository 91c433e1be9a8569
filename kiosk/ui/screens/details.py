"""The form: checked as it is typed, by keyboard alone; what is wrong stands beside the field, what is missing beside Continue."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout

from kiosk.domain.scan import Scan
from kiosk.station.snapshot import Snapshot
from kiosk.ui.presenters.details import (
    COUNTRY,
    FORM,
    CheckDetails,
    DetailsView,
    first_wrong,
    judge,
    present,
    present_scan,
    typed_again,
)
from kiosk.ui.screens.page import Page
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.camera_view import LatestFrame
from kiosk.ui.widgets.countdown import Countdown
from kiosk.ui.widgets.document_scan import DocumentScan
from kiosk.ui.widgets.field import Field
from kiosk.ui.widgets.styling import button, label, restyle, say

_LISTS = frozenset({"document_type", COUNTRY})


class DetailsScreen(Page):
    """Empties itself for every new session, and when another screen comes up after the visit."""

    submitted = Signal(object)
    scan_asked = Signal()
    scan_ended = Signal()

    def __init__(self, check: CheckDetails, latest_frame: LatestFrame = lambda: None) -> None:
        """``check`` is called on the GUI thread at every key; it must only compute. ``latest_frame`` shows a document."""
        super().__init__("detailsScreen")
        self._check = check
        self._required = frozenset(check({})[1])
        self._text = Text()
        self._session: str | None = None
        self._touched: set[str] = set()
        self._title = label("detailsTitle", "formTitle", wrap=False)
        self._intro = label("detailsIntro", "muted")
        self._fields = {name: Field(name, choices=name in _LISTS) for name in FORM}
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
        self._notice = label("detailsNotice", "ready")
        self._notice.hide()
        self._scan_button = button("scan")
        self._scan_button.clicked.connect(self.scan_asked)
        self._panel = DocumentScan("documentScan", latest_frame)
        self._panel.left.connect(self.scan_ended)
        self._panel.read.connect(self._fill)
        self._panel.hide()
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.addWidget(self._title, 0, Qt.AlignmentFlag.AlignBottom)
        self._head.addWidget(self._intro, 1, Qt.AlignmentFlag.AlignBottom)
        foot = QHBoxLayout()
        foot.addWidget(self._status, 1)
        foot.addWidget(self._countdown, 1)
        self.body.addLayout(self._head)
        self.body.addWidget(self._notice)
        self.body.addWidget(self._card)
        self.body.addWidget(self._panel, 1)
        self.body.addStretch(0)
        self.body.addLayout(foot)
        self.add_actions((self.cancel, self.help), (self._scan_button, self._continue), primary=self._continue)

    def update_from(self, snapshot: Snapshot, text: Text) -> None:
        """Present and show."""
        super().update_from(snapshot, text)
        self._text = self._panel.text = text
        self.show_view(present(snapshot, text, self._required))
        self._show_scan(snapshot.scan)

    def show_view(self, view: DetailsView) -> None:
        """Labels in the language in use. Another session empties the form, the same one keeps what was typed."""
        self._countdown.show_view(view.countdown)
        if self.same(view):
            return
        typed_before = None
        if view.session != self._session:
            self._session = view.session
            self._empty()
            typed_before = view.details
        self.show_steps(view.steps)
        say(self._title, view.title)
        say(self._intro, view.intro)
        for field in view.fields:
            self._fields[field.name].show_field(field, view.countries if field.name == COUNTRY else view.documents)
        if typed_before is not None:
            self._fill(typed_again(typed_before, self._text), "")
        say(self._scan_button, view.scan)
        say(self._continue, view.proceed)
        say(self.cancel, view.cancel)
        say(self.help, view.help)
        self._judge()

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait: one column; else two."""
        super().arrange(theme, portrait=portrait)
        self.body.setSpacing(theme.px(12 if portrait else 8))
        self._panel.arrange(theme, portrait=portrait)
        margin = theme.px(22)
        self._card_layout.setContentsMargins(margin, theme.px(12), margin, theme.px(4))
        self._grid.setHorizontalSpacing(theme.px(28))
        self._grid.setVerticalSpacing(theme.px(14 if portrait else 2))
        stacked = portrait and theme.text > 1.2
        self._head.setDirection(QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(theme.px(16))
        end = Qt.AlignmentFlag.AlignLeft if stacked else Qt.AlignmentFlag.AlignRight
        self._intro.setAlignment(end | Qt.AlignmentFlag.AlignBottom)
        columns = 1 if portrait or theme.text > 1.7 else 2
        for number, field in enumerate(self._fields.values()):
            field.set_theme(theme)
            self._grid.addWidget(field, number // columns, number % columns)
        for before, after in pairwise(FORM):
            self.setTabOrder(self._fields[before].input, self._fields[after].input)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, columns - 1)

    def entered(self) -> None:
        """The first field has the keyboard."""
        self._fields[FORM[0]].input.setFocus(Qt.FocusReason.OtherFocusReason)

    def left(self) -> None:
        """What was typed has been handed over or given up."""
        super().left()
        self._session = None
        self._empty()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter goes to the next field, from the last one to the first that is wrong; when all is filled in, on."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not self._continue.isEnabled():
            if self._fields[FORM[-1]].input.hasFocus():
                self._to_first_wrong()
            else:
                self.focusNextChild()
            return
        super().keyPressEvent(event)

    def _to_first_wrong(self) -> None:
        self._touched.update(FORM)
        self._judge()
        name = first_wrong(self._typed(), self._check, self._text)
        if name:
            self._fields[name].input.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_scan(self, scan: Scan | None) -> None:
        shown = scan is not None
        if shown != self._panel.isVisibleTo(self):
            self._panel.setVisible(shown)
            self._card.setVisible(not shown)
            for other in (self._scan_button, self._continue, self._intro, self._status):
                other.setVisible(not shown)
            if shown:
                self._panel.begin()
            else:
                self._fields[FORM[0]].input.setFocus(Qt.FocusReason.OtherFocusReason)
        if scan is None:
            return
        view = present_scan(scan, self._text)
        self._panel.show_view(view)
        if view.filled:
            self._fill(view.filled, view.notice)
            self.scan_ended.emit()

    def _fill(self, values: Mapping[str, str], notice: str) -> None:
        for name, value in values.items():
            self._fields[name].fill(value)
            if value:
                self._touched.add(name)
        say(self._notice, notice)
        self._notice.setVisible(bool(notice))
        self._judge()

    def _empty(self) -> None:
        self._touched.clear()
        say(self._notice, "")
        self._notice.hide()
        self._panel.forget()
        for field in self._fields.values():
            field.clear()

    def _on_edited(self, name: str) -> None:
        if name in _LISTS or name in self._touched:
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
        state = judge(self._typed(), frozenset(FORM), self._check, self._text)
        if state.details is not None:
            self.submitted.emit(state.details)
