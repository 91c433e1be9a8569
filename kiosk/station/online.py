"""A station's account: the link, the question at the door, and the sync, held together for the station.

Without an account none of this is made. What it knows is told as :class:`News`; what it writes is only when the account was last
heard of, so that a limit in days survives a restart.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.errors import ApiError, Code, KioskError
from kiosk.domain.face import Pixels
from kiosk.domain.link import Link
from kiosk.domain.outbox import Backlog, Outbox, Replica
from kiosk.domain.ports import Clock, Gallery, Store
from kiosk.station.asking import Asker
from kiosk.station.clock import rfc3339
from kiosk.station.code_desk import CodeDesk
from kiosk.station.deciding import Counsel
from kiosk.station.events import EventSink
from kiosk.station.link_keeper import LinkKeeper, News, Reach
from kiosk.station.snapshot import Queue, QueueRow
from kiosk.station.sync_host import SyncHost, Syncing

logger = logging.getLogger(__name__)

HEARD = "account.heard"
"""Name of the cursor that says when the account last answered."""

SHOWN_ROWS = 50
"""Refused records that an operator's screen lists; the rest is for ``kiosk sync review``."""

NOTE_EVERY_MS = 600_000.0
_SILENT = frozenset({Link.CONNECTING, Link.OFFLINE})
"""Not told as events: nothing has been heard yet."""


CALM_MS = 3_000.0
"""Nobody has been served for this long: work that takes the processor for a second may begin."""

