"""Deleting somebody: what is deleted, cleared and kept, table by table, and the certificate that says so.

Results stay, about nobody and without what the account said about the person; so do the audit's lines, which never held anything
personal. Runs inside one transaction; the files around the database are the caller's.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.person import Person, PersonId, Truth
from kiosk.domain.record import AuditEntry, DeletionCertificate, Erasure, LivenessSession, Touched
from kiosk.store import exported, queue, rows
from kiosk.store.ledger import Write

_OWNED = ("pictures", "templates", "consents", "conflicts", "pull_unnamed", "passes", "enrolment_quality")
"""Tables whose rows go with the person."""

_TOLD_BY_ACCOUNT = tuple(name for name in rows.SESSION_COLUMNS if getattr(LivenessSession(), name) == "[]")
"""Columns of a liveness session that may say something about the person."""


def erase(write: Write, person: Person, *, why: Erasure) -> tuple[list[Touched], AuditEntry]:
    """Remove a person with everything that is theirs: what was touched, and the tombstone."""
    touched = [Touched(kind="table", name="outbox", outcome="deleted", count=_waiting(write, person.id))]
    is_gone_there = why is Erasure.GONE_AT_ACCOUNT
    remote = queue.withdraw(write, replace(person, remote_id="") if is_gone_there else person)
    touched += _of_results(write, person.id)
    touched += [_deleted(table, _count(write, table, person.id)) for table in _OWNED]
    write.execute("DELETE FROM persons WHERE id = ?", person.id)
    touched.append(_deleted("persons", 1))
    touched += exported.since(write, person.created_at)
    touched += _remote(person, remote, why)
    line = write.audit("person_deleted", person.id, "" if why is Erasure.ASKED else why.value)
    return touched, line


def strip(write: Write, person: Person) -> tuple[list[Touched], AuditEntry]:
    """Consent is withdrawn: pictures and templates go, here and at the account; the details stay, to be nobody's gallery."""
    touched = [Touched(kind="table", name="outbox", outcome="deleted", count=_waiting(write, person.id))]
    remote = queue.withdraw(write, person)
    touched += _of_results(write, person.id)
    touched.append(_deleted("pictures", _count(write, "pictures", person.id)))
    write.execute("DELETE FROM pictures WHERE person_id = ?", person.id)
    touched.append(_deleted("templates", _count(write, "templates", person.id)))
    write.execute("DELETE FROM templates WHERE person_id = ?", person.id)
    touched.append(_deleted("enrolment_quality", _count(write, "enrolment_quality", person.id)))
    write.execute("DELETE FROM enrolment_quality WHERE person_id = ?", person.id)
    write.execute("DELETE FROM conflicts WHERE person_id = ?", person.id)
    write.execute("DELETE FROM pull_unnamed WHERE person_id = ?", person.id)
    write.execute(
        "UPDATE persons SET liveness_score = NULL, remote_id = '', remote_details = '',"
        " truth = ?, held_back = 1, updated_at = ? WHERE id = ?",
        Truth.LOCAL.value,
        write.at,
        person.id,
    )
    touched.append(Touched(kind="table", name="persons", outcome="cleared", count=1))
    count = write.execute(
        "UPDATE consents SET withdrawn_at = ? WHERE person_id = ? AND withdrawn_at = ''", write.at, person.id
    )
    touched.append(Touched(kind="table", name="consents", outcome="cleared", count=count))
    touched += _remote(person, remote, Erasure.CONSENT_WITHDRAWN)
    line = write.audit("consent_withdrawn", person.id)
    return touched, line


def keep(write: Write, person: PersonId, why: Erasure, touched: list[Touched], line: AuditEntry) -> int:
    """Keep the certificate, so far without the files; its number."""
    certificate = DeletionCertificate(
        person=person, at=write.at, why=why, touched=tuple(touched), audit_id=line.id, audit_hash=line.hash
    )
    values = (person, rows.certificate_to_json(certificate))
    write.execute("INSERT INTO deletions (person_id, certificate) VALUES (?, ?)", *values)
    return int((write.one("SELECT last_insert_rowid() AS id") or {"id": 0})["id"])


def unfinished(write: Write) -> list[tuple[int, PersonId]]:
    """Deletions whose files nobody has cleaned yet."""
    found = write.rows("SELECT id, person_id FROM deletions WHERE files_done = 0 ORDER BY id")
    return [(row["id"], PersonId(row["person_id"])) for row in found]


def finished(write: Write, number: int, files: list[Touched], *, is_done: bool) -> DeletionCertificate:
    """Write down what became of the files."""
    row = write.one("SELECT certificate FROM deletions WHERE id = ?", number) or {"certificate": "{}"}
    certificate = rows.decoded(lambda found: rows.to_certificate(found["certificate"]), row, "deletions")
    others = tuple(each for each in certificate.touched if each.kind != "file")
    certificate = replace(certificate, touched=(*others, *files))
    text = rows.certificate_to_json(certificate)
    write.execute("UPDATE deletions SET certificate = ?, files_done = ? WHERE id = ?", text, int(is_done), number)
    return certificate


def not_seen_since(write: Write, limit: str) -> list[PersonId]:
    """People who were last enrolled, changed or recognised before ``limit`` (RFC 3339)."""
    sql = (
        "SELECT p.id FROM persons p WHERE p.created_at < ? AND p.updated_at < ?"
        " AND NOT EXISTS (SELECT 1 FROM validations v WHERE v.person_id = p.id AND v.created_at >= ?) ORDER BY p.id"
    )
    return [PersonId(row["id"]) for row in write.rows(sql, limit, limit, limit)]


def _of_results(write: Write, person: PersonId) -> list[Touched]:
    blank = ", ".join(f"{name} = '[]'" for name in _TOLD_BY_ACCOUNT)
    mine = "validation_id IN (SELECT id FROM validations WHERE person_id = ?)"
    sessions = write.execute(f"UPDATE liveness_sessions SET {blank} WHERE {mine}", person)  # noqa: S608 - names of ours
    results = write.execute("UPDATE validations SET person_id = NULL WHERE person_id = ?", person)
    return [
        Touched(kind="table", name="liveness_sessions", outcome="cleared", count=sessions),
        Touched(kind="table", name="validations", outcome="cleared", count=results),
    ]


def _remote(person: Person, outcome: str, why: Erasure) -> list[Touched]:
    if why is Erasure.GONE_AT_ACCOUNT:
        return [Touched(kind="remote", name=person.remote_id, outcome="deleted")]
    return [Touched(kind="remote", name=person.remote_id or person.id, outcome=outcome)] if outcome else []


def _deleted(table: str, count: int) -> Touched:
    return Touched(kind="table", name=table, outcome="deleted", count=count)


def _waiting(write: Write, person: PersonId) -> int:
    return int((write.one("SELECT count(*) AS n FROM outbox WHERE chain = ?", person) or {"n": 0})["n"])


def _count(write: Write, table: str, person: PersonId) -> int:
    row = write.one(f"SELECT count(*) AS n FROM {table} WHERE person_id = ?", person)  # noqa: S608 - names of ours
    return int((row or {"n": 0})["n"])
