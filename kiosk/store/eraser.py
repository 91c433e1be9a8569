"""Deletes people with every trace of them: tables, write-ahead log, backups; and says in a certificate what was touched.

What cannot be cleaned is named, never passed over: a damaged database that was set aside, a backup that cannot be opened, the
record at the account until it has answered.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from kiosk.domain.person import PersonId
from kiosk.domain.record import DeletionCertificate, Erasure, Touched
from kiosk.store import erasure, records
from kiosk.store.cipher import database_errors
from kiosk.store.errors import translated
from kiosk.store.files import purge_backups, set_aside_files
from kiosk.store.ledger import Ledger, stamp

logger = logging.getLogger(__name__)

_LAST_PURGE = "purge.seen"
_SUSPICIOUS = timedelta(days=7)
_CALM = timedelta(hours=20)


class Eraser:
    """Use the methods of :class:`kiosk.store.sqlite.SqliteStore`. Any thread may call."""

    def __init__(self, ledger: Ledger) -> None:
        """Nothing is read yet."""
        self._ledger = ledger

    def erase(self, person: PersonId, *, why: Erasure) -> DeletionCertificate:
        """The person and everything that is theirs.

        Raises:
            StoreError: ``person_unknown``.
        """
        with self._ledger.writing() as write:
            touched, line = erasure.erase(write, records.person_of(write, person), why=why)
            number = erasure.keep(write, person, why, touched, line)
        return self._clean_files(number, person)

    def withdraw(self, person: PersonId) -> DeletionCertificate:
        """Pictures and templates; the details stay. A second time touches nothing more.

        Raises:
            StoreError: ``person_unknown``.
        """
        with self._ledger.writing() as write:
            touched, line = erasure.strip(write, records.person_of(write, person))
            number = erasure.keep(write, person, Erasure.CONSENT_WITHDRAWN, touched, line)
        return self._clean_files(number, person)

    def finish(self) -> int:
        """Clean the files of deletions during which a program was killed; how many there were."""
        with self._ledger.writing() as write:
            left = erasure.unfinished(write)
        for number, person in left:
            self._clean_files(number, person)
        return len(left)

    def purge(self, now: datetime, *, days: int) -> list[DeletionCertificate]:
        """Everybody who was not seen for so many days; nobody for 0.

        A clock that has jumped deletes nobody: where the newest record is a week older than ``now``, the purge waits until the
        clock has stood there for a day.
        """
        if days <= 0 or not self._clock_is_calm(now):
            return []
        with self._ledger.writing() as write:
            due = erasure.not_seen_since(write, stamp(now - timedelta(days=days)))
        return [self.erase(person, why=Erasure.RETENTION) for person in due]

    def _clock_is_calm(self, now: datetime) -> bool:
        with self._ledger.writing() as write:
            newest = write.one("SELECT max(at) AS at FROM audit")
            last = newest["at"] if newest is not None else None
            postponed = write.saved(_LAST_PURGE)
            if last is None or (not postponed and now - _time(last) < _SUSPICIOUS):
                return True
            if postponed and _CALM <= now - _time(postponed) < _SUSPICIOUS:
                write.save(_LAST_PURGE, "")
                return True
            if not postponed or not timedelta(0) <= now - _time(postponed) < _SUSPICIOUS:
                write.save(_LAST_PURGE, stamp(now))
                write.audit("purge_postponed")
                logger.info(
                    "the clock has moved far since the last record: nobody is deleted for their age before tomorrow"
                )
        return False

    def _clean_files(self, number: int, person: PersonId) -> DeletionCertificate:
        path, key = self._ledger.connections.path, self._ledger.connections.key
        backups = purge_backups(path, person, key=key)
        is_empty = self._empty_log()
        files = [
            Touched(kind="file", name=path.name, outcome="overwritten"),
            Touched(kind="file", name=f"{path.name}-wal", outcome="overwritten" if is_empty else "pending"),
            *backups,
            *set_aside_files(path),
        ]
        with self._ledger.writing() as write:
            if any(each.outcome == "kept" for each in backups):
                write.audit("backup_not_purged", person)
            return erasure.finished(write, number, files, is_done=is_empty)

    def _empty_log(self) -> bool:
        """Move the log into the file and cut it to nothing; when a reader is in the way the next checkpoint does it."""
        with self._ledger.reading() as database:
            try:
                busy, _, _ = database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except database_errors() as error:
                code = translated(error, self._ledger.connections.path.name).code
                logger.info("the log could not be emptied now: %s", code)
                return False
        if busy:
            logger.info("the log could not be emptied now: a reader is in the way")
        return not busy


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
