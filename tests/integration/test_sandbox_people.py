"""People of the sandbox in both shapes, found by their faces, and sessions that judge them. Real pictures, plain HTTP."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.sandbox import Sandbox, running_sandbox
from support.vision_parts import beside, flat

from kiosk.camera.stills import encode_jpeg
from kiosk.domain.face import Pixels
from kiosk.sandbox import ids, kinds
from kiosk.vision.models import ModelFiles

Json = dict[str, Any]
FACE = "/v2/face-recognition"
SEARCH = {"min_score": 0.85, "search_mode": "FAST"}
SESSION = {"project": ids.PROJECT, "projectFlow": ids.LOGIN_FLOW, "identifier": "device-1", "type": "login"}


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path) as running:
        yield running


@pytest.fixture
def ana(models: ModelFiles) -> tuple[str, str]:
    """Two pictures of one person."""
    return _text(models.path("portrait_a").read_bytes()), _text(models.path("portrait_a2").read_bytes())


@pytest.fixture
def bob(models: ModelFiles) -> str:
    return _text(models.path("portrait_b").read_bytes())


def _text(picture: bytes) -> str:
    return base64.b64encode(picture).decode()


def post(sandbox: Sandbox, path: str, body: Json, *, token: str = "") -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else None
    return sandbox.client.post(path, json=body, headers=headers)


def made(sandbox: Sandbox, picture: str, **more: Any) -> Json:
    answer = post(sandbox, f"{FACE}/persons", {"name": "Ana Prueba", "images": [picture], **more})
    assert answer.status_code == 200, answer.text[:200]
    return dict(answer.json()["data"])


def hits(sandbox: Sandbox, picture: str, **more: Any) -> list[str]:
    answer = post(sandbox, f"{FACE}/search", {**SEARCH, "images": [picture], **more})
    assert answer.status_code == 200, answer.text[:200]
    return [hit["id"] for hit in answer.json()["data"]]


def opened(sandbox: Sandbox, **more: Any) -> Json:
    return dict(post(sandbox, "/v2/biometric-validations", {**SESSION, **more}).json()["data"])


def judged(sandbox: Sandbox, session: Json, picture: str) -> httpx.Response:
    return post(sandbox, "/v2/biometric-validations/validate", {"image": picture}, token=session["token"])


def record(sandbox: Sandbox, session: Json) -> Json:
    key = session["biometricValidation"]["_id"]
    return dict(sandbox.client.get(f"/v2/biometric-validations/{key}").json()["data"])


def test_a_person_of_one_shape_is_found_in_the_other(sandbox: Sandbox, ana: tuple[str, str], bob: str) -> None:
    sent = {"firstName": "Ana", "lastName": "Prueba", "biometricData": {"faceImage": ana[0], "livenessDetection": True}}
    seeded = post(sandbox, "/v2/persons/liveness", sent).json()
    assert seeded["verificationStatus"] == "verified"
    (found,) = hits(sandbox, ana[1])
    person = sandbox.client.get(f"{FACE}/persons/{found}").json()["data"]
    assert person["name"] == "Ana Prueba"
    assert person["thumbnails"]
    assert hits(sandbox, bob) == []
    other = made(sandbox, bob, name="Bo7b Sample", date_of_birth="1985-05-06", email="bob@example.com")
    assert other["name"] == "Bob Sample"
    listed = sandbox.client.get("/v2/persons", params={"where_email": "bob@example.com"}).json()
    assert [(each["firstName"], each["dateOfBirth"]) for each in listed["data"]] == [("Bob", "1985-05-06")]
    assert listed["data"][0]["biometricData"]["faceImage"] == bob


def test_dates_of_birth_are_written_as_the_pages_of_each_operation_do(sandbox: Sandbox, ana: tuple[str, str]) -> None:
    person = made(sandbox, ana[0], date_of_birth="1991-02-03")
    assert person["date_of_birth"] == "1991-02-03"
    read = sandbox.client.get(f"{FACE}/persons/{person['_id']}").json()["data"]
    assert read["date_of_birth"] == {"year": 1991, "month": 2, "day": 3}


def test_the_same_name_and_birthday_in_a_collection_is_one_person(
    sandbox: Sandbox, ana: tuple[str, str], bob: str
) -> None:
    person = made(sandbox, ana[0], date_of_birth="1991-02-03")
    again = post(
        sandbox, f"{FACE}/persons", {"name": "ana 9 prueba", "images": [bob], "date_of_birth": "1991-02-03T00:00:00Z"}
    )
    assert again.status_code == 412
    assert again.json()["message"] == "person_already_set"
    assert again.json()["data"]["_id"] == person["_id"]
    other = post(sandbox, f"{FACE}/collections", {"name": "Other", "description": "Others"}).json()["data"]
    assert made(sandbox, bob, date_of_birth="1991-02-03", collections=[other["code"]])["collections"] == [other["_id"]]


def test_a_face_that_is_there_already_is_not_enrolled_with_liveness(sandbox: Sandbox, ana: tuple[str, str]) -> None:
    made(sandbox, ana[0])
    sent = {
        **SEARCH,
        "name": "Somebody Else",
        "images": [ana[1]],
        "gender": "F",
        "date_of_birth": "1991-02-03T00:00:00.000Z",
        "collection_id": ids.COLLECTION,
        "liveness_min_score": 0.6,
    }
    answer = post(sandbox, f"{FACE}/persons/search-live-face", sent)
    assert (answer.status_code, answer.json()["message"]) == (409, "409:duplicated_person")
    too_strict = post(sandbox, f"{FACE}/persons/search-live-face", {**sent, "liveness_min_score": 1})
    assert (too_strict.status_code, too_strict.json()["code"]) == (409, "liveness_failed")
    assert too_strict.json()["message"].startswith("409:liveness_failed@")


def test_a_look_up_needs_three_letters(sandbox: Sandbox, ana: tuple[str, str]) -> None:
    person = made(sandbox, ana[0])
    lookup = f"{FACE}/persons/lookup"
    assert sandbox.client.get(lookup).json() == {"code": "MissingParameter", "message": "name is required"}
    assert sandbox.client.get(lookup, params={"name": "a1n"}).json()["message"] == "name_too_short"
    found = sandbox.client.get(lookup, params={"name": "AN4A"}).json()
    assert (found["total"], found["data"][0]["_id"]) == (1, person["_id"])
    assert sandbox.client.get(lookup, params={"name": "nobody"}).json() == {"data": [], "total": 0}


def test_new_pictures_replace_the_old_and_a_deleted_person_is_not_found(
    sandbox: Sandbox, ana: tuple[str, str], bob: str
) -> None:
    person = made(sandbox, ana[0])
    here = f"{FACE}/persons/{person['_id']}"
    assert sandbox.client.put(here, json={"images": [bob]}).status_code == 200
    assert hits(sandbox, ana[1]) == []
    assert hits(sandbox, bob) == [person["_id"]]
    assert sandbox.client.delete(here).json() == {"data": {"_id": person["_id"]}}
    assert hits(sandbox, bob) == []
    assert sandbox.client.get(here).json() == {"error": "Person not found", "message": "PERSON_NOT_FOUND"}


def test_deleting_from_a_collection_only_detaches(sandbox: Sandbox, ana: tuple[str, str]) -> None:
    other = post(sandbox, f"{FACE}/collections", {"name": "Other", "description": "Others"}).json()["data"]
    person = made(sandbox, ana[0], collections=[ids.COLLECTION, other["_id"]])
    here = f"{FACE}/persons/{person['_id']}"
    assert hits(sandbox, ana[1], collection_id=other["code"]) == [person["_id"]]
    sandbox.client.delete(here, params={"collection": other["code"]}).raise_for_status()
    assert hits(sandbox, ana[1], collection_id=other["code"]) == []
    assert hits(sandbox, ana[1], collection_id=ids.COLLECTION) == [person["_id"]]
    sandbox.client.delete(here, params={"collection": ids.COLLECTION}).raise_for_status()
    assert sandbox.client.get(here).status_code == 404


def test_people_are_found_after_a_restart(tmp_path: Path, ana: tuple[str, str]) -> None:
    with running_sandbox(tmp_path) as first:
        person = made(first, ana[0])
    with running_sandbox(tmp_path) as second:
        assert hits(second, ana[1]) == [person["_id"]]


def test_pictures_that_do_not_do_say_why(
    sandbox: Sandbox, ana: tuple[str, str], portrait: Callable[[str], Pixels]
) -> None:
    two = beside(portrait("portrait_a"), portrait("portrait_b"))
    small = flat(90, width=1280, height=720)
    face = portrait("portrait_a")[::3, ::3]
    small[200 : 200 + face.shape[0], 500 : 500 + face.shape[1]] = face
    wanted = {"no_face_detected": flat(120), "multiple_faces_detected": two, "face_too_far": small}
    for word, pixels in wanted.items():
        answer = post(sandbox, f"{FACE}/liveness", {"os": "DESKTOP", "image": _text(encode_jpeg(pixels))})
        assert (answer.status_code, answer.json()["message"]) == (409, word)
        assert answer.json()["data"]["code"].startswith("ERR_")
    for text in ("short", "?" * 200, _text(b"no picture at all" * 20)):
        answer = post(sandbox, f"{FACE}/liveness", {"os": "DESKTOP", "image": text})
        assert answer.json() == {"code": "ERROR", "message": "only_images_in_base64"}
        assert answer.status_code == 412
    uri = f"data:image/jpeg;base64,{ana[0]}"
    assert post(sandbox, f"{FACE}/liveness", {"os": "DESKTOP", "image": uri}).json()["data"]["passed"] is True


def test_comparisons_and_verification(sandbox: Sandbox, ana: tuple[str, str], bob: str) -> None:
    same = post(sandbox, f"{FACE}/compare", {"probe": [ana[0]], "gallery": [ana[1]]}).json()["data"]
    assert same["score"] > 0.85
    assert same["result"]["passed"] is True
    other = post(sandbox, f"{FACE}/compare-with-liveness", {"probe": ana[0], "gallery": [bob]}).json()["data"]
    assert other["comparison"]["score"] < 0.5
    assert other["liveness"] is None
    person = made(sandbox, ana[0])
    right = post(sandbox, f"{FACE}/verify", {**SEARCH, "id": person["_id"], "images": [ana[1]]})
    assert right.json()["data"]["match"]["id"] == person["_id"]
    wrong = post(sandbox, f"{FACE}/verify", {**SEARCH, "id": person["_id"], "images": [bob]})
    assert (wrong.status_code, wrong.json()["data"]["code"]) == (404, "ERR_ENTITY_NOT_FOUND")


def test_a_login_finds_the_person_and_ends_the_session(sandbox: Sandbox, ana: tuple[str, str]) -> None:
    person = made(sandbox, ana[0])
    session = opened(sandbox)
    data = judged(sandbox, session, ana[1]).json()["data"]
    assert data["person"] == person["_id"]
    assert data["livenessSession"]["status"] == "completed"
    login = sandbox.client.get(f"/v2/app-logins/{data['appLogin']['_id']}").json()["data"]
    assert (login["status"], login["type"], login["name"]) == ("validated", "faceLiveness", "Ana Prueba")
    kept = record(sandbox, session)
    assert (kept["status"], kept["person"]) == ("validated", person["_id"])
    assert kept["livenessScore"] > 0.55
    again = judged(sandbox, session, ana[1])
    assert (again.status_code, again.json()["message"]) == (403, "token_expired")
    assert sandbox.state()["counts"][kinds.APP_LOGIN] == 1


def test_a_stranger_is_not_found(sandbox: Sandbox, ana: tuple[str, str], bob: str) -> None:
    made(sandbox, bob)
    session = opened(sandbox)
    answer = judged(sandbox, session, ana[0])
    assert (answer.status_code, answer.json()["message"]) == (404, "person_not_found")
    assert record(sandbox, session)["status"] == "failed"
    assert record(sandbox, session)["failedReason"] == "404:person_not_found"


def test_who_is_not_live_is_refused_with_the_score(sandbox: Sandbox, ana: tuple[str, str]) -> None:
    made(sandbox, ana[0])
    assert sandbox.server is not None
    store = sandbox.server.sandbox.store
    flow = store.get(kinds.PROJECT_FLOW, ids.LOGIN_FLOW)
    assert flow is not None
    store.put(kinds.PROJECT_FLOW, {**flow, "loginSettings": {**flow["loginSettings"], "livenessMinScore": 1.0}})
    session = opened(sandbox)
    answer = judged(sandbox, session, ana[1])
    assert (answer.status_code, answer.json()["code"]) == (409, "liveness_failed")
    assert answer.json()["message"].startswith("409:liveness_failed@")
    assert record(sandbox, session)["failedReason"] == answer.json()["message"]


def test_an_unfit_picture_does_not_use_the_session_up(sandbox: Sandbox, ana: tuple[str, str]) -> None:
    made(sandbox, ana[0])
    session = opened(sandbox)
    unfit = judged(sandbox, session, _text(encode_jpeg(flat(120))))
    assert (unfit.status_code, unfit.json()["message"]) == (409, "no_face_detected")
    assert judged(sandbox, session, ana[1]).status_code == 200


def test_a_session_ends_after_four_minutes(sandbox: Sandbox, ana: tuple[str, str]) -> None:
    session = opened(sandbox)
    sandbox.set_clock(241)
    answer = judged(sandbox, session, ana[0])
    assert answer.json() == {"code": "FORBIDDEN", "message": "token_expired"}
    assert answer.status_code == 403
    fresh = sandbox.client.get("/v2/biometric-validations", params={"where_identifier": "device-1"}).json()["data"]
    assert [each["status"] for each in fresh] == ["expired"]


def test_only_a_sessions_token_is_taken_for_its_picture(sandbox: Sandbox, ana: tuple[str, str]) -> None:
    path = "/v2/biometric-validations/validate"
    wrong = post(sandbox, path, {"image": ana[0]})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "token_not_right")
    none = httpx.post(f"{sandbox.base_url}{path}", json={"image": ana[0]}, trust_env=False)
    assert (none.status_code, none.json()["message"]) == (403, "403:liveness_session_token_missing")


@pytest.mark.parametrize("kind", ["validation", "oneTimeLink"])
def test_a_check_alone_needs_nobody_enrolled(sandbox: Sandbox, ana: tuple[str, str], kind: str) -> None:
    data = judged(sandbox, opened(sandbox, type=kind), ana[0]).json()["data"]
    assert (data["status"], data["livenessSession"]["status"]) == ("validated", "completed")
    assert "person" not in data


def test_an_onboarding_enrols_who_is_new_and_links_who_is_not(sandbox: Sandbox, ana: tuple[str, str]) -> None:
    first = judged(sandbox, opened(sandbox, type="onboarding"), ana[0]).json()["data"]
    second = judged(sandbox, opened(sandbox, type="onboarding"), ana[1]).json()["data"]
    assert first["person"] == second["person"]
    assert sandbox.state()["counts"][kinds.PERSON] == 1
    assert judged(sandbox, opened(sandbox), ana[1]).json()["data"]["person"] == first["person"]


def test_a_second_factor_leaves_the_login_pending(sandbox: Sandbox, ana: tuple[str, str]) -> None:
    made(sandbox, ana[0], email="ana@example.com")
    data = judged(sandbox, opened(sandbox, requires2FA=True), ana[1]).json()["data"]
    assert (data["message"], data["appLogin"]["status"]) == ("2FA", "pending")


def test_a_face_is_added_to_a_login_by_code(sandbox: Sandbox, ana: tuple[str, str]) -> None:
    person = made(sandbox, ana[0])
    to = {"project": ids.PROJECT, "projectFlow": ids.LOGIN_FLOW, "email": "ana@example.com", "type": "login"}
    post(sandbox, "/v2/email-validations", {**to, "validationMethod": "verificationCode"}).raise_for_status()
    code = sandbox.code("ana@example.com")
    by_code = post(sandbox, "/v2/email-validations/validate", {**to, "otp": code}).json()["data"]
    session = post(sandbox, "/v2/biometric-validations/app-login", SESSION, token=by_code["token"]).json()["data"]
    data = judged(sandbox, session, ana[1]).json()["data"]
    assert data["appLogin"]["_id"] == by_code["appLogin"]["_id"]
    assert data["person"] == person["_id"]
    kept = sandbox.client.get(f"{FACE}/persons/{person['_id']}").json()["data"]
    assert kept["emails"] == ["ana@example.com"]


def test_a_person_of_another_address_is_not_linked(sandbox: Sandbox, ana: tuple[str, str]) -> None:
    made(sandbox, ana[0], email="other@example.com")
    to = {"project": ids.PROJECT, "projectFlow": ids.LOGIN_FLOW, "email": "ana@example.com", "type": "login"}
    post(sandbox, "/v2/email-validations", {**to, "validationMethod": "verificationCode"}).raise_for_status()
    by_code = post(sandbox, "/v2/email-validations/validate", {**to, "otp": sandbox.code("ana@example.com")}).json()
    session = post(sandbox, "/v2/biometric-validations/app-login", SESSION, token=by_code["data"]["token"]).json()
    answer = judged(sandbox, session["data"], ana[1])
    assert (answer.status_code, answer.json()["message"]) == (409, "person_linked_to_another_email")


def test_a_lost_reply_leaves_the_person_there(sandbox: Sandbox) -> None:
    sandbox.set_faults("lost_reply=1", times=1)
    with pytest.raises(httpx.HTTPError):
        post(sandbox, "/v2/persons", {"firstName": "Ana", "documentNumber": "77"})
    found = sandbox.client.get("/v2/persons", params={"where_documentNumber": "77"}).json()
    assert found["pagination"]["total"] == 1


@pytest.mark.expects_log
def test_missing_weights_are_the_servers_own_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ana: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("KIOSK_MODELS__DIR", str(tmp_path / "empty"))
    monkeypatch.delenv("KIOSK_MODELS__MIRROR", raising=False)
    with running_sandbox(tmp_path) as running:
        answer = post(running, f"{FACE}/liveness", {"os": "DESKTOP", "image": ana[0]})
    assert answer.status_code == 500
    assert answer.json() == {"code": "ERROR", "message": "internal_error"}
    assert "kiosk models fetch" in caplog.text
