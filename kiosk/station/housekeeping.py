"""What a station that runs for weeks does by itself between visitors: whoever's time is up is deleted, here and in the gallery,
and a file that could not be cleaned when somebody was deleted is cleaned now.

Looks once an hour, on the io pool and only while nobody is served; a store that fails is tried again the next time. Must not
decide who is too old: the store does (:meth:`kiosk.domain.ports.Store.purge_due`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from kiosk.domain.ports import Clock, Gallery, Store

logger = logging.getLogger(__name__)

EVERY_MS = 3_600_000.0


class Housekeeping:
    """:meth:`look` on one thread; :meth:`_tidy` runs where ``later`` puts it.

    Args:
        days: who was not seen for so long is deleted; 0 deletes nobody.
        later: runs something on another thread; a failure there is told as the store's.
    """

    def __init__(self, clock: Clock, *, days: int, later: Callable[[Callable[[], None]], None]) -> None:
        """The store was purged when it was opened: the first turn comes an hour later."""
        self._clock = clock
        self._days = days
        self._later = later
        self._due_ms = clock.mono_ms() + EVERY_MS

    def look(self, store: Store | None, gallery: Gallery | None) -> None:
        """It is a quiet moment: do what is due. Returns at once."""
        now = self._clock.mono_ms()
        if store is None or gallery is None or now < self._due_ms:
            return
        self._due_ms = now + EVERY_MS
        self._later(lambda: self._tidy(store, gallery))

    def _tidy(self, store: Store, gallery: Gallery) -> None:
        store.finish_deletions()
        gone = store.purge_due(self._clock.now(), days=self._days)
        for certificate in gone:
            gallery.remove(certificate.person)
        if gone:
            logger.info("%d people were deleted: their time was up", len(gone))
