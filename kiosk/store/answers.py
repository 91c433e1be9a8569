"""What the account's acknowledgement makes of the records: one open transaction, no rule of sending."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.domain.errors import Code, StoreError
from kiosk.domain.outbox import Action
from kiosk.domain.person import Truth
from kiosk.domain.record import ValidationType
from kiosk.domain.remote import RemotePerson, RemoteValidation
from kiosk.store import rows
from kiosk.store.ledger import Write


def confirmed(write: Write, row: dict[str, Any], answer: RemotePerson | RemoteValidation | None) -> None:
    """Settle one row of the outbox by its answer and remove it.

    Raises:
        StoreError: ``store_failed`` for an answer about something else.
    """
    action = Action(row["action"])
    match action, answer:
        case Action.CREATE_PERSON, RemotePerson():
            _person(write, row, answer)
        case Action.UPDATE_PERSON, RemotePerson() | None:
            _person(write, row, answer)
        case Action.SEND_VALIDATION, RemoteValidation():
            _validation(write, row, answer)
        case Action.DELETE_PERSON, _:
            settle_deletion(write, row["subject"], "deleted")
            if row["remote_id"]:  # a pull that began before the deletion may have brought them back
                write.execute("DELETE FROM persons WHERE remote_id = ? AND remote_id <> ''", row["remote_id"])
        case _:
            raise StoreError(Code.STORE_FAILED, f"no answer to {action}")
    write.execute("DELETE FROM outbox WHERE id = ?", row["id"])
    write.audit("account_confirmed", row["subject"], action.value)


def follow(write: Write, person: str, truth: Truth) -> None:
    """The result of an enrolment is as true as the person: both are one act at the account."""
    write.execute(
        "UPDATE validations SET truth = ? WHERE person_id = ? AND type = ? AND remote_id = ''"
        " AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.subject = validations.id)",
        truth.value,
        person,
        ValidationType.ONBOARDING.value,
    )


def known_details(write: Write, person: str, answer: RemotePerson) -> None:
    """What the account acknowledged last: the next pull tells by it what was changed there."""
    write.execute("UPDATE persons SET remote_details = ? WHERE id = ?", rows.details_to_json(answer.details), person)


def settle_deletion(write: Write, person: str, outcome: str) -> None:
    """The account has deleted (or never had) somebody who was deleted here: their certificate says so."""
    for row in write.rows("SELECT id, certificate FROM deletions WHERE person_id = ?", person):
        certificate = rows.to_certificate(row["certificate"])
        touched = tuple(
            replace(each, outcome=outcome) if each.kind == "remote" else each for each in certificate.touched
        )
        settled = rows.certificate_to_json(replace(certificate, touched=touched))
        write.execute("UPDATE deletions SET certificate = ? WHERE id = ?", settled, row["id"])


def _person(write: Write, row: dict[str, Any], answer: RemotePerson | None) -> None:
    person = str(row["subject"])
    remote_id = answer.remote_id if answer is not None else str(row["remote_id"])
    write.execute("UPDATE outbox SET remote_id = ? WHERE chain = ? AND remote_id = ''", remote_id, row["chain"])
    if write.one("SELECT 1 FROM persons WHERE id = ?", person) is None:
        return  # deleted here meanwhile: the deletion behind this row knows now whom to delete
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
    """A pull brought somebody in as new before the answer to their creation was known: they are this person."""
    twin = write.one("SELECT id FROM persons WHERE remote_id = ? AND remote_id <> '' AND id <> ?", remote_id, person)
    if twin is None:
        return
    write.execute("UPDATE validations SET person_id = ? WHERE person_id = ?", person, twin["id"])
    results = Action.SEND_VALIDATION.value
    write.execute("UPDATE outbox SET chain = ? WHERE chain = ? AND action = ?", person, twin["id"], results)
    write.execute("DELETE FROM outbox WHERE chain = ?", twin["id"])
    write.execute("DELETE FROM persons WHERE id = ?", twin["id"])
    write.audit("person_merged", person, f"with={twin['id']}")


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
