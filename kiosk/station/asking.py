"""The question to the account while a person waits: one answer or one error by the deadline, whatever the gateway does.

Each question has a daemon thread of its own, a few at a time at most, so that a call that hangs holds up neither the io pool
nor the end of the program. An answer that comes after its deadline is dropped; what it did at the account is found out later,
when the record is sent.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from kiosk.domain.errors import ApiError, Code
from kiosk.domain.ports import Clock
from kiosk.domain.remote import Gateway, Verdict

logger = logging.getLogger(__name__)

GRACE_S = 0.3
"""After the deadline, for a gateway that keeps its time: its own word for what went wrong is better than ours."""

AT_ONCE = 3
"""Questions that may be under way; each more than one is a call that hangs."""

Done = Callable[[Verdict | None, ApiError | None], None]
"""Hears the verdict or the error, once, on some thread; must not block."""


class Asker:
    """Asks the gateway. Any thread.

    Args:
        gateway: gives it, or None while there is none.
        deadline_s: how long a visitor waits for the account.
        heard: told the outcome of each call that came in time, None for one that was answered.
    """

    def __init__(
        self,
        gateway: Callable[[], Gateway | None],
        *,
        deadline_s: float,
        clock: Clock,
        heard: Callable[[ApiError | None], None],
    ) -> None:
        """Nothing is asked yet."""
        self._gateway = gateway
        self._deadline_s = deadline_s
        self._clock = clock
        self._heard = heard
        self._free = threading.Semaphore(AT_ONCE)

    def ask(self, image: bytes, *, mark: str, since_ms: float, done: Done) -> None:
        """Ask; returns at once. ``since_ms``: when the wait began, which the deadline counts from."""
        within_s = self._deadline_s - (self._clock.mono_ms() - since_ms) / 1000.0
        gateway = self._gateway()
        if gateway is None or within_s <= 0.0:
            done(None, ApiError(Code.API_TIMEOUT, "no time left") if gateway is not None else None)
            return
        if not self._free.acquire(blocking=False):
            done(None, ApiError(Code.API_TIMEOUT, "earlier questions hang"))
            return
        _Question(
            gateway, image, mark=mark, within_s=within_s, done=self._told(done), release=self._free.release
        ).start()

    def _told(self, done: Done) -> Done:
        def tell(verdict: Verdict | None, error: ApiError | None) -> None:
            self._heard(error)
            done(verdict, error)

        return tell


class _Question:
    def __init__(
        self,
        gateway: Gateway,
        image: bytes,
        *,
        mark: str,
        within_s: float,
        done: Done,
        release: Callable[[], object],
    ) -> None:
        self._gateway = gateway
        self._image: bytes | None = image
        self._mark = mark
        self._within_s = within_s
        self._done = done
        self._release = release
        self._lock = threading.Lock()
        self._over = False
        self._thread = threading.Thread(target=self._run, name="ask", daemon=True)
        self._timer = threading.Timer(within_s + GRACE_S, self._late)
        self._timer.daemon = True
        self._timer.name = "ask-deadline"

    def start(self) -> None:
        self._timer.start()
        self._thread.start()

    def _run(self) -> None:
        image, self._image = self._image, None
        verdict: Verdict | None = None
        error: ApiError | None = None
        try:
            verdict = self._gateway.login(image or b"", mark=self._mark, within_s=self._within_s)
        except ApiError as failure:
            error = failure
        except Exception as failure:  # noqa: BLE001 - our own bug: nobody is let in or kept waiting because of it
            logger.critical("the gateway failed in an unknown way: %s", type(failure).__name__)
            error = ApiError(Code.API_UNREADABLE, type(failure).__name__, maybe_done=True)
        finally:
            self._release()
        self._timer.cancel()
        self._end(verdict, error)

    def _late(self) -> None:
        self._end(None, ApiError(Code.API_TIMEOUT, "no answer by the deadline", maybe_done=True))

    def _end(self, verdict: Verdict | None, error: ApiError | None) -> None:
        with self._lock:
            if self._over:
                logger.info("an answer of the account came after its deadline; it is dropped")
                return
            self._over = True
        self._done(verdict, error)
