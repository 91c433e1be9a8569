"""Navigation and the page that is up: at the side, or low in portrait. Every page is wiped when it is left."""

from __future__ import annotations

import logging

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QGridLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from kiosk.domain.operators import Action
from kiosk.station.office.requests import OfficeReply
from kiosk.station.office.signing import LeaveKiosk
from kiosk.station.snapshot import Snapshot
from kiosk.ui.office.catalog import PAGES, PageEntry
from kiosk.ui.office.page import OfficePage, PageParts
from kiosk.ui.presenters.office import RoomView
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.countdown import Countdown
from kiosk.ui.widgets.icon import icon_image
from kiosk.ui.widgets.page_stack import PageStack
from kiosk.ui.widgets.styling import button, label, say

logger = logging.getLogger(__name__)

_ACROSS = 3
"""Buttons in a row of the navigation in portrait, at most."""

_MOST = 16_777_215
"""Qt's own: no limit."""

_MEASURED = 300
"""A room lower than that was not laid out yet."""


class OfficeRoom(QWidget):
    """Built when somebody is first signed in; pages are made when they are first opened."""

    closed = Signal()
    signed_out = Signal()
    let_out = Signal()

    def __init__(self, parts: PageParts, catalog: tuple[PageEntry, ...] = PAGES) -> None:
        """Empty until shown."""
        super().__init__()
        self.setObjectName("officeRoom")
        self._parts = parts
        self._catalog = {entry.name: entry for entry in catalog}
        self._text = Text()
        self._theme = Theme()
        self._portrait = False
        self._rights: frozenset[Action] = frozenset()
        self._snapshot: Snapshot | None = None
        self._view: RoomView | None = None
        self._pages: dict[str, OfficePage] = {}
        self._items: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._who = label("officeWho", "small")
        self._left_s = Countdown("officeCountdown")
        self._sign_out = button("officeSignOut", "small")
        self._sign_out.clicked.connect(self.signed_out)
        self._close = button("officeClose", "small")
        self._close.clicked.connect(self.closed)
        self._withheld = label("officeWithheld", "small")
        self._leave = button("officeLeave", "small")
        self._leave.clicked.connect(self._on_leave)
        self._nav = QWidget()
        self._nav.setObjectName("officeNavigation")
        self._nav_grid = QGridLayout(self._nav)
        self._nav_grid.setContentsMargins(0, 0, 0, 0)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("officeNavigationScroll")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._nav)
        self._foot = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        for each in (self._withheld, self._who, self._left_s, self._leave, self._sign_out, self._close):
            self._foot.addWidget(each)
        self._side = QWidget()
        self._side_column = QVBoxLayout(self._side)
        self._side_column.setContentsMargins(0, 0, 0, 0)
        self._side_column.addWidget(self._scroll, 1)
        self._side_column.addLayout(self._foot)
        self._stack = PageStack("officePages")
        self._root = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._root.setContentsMargins(0, 0, 0, 0)
        self._root.addWidget(self._side)
        self._root.addWidget(self._stack, 1)

    @property
    def page(self) -> OfficePage | None:
        """The page that is up."""
        current = self._stack.current
        return current if isinstance(current, OfficePage) else None

    def show_view(self, view: RoomView, snapshot: Snapshot, rights: frozenset[Action], text: Text) -> None:
        """Who is signed in, and the pages that are theirs; the first one is opened."""
        self._snapshot, self._rights = snapshot, rights
        language_changed = text.language != self._text.language
        self._text = text
        self._left_s.show_view(view.countdown)
        self._left_s.setVisible(view.countdown.until_ms is not None)
        if self._view is None or view != self._view:
            before, self._view = self._view, view
            say(self._who, view.who)
            say(self._close, view.close)
            say(self._sign_out, view.sign_out)
            self._who.setVisible(bool(view.who))
            self._sign_out.setVisible(bool(view.sign_out))
            for widget, words in ((self._withheld, view.withheld), (self._leave, view.leave)):
                say(widget, words)
                widget.setVisible(bool(words))
            self._nav.setAccessibleName(view.navigation)
            if before is None or before.pages != view.pages:
                self._fill_navigation(view)
        if language_changed:
            for page in self._pages.values():
                page.show_text(text)
        if self.page is None and view.pages:
            self.open(view.pages[0].name)
        up = self.page
        if up is not None:
            up.update_from(snapshot)

    def open(self, name: str) -> None:
        """Put a page up; the one before is wiped."""
        before = self.page
        page = self._page_of(name)
        if page is before:
            return
        if before is not None:
            before.left()
        page.rights = self._rights
        self._stack.show_page(page)
        item = self._items.get(name)
        if item is not None:
            item.setChecked(True)
            self._show_chosen()
        if self._snapshot is not None:
            page.update_from(self._snapshot)
        page.entered()

    def take_down(self) -> None:
        """Every page goes, with everything that it holds."""
        page = self.page
        if page is not None:
            page.left()
        self._stack.clear()
        self._parts.bridge.forget(self)
        for each in self._pages.values():
            each.hide()
            each.setParent(None)
            each.deleteLater()
        self._pages.clear()
        self._view = None

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Sizes and direction."""
        self._theme, self._portrait = theme, portrait
        self._root.setDirection(QBoxLayout.Direction.BottomToTop if portrait else QBoxLayout.Direction.LeftToRight)
        self._root.setSpacing(theme.px(20))
        self._nav_grid.setSpacing(theme.px(1))
        self._side_column.setSpacing(theme.px(8))
        self._foot.setSpacing(theme.px(8))
        self._foot.setDirection(QBoxLayout.Direction.LeftToRight if portrait else QBoxLayout.Direction.TopToBottom)
        if portrait:
            self._side.setMinimumWidth(0)
            self._side.setMaximumWidth(_MOST)
        else:
            self._side.setFixedWidth(self._side_width())
        self._place_navigation()
        for page in self._pages.values():
            page.arrange(theme, portrait=portrait)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """As many across as there is room for, and the page that is up in sight."""
        super().resizeEvent(event)
        self._place_navigation()

    def _on_leave(self) -> None:
        """The second press does it."""
        sure = self._text.get("office.leave_sure")
        if self._leave.text() != sure:
            say(self._leave, sure)
            return
        self._parts.bridge.ask(self, LeaveKiosk(), self._on_let_out)

    def _on_let_out(self, reply: OfficeReply) -> None:
        page = self.page
        if reply.error is None:
            self._leave.hide()
            self.let_out.emit()
            if page is not None:
                page.notice(self._text.get("office.let_out"), tone="neutral")
        elif page is not None:
            page.say_error(reply)

    def _side_width(self) -> int:
        """The words of the navigation, whole, beside its scroll bar."""
        widest = max((item.sizeHint().width() for item in (*self._items.values(), self._close)), default=0)
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        return max(self._theme.px(250), widest + bar + self._theme.px(4))

    def _across(self) -> int:
        """Columns of the navigation."""
        if not self._portrait:
            return 1
        widest = max((item.sizeHint().width() for item in self._items.values()), default=1) + self._theme.px(4)
        return max(1, min(_ACROSS, self.width() // widest))

    def _page_of(self, name: str) -> OfficePage:
        page = self._pages.get(name)
        if page is None:
            page = self._catalog[name].load(self._parts)
            page.rights = self._rights
            page.show_text(self._text)
            page.arrange(self._theme, portrait=self._portrait)
            self._pages[name] = page
            self._stack.add(page)
        return page

    def _fill_navigation(self, view: RoomView) -> None:
        wanted = {item.name for item in view.pages}
        for gone in set(self._items) - wanted:
            item = self._items.pop(gone)
            self._group.removeButton(item)
            item.hide()
            item.setParent(None)
            item.deleteLater()
        for each in view.pages:
            item = self._items.get(each.name) or self._make_item(each.name)
            say(item, each.words)
        self._items = {each.name: self._items[each.name] for each in view.pages}
        self._place_navigation()

    def _show_chosen(self) -> None:
        chosen = self._group.checkedButton()
        if chosen is not None:
            self._scroll.ensureWidgetVisible(chosen, 0, self._theme.px(8))

    def _make_item(self, name: str) -> QPushButton:
        item = button(f"nav_{name}", "nav")
        item.setCheckable(True)
        item.clicked.connect(lambda: self.open(name))
        self._group.addButton(item)
        self._items[name] = item
        return item

    def _place_navigation(self) -> None:
        across = self._across()
        side = self._theme.px(22)
        for number, (name, item) in enumerate(self._items.items()):
            self._nav_grid.addWidget(item, number // across, number % across)
            entry = self._catalog[name]
            item.setIcon(QIcon(QPixmap.fromImage(icon_image(entry.icon, self._theme.palette.accent, side))))
            item.setIconSize(QSize(side, side))
        rows = -(-len(self._items) // across)
        for row in range(self._nav_grid.rowCount()):
            self._nav_grid.setRowStretch(row, 0)
        self._nav_grid.setRowStretch(rows, 1)
        if self._portrait:
            most = self.height() * 3 // 10 if self.height() > _MEASURED else _MOST
            self._scroll.setFixedHeight(min(self._nav.sizeHint().height() + self._theme.px(6), most))
        else:
            self._scroll.setMinimumHeight(0)
            self._scroll.setMaximumHeight(_MOST)
            self._side.setFixedWidth(self._side_width())
        self._show_chosen()
