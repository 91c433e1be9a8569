"""Flows of a project: what a login or an onboarding asks, and how sure it wants to be. v2 and v3 shapes.

Page: resources/project-flows. Scores are 0..1; what is unset is the service's own value (login 0.55 and 0.85, onboarding 0.65
and 0.85).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from kiosk.api.model import Model
from kiosk.api.models.common import JsonObject, Open, Reference, Stored
from kiosk.api.models.values import Number, SearchMode


class FlowType(StrEnum):
    """login and onboarding are current, the others are legacy."""

    LOGIN = "login"
    ONBOARDING = "onboarding"
    ONE_TIME_LINK = "oneTimeLink"
    ID_SCAN = "idScan"
    SCAN_PRO = "scanPro"
    SCAN_GPT = "scanGPT"
    DATAPI = "datAPI"
    LIVENESS = "liveness"
    SMARTLINK = "smartlink"


class FlowStatus(StrEnum):
    """Of a flow."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"


class Necessity(StrEnum):
    """Whether an onboarding asks for a step."""

    MANDATORY = "mandatory"
    OPTIONAL = "optional"
    SKIP = "skip"


class LoginSettings(Model):
    """Of a login. ``face_liveness`` must be on for a biometric validation of type login."""

    email: bool | None = None
    email_gateway: str | None = None
    phone: bool | None = None
    phone_gateway: str | None = None
    face_liveness: bool | None = None
    show_face_liveness_recommendation: bool | None = None
    liveness_min_score: Number | None = None
    search_mode: Open[SearchMode] | None = None
    search_min_score: Number | None = None
    steps: tuple[Any, ...] | None = None
    allow_passkeys: bool | None = None


class OnboardingSteps(Model):
    """Which steps an onboarding has."""

    sign_up_form: Open[Necessity] | None = None
    basic_information: Open[Necessity] | None = None
    document: Open[Necessity] | None = None
    form: Open[Necessity] | None = None
    liveness: Open[Necessity] | None = None


class SignUpForm(Model):
    """What the sign-up form asks."""

    email: bool | None = None
    email_gateway: str | None = None
    phone: bool | None = None
    phone_gateway: str | None = None
    full_name: bool | None = None
    first_name: bool | None = None
    last_name: bool | None = None
    extra_fields: tuple[Any, ...] | None = None
    show_privacy_notice: bool | None = None
    show_terms_and_conditions: bool | None = None


class BasicInformation(Model):
    """What the second form asks."""

    address: bool | None = None
    age: bool | None = None
    date_of_birth: bool | None = None
    gender: bool | None = None
    postal_code: bool | None = None


class DocumentSettings(Model):
    """How a document is read and compared."""

    validation_method: str | None = None
    fallback_validation_method: str | None = None
    compare_min_score: Number | None = None
    max_attempts: int | None = None
    scan_document_allowed: bool | None = None
    upload_document_allowed: bool | None = None
    use_government_id: Annotated[bool | None, Field(alias="useGovernmentID")] = None
    use_license: bool | None = None
    use_passport: bool | None = None
    verify_criminal_history: bool | None = None
    verify_names: bool | None = None


class OnboardingLiveness(Model):
    """How sure an onboarding wants to be of the face, and how often it may be tried (1..5)."""

    liveness_min_score: Number | None = None
    max_attempts: int | None = None
    search_min_score: Number | None = None
    search_mode: Open[SearchMode] | None = None


class OnboardingSettings(Model):
    """Of an onboarding."""

    hidden_login_option: bool | None = None
    requires_signature: bool | None = None
    steps: OnboardingSteps | None = None
    sign_up_form: SignUpForm | None = None
    basic_information: BasicInformation | None = None
    document: DocumentSettings | None = None
    liveness: OnboardingLiveness | None = None


class FlowSecurity(Model):
    """Who may use a flow: strategy whitelist, blacklist or none; source API, CSV, NONE or SMART_ENROLL."""

    strategy: str | None = None
    source: str | None = None
    api_url: str | None = None
    api_test_type: str | None = None
    api_test_value: str | None = None


class ProjectFlow(Stored):
    """A flow, v2 shape."""

    client: Reference = None
    project: Reference = None
    type: Open[FlowType] | None = None
    status: Open[FlowStatus] | None = None
    version: int | None = None
    redirect_url: str | None = None
    webhook_url: str | None = None
    webhook: Reference = None
    identity_url: str | None = None
    allowed_countries: tuple[str, ...] | None = None
    collection_code: str | None = None
    system_form: Reference = None
    login_settings: LoginSettings | None = None
    onboarding_settings: OnboardingSettings | None = None
    security: FlowSecurity | None = None


class ProjectFlowInput(Model):
    """What v2 takes of a flow, new or changed."""

    project: str
    type: Open[FlowType]
    status: Open[FlowStatus] | None = None
    redirect_url: str | None = None
    webhook_url: str | None = None
    webhook: str | None = None
    identity_url: str | None = None
    allowed_countries: tuple[str, ...] | None = None
    login_settings: LoginSettings | None = None
    onboarding_settings: OnboardingSettings | None = None
    security: FlowSecurity | None = None


class SignUpFormV3(Model):
    """What the sign-up form asks, v3 keys."""

    full_name: bool | None = None
    full_name_style: str | None = None
    email: bool | None = None
    email_gateway: str | None = None
    phone: bool | None = None
    phone_gateway: str | None = None
    country_code: str | None = None
    show_terms_and_conditions: bool | None = None
    allow_additional_fields: bool | None = None
    additional_fields: tuple[Any, ...] | None = None


class DocumentConfiguration(Model):
    """One kind of document of a country."""

    active: bool | None = None
    document_category: str | None = None
    document_templates: tuple[Any, ...] | None = None


class CountryDocuments(Model):
    """The documents of one country."""

    country: str | None = None
    configurations: tuple[DocumentConfiguration, ...] | None = None


class DocumentsV3(Model):
    """How documents are read, v3 keys; ``attempt_limit`` 1..5."""

    attempt_limit: int | None = None
    criminal_history_verification: bool | None = None
    information_verification: bool | None = None
    screening: bool | None = None
    verification_methods: tuple[str, ...] | None = None
    document_types: tuple[CountryDocuments, ...] | None = None


class LivenessV3(Model):
    """How sure it wants to be of the face, v3 keys."""

    attempt_limit: int | None = None
    min_score: Number | None = None
    search_min_score: Number | None = None
    search_mode: Open[SearchMode] | None = None
    compare_min_score: Number | None = None


class Integrations(Model):
    """Where a v3 flow sends people and events."""

    redirect_url: str | None = None
    webhook: Reference = None
    source: str | None = None
    strategy: str | None = None
    api_url: str | None = None
    api_test_type: str | None = None
    api_test_value: str | None = None


class ProjectFlowV3(Model):
    """A flow, v3 shape, sent and received."""

    id: Annotated[str | None, Field(alias="_id")] = None
    project: str | None = None
    type: Open[FlowType] | None = None
    status: Open[FlowStatus] | None = None
    target: str | None = None
    sign_up_form: SignUpFormV3 | None = None
    documents: DocumentsV3 | None = None
    liveness: LivenessV3 | None = None
    steps: Any = None
    integrations: Integrations | None = None
    email_templates: JsonObject | None = None
    email_template_design: JsonObject | None = None
