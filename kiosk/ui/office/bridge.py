"""Questions to the station's office, and its answers back on the GUI thread. What nobody waits for any more is dropped."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from kiosk.station.office.requests import OfficeReply, OfficeRequest

Ask = Callable[[OfficeRequest, Callable[[OfficeReply], None]], None]
Then = Callable[[OfficeReply], None]
Prepare = Callable[[Any], object]


class OfficeBridge(QObject):
    """Made on the GUI thread; :meth:`ask` and :meth:`forget` on it."""

    _came = Signal(int, object)

    def __init__(self, ask: Ask) -> None:
        """``ask`` is :meth:`kiosk.station.snapshot.Intents.ask_office`."""
        super().__init__()
        self._ask = ask
        self._numbers = itertools.count(1)
        self._waiting: dict[int, tuple[object, Then]] = {}
        self._lock = threading.Lock()
        self._open = True
        self._came.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def ask(self, owner: object, request: OfficeRequest, then: Then, prepare: Prepare | None = None) -> None:
        """Ask; ``then`` is called with the answer on this thread, unless ``owner`` has been forgotten by then.

        Args:
            prepare: called with the answer on the station's thread, for work that the GUI thread has no time for (decoding a
                picture); what it returns stands in the answer's place.
        """
        number = next(self._numbers)
        self._waiting[number] = (owner, then)

        def came(reply: OfficeReply) -> None:
            if prepare is not None and reply.error is None:
                reply = replace(reply, answer=prepare(reply.answer))
            self._post(number, reply)

        self._ask(request, came)

    def waits(self, owner: object) -> bool:
        """Whether an answer for this one is still to come."""
        return any(each is owner for each, _ in self._waiting.values())

    def forget(self, owner: object) -> None:
        """Answers to this one are not wanted any more."""
        self._waiting = {number: entry for number, entry in self._waiting.items() if entry[0] is not owner}

    def forget_all(self) -> None:
        """Nobody waits any more."""
        self._waiting.clear()

    def close(self) -> None:
        """Nothing arrives any more."""
        with self._lock:
            self._open = False
        self._waiting.clear()

    def _post(self, number: int, reply: OfficeReply) -> None:
        with self._lock:
            if self._open:
                self._came.emit(number, reply)

    def _deliver(self, number: int, reply: OfficeReply) -> None:
        _, then = self._waiting.pop(number, (None, None))
        if then is not None:
            then(reply)
