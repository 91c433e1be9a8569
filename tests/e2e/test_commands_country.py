"""Phone numbers without a country code are of the station's country, in every command that takes details; never without one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.cli import root
from kiosk.vision.models import ModelFiles

NATIONAL, WHOLE = "300 123 4567", "+573001234567"


def run(*words: str | Path, profile: Path, country: str = "", models: Path | None = None) -> tuple[int, str, str]:
    env = {"KIOSK_STATION__COUNTRY": country, "KIOSK_STORE__ENCRYPT": "false"}
    if models is not None:
        env["KIOSK_MODELS__DIR"] = str(models)
    done = CliRunner().invoke(root, [*map(str, words), "--profile", str(profile)], env=env, prog_name="kiosk")
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def details(tmp_path: Path) -> Path:
    path = tmp_path / "ana.json"
    path.write_text(json.dumps({"firstName": "Ana", "phone": NATIONAL}))
    return path


def test_enrolled_with_it_and_changed_with_it(models: ModelFiles, details: Path, tmp_path: Path) -> None:
    profile = tmp_path / "p"
    words = ["enroll", "--image", models.path("portrait_a"), "--accept-low-liveness", "a portrait", "--json"]
    status, out, err = run(*words, "--details", details, profile=profile, country="CO", models=models.folder)
    assert (status, err) == (0, "")
    person = json.loads(out)["person"]
    assert person["phone"] == WHOLE

    details.write_text(json.dumps({"phone": "310 765 4321"}))
    change = ["people", "update", person["id"], "--details", details, "--json"]
    status, out, _ = run(*change, profile=profile)
    assert status == 2
    assert "phone" in out
    status, out, _ = run(*change, profile=profile, country="CO")
    assert (status, json.loads(out)["phone"]) == (0, "+573107654321")


def test_nothing_is_made_of_a_number_of_no_country(details: Path, tmp_path: Path) -> None:
    profile = tmp_path / "p"
    status, _, err = run("enroll", "--image", details, "--details", details, profile=profile)
    assert status == 2
    assert "details_invalid" in err
    assert "phone" in err
    assert not profile.exists()


def test_a_table_of_the_stations_country_is_read(tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text(f"firstName,phone,image\nAna,{NATIONAL},a.jpg\n")
    words = ["enroll", "--csv", table, "--images", tmp_path / "gone"]
    status, _, err = run(*words, profile=tmp_path / "p")
    assert status == 2
    assert "table_invalid" in err
    status, _, err = run(*words, profile=tmp_path / "p", country="CO")
    assert status == 2
    assert "file_missing" in err, "past the table, the folder is what is wrong"


def test_a_validation_takes_it_too(tmp_path: Path) -> None:
    words = ["validate", "--type", "oneTimeLink", "--phone", NATIONAL]
    status, _, err = run(*words, profile=tmp_path / "p")
    assert status == 2
    assert "--phone" in err
    status, _, err = run(*words, profile=tmp_path / "p", country="CO")
    assert status == 3, "past the number, an account is what is missing"
    assert "api_not_configured" in err
