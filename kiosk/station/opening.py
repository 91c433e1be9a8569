"""The store and its gallery, opened in the background and handed to everybody who works with them.

The station is ready when the last of them has been told, not before: a button that is on screen while whoever answers it has no
store yet would be pressed in vain.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from kiosk.domain.ports import Gallery, Store


class Opening:
    """One store for the station's life. Any thread may call.

    Args:
        open_store, make_gallery: slow; tried again by the next :meth:`open` where they failed.
        tell: hands both out; told all again where somebody could not take them, so whoever is told takes them twice.
    """

    def __init__(
        self,
        open_store: Callable[[], Store],
        make_gallery: Callable[[Store], Gallery],
        tell: Callable[[Store, Gallery], None],
    ) -> None:
        """Nothing is open."""
        self._open_store = open_store
        self._make_gallery = make_gallery
        self._tell = tell
        self._busy = threading.Lock()
        self._open: tuple[Store, Gallery] | None = None
        self._ready: Store | None = None

    @property
    def store(self) -> Store | None:
        """The store, once everybody has it."""
        return self._ready

    def open(self) -> bool:
        """Open what is not open and tell it, or look whether the open store still takes a line. Blocks.

        Returns:
            False where another thread is at it already; that one says how it ended.

        Raises:
            StoreError: it cannot be opened, read or written.
        """
        if not self._busy.acquire(blocking=False):
            return False
        try:
            if self._ready is not None:
                self._ready.note(action="store_checked")
                return True
            store, gallery = self._open = self._open or self._both()
            self._tell(store, gallery)
            self._ready = store
            return True
        finally:
            self._busy.release()

    def close(self) -> None:
        """Call once nobody opens any more."""
        if self._open is not None:
            self._open[0].close()

    def _both(self) -> tuple[Store, Gallery]:
        store = self._open_store()
        try:
            return store, self._make_gallery(store)
        except BaseException:
            store.close()
            raise
