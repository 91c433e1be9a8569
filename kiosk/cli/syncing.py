"""One sync from the command line: steps of the worker until nothing is due, the link fails, or the time is up."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from kiosk.domain.errors import ApiError, ModelError, StoreError
from kiosk.domain.link import Link, link_after
from kiosk.profile import Profile
from kiosk.settings import Settings
from kiosk.station.clock import SystemClock, rfc3339
from kiosk.station.online import HEARD
from kiosk.sync.push import Settled
from kiosk.sync.worker import Did, Step

if TYPE_CHECKING:
    from kiosk.cli.online import Sync
    from kiosk.store.outbox import SqliteOutbox
    from kiosk.store.sqlite import SqliteStore

logger = logging.getLogger(__name__)

PROBE_S = 3.0
LONGEST_WAIT_S = 60.0
"""A look for a lost record and the pause after a fault of the server are shorter; what the server asks for may not be."""


@dataclass(slots=True)
class Report:
    """What a sync did.

    Attributes:
        settled: rows by what became of them.
        pages: of people, brought in.
        pictures: templates made for pulled people.
        error: why it ended before everything was done.
        unseen: why somebody who was brought in is not recognised here yet, where the model failed.
        next_s: seconds until something that still waits may go; None where nothing does.
    """

    settled: Counter[Settled] = field(default_factory=Counter)
    pages: int = 0
    pictures: int = 0
    error: ApiError | None = None
    unseen: ModelError | None = None
    next_s: float | None = None

    @property
    def link(self) -> Link:
        """As the last call showed it."""
        return link_after(self.error)

    def take(self, step: Step) -> None:
        """One more step."""
        if step.sent is not None:
            self.settled[step.sent.settled] += 1
        self.pages += step.did is Did.PULLED
        self.pictures += step.did is Did.PICTURE
        if step.did is Did.HALTED:
            self.error = step.error


class Heard:
    """Remembers when the account last answered and how far its clock is ahead, as a station does.

    Args:
        offset_s: of the connection, in seconds; asked after an answer.
    """

    def __init__(self, store: SqliteStore, offset_s: Callable[[], float]) -> None:
        """Nobody has answered yet."""
        self._store = store
        self._offset_s = offset_s
        self._at: datetime | None = None

    def told(self, error: ApiError | None) -> None:
        """How one call ended; the first answer is written at once."""
        if link_after(error) is not Link.ONLINE:
            return
        is_first = self._at is None
        self._at = datetime.now(UTC)
        if is_first:
            self.save()

    def save(self) -> None:
        """Write it down, if the account has answered; a store that refuses loses nothing but this."""
        if self._at is None:
            return
        try:
            self._store.replica.save_cursor(HEARD, rfc3339(self._at))
            self._store.measured_clock(self._offset_s())
        except StoreError as error:
            logger.info("when the account was heard of cannot be written down right now: %s", error.code)


class Stepping(Protocol):
    """What is driven: a :class:`kiosk.cli.online.Sync`, or its worker."""

    def step(self) -> Step:
        """Do a little."""
        ...


def drain(sync: Stepping, outbox: SqliteOutbox, *, timeout_s: float, progress: Callable[[float, str], None]) -> Report:
    """Step until nothing is due any more; what may go within a minute is waited for, the rest is left to the next sync.

    Raises:
        StoreError: the records cannot be read or written; what was acknowledged is kept.
    """
    report = Report()
    before = outbox.backlog()
    whole = max(1, before.pending + before.doubt)
    ends = time.monotonic() + timeout_s
    while (left_s := ends - time.monotonic()) > 0:
        try:
            step = sync.step()
        except ModelError as error:  # sending and pulling go on without templates
            report.unseen = error
            continue
        report.take(step)
        done = sum(report.settled.values())
        if step.did is Did.HALTED:
            break
        if step.did is not Did.NOTHING:
            progress(min(1.0, done / whole), f"{done} of {whole} records" if done else "people of the account")
            continue
        report.next_s = outbox.next_s()
        if report.next_s is None or report.next_s > min(LONGEST_WAIT_S, left_s):
            return report
        if report.next_s > 0.0:
            progress(min(1.0, done / whole), f"{done} of {whole} records, the next in {report.next_s:.0f} s")
            time.sleep(min(report.next_s, 1.0))
    report.next_s = outbox.next_s()
    return report


def probe(settings: Settings, profile: Profile) -> Link:
    """The link right now, by one cheap call."""
    from kiosk.cli.remote import account

    try:
        with account(settings, profile.root, SystemClock()) as connection:
            connection.account.probe(within_s=PROBE_S)
    except ApiError as error:
        return link_after(error)
    return Link.ONLINE


@contextmanager
def opened(store: SqliteStore, settings: Settings, profile: Profile) -> Iterator[Sync]:
    """A sync over this store and the profile's account, until the block ends.

    Raises:
        ApiError: ``api_not_configured``.
    """
    from kiosk.cli.online import Sync
    from kiosk.cli.remote import account
    from kiosk.settings import models_dir
    from kiosk.station.link_keeper import Reach
    from kiosk.vision.models import ModelFiles

    with account(settings, profile.root, SystemClock()) as connection:
        reach = Reach(
            gateway=connection.gateway,
            prober=connection.account,
            account=connection.account,
            offset_s=lambda: connection.transport.offset_s,
            close=connection.close,
        )
        heard = Heard(store, lambda: connection.transport.offset_s)
        sync = Sync(
            store, None, reach, heard.told, clock=SystemClock(), models=lambda: ModelFiles(models_dir(settings))
        )
        try:
            yield sync
        finally:
            sync.close()
            heard.save()
