"""The thread that drives the sync worker: a step, then as long a sleep as the step says, or until somebody wakes it.

A step ends within its call's deadline; a store or a model that fails is waited for, never given up.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from kiosk.domain.errors import Code, KioskError

if TYPE_CHECKING:
    from kiosk.sync.push import Sent
    from kiosk.sync.worker import Step

logger = logging.getLogger(__name__)

AFTER_FAILURE_S = 5.0
AFTER_BUG_S = 60.0


class Syncing(Protocol):
    """What is driven: a :class:`kiosk.sync.worker.SyncWorker`, and what it opened for itself."""

    @property
    def sent(self) -> int:
        """Records acknowledged since the start."""
        ...

    def step(self) -> Step:
        """Do a little."""
        ...

    def link_back(self) -> None:
        """The link works again."""
        ...

    def rest(self) -> None:
        """Write what was acknowledged; raises ``StoreError``."""
        ...

    def close(self) -> None:
        """Free what it opened; on the thread that drives it."""
        ...


class SyncHost:
    """Any thread may call.

    Args:
        make: builds the worker; on the host's thread.
        stepped: told after each step that settled a row or brought somebody in; must not block.
        works: whether the account has answered somebody since its last failure.
    """

    def __init__(
        self, make: Callable[[], Syncing], *, stepped: Callable[[], None], works: Callable[[], bool] = lambda: False
    ) -> None:
        """Nothing runs yet."""
        self._make = make
        self._stepped = stepped
        self._works = works
        self._worker: Syncing | None = None
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._settled = threading.Condition()
        self._halted = False
        self._wanted: set[str] = set()
        self._tried: dict[str, Code | None] = {}
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, timeout_s: float = 2.0) -> None:
        """End after the step that is under way; one that hangs is not waited for."""
        self._stopping.set()
        self._wake.set()
        with self._settled:
            self._settled.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    @property
    def sent(self) -> int:
        """Records acknowledged since the start."""
        worker = self._worker
        return worker.sent if worker is not None else 0

    def wake(self) -> None:
        """Something was written."""
        self._wake.set()

    def link_works(self) -> None:
        """The account has answered somebody: if the sending is halted, go on at once.

        Told with every answer and not only when the link comes back: the worker may halt in the moment in which it does.
        """
        worker = self._worker
        if worker is not None and self._halted:
            self._halted = False
            worker.link_back()
            self._wake.set()

    def wait_for(self, subject: str, within_s: float) -> Code | None:
        """Send now, and wait at most so long until the row of this record has been tried.

        Returns:
            What went wrong with it; ``api_timeout`` where it was not tried in time; None where it was acknowledged.
        """
        with self._settled:
            self._tried.pop(subject, None)  # of an earlier record of theirs
            self._wanted.add(subject)
            self._wake.set()
            self._settled.wait_for(lambda: subject in self._tried or self._stopping.is_set(), within_s)
            self._wanted.discard(subject)
            return self._tried.get(subject, Code.API_TIMEOUT)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            wait_s = self._turn()
            if wait_s > 0.0:
                self._wake.wait(wait_s)
        if self._worker is not None:
            self._worker.close()

    def _turn(self) -> float:
        from kiosk.sync.worker import Did

        try:
            if self._worker is None:
                self._worker = self._make()
            step = self._worker.step()
            if step.sent is not None:
                self._note(self._worker, step.sent)
        except KioskError as error:
            logger.warning("the sync cannot go on right now: %s", error.code)
            return AFTER_FAILURE_S
        except Exception:  # our own bug: the door works without the sync, and what waits is kept
            logger.critical("the sync failed in an unknown way", exc_info=True)
            return AFTER_BUG_S
        self._halted = step.did is Did.HALTED
        if self._halted and self._works():  # it has come back while this step was failing
            self.link_works()
            return 0.0
        if step.wait_s <= 0.0 or step.sent is not None:
            self._stepped()
        return step.wait_s

    def _note(self, worker: Syncing, sent: Sent) -> None:
        with self._settled:
            wanted = sent.row.subject in self._wanted
        if wanted:
            worker.rest()  # somebody looks at the screen: what the account said is in the record before they are told
        with self._settled:
            self._tried[sent.row.subject] = sent.error.code if sent.error is not None else None
            while len(self._tried) > 200:
                del self._tried[next(iter(self._tried))]
            self._settled.notify_all()
