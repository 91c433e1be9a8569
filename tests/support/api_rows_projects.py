"""Representative calls of projects, flows, logins, onboardings, documents, codes and webhooks. Tests only."""

from __future__ import annotations

from support.api_recorder import ID, PICTURE, REGISTRATION, WHEN, Given, given

from kiosk.api.models.app_registrations import AppRegistrationCreate
from kiosk.api.models.email_validations import (
    AppRegistrationEmailValidationCreate,
    CodeMethod,
    CodeType,
    EmailValidateRequest,
    EmailValidationCreate,
)
from kiosk.api.models.phone_validations import (
    AppRegistrationPhoneValidationCreate,
    PhoneGateway,
    PhoneValidateRequest,
    PhoneValidationCreate,
)
from kiosk.api.models.project_flows import (
    FlowSecurity,
    FlowStatus,
    FlowType,
    LivenessV3,
    LoginSettings,
    OnboardingSettings,
    OnboardingSteps,
    ProjectFlowInput,
    ProjectFlowV3,
)
from kiosk.api.models.projects import Branding, DataProtection, ProjectInput, ProjectInputV3, ProjectStatus
from kiosk.api.models.values import SearchMode
from kiosk.api.models.webhooks import WebhookCreate, WebhookUpdate

_PROJECT = ProjectInput(
    name="Kiosk",
    allowed_countries=("Colombia",),
    contact_email="help@example.com",
    privacy_url="https://kiosk.example/privacy",
    terms_and_conditions_url="https://kiosk.example/terms",
)
_PROJECT_V3 = ProjectInputV3(
    name="Kiosk",
    allowed_countries=("All",),
    demo_otp="000000",
    status=ProjectStatus.DRAFT,
    branding=Branding(background_color="#1A2B3C"),
    data_protection=DataProtection(name="Sample Ltd", postal_code="110111"),
    project_flow=ProjectFlowV3(project=ID, type=FlowType.LOGIN, liveness=LivenessV3(min_score=0.65)),
    project_flow_type=FlowType.ONBOARDING,
)
_FLOW = ProjectFlowInput(
    project=ID,
    type=FlowType.LOGIN,
    status=FlowStatus.ACTIVE,
    login_settings=LoginSettings(face_liveness=True, liveness_min_score=0.65, search_mode=SearchMode.FAST),
    onboarding_settings=OnboardingSettings(steps=OnboardingSteps(document="skip", liveness="mandatory")),
    security=FlowSecurity(strategy="none", source="NONE"),
)
_CODE = {"project": ID, "validation_method": CodeMethod.VERIFICATION_CODE, "type": CodeType.LOGIN}
_PAGED = {"page": 2, "limit": 50}
_PER_PAGE = {"page": 2, "per_page": 50}

