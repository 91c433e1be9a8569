"""What stands between the station and its account: learnt from every call, and from probes that never hammer.

:func:`heard`, :func:`visitor` and :func:`can_be_asked` are the rule, pure. :class:`LinkKeeper` has the one thread: it connects
when told to (the imports take most of a second), probes when it is time, counts what waits, and tells what has changed.

    works           probe every half minute; any other call that is answered puts it off
    no link, DNS …  2 s, doubling to 60 s; at once when somebody walks up, but not more often than every 5 s
    401, 402        30 s, doubling to 15 minutes: somebody has to do something first
    429             when the server says, never before
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from kiosk.domain.errors import ApiError, Code, KioskError
from kiosk.domain.link import Link, link_after
from kiosk.domain.outbox import Backlog
from kiosk.domain.ports import Clock
from kiosk.domain.remote import Account, Codes, Gateway

logger = logging.getLogger(__name__)

WORKING_MS = 30_000.0
FIRST_MS = 2_000.0
LONGEST_MS = 60_000.0
PATIENT_FIRST_MS = 30_000.0
PATIENT_LONGEST_MS = 900_000.0
ASKED_TO_WAIT_LONGEST_MS = 3_600_000.0
VISITOR_MS = 5_000.0
PROBE_S = 5.0
COUNT_MS = 2_000.0
COUNT_SOONEST_MS = 200.0
SPREAD = 0.5
"""Up to so much later than the rule says, at random: a hundred doors must not come back in the same second."""

_PATIENT = frozenset({Link.UNAUTHORIZED, Link.NO_CREDITS})
_WORTH_ASKING = frozenset({Link.ONLINE, Link.CONNECTING})
_MAY_BE_BACK = frozenset({Link.NO_LINK, Link.DNS, Link.TLS, Link.PROXY, Link.SERVER_ERROR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The link as last heard of. Times are monotonic milliseconds.

    Attributes:
        code: of the last failure, None while it works.
        failures: in a row.
        probe_at_ms: when to ask next.
        heard_ms: when the account was last heard of, for good or bad.
    """

    link: Link = Link.CONNECTING
    code: Code | None = None
    failures: int = 0
    probe_at_ms: float = 0.0
    heard_ms: float = float("-inf")


def heard(watch: Watch, error: ApiError | None, now_ms: float, spread: float) -> Watch:
    """After the outcome of one call; ``spread`` is 0..1, drawn at random."""
    link = link_after(error)
    if error is None or link is Link.ONLINE:
        later = WORKING_MS * (1.0 + SPREAD * spread)
        return Watch(link=Link.ONLINE, probe_at_ms=now_ms + later, heard_ms=now_ms)
    failures = watch.failures + 1
    first, longest = (PATIENT_FIRST_MS, PATIENT_LONGEST_MS) if link in _PATIENT else (FIRST_MS, LONGEST_MS)
    wait = min(longest, first * 2.0 ** min(failures - 1, 20))
    if error.retry_after_s is not None:
        wait = min(ASKED_TO_WAIT_LONGEST_MS, max(wait, error.retry_after_s * 1000.0))
    return Watch(
        link=link,
        code=error.code,
        failures=failures,
        probe_at_ms=now_ms + wait * (1.0 + SPREAD * spread),
        heard_ms=now_ms,
    )


def visitor(watch: Watch, now_ms: float) -> Watch:
    """Somebody walks up: a link that may be back is looked at again, before they are to be decided on."""
    if watch.link not in _MAY_BE_BACK or now_ms - watch.heard_ms < VISITOR_MS:
        return watch
    return replace(watch, probe_at_ms=min(watch.probe_at_ms, now_ms))


def can_be_asked(watch: Watch) -> bool:
    """Whether a visitor should wait for the account: not behind a link that is known not to work."""
    return watch.link in _WORTH_ASKING


