"""The operator's screen: the sign-in page, or the room. Whatever either shows is gone when somebody leaves or is signed out."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.station.office.requests import OfficeReply
from kiosk.station.office.signing import ListNames
from kiosk.station.snapshot import Snapshot
from kiosk.ui.office.bridge import Ask, OfficeBridge
from kiosk.ui.office.catalog import PAGES, PageEntry
from kiosk.ui.office.page import OfficePage, PageParts
from kiosk.ui.office.room import OfficeRoom
from kiosk.ui.office.sign_in import SignInPanel
from kiosk.ui.office.style import office_style
from kiosk.ui.presenters import office
from kiosk.ui.presenters.details import CheckDetails
from kiosk.ui.screens.page import Page
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.camera_view import LatestFrame

_ACTS_EVERY_S = 1.0
_SIGNS_OF_LIFE = frozenset(
    {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin, QEvent.Type.Wheel}
)
_PARTS = ("Page", "Panel", "Finder")
"""How the names of pages end, and of what they show in place of their first view."""


class OfficeScreen(Page):
    """``acted``: at most once a second while somebody types or clicks here. ``part_shown``: another page or panel is up.
    ``let_out``: a supervisor ends kiosk mode.
    """

    closed = Signal()
    signed_out = Signal()
    acted = Signal()
    part_shown = Signal()
    let_out = Signal()

    def __init__(
        self,
        ask: Ask,
        *,
        latest_frame: LatestFrame,
        check_details: CheckDetails,
        catalog: tuple[PageEntry, ...] = PAGES,
    ) -> None:
        """Nothing is asked before the screen comes up."""
        super().__init__("officeScreen")
        self._bridge = OfficeBridge(ask)
        self._catalog = catalog
        self._parts = PageParts(bridge=self._bridge, latest_frame=latest_frame, check_details=check_details)
        self._sign_in = SignInPanel(self._bridge)
        self._sign_in.closed.connect(self.closed)
        self._office: OfficeRoom | None = None
        self.kiosk = False
        self._supervisors: tuple[str, ...] | None = None
        self._up: QWidget | None = None
        self._text = Text()
        self._inside = False
        self._last_act_s = 0.0
        self._styled: Theme | None = None
        self.body.addWidget(self._sign_in)
        self._sign_in.hide()
        self.destroyed.connect(self._bridge.close)

    @property
    def page(self) -> OfficePage | None:
        """The page of the room that is up; None while somebody signs in."""
        return self._office.page if self._office is not None and self._up is self._office else None

    def open(self, name: str) -> None:
        """Open a page of the room, if it is up."""
        if self._office is not None and self._up is self._office:
            self._office.open(name)

    def update_from(self, snapshot: Snapshot, text: Text) -> None:
        """Present and show."""
        super().update_from(snapshot, text)
        view = office.present(snapshot, text, self._catalog, kiosk=self.kiosk, supervisors=self._supervisors or ())
        if view.withheld and self._supervisors is None:
            self._supervisors = ()
            self._bridge.ask(self, ListNames(), self._on_names)
        if view.signed_in:
            room = self._room_made()
            if self._up is not room:
                self._put_up(room)
            room.show_view(view, snapshot, office.allowed(snapshot), text)
        elif self._up is not self._sign_in:
            self._put_up(self._sign_in)
            self._sign_in.show_text(text)
            if self._inside:
                self._sign_in.entered()
        elif text.language != self._text.language:
            self._sign_in.show_text(text)
        self._text = text

    def entered(self) -> None:
        """Somebody comes."""
        if self._inside:
            return
        self._inside = True
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)
        if self._up is self._sign_in:
            self._sign_in.entered()

    def left(self) -> None:
        """Nothing that was shown or typed stays."""
        super().left()
        self._inside = False
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        self._put_up(None)
        self._bridge.forget_all()
        self._supervisors = None

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Sizes."""
        super().arrange(theme, portrait=portrait)
        if self._styled != theme:
            self._styled = theme
            self.setStyleSheet(office_style(theme))
        self._sign_in.arrange(theme, portrait=portrait)
        if self._office is not None:
            self._office.arrange(theme, portrait=portrait)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Escape and Enter belong to what is in the room, not to a visit."""
        QWidget.keyPressEvent(self, event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Notices that somebody is there, and that something else is shown."""
        if event.type() is QEvent.Type.Show and watched.objectName().endswith(_PARTS):
            self.part_shown.emit()
        elif event.type() in _SIGNS_OF_LIFE:
            now = time.monotonic()
            if now - self._last_act_s >= _ACTS_EVERY_S:
                self._last_act_s = now
                self.acted.emit()
        return super().eventFilter(watched, event)

    def _on_let_out(self) -> None:
        self.kiosk = False
        self.let_out.emit()

    def _on_names(self, reply: OfficeReply) -> None:
        """Whom to ask for what is withheld; shown with the next snapshot."""
        if reply.error is None and isinstance(reply.answer, tuple):
            self._supervisors = office.supervisors_of(reply.answer)

    def _room_made(self) -> OfficeRoom:
        if self._office is None:
            self._office = OfficeRoom(self._parts, self._catalog)
            self._office.closed.connect(self.closed)
            self._office.signed_out.connect(self.signed_out)
            self._office.let_out.connect(self._on_let_out)
            self._office.arrange(self.theme, portrait=self.portrait)
            self.body.addWidget(self._office)
        return self._office

    def _put_up(self, wanted: QWidget | None) -> None:
        before, self._up = self._up, wanted
        if before is self._sign_in:
            self._sign_in.left()
        elif before is not None and self._office is not None:
            self._office.take_down()
        for each in (self._sign_in, self._office):
            if each is not None:
                each.setVisible(each is wanted)