PROJECTS: dict[str, tuple[Given, ...]] = {
    "app_logins.delete": (given(ID),),
    "app_logins.list": (
        given(),
        given(
            **_PER_PAGE,
            sort="-createdAt",
            populates=("project", "projectFlow"),
            confirmed_by=("emailValidation", "biometricValidation"),
            name_like="a",
            project=ID,
            status="validated",
            since=WHEN,
        ),
    ),
    "app_logins.retrieve": (given(ID), given(ID, populates=("project",))),
    "app_registrations.create": (
        given(AppRegistrationCreate(project=ID, project_flow=ID, email="ana@example.com", language="en")),
        given(AppRegistrationCreate(project=ID, project_flow=ID, phone="3000000000", country_code="+57")),
    ),
    "app_registrations.delete": (given(ID),),
    "app_registrations.list": (
        given(),
        given(
            **_PAGED,
            sort="-createdAt",
            populates=("person",),
            status="COMPLETED",
            statuses=("FAILED",),
            project=ID,
            project_flow=ID,
        ),
    ),
    "app_registrations.resend_link": (given(ID), given(ID, send_email=True, recipient_email="ana@example.com")),
    "app_registrations.retrieve": (given(ID), given(ID, populates=("person",))),
    "app_registrations.retrieve_own": (given(REGISTRATION),),
    "app_registrations.sync": (
        given(ID, REGISTRATION, step="end", status="COMPLETED"),
        given(ID, REGISTRATION, step="adminOverride", status="FAILED", note="checked"),
    ),
    "app_registrations.update": (given(ID, {"fullName": "Ana Prueba"}, REGISTRATION),),
    "document_validations.background_check": (given(ID, REGISTRATION),),
    "document_validations.create_for_registration": (
        given(REGISTRATION, image=PICTURE),
        given(REGISTRATION, image=PICTURE, back_image=PICTURE, force=True),
    ),
    "document_validations.delete": (given(ID),),
    "document_validations.list": (
        given(),
        given(
            **_PER_PAGE,
            populates=("appRegistration",),
            status="ACTIVE",
            document_type="id",
            validation_method="OCR",
            purpose="signup",
            input_method="CAMERA",
        ),
    ),
    "document_validations.retrieve": (given(ID), given(ID, populates=("appRegistration",))),
    "document_validations.validate": (given(ID, {"firstName": "Ana"}, REGISTRATION),),
    "email_validations.confirm": (
        given(EmailValidateRequest(email="ana@example.com", otp="000000", project_flow=ID)),
        given(
            EmailValidateRequest(
                email="ana@example.com",
                otp="000000",
                project_flow=ID,
                project=ID,
                type=CodeType.LOGIN,
                authenticator_otp="000000",
                location={"latitude": 1.0},
            )
        ),
    ),
    "email_validations.confirm_by_id": (given(ID, "000000"),),
    "email_validations.confirm_for_registration": (given(ID, REGISTRATION, email="ana@example.com", code="000000"),),
    "email_validations.create": (
        given(EmailValidationCreate(email="ana@example.com", **_CODE)),
        given(EmailValidationCreate(email="ana@example.com", requires_2fa=True, language="en", **_CODE)),
    ),
    "email_validations.create_for_registration": (
        given(
            AppRegistrationEmailValidationCreate(
                email="ana@example.com",
                validation_method=CodeMethod.VERIFICATION_CODE,
                type=CodeType.ONBOARDING,
                project=ID,
                project_flow=ID,
                language="en",
            ),
            REGISTRATION,
        ),
    ),
    "email_validations.list": (
        given(),
        given(**_PAGED, project=ID, status="sent", kind="login", email="ana@example.com", populates=("project",)),
    ),
    "email_validations.retrieve": (given(ID), given(ID, populates=("project",))),
    "identity_images.list": (given(REGISTRATION), given(REGISTRATION, category="face")),
    "identity_images.retrieve": (given(ID),),
    "phone_validations.confirm": (
        given(PhoneValidateRequest(phone="3000000000", country_code="+57", otp="000000", project_flow=ID)),
    ),
    "phone_validations.confirm_by_id": (given(ID, "000000"),),
    "phone_validations.confirm_for_registration": (
        given(REGISTRATION, phone="3000000000", country_code="+57", code="000000"),
        given(
            REGISTRATION,
            phone="3000000000",
            country_code="+57",
            code="000000",
            project=ID,
            project_flow=ID,
            phone_gateway=PhoneGateway.SMS,
        ),
    ),
    "phone_validations.create": (
        given(PhoneValidationCreate(phone="3000000000", country_code="+57", **_CODE)),
        given(
            PhoneValidationCreate(
                phone="3000000000", country_code="+57", phone_gateway=PhoneGateway.WHATSAPP, language="es", **_CODE
            )
        ),
    ),
    "phone_validations.create_for_registration": (
        given(
            AppRegistrationPhoneValidationCreate(
                phone="3000000000",
                country_code="+57",
                validation_method=CodeMethod.VERIFICATION_CODE,
                phone_gateway=PhoneGateway.SMS,
            ),
            REGISTRATION,
        ),
    ),
    "phone_validations.list": (
        given(),
        given(**_PAGED, project=ID, status="sent", kind="login", phone="3000000000", populates=("project",)),
    ),
    "phone_validations.retrieve": (given(ID), given(ID, populates=("project",))),
    "project_flows.create": (given(_FLOW),),
    "project_flows.delete_v3": (given(ID),),
    "project_flows.list": (
        given(),
        given(**_PAGED, project=ID, kind=FlowType.LOGIN, status="active", populates=("project",)),
    ),
    "project_flows.retrieve": (given(ID), given(ID, populates=("project",))),
    "project_flows.update": (given(ID, _FLOW),),
    "project_flows.update_v3": (given(ID, ProjectFlowV3(project=ID, type=FlowType.LOGIN)),),
    "projects.create": (given(_PROJECT),),
    "projects.create_v3": (given(ProjectInputV3(name="Kiosk")), given(_PROJECT_V3)),
    "projects.delete_v3": (given(ID),),
    "projects.list": (
        given(),
        given(
            **_PAGED,
            per_page=5,
            sort="-createdAt",
            populates=("client",),
            include=("projectFlows",),
            name_like="Ki",
            status="active",
            statuses=("draft", "paused"),
            target="business",
            created_at=WHEN,
        ),
    ),
    "projects.list_v3": (
        given(),
        given(**_PAGED, name_like="Ki", status="draft", statuses=("draft",), target="personal", created_at=WHEN),
    ),
    "projects.public": (given(ID), given(ID, kind=FlowType.LOGIN)),
    "projects.retrieve": (given(ID), given(ID, include=("projectFlows",), populates=("client",))),
    "projects.retrieve_v3": (given(ID),),
    "projects.update_v3": (given(ID, _PROJECT_V3),),
    "webhooks.create": (
        given(WebhookCreate(url="https://kiosk.example/hook", name="Kiosk", is_active=True)),
        given(
            WebhookCreate(url="https://kiosk.example/hook", name="Kiosk", is_active=True, description="All", link=(ID,))
        ),
    ),
    "webhooks.delete": (given(ID),),
    "webhooks.list": (
        given(),
        given(**_PER_PAGE, name_like="Ki", url="https://kiosk.example/hook", is_active=True),
    ),
    "webhooks.list_events": (given(), given(**_PAGED, sort="-createdAt")),
    "webhooks.resend_event": (given(ID),),
    "webhooks.retrieve": (given(ID),),
    "webhooks.test": (given("https://kiosk.example/hook"),),
    "webhooks.update": (given(ID, WebhookUpdate(name="Kiosk", link=(ID,), unlink=(ID,))),),
}