class Prober(Protocol):
    """The cheapest call there is."""

    def probe(self, *, within_s: float) -> None:
        """Returns where the account answered; raises ``ApiError``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The account, connected.

    Attributes:
        account: for the sync; None where nothing is sent later.
        codes: sends codes to people; None where it cannot.
        offset_s: how far the account's clock is ahead, as last measured; None where nobody knows.
        close: lets go of it.
    """

    gateway: Gateway
    prober: Prober
    account: Account | None = None
    codes: Codes | None = None
    offset_s: Callable[[], float | None] = lambda: None
    close: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What the keeper knows; told when something of it has changed."""

    link: Link
    code: Code | None = None
    backlog: Backlog = field(default_factory=Backlog)
    sent: int = 0


class LinkKeeper:
    """Any thread may call.

    Args:
        connect: makes the account's parts; on the keeper's thread, once :meth:`begin` was called. None never touches the
            network: what waits is counted, and the link is ``offline``.
        backlog: counts what waits; None while the store is not open.
        sent: records acknowledged since the start.
        told: hears the news, on the keeper's thread; must not block.
        heard: the account has answered; on the keeper's thread.
    """

    def __init__(
        self,
        connect: Callable[[], Reach] | None,
        *,
        clock: Clock,
        backlog: Callable[[], Backlog | None],
        sent: Callable[[], int],
        told: Callable[[News], None],
        heard: Callable[[], None] = lambda: None,
    ) -> None:
        """Nothing is connected yet."""
        self._connect = connect
        self._clock = clock
        self._backlog = backlog
        self._sent = sent
        self._told = told
        self._answered = heard
        self._lock = threading.Lock()
        self._watch = (
            Watch(probe_at_ms=clock.mono_ms())
            if connect is not None
            else Watch(link=Link.OFFLINE, probe_at_ms=float("inf"))
        )
        self._reach: Reach | None = None
        self._news: News | None = None
        self._waiting = Backlog()
        self._count_at_ms = 0.0
        self._counted_ms = float("-inf")
        self._noted_ms = float("-inf")
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)
        self._began = False
        self._then: Callable[[], None] = lambda: None
        self._connect_tried = threading.Event()

    # ------------------------------------------------------------------- asked from outside

    def begin(self, then: Callable[[], None] = lambda: None) -> None:
        """Connect now; called once the parts that the first visitor needs are up. A second call changes nothing.

        Args:
            then: called on the keeper's thread after the connection was made, or could not be; nothing has been asked yet.
        """
        with self._lock:
            if self._began or self._stopping.is_set():
                return
            self._began = True
        self._then = then
        self._thread.start()

    def stop(self, timeout_s: float = 2.0) -> None:
        """End; a probe that hangs is not waited for longer than this."""
        self._stopping.set()
        self._connect_tried.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def gateway(self, within_s: float) -> Gateway | None:
        """Wait at most so long while it is being connected; None where it is not."""
        self._connect_tried.wait(within_s)
        with self._lock:
            return self._reach.gateway if self._reach is not None else None

    def codes(self) -> Codes | None:
        """Who sends codes; None where nobody does, or nothing is connected."""
        with self._lock:
            return self._reach.codes if self._reach is not None else None

    def heard(self, error: ApiError | None) -> None:
        """The outcome of a call that somebody else made."""
        spread = random.random()  # noqa: S311 - it spreads load, it keeps no secret
        with self._lock:
            self._watch = heard(self._watch, error, self._clock.mono_ms(), spread)
        self.look()

    def visitor(self) -> None:
        """Somebody walks up."""
        with self._lock:
            self._watch = visitor(self._watch, self._clock.mono_ms())
        self._wake.set()

    def look(self) -> None:
        """Something was written or sent: count again, but not for each row of a long queue that is being sent."""
        self._count_at_ms = min(self._count_at_ms, self._counted_ms + COUNT_SOONEST_MS)
        self._wake.set()

    def hindrance(self) -> ApiError | None:
        """Why the account cannot be asked right now; None where it can."""
        with self._lock:
            watch = self._watch
        if can_be_asked(watch):
            return None
        return ApiError(watch.code or Code.API_NO_LINK, "known before it was asked")

    # ------------------------------------------------------------------- the thread

    def _run(self) -> None:
        self._connected()
        self._then()
        while not self._stopping.is_set():
            self._wake.clear()
            self.turn()
            self._wake.wait(self._sleep_s())
        with self._lock:
            reach, self._reach = self._reach, None
        if reach is not None:
            reach.close()

    def turn(self) -> None:
        """One look at everything; by the thread, or by a test that owns the clock."""
        now = self._clock.mono_ms()
        with self._lock:
            due, reach = now >= self._watch.probe_at_ms, self._reach
        if due and reach is None:
            reach = self._connected()
        if due and reach is not None:
            self._probe(reach)
        self._note_answer()
        if self._clock.mono_ms() >= self._count_at_ms:
            self._counted_ms = self._clock.mono_ms()
            self._count_at_ms = self._counted_ms + COUNT_MS
            self._count()
        self._tell()

    def _sleep_s(self) -> float:
        with self._lock:
            next_ms = min(self._watch.probe_at_ms, self._count_at_ms)
        return max(0.01, (next_ms - self._clock.mono_ms()) / 1000.0)

    def _connected(self) -> Reach | None:
        if self._connect is None:
            return None
        try:
            reach = self._connect()
        except KioskError as error:
            logger.warning("the account cannot be used: %s", error.code)
            self._cannot_connect(error)
            return None
        except Exception as error:  # a library that is broken must not keep the camera shut
            logger.critical("the account cannot be used", exc_info=True)
            self._cannot_connect(KioskError(Code.LIBRARY_MISSING, type(error).__name__))
            return None
        with self._lock:
            self._reach = reach
        self._connect_tried.set()
        return reach

    def _cannot_connect(self, error: KioskError) -> None:
        """Not the link's fault: shown as offline, and tried again with the patience of a wrong token."""
        failure = error if isinstance(error, ApiError) else ApiError(Code.API_NOT_CONFIGURED, error.detail)
        link = link_after(failure)
        with self._lock:
            watch = heard(self._watch, ApiError(Code.API_UNAUTHORIZED), self._clock.mono_ms(), 0.0)
            self._watch = replace(watch, link=Link.OFFLINE if link is Link.ONLINE else link, code=failure.code)
        self._connect_tried.set()

    def _probe(self, reach: Reach) -> None:
        error: ApiError | None = None
        try:
            reach.prober.probe(within_s=PROBE_S)
        except ApiError as failure:
            error = failure
        self.heard(error)

    def _note_answer(self) -> None:
        with self._lock:
            heard_ms = self._watch.heard_ms if self._watch.link is Link.ONLINE else self._noted_ms
        if heard_ms > self._noted_ms:
            self._noted_ms = heard_ms
            self._answered()

    def _count(self) -> None:
        try:
            waiting = self._backlog()
        except KioskError as error:
            logger.info("what waits cannot be counted right now: %s", error.code)
            return
        if waiting is not None:
            self._waiting = waiting

    def _tell(self) -> None:
        with self._lock:
            watch = self._watch
        news = News(link=watch.link, code=watch.code, backlog=self._waiting, sent=self._sent())
        if self._news is None or _changed(self._news, news):
            self._news = news
            self._told(news)


def _changed(before: News, after: News) -> bool:
    """An age that grows is no news."""
    return replace(before, backlog=replace(before.backlog, oldest_s=0.0)) != replace(
        after, backlog=replace(after.backlog, oldest_s=0.0)
    )
