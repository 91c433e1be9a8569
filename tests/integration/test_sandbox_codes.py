"""E-mail and phone validations: codes, attempts, ten minutes, the second factor; both ways to confirm, both kinds of errors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.sandbox import Sandbox, running_sandbox

from kiosk.sandbox import ids

ADDRESSES = {
    "email": {"email": "ana@example.com"},
    "phone": {"countryCode": "+57", "phone": "3001112233"},
}
TO = {"email": "ana@example.com", "phone": "+573001112233"}


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path) as running:
        yield running


def expect(response: httpx.Response, status: int, /, **body: Any) -> Any:
    assert response.status_code == status, response.text
    answer = response.json()
    assert {name: answer.get(name) for name in body} == body
    return answer.get("data")


def begin(sandbox: Sandbox, channel: str, **changes: Any) -> Any:
    body = {
        "project": ids.PROJECT,
        "projectFlow": ids.LOGIN_FLOW,
        "type": "login",
        "validationMethod": "verificationCode",
        **ADDRESSES[channel],
        **changes,
    }
    return expect(sandbox.client.post(f"/v2/{channel}-validations", json=body), 200)


def confirm(sandbox: Sandbox, channel: str, otp: object, **more: Any) -> httpx.Response:
    body = {**ADDRESSES[channel], "otp": otp, "projectFlow": ids.LOGIN_FLOW, **more}
    return sandbox.client.post(f"/v2/{channel}-validations/validate", json=body)


def other(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


@pytest.mark.parametrize("channel", ["email", "phone"])
def test_a_login_by_code(sandbox: Sandbox, channel: str) -> None:
    made = begin(sandbox, channel)
    assert (made["status"], made["sent"], made["existing"], made["maxAttempts"]) == ("sent", True, False, 3)
    code = sandbox.code(TO[channel])
    assert made["otp"] != code
    expect(confirm(sandbox, channel, other(code)), 403, code="Forbidden", message="otp_does_not_match")
    done = expect(confirm(sandbox, channel, int(code)), 200)
    assert (done["status"], done["appLogin"]["type"]) == ("validated", channel)
    assert done["appLogin"][f"{channel}Validation"] == made["_id"]
    assert done["token"]
    kept = expect(sandbox.client.get(f"/v2/{channel}-validations/{made['_id']}"), 200)
    assert kept["status"] == "validated"
    page = sandbox.client.get(f"/v2/{channel}-validations", params={channel: ADDRESSES[channel][channel]}).json()
    assert page["pagination"]["total"] == 1
    where = {f"where-exists_{channel}Validation": 1, "populates[]": f"{channel}Validation"}
    (login,) = expect(sandbox.client.get("/v2/app-logins", params=where), 200)
    assert login[f"{channel}Validation"]["_id"] == made["_id"]
    expect(sandbox.client.delete(f"/v2/app-logins/{login['_id']}"), 200)
    expect(sandbox.client.get(f"/v2/app-logins/{login['_id']}"), 404, code="NotFound", message="Record not found.")


@pytest.mark.parametrize("channel", ["email", "phone"])
def test_a_code_ends_and_a_new_one_can_be_had(sandbox: Sandbox, channel: str) -> None:
    begin(sandbox, channel)
    old = sandbox.code(TO[channel])
    sandbox.set_clock(601)
    expect(confirm(sandbox, channel, old), 412, message=f"{channel}Validation_has_expired")
    begin(sandbox, channel)
    expect(confirm(sandbox, channel, sandbox.code(TO[channel])), 200)


@pytest.mark.parametrize("channel", ["email", "phone"])
def test_asking_again_sends_again_and_voids_the_first(sandbox: Sandbox, channel: str) -> None:
    first = begin(sandbox, channel)
    code = sandbox.code(TO[channel])
    second = begin(sandbox, channel)
    assert second["_id"] == first["_id"]
    assert second["existing"] is True
    if sandbox.code(TO[channel]) != code:
        expect(confirm(sandbox, channel, code), 403)
    expect(confirm(sandbox, channel, sandbox.code(TO[channel])), 200)


@pytest.mark.parametrize("channel", ["email", "phone"])
def test_confirming_by_id_has_errors_of_its_own(sandbox: Sandbox, channel: str) -> None:
    made = begin(sandbox, channel)
    path = f"/v2/{channel}-validations/{made['_id']}/validate"
    code = sandbox.code(TO[channel])
    for _ in range(3):
        wrong = sandbox.client.post(path, json={"verificationCode": other(code)})
        expect(wrong, 400, success=False, code="INVALID_CODE")
    used_up = sandbox.client.post(path, json={"verificationCode": code})
    expect(used_up, 410, success=False, code="MAX_ATTEMPTS_EXCEEDED")
    again = begin(sandbox, channel)
    path = f"/v2/{channel}-validations/{again['_id']}/validate"
    code = sandbox.code(TO[channel])
    sandbox.set_clock(601)
    expect(sandbox.client.post(path, json={"verificationCode": code}), 409, code="CODE_EXPIRED")
    sandbox.set_clock(0)
    fresh = begin(sandbox, channel)
    path = f"/v2/{channel}-validations/{fresh['_id']}/validate"
    done = expect(sandbox.client.post(path, json={"verificationCode": sandbox.code(TO[channel])}), 200, success=True)
    assert done["token"]
    unknown = sandbox.client.post(
        f"/v2/{channel}-validations/65a000000000000000000001/validate", json={"verificationCode": "1"}
    )
    expect(unknown, 409)


@pytest.mark.parametrize("channel", ["email", "phone"])
def test_a_second_factor_stands_before_the_token(sandbox: Sandbox, channel: str) -> None:
    begin(sandbox, channel, requires2FA=True)
    first = sandbox.code(TO[channel])
    asked = expect(confirm(sandbox, channel, first), 200)
    assert asked["message"] == "2FA"
    assert "token" not in asked
    second = sandbox.code(TO[channel])
    expect(confirm(sandbox, channel, first, authenticatorOTP=other(second)), 403, message="otp_does_not_match")
    assert expect(confirm(sandbox, channel, first, authenticatorOTP=second), 200)["token"]
    assert sandbox.state()["counts"]["appLogin"] == 1


def test_what_a_validation_must_have(sandbox: Sandbox) -> None:
    post = sandbox.client.post
    expect(post("/v2/email-validations", json={}), 409, code="MissingParameter")
    body = {"project": ids.PROJECT, "type": "login", "validationMethod": "verificationCode", "email": "ana@example.com"}
    expect(post("/v2/email-validations", json={**body, "type": "x"}), 409)
    expect(post("/v2/email-validations", json={**body, "email": "nobody"}), 409)
    lost = post("/v2/email-validations", json={**body, "project": "65a000000000000000000001"})
    expect(lost, 404, code="NotFound", message="project_not_found")
    lost = post("/v2/email-validations", json={**body, "projectFlow": "65a000000000000000000001"})
    expect(lost, 404, code="NotFound", message="projectFlow_not_found")
    nobody = {"email": "x@example.com", "otp": "000000", "projectFlow": ids.LOGIN_FLOW}
    expect(post("/v2/email-validations/validate", json=nobody), 404, message="email_validation_not_found")
    phone = {"project": ids.PROJECT, "type": "login", "validationMethod": "verificationCode", "phone": "300"}
    expect(post("/v2/phone-validations", json=phone), 409, message="missing countryCode\n")


def test_codes_of_an_onboarding(sandbox: Sandbox) -> None:
    begun = {"project": ids.PROJECT, "projectFlow": ids.ONBOARDING_FLOW, "email": "ana@example.com"}
    created = expect(sandbox.client.post("/v2/app-registrations", json=begun), 200)
    headers = {"Authorization": f"Bearer {created['token']}"}
    call = sandbox.client.request

    wanted = {**ADDRESSES["phone"], "validationMethod": "verificationCode"}
    expect(call("POST", "/v2/phone-validations/app-registration", json=wanted, headers=headers), 200)
    code = sandbox.code(TO["phone"])
    put = {**ADDRESSES["phone"], "otp": other(code)}
    expect(call("PUT", "/v2/phone-validations", json=put, headers=headers), 403, message="otp_does_not_match")
    stranger = {"countryCode": "+57", "phone": "1", "otp": code}
    expect(
        call("PUT", "/v2/phone-validations", json=stranger, headers=headers), 404, message="phone_validation_not_found"
    )
    expect(call("PUT", "/v2/phone-validations", json={**put, "otp": code}, headers=headers), 200)
    mine = expect(call("POST", "/v2/app-registrations/me", headers=headers), 200)
    assert (mine["phone"], mine["countryCode"]) == ("3001112233", "+57")

    wanted = {"email": "ana@example.com", "validationMethod": "verificationCode"}
    sent = expect(call("POST", "/v2/email-validations/app-registration", json=wanted, headers=headers), 200)
    path = f"/v2/email-validations/{sent['_id']}"
    expect(call("PUT", path, json={"email": "ana@example.com"}, headers=headers), 409, message="missing_email_and_otp")
    foreign = call("PUT", path, json={"email": "b@example.com", "otp": "1"}, headers=headers)
    expect(foreign, 404, message="email_validation_not_found")
    code = sandbox.code("ana@example.com")
    sandbox.set_clock(601)
    late = call("PUT", path, json={"email": "ana@example.com", "otp": code}, headers=headers)
    expect(late, 412, code="PreconditionFailed", message="emailValidation_has_expired")


def test_a_project_in_demo_mode_has_a_fixed_code(sandbox: Sandbox) -> None:
    body = {"name": "Demo", "demoMode": True, "demoOTP": "424242", "projectFlowType": "login"}
    project = expect(sandbox.client.post("/v3/projects", json=body), 201)
    begin(sandbox, "email", project=project["_id"], projectFlow=project["projectFlows"][0], type="validation")
    assert sandbox.code("ana@example.com") == "424242"
