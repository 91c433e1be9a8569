"""Onboardings: one person on their way through the steps of a flow. Pages: resources/app-registrations."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from kiosk.api.model import Model
from kiosk.api.models.common import JsonObject, Open, Reference, Stored
from kiosk.api.models.document_validations import DocumentValidation
from kiosk.api.models.email_validations import EmailValidation
from kiosk.api.models.phone_validations import PhoneValidation
from kiosk.api.models.project_flows import ProjectFlow
from kiosk.api.models.projects import Project
from kiosk.api.tokens import LoginToken, RegistrationToken


class AppRegistrationStatus(StrEnum):
    """One page prints one of them in lower case."""

    STARTED = "STARTED"
    ONGOING = "ONGOING"
    COMPLETED = "COMPLETED"
    COMPLETED_WITHOUT_KYC = "COMPLETED_WITHOUT_KYC"
    FAILED = "FAILED"
    NEEDS_MANUAL_VERIFICATION = "NEEDS_MANUAL_VERIFICATION"
    EXPIRED = "EXPIRED"


class SyncStep(StrEnum):
    """What can be reported as reached. ``end`` and ``skipKYC`` finish."""

    INSTRUCTIONS = "instructions"
    SIGN_UP_FORM = "signUpForm"
    BASIC_INFORMATION = "basicInformation"
    DOCUMENT = "document"
    LIVENESS = "liveness"
    FORM = "form"
    END = "end"
    SKIP_KYC = "skipKYC"
    ADMIN_OVERRIDE = "adminOverride"


class InformationValidation(Model):
    """What a person said about their name."""

    id: Annotated[str | None, Field(alias="_id")] = None
    full_name: str | None = None
    first_name: str | None = None
    last_name: str | None = None


class AppRegistration(Stored):
    """One onboarding. After the biometric step ``biometric_validation`` is the object, with its liveness score."""

    client: Reference = None
    project: str | Project | None = None
    project_flow: str | ProjectFlow | None = None
    smart_link: Reference = None
    status: Open[AppRegistrationStatus] | None = None
    email: str | None = None
    phone: str | None = None
    country_code: str | None = None
    full_name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    language: str | None = None
    current_step: str | None = None
    information_validation: str | InformationValidation | None = None
    email_validation: str | EmailValidation | None = None
    phone_validation: str | PhoneValidation | None = None
    biometric_validation: Reference = None
    document_validation: str | DocumentValidation | None = None
    person: Reference = None
    face: Reference = None
    document_face: Reference = None
    compare_face_verification: Reference = None
    assigned_collection: Reference = None
    failed_biometric_validations: tuple[Reference, ...] | None = None
    failed_document_validations: tuple[Reference, ...] | None = None
    consent_session: Reference = None
    manual_review_log: tuple[Any, ...] | None = None


class AppRegistrationCreate(Model):
    """Start an onboarding: an e-mail address, or a phone with its country code, at least."""

    project: str
    project_flow: str
    email: str | None = None
    phone: str | None = None
    country_code: str | None = None
    full_name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    language: str | None = None


class AppRegistrationCreated(Model):
    """A started onboarding and its token, valid 120 minutes."""

    app_registration: AppRegistration
    token: str
    information_validation: InformationValidation | None = None

    @property
    def registration_token(self) -> RegistrationToken:
        """What the steps of this onboarding are sent with."""
        return RegistrationToken(self.token)


class AppRegistrationSyncResult(Model):
    """Where the server sees an onboarding. After ``end`` there is the login's token."""

    app_registration_id: str | None = None
    status: Open[AppRegistrationStatus] | None = None
    step: str | None = None
    steps: JsonObject | None = None
    token: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    full_name: str | None = None

    @property
    def login_token(self) -> LoginToken | None:
        """For the redirect, after ``end``."""
        return LoginToken(self.token) if self.token else None


class ResentLink(Model):
    """A fresh link into an unfinished onboarding; its token lives 30 minutes."""

    token: str | None = None
    link: str | None = None
    step: str | None = None
    steps: JsonObject | None = None
    status: Open[AppRegistrationStatus] | None = None
    expires_at: str | None = None
    issued_at: str | None = None
    access_type: str | None = None
    email_sent: bool | None = None

    @property
    def registration_token(self) -> RegistrationToken | None:
        """The fresh token."""
        return RegistrationToken(self.token) if self.token else None
