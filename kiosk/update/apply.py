"""One update from beginning to end, and the taking up of one that was cut off. Steps are written down before they are done.

    checking ▶ copying ▶ unpacking ▶ testing ▶ backing_up ▶ switching ▶ confirming ▶ ended
    └──────────────── the old version is current ───────────────┘      └─ the new one ─┘

Until the rename in ``switching`` nothing that starts has changed. After it, a new version that fails its test as installed is
left for the old one by the same rename. Both stay on the disk. What a version must be able to do, and how the database is copied,
is the caller's (:class:`Helpers`); this file knows neither programs nor databases.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from kiosk.domain.errors import Code, KioskError, UpdateError
from kiosk.update import journal
from kiosk.update.journal import Entry, Step
from kiosk.update.layout import Installation, as_numbers, not_permitted
from kiosk.update.trust import Offer, Source
from kiosk.update.unpack import check, unpack

logger = logging.getLogger(__name__)

Tell = Callable[[Step, float], None]
"""Called at the beginning of each step, and with 0..1 while it goes on. What it raises ends the update."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Helpers:
    """What an update needs done by others.

    Attributes:
        test: run a version's program and say what is wrong with it; an empty string for nothing.
        back_up: copy the station's database; the copy's name, empty where there is no database. Raises KioskError.
        now: the time.
    """

    test: Callable[[Path], str]
    back_up: Callable[[], str]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


class Update:
    """The updates of one installation. One thread; hold :meth:`Installation.alone`."""

    def __init__(self, installation: Installation, helpers: Helpers, tell: Tell = lambda _, __: None) -> None:
        """Nothing is read or done yet."""
        self._installation = installation
        self._helpers = helpers
        self._tell = tell

    def apply(self, source: Source) -> Entry:
        """Bring the source's version in. An entry without a code: it is in place (or was already).

        Raises:
            UpdateError: what was wrong with the source, the disk or the new version. The old version starts, and the journal
                says why.
        """
        before = self._installation.current()
        self._installation.drop_unfinished()
        entry = Entry(before=before, after=before, step=Step.CHECKING, at=self._stamp())
        self._begin(entry)
        try:
            entry = self._bring(source, entry)
        except KioskError as error:
            self._give_up(error)
            raise
        source.forget()
        return entry

    def settle(self) -> Entry | None:
        """Finish or undo what was cut off. None: there was nothing. Leaves a version current that passed its test here."""
        entry = journal.read(self._installation.state)
        if entry is None or entry.is_over:
            return None
        self._installation.drop_unfinished()
        if self._installation.current() != entry.after or entry.after == entry.before:
            self._installation.drop(entry.after)
            ended = entry.ended(self._stamp(), Code.UPDATE_INTERRUPTED, f"while {entry.step.value}")
            self._write(ended)
            return ended
        try:
            return self._confirm(entry)
        except UpdateError as error:
            return journal.read(self._installation.state) or entry.ended(self._stamp(), error.code, error.detail)

    # ------------------------------------------------------------------ the steps

    def _bring(self, source: Source, entry: Entry) -> Entry:
        offer = source.offer()
        if as_numbers(offer.version) == as_numbers(entry.before):
            ended = entry.ended(self._stamp())
            self._write(ended)
            return ended
        if as_numbers(offer.version) < as_numbers(entry.before):
            raise UpdateError(Code.UPDATE_OLDER, f"{offer.version}; {entry.before} is installed")
        entry = self._next(replace(entry, after=offer.version), Step.COPYING)
        archive = source.archive(offer)
        entry = self._next(entry, Step.UNPACKING)
        unpack(archive, offer, self._installation, lambda share: self._tell(Step.UNPACKING, share))
        self._installation.keep(offer.version)
        entry = self._next(entry, Step.TESTING)
        self._test(offer)
        entry = self._next(entry, Step.BACKING_UP)
        entry = replace(entry, backup=self._helpers.back_up())
        entry = self._next(entry, Step.SWITCHING)
        self._installation.switch(offer.version)
        return self._confirm(entry)

    def _test(self, offer: Offer) -> None:
        problem = self._helpers.test(self._installation.program(offer.version))
        if problem:
            raise UpdateError(Code.UPDATE_SELF_TEST, f"{offer.version}: {problem}")

    def _confirm(self, entry: Entry) -> Entry:
        """The new version is current: does it start as installed? If not, the old one is current again.

        Raises:
            UpdateError: ``update_self_test``.
        """
        entry = self._next(entry, Step.CONFIRMING)
        problem = self._problem_of(entry.after)
        if problem:
            self._installation.switch_back(entry.before)
            error = UpdateError(Code.UPDATE_SELF_TEST, f"{entry.after}: {problem}")
            self._write(entry.ended(self._stamp(), error.code, error.detail))
            raise error
        ended = entry.ended(self._stamp())
        self._write(ended)
        for version in self._installation.installed():
            self._installation.drop(version)
        return ended

    def _problem_of(self, version: str) -> str:
        try:
            check(self._installation.folder(version), version)
        except UpdateError as error:
            return error.detail
        return self._helpers.test(self._installation.program(version))

    # ---------------------------------------------------------------- writing it down

    def _give_up(self, error: KioskError) -> None:
        """The old version stays: say why, and leave nothing half-made."""
        self._installation.drop_unfinished()
        entry = journal.read(self._installation.state)
        if entry is None or entry.is_over:
            return
        if entry.after != entry.before:
            self._installation.drop(entry.after)
        self._write(entry.ended(self._stamp(), error.code, error.detail))

    def _begin(self, entry: Entry) -> None:
        self._write(entry)
        self._tell(entry.step, 0.0)

    def _next(self, entry: Entry, step: Step) -> Entry:
        entry = replace(entry, step=step, at=self._stamp())
        self._begin(entry)
        return entry

    def _write(self, entry: Entry) -> None:
        try:
            journal.write(self._installation.state, entry)
        except OSError as error:
            raise not_permitted(error, self._installation.state) from error
        logger.info("update from %s to %s: %s %s", entry.before, entry.after, entry.step, entry.code or "")

    def _stamp(self) -> str:
        return self._helpers.now().isoformat(timespec="seconds")
