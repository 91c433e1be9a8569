"""Onboardings: whose token goes where, what the server makes of a step."""

from __future__ import annotations

import pytest
from support.api_recorder import ID, REGISTRATION
from support.recording_transport import RecordingTransport

from kiosk.api.models.app_registrations import (
    AppRegistration,
    AppRegistrationCreate,
    AppRegistrationStatus,
    ResentLink,
    SyncStep,
)
from kiosk.api.models.biometric_validations import BiometricValidation
from kiosk.api.models.common import Populated
from kiosk.api.operation import Bearer, Repeat
from kiosk.api.resources.app_registrations import OPERATIONS, AppRegistrations
from kiosk.api.tokens import LoginToken, RegistrationToken
from kiosk.domain.errors import ApiError, Code


def test_a_started_onboarding_hands_out_its_own_kind_of_token() -> None:
    transport = RecordingTransport({"data": {"appRegistration": {"_id": "r"}, "token": "r.r.r"}})
    started = AppRegistrations(transport).create(
        AppRegistrationCreate(project=ID, project_flow=ID, email="ana@example.com")
    )
    assert isinstance(started.registration_token, RegistrationToken)
    assert transport.calls[0].operation.bearer is Bearer.ACCOUNT


def test_an_onboarding_without_a_token_is_unreadable_and_may_have_been_made() -> None:
    transport = RecordingTransport({"data": {"appRegistration": {"_id": "r"}}})
    with pytest.raises(ApiError) as caught:
        AppRegistrations(transport).create(AppRegistrationCreate(project=ID, project_flow=ID, email="a@example.com"))
    assert caught.value.code is Code.API_UNREADABLE
    assert caught.value.maybe_done


def test_steps_go_out_with_the_onboardings_token_and_the_server_decides() -> None:
    answer = {"appRegistrationId": ID, "status": "NEEDS_MANUAL_VERIFICATION", "step": "end", "token": "l.l.l"}
    transport = RecordingTransport({"data": answer})
    result = AppRegistrations(transport).sync(
        ID, REGISTRATION, step=SyncStep.END, status=AppRegistrationStatus.COMPLETED
    )
    (call,) = transport.calls
    assert call.token is REGISTRATION
    assert call.body == {"step": "end", "status": "COMPLETED"}
    assert result.status is AppRegistrationStatus.NEEDS_MANUAL_VERIFICATION
    assert isinstance(result.login_token, LoginToken)


def test_a_status_in_lower_case_is_kept_as_it_is() -> None:
    assert AppRegistration.model_validate({"_id": "r", "status": "ongoing"}).status == "ongoing"


def test_the_score_of_the_selfie_can_be_read() -> None:
    body = {"_id": "r", "biometricValidation": {"_id": "b", "status": "validated", "livenessScore": 0.91}}
    registration = AppRegistrations(RecordingTransport({"data": body})).retrieve_own(REGISTRATION)
    assert isinstance(registration.biometric_validation, Populated)
    assert registration.biometric_validation.read(BiometricValidation).score == 0.91


def test_a_resent_link_may_come_without_a_token() -> None:
    assert ResentLink.model_validate({"emailSent": True}).registration_token is None


def test_what_does_not_go_out_twice() -> None:
    never = {one.id for one in OPERATIONS if one.repeat is Repeat.NEVER}
    assert never == {"createAppRegistration", "resendAppRegistrationLink"}
