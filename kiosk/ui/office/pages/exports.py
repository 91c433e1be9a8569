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
        self._people = self._writer("exportPeople", ExportPeople)
        self._results = self._writer("exportResults", lambda: ExportResults(self._days))
        self._report = self._writer("exportReport", lambda: WriteReport(self._days, self.text.language))
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
        self.body.addWidget(self._body)
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
        for line in (self._ways, self._spans):
            line.setSpacing(theme.px(10))
        self._files.setMinimumHeight(3 * (theme.letters(18) + theme.px(22)))

    def entered(self) -> None:
        """What is there."""
        self._people.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ask(ListExports(), self._came)

    def left(self) -> None:
        """Nothing stays."""
        super().left()
        self._shown = None
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
        self.ask(ListExports(), self._came)

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
        self.ask(DeleteExports(), self._came)

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
        self._span.setAccessibleName(view.span)
        self._files.setAccessibleName(view.folder)
        self._files.setVisible(not view.nothing)
        self._nothing.setVisible(bool(view.nothing))
        self._files.clear()
        self._files.addItems(list(view.files))
        self._delete.setEnabled(bool(view.files))
