"""The seed's names for what the store holds, for ``--json`` and for export. Never a picture, a template or a token."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kiosk.domain.person import WIRE, Person
from kiosk.domain.record import DeletionCertificate, LivenessSession, Validation


def person_to_wire(person: Person) -> dict[str, Any]:
    """The Person object of the seed without its pictures, plus ``truth`` and ``remoteId``; JSON-ready."""
    wire: dict[str, Any] = {"id": person.id}
    wire |= {name: getattr(person.details, ours) for ours, name in WIRE.items()}
    wire |= {
        "biometricData": {"livenessScore": person.liveness_score},
        "verificationStatus": str(person.verification_status),
        "createdAt": person.created_at,
        "updatedAt": person.updated_at,
        "truth": person.truth.value,
        "remoteId": person.remote_id,
    }
    return wire


def person_with_truth(person: Person, *, now: datetime, reasons: Mapping[str, str]) -> dict[str, Any]:
    """As :func:`person_to_wire`, with the age of the truth (seconds since the record last changed) and why it is no better.

    Args:
        reasons: code of what keeps a record from being sent, by person.
    """
    return person_to_wire(person) | {
        "truthAgeS": age_s(person.updated_at, now),
        "truthReason": reasons.get(person.id, ""),
    }


def age_s(since: str, now: datetime) -> str:
    """Whole seconds since then; empty where nobody knows."""
    try:
        then = datetime.fromisoformat(since)
    except ValueError:
        return ""
    return f"{max(0.0, (now - then).total_seconds()):.0f}"


def validation_to_wire(validation: Validation) -> dict[str, Any]:
    """The biometricValidation object of the seed (``livenessSession`` is its id), then what this station decided; JSON-ready."""
    session = validation.liveness_session
    return {
        "client": validation.client,
        "project": validation.project,
        "projectFlow": validation.project_flow,
        "livenessSession": None if session is None else session.id,
        "status": str(validation.status),
        "type": str(validation.type),
        "url": validation.url,
        "livenessScore": validation.liveness_score,
        "assignedCollection": validation.assigned_collection,
        "collectionCode": validation.collection_code,
        "requires2FA": validation.requires_2fa,
        "_id": validation.id,
        "updatedAt": validation.updated_at,
        "createdAt": validation.created_at,
        "__v": validation.version,
        "identifier": validation.identifier,
        "person": validation.person,
        "outcome": validation.outcome.value,
        "reason": validation.reason.value,
        "truth": validation.truth.value,
        "similarity": validation.similarity,
        "monoMs": validation.mono_ms,
        "clockOffsetS": validation.clock_offset_s,
        "remoteId": validation.remote_id,
    }


def liveness_session_to_wire(session: LivenessSession) -> dict[str, Any]:
    """The livenessSession object of the seed; JSON-ready.

    Raises:
        ValueError: one of its lists is not JSON.
    """
    return {
        "client": session.client,
        "project": session.project,
        "projectFlow": session.project_flow,
        "identifier": session.identifier,
        "status": session.status,
        "livenessResult": json.loads(session.liveness_result),
        "comparisonResult": json.loads(session.comparison_result),
        "generalInformation": json.loads(session.general_information),
        "documentTypeFields": json.loads(session.document_type_fields),
        "location": json.loads(session.location),
        "proFields": json.loads(session.pro_fields),
        "studioFields": json.loads(session.studio_fields),
        "promptFields": json.loads(session.prompt_fields),
        "expiresAt": session.expires_at,
        "_id": session.id,
        "activatedAt": session.activated_at,
        "updatedAt": session.updated_at,
        "createdAt": session.created_at,
        "__v": session.version,
    }


def certificate_to_wire(certificate: DeletionCertificate) -> dict[str, Any]:
    """A deletion certificate; JSON-ready, nothing personal in it."""
    return {
        "person": certificate.person,
        "at": certificate.at,
        "why": certificate.why.value,
        "complete": certificate.complete,
        "touched": [
            {"kind": each.kind, "name": each.name, "outcome": each.outcome, "count": each.count}
            for each in certificate.touched
        ],
        "auditId": certificate.audit_id,
        "auditHash": certificate.audit_hash,
    }
