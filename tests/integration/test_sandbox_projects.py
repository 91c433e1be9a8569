"""Projects and flows in both versions, and the public view that needs no token."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.sandbox import Sandbox, running_sandbox

from kiosk.sandbox import ids

UNKNOWN = "65a000000000000000000001"
V2 = {
    "name": "Front desk",
    "allowedCountries": ["Colombia"],
    "contactEmail": "help@example.com",
    "privacyUrl": "https://kiosk.example/privacy",
    "termsAndConditionsUrl": "https://kiosk.example/terms",
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


def test_a_project_of_v2(sandbox: Sandbox) -> None:
    made = expect(sandbox.client.post("/v2/projects", json=V2), 200)
    assert (made["status"], made["client"]) == ("active", ids.CLIENT)
    taken = sandbox.client.post("/v2/projects", json=V2)
    expect(taken, 409, success=False, code="PROJECT_NAME_EXISTS")
    expect(sandbox.client.post("/v2/projects", json={"name": "x"}), 409, code="MissingParameter")
    page = sandbox.client.get("/v2/projects", params={"like_name": "front"}).json()
    assert page["pagination"] == {"page": 1, "limit": 10, "total": 1, "pages": 1}
    found = sandbox.client.get(f"/v2/projects/{ids.PROJECT}", params={"with[]": "projectFlows"})
    assert [flow["type"] for flow in expect(found, 200)["projectFlows"]] == ["login", "onboarding"]
    expect(sandbox.client.get(f"/v2/projects/{UNKNOWN}"), 404, code="NotFound", message="Record not found.")


def test_the_public_view_needs_no_token_and_tells_little(sandbox: Sandbox) -> None:
    def get(**params: str) -> httpx.Response:
        return httpx.get(f"{sandbox.base_url}/v2/projects/kyc", params=params, trust_env=False)

    both = expect(get(id=ids.PROJECT), 200)
    assert [flow["type"] for flow in both["projectFlows"]] == ["login", "onboarding"]
    assert "client" not in both
    assert [flow["type"] for flow in expect(get(id=ids.PROJECT, type="onboarding"), 200)["projectFlows"]] == [
        "onboarding"
    ]
    for params in ({}, {"id": UNKNOWN}, {"id": "x"}):
        expect(get(**params), 404, code="NotFound", message="project_not_found")


def test_a_project_of_v3_begins_as_a_draft_and_can_go(sandbox: Sandbox) -> None:
    body = {
        "name": "Gate",
        "projectFlowType": "onboarding",
        "projectFlow": {"liveness": {"minScore": 0.7, "attemptLimit": 2}},
    }
    made = expect(sandbox.client.post("/v3/projects", json=body), 201)
    assert made["status"] == "draft"
    (flow,) = made["projectFlows"]
    kept = expect(sandbox.client.get(f"/v2/project-flows/{flow}"), 200)
    assert kept["onboardingSettings"]["liveness"] == {"livenessMinScore": 0.7, "maxAttempts": 2}
    page = sandbox.client.get("/v3/projects", params={"where_status": "draft"}).json()
    assert (page["total"], page["limit"], page["page"], page["pages"]) == (1, 10, 1, 1)

    path = f"/v3/projects/{made['_id']}"
    assert expect(sandbox.client.put(path, json={"name": "Gate", "status": "active"}), 200)["status"] == "active"
    active = sandbox.client.delete(path)
    expect(active, 409, code="Conflict", message="active project", status=409)
    assert active.json()["timestamp"]
    expect(sandbox.client.put(path, json={"name": "Sandbox"}), 409, code="PROJECT_NAME_EXISTS")
    expect(sandbox.client.put(path, json={"name": "Gate", "status": "paused"}), 200)
    assert expect(sandbox.client.delete(path), 200) == {"_id": made["_id"], "name": "Gate", "status": "deleted"}
    expect(sandbox.client.get(path), 404)
    expect(sandbox.client.get(f"/v2/project-flows/{flow}"), 404)


def test_errors_of_v3_have_its_members(sandbox: Sandbox) -> None:
    missing = sandbox.client.post("/v3/projects", json={})
    expect(missing, 409, code="MissingParameter", message="missing name\n", status=409, details=[])
    long = sandbox.client.post("/v3/projects", json={"name": "x" * 61})
    expect(long, 409, code="MissingParameter")
    nested = sandbox.client.post("/v3/projects", json={"name": "x", "projectFlow": {"liveness": {"minScore": 0.1}}})
    expect(nested, 409, message="projectFlow.liveness.minScore must be between 0.52 and 0.9\n")
    no_page = sandbox.client.get("/v3/projects", params={"page": 0})
    expect(no_page, 400, code="MissingParameter", message="page must be at least 1\n")


def test_a_flow_of_v2_and_its_changes(sandbox: Sandbox) -> None:
    body = {"project": ids.PROJECT, "type": "login", "loginSettings": {"livenessMinScore": 0.6, "faceLiveness": True}}
    made = expect(sandbox.client.post("/v2/project-flows", json=body), 200)
    assert made["collectionCode"] == ids.COLLECTION_CODE
    assert made["_id"] in expect(sandbox.client.get(f"/v2/projects/{ids.PROJECT}"), 200)["projectFlows"]
    changed = {**body, "loginSettings": {"livenessMinScore": 0.9}}
    path = f"/v2/project-flows/{made['_id']}"
    assert expect(sandbox.client.put(path, json=changed), 200)["loginSettings"] == {"livenessMinScore": 0.9}
    too_low = {**body, "loginSettings": {"livenessMinScore": 0.5}}
    expect(
        sandbox.client.put(path, json=too_low),
        409,
        message="loginSettings.livenessMinScore must be between 0.51 and 0.9\n",
    )
    expect(
        sandbox.client.post("/v2/project-flows", json={**body, "project": UNKNOWN}), 409, message="project_not_found"
    )
    expect(sandbox.client.put(f"/v2/project-flows/{UNKNOWN}", json=body), 404)
    page = sandbox.client.get("/v2/project-flows", params={"project": ids.PROJECT, "type": "login"}).json()
    assert page["pagination"]["total"] == 2
    in_v3 = expect(sandbox.client.put(f"/v3/project-flows/{made['_id']}", json={"liveness": {"minScore": 0.8}}), 200)
    assert in_v3["loginSettings"]["livenessMinScore"] == 0.8


def test_a_flow_that_somebody_is_in_the_middle_of_stays(sandbox: Sandbox) -> None:
    begin = {"project": ids.PROJECT, "projectFlow": ids.ONBOARDING_FLOW, "email": "ana@example.com"}
    key = expect(sandbox.client.post("/v2/app-registrations", json=begin), 200)["appRegistration"]["_id"]
    path = f"/v3/project-flows/{ids.ONBOARDING_FLOW}"
    expect(sandbox.client.delete(path), 409, code="Conflict", message="active users", status=409)
    sandbox.client.delete(f"/v2/app-registrations/{key}")
    assert expect(sandbox.client.delete(path), 200) == {"_id": ids.ONBOARDING_FLOW}
    assert ids.ONBOARDING_FLOW not in expect(sandbox.client.get(f"/v2/projects/{ids.PROJECT}"), 200)["projectFlows"]
    expect(sandbox.client.delete(path), 404)
