"""``kiosk validate`` and ``kiosk people --remote`` against a real sandbox: real HTTP, real matching, real liveness."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import pytest
from click.testing import CliRunner
from support.api_parts import free_port
from support.patience import PROGRAM_S
from support.sandbox import Sandbox, sandbox_process

from kiosk.cli import root
from kiosk.domain.face import Pixels
from kiosk.vision.models import ModelFiles

EMAIL = "ana.prueba@example.com"
PHONE = "+573001234567"
BLACK = "black.png"


@dataclass(frozen=True)
class Account:
    """A sandbox that knows Ana (portrait_a), and a profile whose account it is."""

    sandbox: Sandbox
    models: ModelFiles
    profile: Path

    def picture(self, name: str) -> str:
        return str(self.models.path(name))

    def run(self, *arguments: str, input: str = "", **env: str) -> tuple[int, str, str]:
        words = [*arguments, "--profile", str(self.profile)]
        env = {"KIOSK_API__BASE_URL": self.sandbox.base_url} | env
        result = CliRunner().invoke(root, words, input=input, env=env, prog_name="kiosk")
        assert "eyJ" not in result.stdout + result.stderr  # no token
        assert "/9j/" not in result.stdout + result.stderr  # no picture
        return result.exit_code, result.stdout, result.stderr

    def validate(self, *arguments: str, **env: str) -> tuple[int, dict[str, Any]]:
        status, out, _ = self.run("validate", *arguments, "--json", **env)
        return status, json.loads(out)

    def talk(self, *arguments: str, to: str) -> tuple[int, dict[str, Any], str]:
        """Run as a process and answer its question for a code."""
        command = [sys.executable, "-m", "kiosk", "validate", *arguments, "--profile", str(self.profile), "--json"]
        env = {**os.environ, "KIOSK_API__BASE_URL": self.sandbox.base_url}
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
        ) as process:
            assert process.stderr is not None
            said = ""
            while "Code sent" not in said:  # ends with the process at the latest
                letter = process.stderr.read(1)
                if not letter:
                    break
                said += letter
            code = self.sandbox.code(to) if "Code sent" in said else ""
            out, _ = process.communicate(f"{code}\n", timeout=PROGRAM_S)
        return process.returncode, json.loads(out), said


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One for all tests here, as a process: its eyes take seconds to open."""
    with sandbox_process(tmp_path_factory.mktemp("account")) as running:
        yield running


@pytest.fixture
def account(sandbox: Sandbox, tmp_path: Path, models: ModelFiles) -> Account:
    """Everything that an earlier test left is gone, Ana is there."""
    sandbox.set_faults("")
    for person in sandbox.client.get("/v2/persons?limit=100").raise_for_status().json()["data"]:
        sandbox.client.delete(f"/v2/persons/{person['id']}").raise_for_status()
    face = base64.b64encode(models.path("portrait_a").read_bytes()).decode()
    body = {
        "firstName": "Ana",
        "lastName": "Prueba",
        "email": EMAIL,
        "phone": PHONE,
        "biometricData": {"faceImage": face, "livenessDetection": True},
    }
    sandbox.client.post("/v2/persons/liveness", json=body).raise_for_status()
    opened = Account(sandbox, models, tmp_path / "door")
    assert opened.run("config", "set", "api.token=-", input=f"{sandbox.token}\n")[0] == 0
    return opened


def ana(account: Account) -> str:
    (person,) = json.loads(account.run("people", "list", "--remote", "--json")[1])
    return str(person["id"])


def test_who_is_known_is_validated_in_words_step_by_step(account: Account) -> None:
    status, out, err = account.run("validate", "--type", "login", "--image", account.picture("portrait_a2"))
    assert status == 0
    assert out.startswith("Validated: Ana Prueba\n")
    assert "truth: confirmed\n" in out
    assert [line.split(",")[0] for line in err.splitlines()] == ["session opened", "picture judged: accepted"]
    assert "Ana" not in err


def test_a_login_as_json_has_the_seeds_objects(account: Account) -> None:
    status, answer = account.validate("--type", "login", "--image", account.picture("portrait_a2"))
    assert status == 0
    assert (answer["validated"], answer["answer"], answer["truth"]) == (True, "accepted", "confirmed")
    assert answer["person"] == {"id": ana(account), "name": "Ana Prueba"}
    assert answer["livenessScore"] > 0.5
    validation, session = answer["biometricValidation"], answer["livenessSession"]
    assert (validation["type"], validation["status"]) == ("login", "validated")
    assert validation["livenessSession"] == session["_id"]
    assert {"client", "project", "projectFlow", "url", "assignedCollection", "collectionCode", "__v"} <= set(validation)
    assert session["status"] == "completed"
    assert session["livenessResult"] == []
    assert {"identifier", "expiresAt", "activatedAt", "proFields"} <= set(session)


