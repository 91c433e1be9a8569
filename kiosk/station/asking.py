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
        gateway: gives it, waiting at most so many seconds for a connection that is being made; None where there is none.
        deadline_s: how long a visitor waits for the account.
        heard: told the outcome of each call that came in time, None for one that was answered.
    """

    def __init__(
        self,
        gateway: Callable[[float], Gateway | None],
        *,
        deadline_s: float,
        clock: Clock,
        heard: Callable[[ApiError | None], None],
    ) -> None:
        """Nothing is asked yet."""
        self._gateway = gateway
        self._deadline_ms = deadline_s * 1000.0
        self._clock = clock
        self._heard = heard
        self._free = threading.Semaphore(AT_ONCE)

    def ask(self, image: bytes, *, mark: str, since_ms: float, done: Done) -> None:
        """Ask; returns at once. ``since_ms``: when the wait began, which the deadline counts from."""
        left_s = (since_ms + self._deadline_ms - self._clock.mono_ms()) / 1000.0
        if left_s <= 0.0 or not self._free.acquire(blocking=False):
            done(None, ApiError(Code.API_TIMEOUT, "no time left, or earlier questions hang"))
            return
        question = _Question(done)
        watchdog = threading.Timer(left_s + GRACE_S, self._late, [question])
        watchdog.daemon = True
        threading.Thread(
            target=self._run, args=(question, watchdog, image, mark, since_ms), name="ask", daemon=True
        ).start()
        watchdog.start()

    def _run(self, question: _Question, watchdog: threading.Timer, image: bytes, mark: str, since_ms: float) -> None:
        verdict: Verdict | None = None
        error: ApiError | None = None
        asked = False
        try:
            gateway = self._gateway(self._left_s(since_ms))
            asked = gateway is not None
            if gateway is None:
                error = ApiError(Code.API_TIMEOUT, "not connected yet")
            else:
                verdict = gateway.login(image, mark=mark, within_s=max(0.05, self._left_s(since_ms)))
        except ApiError as failure:
            error = failure
        except Exception as failure:  # noqa: BLE001 - our own bug: nobody is let in or kept waiting because of it
            logger.critical("the gateway failed in an unknown way: %s", type(failure).__name__)
            error = ApiError(Code.API_UNREADABLE, type(failure).__name__, maybe_done=True)
        finally:
            self._free.release()
        watchdog.cancel()
        if not question.end(verdict, error):
            logger.info("an answer of the account came after its deadline; it is dropped")
        elif asked:
            self._heard(error)

    def _late(self, question: _Question) -> None:
        error = ApiError(Code.API_TIMEOUT, "no answer by the deadline", maybe_done=True)
        if question.end(None, error):
            self._heard(error)

    def _left_s(self, since_ms: float) -> float:
        return max(0.0, (since_ms + self._deadline_ms - self._clock.mono_ms()) / 1000.0)


class _Question:
    """Ends once."""

    def __init__(self, done: Done) -> None:
        self._done = done
        self._lock = threading.Lock()
        self._over = False

    def end(self, verdict: Verdict | None, error: ApiError | None) -> bool:
        """True for the first who ends it; only they are heard."""
        with self._lock:
            if self._over:
                return False
            self._over = True
        self._done(verdict, error)
        return True
