"""The country of the first start: typed until the list is short, or picked from the list. Decides nothing about numbers."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QListWidget, QListWidgetItem, QScroller

from kiosk.ui.setup.countries import known, matching, name_of
from kiosk.ui.setup.steps import Line, StepPage
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.styling import label, say

_CODE = Qt.ItemDataRole.UserRole
_IN_THE_LIST = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


class CountryPage(StepPage):
    """One line to type into and the countries that are meant; arrow keys move in the list while one types."""

    def __init__(self, value: str) -> None:
        """``value`` is chosen first: two letters, or empty for none."""
        super().__init__("country")
        self._text = Text()
        self._value = self._picked = known(value)
        self.search = Line("setup_countrySearch")
        self.search.input.setMaxLength(40)
        self.search.edited.connect(self._on_typed)
        self.search.input.installEventFilter(self)
        self.list = QListWidget()
        self.list.setObjectName("setup_countryList")
        self.list.setProperty("role", "pick")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.currentItemChanged.connect(lambda now, _before: self._on_current(now))
        QScroller.grabGesture(self.list.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self.chosen = label("setup_countryChosen", "strong")
        self.rows.addWidget(self.search)
        self.rows.addWidget(self.list, 1)
        self.rows.addWidget(self.chosen)
        self._fill()

    @property
    def value(self) -> str:
        """Two letters, or empty for none."""
        return self._value

    @property
    def ready(self) -> bool:
        """What is typed means a country."""
        return self.list.currentRow() >= 0

    def show_text(self, text: Text) -> None:
        """Names in the language in use; what was chosen stays."""
        super().show_text(text)
        self.search.show_words(text.get("setup.country_search"))
        self.list.setAccessibleName(text.get("setup.country_title"))
        if text.language != self._text.language:
            self._text = text
            self._fill()
        self._text = text
        self.search.show_problem("" if self.list.count() else text.get("setup.country_unknown"))
        say(self.chosen, text.get("setup.country_chosen", name=name_of(self._value, text)) if self.list.count() else "")

    def set_theme(self, theme: Theme, *, portrait: bool) -> None:
        """Room for some lines, as many as there are."""
        super().set_theme(theme, portrait=portrait)
        self.list.setMinimumHeight(theme.px(150))
        self.list.setSpacing(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Up and down in the line move in the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _IN_THE_LIST:
            QApplication.sendEvent(self.list, event)
            return True
        return super().eventFilter(watched, event)

    def _on_typed(self) -> None:
        self._fill()
        self.changed.emit()

    def _fill(self) -> None:
        """The list anew. What was picked stays so while it is among them; else the first one is, until something is picked."""
        meant = matching(self.search.typed, self._text)
        self.list.blockSignals(True)
        self.list.clear()
        for code, name in meant:
            made = QListWidgetItem(name)
            made.setData(_CODE, code)
            self.list.addItem(made)
        codes = [code for code, _ in meant]
        if codes:
            row = codes.index(self._picked) if self._picked in codes else 0
            self.list.setCurrentRow(row)
            self._value = codes[row]
            self.list.scrollToItem(self.list.item(row), QAbstractItemView.ScrollHint.PositionAtCenter)
        self.list.blockSignals(False)

    def _on_current(self, now: QListWidgetItem | None) -> None:
        if now is not None:
            self._value = self._picked = str(now.data(_CODE))
            self.changed.emit()
