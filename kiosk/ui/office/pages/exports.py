"""The exports page: tables of people and results, a report in charts, and the folder they are in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QListWidget, QPushButton

from kiosk.station.office.exports import (
    DeleteExports,
    ExportPeople,
    ExportResults,
    ExportsShown,
    ListExports,
    WriteReport,
    Written,
)
from kiosk.station.office.requests import OfficeReply, OfficeRequest
from kiosk.ui.office.page import OfficePage, PageParts
from kiosk.ui.presenters import exports
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.flow import Flow
from kiosk.ui.widgets.styling import button, label, say


class ExportsPage(OfficePage):
    """One export at a time; the station writes it."""

    def __init__(self, parts: PageParts) -> None:
        """Nothing is read before the page comes up."""
        super().__init__(parts, "exports")
        self._shown: ExportsShown | None = None
        self._body = label("exportsBody", "muted")
        self._span_label = label("exportsSpanLabel", "fieldLabel", wrap=False)
        self._span = QComboBox()
        self._span.setObjectName("exportsSpan")
        self._place_label = label("exportsPlaceLabel", "fieldLabel", wrap=False)
        self._places = QComboBox()
        self._places.setObjectName("exportsPlace")
        self._places.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._places.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._places.setMinimumContentsLength(26)
        self._places.activated.connect(lambda _index: self._look())
        self._look_again = button("exportsLook", "small")
        self._look_again.clicked.connect(self._look)
        self._people = self._writer("exportPeople", lambda: ExportPeople(self._place))
        self._results = self._writer("exportResults", lambda: ExportResults(self._days, self._place))
        self._report = self._writer("exportReport", lambda: WriteReport(self._days, self.text.language, self._place))
        self._folder = label("exportsFolder", "small")
        self._folder.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self._warning = label("exportsWarning", "small")
        self._nothing = label("exportsNothing", "lead")
        self._files = QListWidget()
        self._files.setObjectName("exportsFiles")
        self._delete = button("exportsDelete", "danger")
        self._delete.clicked.connect(self._on_delete)
        self._ways, self._spans = Flow(), Flow()
        for made in (self._people, self._results, self._report):
            self._ways.addWidget(made)
        for each in (self._span_label, self._span):
            self._spans.addWidget(each)
        self._where = Flow()
        for part in (self._place_label, self._places, self._look_again):
            self._where.addWidget(part)
        self.body.addWidget(self._body)
        self.body.addLayout(self._where)
        self.body.addLayout(self._spans)
        self.body.addLayout(self._ways)
        self.body.addWidget(self._folder)
        self.body.addWidget(self._files, 1)
        self.body.addWidget(self._nothing, 1, Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self._warning)
        self.body.addWidget(self._delete, 0, Qt.AlignmentFlag.AlignLeft)

    @property
    def _days(self) -> int:
        return int(self._span.currentData() or exports.DAYS[0])

    @property
    def _place(self) -> str:
        """The folder that is chosen or was typed; empty for the station's own before it is known."""
        typed = self._places.currentText().strip()
        at = self._places.findText(typed)
        return str(self._places.itemData(at) or "") if at >= 0 else typed

    def _look(self) -> None:
        """What is in the folder that is chosen."""
        self.clear_notice()
        self.ask(ListExports(self._place), self._came, self._on_no_place)

    def _on_no_place(self, reply: OfficeReply) -> None:
        """A stick that was pulled out, a folder that is none: the station's own again."""
        self.say_error(reply)
        self._places.setCurrentIndex(0)
        self.ask(ListExports(), self._came)

    def show_text(self, text: Text) -> None:
        """In this language; what was chosen stays."""
        super().show_text(text)
        chosen = self._days if self._span.count() else exports.DAYS[1]
        self._span.clear()
        for days, words in exports.present(None, text).days:
            self._span.addItem(words, days)
        self._span.setCurrentIndex(max(0, self._span.findData(chosen)))
        self._show()

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Sizes."""
        super().arrange(theme, portrait=portrait)
        for line in (self._ways, self._spans, self._where):
            line.setSpacing(theme.px(10))
        self._files.setMinimumHeight(3 * (theme.letters(18) + theme.px(22)))

    def entered(self) -> None:
        """What is there."""
        self._people.setFocus(Qt.FocusReason.OtherFocusReason)
        self._look()

    def left(self) -> None:
        """Nothing stays."""
        super().left()
        self._shown = None
        self._places.clear()
        self._show()

    def _writer(self, name: str, request: Callable[[], OfficeRequest]) -> QPushButton:
        made = button(name, "small")
        made.clicked.connect(lambda: self._write(request()))
        return made

    def _write(self, request: OfficeRequest) -> None:
        self.notice(self.text.get("exports.writing"), tone="neutral")
        self._enable(can=False)
        self.ask(request, self._on_written, self._on_failed)

    def _on_written(self, written: Written) -> None:
        self._enable(can=True)
        self.notice(exports.written(written, self.text))
        self.ask(ListExports(self._place), self._came)

    def _on_failed(self, reply: OfficeReply) -> None:
        self._enable(can=True)
        self.say_error(reply)

    def _enable(self, *, can: bool) -> None:
        for made in (self._people, self._results, self._report):
            made.setEnabled(can)

    def _came(self, shown: ExportsShown) -> None:
        self._shown = shown
        self._show()

    def _on_delete(self) -> None:
        """The second press does it."""
        sure = self.text.get("exports.delete_sure")
        if self._delete.text() != sure:
            say(self._delete, sure)
            return
        self.clear_notice()
        self.ask(DeleteExports(self._place), self._came)

    def _show(self) -> None:
        view = exports.present(self._shown, self.text)
        for widget, words in (
            (self._body, view.body),
            (self._span_label, view.span),
            (self._people, view.people),
            (self._results, view.results),
            (self._report, view.report),
            (self._folder, view.folder),
            (self._warning, view.warning),
            (self._delete, view.delete),
            (self._nothing, view.nothing),
        ):
            say(widget, words)
        say(self._place_label, view.place)
        say(self._look_again, view.again)
        self._places.setAccessibleName(view.place)
        self._show_places(view)
        self._span.setAccessibleName(view.span)
        self._files.setAccessibleName(view.folder or self.accessibleName())
        self._files.setVisible(not view.nothing)
        self._nothing.setVisible(bool(view.nothing))
        self._files.clear()
        self._files.addItems(list(view.files))
        self._delete.setEnabled(bool(view.files))

    def _show_places(self, view: exports.ExportsView) -> None:
        """Sticks come and go; what is chosen stays chosen. Outside kiosk mode a folder may be typed."""
        if view.anywhere and not self._places.isEditable():
            self._places.setEditable(True)
            line = self._places.lineEdit()
            if line is not None:
                line.setObjectName("exportsPlaceLine")
                line.setAccessibleName(view.place)
                line.returnPressed.connect(self._look)
        listed = tuple((self._places.itemData(n), self._places.itemText(n)) for n in range(self._places.count()))
        if listed == view.places:
            return
        before = self._place
        self._places.clear()
        for place, words in view.places:
            self._places.addItem(words, place)
        at = self._places.findData(before)
        if at >= 0:
            self._places.setCurrentIndex(at)
        elif before and view.anywhere:
            self._places.setEditText(before)
