"""From the flow's thread to the GUI's: a snapshot is put into a slot and the GUI is told once that there is something.

Latest wins: however fast snapshots come, at most one call waits in Qt's event loop. With ``every_screen`` the last snapshot of
each screen is kept too (a few at most), for runs that photograph every screen.
"""

from __future__ import annotations

import threading
from collections import deque

from PySide6.QtCore import QObject, Qt, Signal

from kiosk.station.snapshot import Snapshot

_MOST_WAITING = 16


class Bridge(QObject):
    """:meth:`post` from any thread; :attr:`arrived` fires on the thread that made the bridge (the GUI's)."""

    arrived = Signal(object)
    _woken = Signal()

    def __init__(self, *, every_screen: bool = False) -> None:
        """Make it on the GUI thread."""
        super().__init__()
        self._lock = threading.Lock()
        self._waiting: deque[Snapshot] = deque(maxlen=_MOST_WAITING)
        self._every_screen = every_screen
        self._open = True
        self._woken.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def post(self, snapshot: Snapshot) -> None:
        """Hand over a snapshot. Any thread; returns at once; ignored once closed."""
        with self._lock:
            if not self._open:
                return
            idle = not self._waiting
            if not idle and not (self._every_screen and self._waiting[-1].screen is not snapshot.screen):
                self._waiting.pop()
            self._waiting.append(snapshot)
        if idle:
            self._woken.emit()

    def close(self) -> None:
        """Nothing arrives any more."""
        with self._lock:
            self._open = False
            self._waiting.clear()

    def _deliver(self) -> None:
        with self._lock:
            taken = list(self._waiting)
            self._waiting.clear()
        for snapshot in taken:
            self.arrived.emit(snapshot)
