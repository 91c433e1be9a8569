"""Biometric validations, their liveness sessions, and what the judgement of a picture answers.

The older pages (and every client) and the generated pages show two objects for one thing; both are read by one class here.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any

from pydantic import Field

from kiosk.api.model import Model
from kiosk.api.models.app_logins import AppLogin
from kiosk.api.models.common import JsonObject, Open, Reference, id_of
from kiosk.api.models.values import Identified, Number, OperatingSystem, Recorded
from kiosk.api.tokens import LivenessToken, LoginToken
from kiosk.domain import record
from kiosk.domain.record import ValidationType


class ValidationStatus(StrEnum):
    """Of a biometric validation: the union of all pages. Two words mean success."""

    NEW = "new"
    SENT = "sent"
    PENDING = "pending"
    VALIDATED = "validated"
    COMPLETED = "completed"
    FAILED = "failed"
    EXPIRED = "expired"


_SUCCESS = frozenset({ValidationStatus.VALIDATED, ValidationStatus.COMPLETED})


class SessionStatus(StrEnum):
    """Of a liveness session."""

    ACTIVE = "active"
    COMPLETED = "completed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class LivenessSession(Recorded):
    """The few minutes in which one picture may be judged. The lists start empty."""

    client: Reference = None
    project: Reference = None
    project_flow: Reference = None
    identifier: str | None = None
    status: Open[SessionStatus] | None = None
    liveness_result: tuple[Any, ...] | None = None
    comparison_result: tuple[Any, ...] | None = None
    general_information: tuple[Any, ...] | None = None
    document_type_fields: tuple[Any, ...] | None = None
    location: tuple[Any, ...] | None = None
    pro_fields: tuple[Any, ...] | None = None
    studio_fields: tuple[Any, ...] | None = None
    prompt_fields: tuple[Any, ...] | None = None
    expires_at: str | None = None
    activated_at: str | None = None

    def to_record(self) -> record.LivenessSession:
        """As the station keeps it; lists become JSON texts."""
        return record.LivenessSession(
            id=self.id,
            client=id_of(self.client),
            project=id_of(self.project),
            project_flow=id_of(self.project_flow),
            identifier=self.identifier or "",
            status=str(self.status or ""),
            liveness_result=_text(self.liveness_result),
            comparison_result=_text(self.comparison_result),
            general_information=_text(self.general_information),
            document_type_fields=_text(self.document_type_fields),
            location=_text(self.location),
            pro_fields=_text(self.pro_fields),
            studio_fields=_text(self.studio_fields),
            prompt_fields=_text(self.prompt_fields),
            expires_at=self.expires_at or "",
            activated_at=self.activated_at or "",
            created_at=self.created_at or "",
            updated_at=self.updated_at or "",
            version=self.revision or 0,
        )


class BiometricData(Model):
    """What the generated pages say of the picture."""

    face_image: str | None = None
    template: str | None = None
    quality: Number | None = None
    liveness_score: Number | None = None


class VerificationResults(Model):
    """What the generated pages say was checked; False is a check that failed, missing is one that was not made."""

    liveness_detection: bool | None = None
    identity_match: bool | None = None
    quality_score: Number | None = None
    anti_spoofing: bool | None = None

    @property
    def contradicts(self) -> bool:
        """A check failed, whatever the status beside it says."""
        return False in (self.liveness_detection, self.identity_match, self.anti_spoofing)


class _Generated(Model):
    """The part that only the generated pages show."""

    identifier: str | None = None
    biometric_data: BiometricData | None = None
    verification_results: VerificationResults | None = None
    risk_score: Number | None = None
    completed_at: str | None = None
    token: str | None = None


class BiometricValidation(Recorded, _Generated):
    """One validation. ``liveness_session`` is an id, or the session where the call asked for it."""

    status: Open[ValidationStatus]
    type: Open[ValidationType] | None = None
    client: Reference = None
    project: Reference = None
    project_flow: Reference = None
    liveness_session: str | LivenessSession | None = None
    app_registration: Reference = None
    url: str | None = None
    liveness_score: Number | None = None
    assigned_collection: Reference = None
    collection_code: str | None = None
    redirect_url: str | None = None
    webhook_url: str | None = None
    webhook: Reference = None
    requires_2fa: bool | None = Field(default=None, alias="requires2FA")
    face: Reference = None
    response: JsonObject | None = None
    failed_reason: str | None = None

    @property
    def succeeded(self) -> bool:
        """The service says so, and nothing in the object says otherwise."""
        return _succeeded((self.status,), self.verification_results)

    @property
    def session_id(self) -> str:
        """Of the liveness session, in either form."""
        return id_of(self.liveness_session)

    @property
    def score(self) -> float | None:
        """Liveness, 0 to 1, wherever it stands; a new validation says 0, which is no score yet."""
        if self.liveness_score is not None:
            return float(self.liveness_score)
        data = self.biometric_data
        return float(data.liveness_score) if data is not None and data.liveness_score is not None else None


class BiometricValidationCreate(Model):
    """A new validation. ``identifier`` is the caller's own: the mark that is looked for after a lost reply.

    ``email`` goes with ``send_via_email``; ``language`` is en or es.
    """

    project: str
    project_flow: str
    identifier: str
    type: Open[ValidationType]
    expires_at: str | None = None
    redirect_url: str | None = None
    webhook_url: str | None = None
    requires_2fa: bool | None = Field(default=None, validation_alias="requires2FA", serialization_alias="requires2FA")
    ip_address: str | None = None
    send_via_email: bool | None = None
    email: str | None = None
    language: str | None = None
    location: JsonObject | None = None


class BiometricValidationCreated(Model):
    """A session that waits for its picture. ``token`` is the bearer of the call that brings it; about four minutes."""

    liveness_session: LivenessSession
    biometric_validation: BiometricValidation
    token: str = Field(min_length=1)

    @property
    def session_token(self) -> LivenessToken:
        """The token as what it is."""
        return LivenessToken(self.token)


class BiometricValidateRequest(Model):
    """The picture of an open session, bare base64 JPEG."""

    image: str
    os: Open[OperatingSystem] | None = None
    location: JsonObject | None = None


class BiometricAppRegistrationRequest(Model):
    """The selfie of an onboarding. ``force`` replaces an earlier result."""

    image: str
    os: Open[OperatingSystem]
    force: bool | None = None


class BiometricValidateResult(Identified, _Generated):
    """What the judgement of a picture answers, on the older pages and on the generated ones. Refusals come as errors."""

    id_required = False

    app_login: AppLogin | None = None
    liveness_session: LivenessSession | None = None
    person: Reference = None
    status: Open[ValidationStatus] | None = None

    @property
    def succeeded(self) -> bool:
        """A login token is there, the service says success somewhere and failure nowhere. Silence is no success."""
        said = [self.status, self.app_login.status if self.app_login is not None else None]
        return bool(self.token) and _succeeded(said, self.verification_results)

    @property
    def person_id(self) -> str:
        """Of the person who was found; empty where nobody was searched for."""
        return id_of(self.person)

    @property
    def login_token(self) -> LoginToken | None:
        """What the person is sent on with."""
        return LoginToken(self.token) if self.token else None

    @property
    def score(self) -> float | None:
        """Liveness, where the generated page's answer has it."""
        data = self.biometric_data
        return float(data.liveness_score) if data is not None and data.liveness_score is not None else None


def _succeeded(said: Any, results: VerificationResults | None) -> bool:
    words = [word for word in said if word is not None]
    return bool(words) and all(word in _SUCCESS for word in words) and not (results is not None and results.contradicts)


def _text(items: tuple[Any, ...] | None) -> str:
    return json.dumps(items or (), ensure_ascii=False, separators=(",", ":"))