def test_a_stranger_is_refused_with_1(account: Account) -> None:
    status, answer = account.validate("--type", "login", "--image", account.picture("portrait_b"))
    assert status == 1
    assert (answer["answer"], answer["truth"], answer["person"]) == ("unknown", "refused", None)
    assert answer["reason"] == "person_not_found"


def test_a_stranger_who_lives_passes_a_validation(account: Account) -> None:
    status, answer = account.validate("--type", "validation", "--image", account.picture("portrait_b"))
    assert status == 0
    assert (answer["answer"], answer["truth"]) == ("accepted", "confirmed")


@pytest.fixture
def small(tmp_path: Path, portrait: Callable[[str], Pixels]) -> str:
    path = tmp_path / "small.jpg"
    cv2.imwrite(str(path), portrait("portrait_a"))
    return str(path)


def test_a_picture_that_breaks_a_rule_is_not_sent_and_the_rule_is_named(account: Account, small: str) -> None:
    before = account.sandbox.state()["counts"]
    status, answer = account.validate("--type", "login", "--image", small)
    assert status == 1
    assert (answer["answer"], answer["truth"]) == ("picture_unfit", "local")
    assert answer["picture"]["rule"] == "face_too_far"
    assert answer["picture"]["measured"] < answer["picture"]["limit"] == 224
    assert account.sandbox.state()["counts"] == before
    status, out, _ = account.run("validate", "--type", "login", "--image", small)
    assert (status, "224 are needed: come closer" in out) == (1, True)


def test_a_picture_without_a_face_is_not_sent(account: Account, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / BLACK), cv2.imread(account.picture("portrait_a")) // 64)
    status, answer = account.validate("--type", "validation", "--image", str(tmp_path / BLACK))
    assert (status, answer["reason"], answer["truth"]) == (1, "no_face", "local")


def test_a_camera_is_watched_until_somebody_is_live(account: Account) -> None:
    camera = f"synthetic:{account.picture('portrait_a')}"
    status, answer = account.validate("--type", "login", "--camera", camera)
    assert (status, answer["answer"], answer["truth"]) == (0, "accepted", "confirmed")
    assert answer["person"]["id"] == ana(account)


def test_a_second_factor_is_asked_for_and_lets_in(account: Account) -> None:
    picture = account.picture("portrait_a2")
    status, answer, said = account.talk("--type", "login", "--image", picture, "--2fa", to=EMAIL)
    assert (status, answer["answer"]) == (0, "accepted")
    assert answer["biometricValidation"]["requires2FA"] is True
    assert EMAIL not in said


def test_a_wrong_code_lets_nobody_in(account: Account) -> None:
    picture = account.picture("portrait_a2")
    status, answer = account.validate("--type", "login", "--image", picture, "--2fa", "--code", "000000x")
    assert status == 1
    assert (answer["answer"], answer["validated"], answer["truth"]) == ("refused", False, "refused")


def test_a_code_goes_to_no_address_that_the_account_does_not_know(account: Account) -> None:
    words = ("--type", "login", "--image", account.picture("portrait_a2"), "--2fa", "--email", "other@example.com")
    before = account.sandbox.client.get("/_sandbox/codes").json()["data"]
    status, answer = account.validate(*words, "--code", "000000")
    assert (status, answer["reason"]) == (1, "no_address_for_a_code")
    assert account.sandbox.client.get("/_sandbox/codes").json()["data"] == before


def test_an_onboarding_goes_through_its_steps(account: Account, tmp_path: Path) -> None:
    details = tmp_path / "bea.json"
    details.write_text(json.dumps({"firstName": "Bea", "lastName": "Nueva", "email": "bea@example.com"}))
    words = ("--type", "onboarding", "--image", account.picture("portrait_b"), "--details", str(details))
    status, answer, _ = account.talk(*words, to="bea@example.com")
    assert status == 0
    assert (answer["answer"], answer["truth"]) == ("accepted", "confirmed")
    assert answer["appRegistration"]
    assert answer["biometricValidation"]["status"] == "validated"
    status, answer = account.validate("--type", "login", "--image", account.picture("portrait_b"))
    assert (status, answer["answer"]) == (0, "accepted")


def test_an_onboarding_in_words_tells_its_steps(account: Account) -> None:
    words = ("--type", "onboarding", "--image", account.picture("portrait_b"), "--email", "cleo@example.com")
    status, out, err = account.run("validate", *words, "--code", "999999")
    assert status == 1
    assert out.startswith("Not validated: ")
    assert err.splitlines()[:2] == ["onboarding started", "a code was sent by e-mail"]
    assert "cleo" not in err


