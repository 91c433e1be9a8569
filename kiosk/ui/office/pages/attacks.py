"""The page of the walk through attacks: one trial after the other, with the answer, the counts and what they allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QProgressBar, QWidget

from kiosk.station.office.trying import DoWalk, LookAtWalk, Saved, SaveWalk, WalkAct, WalkFigures
from kiosk.station.walk_desk import WalkNow
from kiosk.ui.office.page import OfficePage, PageParts
from kiosk.ui.office.pages.parts import LARGE, Beside
from kiosk.ui.office.watching import Watching
from kiosk.ui.presenters.attacks import AttacksView, SpeciesRow, present
from kiosk.ui.presenters.common import Tone
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.camera_view import CameraView
from kiosk.ui.widgets.chip import Chip
from kiosk.ui.widgets.flow import Flow
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.styling import button, label, restyle, say

if TYPE_CHECKING:  # counting brings the evaluation with it, which is done on the office's threads
    from kiosk.evaluate.walk_report import WalkReport

LOOK_MS = 150

_COLUMNS, _COLUMNS_LARGE = 5, 3
"""Where letters are large there is no room for all counts; the line below each has the rate."""


class AttacksPage(OfficePage):
    """Asks how the trial does several times a second while the page is up."""

    def __init__(self, parts: PageParts) -> None:
        """No walk is on."""
        super().__init__(parts, "attacks")
        self._now = WalkNow()
        self._report: WalkReport | None = None
        self._picture = CameraView("attacksPicture", parts.latest_frame)
        self._beside = Beside("attacks", self._picture)
        self._icon = Icon("attacksIcon")
        self._show_words = label("attacksShow", "lead")
        self._how = label("attacksHow", "muted")
        self._hint = label("attacksHint", "headline")
        self._answer = label("attacksAnswer", "notice")
        self._start = button("attacksStart", "primary")
        self._stop = button("attacksStop", "small")
        self._undo = button("attacksUndo", "small")
        self._size_label = label("attacksSizeLabel", "fieldLabel")
        self._size = QComboBox()
        self._size.setObjectName("attacksSize")
        self._size_label.setBuddy(self._size)
        self._begin = button("attacksBegin", "small")
        self._save = button("attacksSave", "small")
        for each, act in (
            (self._start, WalkAct.START),
            (self._stop, WalkAct.STOP),
            (self._undo, WalkAct.UNDO),
        ):
            each.clicked.connect(lambda _=False, wanted=act: self._do(DoWalk(wanted)))
        self._begin.clicked.connect(lambda: self._do(DoWalk(WalkAct.BEGIN, attacks=self._size.currentData())))
        self._save.clicked.connect(lambda: self.ask(SaveWalk(self.text.language), self._saved))
        self._bar = QProgressBar()
        self._bar.setObjectName("attacksProgress")
        self._bar.setRange(0, 100)
        self._bar.setTextVisible(False)
        self._progress = label("attacksProgressWords", "small")
        self._standing = Chip("attacksStanding")
        self._table = _Table()
        self._what = QHBoxLayout()
        self._what.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self._what.addWidget(self._show_words, 1)
        self._ways, self._more = Flow(), Flow()
        for row, buttons in (
            (self._ways, (self._start, self._stop, self._undo)),
            (self._more, (self._begin, self._save)),
        ):
            for each in buttons:
                row.addWidget(each)
        column = self._beside.column
        column.addLayout(self._what)
        for words in (self._how, self._hint, self._answer):
            column.addWidget(words)
        column.addLayout(self._ways)
        for shown in (self._bar, self._progress, self._standing, self._table, self._size_label, self._size):
            column.addWidget(shown)
        column.addLayout(self._more)
        column.addStretch(1)
        self.body.addWidget(self._beside, 1)
        self._watching = Watching(self, LOOK_MS, LookAtWalk(), self._came)

    def show_text(self, text: Text) -> None:
        """In this language."""
        super().show_text(text)
        self._show()

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Sizes."""
        super().arrange(theme, portrait=portrait)
        self._beside.arrange(theme, portrait=portrait)
        self._picture.set_theme(theme)
        for row in (self._what, self._ways, self._more):
            row.setSpacing(theme.px(12))
        self._table.arrange(theme)
        self._show()

    def entered(self) -> None:
        """Take up the newest walk."""
        self._start.setFocus(Qt.FocusReason.OtherFocusReason)
        self._do(DoWalk(WalkAct.ENTER))
        self._watching.start()

    def left(self) -> None:
        """The trial under way counts for nothing; no picture stays."""
        self._watching.stop()
        self.parts.bridge.ask(None, DoWalk(WalkAct.LEAVE), lambda reply: None)
        super().left()
        self._now, self._report = WalkNow(), None
        self._picture.forget()
        self._show()

    def _do(self, act: DoWalk) -> None:
        self.clear_notice()
        self.ask(act, self._came)

    def _came(self, now: WalkNow) -> None:
        changed = now.walk != self._now.walk
        self._now = now
        if changed:
            self._report = None if now.walk is None else self._report
            self.ask(WalkFigures(), self._counted, lambda reply: None)
        self._show()

    def _counted(self, found: WalkReport | None) -> None:
        self._report = found
        self._show()

    def _saved(self, saved: Saved) -> None:
        self.notice(self.text.get("attacks.saved", path=saved.path))

    def _show(self) -> None:
        view = present(self._now, self._report, self.text)
        self._picture.show_view(view.picture)
        for widget, words in (
            (self._show_words, view.show),
            (self._how, view.how),
            (self._hint, view.hint),
            (self._answer, view.answer),
            (self._progress, view.progress),
            (self._size_label, view.size_label),
            (self._start, view.start),
            (self._stop, view.stop),
            (self._undo, view.undo),
            (self._begin, view.begin),
            (self._save, view.save),
        ):
            say(widget, words)
            widget.setVisible(bool(words))
        self._icon.setVisible(bool(view.icon))
        if view.icon:
            side = self.theme.px(64)
            palette = self.theme.palette
            self._icon.show_icon(view.icon, colour=palette.accent, side=side, ground=palette.accent_soft)
        tone = "good" if view.answer_tone is Tone.GOOD else "bad" if view.answer_tone is Tone.BAD else "neutral"
        restyle(self._answer, role="notice", tone=tone)
        self._show_buttons(view)
        self._bar.setVisible(view.share is not None)
        self._bar.setValue(round(100 * (view.share or 0.0)))
        self._bar.setAccessibleName(view.progress)
        self._standing.setVisible(bool(view.standing))
        self._standing.setWordWrap(True)
        self._standing.show_chip(view.standing, view.standing_tone)
        self._table.show_rows(view.columns, view.rows)
        self._show_sizes(view)

    def _show_sizes(self, view: AttacksView) -> None:
        chosen = max(0, self._size.currentIndex())
        if [self._size.itemText(n) for n in range(self._size.count())] != [words for _, words in view.sizes]:
            self._size.clear()
            for size, words in view.sizes:
                self._size.addItem(words, size)
            self._size.setCurrentIndex(chosen)
            self._size.setAccessibleName(view.size_label)
        for shown in (self._size_label, self._size):
            shown.setVisible(not view.running)

    def _show_buttons(self, view: AttacksView) -> None:
        self._start.setVisible(not view.running and view.share is not None)
        self._start.setEnabled(view.may_start)
        self._stop.setVisible(view.running)
        self._undo.setVisible(not view.running and view.share is not None)
        self._undo.setEnabled(view.may_undo)
        self._begin.setEnabled(not view.running)
        self._save.setEnabled(view.may_save)


