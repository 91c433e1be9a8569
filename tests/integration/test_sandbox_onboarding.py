"""An onboarding from the address to the login, with codes, documents and the server's own final status."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.sandbox import Sandbox, running_sandbox

from kiosk.sandbox import ids, kinds
from kiosk.sandbox.tokens import Kind

BEGIN = {
    "project": ids.PROJECT,
    "projectFlow": ids.ONBOARDING_FLOW,
    "email": "ana@example.com",
    "fullName": "Ana Prueba",
}
PICTURE = base64.b64encode(bytes(range(256))).decode()
REGISTRATIONS = "/v2/app-registrations"


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path) as running:
        yield running


def expect(response: httpx.Response, status: int, /, **body: Any) -> Any:
    assert response.status_code == status, response.text
    answer = response.json()
    assert {name: answer.get(name) for name in body} == body
    return answer.get("data")


class Applicant:
    """Somebody who is being onboarded: calls with their registration token."""

    def __init__(self, sandbox: Sandbox, **changes: Any) -> None:
        self.sandbox = sandbox
        created = expect(sandbox.client.post(REGISTRATIONS, json={**BEGIN, **changes}), 200)
        self.id = created["appRegistration"]["_id"]
        self.created = created
        self.headers = {"Authorization": f"Bearer {created['token']}"}

    def call(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return self.sandbox.client.request(method, path, json=body, headers=self.headers)

    def sync(self, step: str, status: str) -> httpx.Response:
        return self.call("PUT", f"{REGISTRATIONS}/{self.id}/sync", {"step": step, "status": status})

    def confirm_email(self) -> None:
        body = {"email": "ana@example.com", "validationMethod": "verificationCode"}
        sent = expect(self.call("POST", "/v2/email-validations/app-registration", body), 200)
        confirm = {"email": "ana@example.com", "otp": self.sandbox.code("ana@example.com")}
        expect(self.call("PUT", f"/v2/email-validations/{sent['_id']}", confirm), 200)

    def show_face(self, status: str = "validated") -> None:
        """As the selfie call does, without a picture."""
        assert self.sandbox.server is not None
        inner = self.sandbox.server.sandbox
        validation = inner.new(status=status, type="onboarding", livenessScore=0.9)
        inner.store.put(kinds.BIOMETRIC_VALIDATION, validation)
        registration = inner.store.get(kinds.APP_REGISTRATION, self.id)
        assert registration is not None
        inner.store.put(kinds.APP_REGISTRATION, {**registration, "biometricValidation": validation["_id"]})


def test_an_onboarding_from_begin_to_login(sandbox: Sandbox) -> None:
    ana = Applicant(sandbox)
    registration = ana.created["appRegistration"]
    assert (registration["status"], registration["currentStep"]) == ("STARTED", "1")
    assert ana.created["informationValidation"]["firstName"] == "Ana"
    assert expect(ana.call("POST", f"{REGISTRATIONS}/me"), 200)["_id"] == ana.id

    refused = ana.sync("signUpForm", "ONGOING")
    expect(refused, 409, code="Conflict", message="signUpForm_validation_not_passed")
    ana.confirm_email()
    synced = expect(ana.sync("signUpForm", "ONGOING"), 200)
    assert (synced["status"], synced["step"]) == ("ONGOING", "signUpForm")
    assert synced["steps"]["liveness"] == "mandatory"
    expect(ana.sync("form", "ONGOING"), 500, code="InternalServer", message="step_not_supported")

    document = expect(ana.call("POST", "/v2/document-validations/app-registration", {"image": PICTURE}), 200)
    key = document["documentValidation"]["_id"]
    names = expect(ana.call("PUT", f"/v2/document-validations/{key}/validate", {"fullName": "ANA  PRUEBA"}), 200)
    assert (names["status"], names["namesMatch"]) == ("ACTIVE", True)
    images = expect(ana.call("GET", "/v2/identity-images"), 200)
    assert [image["category"] for image in images] == ["documentFace"]
    assert images[0]["base64"] == PICTURE
    assert expect(ana.call("GET", f"/v2/identity-images/{images[0]['_id']}"), 200) == images[0]

    ana.show_face()
    ended = expect(ana.sync("end", "FAILED"), 200)  # the server knows better
    assert ended["status"] == "COMPLETED"
    assert ended["fullName"] == "Ana Prueba"
    login = {"Authorization": f"Bearer {ended['token']}"}
    expect(sandbox.client.post("/v2/auth/project-login", headers=login), 200)
    (made,) = expect(sandbox.client.get("/v2/app-logins"), 200)
    assert (made["type"], made["status"], made["name"]) == ("faceLiveness", "validated", "Ana Prueba")
    expect(ana.sync("end", "COMPLETED"), 200)
    assert len(expect(sandbox.client.get("/v2/app-logins"), 200)) == 1  # asked twice, made once
    again = sandbox.client.post(REGISTRATIONS, json=BEGIN)
    expect(again, 409, code="Conflict", message="email_is_registered_already")


def test_the_server_decides_how_it_ends(sandbox: Sandbox) -> None:
    nobody = Applicant(sandbox)
    assert expect(nobody.sync("end", "COMPLETED"), 200)["status"] == "FAILED"
    assert "token" not in expect(nobody.sync("end", "COMPLETED"), 200)

    spoof = Applicant(sandbox)  # the failed one is over: a new one begins
    assert spoof.id != nobody.id
    spoof.confirm_email()
    spoof.show_face("failed")
    assert expect(spoof.sync("end", "COMPLETED"), 200)["status"] == "FAILED"

    other = Applicant(sandbox, email="bea@example.com", fullName="Bea")
    expect(other.call("POST", "/v2/document-validations/app-registration", {"backImage": PICTURE}), 200)
    skipped = expect(other.sync("skipKYC", "COMPLETED_WITHOUT_KYC"), 200)
    assert skipped["status"] == "COMPLETED_WITHOUT_KYC"
    assert skipped["token"]


def test_a_name_that_does_not_fit_needs_a_person_to_look(sandbox: Sandbox) -> None:
    ana = Applicant(sandbox)
    ana.confirm_email()
    ana.show_face()
    document = expect(ana.call("POST", "/v2/document-validations/app-registration", {"image": PICTURE}), 200)
    key = document["documentValidation"]["_id"]
    twice = ana.call("POST", "/v2/document-validations/app-registration", {"image": PICTURE})
    expect(twice, 409, code="Conflict", message="already_exists")
    forced = expect(
        ana.call("POST", "/v2/document-validations/app-registration", {"image": PICTURE, "force": True}), 200
    )
    assert forced["documentValidation"]["_id"] != key
    key = forced["documentValidation"]["_id"]
    names = expect(ana.call("PUT", f"/v2/document-validations/{key}/validate", {"lastName": "Otra"}), 200)
    assert names["status"] == "NEEDS_MANUAL_VERIFICATION"
    assert expect(ana.sync("end", "COMPLETED"), 200)["status"] == "NEEDS_MANUAL_VERIFICATION"
    override = {"step": "adminOverride", "status": "COMPLETED", "note": "seen"}
    expect(ana.call("PUT", f"{REGISTRATIONS}/{ana.id}/sync", override), 403)
    done = expect(sandbox.client.put(f"{REGISTRATIONS}/{ana.id}/sync", json=override), 200)
    assert done["status"] == "COMPLETED"


@pytest.mark.parametrize(
    ("changes", "body"),
    [
        ({"email": ""}, {"code": "MissingParameter", "message": "Needs an email or a phone at least", "status": 409}),
        (
            {"email": "", "phone": "300"},
            {"code": "MissingParameter", "message": "missing countryCode\n", "status": 409},
        ),
        ({"project": "66df"}, {"code": "MissingParameter", "message": "project must be an id\n", "status": 409}),
        ({"project": "65a000000000000000000001"}, {"code": "NotFound", "message": "project_not_found"}),
        ({"projectFlow": "65a000000000000000000001"}, {"code": "NotFound", "message": "projectFlow_not_found"}),
    ],
)
def test_a_begin_that_is_refused(sandbox: Sandbox, changes: dict[str, str], body: dict[str, Any]) -> None:
    response = sandbox.client.post(REGISTRATIONS, json={**BEGIN, **changes})
    assert (response.status_code, response.json()) == (409, body)


def test_a_known_address_gets_a_new_token_for_what_is_on_its_way(sandbox: Sandbox) -> None:
    first, second = Applicant(sandbox), Applicant(sandbox)
    assert first.id == second.id
    assert first.headers != second.headers
    assert sandbox.state()["counts"]["appRegistration"] == 1


def test_an_onboarding_token_opens_its_own_and_ends(sandbox: Sandbox) -> None:
    ana, bea = Applicant(sandbox), Applicant(sandbox, email="bea@example.com")
    expect(ana.call("GET", f"{REGISTRATIONS}/{ana.id}"), 200)
    expect(ana.call("GET", f"{REGISTRATIONS}/{bea.id}"), 403, code="Forbidden", message="Access forbidden")
    expect(ana.call("GET", REGISTRATIONS), 403)
    missing = sandbox.client.put(
        f"{REGISTRATIONS}/65a000000000000000000001/sync", json={"step": "end", "status": "FAILED"}
    )
    expect(missing, 404, message="AppRegistration_not_found")
    expect(ana.sync("end", "COMPLETED_WITHOUT_KYC"), 409, code="MissingParameter")
    expect(ana.sync("dance", "ONGOING"), 409, code="MissingParameter")

    sandbox.set_clock(119 * 60)
    expect(ana.call("POST", f"{REGISTRATIONS}/me"), 200)
    sandbox.set_clock(121 * 60)
    expect(ana.call("POST", f"{REGISTRATIONS}/me"), 403, code="FORBIDDEN", message="token_expired")
    link = expect(sandbox.client.post(f"{REGISTRATIONS}/{ana.id}/resend-link", json={"sendEmail": True}), 200)
    assert link["emailSent"] is True
    ana.headers = {"Authorization": f"Bearer {link['token']}"}
    expect(ana.call("POST", f"{REGISTRATIONS}/me"), 200)
    sandbox.set_clock(152 * 60)
    expect(ana.call("POST", f"{REGISTRATIONS}/me"), 403)


def test_the_owner_sees_changes_and_deletes(sandbox: Sandbox) -> None:
    ana = Applicant(sandbox)
    ana.call("POST", "/v2/document-validations/app-registration", {"image": PICTURE})
    page = sandbox.client.get(REGISTRATIONS, params={"where_status": "STARTED", "populates[]": "projectFlow"}).json()
    assert (page["total"], page["limit"], page["page"], page["pages"]) == (1, 10, 1, 1)
    assert page["data"][0]["projectFlow"]["type"] == "onboarding"
    too_many = sandbox.client.get(REGISTRATIONS, params={"limit": 101})
    expect(too_many, 409, message="limit must be between 1 and 100\n")
    changed = expect(sandbox.client.put(f"{REGISTRATIONS}/{ana.id}", json={"firstName": "Anna", "status": "x"}), 200)
    assert (changed["firstName"], changed["status"]) == ("Anna", "STARTED")

    information = ana.created["informationValidation"]["_id"]
    path = f"/v2/information-validations/{information}/background-check"
    assert expect(sandbox.client.put(path), 200)["backgroundCheck"]["status"] == "clear"

    skip = {"step": "skipKYC", "status": "COMPLETED_WITHOUT_KYC"}
    expect(sandbox.client.put(f"{REGISTRATIONS}/{ana.id}/sync", json=skip), 200)
    over = sandbox.client.post(f"{REGISTRATIONS}/{ana.id}/resend-link")
    expect(over, 409, message="cannot_resend_link_for_this_status")
    denied = sandbox.client.post(f"{REGISTRATIONS}/{ana.id}/resend-link", json={"recipientEmail": "x@example.com"})
    expect(denied, 403, message="access_denied")
    expect(sandbox.client.delete(f"{REGISTRATIONS}/{ana.id}"), 200)
    expect(sandbox.client.get(f"{REGISTRATIONS}/{ana.id}"), 404, code="NotFound", message="Record not found.")
    assert "identityImage" not in sandbox.state()["counts"]  # pictures go with whom they show


def test_documents_say_what_is_wrong(sandbox: Sandbox) -> None:
    ana = Applicant(sandbox)
    path = "/v2/document-validations/app-registration"
    expect(ana.call("POST", path, {}), 422, code="MissingParameter", message="missing image\n")
    expect(ana.call("POST", path, {"image": "short"}), 409, message="only_images_in_base64")
    expect(ana.call("POST", path, {"image": 1}), 409, code="MissingParameter")
    expect(sandbox.client.post(path, json={"image": PICTURE}), 403, code="token_not_right")
    made = expect(ana.call("POST", path, {"image": f"data:image/jpeg;base64,{PICTURE}"}), 200)["documentValidation"]
    listed = sandbox.client.get("/v2/document-validations", params={"where_status": "ACTIVE_BUT_UNVERIFIED"}).json()
    assert listed["pagination"]["perPage"] == 20
    assert [each["_id"] for each in listed["data"]] == [made["_id"]]
    expect(sandbox.client.get(f"/v2/document-validations/{made['_id']}"), 200)
    gone = sandbox.client.delete(f"/v2/document-validations/{made['_id']}").json()
    assert (gone["success"], gone["message"]) == (True, "deleted")
    again = sandbox.client.delete(f"/v2/document-validations/{made['_id']}")
    expect(again, 404, success=False, code="DOCUMENT_VALIDATION_NOT_FOUND")

    assert sandbox.server is not None
    ghost = sandbox.server.sandbox.tokens.issue(Kind.REGISTRATION, "65a000000000000000000001")
    lost = sandbox.client.post(path, json={"image": PICTURE}, headers={"Authorization": f"Bearer {ghost}"})
    expect(lost, 404, message="appRegistration_not_found")
    bare = {"project": ids.PROJECT, "type": "onboarding"}
    flow = expect(sandbox.client.post("/v2/project-flows", json=bare), 200)["_id"]
    other = Applicant(sandbox, projectFlow=flow)
    expect(other.call("POST", path, {"image": PICTURE}), 404, message="document_settings_not_set")