def test_an_address_that_is_registered_already_is_a_no(account: Account) -> None:
    picture = account.picture("portrait_b")
    words = ("--type", "onboarding", "--image", picture, "--email", "dora@example.com")
    assert account.talk(*words, to="dora@example.com")[0] == 0
    status, answer = account.validate(*words, "--code", "000000")
    assert (status, answer["truth"]) == (1, "refused")
    assert answer["reason"] == "email_is_registered_already"


def test_a_one_time_link_is_printed(account: Account) -> None:
    status, out, _ = account.run("validate", "--type", "oneTimeLink", "--email", EMAIL)
    assert status == 0
    assert out.startswith("https://")
    status, answer = account.validate("--type", "oneTimeLink")
    assert status == 0
    assert answer["url"] == answer["biometricValidation"]["url"]
    assert (answer["validated"], answer["biometricValidation"]["status"]) == (False, "new")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("http402=1", "api_no_credits"),
        ("http401=1", "api_unauthorized"),
        ("http500=1", "api_server_error"),
        ("not_json=1", "api_unreadable"),
        ("reset=1", "api_reply_lost"),
    ],
)
def test_no_answer_is_3_with_its_name(account: Account, fault: str, code: str) -> None:
    account.sandbox.set_faults(fault)
    words = ("--type", "validation", "--image", account.picture("portrait_b"), "--within", "8")
    status, answer = account.validate(*words)
    assert status == 3
    assert answer["error"]["code"] == code


def test_without_a_server_or_an_account_it_is_3(account: Account, tmp_path: Path) -> None:
    words = ("--type", "oneTimeLink", "--within", "5")
    status, answer = account.validate(*words, KIOSK_API__BASE_URL=f"http://127.0.0.1:{free_port()}")
    assert (status, answer["error"]["code"]) == (3, "api_no_link")
    assert account.run("config", "set", "api.token=")[0] == 0
    status, answer = account.validate(*words)
    assert (status, answer["error"]["code"]) == (3, "api_not_configured")


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--type", "login"),
        ("--type", "nonsense", "--image", "a.jpg"),
        ("--type", "login", "--image", "a.jpg", "--camera", "usb:0"),
        ("--type", "onboarding", "--image", "a.jpg"),
        ("--type", "login", "--image", "a.jpg", "--document", "b.jpg"),
        ("--type", "oneTimeLink", "--email", "nonsense"),
        ("--type", "onboarding", "--image", "a.jpg", "--phone", "12"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2_and_touches_nothing(words: tuple[str, ...], tmp_path: Path) -> None:
    profile = tmp_path / "door"
    result = CliRunner().invoke(root, ["validate", *words, "--profile", str(profile)], prog_name="kiosk")
    assert (result.exit_code, result.stdout) == (2, "")
    assert not profile.exists()


def test_people_at_the_account_are_listed_shown_changed_and_deleted(account: Account, tmp_path: Path) -> None:
    status, out, err = account.run("people", "list", "--remote")
    assert (status, err) == (0, "")
    assert "Ana Prueba" in out
    assert out.endswith("1 person\n")
    person = ana(account)
    status, out, _ = account.run("people", "show", person, "--remote", "--json")
    shown = json.loads(out)
    assert (status, shown["email"], shown["truth"], shown["id"]) == (0, EMAIL, "confirmed", person)
    changes = tmp_path / "changes.json"
    changes.write_text(json.dumps({"lastName": "Nueva"}))
    status, out, _ = account.run("people", "update", person, "--details", str(changes), "--remote", "--json")
    assert (status, json.loads(out)["lastName"], json.loads(out)["email"]) == (0, "Nueva", EMAIL)
    assert json.loads(account.run("people", "list", "--remote", "--search", "nueva", "--json")[1])[0]["id"] == person
    assert account.run("people", "list", "--remote", "--search", "nobody")[1] == "0 people\n"
    status, out, _ = account.run("people", "delete", person, "--remote", "--yes")
    assert (status, out) == (0, f"Deleted {person}.\n")
    assert account.run("people", "list", "--remote")[1] == "0 people\n"
    status, out, _ = account.run("people", "show", person, "--remote", "--json")
    assert (status, json.loads(out)["error"]["code"]) == (1, "person_unknown")


def test_the_other_dialect_has_the_same_names(account: Account) -> None:
    env = {"KIOSK_API__DIALECT": "face_recognition"}
    status, out, _ = account.run("people", "list", "--remote", "--json", **env)
    (person,) = json.loads(out)
    assert status == 0
    assert (person["firstName"], person["lastName"], person["truth"]) == ("Ana", "Prueba", "confirmed")
