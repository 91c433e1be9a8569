"""What the account's acknowledgement makes of the records: one open transaction, no rule of sending."""

from __future__ import annotations

from typing import Any

from kiosk.domain.errors import Code, StoreError
from kiosk.domain.outbox import Action
from kiosk.domain.person import Details, PersonId, Truth
from kiosk.domain.record import Erasure
from kiosk.domain.remote import RemotePerson, RemoteValidation
from kiosk.store import erasure, records, rows
from kiosk.store.fates import bury, enrolled_with, follow, keep_edit, orphan_arrived, settle_deletion
from kiosk.store.ledger import Write


def confirmed(write: Write, row: dict[str, Any], answer: RemotePerson | RemoteValidation | None) -> None:
    """Settle one row of the outbox by its answer and remove it; it stays, refused, where the answer is about somebody else here.

    Raises:
        StoreError: ``store_failed`` for an answer about something else.
    """
    action = Action(row["action"])
    match action, answer:
        case (Action.CREATE_PERSON, RemotePerson()) | (Action.UPDATE_PERSON, RemotePerson() | None) if row["orphan"]:
            orphan_arrived(write, row, answer.remote_id if answer is not None else row["remote_id"])
        case Action.CREATE_PERSON, RemotePerson() if enrolled_with(write, answer.remote_id, but=row["subject"]):
            # Two people here cannot be one there: whose record it is, a person must say.
            bury(write, row, code=Code.API_CONFLICT, reason="person_already_set")
            return
        case Action.CREATE_PERSON, RemotePerson():
            _person(write, row, answer)
        case Action.UPDATE_PERSON, RemotePerson() | None:
            _person(write, row, answer)
        case Action.SEND_VALIDATION, RemoteValidation():
            _validation(write, row, answer)
        case Action.DELETE_PERSON, _:
            settle_deletion(write, row["subject"], "deleted")
            _forget_copy(write, row)
        case _:
            raise StoreError(Code.STORE_FAILED, f"no answer to {action}")
    write.execute("DELETE FROM outbox WHERE id = ?", row["id"])
    write.audit("account_confirmed", row["subject"], action.value)


def known_details(write: Write, person: str, answer: RemotePerson) -> None:
    """What the account acknowledged last: the next pull tells by it what was changed there."""
    write.execute("UPDATE persons SET remote_details = ? WHERE id = ?", rows.details_to_json(answer.details), person)


def _person(write: Write, row: dict[str, Any], answer: RemotePerson | None) -> None:
    person = str(row["subject"])
    remote_id = answer.remote_id if answer is not None and not row["remote_id"] else str(row["remote_id"])
    write.execute("UPDATE outbox SET remote_id = ? WHERE chain = ? AND remote_id = ''", remote_id, row["chain"])
    if write.one("SELECT 1 FROM persons WHERE id = ?", person) is None:
        return
    if row["action"] == Action.CREATE_PERSON:
        _merge(write, person, remote_id)
    waits = write.one(
        "SELECT 1 FROM outbox WHERE subject = ? AND action = ? AND id <> ?",
        person,
        Action.UPDATE_PERSON.value,
        row["id"],
    )
    write.execute(
        "UPDATE persons SET remote_id = ?, truth = ?, held_back = 0,"
        " verification_status = coalesce(nullif(?, ''), verification_status),"
        " remote_details = coalesce(?, remote_details) WHERE id = ?",
        remote_id,
        (Truth.PROVISIONAL if waits else Truth.CONFIRMED).value,
        answer.verification_status if answer is not None else "",
        rows.details_to_json(answer.details) if answer is not None else None,
        person,
    )
    if row["action"] == Action.CREATE_PERSON:
        follow(write, person, Truth.CONFIRMED)


def _merge(write: Write, person: str, remote_id: str) -> None:
    """A pull brought somebody in as new before the answer to their creation was known: they are this person.

    What was edited about them meanwhile and is not at the account is kept for review.
    """
    twin = _copy(write, person, remote_id)
    if not twin:
        return
    keep_edit(write, person, _details(write, twin), _details(write, person), _acknowledged(write, twin))
    write.execute("UPDATE conflicts SET person_id = ? WHERE person_id = ?", person, twin)
    write.execute(
        "UPDATE OR IGNORE passes SET person_id = ? WHERE person_id = ?", person, twin
    )  # what was printed works
    write.execute("UPDATE validations SET person_id = ? WHERE person_id = ?", person, twin)
    results = Action.SEND_VALIDATION.value
    write.execute("UPDATE outbox SET chain = ? WHERE chain = ? AND action = ?", person, twin, results)
    write.execute("DELETE FROM outbox WHERE chain = ?", twin)
    write.execute("DELETE FROM persons WHERE id = ?", twin)
    write.audit("person_merged", person, f"with={twin}")
    write.left.append(twin)


def _details(write: Write, person: str) -> Details:
    return records.person_of(write, person).details


def _acknowledged(write: Write, person: str) -> Details | None:
    row = write.one("SELECT remote_details AS known FROM persons WHERE id = ?", person)
    return rows.details_from_json(row["known"]) if row is not None and row["known"] else None


def _copy(write: Write, person: str, remote_id: str) -> str:
    """Who has this id of the account because a pull brought them in; nobody who was enrolled here. Empty where nobody has."""
    sql = "SELECT id FROM persons WHERE remote_id = ? AND remote_id <> '' AND id <> ? AND image_from = 'account'"
    found = write.one(sql, remote_id, person)
    return "" if found is None else str(found["id"])


def _forget_copy(write: Write, row: dict[str, Any]) -> None:
    """Whom a pull brought back while their deletion was under way: gone by the same word, with a certificate of their own."""
    copy = _copy(write, row["subject"], row["remote_id"])
    if copy:
        why = Erasure.GONE_AT_ACCOUNT
        touched, line = erasure.erase(write, records.person_of(write, copy), why=why)
        erasure.keep(write, PersonId(copy), why, touched, line)
        write.left.append(copy)


def _validation(write: Write, row: dict[str, Any], answer: RemoteValidation) -> None:
    known = write.one("SELECT status, liveness_score FROM validations WHERE id = ?", row["subject"])
    if known is None:
        return
    write.execute(
        "UPDATE validations SET truth = ?, remote_id = ?, status = ?, liveness_score = ?, updated_at = ? WHERE id = ?",
        Truth.CONFIRMED.value,
        answer.remote_id,
        answer.status or known["status"],
        known["liveness_score"] if answer.liveness_score is None else answer.liveness_score,
        write.at,
        row["subject"],
    )
    if answer.session is not None and not row["orphan"]:
        write.execute("DELETE FROM liveness_sessions WHERE validation_id = ?", row["subject"])
        write.database.table("liveness_sessions").insert(rows.session_row(row["subject"], answer.session))
