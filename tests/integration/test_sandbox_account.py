"""Getting a token, keeping it, losing it; the account and its credits. Over real HTTP, on the sandbox as it is served."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from support.sandbox import Sandbox, running_sandbox

from kiosk.sandbox import ids
from kiosk.sandbox.tokens import Kind

CLIENT = "/v2/clients/me"


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path) as running:
        yield running


def with_token(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def expect(response: httpx.Response, status: int, /, **body: Any) -> dict[str, Any]:
    assert response.status_code == status, response.text
    answer: dict[str, Any] = response.json()
    assert {name: answer.get(name) for name in body} == body
    return answer


def test_an_email_login_from_the_code_to_the_account(sandbox: Sandbox) -> None:
    sent = sandbox.client.post("/v2/projects/email-login", params={"email": "kiosk@example.com"})
    answer = expect(sent, 200)
    assert answer["data"]["status"] == "sent"
    assert answer["signature"]["message"] == "Certified by Verifik.co"
    assert re.fullmatch(r"[A-Z0-9]{5}", answer["id"])
    code = sandbox.code("kiosk@example.com")
    assert code not in sent.text

    confirm = {"email": "kiosk@example.com", "otp": code}
    answer = expect(sandbox.client.post("/v2/projects/email-login/confirm", json=confirm), 200)
    assert set(answer) == {"data"}
    assert answer["data"]["tokenType"] == "bearer"
    token = answer["data"]["accessToken"]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 30 * 86_400
    account = expect(sandbox.client.get(CLIENT, headers=with_token(token)), 200)["data"]
    assert account["_id"] == ids.CLIENT == "613375a1eab2fe08527f81e2"

    again = sandbox.client.post("/v2/projects/email-login/confirm", json=confirm)
    expect(again, 400, code="ERROR", message="invalid_otp")


def test_a_phone_login(sandbox: Sandbox) -> None:
    sent = sandbox.client.post("/v2/projects/phone-login", json={"countryCode": "+57", "phone": 3000000000})
    data = expect(sent, 200)["data"]
    code = sandbox.code("+573000000000")
    assert code not in data["otp"]
    body = {"countryCode": "+57", "phone": "3000000000", "otp": int(code)}
    expect(sandbox.client.post("/v2/projects/phone-login/confirm", json=body), 200)
    bad = {"countryCode": "+57", "phone": "3000-00"}
    expect(sandbox.client.post("/v2/projects/phone-login", json=bad), 400, code="BadRequest")


def test_logins_say_what_is_missing(sandbox: Sandbox) -> None:
    post = sandbox.client.post
    expect(post("/v2/projects/email-login"), 409, code="MissingParameter", message="missing email\n")
    no_address = post("/v2/projects/email-login", params={"email": "nobody"})
    expect(no_address, 404, code="NotFound", message="invalid_email")
    confirm = post("/v2/projects/email-login/confirm", json={})
    expect(confirm, 409, message="missing email\n. missing otp\n")
    expect(post("/v2/projects/phone-login", content=b"[1"), 409, code="MissingParameter")


def test_three_wrong_codes_end_a_login(sandbox: Sandbox) -> None:
    sandbox.client.post("/v2/projects/email-login", params={"email": "a@b.c"})
    code = sandbox.code("a@b.c")
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for otp in (wrong, wrong, wrong, code):
        response = sandbox.client.post("/v2/projects/email-login/confirm", json={"email": "a@b.c", "otp": otp})
        expect(response, 400, message="invalid_otp")


def test_a_token_is_renewed_while_it_lasts(sandbox: Sandbox) -> None:
    get = sandbox.client.get
    renewed = expect(get("/v2/auth/session", params={"origin": "refresh", "expiresIn": 3}), 200)
    assert set(renewed) == {"accessToken", "tokenType"}  # flat, without data
    claims = jwt.decode(renewed["accessToken"], options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 90 * 86_400
    seen = expect(get("/v2/auth/session", params={"origin": "app"}), 200)
    assert seen["user"]["_id"] == ids.CLIENT
    assert seen["accessToken"] == sandbox.token
    expect(sandbox.client.post("/v2/auth/session", json={"origin": "app"}), 200, accessToken=sandbox.token)

    expect(get("/v2/auth/session"), 409, message="missing origin\n")
    expect(get("/v2/auth/session", params={"origin": "refresh", "expiresIn": 0}), 409, code="MissingParameter")
    for bare in (sandbox.token, f"jwt {sandbox.token}"):  # as the renewal and the credit pages print it
        expect(get("/v2/auth/session", params={"origin": "app"}, headers={"Authorization": bare}), 200)

    sandbox.set_clock(31 * 86_400)
    over = get("/v2/auth/session", params={"origin": "refresh"})
    expect(over, 401, code="Unauthorized", message="Invalid or expired token.")
    expect(get("/v2/webhooks"), 401, code="FORBIDDEN", message="token_expired")


def test_renew_and_revoke_voids_every_earlier_token(sandbox: Sandbox) -> None:
    earlier = sandbox.server.account_token() if sandbox.server else ""
    answer = expect(sandbox.client.post("/v2/auth/renew-and-revoke"), 200)
    for token in (earlier, sandbox.token):
        expect(sandbox.client.get(CLIENT, headers=with_token(token)), 403, error="Forbidden")
    expect(sandbox.client.get(CLIENT, headers=with_token(answer["token"])), 200)


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        (CLIENT, 401, {"error": "Unauthorized"}),
        ("/v2/credits", 401, {"error": "Unauthorized", "message": "UNAUTHORIZED"}),
        ("/v2/app-registrations", 401, {"code": "Forbidden", "message": "Access forbidden"}),
        ("/v2/auth/session?origin=app", 401, {"code": "Unauthorized", "message": "Invalid or expired token."}),
        ("/v2/webhooks", 401, {"code": "UNAUTHORIZED", "message": "Authentication required"}),
    ],
)
def test_no_token_is_answered_in_the_words_of_each_page(
    sandbox: Sandbox, path: str, status: int, body: dict[str, str]
) -> None:
    for headers in (
        {},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic a b"},
    ):
        response = httpx.get(sandbox.base_url + path, headers=headers, trust_env=False)
        assert (response.status_code, response.json()) == (status, body)


@pytest.mark.parametrize("kind", [Kind.LIVENESS, Kind.REGISTRATION, Kind.LOGIN])
def test_kinds_of_token_are_not_interchangeable(sandbox: Sandbox, kind: Kind) -> None:
    assert sandbox.server is not None
    token = sandbox.server.sandbox.tokens.issue(kind, ids.CLIENT)
    response = sandbox.client.get("/v2/webhooks", headers=with_token(token))
    expect(response, 401, code="token_not_right", message="403:token_not_right")  # 403 is on no page of webhooks
    own = sandbox.client.post("/v2/app-registrations/me")
    expect(own, 403, code="token_not_right")


def test_a_login_token_opens_what_a_login_opens(sandbox: Sandbox) -> None:
    create = {
        "project": ids.PROJECT,
        "projectFlow": ids.LOGIN_FLOW,
        "email": "ana@example.com",
        "type": "login",
        "validationMethod": "verificationCode",
    }
    expect(sandbox.client.post("/v2/email-validations", json=create), 200)
    body = {"email": "ana@example.com", "otp": sandbox.code("ana@example.com"), "projectFlow": ids.LOGIN_FLOW}
    token = expect(sandbox.client.post("/v2/email-validations/validate", json=body), 200)["data"]["token"]
    answer = expect(sandbox.client.post("/v2/auth/project-login", headers=with_token(token)), 200)
    fresh = answer["data"]["accessToken"]
    expect(sandbox.client.get(CLIENT, headers=with_token(fresh)), 403)
    expect(sandbox.client.post("/v2/auth/project-login"), 403, code="token_not_right")


def test_the_account_is_changed_by_its_owner_alone(sandbox: Sandbox) -> None:
    put = sandbox.client.put
    expect(put(f"/v2/clients/{ids.CLIENT}", json={"company": "Front Desk Ltd"}), 200)
    assert sandbox.client.get(CLIENT).json()["data"]["company"] == "Front Desk Ltd"
    expect(put("/v2/clients/65a000000000000000000001", json={"company": "x"}), 401)
    assert "missing" not in put(f"/v2/clients/{ids.CLIENT}", json={"company": 1}).text


def test_credits_are_taken_and_run_out(tmp_path: Path) -> None:
    with running_sandbox(tmp_path, credits=1) as sandbox:
        begin = {"project": ids.PROJECT, "projectFlow": ids.ONBOARDING_FLOW, "email": "a@example.com"}
        token = expect(sandbox.client.post("/v2/app-registrations", json=begin), 200)["data"]["token"]
        assert sandbox.client.get(CLIENT).json()["data"]["credits"] == 0
        refused = sandbox.client.post("/v2/app-registrations", json={**begin, "email": "b@example.com"})
        expect(refused, 402, code="PaymentRequired", message="insufficient_credits")
        image = base64.b64encode(b"x" * 200).decode()
        document = sandbox.client.post(
            "/v2/document-validations/app-registration", json={"image": image}, headers=with_token(token)
        )
        expect(document, 402, message="insufficient_credits")
        counts = sandbox.state()["counts"]
        assert (counts["appRegistration"], counts["credit"]) == (1, 2)
        assert "documentValidation" not in counts
        assert "identityImage" not in counts

        page = expect(sandbox.client.get("/v2/credits", params={"where_category": "usage"}), 200)
        assert page["pagination"] == {"page": 1, "perPage": 20, "total": 1, "pages": 1}
        record = page["data"][0]
        found = expect(sandbox.client.get(f"/v2/credits/{record['_id']}", params={"populates[]": "client"}), 200)
        assert found["data"]["client"]["_id"] == ids.CLIENT
        expect(sandbox.client.get("/v2/credits/65a000000000000000000001"), 404, message="CREDIT_RECORD_NOT_FOUND")
        bad = sandbox.client.get("/v2/credits", params={"where_status": "x"})
        expect(bad, 400, error="Invalid query parameters", message="INVALID_PARAMETERS")


def test_unknown_paths_and_methods(sandbox: Sandbox) -> None:
    expect(sandbox.client.get("/v2/nothing"), 404, code="NotFound")
    expect(sandbox.client.get("/"), 404)
    wrong = sandbox.client.patch("/v2/webhooks/65a000000000000000000001")
    expect(wrong, 405)
    assert wrong.headers["allow"] == "DELETE, GET, PUT"


@pytest.mark.parametrize(
    "content",
    [b"{", b"[]", b'"x"', b"nul", b"\xff\xfe", b'{"a": NaN}', b'{"a": 1e999}', b"[" * 100_000, b"1" * 5000],
    ids=["open", "list", "text", "word", "bytes", "nan", "inf", "deep", "long"],
)
def test_a_body_that_is_no_json_object_is_a_named_fault(sandbox: Sandbox, content: bytes) -> None:
    response = sandbox.client.post("/v2/webhooks", content=content)
    expect(response, 409, code="MissingParameter", message="the body must be a JSON object\n")
