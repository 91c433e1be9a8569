"""The results page: the log newest first, a page at a time, filtered by what is chosen above it."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QSizePolicy

from kiosk.station.office.results import FindResults
from kiosk.station.office.results import ResultsPage as Found
from kiosk.ui.office.page import OfficePage, PageParts
from kiosk.ui.office.pages.parts import LARGE
from kiosk.ui.presenters import results
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.flow import Flow
from kiosk.ui.widgets.rows_table import Row, RowsTable
from kiosk.ui.widgets.styling import button, label, say

_FILTERS = ("outcome", "truth", "reason", "since")


class ResultsPage(OfficePage):
    """Reads, and changes nothing."""

    def __init__(self, parts: PageParts) -> None:
        """Nothing is listed before the page comes up."""
        super().__init__(parts, "results")
        self._found: Found | None = None
        self._details: dict[str, str] = {}
        self._filters = {name: QComboBox() for name in _FILTERS}
        self._filter_grid = QGridLayout()
        for name, box in self._filters.items():
            box.setObjectName(f"filter_{name}")
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            box.setMinimumContentsLength(8)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.activated.connect(lambda _index: self._look(0))
        self._table = RowsTable("resultsTable", toned=4, stretch=(2, 3), spare=(3, 0))
        self._place = label("resultsPlace", "small", wrap=False)
        self._newer = button("resultsNewer", "small")
        self._newer.clicked.connect(lambda: self._look(self._page - 1))
        self._older = button("resultsOlder", "small")
        self._older.clicked.connect(lambda: self._look(self._page + 1))
        self._detail = label("resultsDetail", "small")
        self._table.moved.connect(lambda key: self._show_detail())
        self._foot = Flow()
        self._foot.addWidget(self._place)
        self._foot.break_off()
        self._foot.addWidget(self._newer)
        self._foot.addWidget(self._older)
        self.body.addLayout(self._filter_grid)
        self.body.addWidget(self._table, 1)
        self.body.addWidget(self._detail)
        self.body.addLayout(self._foot)

    @property
    def _page(self) -> int:
        return self._found.page if self._found is not None else 0

    def show_text(self, text: Text) -> None:
        """In this language; what was chosen stays."""
        super().show_text(text)
        for view in results.filters(text):
            box = self._filters[view.name]
            chosen = box.currentData()
            box.clear()
            for value, words in view.choices:
                box.addItem(words, value)
            box.setCurrentIndex(max(0, box.findData(chosen)))
            box.setAccessibleName(view.label)
        self._show()

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait: no column for names."""
        super().arrange(theme, portrait=portrait)
        self._filter_grid.setSpacing(theme.px(10))
        self._foot.setSpacing(theme.px(10))
        across = 1 if theme.text > LARGE else 2
        for number, box in enumerate(self._filters.values()):
            self._filter_grid.addWidget(box, number // across, number % across)
        self._table.set_theme(theme)
        self._table.hide_columns(*(3,) if portrait else ())

    def entered(self) -> None:
        """The newest."""
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._look(0)

    def left(self) -> None:
        """No name stays."""
        super().left()
        self._found = None
        self._table.empty()
        for box in self._filters.values():
            box.setCurrentIndex(0)
        self._show()

    def _look(self, page: int) -> None:
        chosen = {name: str(box.currentData() or "") for name, box in self._filters.items()}
        self.parts.bridge.forget(self)
        self.ask(FindResults(results.wanted(chosen, datetime.now(UTC)), page), self._on_found)

    def _on_found(self, found: Found) -> None:
        self._found = found
        self.clear_notice()
        self._show()

    def _show(self) -> None:
        filtered = any(box.currentIndex() > 0 for box in self._filters.values())
        view = results.present(self._found, self.text, filtered=filtered)
        self._table.setAccessibleName(self.text.get("office.page.results"))
        self._table.show_rows(view.columns, [Row(row.id, row.cells, row.tone) for row in view.rows])
        self._table.say_nothing(view.nothing)
        say(self._place, view.place)
        say(self._newer, view.newer_words)
        say(self._older, view.older_words)
        self._newer.setEnabled(view.newer)
        self._older.setEnabled(view.older)
        self._details = {row.id: row.detail for row in view.rows}
        self._show_detail()

    def _show_detail(self) -> None:
        say(self._detail, self._details.get(self._table.key, ""))
