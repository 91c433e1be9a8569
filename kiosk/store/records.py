"""People and results, each written inside one transaction with its audit line and, where there is an account, its row to send."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.domain.errors import Code, InvariantBroken, StoreError
from kiosk.domain.person import Person, PersonId, Truth
from kiosk.domain.record import Enrolment, Validation
from kiosk.store import queue, rows
from kiosk.store.ledger import Write

_CARRIED = rows.DETAIL_COLUMNS
"""Columns of a person that the account has as well and that may change here."""


def find_person(write: Write, person: PersonId | str) -> Person | None:
    """One, whole, or None."""
    row = write.one(f"{rows.WHOLE_PERSONS} WHERE p.id = ?", person)
    return None if row is None else rows.decoded(rows.to_person, row, "persons")


def person_of(write: Write, person: PersonId | str) -> Person:
    """One, whole.

    Raises:
        StoreError: ``person_unknown``.
    """
    found = find_person(write, person)
    if found is None:
        raise StoreError(Code.PERSON_UNKNOWN, person)
    return found


def add(write: Write, person: Person, **more: Any) -> None:
    """A new person with their pictures; ``more`` columns of ``persons``."""
    write.database.table("persons").insert(rows.person_row(person) | more)
    picture = rows.picture_row(person)
    if picture is not None:
        write.database.table("pictures").insert(picture)


def enrol(write: Write, enrolment: Enrolment, *, outgoing: bool) -> Person:
    """Person, consent, templates, result; the same again writes nothing.

    Raises:
        StoreError: ``store_failed`` when this id belongs to somebody else.
    """
    at = write.at
    person = Person(
        id=enrolment.person,
        details=enrolment.details,
        face_image=enrolment.face_image,
        liveness_score=enrolment.liveness_score,
        created_at=at,
        updated_at=at,
        truth=Truth.PROVISIONAL if outgoing else Truth.LOCAL,
    )
    known = find_person(write, enrolment.person)
    if known is not None:
        if known.details == person.details and known.face_image == person.face_image:
            return known
        raise StoreError(Code.STORE_FAILED, "this id is already in use")
    add(write, person)
    _add_evidence(write, enrolment)
    write.audit("person_enrolled", person.id, f"templates={len(enrolment.templates)}")
    if outgoing:
        queue.create(write, person.id)
    if enrolment.validation is not None:
        # No row of its own: at the account an enrolment is one act, the creation, and its result is as true as that.
        result = replace(enrolment.validation, person=person.id)
        if outgoing and result.truth is Truth.LOCAL:
            result = replace(result, truth=Truth.PROVISIONAL)
        record(write, result, None, outgoing=False)
    return person


def _add_evidence(write: Write, enrolment: Enrolment) -> None:
    write.database.table("consents").insert(
        {
            "person_id": enrolment.person,
            "text_version": enrolment.consent.text_version,
            "given_at": enrolment.consent.given_at,
            "operator": enrolment.consent.operator,
        }
    )
    write.database.table("templates").insert_all(
        rows.template_row(enrolment.person, template, at=write.at, source="enrolment")
        for template in enrolment.templates
    )
    if enrolment.quality:
        write.database.table("enrolment_quality").insert_all(
            {"person_id": enrolment.person, "view": view, "component": component, "value": value, "at": write.at}
            for view, measured in enrolment.quality.items()
            for component, value in measured.items()
        )


def renew(write: Write, enrolment: Enrolment, *, outgoing: bool) -> Person:
    """Somebody on record, enrolled again: what was computed from their face before goes, here; the account gets the details.

    Raises:
        StoreError: ``person_unknown``.
    """
    before = person_of(write, enrolment.person)
    update(write, replace(before, details=enrolment.details), outgoing=outgoing)
    for table in ("pictures", "templates", "enrolment_quality"):
        write.execute(f"DELETE FROM {table} WHERE person_id = ?", before.id)  # noqa: S608
    write.database.table("pictures").insert(
        {"person_id": before.id, "face_image": enrolment.face_image, "fingerprint": before.fingerprint}
    )
    write.execute(
        "UPDATE persons SET liveness_score = ?, no_face = 0, image_from = 'station', updated_at = ? WHERE id = ?",
        enrolment.liveness_score,
        write.at,
        before.id,
    )
    _add_evidence(write, enrolment)
    write.audit("person_renewed", before.id, f"templates={len(enrolment.templates)}")
    if outgoing and not before.remote_id and not queue.is_created(write, before.id):
        # Their consent was withdrawn, so the account had them no longer; they have agreed again.
        sent = Truth.PROVISIONAL.value
        write.execute("UPDATE persons SET held_back = 0, truth = ? WHERE id = ?", sent, before.id)
        queue.create(write, before.id)
    if enrolment.validation is not None:
        record(write, replace(enrolment.validation, person=before.id), None, outgoing=False)
    return person_of(write, before.id)


def update(write: Write, person: Person, *, outgoing: bool) -> Person:
    """Details, status, truth and remote id as given; an edit that the account should have gets its row.

    Raises:
        StoreError: ``person_unknown``.
    """
    before = person_of(write, person.id)
    after = replace(
        before,
        details=person.details,
        verification_status=person.verification_status,
        truth=person.truth,
        remote_id=person.remote_id,
        updated_at=write.at,
    )
    changed = changed_columns(before, after)
    if not changed:
        return before
    if outgoing and set(changed) & set(_CARRIED) and queue.edited(write, after):
        after = replace(after, truth=Truth.PROVISIONAL)
        changed = changed_columns(before, after)
    new = rows.person_row(after)
    write.database.table("persons").update(person.id, {name: new[name] for name in (*changed, "updated_at")})
    write.audit("person_updated", person.id, ",".join(changed))
    return after


def changed_columns(before: Person, after: Person) -> list[str]:
    """Names of the columns that differ, without ``updated_at``, in order."""
    old, new = rows.person_row(before), rows.person_row(after)
    return sorted(name for name in new if new[name] != old[name] and name != "updated_at")


def record(write: Write, validation: Validation, image: bytes | None, *, outgoing: bool) -> None:
    """Insert, or replace what changed; the audit line says which.

    What the account has said about a result is never taken back by what this station said before.
    """
    if validation.person is not None and write.one("SELECT 1 FROM persons WHERE id = ?", validation.person) is None:
        validation = replace(validation, person=None)
    if validation.clock_offset_s is None:
        validation = replace(validation, clock_offset_s=write.clock_offset_s)
    known = write.one("SELECT * FROM validations WHERE id = ?", validation.id)
    if known is not None:
        validation = _kept(known, validation)
    is_new_to_send = False
    if validation.truth in queue.LOCAL_TRUTHS and outgoing and known is None:
        is_new_to_send = image is not None
        if not is_new_to_send:
            validation = replace(validation, truth=Truth.LOCAL)
        elif validation.truth is Truth.LOCAL:
            validation = replace(validation, truth=Truth.PROVISIONAL)
    _write(write, validation, known)
    if is_new_to_send and image is not None:
        queue.result(write, validation, image)
    elif validation.truth not in queue.LOCAL_TRUTHS:
        queue.forget_result(write, validation.id)


def _kept(known: dict[str, Any], validation: Validation) -> Validation:
    """The new words about a known result, without those that would undo an answer or forget a state of sending."""
    said = Truth(known["truth"])
    from_here = validation.truth in queue.LOCAL_TRUTHS
    if from_here and (said not in queue.LOCAL_TRUTHS or validation.truth is Truth.LOCAL):
        validation = replace(validation, truth=said)
    return replace(
        validation,
        remote_id=validation.remote_id or known["remote_id"],
        clock_offset_s=known["clock_offset_s"] if known["clock_offset_s"] is not None else validation.clock_offset_s,
    )


def _write(write: Write, validation: Validation, known: dict[str, Any] | None) -> None:
    row = rows.validation_row(validation)
    session = validation.liveness_session
    session_row = None if session is None else rows.session_row(validation.id, session)
    known_session = write.one("SELECT * FROM liveness_sessions WHERE validation_id = ?", validation.id)
    if known == row and known_session == session_row:
        return
    if known is None:
        write.database.table("validations").insert(row)
    else:
        write.database.table("validations").update(validation.id, {k: v for k, v in row.items() if k != "id"})
    if session_row != known_session:
        write.execute("DELETE FROM liveness_sessions WHERE validation_id = ?", validation.id)
        if session_row is not None:
            write.database.table("liveness_sessions").insert(session_row)
    action = "result_recorded" if known is None else "result_updated"
    detail = f"{validation.type} {validation.outcome.value} {validation.reason.value} {validation.truth.value}"
    write.audit(action, validation.id, detail)


def check_update(person: Person) -> None:
    """What only a bug of ours would write.

    Raises:
        InvariantBroken: no name.
    """
    if not person.details.first_name.strip():
        raise InvariantBroken("a person needs a name")
