"""What the station knows of the world beside its camera: the account's link, what waits to be sent, the limits of going on alone.

Keeps it for the snapshots and tells the machine when it changes. A station without an account has limits only.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.domain.allowance import Allowance
from kiosk.domain.errors import Code, StoreError
from kiosk.domain.link import Link
from kiosk.domain.outbox import Backlog
from kiosk.domain.ports import Gallery, Store
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.station.building import Building
from kiosk.station.limits import Limits
from kiosk.station.snapshot import Queue, Snapshot

if TYPE_CHECKING:  # a station without an account does not load them
    from kiosk.station.code_desk import CodeDesk
    from kiosk.station.deciding import Counsel
    from kiosk.station.link_keeper import News
    from kiosk.station.online import Online

logger = logging.getLogger(__name__)

_NOBODY = st.Attract | st.LockedOut | st.Fault | st.Operator
"""Nobody is being served."""


class Outside:
    """Any thread may call; :meth:`look` on one.

    Args:
        post: queues an event for the flow.
        codes_open: told whether codes can be sent, whenever that may have changed; must not block.
    """

    def __init__(
        self,
        building: Building,
        post: Callable[[ev.Event], None],
        *,
        codes_open: Callable[[bool], None] = lambda is_open: None,
    ) -> None:
        """Nothing is connected before :meth:`begin`."""
        self._clock = building.clock
        self._post = post
        self._codes_open = codes_open
        self._sink, self._say, self._notices_of = building.sink, building.say, building.notices
        self._notice: Code | None = None
        self._online: Online | None = None
        if building.account is not None:
            from kiosk.station.online import Online

            self._online = Online(building.account, clock=building.clock, sink=building.sink, told=self._hear)
        online = self._online
        self._limits = Limits(
            building.policy.offline,
            building.clock,
            free_disk_mb=building.free_disk_mb,
            days_without_sync=None if online is None else lambda: online.days_without_sync,
        )
        self._lock = threading.Lock()
        self._link = Link.OFFLINE if online is None else online.link
        self._backlog = Backlog()
        self._allowance = Allowance()

    @property
    def counsel(self) -> Counsel | None:
        """The account, for deciding; None without one."""
        return self._online.counsel if self._online is not None else None

    @property
    def codes(self) -> CodeDesk | None:
        """Codes to people's e-mail or phone; None without an account."""
        return self._online.codes if self._online is not None else None

    @property
    def settle(self) -> Callable[[str], Code | None] | None:
        """Sends one record now and waits a little; None without an account."""
        return self._online.settle if self._online is not None else None

    def begin(self, then: Callable[[], None]) -> None:
        """The parts that the first visitor needs are up: connect, and then call ``then``, at once without an account."""
        if self._online is not None:
            self._online.begin(then)
        else:
            then()

    def opened(self, store: Store, gallery: Gallery) -> None:
        """The store is there."""
        notices = self._notices_of(store)
        with self._lock:
            is_new, self._notice = self._notice is None, notices[0][0] if notices else None
        for code, file in notices if is_new else ():
            self._sink.emit("notice", None, code=code, text=f"{self._say(code)} ({file})")
        if self._online is not None:
            self._online.opened(store, gallery)

    def stop(self) -> None:
        """End the threads."""
        if self._online is not None:
            self._online.stop()

    def watch(
        self, before: st.Kiosk, event: ev.Event, after: st.Kiosk, effects: tuple[fx.Effect, ...], public: str | None
    ) -> None:
        """A watcher of the flow. A visitor comes: is the link back? A result is there: it should be on its way."""
        del event, public
        if self._online is None:
            return
        if isinstance(after.phase, st.Guiding | st.Consent) and isinstance(before.phase, st.Attract):
            self._online.visitor()
        if isinstance(after.phase, _NOBODY) and not isinstance(before.phase, _NOBODY):
            self._online.left()
        if any(isinstance(effect, fx.Announce) for effect in effects):
            self._online.written()

    @property
    def link(self) -> Link:
        """How it stands with the network and the account."""
        with self._lock:
            return self._link

    def read_queue(self) -> Queue | None:
        """What waits, for an operator; None where nothing is ever sent. Reads the store.

        Raises:
            StoreError: it cannot be read.
        """
        return self._online.queue() if self._online is not None else None

    def decide_row(self, row: str, dropped_because: str | None, *, by: str = "") -> None:
        """An operator has looked at a refused record: send it again, or give it up for a reason.

        Args:
            by: the operator's id, for the audit; empty where nobody has been made one.

        Raises:
            StoreError: the store failed.
        """
        if self._online is None:
            return
        try:
            if dropped_because is None:
                self._online.retry(row, by=by)
            else:
                self._online.drop(row, dropped_because, by=by)
        except StoreError as error:
            if error.code is not Code.STORE_FAILED:
                raise
            logger.info("a refused record was decided on twice; the first decision counts")

    def look(self) -> None:
        """Look at the limits, when it is time."""
        with self._lock:
            backlog = self._backlog
        found = self._limits.look(backlog)
        if found is not None:
            with self._lock:
                self._allowance = found
            self.tell()

    def tell(self) -> None:
        """Tell the machine how things stand."""
        with self._lock:
            link, refused = self._link, self._allowance.refused
        self._post(
            ev.Surroundings(
                at_ms=self._clock.mono_ms(),
                account=self._online is not None,
                online=link in {Link.ONLINE, Link.CONNECTING},
                no_enrolments=refused,
            )
        )

    def shown(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot with all this in it."""
        with self._lock:
            return replace(
                snapshot,
                link=self._link,
                pending=self._backlog.pending + self._backlog.doubt,
                buried=self._backlog.buried,
                limit=self._allowance.refused or self._allowance.warned,
                limit_reached=self._allowance.refused is not None,
                account=self._online is not None,
                notice=self._notice,
            )

    def _hear(self, news: News) -> None:
        with self._lock:
            self._link, self._backlog = news.link, news.backlog
        self._codes_open(self._online is not None and self._online.sends_codes)
        self.tell()
