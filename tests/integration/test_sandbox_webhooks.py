"""Webhooks: registered, really delivered to a server on loopback, tried again, written down, never redirected."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.patience import PATIENCE_S
from support.sandbox import Sandbox, running_sandbox
from support.webhook_receiver import receiving

from kiosk.sandbox import ids

UNKNOWN = "65a000000000000000000001"
BEGIN = {"project": ids.PROJECT, "projectFlow": ids.ONBOARDING_FLOW, "email": "ana@example.com", "fullName": "Ana"}
CODE = {
    "project": ids.PROJECT,
    "projectFlow": ids.LOGIN_FLOW,
    "type": "login",
    "validationMethod": "verificationCode",
    "email": "ana@example.com",
}


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path) as running:
        yield running


def expect(response: httpx.Response, status: int, /, **body: Any) -> Any:
    assert response.status_code == status, response.text
    answer = response.json()
    assert {name: answer.get(name) for name in body} == body
    return answer.get("data")


def register(sandbox: Sandbox, url: str, **more: Any) -> Any:
    body = {"url": url, "name": "Desk", "isActive": True, **more}
    return expect(sandbox.client.post("/v2/webhooks", json=body), 200)


def settled(sandbox: Sandbox, count: int) -> list[dict[str, Any]]:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        events: list[dict[str, Any]] = expect(sandbox.client.get("/v2/webhook-events", params={"limit": 100}), 200)
        if len(events) >= count and all(event["status"] != "pending" for event in events):
            return events
        assert time.monotonic() < deadline, events
        time.sleep(0.02)


def test_an_onboarding_is_told_to_the_webhook_of_its_flow(sandbox: Sandbox) -> None:
    with receiving() as receiver:
        hook = register(sandbox, receiver.url, link=[ids.ONBOARDING_FLOW])
        register(sandbox, receiver.url, isActive=False)
        register(sandbox, receiver.url, link=[ids.LOGIN_FLOW])
        created = expect(sandbox.client.post("/v2/app-registrations", json=BEGIN), 200)["appRegistration"]
        sync = {"step": "basicInformation", "status": "ONGOING"}
        unsupported = sandbox.client.put(f"/v2/app-registrations/{created['_id']}/sync", json=sync)
        expect(unsupported, 500, message="step_not_supported")
        sync = {"step": "instructions", "status": "ONGOING"}
        expect(sandbox.client.put(f"/v2/app-registrations/{created['_id']}/sync", json=sync), 200)
        sync = {"step": "skipKYC", "status": "COMPLETED_WITHOUT_KYC"}
        expect(sandbox.client.put(f"/v2/app-registrations/{created['_id']}/sync", json=sync), 200)
        events = settled(sandbox, 4)
        types = [event["type"] for event in receiver.wait(4)]
        assert sorted(types) == [
            "onboarding_app_registration_completed_without_kyc",
            "onboarding_app_registration_created",
            "onboarding_app_registration_ongoing",
            "onboarding_app_registration_sync_instructions",
        ]
        assert {event["object"]["_id"] for event in receiver.received} == {created["_id"]}
        assert {(event["status"], event["webhook"], event["attempts"]) for event in events} == {
            ("delivered", hook["_id"], 1)
        }


def test_no_code_leaves_in_an_event(sandbox: Sandbox) -> None:
    with receiving() as receiver:
        register(sandbox, receiver.url)  # attached to no flow: every flow's events
        expect(sandbox.client.post("/v2/email-validations", json=CODE), 200)
        (event,) = receiver.wait(1)
        assert event["type"] == "login_email_validation_created"
        assert event["object"]["email"] == "ana@example.com"
        assert "otp" not in event["object"]
        wrong = {"email": "ana@example.com", "otp": "x", "projectFlow": ids.LOGIN_FLOW}
        sandbox.client.post("/v2/email-validations/validate", json=wrong)
        assert receiver.wait(2)[1]["type"] == "login_email_validation_otp_incorect"  # as the pages spell it


def test_a_delivery_that_fails_is_tried_again(sandbox: Sandbox) -> None:
    with receiving(500, 503, 200) as receiver:
        register(sandbox, receiver.url)
        sandbox.client.post("/v2/email-validations", json=CODE)
        (event,) = settled(sandbox, 1)
        assert (event["status"], event["attempts"], event["responseStatus"]) == ("delivered", 3, 200)
        assert len(receiver.received) == 3
        assert receiver.received[0] == receiver.received[2]


def test_a_redirect_is_a_failed_delivery_and_not_followed(sandbox: Sandbox) -> None:
    with receiving(302) as receiver:
        register(sandbox, receiver.url)
        sandbox.client.post("/v2/email-validations", json=CODE)
        (event,) = settled(sandbox, 1)
        assert (event["status"], event["attempts"], event["responseStatus"]) == ("failed", 4, 302)
        assert set(receiver.paths) == {"/hook"}
        receiver.statuses[:] = [200]
        again = expect(sandbox.client.put(f"/v2/webhook-events/{event['_id']}/resend"), 200)
        assert again["status"] == "pending"
        assert settled(sandbox, 1)[0]["status"] == "delivered"


def test_a_receiver_that_is_not_there_holds_nobody_up(sandbox: Sandbox) -> None:
    register(sandbox, "http://127.0.0.1:9/hook")
    assert sandbox.client.post("/v2/email-validations", json=CODE).status_code == 200
    (event,) = settled(sandbox, 1)
    assert (event["status"], event["responseStatus"]) == ("failed", None)


def test_what_was_not_delivered_is_delivered_by_the_next_run(tmp_path: Path) -> None:
    with receiving() as receiver:
        with running_sandbox(tmp_path) as first:
            register(first, receiver.url)
            receiver.statuses[:] = [500]
            first.client.post("/v2/email-validations", json=CODE)
            receiver.wait(1)
        receiver.statuses[:] = [200]
        with running_sandbox(tmp_path) as second:
            (event,) = settled(second, 1)
            assert event["status"] == "delivered"


def test_the_addresses_in_a_flow_and_in_a_validation_are_told_too(sandbox: Sandbox) -> None:
    with receiving() as receiver:
        expect(sandbox.client.post("/v2/email-validations", json={**CODE, "webhookUrl": receiver.url}), 200)
        receiver.wait(1)  # two deliveries go out side by side: only who waits for the first knows their order
        flow = {"project": ids.PROJECT, "type": "login", "webhookUrl": receiver.url}
        expect(sandbox.client.put(f"/v2/project-flows/{ids.LOGIN_FLOW}", json=flow), 200)
        other = {**CODE, "email": "bea@example.com"}
        expect(sandbox.client.post("/v2/email-validations", json=other), 200)
        assert [event["object"]["email"] for event in receiver.wait(2)] == ["ana@example.com", "bea@example.com"]


def test_a_test_delivery(sandbox: Sandbox) -> None:
    with receiving() as receiver:
        expect(sandbox.client.post("/v2/webhooks/test", json={"url": receiver.url}), 200)
        assert receiver.wait(1)[0]["type"] == "webhook_test"
    missing = sandbox.client.post("/v2/webhooks/test", json={})
    expect(missing, 401, code="MissingParameter", message="missing url\n")  # the page knows no other status


def test_webhooks_are_kept_changed_and_deleted(sandbox: Sandbox) -> None:
    hook = register(sandbox, "https://kiosk.example/hook", link=[ids.LOGIN_FLOW], description="all")
    path = f"/v2/webhooks/{hook['_id']}"
    assert hook["notification"]["fail"] is True
    assert expect(sandbox.client.get(path), 200) == hook
    change = {"link": [ids.ONBOARDING_FLOW], "unlink": [ids.LOGIN_FLOW], "isActive": False}
    changed = expect(sandbox.client.put(path, json=change), 200)
    assert (changed["projectFlow"], changed["isActive"], changed["name"]) == ([ids.ONBOARDING_FLOW], False, "Desk")
    page = sandbox.client.get("/v2/webhooks", params={"where_isActive": "false", "like_name": "des"}).json()
    assert page["pagination"] == {"page": 1, "perPage": 20, "total": 1, "pages": 1}
    expect(sandbox.client.put(path, json={"name": 1}), 404, code="MissingParameter")
    assert expect(sandbox.client.delete(path), 200)["_id"] == hook["_id"]
    expect(sandbox.client.get(path), 404, code="NotFound", message="Record not found.")
    expect(sandbox.client.put(f"/v2/webhook-events/{UNKNOWN}/resend"), 404)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"url": None}, "url must be a string\n"),
        ({"url": "ftp://kiosk.example/"}, "url must be an http or https address\n"),
        ({"url": "http://"}, "url must be an http or https address\n"),
        ({"url": "http://[::1"}, "url must be an http or https address\n"),
        ({"name": "x" * 41}, "name has a wrong length\n"),
        ({"isActive": "yes"}, "isActive must be a boolean\n"),
        ({"link": ["x"]}, "link[0] must be an id\n"),
        ({"link": [UNKNOWN]}, "projectFlow_not_found"),
    ],
)
def test_what_a_webhook_must_be(sandbox: Sandbox, changes: dict[str, Any], message: str) -> None:
    body = {"url": "https://kiosk.example/hook", "name": "Desk", "isActive": True, **changes}
    expect(sandbox.client.post("/v2/webhooks", json=body), 409, message=message)
    expect(
        sandbox.client.post("/v2/webhooks", json={}), 409, message="missing url\n. missing name\n. missing isActive\n"
    )
