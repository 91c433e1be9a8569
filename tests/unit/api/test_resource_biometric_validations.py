"""Sessions and validations: four types, four kinds of token, two generations of answers, and what counts as success."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path
from typing import Any

import pytest
from mypy import api as mypy
from support.recording_transport import RecordingTransport

from kiosk.api.models.biometric_validations import (
    BiometricAppRegistrationRequest,
    BiometricValidateResult,
    BiometricValidation,
    BiometricValidationCreate,
    SessionStatus,
    ValidationStatus,
)
from kiosk.api.models.values import OperatingSystem
from kiosk.api.operation import Bearer, Repeat
from kiosk.api.resources import biometric_validations as resource
from kiosk.api.resources.biometric_validations import BiometricValidations
from kiosk.api.tokens import LivenessToken, LoginToken, RegistrationToken
from kiosk.domain.errors import ApiError, Code
from kiosk.domain.record import LivenessSession, ValidationType

JPEG = b"\xff\xd8\xff\xe0" + b"a picture of nobody " * 10
PROJECT, FLOW = "64f0c0ffee00000000000010", "64f0c0ffee00000000000011"
SESSION: dict[str, Any] = {
    "_id": "64f0c0ffee00000000000031",
    "client": "64f0c0ffee00000000000001",
    "project": PROJECT,
    "projectFlow": FLOW,
    "identifier": "0190-mark",
    "status": "active",
    "livenessResult": [],
    "comparisonResult": [{"score": 0.5, "name": "ñ"}],
    "generalInformation": [],
    "documentTypeFields": [],
    "location": [],
    "proFields": [],
    "studioFields": [],
    "promptFields": [],
    "expiresAt": "2031-05-06T07:12:09.000Z",
    "activatedAt": "2031-05-06T07:08:09.000Z",
    "createdAt": "2031-05-06T07:08:09.000Z",
    "updatedAt": "2031-05-06T07:08:09.000Z",
    "__v": 0,
}
VALIDATION: dict[str, Any] = {
    "_id": "64f0c0ffee00000000000030",
    "client": "64f0c0ffee00000000000001",
    "project": PROJECT,
    "projectFlow": FLOW,
    "livenessSession": SESSION["_id"],
    "status": "new",
    "type": "login",
    "url": "https://kiosk.example/sign-in/x?type=liveness",
    "livenessScore": 0,
    "requires2FA": False,
    "createdAt": "2031-05-06T07:08:09.000Z",
    "__v": 0,
}
CREATED = {"livenessSession": SESSION, "biometricValidation": VALIDATION, "token": "session.token.x"}
LOGIN = {
    "_id": "64f0c0ffee00000000000040",
    "project": PROJECT,
    "projectFlow": FLOW,
    "status": "validated",
    "type": "faceLiveness",
}
JUDGED: dict[str, Any] = {
    "appLogin": LOGIN,
    "livenessSession": {**SESSION, "status": "completed"},
    "person": "64f0c0ffee00000000000020",
    "token": "login.token.x",
}


def request(validation_type: str = "login", **more: Any) -> BiometricValidationCreate:
    return BiometricValidationCreate(
        project=PROJECT, project_flow=FLOW, identifier="0190-mark", type=validation_type, **more
    )


@pytest.mark.parametrize("validation_type", list(ValidationType))
def test_create_opens_a_session_of_each_type(validation_type: ValidationType) -> None:
    transport = RecordingTransport({"data": CREATED})
    created = BiometricValidations(transport).create(request(validation_type))
    assert transport.last.operation is resource.CREATE
    assert transport.last.body == {
        "project": PROJECT,
        "projectFlow": FLOW,
        "identifier": "0190-mark",
        "type": str(validation_type),
    }
    assert isinstance(created.session_token, LivenessToken)
    assert created.session_token.reveal() == "session.token.x"
    assert created.liveness_session.status is SessionStatus.ACTIVE
    assert created.wire() == CREATED


def test_a_type_nobody_knows_is_the_servers_to_refuse() -> None:
    transport = RecordingTransport({"data": CREATED})
    BiometricValidations(transport).create(request("selfie"))
    assert transport.last.body is not None
    assert transport.last.body["type"] == "selfie"


def test_options_of_a_creation_have_the_wires_names() -> None:
    transport = RecordingTransport({"data": CREATED})
    BiometricValidations(transport).create(
        request(requires_2fa=True, send_via_email=True, email="lena@example.org", ip_address="192.0.2.1", language="es")
    )
    body = transport.last.body
    assert body is not None
    assert {name: body[name] for name in ("requires2FA", "sendViaEmail", "email", "ipAddress", "language")} == {
        "requires2FA": True,
        "sendViaEmail": True,
        "email": "lena@example.org",
        "ipAddress": "192.0.2.1",
        "language": "es",
    }


def test_a_link_by_mail_needs_an_address() -> None:
    transport = RecordingTransport({"data": CREATED})
    with pytest.raises(ApiError, match="createBiometricValidation: email") as caught:
        BiometricValidations(transport).create(request(send_via_email=True))
    assert caught.value.code is Code.API_BAD_REQUEST
    assert not transport.calls


def test_a_face_for_a_login_is_sent_with_the_logins_token() -> None:
    transport = RecordingTransport({"data": CREATED})
    token = LoginToken("login")
    BiometricValidations(transport).create_for_login(token, request())
    assert transport.last.token is token
    assert transport.last.operation.path == "/v2/biometric-validations/app-login"
    with pytest.raises(ApiError, match="createAppLoginBiometricValidation: type"):
        BiometricValidations(transport).create_for_login(token, request("onboarding"))
    assert len(transport.calls) == 1


def test_the_selfie_of_an_onboarding_is_sent_with_its_token() -> None:
    registration = {"_id": "64f0c0ffee00000000000050", "project": PROJECT, "projectFlow": FLOW, "status": "ONGOING"}
    transport = RecordingTransport({"data": {**registration, "biometricValidation": VALIDATION}})
    token = RegistrationToken("registration")
    answer = BiometricValidations(transport).create_for_registration(
        token, BiometricAppRegistrationRequest(image="x" * 120, os=OperatingSystem.DESKTOP, force=False)
    )
    assert transport.last.token is token
    assert transport.last.body == {"image": "x" * 120, "os": "DESKTOP", "force": False}
    assert answer.id == "64f0c0ffee00000000000050"


def test_validate_sends_bare_base64_with_the_sessions_token() -> None:
    transport = RecordingTransport({"data": JUDGED, "signature": "sealed", "id": "A1B2C"})
    token = LivenessToken("session")
    result = BiometricValidations(transport).validate(token, JPEG, within_s=2.5)
    assert transport.last.token is token
    assert transport.last.within_s == 2.5
    assert transport.last.body == {"image": base64.b64encode(JPEG).decode(), "os": "DESKTOP"}
    assert result.succeeded
    assert result.person_id == "64f0c0ffee00000000000020"
    assert result.login_token is not None
    assert result.login_token.reveal() == "login.token.x"
    assert result.wire() == JUDGED


def test_validate_sends_text_as_it_is_and_where_the_kiosk_stands() -> None:
    transport = RecordingTransport({"data": JUDGED})
    BiometricValidations(transport).validate(LivenessToken("s"), "Zm9v", os=None, location={"lat": 1.5})
    assert transport.last.body == {"image": "Zm9v", "location": {"lat": 1.5}}


GENERATED: dict[str, Any] = {
    "_id": "64f0c0ffee00000000000030",
    "status": "completed",
    "identifier": "0190-mark",
    "biometricData": {"livenessScore": 0.94, "quality": 1},
    "verificationResults": {"livenessDetection": True, "identityMatch": True, "antiSpoofing": True},
    "riskScore": 0.1,
    "completedAt": "2031-05-06T07:09:09.000Z",
    "token": "login.token.x",
}


def test_the_generated_answer_is_read_by_the_same_class() -> None:
    transport = RecordingTransport({"success": True, "data": GENERATED})
    result = BiometricValidations(transport).validate(LivenessToken("s"), JPEG)
    assert result.succeeded
    assert result.score == 0.94
    assert result.wire() == GENERATED


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"token": "t"},  # silence
        {**JUDGED, "token": None},
        {**JUDGED, "token": ""},
        {**JUDGED, "appLogin": {**LOGIN, "status": "failed"}},
        {**JUDGED, "appLogin": {**LOGIN, "status": "pending"}},
        {**JUDGED, "appLogin": {**LOGIN, "status": "invented"}},
        {**JUDGED, "status": "failed"},
        {**GENERATED, "status": "pending"},
        {**GENERATED, "verificationResults": {"livenessDetection": False}},
        {**GENERATED, "verificationResults": {"identityMatch": False}},
        {**GENERATED, "verificationResults": {"antiSpoofing": False}},
    ],
)
def test_success_is_said_and_not_assumed(answer: dict[str, Any]) -> None:
    assert not BiometricValidateResult.model_validate(answer).succeeded


@pytest.mark.parametrize(
    ("status", "succeeded"),
    [(status, status in {"validated", "completed"}) for status in [*ValidationStatus, "archived", "Validated", ""]],
)
def test_two_words_mean_success(status: str, succeeded: bool) -> None:
    body = {**VALIDATION, "status": status}
    validation = BiometricValidation.model_validate(body)
    assert validation.succeeded is succeeded
    assert validation.wire() == body


def test_a_validation_holds_its_session_or_its_id() -> None:
    assert BiometricValidation.model_validate(VALIDATION).session_id == SESSION["_id"]
    populated = {**VALIDATION, "livenessSession": SESSION, "project": {"_id": PROJECT, "name": "p"}}
    validation = BiometricValidation.model_validate(populated)
    assert validation.session_id == SESSION["_id"]
    assert validation.wire() == populated
    assert BiometricValidation.model_validate({**VALIDATION, "livenessSession": None}).session_id == ""


def test_the_score_stands_in_either_place() -> None:
    assert BiometricValidation.model_validate({**VALIDATION, "livenessScore": 0.5}).score == 0.5
    assert BiometricValidation.model_validate(GENERATED).score == 0.94
    bare = {name: value for name, value in VALIDATION.items() if name != "livenessScore"}
    assert BiometricValidation.model_validate(bare).score is None


def test_a_session_becomes_the_stations_record() -> None:
    created = BiometricValidations(RecordingTransport({"data": CREATED})).create(request())
    assert created.liveness_session.to_record() == LivenessSession(
        id="64f0c0ffee00000000000031",
        client="64f0c0ffee00000000000001",
        project=PROJECT,
        project_flow=FLOW,
        identifier="0190-mark",
        status="active",
        comparison_result='[{"score":0.5,"name":"ñ"}]',
        expires_at="2031-05-06T07:12:09.000Z",
        activated_at="2031-05-06T07:08:09.000Z",
        created_at="2031-05-06T07:08:09.000Z",
        updated_at="2031-05-06T07:08:09.000Z",
    )


@pytest.mark.parametrize("missing", ["livenessSession", "biometricValidation", "token"])
def test_a_session_that_is_not_whole_is_unreadable(missing: str) -> None:
    body = {name: value for name, value in CREATED.items() if name != missing}
    with pytest.raises(ApiError) as caught:
        BiometricValidations(RecordingTransport({"data": body})).create(request())
    assert caught.value.code is Code.API_UNREADABLE
    assert caught.value.maybe_done


def test_list_names_its_filters_as_the_wire_does() -> None:
    transport = RecordingTransport({"data": [VALIDATION], "pagination": {"page": 1, "perPage": 50, "total": 1}})
    page = BiometricValidations(transport).list(
        page=1,
        per_page=50,
        sort="-createdAt",
        populates=("livenessSession",),
        status="validated",
        validation_type=ValidationType.LOGIN,
        liveness_session="s",
        statuses=("new", "failed"),
        created_after="2031-05-06T00:00:00.000Z",
    )
    assert transport.last.query == {
        "page": 1,
        "perPage": 50,
        "sort": "-createdAt",
        "populates[]": ("livenessSession",),
        "where_status": "validated",
        "where_type": "login",
        "where_livenessSession": "s",
        "in_status[]": ("new", "failed"),
        "where>_createdAt": "2031-05-06T00:00:00.000Z",
    }
    assert page.total == 1


def test_retrieve_and_delete_name_the_validation() -> None:
    transport = RecordingTransport({"data": VALIDATION})
    client = BiometricValidations(transport)
    assert client.retrieve("v", populates=("livenessSession",)).id == VALIDATION["_id"]
    assert (transport.last.at, transport.last.query) == ({"id": "v"}, {"populates[]": ("livenessSession",)})
    transport.body = None
    client.delete("v")
    assert (transport.last.operation.bearer, transport.last.token) == (Bearer.ACCOUNT, None)
    token = RegistrationToken("r")
    client.delete("v", token=token)
    assert (transport.last.operation.bearer, transport.last.token) == (Bearer.GIVEN, token)
    assert transport.last.operation.id == "deleteBiometricValidation"


def test_a_bare_session_keeps_whatever_it_answers() -> None:
    answer = {"anything": [1, {"x": None}], "token": "t"}
    transport = RecordingTransport({"data": answer})
    assert BiometricValidations(transport).create_session({"project": "p"}).wire() == answer
    assert transport.last.body == {"project": "p"}


def test_what_makes_something_never_repeats_itself() -> None:
    safe = {operation.id for operation in resource.OPERATIONS if operation.repeat is Repeat.SAFE}
    assert safe == {"listBiometricValidations", "retrieveBiometricValidation", "deleteBiometricValidation"}


WRONG_SIGNATURE = (
    "def wrong(client: BiometricValidations, face: Face, create: BiometricValidationCreate, account: AccountToken)"
    " -> None:"
)
WRONG_TOKENS = f"""
from kiosk.api.models.biometric_validations import BiometricAppRegistrationRequest, BiometricValidationCreate
from kiosk.api.resources.biometric_validations import BiometricValidations
from kiosk.api.resources.face import Face
from kiosk.api.tokens import AccountToken, LivenessToken, LoginToken, RegistrationToken


def right(client: BiometricValidations, face: Face, token: LivenessToken, onboarding: RegistrationToken) -> None:
    client.validate(token, b"x")
    face.compare_registration(onboarding)


{WRONG_SIGNATURE}
    client.validate(account, b"x")
    client.validate(LoginToken("t"), b"x")
    client.validate("t", b"x")
    client.create_for_login(LivenessToken("t"), create)
    client.create_for_registration(LoginToken("t"), BiometricAppRegistrationRequest(image="x", os="DESKTOP"))
    face.compare_registration(account)
"""


def test_the_wrong_kind_of_token_does_not_type_check(tmp_path: Path) -> None:
    program = tmp_path / "wrong_tokens.py"
    program.write_text(WRONG_TOKENS, encoding="utf-8")
    report, _, status = mypy.run(
        ["--strict", "--follow-imports=silent", "--no-error-summary", f"--cache-dir={os.devnull}", str(program)]
    )
    lines = WRONG_TOKENS.splitlines()
    wrong = [number for number in range(1, len(lines) + 1) if number > lines.index(WRONG_SIGNATURE) + 1]
    assert status == 1
    assert [int(found) for found in re.findall(r"\.py:(\d+): error: Argument 1 .* incompatible type", report)] == wrong
