"""The schema, as numbered steps. A step that has shipped is never changed; a new need is a new step at the end.

``PRAGMA user_version`` says how far a file has come. Each step runs in one transaction together with that number, so a power
cut leaves the old schema or the new one. A file that already holds tables is backed up, and the backup checked, before each step.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.errors import Code, StoreError
from kiosk.store import audit, schema
from kiosk.store.cipher import Key, database_errors
from kiosk.store.connections import transaction
from kiosk.store.errors import translated
from kiosk.store.files import back_up

if TYPE_CHECKING:
    from sqlite_utils import Database

    from kiosk.store.cipher import Connection

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """From ``version - 1`` to ``version``: the statements, then ``run`` where SQL alone cannot do it (given the time)."""

    version: int
    statements: tuple[str, ...]
    run: Callable[[Connection, str], None] | None = None


def _chain_the_audit(connection: Connection, at: str) -> None:
    """Old lines get their hashes; a line of its own says where the chain begins to be written as things happen."""
    old = connection.execute("SELECT id, at, action, subject, detail FROM audit_unchained ORDER BY id").fetchall()
    for _, when, action, subject, detail in old:
        audit.append(connection, at=when, action=action, subject=subject, detail=detail)
    connection.execute("DROP TABLE audit_unchained")  # and its triggers with it
    for rule in schema.AUDIT_RULES:
        connection.execute(rule)
    connection.execute("CREATE INDEX audit_by_subject ON audit (subject)")
    if old:
        audit.append(connection, at=at, action="audit_chained", detail=f"lines={len(old)} last={old[-1][0]}")


STEPS = (
    Step(
        1,
        (
            schema.PERSONS,
            "CREATE INDEX persons_by_name ON persons (last_name, first_name)",
            schema.TEMPLATES,
            "CREATE INDEX templates_by_person ON templates (person_id)",
            "CREATE INDEX templates_by_weights ON templates (model_sha256, id)",
            schema.VALIDATIONS,
            "CREATE INDEX validations_by_person ON validations (person_id)",
            "CREATE INDEX validations_by_time ON validations (created_at)",
            schema.LIVENESS_SESSIONS,
            schema.AUDIT,
            *schema.AUDIT_RULES,
        ),
    ),
    Step(2, (schema.CONSENTS, "CREATE INDEX consents_by_person ON consents (person_id)")),
    Step(
        3,
        (
            *schema.PERSONS_3,
            *schema.VALIDATIONS_3,
            *schema.CONSENTS_3,
            schema.OUTBOX,
            "CREATE INDEX outbox_by_chain ON outbox (chain, seq)",
            "CREATE INDEX outbox_by_subject ON outbox (subject, seq)",
            schema.CONFLICTS,
            "CREATE INDEX conflicts_by_person ON conflicts (person_id)",
            schema.UNNAMED,
            schema.STATE,
            schema.DELETIONS,
            "ALTER TABLE audit RENAME TO audit_unchained",
            schema.AUDIT_3,
        ),
        _chain_the_audit,
    ),
    Step(
        4,
        (
            schema.PICTURES,
            *schema.PICTURES_OUT_OF_PERSONS,
            "CREATE INDEX outbox_deletions ON outbox (remote_id) WHERE action = 'delete_person'",
        ),
    ),
    Step(
        5,
        (
            schema.OPERATORS,
            schema.PASSES,
            "CREATE INDEX passes_by_code ON passes (code_hash) WHERE code_hash <> ''",
            schema.WALKS,
        ),
    ),
    Step(6, (schema.ENROLMENT_QUALITY,)),
)

LATEST = STEPS[-1].version


def version_of(connection: Connection) -> int:
    """How far this file has come; 0 for a file without a schema."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def migrate(database: Database, path: Path, *, at: str, key: Key | None = None, target: int = LATEST) -> None:
    """Bring a file up to ``target``, one step at a time. Taking the write lock also proves that the file can be written.

    Args:
        database: to bring up.
        path: of its file.
        at: what a step writes down as the time.
        key: of the file, for the backups.
        target: version to stop at.

    Raises:
        StoreError: ``store_newer``, ``store_failed`` (not a kiosk's database, or a step failed: the file is as it was),
            or what SQLite says.
    """
    try:
        has_data = version_of(database.conn) > 0
        while _one_step(database, path, target, at=at, key=key, has_data=has_data):
            pass
    except database_errors() as error:
        raise translated(error, path.name) from error


def _one_step(database: Database, path: Path, target: int, *, at: str, key: Key | None, has_data: bool) -> bool:
    """Take the next step; False when there is none."""
    found = version_of(database.conn)
    if has_data and found < target:
        back_up(database.conn, path, before=found + 1, key=key)
    with transaction(database):
        version = version_of(database.conn)
        if version > LATEST:
            raise StoreError(Code.STORE_NEWER, f"{path.name}: version {version}, this program knows {LATEST}")
        if version == 0 and database.table_names():
            raise StoreError(Code.STORE_FAILED, f"{path.name}: not a database of this program")
        if version >= target:
            return False
        if version != found:
            return True  # another process took this step meanwhile: look again, with a backup of its own
        step = STEPS[version]
        for statement in step.statements:
            database.conn.execute(statement)
        if step.run is not None:
            step.run(database.conn, at)
        database.conn.execute(f"PRAGMA user_version = {step.version:d}")
    logger.info("database brought to version %d", step.version)
    return True
