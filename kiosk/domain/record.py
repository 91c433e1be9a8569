"""What the station writes down: results, enrolments and audit lines."""

from __future__ import annotations

from collections.abc import Mapping
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
        clock_offset_s: the account's clock minus this station's as last measured; None where nobody knows.
        remote_id: of the record at the account, once it has one.
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
    clock_offset_s: float | None = None
    remote_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What the person agreed to. ``text_version`` names the text; times are RFC 3339 UTC, the last empty while it holds."""

    text_version: str
    given_at: str
    operator: str = ""
    withdrawn_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """Everything one enrolment writes, in one transaction.

    Attributes:
        face_image: JPEG of the best still.
        templates: one or more, all of the same weights.
        validation: the onboarding result that goes with it.
        quality: what was measured of each picture that gave a template, by view (``front``, ``left``, ``right``) and component.
    """

    person: PersonId
    details: Details
    consent: Consent
    face_image: bytes = field(repr=False)
    templates: tuple[Embedding, ...] = field(repr=False)
    liveness_score: float | None = None
    validation: Validation | None = None
    quality: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line of the audit: gap-free number, time, what, about which record. Never biometric data or names.

    Attributes:
        mono_ms: monotonic clock when it was written; 0.0 in lines older than the chain.
        clock_offset_s: the account's clock minus this station's as last measured; None where nobody knows.
        hash: SHA-256 over the line before and this one, hexadecimal.
    """

    id: int
    at: str
    action: str
    subject: str
    detail: str = ""
    mono_ms: float = 0.0
    clock_offset_s: float | None = None
    hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """Whether the audit is whole.

    Attributes:
        lines: how many there are.
        head: hash of the last one.
        anchored: how many lines the copy outside the database vouches for; None where there is none.
        first_bad: number of the first line that is not what was written, or None where all are.
        finding: ``edited``, ``missing``, ``cut`` (the end is gone), ``cut_before`` (a cut that was found when the station
            started, written down in this line), ``anchor_missing``, or empty.
    """

    lines: int
    head: str
    anchored: int | None
    first_bad: int | None = None
    finding: str = ""

    @property
    def whole(self) -> bool:
        """Nothing was edited, cut or put into another order."""
        return not self.finding


class Erasure(StrEnum):
    """Why somebody's data were deleted."""

    ASKED = "asked"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    RETENTION = "retention"
    GONE_AT_ACCOUNT = "gone_at_account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """One thing that a deletion touched.

    Attributes:
        kind: ``table``, ``file``, ``remote`` or ``export`` (a table that was written into a file while the person was on record).
        name: of the table or the file; the account's id of the record; of an export that a command wrote, when that was.
        outcome: ``deleted``, ``cleared`` (kept without what was personal), ``overwritten``, ``clean``, ``pending`` (waits in the
            outbox), or ``kept`` (could not be cleaned: the operator must).
        count: rows, where it is a table.
    """

    kind: str
    name: str
    outcome: str
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletionCertificate:
    """What a deletion touched, table by table, file by file, and the record at the account. Nothing personal in it.

    Attributes:
        audit_id, audit_hash: of the tombstone, which proves when it was.
    """

    person: PersonId
    at: str
    why: Erasure
    touched: tuple[Touched, ...]
    audit_id: int
    audit_hash: str

    @property
    def complete(self) -> bool:
        """Nothing is left anywhere, nor on its way."""
        return all(each.outcome not in {"kept", "pending"} for each in self.touched)
