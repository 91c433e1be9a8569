"""A page that looks at something again and again while it is up: one question at a time, and none once the page has gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer

from kiosk.station.office.requests import OfficeReply, OfficeRequest
from kiosk.ui.office.page import OfficePage


class Watching:
    """GUI thread only.

    Args:
        page: asks, and hears nothing any more once it was left.
        every_ms: between two questions; a slow answer makes it longer.
        question: asked each time.
        came: gets each answer. One that fails is passed over: the next look comes soon.
    """

    def __init__(self, page: OfficePage, every_ms: int, question: OfficeRequest, came: Callable[[Any], None]) -> None:
        """Looks at nothing before :meth:`start`."""
        self._page = page
        self._question = question
        self._came = came
        self._waits = False
        self._timer = QTimer(page)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """The page has come up."""
        self._waits = False
        self._timer.start()

    def stop(self) -> None:
        """The page has gone."""
        self._timer.stop()

    def look(self) -> None:
        """Ask now, unless an answer is still awaited."""
        if not self._waits:
            self._waits = True
            self._page.ask(self._question, self._answered, self._failed)

    def _answered(self, found: object) -> None:
        self._waits = False
        self._came(found)

    def _failed(self, reply: OfficeReply) -> None:
        del reply
        self._waits = False
