"""Reading: rows of one connection as values. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kiosk.domain.person import Person, PersonId
from kiosk.domain.record import Consent, DeletionCertificate, Validation
from kiosk.store import exported, rows
from kiosk.store.connections import fetched, fold

if TYPE_CHECKING:
    from sqlite_utils import Database

_FIELD_BREAK = "\x1f"  # between the columns that are searched, so that nothing matches across two of them
_VALIDATION = (
    f"SELECT v.*, {rows.SESSION_ALIASES} FROM validations v"  # noqa: S608 - names of ours, no value
    " LEFT JOIN liveness_sessions s ON s.validation_id = v.id"
)


def people(database: Database, search: str) -> Sequence[Person]:
    """All people, without pictures, by last and first name. Case and accents do not matter to ``search``."""
    sql = f"SELECT {', '.join(rows.LIST_COLUMNS)} FROM persons"  # noqa: S608 - names of ours, no value
    wanted = fold(search.replace(_FIELD_BREAK, " ")).strip()
    values: dict[str, str] = {}
    if wanted:
        sql += (
            " WHERE fold(first_name || ' ' || last_name || :between || last_name || ' ' || first_name || :between"
            " || document_number || :between || email) LIKE :pattern ESCAPE '\\'"
        )
        values = {"between": _FIELD_BREAK, "pattern": f"%{_escaped(wanted)}%"}
    found = [rows.decoded(rows.to_person, row, "persons") for row in database.query(sql, values)]
    return sorted(found, key=lambda p: (fold(p.details.last_name), fold(p.details.first_name), p.id))


def person(database: Database, person: PersonId | str) -> Person | None:
    """One, whole, or None."""
    row = _one(database, f"{rows.WHOLE_PERSONS} WHERE p.id = ?", person)
    return None if row is None else rows.decoded(rows.to_person, row, "persons")


def person_with_remote_id(database: Database, remote_id: str) -> Person | None:
    """Whom the account knows by this id, whole, or None."""
    row = _one(database, f"{rows.WHOLE_PERSONS} WHERE p.remote_id = ? AND p.remote_id <> ''", remote_id)
    return None if row is None else rows.decoded(rows.to_person, row, "persons")


def details(database: Database, person: PersonId | str) -> Person | None:
    """One without their pictures, or None."""
    sql = f"SELECT {', '.join(rows.LIST_COLUMNS)} FROM persons WHERE id = ?"  # noqa: S608 - names of ours, no value
    row = _one(database, sql, person)
    return None if row is None else rows.decoded(rows.to_person, row, "persons")


def consents(database: Database, person: PersonId) -> Sequence[Consent]:
    """Oldest first."""
    found = database.query("SELECT * FROM consents WHERE person_id = ? ORDER BY id", (person,))
    return [rows.decoded(rows.to_consent, row, "consents") for row in found]


def templates(database: Database, model_sha256: str, *, after: int, limit: int) -> list[dict[str, Any]]:
    """Rows of templates made with these weights, behind the row ``after``."""
    sql = (
        "SELECT id, person_id, model, model_sha256, dimensions, vector FROM templates"
        " WHERE model_sha256 = ? AND id > ? ORDER BY id LIMIT ?"
    )
    return list(database.query(sql, (model_sha256, after, limit)))


def has_templates(database: Database, person: PersonId, model_sha256: str) -> bool:
    """Whether there is one of this person made with these weights."""
    sql = "SELECT 1 FROM templates WHERE person_id = ? AND model_sha256 = ? LIMIT 1"
    return next(iter(database.query(sql, (person, model_sha256))), None) is not None


def validations(database: Database, limit: int) -> Sequence[Validation]:
    """Newest first."""
    found = database.query(f"{_VALIDATION} ORDER BY v.created_at DESC, v.rowid DESC LIMIT ?", (max(0, limit),))
    return [rows.decoded(rows.to_validation, row, "validations") for row in found]


def validation(database: Database, validation: str) -> Validation | None:
    """One, or None."""
    row = _one(database, f"{_VALIDATION} WHERE v.id = ?", validation)
    return None if row is None else rows.decoded(rows.to_validation, row, "validations")


def deletions(database: Database) -> Sequence[DeletionCertificate]:
    """Oldest first."""
    found = database.query("SELECT certificate FROM deletions ORDER BY id")
    kept = [rows.decoded(lambda row: rows.to_certificate(row["certificate"]), row, "deletions") for row in found]
    return exported.as_now(database, kept)


def _one(database: Database, sql: str, key: str) -> dict[str, Any] | None:
    return next(iter(fetched(database, sql, (key,))), None)


def _escaped(text: str) -> str:
    """For LIKE with ``ESCAPE '\\'``."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
