"""People, results and audit in one SQLite file: :class:`kiosk.domain.ports.Store` over sqlite-utils.

Every call is one transaction and is on disk when it returns. A damaged file is set aside, never deleted, and the fact is in
``notices``; a file of a newer program is left untouched. Opening takes about a second (imports, check of the whole file): do
it on an io thread. Nothing here knows the network or a thread of the station.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.errors import Code, InvariantBroken, StoreError
from kiosk.domain.face import Embedding
from kiosk.domain.person import Person, PersonId
from kiosk.domain.ports import Clock
from kiosk.domain.record import AuditEntry, Consent, Enrolment, Validation
from kiosk.store import rows
from kiosk.store.connections import Connections, fold
from kiosk.store.errors import translated
from kiosk.store.files import StoreNotice, prepare, purge_backups
from kiosk.store.migrations import LATEST, migrate

if TYPE_CHECKING:
    from sqlite_utils import Database

logger = logging.getLogger(__name__)

_TEMPLATES_AT_ONCE = 2000
_FIELD_BREAK = "\x1f"  # between the columns that are searched, so that nothing matches across two of them


class SqliteStore:
    """The station's records. Any thread may call; use :meth:`open`, not the constructor.

    Attributes:
        path: of the database.
        notices: what happened while opening that the operator must be told, e.g. a damaged file that was set aside.
    """

    def __init__(self, connections: Connections, clock: Clock, notices: tuple[StoreNotice, ...]) -> None:
        self.path = connections.path
        self.notices = notices
        self._connections = connections
        self._clock = clock

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, clock: Clock, busy_ms: int = 3000) -> SqliteStore:
        """Open or create the database, check it, bring it up to this program's version.

        Args:
            path: of the file; its folder is made if need be.
            clock: for every time that is written.
            busy_ms: how long a call waits for another program that writes, before ``store_locked``.

        Raises:
            StoreError: ``store_newer``, ``store_locked``, ``store_full``, ``store_read_only``, ``store_failed``.
        """
        where = Path(path)
        notices = prepare(where, latest=LATEST, now=clock.now(), busy_ms=busy_ms)
        connections = Connections(where, busy_ms=busy_ms)
        try:
            with connections.reading() as database:
                migrate(database, where)
            store = cls(connections, clock, notices)
            for notice in notices:
                store.note(action="database_set_aside", detail=str(notice.code))
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
        at = self._now()
        person = Person(
            id=enrolment.person,
            details=enrolment.details,
            face_image=enrolment.face_image,
            liveness_score=enrolment.liveness_score,
            created_at=at,
            updated_at=at,
        )
        with self._connections.writing() as database:
            known = _find_person(database, enrolment.person)
            if known is not None:
                if known.details == person.details and known.face_image == person.face_image:
                    return known
                raise StoreError(Code.STORE_FAILED, "this id is already in use")
            database.table("persons").insert(rows.person_row(person))
            database.table("consents").insert(
                {
                    "person_id": person.id,
                    "text_version": enrolment.consent.text_version,
                    "given_at": enrolment.consent.given_at,
                    "operator": enrolment.consent.operator,
                }
            )
            database.table("templates").insert_all(
                rows.template_row(person.id, template, at=at, source="enrolment") for template in enrolment.templates
            )
            self._audit(database, at, "person_enrolled", person.id, f"templates={len(enrolment.templates)}")
            if enrolment.validation is not None:
                self._write_validation(database, replace(enrolment.validation, person=person.id), at)
        return person

    def record(self, validation: Validation) -> None:
        """Write one result and its audit line. The same result again writes nothing; a changed one replaces its row.

        A result about somebody who was deleted meanwhile is kept, about nobody: no result is ever lost.

        Raises:
            StoreError: as ever.
            InvariantBroken: a result without id or mark, or with a score that is not one.
        """
        rows.check_validation(validation)
        with self._connections.writing() as database:
            if validation.person is not None and not _exists(database, validation.person):
                validation = replace(validation, person=None)
            self._write_validation(database, validation, self._now())

    def people(self, search: str = "") -> Sequence[Person]:
        """All people, without pictures, by last and first name. Case and accents do not matter to ``search``."""
        sql = f"SELECT {', '.join(rows.LIST_COLUMNS)} FROM persons"  # noqa: S608 - names of ours, no value
        wanted = fold(search.replace(_FIELD_BREAK, " ")).strip()
        pattern = f"%{_escaped(wanted)}%"
        with self._connections.reading() as database:
            if wanted:
                sql += (
                    " WHERE fold(first_name || ' ' || last_name || :between || last_name || ' ' || first_name || :between"
                    " || document_number || :between || email) LIKE :pattern ESCAPE '\\'"
                )
                found = list(database.query(sql, {"between": _FIELD_BREAK, "pattern": pattern}))
            else:
                found = list(database.query(sql))
        people = [rows.decoded(rows.to_person, row, "persons") for row in found]
        return sorted(people, key=lambda p: (fold(p.details.last_name), fold(p.details.first_name), p.id))

    def person(self, person: PersonId) -> Person:
        """One, whole.

        Raises:
            StoreError: ``person_unknown``.
        """
        with self._connections.reading() as database:
            found = _find_person(database, person)
        if found is None:
            raise StoreError(Code.PERSON_UNKNOWN, person)
        return found

    def consents(self, person: PersonId) -> Sequence[Consent]:
        """What this person agreed to, oldest first; nothing for somebody enrolled before consents were kept, or unknown."""
        with self._connections.reading() as database:
            found = list(database.query("SELECT * FROM consents WHERE person_id = ? ORDER BY id", (person,)))
        return [rows.decoded(rows.to_consent, row, "consents") for row in found]

    def update(self, person: Person) -> Person:
        """Change details, status, truth and remote id; pictures, score and ``created_at`` stay as stored.

        Returns:
            The person as stored now, whole. Nothing is written when nothing changed.

        Raises:
            StoreError: ``person_unknown``.
        """
        if not person.details.first_name.strip():
            raise InvariantBroken("a person needs a name")
        at = self._now()
        with self._connections.writing() as database:
            before = _find_person(database, person.id)
            if before is None:
                raise StoreError(Code.PERSON_UNKNOWN, person.id)
            after = replace(
                before,
                details=person.details,
                verification_status=person.verification_status,
                truth=person.truth,
                remote_id=person.remote_id,
                updated_at=at,
            )
            old, new = rows.person_row(before), rows.person_row(after)
            changed = sorted(name for name in new if new[name] != old[name] and name != "updated_at")
            if not changed:
                return before
            database.table("persons").update(person.id, {name: new[name] for name in (*changed, "updated_at")})
            self._audit(database, at, "person_updated", person.id, ",".join(changed))
        return after

    def delete(self, person: PersonId) -> None:
        """Remove the person, their pictures, templates and consents, here and in the backups of older versions.

        Results stay, about nobody; so does an audit line. The write-ahead log is emptied, so that no byte of the picture
        is left in the database's own files.

        Raises:
            StoreError: ``person_unknown``.
        """
        with self._connections.writing() as database:
            if not _exists(database, person):
                raise StoreError(Code.PERSON_UNKNOWN, person)
            database.conn.execute("DELETE FROM persons WHERE id = ?", (person,))
            self._audit(database, self._now(), "person_deleted", person, "")
        if not purge_backups(self.path, person):
            self.note(action="backup_not_purged", subject=person)
        self._empty_log()

    def templates(self, model_sha256: str) -> Iterator[tuple[PersonId, Embedding]]:
        """All templates made with these weights, in the order they were written; read in parts, so memory stays flat."""
        last = 0
        sql = (
            "SELECT id, person_id, model, model_sha256, dimensions, vector FROM templates"
            " WHERE model_sha256 = ? AND id > ? ORDER BY id LIMIT ?"
        )
        while True:
            with self._connections.reading() as database:
                part = list(database.query(sql, (model_sha256, last, _TEMPLATES_AT_ONCE)))
            for row in part:
                yield rows.decoded(rows.to_template, row, "templates")
            if len(part) < _TEMPLATES_AT_ONCE:
                return
            last = part[-1]["id"]

    def validations(self, limit: int = 100) -> Sequence[Validation]:
        """Newest first."""
        sql = (
            f"SELECT v.*, {rows.SESSION_ALIASES} FROM validations v"  # noqa: S608 - names of ours, no value
            " LEFT JOIN liveness_sessions s ON s.validation_id = v.id"
            " ORDER BY v.created_at DESC, v.rowid DESC LIMIT ?"
        )
        with self._connections.reading() as database:
            found = list(database.query(sql, (max(0, limit),)))
        return [rows.decoded(rows.to_validation, row, "validations") for row in found]

    def audit(self) -> Sequence[AuditEntry]:
        """Oldest first."""
        with self._connections.reading() as database:
            found = list(database.query("SELECT * FROM audit ORDER BY id"))
        return [rows.decoded(rows.to_audit_entry, row, "audit") for row in found]

    def note(self, *, action: str, subject: str = "", detail: str = "") -> None:
        """One audit line for something that changes no record (an export, a database set aside). Nothing personal in it."""
        with self._connections.writing() as database:
            self._audit(database, self._now(), action, subject, detail)

    def close(self) -> None:
        """Let go of the file. Safe to call twice; later calls raise ``store_failed``."""
        self._connections.close()

    def _now(self) -> str:
        return rows.stamp(self._clock.now())

    def _audit(self, database: Database, at: str, action: str, subject: str, detail: str) -> None:
        database.conn.execute(
            "INSERT INTO audit (at, action, subject, detail) VALUES (?, ?, ?, ?)", (at, action, subject, detail)
        )

    def _write_validation(self, database: Database, validation: Validation, at: str) -> None:
        """Insert, or replace what changed; the audit line says which."""
        row = rows.validation_row(validation)
        session = validation.liveness_session
        session_row = None if session is None else rows.session_row(validation.id, session)
        known = _one(database, "SELECT * FROM validations WHERE id = ?", validation.id)
        known_session = _one(database, "SELECT * FROM liveness_sessions WHERE validation_id = ?", validation.id)
        if known == row and known_session == session_row:
            return
        if known is None:
            database.table("validations").insert(row)
        else:
            database.table("validations").update(validation.id, {k: v for k, v in row.items() if k != "id"})
        if session_row != known_session:
            database.conn.execute("DELETE FROM liveness_sessions WHERE validation_id = ?", (validation.id,))
            if session_row is not None:
                database.table("liveness_sessions").insert(session_row)
        action = "result_recorded" if known is None else "result_updated"
        detail = f"{validation.type} {validation.outcome.value} {validation.reason.value} {validation.truth.value}"
        self._audit(database, at, action, validation.id, detail)

    def _empty_log(self) -> None:
        """Move the log into the file and cut it to nothing; when a reader is in the way the next checkpoint does it."""
        with self._connections.reading() as database:
            try:
                busy, _, _ = database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.OperationalError as error:
                logger.info("the log could not be emptied now: %s", translated(error, self.path.name).code)
                return
        if busy:
            logger.info("the log could not be emptied now: a reader is in the way")


def _one(database: Database, sql: str, key: str) -> dict[str, object] | None:
    return next(iter(database.query(sql, (key,))), None)


def _exists(database: Database, person: PersonId) -> bool:
    return _one(database, "SELECT 1 FROM persons WHERE id = ?", person) is not None


def _find_person(database: Database, person: PersonId) -> Person | None:
    row = _one(database, "SELECT * FROM persons WHERE id = ?", person)
    return None if row is None else rows.decoded(rows.to_person, row, "persons")


def _escaped(text: str) -> str:
    """For LIKE with ``ESCAPE '\\'``."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
