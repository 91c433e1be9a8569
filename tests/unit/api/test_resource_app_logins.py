"""Logins: filters, references in both forms, deletion without a body."""

from __future__ import annotations

from support.api_recorder import ID
from support.recording_transport import RecordingTransport

from kiosk.api.models.app_logins import AppLoginType, OtpResult
from kiosk.api.models.biometric_validations import BiometricValidation
from kiosk.api.models.common import Populated, id_of
from kiosk.api.models.projects import Project
from kiosk.api.operation import Repeat
from kiosk.api.resources.app_logins import OPERATIONS, AppLogins
from kiosk.api.tokens import LoginToken


def test_filters_have_the_services_names() -> None:
    transport = RecordingTransport({"data": []})
    AppLogins(transport).list(confirmed_by=("emailValidation",), since="2030-01-01T00:00:00Z", populates=("project",))
    assert dict(transport.calls[0].query) == {
        "whereGTE_createdAt": "2030-01-01T00:00:00Z",
        "where-exists_emailValidation": 1,
        "populates[]": ("project",),
    }


def test_references_are_ids_or_objects() -> None:
    body = {
        "_id": "l",
        "type": "faceliveness",
        "project": {"_id": "p", "name": "Kiosk"},
        "projectFlow": "f",
        "biometricValidation": {"_id": "b", "status": "validated", "livenessScore": 0},
    }
    login = AppLogins(RecordingTransport({"data": body})).retrieve(ID)
    assert login.type is AppLoginType.FACE_LIVENESS_LOWER
    assert isinstance(login.project, Project)
    assert [id_of(one) for one in (login.project, login.project_flow, login.face)] == ["p", "f", ""]
    assert isinstance(login.biometric_validation, Populated)
    assert login.biometric_validation.read(BiometricValidation).succeeded
    assert login.wire() == body


def test_a_deletion_needs_no_body() -> None:
    transport = RecordingTransport(None)
    AppLogins(transport).delete(ID)
    assert [dict(call.at) for call in transport.calls] == [{"id": ID}]


def test_a_confirmed_code_holds_a_token_only_where_no_second_factor_is_wanted() -> None:
    token = OtpResult.model_validate({"token": "t.t.t"}).login_token
    assert isinstance(token, LoginToken)
    assert token.reveal() == "t.t.t"
    waiting = OtpResult.model_validate({"message": "2FA"})
    assert waiting.login_token is None
    assert waiting.message == "2FA"


def test_everything_may_go_out_twice() -> None:
    assert {one.repeat for one in OPERATIONS} == {Repeat.SAFE}