class _Table(QWidget):
    """Counts; plain labels, so that long words wrap and a screen reader reads them in order."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("attacksTable")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._cells: dict[tuple[int, int], QLabel] = {}
        self._across = _COLUMNS

    def show_rows(self, columns: tuple[str, ...], rows: tuple[SpeciesRow, ...]) -> None:
        self.setVisible(bool(rows))
        wanted: dict[tuple[int, int], tuple[str, str]] = {}
        if rows:
            wanted = {(0, n): (words, "small") for n, words in enumerate(columns[: self._across])}
        for number, row in enumerate(rows, start=1):
            role = "problem" if row.bad else "small"
            for n, words in enumerate((row.name, *row.cells)[: self._across]):
                wanted[2 * number, n] = (words, role)
            wanted[2 * number + 1, 0] = (row.rate, role)
        for place in set(self._cells) - set(wanted):
            gone = self._cells.pop(place)
            self._grid.removeWidget(gone)
            gone.hide()
            gone.setParent(None)
            gone.deleteLater()
        for place, (words, role) in wanted.items():
            cell = self._cells.get(place)
            if cell is None:
                is_rate = place[0] % 2 == 1
                cell = label(f"attacksCell_{place[0]}_{place[1]}", role, wrap=place[1] == 0)
                self._cells[place] = cell
                self._grid.addWidget(cell, *place, 1, 5 if is_rate else 1)
            restyle(cell, role=role)
            say(cell, words)
        self._grid.setColumnStretch(0, 1)

    def arrange(self, theme: Theme) -> None:
        self._across = _COLUMNS if theme.text <= LARGE else _COLUMNS_LARGE
        self._grid.setHorizontalSpacing(theme.px(12))
        self._grid.setVerticalSpacing(theme.px(2))
