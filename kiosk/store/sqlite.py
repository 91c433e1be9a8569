"""People, results, outbox and audit in one SQLite file: :class:`kiosk.domain.ports.Store` over sqlite-utils and SQLCipher.

Every call is one transaction and is on disk when it returns. A damaged file is set aside, never deleted, and the fact is in
``notices``; a file of a newer program, or of another key, is left untouched. Opening takes about a second (imports, check of the
file): do it on an io thread. Nothing here knows the network or a thread of the station.

This file is the front; the work is in ``records`` (writing), ``queries`` (reading), ``queue`` and ``outbox`` (sending),
``answers`` and ``replica`` (what the account says), ``eraser`` (deleting), ``audit`` and ``anchor`` (the chain), ``cipher`` and
``encrypting``.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from kiosk.domain.errors import Code, StoreError
from kiosk.domain.face import Embedding
from kiosk.domain.person import Person, PersonId
from kiosk.domain.ports import Clock
from kiosk.domain.record import AuditEntry, AuditReport, Consent, DeletionCertificate, Enrolment, Erasure, Validation
from kiosk.domain.results import ResultCount, ResultsFound, ResultsWanted
from kiosk.locks import FileLock, held
from kiosk.store import audit, encrypting, log, queries, records, rows
from kiosk.store.anchor import Anchor
from kiosk.store.checking import LaterCheck, is_large
from kiosk.store.cipher import Key, Look, Secrets, look, stored_key
from kiosk.store.connections import Connections
from kiosk.store.eraser import Eraser
from kiosk.store.errors import translated_os
from kiosk.store.files import StoreNotice, noticed, prepare
from kiosk.store.ledger import Ledger, stamp
from kiosk.store.migrations import LATEST, migrate, version_of
from kiosk.store.operators import SqliteOperators
from kiosk.store.outbox import SqliteOutbox
from kiosk.store.passes import SqlitePasses
from kiosk.store.replica import SqliteReplica
from kiosk.store.walks import SqliteWalks

logger = logging.getLogger(__name__)

_TEMPLATES_AT_ONCE = 2000
_CHANGING_S = 120.0


class SqliteStore:
    """The station's records. Any thread may call; use :meth:`open`, not the constructor.

    Attributes:
        path: of the database.
        notices: what the operator must be told, e.g. a damaged file that was set aside and still lies there.
        outbox: what waits to be sent.
        replica: the account's people in these tables.
        operators: who works here.
        walks: trials of attacks.
    """

    def __init__(self, ledger: Ledger, notices: tuple[StoreNotice, ...], *, outgoing: bool) -> None:
        self.path = ledger.connections.path
        self.notices = notices
        self._connections = ledger.connections
        self._ledger = ledger
        self._outgoing = outgoing
        self._sender = FileLock(self.path.with_name(f"{self.path.name}.sender"))
        self._eraser = Eraser(ledger)
        self._check = LaterCheck(self.path, ledger.connections.key)
        self.outbox = SqliteOutbox(ledger, self._sender)
        self.replica = SqliteReplica(ledger, self._eraser)
        self.passes = SqlitePasses(ledger)
        self.operators = SqliteOperators(ledger)
        self.walks = SqliteWalks(ledger)

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        clock: Clock,
        key: Secrets | bytes | None = None,
        outgoing: bool = False,
        busy_ms: int = 3000,
    ) -> SqliteStore:
        """Open or create the database, check it, bring it up to this program's version.

        Args:
            path: of the file; its folder is made if need be.
            clock: for every time that is written.
            key: where the key is kept (a vault; it makes one for a new database), or 32 bytes. A plain database of an earlier
                version is encrypted. None, by explicit setting only, is a plain file.
            outgoing: there is an account: enrolments, edits, deletions and results get their row in the outbox.
            busy_ms: how long a call waits for another program that writes, before ``store_locked``.

        Raises:
            StoreError: ``store_newer``, ``store_locked``, ``store_full``, ``store_read_only``, ``store_wrong_key``,
                ``store_key_lost``, ``vault_failed``, ``store_failed``.
        """
        where = Path(path)
        secret = _key(where, key)
        notices = _prepared(where, secret, now=clock.now(), busy_ms=busy_ms)
        connections = Connections(where, busy_ms=busy_ms, key=secret)
        try:
            with connections.reading() as database, _alone(where, unless=not 0 < version_of(database.conn) < LATEST):
                migrate(database, where, at=stamp(clock.now()), key=secret)
            ledger = Ledger(connections, clock)
            cut = ledger.start()
            if cut:
                logger.error("the audit is not what it was when the program last ended: %s", cut)
            cut_off = (StoreNotice(Code.AUDIT_CUT, cut),) if cut else ()
            is_new = bool(notices) and notices[0].code is Code.STORE_DAMAGED
            store = cls(ledger, (*noticed(where), *cut_off), outgoing=outgoing)
            store._finish_what_was_begun(set_aside=is_new)
        except BaseException:
            connections.close()
            raise
        return store

    def enrol(self, enrolment: Enrolment) -> Person:
        """Write person, picture, consent, templates, validation and audit line together; all of them or none.

        The same enrolment again (a caller that never saw the answer) writes nothing and returns the person as stored.

        Raises:
            StoreError: as ever; ``store_failed`` when this id belongs to somebody else.
            InvariantBroken: an enrolment that is not whole.
        """
        rows.check_enrolment(enrolment)
        with self._ledger.writing() as write:
            return records.enrol(write, enrolment, outgoing=self._outgoing)

    def renew(self, enrolment: Enrolment) -> Person:
        """Somebody on record, enrolled again: see :class:`~kiosk.domain.ports.Store`. A deleted picture is overwritten.

        Raises:
            StoreError: ``person_unknown``.
            InvariantBroken: see :meth:`enrol`.
        """
        rows.check_enrolment(enrolment)
        with self._ledger.writing() as write:
            return records.renew(write, enrolment, outgoing=self._outgoing)

    def quality(self, person: PersonId) -> Mapping[str, Mapping[str, float]]:
        """What was measured of the pictures that somebody was enrolled with: view -> component -> number."""
        found: dict[str, dict[str, float]] = {}
        with self._ledger.reading() as database:
            sql = "SELECT view, component, value FROM enrolment_quality WHERE person_id = ?"
            for row in database.query(sql, (person,)):
                found.setdefault(row["view"], {})[row["component"]] = row["value"]
        return found

    def record(self, validation: Validation, image: bytes | None = None) -> None:
        """Write one result and its audit line. The same result again writes nothing; a changed one replaces its row.

        A result about somebody who was deleted meanwhile is kept, about nobody: no result is ever lost.

        Args:
            validation: what was decided.
            image: the JPEG that the account must judge; with an account it makes a row of the outbox, unless the account has
                judged already. A result without a picture has nothing to send and stays ``local``.

        Raises:
            StoreError: as ever.
            InvariantBroken: a result without id or mark, or with a score that is not one.
        """
        rows.check_validation(validation)
        with self._ledger.writing() as write:
            records.record(write, validation, image, outgoing=self._outgoing)

    def people(self, search: str = "") -> Sequence[Person]:
        """All people, without pictures, by last and first name. Case and accents do not matter to ``search``."""
        with self._ledger.reading() as database:
            return queries.people(database, search)

    def person(self, person: PersonId) -> Person:
        """One, whole.

        Raises:
            StoreError: ``person_unknown``.
        """
        with self._ledger.reading() as database:
            found = queries.person(database, person)
        if found is None:
            raise StoreError(Code.PERSON_UNKNOWN, person)
        return found

    def person_with_remote_id(self, remote_id: str) -> Person | None:
        """Whom the account knows by this id, whole, or None."""
        with self._ledger.reading() as database:
            return queries.person_with_remote_id(database, remote_id)

    def consents(self, person: PersonId) -> Sequence[Consent]:
        """What this person agreed to, oldest first; nothing for somebody enrolled before consents were kept, or unknown."""
        with self._ledger.reading() as database:
            return queries.consents(database, person)

    def update(self, person: Person) -> Person:
        """Change details, status, truth and remote id; pictures, score and ``created_at`` stay as stored.

        Returns:
            The person as stored now, whole. Nothing is written when nothing changed.

        Raises:
            StoreError: ``person_unknown``.
        """
        records.check_update(person)
        with self._ledger.writing() as write:
            return records.update(write, person, outgoing=self._outgoing)

    def delete(self, person: PersonId) -> DeletionCertificate:
        """Remove the person, their pictures, templates and consents, here, in the backups and at the account.

        Results stay, about nobody; so does an audit line. The write-ahead log is emptied, so that no byte of the picture
        is left in the database's own files. What never left for the account is never sent.

        Raises:
            StoreError: ``person_unknown``.
        """
        return self._eraser.erase(person, why=Erasure.ASKED)

    def withdraw_consent(self, person: PersonId) -> DeletionCertificate:
        """Delete pictures and templates, here, in the backups and at the account; the details stay, and nobody is recognised.

        Raises:
            StoreError: ``person_unknown``.
        """
        return self._eraser.withdraw(person)

    def purge_due(self, now: datetime, *, days: int) -> Sequence[DeletionCertificate]:
        """Delete whoever was not enrolled, changed or recognised for ``days`` days; nobody for 0, or while the clock is odd."""
        return self._eraser.purge(now, days=days)

    def finish_deletions(self) -> int:
        """Clean the files of deletions where something was in the way; how many there were."""
        return self._eraser.finish()

    def deletions(self) -> Sequence[DeletionCertificate]:
        """Certificates of all deletions, oldest first, as true as they are now."""
        with self._ledger.reading() as database:
            return queries.deletions(database)

    def templates(self, model_sha256: str) -> Iterator[tuple[PersonId, Embedding]]:
        """All templates made with these weights, in the order they were written; read in parts, so memory stays flat."""
        last = 0
        while True:
            with self._ledger.reading() as database:
                part = queries.templates(database, model_sha256, after=last, limit=_TEMPLATES_AT_ONCE)
            for row in part:
                yield rows.decoded(rows.to_template, row, "templates")
            if len(part) < _TEMPLATES_AT_ONCE:
                return
            last = part[-1]["id"]

    def has_templates(self, person: PersonId, model_sha256: str) -> bool:
        """Whether this person can still be recognised with these weights: not once deleted, or their consent withdrawn."""
        with self._ledger.reading() as database:
            return queries.has_templates(database, person, model_sha256)

    def validations(self, limit: int = 100) -> Sequence[Validation]:
        """Newest first."""
        with self._ledger.reading() as database:
            return queries.validations(database, limit)

    def results(self, wanted: ResultsWanted, *, limit: int, offset: int = 0) -> ResultsFound:
        """One page of the results log, newest first."""
        with self._ledger.reading() as database:
            return log.results(database, wanted, limit=limit, offset=offset)

    def result_counts(self, *, since: str, until: str) -> Sequence[ResultCount]:
        """How many results of each kind there were on each day; RFC 3339 UTC, ``until`` is not included."""
        with self._ledger.reading() as database:
            return log.counts(database, since, until)

    def audit(self) -> Sequence[AuditEntry]:
        """Oldest first."""
        with self._ledger.reading() as database:
            return list(audit.lines(database.conn))

    def audit_of(self, subject: str) -> Sequence[AuditEntry]:
        """The lines about one record, oldest first."""
        with self._ledger.reading() as database:
            return audit.about(database.conn, subject)

    def verify_audit(self) -> AuditReport:
        """Walk the whole chain and compare its end with the anchor outside the database."""
        mark = self._ledger.anchor.read()
        with self._ledger.reading() as database:
            database.conn.execute("BEGIN")
            try:
                return audit.verify(database.conn, mark)
            finally:
                database.conn.execute("ROLLBACK")

    def note(self, *, action: str, subject: str = "", detail: str = "") -> None:
        """One audit line for something that changes no record (an export, a database set aside). Nothing personal in it."""
        with self._ledger.writing() as write:
            write.audit(action, subject, detail)

    def measured_clock(self, offset_s: float | None) -> None:
        """The account's clock minus this station's, as just measured: written with every record from now on."""
        self._ledger.measured(offset_s)

    @property
    def clock_offset_s(self) -> float | None:
        """The account's clock minus this station's, as last measured, also by an earlier run; None where nobody has."""
        return self._ledger.offset_s

    def close(self) -> None:
        """Let go of the file. Safe to call twice; later calls raise ``store_failed``."""
        self._check.stop()
        self._connections.close()
        self._sender.release()

    def _finish_what_was_begun(self, *, set_aside: bool) -> None:
        if set_aside:
            self.note(action="database_set_aside", detail=str(Code.STORE_DAMAGED))
        in_doubt = self.outbox.recover()
        if in_doubt:
            logger.info(
                "%d records were being sent when the program ended: they are looked up before they are sent again",
                in_doubt,
            )
        self._eraser.finish()
        if is_large(self.path, self._connections.key):
            self._check.start()


def _key(path: Path, key: Secrets | bytes | None) -> Key | None:
    if key is None or isinstance(key, bytes):
        return None if key is None else Key(key)
    try:
        return stored_key(path, key, expected=Anchor(Anchor.beside(path), None).is_sealed())
    except OSError as error:
        raise translated_os(error, path.name) from error


def _prepared(path: Path, key: Key | None, *, now: datetime, busy_ms: int) -> tuple[StoreNotice, ...]:
    """A file worth opening with this key; what was plain is encrypted first, by one program at a time."""
    notices: tuple[StoreNotice, ...] = ()
    try:
        if key is not None and path.parent.is_dir() and encrypting.is_needed(path, key):
            with _alone(path):
                if look(path, key) is Look.PLAIN:
                    notices = prepare(path, latest=LATEST, now=now, busy_ms=busy_ms, key=None)
                encrypting.encrypt(path, key, busy_ms=busy_ms)
    except OSError as error:
        raise translated_os(error, path.name) from error
    return (*notices, *prepare(path, latest=LATEST, now=now, busy_ms=busy_ms, key=key))


@contextlib.contextmanager
def _alone(path: Path, *, unless: bool = False) -> Iterator[None]:
    """One program at a time brings an older file up; the others wait for it."""
    if unless:
        yield
        return
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(held(path.with_name(f"{path.name}.lock"), within_s=_CHANGING_S))
        except TimeoutError as error:
            raise StoreError(Code.STORE_LOCKED, f"{path.name}: another program brings it up to date") from error
        except OSError as error:
            raise translated_os(error, path.name) from error
        yield
