"""One update from beginning to end, and the taking up of one that was cut off. Steps are written down before they are done.

    checking ▶ copying ▶ unpacking ▶ backing_up ▶ testing ▶ switching ▶ confirming ▶ ended
    └──────────────── the old version is current ───────────────┘      └─ the new one ─┘

Until the rename in ``switching`` nothing that starts has changed. After it, a new version that fails its test as installed is
left for the old one by the same rename, and removed. Until the journal says ``ended``, whatever starts the program starts the old
version (packaging/linux/start.sh, kiosk/cli/update_start.py): the new one sees copies of the station's database only, so that
whatever is undone, program and database fit each other. What a version must be able to do, and how the database is copied, is the
caller's (:class:`Helpers`); this file knows neither programs nor databases.
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
from kiosk.update.layout import ROOT, Installation, as_numbers, cannot_write
from kiosk.update.trust import Source
from kiosk.update.unpack import check, need_space, unpack

logger = logging.getLogger(__name__)

Tell = Callable[[Step, float], None]
"""Called at the beginning of each step, and with 0..1 while it goes on. What it raises ends the update."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Helpers:
    """What an update needs done by others.

    Attributes:
        test: run a version's program over that copy of the database and say what is wrong with it; an empty string for nothing.
        back_up: copy the station's database; the copy's name, empty where there is no database. Raises KioskError.
        now: the time.
    """

    test: Callable[[Path, str], str]
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
        self._installation.forget()
        return entry

    def settle(self) -> Entry | None:
        """Finish or undo what was cut off. None: there was nothing. Leaves a version current that passed its test here."""
        entry = journal.read(self._installation.state)
        if entry is None or entry.is_over:
            return None
        if self._installation.current() != entry.after or entry.after == entry.before:
            return self._undo(entry, Code.UPDATE_INTERRUPTED, f"while {entry.step.value}")
        self._installation.forget()
        try:
            # the version before may have worked on since: what is tried on must be what the new one will find
            entry = replace(entry, backup=self._helpers.back_up())
        except KioskError as error:
            return self._undo(entry, error.code, error.detail)
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
        need_space(offer, self._installation)
        archive = source.archive(offer)
        entry = self._next(entry, Step.UNPACKING)
        unpack(archive, offer, self._installation, lambda share: self._tell(Step.UNPACKING, share))
        self._installation.keep(offer.version)
        if not (self._installation.folder(offer.version) / ROOT).is_file():
            raise UpdateError(Code.UPDATE_NO_TRUST, f"{offer.version} could not be updated again: it has no {ROOT}")
        entry = self._next(entry, Step.BACKING_UP)
        entry = replace(entry, backup=self._helpers.back_up())
        entry = self._next(entry, Step.TESTING)
        self._test(entry)
        entry = self._next(entry, Step.SWITCHING)
        self._installation.switch(offer.version)
        return self._confirm(entry)

    def _test(self, entry: Entry) -> None:
        problem = self._helpers.test(self._installation.program(entry.after), entry.backup)
        if problem:
            raise UpdateError(Code.UPDATE_SELF_TEST, f"{entry.after}: {problem}")

    def _confirm(self, entry: Entry) -> Entry:
        """The new version is current: does it start as installed? If not, the old one is current again.

        Raises:
            UpdateError: ``update_self_test``.
        """
        entry = self._next(entry, Step.CONFIRMING)
        problem = self._problem_of(entry)
        if problem:
            error = UpdateError(Code.UPDATE_SELF_TEST, f"{entry.after}: {problem}")
            self._undo(entry, error.code, error.detail)
            raise error
        ended = entry.ended(self._stamp())
        self._write(ended)
        for version in self._installation.installed():
            self._installation.drop(version)
        return ended

    def _problem_of(self, entry: Entry) -> str:
        try:
            check(self._installation.folder(entry.after), entry.after)
        except UpdateError as error:
            return error.detail
        return self._helpers.test(self._installation.program(entry.after), entry.backup)

    # ---------------------------------------------------------------- undoing, writing it down

    def _give_up(self, error: KioskError) -> None:
        """The old version stays: say why, and leave nothing half-made."""
        entry = journal.read(self._installation.state)
        if entry is None or entry.is_over:
            self._installation.forget()
            return
        try:
            self._undo(entry, error.code, error.detail)
        except (
            UpdateError
        ) as second:  # nothing can be written: the journal says that it was cut off, and the old version starts
            logger.info("an update could not be undone yet: %s", second.code)

    def _undo(self, entry: Entry, code: Code, detail: str) -> Entry:
        """Let the version before start again, remove the new one and what was copied, write down why.

        Raises:
            UpdateError: the disk does not take it.
        """
        self._installation.drop_unfinished()
        self._installation.forget()
        if entry.after != entry.before and not self._installation.switch_back(entry.before, entry.after):
            detail = f"{detail}; {entry.before} is not there any more"
        ended = entry.ended(self._stamp(), code, detail)
        self._write(ended)
        return ended

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
            raise cannot_write(error, self._installation.state) from error
        logger.info("update from %s to %s: %s %s", entry.before, entry.after, entry.step, entry.code or "")

    def _stamp(self) -> str:
        return self._helpers.now().isoformat(timespec="seconds")
