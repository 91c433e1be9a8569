"""The two requests that the product was asked for, as their pages print them, sent by a plain HTTP client to the sandbox."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.sandbox import Sandbox, running_sandbox

from kiosk.vision.models import ModelFiles

PERSON = {
    "firstName": "John",
    "lastName": "Doe",
    "email": "john.doe@example.com",
    "phone": "+1234567890",
    "dateOfBirth": "1990-01-15",
    "documentType": "passport",
    "documentNumber": "123456789",
}
PERSON_FIELDS = {*PERSON, "id", "biometricData", "verificationStatus", "createdAt", "updatedAt"}

VALIDATION = {
    "project": "66df5bf5c4d855fb0bdf5da2",
    "projectFlow": "66df5c22c4d855fb0bdf5da9",
    "identifier": "03da12fba",
    "type": "login",
}
OBJECT_ID = re.compile(r"[0-9a-f]{24}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
JWT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+")

# What the page prints, in its order; a pattern where the value is the server's own.
SESSION: dict[str, Any] = {
    "client": "613375a1eab2fe08527f81e2",
    "project": VALIDATION["project"],
    "projectFlow": VALIDATION["projectFlow"],
    "identifier": VALIDATION["identifier"],
    "status": "active",
    "livenessResult": [],
    "comparisonResult": [],
    "generalInformation": [],
    "documentTypeFields": [],
    "location": [],
    "proFields": [],
    "studioFields": [],
    "promptFields": [],
    "expiresAt": TIME,
    "_id": OBJECT_ID,
    "activatedAt": TIME,
    "updatedAt": TIME,
    "createdAt": TIME,
    "__v": 0,
}
BIOMETRIC_VALIDATION: dict[str, Any] = {
    "client": "613375a1eab2fe08527f81e2",
    "project": VALIDATION["project"],
    "projectFlow": VALIDATION["projectFlow"],
    "livenessSession": OBJECT_ID,
    "status": "new",
    "type": "login",
    "url": "https://app.verifik.co/sign-in/66df5bf5c4d855fb0bdf5da2?type=liveness",
    "livenessScore": 0,
    "assignedCollection": OBJECT_ID,
    "collectionCode": UUID,
    "requires2FA": False,
    "_id": OBJECT_ID,
    "updatedAt": TIME,
    "createdAt": TIME,
    "__v": 0,
}


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path) as running:
        yield running


@pytest.fixture
def plain(sandbox: Sandbox) -> Iterator[httpx.Client]:
    headers = {"Content-Type": "application/json", **sandbox.headers}
    with httpx.Client(base_url=sandbox.base_url, headers=headers, trust_env=False) as client:
        yield client


def assert_printed(got: dict[str, Any], printed: dict[str, Any]) -> None:
    """The same fields in the same order; each value as printed, or of the printed form."""
    assert list(got) == list(printed)
    for name, wanted in printed.items():
        if isinstance(wanted, re.Pattern):
            assert isinstance(got[name], str), name
            assert wanted.fullmatch(got[name]), name
        else:
            assert got[name] == wanted, name
            assert type(got[name]) is type(wanted), name


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_create_a_person(plain: httpx.Client) -> None:
    answer = plain.post("/v2/persons", json=PERSON)
    assert answer.status_code == 200
    person = answer.json()
    assert set(person) == PERSON_FIELDS
    assert {name: person[name] for name in PERSON} == PERSON
    assert re.fullmatch(r"person_\d{9,}", person["id"])
    assert person["verificationStatus"] == "pending"
    assert TIME.fullmatch(person["createdAt"])
    assert TIME.fullmatch(person["updatedAt"])


def test_a_created_person_is_read_listed_changed_and_deleted(plain: httpx.Client) -> None:
    person = plain.post("/v2/persons", json=PERSON).json()
    here = f"/v2/persons/{person['id']}"
    assert plain.get(here).json() == person
    page = plain.get("/v2/persons").json()
    assert page["data"] == [person]
    assert page["pagination"] == {"page": 1, "limit": 10, "total": 1, "pages": 1}
    changed = plain.put(here, json={"lastName": "Roe"}).json()
    assert (changed["lastName"], changed["id"]) == ("Roe", person["id"])
    assert plain.delete(here).status_code == 200
    assert plain.get(here).status_code == 404


def test_create_a_person_with_liveness_detection(plain: httpx.Client, models: ModelFiles) -> None:
    picture = base64.b64encode(models.path("portrait_a").read_bytes()).decode()
    sent = {
        "firstName": "John",
        "lastName": "Doe",
        "email": "john.doe@example.com",
        "biometricData": {"faceImage": picture, "livenessDetection": True},
    }
    answer = plain.post("/v2/persons/liveness", json=sent)
    assert answer.status_code == 200
    person = answer.json()
    assert (person["firstName"], person["lastName"], person["email"]) == ("John", "Doe", "john.doe@example.com")
    assert person["verificationStatus"] == "verified"
    assert set(person["biometricData"]) == {"faceImage", "livenessScore"}
    assert person["biometricData"]["faceImage"] == picture
    assert 0.6 < person["biometricData"]["livenessScore"] <= 1


def test_a_person_without_a_first_name_is_refused(plain: httpx.Client) -> None:
    answer = plain.post("/v2/persons", json={"lastName": "Doe"})
    assert answer.status_code == 409
    assert answer.json() == {"code": "MissingParameter", "message": "missing firstName\n"}


def test_create_a_biometric_validation(plain: httpx.Client) -> None:
    answer = plain.post("/v2/biometric-validations", json=VALIDATION)
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert list(data) == ["livenessSession", "biometricValidation", "token"]
    session, validation = data["livenessSession"], data["biometricValidation"]
    assert_printed(session, SESSION)
    assert_printed(validation, BIOMETRIC_VALIDATION)
    assert JWT.fullmatch(data["token"])
    assert validation["livenessSession"] == session["_id"]
    assert (
        timedelta(minutes=3, seconds=59)
        <= at(session["expiresAt"]) - at(session["activatedAt"])
        <= timedelta(minutes=4)
    )


def test_a_biometric_validation_needs_no_token_but_no_wrong_one(sandbox: Sandbox) -> None:
    path = f"{sandbox.base_url}/v2/biometric-validations"
    assert httpx.post(path, json=VALIDATION, trust_env=False).status_code == 200
    wrong = {"Authorization": "Bearer nonsense"}
    assert httpx.post(path, json=VALIDATION, headers=wrong, trust_env=False).status_code == 401


def test_a_wrong_type_is_the_printed_error(plain: httpx.Client) -> None:
    answer = plain.post("/v2/biometric-validations", json={**VALIDATION, "type": "face"})
    assert answer.status_code == 409
    assert answer.json() == {
        "code": "MissingParameter",
        "message": "type must be one of: [validation,login,onboarding,oneTimeLink]",
    }


@pytest.mark.parametrize("field", list(VALIDATION))
def test_each_field_of_a_biometric_validation_is_required(plain: httpx.Client, field: str) -> None:
    sent = {name: value for name, value in VALIDATION.items() if name != field}
    answer = plain.post("/v2/biometric-validations", json=sent)
    assert answer.status_code == 409
    assert answer.json() == {"code": "MissingParameter", "message": f"missing {field}\n"}
