"""The refusals page: the last ones, each explained cue by cue, and played again as landmarks."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QListWidget, QVBoxLayout, QWidget

from kiosk.station.office.refusals import ForgetRefusals, ReadRefusals, RefusalsShown
from kiosk.ui.office.page import OfficePage, PageParts
from kiosk.ui.office.pages.parts import LARGE
from kiosk.ui.presenters import refusals
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.flow import Flow
from kiosk.ui.widgets.replay import Replay
from kiosk.ui.widgets.rows_table import Row, RowsTable
from kiosk.ui.widgets.styling import button, label, say


class RefusalsPage(OfficePage):
    """Reads what the station still has in memory; nothing is written anywhere."""

    def __init__(self, parts: PageParts) -> None:
        """Nothing is explained before the page comes up."""
        super().__init__(parts, "refusals")
        self._shown: RefusalsShown | None = None
        self._body = label("refusalsBody", "muted")
        self._nothing = label("refusalsNothing", "lead")
        self._list = QListWidget()
        self._list.setObjectName("refusalsList")
        self._list.setWordWrap(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.currentRowChanged.connect(lambda row: self._explain())
        self._again = button("refusalsAgain", "small")
        self._again.clicked.connect(lambda: self.ask(ReadRefusals(), self._came))
        self._forget = button("refusalsForget", "small")
        self._forget.clicked.connect(lambda: self.ask(ForgetRefusals(), self._came))
        self._reason = label("refusalReason", "strong")
        self._decided = label("refusalDecided", "small")
        self._asked = label("refusalAsked", "small")
        self._cues = RowsTable("refusalCues", toned=3, stretch=(2,), wraps=True)
        self._replay = Replay("refusalReplay")
        self._replay_words = label("refusalReplayWords", "small")
        self._right = QWidget()
        self._right.setObjectName("refusalExplained")
        self._right_column = QVBoxLayout(self._right)
        self._right_column.setContentsMargins(0, 0, 0, 0)
        for each in (self._reason, self._decided, self._asked):
            self._right_column.addWidget(each)
        self._right_column.addWidget(self._cues, 1)
        self._left_column = QVBoxLayout()
        self._left_column.addWidget(self._list, 1)
        self._left_column.addWidget(self._replay_words)
        self._left_column.addWidget(self._replay, 1)
        self._middle = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._middle.addLayout(self._left_column, 3)
        self._middle.addWidget(self._right, 5)
        self._foot = Flow()
        self._foot.addWidget(self._again)
        self._foot.break_off()
        self._foot.addWidget(self._forget)
        self.body.addWidget(self._body, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self._nothing, 0, Qt.AlignmentFlag.AlignTop)
        self._about = QWidget()
        self._about.setObjectName("refusalsAbout")
        self._about.setLayout(self._middle)
        self._middle.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self._about, 1)
        self._rest = QWidget()
        self._rest.setObjectName("refusalsRest")
        self.body.addWidget(self._rest, 1)
        self.body.addLayout(self._foot)

    def show_text(self, text: Text) -> None:
        """In this language."""
        super().show_text(text)
        self._show()

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait: the list above what it explains."""
        super().arrange(theme, portrait=portrait)
        stacked = portrait or theme.text > LARGE
        self._middle.setDirection(QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight)
        self._middle.setSpacing(theme.px(16))
        for column in (self._left_column, self._right_column):
            column.setSpacing(theme.px(6))
        self._cues.set_theme(theme)
        self._replay.set_theme(theme)
        self._foot.setSpacing(theme.px(10))

    def entered(self) -> None:
        """Read them."""
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ask(ReadRefusals(), self._came)

    def left(self) -> None:
        """Nothing stays."""
        super().left()
        self._shown = None
        self._show()

    def _came(self, shown: RefusalsShown) -> None:
        self._shown = shown
        self._show()

    def _show(self) -> None:
        view = refusals.listed(self._shown, self.text)
        for widget, words in (
            (self._body, view.body),
            (self._nothing, view.nothing),
            (self._again, view.again),
            (self._forget, view.forget),
        ):
            say(widget, words)
        self._nothing.setVisible(bool(view.nothing))
        self._list.setAccessibleName(self.text.get("office.page.refusals"))
        self._about.setVisible(bool(view.items))
        self._rest.setVisible(not view.items)
        self._forget.setEnabled(bool(view.items))
        row = max(0, self._list.currentRow())
        self._list.clear()
        self._list.addItems([item.words for item in view.items])
        self._list.setCurrentRow(min(row, len(view.items) - 1))
        self._explain()

    def _explain(self) -> None:
        row = self._list.currentRow()
        found = self._shown.refusals if self._shown is not None else ()
        self._right.setVisible(0 <= row < len(found))
        if not 0 <= row < len(found):
            self._replay_words.hide()
            self._replay.hide()
            self._replay.forget()
            self._cues.empty()
            return
        told = found[row].explanation
        view = refusals.present(told, self.text)
        say(self._reason, view.reason)
        say(self._decided, view.decided_by)
        say(self._asked, view.asked)
        self._asked.setVisible(bool(view.asked))
        say(self._replay_words, view.no_replay or view.replay)
        self._replay_words.show()
        self._cues.setAccessibleName(view.reason)
        self._cues.show_rows(view.columns, [Row(str(n), cue.cells, cue.tone) for n, cue in enumerate(view.cues)])
        self._replay.setVisible(not view.no_replay)
        self._replay.show_trace(told.trace, view.replay)
