"""The schema, as numbered steps. A step that has shipped is never changed; a new need is a new step at the end.

``PRAGMA user_version`` says how far a file has come. Each step runs in one transaction together with that number, so a power
cut leaves the old schema or the new one. A file that already holds tables is backed up, and the backup checked, before each step.
"""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.errors import Code, StoreError
from kiosk.store.connections import transaction
from kiosk.store.errors import translated
from kiosk.store.files import back_up

if TYPE_CHECKING:
    from sqlite_utils import Database

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """From ``version - 1`` to ``version``."""

    version: int
    statements: tuple[str, ...]


# Pictures stand last: SQLite reads a row from its front, and a list of people must not walk through their pictures.
_PERSONS = """
CREATE TABLE persons (
    id TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    date_of_birth TEXT NOT NULL DEFAULT '',
    document_type TEXT NOT NULL DEFAULT '',
    document_number TEXT NOT NULL DEFAULT '',
    liveness_score REAL,
    verification_status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    truth TEXT NOT NULL,
    remote_id TEXT NOT NULL DEFAULT '',
    face_image BLOB,
    fingerprint BLOB
) STRICT"""

_TEMPLATES = """
CREATE TABLE templates (
    id INTEGER PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    model TEXT NOT NULL,
    model_sha256 TEXT NOT NULL,
    dimensions INTEGER NOT NULL CHECK (dimensions > 0),
    created_at TEXT NOT NULL,
    source TEXT NOT NULL,
    vector BLOB NOT NULL CHECK (length(vector) = 4 * dimensions)
) STRICT"""

_VALIDATIONS = """
CREATE TABLE validations (
    id TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    identifier TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    client TEXT NOT NULL DEFAULT '',
    project TEXT NOT NULL DEFAULT '',
    project_flow TEXT NOT NULL DEFAULT '',
    url TEXT NOT NULL DEFAULT '',
    liveness_score REAL NOT NULL,
    assigned_collection TEXT NOT NULL DEFAULT '',
    collection_code TEXT NOT NULL DEFAULT '',
    requires_2fa INTEGER NOT NULL CHECK (requires_2fa IN (0, 1)),
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    person_id TEXT REFERENCES persons (id) ON DELETE SET NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    truth TEXT NOT NULL,
    similarity REAL,
    mono_ms REAL NOT NULL
) STRICT"""

_LIVENESS_SESSIONS = """
CREATE TABLE liveness_sessions (
    validation_id TEXT PRIMARY KEY NOT NULL REFERENCES validations (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    client TEXT NOT NULL,
    project TEXT NOT NULL,
    project_flow TEXT NOT NULL,
    identifier TEXT NOT NULL,
    status TEXT NOT NULL,
    liveness_result TEXT NOT NULL,
    comparison_result TEXT NOT NULL,
    general_information TEXT NOT NULL,
    document_type_fields TEXT NOT NULL,
    location TEXT NOT NULL,
    pro_fields TEXT NOT NULL,
    studio_fields TEXT NOT NULL,
    prompt_fields TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    activated_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT"""

_AUDIT = """
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT ''
) STRICT"""

_AUDIT_RULES = (
    "CREATE TRIGGER audit_keeps_lines BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit lines stay'); END",
    "CREATE TRIGGER audit_keeps_words BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit lines stay as they are'); END",
    # INSERT OR REPLACE deletes without asking the trigger above on connections without recursive_triggers
    "CREATE TRIGGER audit_replaces_nothing BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) "
    "BEGIN SELECT RAISE(ABORT, 'audit lines stay'); END",
    "CREATE TRIGGER audit_has_no_gap AFTER INSERT ON audit "
    "WHEN NEW.id <> 1 AND NOT EXISTS (SELECT 1 FROM audit WHERE id = NEW.id - 1) "
    "BEGIN SELECT RAISE(ABORT, 'audit numbers have no gap'); END",
)

# Enrolments made under version 1 have no consent row, and none is invented for them.
_CONSENTS = """
CREATE TABLE consents (
    id INTEGER PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    text_version TEXT NOT NULL,
    given_at TEXT NOT NULL,
    operator TEXT NOT NULL DEFAULT ''
) STRICT"""

STEPS = (
    Step(
        1,
        (
            _PERSONS,
            "CREATE INDEX persons_by_name ON persons (last_name, first_name)",
            _TEMPLATES,
            "CREATE INDEX templates_by_person ON templates (person_id)",
            "CREATE INDEX templates_by_weights ON templates (model_sha256, id)",
            _VALIDATIONS,
            "CREATE INDEX validations_by_person ON validations (person_id)",
            "CREATE INDEX validations_by_time ON validations (created_at)",
            _LIVENESS_SESSIONS,
            _AUDIT,
            *_AUDIT_RULES,
        ),
    ),
    Step(2, (_CONSENTS, "CREATE INDEX consents_by_person ON consents (person_id)")),
)

LATEST = STEPS[-1].version


def version_of(connection: sqlite3.Connection) -> int:
    """How far this file has come; 0 for a file without a schema."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def migrate(database: Database, path: Path, *, target: int = LATEST) -> None:
    """Bring a file up to ``target``, one step at a time. Taking the write lock also proves that the file can be written.

    Raises:
        StoreError: ``store_newer``, ``store_failed`` (not a kiosk's database, or a step failed: the file is as it was),
            or what SQLite says.
    """
    try:
        has_data = version_of(database.conn) > 0
        while _one_step(database, path, target, has_data=has_data):
            pass
    except sqlite3.Error as error:
        raise translated(error, path.name) from error


def _one_step(database: Database, path: Path, target: int, *, has_data: bool) -> bool:
    """Take the next step; False when there is none."""
    found = version_of(database.conn)
    if has_data and found < target:
        back_up(database.conn, path, before=found + 1)
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
        database.conn.execute(f"PRAGMA user_version = {step.version:d}")
    logger.info("database brought to version %d", step.version)
    return True
