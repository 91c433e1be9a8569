"""The bulk page: choose a table and its pictures, see what will fail, then enrol the rest. The station does it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QFileSystemModel, QGridLayout, QProgressBar

from kiosk.station.office.bulk import (
    BulkNow,
    CheckTable,
    EnrolTable,
    LeaveBulk,
    ListTables,
    LookAtBulk,
    StopBulk,
    TablesShown,
)
from kiosk.ui.office.page import OfficePage, PageParts
from kiosk.ui.office.watching import Watching
from kiosk.ui.presenters.bulk import labels, present
from kiosk.ui.presenters.common import Tone
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.flow import Flow
from kiosk.ui.widgets.rows_table import Row, RowsTable
from kiosk.ui.widgets.styling import button, label, restyle, say

LOOK_MS = 400
_LARGE = 1.2
"""From letters so much larger on, the name of a file needs the whole width."""

_TONES = {Tone.GOOD: "good", Tone.BAD: "bad"}


class BulkPage(OfficePage):
    """Asks how far it is while it is up; the second press on the button enrols."""

    def __init__(self, parts: PageParts) -> None:
        """No table is listed before the page comes up."""
        super().__init__(parts, "bulk")
        self._now = BulkNow()
        self._shown: TablesShown | None = None
        self._sure = False
        self._body = label("bulkBody", "muted")
        self._where = label("bulkWhere", "small")
        self._table_label = label("bulkTableLabel", "fieldLabel")
        self._pictures_label = label("bulkPicturesLabel", "fieldLabel")
        self._table = QComboBox()
        self._table.setObjectName("bulkTable")
        self._table.currentIndexChanged.connect(self._on_table)
        self._pictures = QComboBox()
        self._pictures.setObjectName("bulkPictures")
        for box in (self._table, self._pictures):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(12)
        self._again = button("bulkAgain", "small")
        self._again.clicked.connect(self._list)
        self._check = button("bulkCheck", "small")
        self._check.clicked.connect(self._on_check)
        self._begin = button("bulkBegin", "primary")
        self._begin.clicked.connect(self._on_begin)
        self._stop = button("bulkStop", "small")
        self._stop.clicked.connect(lambda: self.ask(StopBulk(), self._came))
        self._stage = label("bulkStage", "strong")
        self._bar = QProgressBar()
        self._bar.setObjectName("bulkProgress")
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._progress = label("bulkProgressWords", "small")
        self._counts = label("bulkCounts")
        self._said = label("bulkSaid", "notice")
        self._rows = RowsTable("bulkRows", toned=2, stretch=(2,), spare=(1,))
        self._more = label("bulkMore", "small")
        self._watching = Watching(self, LOOK_MS, LookAtBulk(), self._came)
        self._lay_out()

    def _lay_out(self) -> None:
        self._grid = QGridLayout()
        self._ways = Flow()
        for each in (self._check, self._again, self._stop, self._begin):
            self._ways.addWidget(each)
        for words in (self._body, self._where):
            self.body.addWidget(words)
        self.body.addLayout(self._grid)
        self.body.addLayout(self._ways)
        for shown in (self._stage, self._bar, self._progress, self._counts, self._said):
            self.body.addWidget(shown)
        self.body.addWidget(self._rows, 1)
        self.body.addWidget(self._more)
        self.body.addStretch(0)

    def show_text(self, text: Text) -> None:
        """In this language; what was chosen stays."""
        super().show_text(text)
        self._show()

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait, and where letters are large: one box under the other."""
        super().arrange(theme, portrait=portrait)
        self._grid.setHorizontalSpacing(theme.px(16))
        self._grid.setVerticalSpacing(theme.px(4))
        self._ways.setSpacing(theme.px(12))
        self._rows.set_theme(theme)
        stacked = portrait or theme.text > _LARGE
        places = ((0, 0), (1, 0), (2, 0), (3, 0)) if stacked else ((0, 0), (1, 0), (0, 1), (1, 1))
        for each, place in zip(
            (self._table_label, self._table, self._pictures_label, self._pictures), places, strict=True
        ):
            self._grid.addWidget(each, *place)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 0 if stacked else 1)

    def entered(self) -> None:
        """What is there, and whether something is under way."""
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._list()
        self._watching.start()
        self._watching.look()

    def left(self) -> None:
        """A table that was only looked at is forgotten; work under way goes on."""
        self._watching.stop()
        self.parts.bridge.ask(None, LeaveBulk(), lambda reply: None)
        super().left()
        self._now, self._shown, self._sure = BulkNow(), None, False
        for box in (self._table, self._pictures):
            box.clear()
            box.clearEditText()
        self._rows.empty()
        self._show()

    # --------------------------------------------------------------------------------------------- what is there

    def _list(self) -> None:
        self.clear_notice()
        self.ask(ListTables(), self._listed)

    def _listed(self, shown: TablesShown) -> None:
        before = self._path(self._table)
        self._shown = shown
        self._set_free(free=shown.anywhere)
        self._fill(self._table, tuple(each.path for each in shown.tables))
        place = self._table.findData(before)
        if place >= 0:
            self._table.setCurrentIndex(place)
        self._show()

    def _on_table(self, place: int) -> None:
        if self._shown is not None and 0 <= place < len(self._shown.tables):
            self._fill(self._pictures, self._shown.tables[place].folders)
        self._sure = False
        self._show()

    def _fill(self, box: QComboBox, paths: tuple[str, ...]) -> None:
        if paths == tuple(box.itemData(number) for number in range(box.count())):
            return
        box.clear()
        for path, name in zip(paths, labels(paths), strict=True):
            box.addItem(name, path)

    def _set_free(self, *, free: bool) -> None:
        """Where any file may be taken, a path can be typed, and is completed."""
        for box in (self._table, self._pictures):
            if free and not box.isEditable():
                box.setEditable(True)
                box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
                model = QFileSystemModel(box)  # looks into folders on a thread of its own
                model.setRootPath("")
                box.setCompleter(QCompleter(model, box))

    def _path(self, box: QComboBox) -> str:
        place = box.findText(box.currentText())
        return str(box.itemData(place)) if place >= 0 else box.currentText().strip()

    # --------------------------------------------------------------------------------------------- what is done

    def _on_check(self) -> None:
        self.clear_notice()
        self._sure = False
        table, folder = self._path(self._table), self._path(self._pictures)
        if table and folder:
            self.ask(CheckTable(table, folder), self._came)

    def _on_begin(self) -> None:
        """The second press does it, and says that everybody has agreed."""
        if self._sure:
            self._sure = False
            self.ask(EnrolTable(agreed=True), self._came)
            return
        self._sure = True
        self._show()

    def _came(self, now: BulkNow) -> None:
        if now != self._now:
            self._now = now
            self._show()

    def _show(self) -> None:
        view = present(self._now, self._shown, self.text)
        for widget, words in (
            (self._body, view.body),
            (self._where, view.where),
            (self._table_label, view.table),
            (self._pictures_label, view.pictures),
            (self._check, view.check),
            (self._again, view.again),
            (self._begin, view.sure if self._sure else view.begin),
            (self._stop, view.stop),
            (self._stage, view.stage),
            (self._progress, view.progress),
            (self._counts, view.counts),
            (self._said, view.said),
            (self._more, view.more),
        ):
            say(widget, words)
            widget.setVisible(bool(words))
        for how in (self._body, self._where):  # what was found needs the room
            how.setVisible(bool(how.text()) and not view.stage)
        self._table.setAccessibleName(view.table)
        self._pictures.setAccessibleName(view.pictures)
        restyle(self._said, role="notice", tone=_TONES.get(view.tone, "neutral"))
        for box in (self._table, self._pictures, self._check, self._again):
            box.setEnabled(view.can_check)
        self._check.setEnabled(view.can_check and bool(self._path(self._table)))
        self._begin.setVisible(view.can_begin)
        self._stop.setVisible(view.can_stop)
        self._bar.setVisible(view.share is not None)
        self._bar.setValue(round(1000 * (view.share or 0.0)))
        self._bar.setAccessibleName(view.progress or view.stage)
        self._rows.setAccessibleName(view.stage or view.body)
        self._rows.setVisible(bool(view.rows))
        self._rows.show_rows(view.columns, [Row(each.key, each.cells, each.tone) for each in view.rows])