MakeSync = Callable[[Store, Gallery, Reach, Callable[[ApiError | None], None], Callable[[], bool]], Syncing]
"""Store, gallery, account, who hears the outcome of each call, and whether it is calm -> what is driven."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountParts:
    """What an account is made of; each callable is called on the thread that needs it.

    Attributes:
        connect: takes most of a second (imports); on the link's thread. None where the network may not be touched: results are
            kept for later all the same.
        encode: BGR pixels -> JPEG.
        deadline_s: how long a visitor waits for the account.
        outbox, replica: out of the open store; None where it keeps none.
        make_sync: on the sync's thread; None where nothing is sent later.
        measured: tells the store how far the account's clock is ahead, in seconds.
    """

    connect: Callable[[], Reach] | None
    encode: Callable[[Pixels], bytes]
    deadline_s: float
    outbox: Callable[[Store], Outbox | None] = lambda store: None
    replica: Callable[[Store], Replica | None] = lambda store: None
    make_sync: MakeSync | None = None
    measured: Callable[[Store, float], None] = lambda store, offset_s: None


class Online:
    """Any thread may call.

    Args:
        told: hears what has changed; must not block.
    """

    def __init__(self, parts: AccountParts, *, clock: Clock, sink: EventSink, told: Callable[[News], None]) -> None:
        """Nothing is connected before :meth:`begin`."""
        self._parts = parts
        self._clock = clock
        self._sink = sink
        self._told = told
        self._lock = threading.Lock()
        self._store: Store | None = None
        self._gallery: Gallery | None = None
        self._outbox: Outbox | None = None
        self._replica: Replica | None = None
        self._reach: Reach | None = None
        self._host: SyncHost | None = None
        self._stopped = False
        self._visiting = False
        self._calm_from_ms = float("inf")
        self._last_heard: datetime | None = None
        self._note_at_ms = float("-inf")
        self._link = Link.OFFLINE if parts.connect is None else Link.CONNECTING
        self._keeper = LinkKeeper(
            self._connect if parts.connect is not None else None,
            clock=clock,
            backlog=self._count,
            sent=self._sent,
            told=self._hear,
            heard=self._noted,
        )
        self.counsel = Counsel(
            asker=Asker(self._keeper.gateway, deadline_s=parts.deadline_s, clock=clock, heard=self._keeper.heard),
            encode=parts.encode,
            hindrance=self._keeper.hindrance,
        )

        self.codes = CodeDesk(self._keeper.codes, clock=clock, heard=self._keeper.heard)

    # ------------------------------------------------------------------- life

    def begin(self, then: Callable[[], None]) -> None:
        """Connect, now that the parts which the first visitor needs are up; ``then`` is called when that has been tried."""

        def begun() -> None:
            then()
            self.left()

        self._keeper.begin(begun)

    def opened(self, store: Store, gallery: Gallery) -> None:
        """The store is there."""
        outbox, replica = self._parts.outbox(store), self._parts.replica(store)
        with self._lock:
            self._store, self._gallery = store, gallery
            self._outbox, self._replica = outbox, replica
        if replica is not None:
            self._last_heard = when(replica.cursor(HEARD)) or self._first_day(replica)
        self._start_sync()
        self._keeper.look()

    def stop(self) -> None:
        """End the threads; what hangs is not waited for."""
        with self._lock:
            self._stopped = True
            host = self._host
        if host is not None:
            host.stop()
        self.codes.stop()
        self._keeper.stop()

    # ------------------------------------------------------------------- asked by the station

    def visitor(self) -> None:
        """Somebody walks up."""
        self._visiting = True
        self._keeper.visitor()

    def left(self) -> None:
        """Nobody is being served any more."""
        self._visiting = False
        self._calm_from_ms = self._clock.mono_ms() + CALM_MS

    def calm(self) -> bool:
        """Whether work that takes the processor for a second hurts nobody right now."""
        return not self._visiting and self._clock.mono_ms() >= self._calm_from_ms

    def written(self) -> None:
        """A record was written."""
        with self._lock:
            host = self._host
        if host is not None:
            host.wake()
        self._keeper.look()

    @property
    def sends_codes(self) -> bool:
        """Whether a code can be sent right now: somebody does it, and the link works."""
        return self._link is Link.ONLINE and self._keeper.codes() is not None

    @property
    def link(self) -> Link:
        """As last told; at the start by choice, or not heard of yet."""
        return self._link

    def settle(self, subject: str) -> Code | None:
        """Send this record now and wait for the account, by the deadline. Why it cannot be confirmed yet, or None.

        On the io pool, for an enrolment whose person looks at the screen meanwhile.
        """
        hindrance = self._keeper.hindrance()
        with self._lock:
            host = self._host
        if hindrance is not None or host is None:
            return hindrance.code if hindrance is not None else None
        return host.wait_for(subject, self._parts.deadline_s)

    def queue(self) -> Queue | None:
        """What waits, and what was refused; None while the store is not open. Reads the store.

        Raises:
            StoreError: it cannot be read.
        """
        with self._lock:
            outbox, replica, reach = self._outbox, self._replica, self._reach
        if outbox is None:
            return None
        now = self._clock.now()
        offset_s = reach.offset_s() if reach is not None else None
        rows = tuple(
            QueueRow(id=row.id, action=row.action, code=row.code, word=row.reason, age_s=_age_s(row.created_at, now))
            for row in outbox.buried()[:SHOWN_ROWS]
        )
        return Queue(
            backlog=outbox.backlog(),
            sent=self._sent(),
            rows=rows,
            conflicts=0 if replica is None else len(replica.conflicts()),
            gone=0 if replica is None else left_gone(replica),
            drift_s=offset_s or 0.0,
        )

    def retry(self, row: str, *, by: str = "") -> None:
        """Send a refused record again.

        Raises:
            StoreError: it is not refused any more, or the store failed.
        """
        with self._lock:
            outbox = self._outbox
        if outbox is not None:
            outbox.retry(row, reason=f"operator at the station {by}".rstrip())
            self.written()

    def drop(self, row: str, reason: str, *, by: str = "") -> None:
        """Give a refused record up.

        Raises:
            StoreError: as :meth:`retry`.
        """
        with self._lock:
            outbox = self._outbox
        if outbox is not None:
            outbox.drop(row, reason=f"operator at the station {by}".rstrip() + f": {reason}")
            self.written()

    @property
    def days_without_sync(self) -> float | None:
        """Since the account last answered; None where nobody knows."""
        last = self._last_heard
        return None if last is None else max(0.0, (self._clock.now() - last).total_seconds() / 86_400.0)

    # ------------------------------------------------------------------- the keeper's thread

    def _connect(self) -> Reach:
        assert self._parts.connect is not None
        reach = self._parts.connect()
        with self._lock:
            self._reach = reach
        self._start_sync()
        return reach

    def _start_sync(self) -> None:
        """Once store and account are both there, whichever comes last."""
        with self._lock:
            store, gallery, reach, make = self._store, self._gallery, self._reach, self._parts.make_sync
            if make is None or store is None or gallery is None or reach is None or self._stopped or self._host:
                return
            self._host = SyncHost(
                lambda: make(store, gallery, reach, self._keeper.heard, self.calm),
                stepped=self._keeper.look,
                works=lambda: self._keeper.hindrance() is None,
            )
            self._host.start()

    def _count(self) -> Backlog | None:
        with self._lock:
            outbox = self._outbox
        return outbox.backlog() if outbox is not None else None

    def _sent(self) -> int:
        with self._lock:
            host = self._host
        return host.sent if host is not None else 0

    def _hear(self, news: News) -> None:
        if news.link not in _SILENT:
            self._sink.emit(
                "sync",
                None,
                pending=news.backlog.pending + news.backlog.doubt,
                buried=news.backlog.buried,
                sent=news.sent,
                oldest_s=round(news.backlog.oldest_s, 1),
                link=news.link,
            )
        self._link = news.link
        self._told(news)

    def _noted(self) -> None:
        """The account has answered: remembered, and written down now and then."""
        now = self._clock.now()
        self._last_heard = now
        with self._lock:
            replica, store, reach, host = self._replica, self._store, self._reach, self._host
        if host is not None:
            host.link_works()
        offset_s = reach.offset_s() if reach is not None else None
        if store is not None and offset_s is not None:
            self._parts.measured(store, offset_s)
        if replica is None or self._clock.mono_ms() < self._note_at_ms:
            return
        self._note_at_ms = self._clock.mono_ms() + NOTE_EVERY_MS
        _save(replica, now)

    def _first_day(self, replica: Replica) -> datetime:
        """Days are counted from the first start with an account."""
        now = self._clock.now()
        _save(replica, now)
        return now


def _save(replica: Replica, at: datetime) -> None:
    try:
        replica.save_cursor(HEARD, rfc3339(at))
    except KioskError as error:
        logger.info("when the account was heard of cannot be written down right now: %s", error.code)


def left_gone(replica: Replica) -> int:
    """How many people the account names no more and were left here, as they are too many to be believed."""
    from kiosk.sync.pull import KEPT

    kept = replica.cursor(KEPT)
    return int(kept) if kept.isdecimal() else 0


def _age_s(text: str, now: datetime) -> float:
    at = when(text)
    return 0.0 if at is None else max(0.0, (now - at).total_seconds())


def when(text: str) -> datetime | None:
    """A moment as the store keeps it; None where there is none."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
