"""Phone codes: an onboarding's is confirmed without an id in the path; a try is never made twice by itself."""

from __future__ import annotations

from support.api_recorder import ID, REGISTRATION
from support.recording_transport import RecordingTransport

from kiosk.api.models.phone_validations import PhoneGateway, PhoneValidateRequest, PhoneValidation
from kiosk.api.operation import Repeat
from kiosk.api.resources.phone_validations import OPERATIONS, PhoneValidations

SENT = {"_id": "p", "phone": "3000000000", "countryCode": "+57", "status": "validated"}


def test_an_onboardings_code_is_confirmed_by_number() -> None:
    transport = RecordingTransport({"data": SENT})
    PhoneValidations(transport).confirm_for_registration(
        REGISTRATION, phone="3000000000", country_code="+57", code="000000", phone_gateway=PhoneGateway.SMS
    )
    (call,) = transport.calls
    assert (call.operation.method, call.operation.path, dict(call.at)) == ("PUT", "/v2/phone-validations", {})
    assert call.body == {"phone": "3000000000", "countryCode": "+57", "otp": "000000", "phoneGateway": "sms"}


def test_a_second_factor_travels_under_its_odd_name() -> None:
    request = PhoneValidateRequest(
        phone="3000000000", country_code="+57", otp="000000", project_flow=ID, authenticator_otp="111111"
    )
    assert request.wire()["authenticatorOTP"] == "111111"


def test_a_gateway_that_we_do_not_know_is_kept() -> None:
    assert PhoneValidation.model_validate(SENT | {"phoneGateway": "pigeon"}).phone_gateway == "pigeon"


def test_only_reading_goes_out_twice() -> None:
    safe = {one.id for one in OPERATIONS if one.repeat is Repeat.SAFE}
    assert safe == {"listPhoneValidations", "retrievePhoneValidation"}
