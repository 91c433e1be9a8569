"""E-mail codes: the same code by address, by id and for an onboarding; a try is never made twice by itself."""

from __future__ import annotations

from support.api_recorder import ID, REGISTRATION
from support.recording_transport import RecordingTransport

from kiosk.api.models.email_validations import (
    CodeMethod,
    CodeStatus,
    CodeType,
    EmailValidateRequest,
    EmailValidationCreate,
)
from kiosk.api.operation import Repeat
from kiosk.api.resources.email_validations import OPERATIONS, EmailValidations

SENT = {"_id": "e", "email": "ana@example.com", "status": "sent", "otp": "hash", "requires2FA": False}


def test_a_code_is_asked_for_by_wire_names() -> None:
    transport = RecordingTransport({"data": SENT})
    wanted = EmailValidationCreate(
        project=ID,
        email="ana@example.com",
        validation_method=CodeMethod.VERIFICATION_CODE,
        type=CodeType.LOGIN,
        requires_2fa=True,
    )
    answer = EmailValidations(transport).create(wanted)
    assert transport.calls[0].body == {
        "project": ID,
        "email": "ana@example.com",
        "validationMethod": "verificationCode",
        "type": "login",
        "requires2FA": True,
    }
    assert answer.status is CodeStatus.SENT
    assert answer.wire() == SENT


def test_confirming_by_address_by_id_and_for_an_onboarding() -> None:
    transport = RecordingTransport({"data": {"_id": "e", "status": "validated"}})
    codes = EmailValidations(transport)
    codes.confirm(EmailValidateRequest(email="ana@example.com", otp="000000", project_flow=ID))
    codes.confirm_by_id(ID, "000000")
    codes.confirm_for_registration(ID, REGISTRATION, email="ana@example.com", code="000000")
    assert [call.body for call in transport.calls] == [
        {"email": "ana@example.com", "otp": "000000", "projectFlow": ID},
        {"verificationCode": "000000"},
        {"email": "ana@example.com", "otp": "000000"},
    ]
    assert [call.token for call in transport.calls] == [None, None, REGISTRATION]


def test_only_reading_goes_out_twice() -> None:
    safe = {one.id for one in OPERATIONS if one.repeat is Repeat.SAFE}
    assert safe == {"listEmailValidations", "retrieveEmailValidation"}
