"""What every page of the operator's room is: a title, a line for what went well or wrong, and a body that scrolls where
the letters are large. Holds nothing once left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.domain.operators import Action
from kiosk.station.office.requests import OfficeReply, OfficeRequest
from kiosk.station.snapshot import Snapshot
from kiosk.ui.office.bridge import OfficeBridge, Prepare
from kiosk.ui.presenters.details import CheckDetails
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.camera_view import LatestFrame
from kiosk.ui.widgets.room import Room
from kiosk.ui.widgets.styling import label, restyle, say


@dataclass(frozen=True, slots=True, kw_only=True)
class PageParts:
    """What pages are made with.

    Attributes:
        bridge: to the station's office.
        latest_frame: the newest camera picture or None; pulled on the GUI thread.
        check_details: the desk's checks of what was typed.
    """

    bridge: OfficeBridge
    latest_frame: LatestFrame
    check_details: CheckDetails


class OfficePage(QWidget):
    """GUI thread only. Subclasses fill ``body`` and implement :meth:`show_text`, :meth:`entered` and :meth:`left`.

    ``rights`` is what whoever is signed in may do: for showing or hiding buttons; the station asks again.
    """

    def __init__(self, parts: PageParts, name: str) -> None:
        """``name`` is that of the catalog; the object name is ``<name>Page``."""
        super().__init__()
        self.setObjectName(f"{name}Page")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.parts = parts
        self.text = Text()
        self.theme = Theme()
        self.portrait = False
        self.rights: frozenset[Action] = frozenset()
        self._page_name = name
        self._title = label(f"{name}Title", "headline")
        self._notice = label(f"{name}Notice", "blocked")
        self._notice.hide()
        self._room = Room()
        self.body = QVBoxLayout(self._room.inside)
        self.body.setContentsMargins(0, 0, 0, 0)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._title)
        self._column.addWidget(self._notice)
        self._column.addWidget(self._room, 1)

    # --------------------------------------------------------------- for subclasses to fill

    def show_text(self, text: Text) -> None:
        """Say everything in this language; called before the page is first shown and when the language changes."""
        self.text = text
        say(self._title, text.get(f"office.page.{self._page_name}"))
        self.setAccessibleName(self._title.text())

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Sizes for this window."""
        self.theme, self.portrait = theme, portrait
        self._column.setSpacing(theme.px(12))
        self.body.setSpacing(theme.px(12))

    def entered(self) -> None:
        """The page has come up: ask for what it shows."""

    def left(self) -> None:
        """It goes: forget everything that was shown or typed. Subclasses call this too: answers on their way are dropped."""
        self.parts.bridge.forget(self)
        self.clear_notice()

    def update_from(self, snapshot: Snapshot) -> None:
        """A new snapshot of the station, for pages that show the camera's state or the like."""

    # --------------------------------------------------------------- for subclasses to use

    def ask(
        self,
        request: OfficeRequest,
        then: Callable[[Any], None],
        failed: Callable[[OfficeReply], None] | None = None,
        prepare: Prepare | None = None,
    ) -> None:
        """Ask the station. ``then`` gets the answer (``prepare``: see :meth:`OfficeBridge.ask`); what goes wrong is said on
        the page, or given to ``failed``.
        """

        def came(reply: OfficeReply) -> None:
            if reply.error is None:
                then(reply.answer)
            elif failed is not None:
                failed(reply)
            else:
                self.say_error(reply)

        self.parts.bridge.ask(self, request, came, prepare)

    def may(self, action: Action) -> bool:
        """Whether to offer this."""
        return action in self.rights

    def say_error(self, reply: OfficeReply) -> None:
        """What went wrong and what to do about it, in the page's line."""
        said = f"{self.text.get(f'error.{reply.error}')} {self.text.get(f'remedy.{reply.error}')}"
        self.notice(said.strip(), tone="bad")

    def notice(self, words: str, *, tone: str = "good") -> None:
        """One line under the title; ``tone`` is ``good``, ``bad`` or ``neutral``."""
        say(self._notice, words)
        restyle(self._notice, role="notice", tone=tone)
        self._notice.setVisible(bool(words))

    def clear_notice(self) -> None:
        """Nothing to say."""
        self._notice.hide()
        self._notice.clear()
