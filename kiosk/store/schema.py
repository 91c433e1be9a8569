"""The statements of the schema's steps (:mod:`kiosk.store.migrations`). A statement that has shipped is never changed."""

from __future__ import annotations

# Pictures stand last: SQLite reads a row from its front, and a list of people must not walk through their pictures. (Since
# version 4 they have a table of their own.)
PERSONS = """
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

TEMPLATES = """
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

VALIDATIONS = """
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

LIVENESS_SESSIONS = """
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

AUDIT = """
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT ''
) STRICT"""

AUDIT_RULES = (
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
CONSENTS = """
CREATE TABLE consents (
    id INTEGER PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    text_version TEXT NOT NULL,
    given_at TEXT NOT NULL,
    operator TEXT NOT NULL DEFAULT ''
) STRICT"""

# --- version 3: the account, the chain ---

# Kept of a person beside what Person says: remote_details is what the account acknowledged last (JSON of the wire), image_from
# says whose picture it is, no_face that the picture gave no template, held_back that nobody sends them by itself.
PERSONS_3 = (
    "ALTER TABLE persons ADD COLUMN remote_details TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE persons ADD COLUMN image_from TEXT NOT NULL DEFAULT 'station'",
    "ALTER TABLE persons ADD COLUMN no_face INTEGER NOT NULL DEFAULT 0 CHECK (no_face IN (0, 1))",
    "ALTER TABLE persons ADD COLUMN held_back INTEGER NOT NULL DEFAULT 0 CHECK (held_back IN (0, 1))",
    "CREATE UNIQUE INDEX persons_by_remote_id ON persons (remote_id) WHERE remote_id <> ''",
)

VALIDATIONS_3 = (
    "ALTER TABLE validations ADD COLUMN clock_offset_s REAL",
    "ALTER TABLE validations ADD COLUMN remote_id TEXT NOT NULL DEFAULT ''",
)

CONSENTS_3 = ("ALTER TABLE consents ADD COLUMN withdrawn_at TEXT NOT NULL DEFAULT ''",)

# uncertain: the request may have reached the account; orphan: the record was deleted while the request was under way;
# lookup: what a look-up needs when the record itself is gone; set_at: when due_at was set, so that a clock that was put back
# holds nothing up.
OUTBOX = """
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE CHECK (id <> ''),
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    chain TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    set_at TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    remote_id TEXT NOT NULL DEFAULT '',
    code TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    uncertain INTEGER NOT NULL DEFAULT 0 CHECK (uncertain IN (0, 1)),
    orphan INTEGER NOT NULL DEFAULT 0 CHECK (orphan IN (0, 1)),
    lookup TEXT NOT NULL DEFAULT '',
    image BLOB
) STRICT"""

CONFLICTS = """
CREATE TABLE conflicts (
    id TEXT PRIMARY KEY NOT NULL,
    person_id TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    at TEXT NOT NULL,
    kept TEXT NOT NULL
) STRICT"""

# Confirmed people whom the pull under way has not named yet.
UNNAMED = """
CREATE TABLE pull_unnamed (
    person_id TEXT PRIMARY KEY NOT NULL REFERENCES persons (id) ON DELETE CASCADE
) STRICT"""

STATE = """
CREATE TABLE state (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT"""

# files_done: the files around the database have been cleaned as well; a program killed before that does it when it starts again.
DELETIONS = """
CREATE TABLE deletions (
    id INTEGER PRIMARY KEY,
    person_id TEXT NOT NULL,
    files_done INTEGER NOT NULL DEFAULT 0 CHECK (files_done IN (0, 1)),
    certificate TEXT NOT NULL
) STRICT"""

AUDIT_3 = """
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    mono_ms REAL NOT NULL,
    clock_offset_s REAL,
    hash TEXT NOT NULL CHECK (length(hash) = 64)
) STRICT"""

# --- version 4: what is sent and acknowledged changes a short row, not one with a picture in it ---

PICTURES = """
CREATE TABLE pictures (
    person_id TEXT PRIMARY KEY NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    face_image BLOB,
    fingerprint BLOB
) STRICT"""

PICTURES_OUT_OF_PERSONS = (
    "INSERT INTO pictures (person_id, face_image, fingerprint) SELECT id, face_image, fingerprint FROM persons"
    " WHERE face_image IS NOT NULL OR fingerprint IS NOT NULL",
    "ALTER TABLE persons DROP COLUMN face_image",
    "ALTER TABLE persons DROP COLUMN fingerprint",
)

# --- version 5: who works here, ways in without a face, trials of attacks ---

# pin_hash: argon2. failures: wrong PINs in a row; locked_until: RFC 3339 UTC, empty while the operator may try.
OPERATORS = """
CREATE TABLE operators (
    id TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    name TEXT NOT NULL CHECK (name <> ''),
    role TEXT NOT NULL CHECK (role IN ('operator', 'supervisor')),
    pin_hash TEXT NOT NULL CHECK (pin_hash <> ''),
    failures INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0),
    locked_until TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    disabled_at TEXT NOT NULL DEFAULT ''
) STRICT"""

# One a person: number names them, pin_hash (argon2) or code_hash (SHA-256 of what their QR code holds) proves it.
PASSES = """
CREATE TABLE passes (
    person_id TEXT PRIMARY KEY NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    number TEXT NOT NULL UNIQUE CHECK (number <> ''),
    pin_hash TEXT NOT NULL DEFAULT '',
    code_hash TEXT NOT NULL DEFAULT '',
    failures INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0),
    locked_until TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT"""

# The owner's own trials of this station (kiosk.domain.attack_wizard): answers and cue values as JSON, never a picture.
WALKS = """
CREATE TABLE walks (
    id TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    began_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    camera TEXT NOT NULL,
    standing TEXT NOT NULL,
    plan TEXT NOT NULL,
    trials TEXT NOT NULL
) STRICT"""

# --- version 6: how good the pictures of an enrolment were, as numbers ---

ENROLMENT_QUALITY = """
CREATE TABLE enrolment_quality (
    person_id TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    view TEXT NOT NULL,
    component TEXT NOT NULL,
    value REAL NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (person_id, view, component)
) STRICT"""
