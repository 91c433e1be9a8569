"""What the station writes down: results, enrolments and audit lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.face import Embedding
from kiosk.domain.person import Details, PersonId, Truth


class ValidationType(StrEnum):
    """The four types of the biometric-validations page."""

    VALIDATION = "validation"
    LOGIN = "login"
    ONBOARDING = "onboarding"
    ONE_TIME_LINK = "oneTimeLink"


@dataclass(frozen=True, slots=True, kw_only=True)
class LivenessSession:
    """The seed's livenessSession object, field by field. Lists are JSON texts; empty until the server fills them."""

    id: str = ""
    client: str = ""
    project: str = ""
    project_flow: str = ""
    identifier: str = ""
    status: str = ""
    liveness_result: str = "[]"
    comparison_result: str = "[]"
    general_information: str = "[]"
    document_type_fields: str = "[]"
    location: str = "[]"
    pro_fields: str = "[]"
    studio_fields: str = "[]"
    prompt_fields: str = "[]"
    expires_at: str = ""
    activated_at: str = ""
    created_at: str = ""
    updated_at: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """One result: the seed's biometricValidation object, and what this station decided.

    The wire names are the camelCase of these, ``id`` is ``_id`` and ``version`` is ``__v``. The session's token is never stored.

    Attributes:
        identifier: our own mark, made once, rides on every try.
        status: new, sent, validated, failed, expired ... as the server says; ``validated`` or ``failed`` when decided here.
        liveness_score: 0..1.
        similarity: of the best candidate.
        mono_ms: monotonic clock when decided.
    """

    id: str
    identifier: str
    type: str
    status: str
    created_at: str
    updated_at: str
    client: str = ""
    project: str = ""
    project_flow: str = ""
    url: str = ""
    liveness_score: float = 0.0
    assigned_collection: str = ""
    collection_code: str = ""
    requires_2fa: bool = False
    version: int = 0
    liveness_session: LivenessSession | None = None
    # what this station decided
    person: PersonId | None = None
    outcome: Outcome = Outcome.DENIED
    reason: Reason = Reason.PART_FAILED
    truth: Truth = Truth.LOCAL
    similarity: float | None = None
    mono_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What the person agreed to. ``text_version`` names the text, ``given_at`` is RFC 3339 UTC."""

    text_version: str
    given_at: str
    operator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """Everything one enrolment writes, in one transaction.

    Attributes:
        face_image: JPEG of the best still.
        templates: one or more, all of the same weights.
        validation: the onboarding result that goes with it.
    """

    person: PersonId
    details: Details
    consent: Consent
    face_image: bytes = field(repr=False)
    templates: tuple[Embedding, ...] = field(repr=False)
    liveness_score: float | None = None
    validation: Validation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line of the audit: gap-free number, time, what, about which record. Never biometric data or names."""

    id: int
    at: str
    action: str
    subject: str
    detail: str = ""
