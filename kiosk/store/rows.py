"""Rows to values and back: the only place that knows how a domain value lies in a table. Opens nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any, TypeVar

import numpy as np

from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.errors import Code, InvariantBroken, StoreError
from kiosk.domain.face import Embedding
from kiosk.domain.outbox import Action, OutboxRow, RowState
from kiosk.domain.person import Details, Person, PersonId, Truth
from kiosk.domain.record import (
    Consent,
    DeletionCertificate,
    Enrolment,
    Erasure,
    LivenessSession,
    Touched,
    Validation,
)

Row = Mapping[str, Any]
T = TypeVar("T")

DETAIL_COLUMNS = tuple(f.name for f in fields(Details))
LIST_COLUMNS = (
    "id",
    *DETAIL_COLUMNS,
    "liveness_score",
    "verification_status",
    "created_at",
    "updated_at",
    "truth",
    "remote_id",
)
"""Of a person without their pictures."""

WHOLE_PERSONS = "SELECT p.*, i.face_image, i.fingerprint FROM persons p LEFT JOIN pictures i ON i.person_id = p.id"
"""People with their pictures."""

SESSION_COLUMNS = tuple(f.name for f in fields(LivenessSession))
VALIDATION_COLUMNS = tuple(
    "person_id" if f.name == "person" else f.name for f in fields(Validation) if f.name != "liveness_session"
)
_SESSION_PREFIX = "session_"
SESSION_ALIASES = ", ".join(f"s.{name} AS {_SESSION_PREFIX}{name}" for name in SESSION_COLUMNS)


def decoded(decode: Callable[[Row], T], row: Row, table: str) -> T:
    """Run ``decode``; a value that this program cannot have written is damage.

    Raises:
        StoreError: ``store_damaged``, naming the table.
    """
    try:
        return decode(row)
    except (ValueError, TypeError, KeyError) as error:
        raise StoreError(Code.STORE_DAMAGED, f"a row of {table} holds what this program never writes") from error


def person_row(person: Person) -> dict[str, Any]:
    """Columns of ``persons``; the pictures have a table of their own."""
    row: dict[str, Any] = {name: getattr(person.details, name) for name in DETAIL_COLUMNS}
    row |= {
        "id": person.id,
        "liveness_score": person.liveness_score,
        "verification_status": str(person.verification_status),
        "created_at": person.created_at,
        "updated_at": person.updated_at,
        "truth": person.truth.value,
        "remote_id": person.remote_id,
    }
    return row


def picture_row(person: Person) -> dict[str, Any] | None:
    """Columns of ``pictures``; None where there is nothing to keep."""
    if person.face_image is None and person.fingerprint is None:
        return None
    return {"person_id": person.id, "face_image": person.face_image, "fingerprint": person.fingerprint}


def to_person(row: Row) -> Person:
    """From columns of ``persons``, with or without those of ``pictures``."""
    return Person(
        id=PersonId(row["id"]),
        details=Details(**{name: row[name] for name in DETAIL_COLUMNS}),
        face_image=row.get("face_image"),
        fingerprint=row.get("fingerprint"),
        liveness_score=row["liveness_score"],
        verification_status=row["verification_status"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        truth=Truth(row["truth"]),
        remote_id=row["remote_id"],
    )


def template_row(person: PersonId, template: Embedding, *, at: str, source: str) -> dict[str, Any]:
    """Columns of ``templates``; the vector as little-endian float32."""
    return {
        "person_id": person,
        "model": template.model,
        "model_sha256": template.model_sha256,
        "dimensions": int(template.vector.size),
        "created_at": at,
        "source": source,
        "vector": np.ascontiguousarray(template.vector, dtype="<f4").tobytes(),
    }


def to_template(row: Row) -> tuple[PersonId, Embedding]:
    """From columns of ``templates``."""
    vector = np.frombuffer(row["vector"], dtype="<f4").astype(np.float32)
    if vector.size != row["dimensions"]:
        raise ValueError("vector of another length")
    return PersonId(row["person_id"]), Embedding(vector, row["model"], row["model_sha256"])


def validation_row(validation: Validation) -> dict[str, Any]:
    """Columns of ``validations``."""
    row = {name: getattr(validation, name) for name in VALIDATION_COLUMNS if name != "person_id"}
    row |= {
        "person_id": validation.person,
        "outcome": validation.outcome.value,
        "reason": validation.reason.value,
        "truth": validation.truth.value,
        "type": str(validation.type),
        "status": str(validation.status),
        "requires_2fa": int(validation.requires_2fa),
    }
    return row


def session_row(validation_id: str, session: LivenessSession) -> dict[str, Any]:
    """Columns of ``liveness_sessions``."""
    return {"validation_id": validation_id} | {name: getattr(session, name) for name in SESSION_COLUMNS}


def to_validation(row: Row) -> Validation:
    """From columns of ``validations`` left-joined with ``liveness_sessions`` (:data:`SESSION_ALIASES`)."""
    session = None
    if row[f"{_SESSION_PREFIX}id"] is not None:
        session = LivenessSession(**{name: row[_SESSION_PREFIX + name] for name in SESSION_COLUMNS})
    own = {name: row[name] for name in VALIDATION_COLUMNS if name != "person_id"}
    own |= {
        "person": None if row["person_id"] is None else PersonId(row["person_id"]),
        "outcome": Outcome(row["outcome"]),
        "reason": Reason(row["reason"]),
        "truth": Truth(row["truth"]),
        "requires_2fa": bool(row["requires_2fa"]),
    }
    return Validation(liveness_session=session, **own)


def to_consent(row: Row) -> Consent:
    """From columns of ``consents``."""
    return Consent(**{f.name: row[f.name] for f in fields(Consent)})


def details_to_json(details: Details) -> str:
    """As the store keeps details beside those of a person."""
    return json.dumps({name: getattr(details, name) for name in DETAIL_COLUMNS}, ensure_ascii=False)


def details_from_json(text: str) -> Details:
    """Back again; unknown fields of a newer program are left out."""
    found = json.loads(text)
    return Details(**{name: str(found.get(name, "")) for name in DETAIL_COLUMNS})


def to_outbox_row(row: Row) -> OutboxRow:
    """From columns of ``outbox``."""
    names = ("id", "subject", "chain", "created_at", "due_at", "tries", "remote_id", "code", "reason")
    return OutboxRow(action=Action(row["action"]), state=RowState(row["state"]), **{name: row[name] for name in names})


def certificate_to_json(certificate: DeletionCertificate) -> str:
    """As the store keeps it."""
    return json.dumps(asdict(certificate))


def to_certificate(text: str) -> DeletionCertificate:
    """Back again."""
    found = json.loads(text)
    return DeletionCertificate(
        **(found | {"why": Erasure(found["why"]), "touched": tuple(Touched(**each) for each in found["touched"])})
    )


def check_enrolment(enrolment: Enrolment) -> None:
    """What only a bug of ours would write.

    Raises:
        InvariantBroken: no picture, no template, templates of two models, a vector that is not a direction, a bad score.
    """
    if not enrolment.person or not enrolment.details.first_name.strip():
        raise InvariantBroken("an enrolment needs an id and a name")
    if not enrolment.consent.text_version or not enrolment.consent.given_at:
        raise InvariantBroken("an enrolment needs a consent")
    if not enrolment.face_image.startswith(b"\xff\xd8\xff"):
        raise InvariantBroken("an enrolment needs a JPEG picture")
    if len({template.model_sha256 for template in enrolment.templates}) != 1:
        raise InvariantBroken("an enrolment needs templates of one set of weights")
    for template in enrolment.templates:
        check_template(template)
    check_score(enrolment.liveness_score)
    if enrolment.validation is not None:
        check_validation(enrolment.validation)
        if enrolment.validation.person not in {None, enrolment.person}:
            raise InvariantBroken("the validation of an enrolment is about somebody else")


def check_template(template: Embedding) -> None:
    """What only a bug of ours would write.

    Raises:
        InvariantBroken: not a direction.
    """
    length = float(np.linalg.norm(template.vector.astype(np.float64)))
    if template.vector.ndim != 1 or not abs(length - 1.0) < 1e-3:
        raise InvariantBroken("a template must be a direction of length 1")


def check_validation(validation: Validation) -> None:
    """What only a bug of ours would write.

    Raises:
        InvariantBroken: no id, no mark, a score that is not one, a similarity that is not a number.
    """
    if not validation.id or not validation.identifier:
        raise InvariantBroken("a validation needs an id and its own mark")
    check_score(validation.liveness_score)
    if validation.similarity is not None and not math.isfinite(validation.similarity):
        raise InvariantBroken("a similarity must be a number")


def check_score(score: float | None) -> None:
    """A score is None or 0..1.

    Raises:
        InvariantBroken: it is not.
    """
    if score is not None and not 0.0 <= score <= 1.0:
        raise InvariantBroken("a liveness score must lie between 0 and 1")
