"""``kiosk people`` on a real database, and what a broken profile or database does to it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from kiosk.cli import root
from kiosk.domain.face import Embedding
from kiosk.domain.ids import new_id
from kiosk.domain.person import Details, PersonId
from kiosk.domain.record import Consent, Enrolment
from kiosk.profile import hold, open_profile
from kiosk.station.clock import SystemClock
from kiosk.store.sqlite import SqliteStore


def run(*arguments: str, profile: Path, command: str = "people") -> tuple[int, str, str]:
    result = CliRunner().invoke(root, [command, *arguments, "--profile", str(profile)], prog_name="kiosk")
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def door(tmp_path: Path) -> Path:
    """A profile with two people."""
    profile = open_profile(tmp_path / "door")
    clock = SystemClock()
    store = SqliteStore.open(profile.database, clock=clock)
    for first, last in (("Ana", "Rojas"), ("Luis", "Peña")):
        vector = np.zeros(512, np.float32)
        vector[len(first)] = 1.0
        store.enrol(
            Enrolment(
                person=PersonId(new_id(clock.now())),
                details=Details(first_name=first, last_name=last, phone="+573001234567", document_number="A12345"),
                consent=Consent(text_version="test", given_at="2026-01-01T00:00:00Z"),
                face_image=b"\xff\xd8\xff\xd9",
                templates=(Embedding(vector, "m", "0" * 64),),
            )
        )
    store.close()
    return profile.root


def ids(door: Path) -> list[str]:
    return [person["id"] for person in json.loads(run("list", "--json", profile=door)[1])]


def test_list_in_words_and_as_json(door: Path) -> None:
    status, out, err = run("list", profile=door)
    assert (status, err) == (0, "")
    assert "Ana Rojas" in out
    assert out.endswith("2 people\n")
    status, out, _ = run("list", "--search", "pena", "--json", profile=door)
    (person,) = json.loads(out)
    assert status == 0
    assert (person["firstName"], person["truth"], person["verificationStatus"]) == ("Luis", "local", "pending")
    assert "faceImage" not in out


def test_show_and_update(door: Path, tmp_path: Path) -> None:
    person = ids(door)[0]
    details = tmp_path / "new.json"
    details.write_text(json.dumps({"email": "ana@example.org", "phone": ""}))
    status, out, _ = run("update", person, "--details", str(details), "--json", profile=door)
    assert status == 0
    assert json.loads(out)["email"] == "ana@example.org"
    status, out, _ = run("show", person, profile=door)
    assert status == 0
    assert "ana@example.org" in out
    assert "phone" not in out


def test_wrong_details_change_nothing(door: Path, tmp_path: Path) -> None:
    person = ids(door)[0]
    before = run("show", person, "--json", profile=door)
    details = tmp_path / "new.json"
    details.write_text('{"email": "no", "nick": "x"}')
    status, _, err = run("update", person, "--details", str(details), profile=door)
    assert status == 2
    assert "(details_invalid: " in err
    assert "email" in err
    assert "nick" in err
    assert run("show", person, "--json", profile=door) == before


def test_details_that_are_not_there(door: Path, tmp_path: Path) -> None:
    status, _, err = run("update", ids(door)[0], "--details", str(tmp_path / "no.json"), profile=door)
    assert status == 2
    assert "(file_missing: no.json)" in err


def test_delete_is_for_good(door: Path) -> None:
    person = ids(door)[0]
    status, out, err = run("delete", person, profile=door)
    assert (status, err) == (0, "")
    assert out == f"Deleted {person}.\n"
    assert person not in ids(door)
    assert run("delete", person, "--json", profile=door)[0] == 1


def test_nobody_with_this_id_is_no(door: Path) -> None:
    status, out, _ = run("show", "nobody", "--json", profile=door)
    assert status == 1
    assert json.loads(out)["error"]["code"] == "person_unknown"


@pytest.mark.parametrize("what", ["withdraw", "delete"])
def test_a_running_station_is_mentioned(door: Path, what: str) -> None:
    with hold(open_profile(door)):
        _, _, err = run(what, ids(door)[0], profile=door)
    assert "A station runs on this profile" in err


def test_export(door: Path, tmp_path: Path) -> None:
    status, out, _ = run("export", str(tmp_path / "all.csv"), "--json", profile=door)
    assert (status, json.loads(out)["people"]) == (0, 2)
    assert "Peña" in (tmp_path / "all.csv").read_text("utf-8-sig")


def test_export_to_a_place_that_cannot_be_written(door: Path, tmp_path: Path) -> None:
    status, _, err = run("export", str(tmp_path / "gone" / "all.csv"), profile=door)
    assert status == 2
    assert "(file_not_writable: " in err


def test_a_database_of_a_newer_version_is_left_alone(door: Path) -> None:
    path = door / "station.db"
    content = bytearray(path.read_bytes())
    content[60:64] = (9999).to_bytes(4, "big")  # user_version, SQLite file format 1.3
    path.write_bytes(bytes(content))
    status, out, err = run("list", profile=door)
    assert (status, out) == (3, "")
    assert "(store_newer: " in err
    assert path.read_bytes() == bytes(content)


@pytest.mark.expects_log
def test_a_damaged_database_is_set_aside_and_told(door: Path) -> None:
    path = door / "station.db"
    path.write_bytes(b"not a database!!" + path.read_bytes()[16:])
    status, out, err = run("list", profile=door)
    assert (status, out) == (0, "0 people\n")
    assert "damaged" in err
    assert len(list(door.glob("station.db.damaged-*"))) == 1


def test_a_read_only_profile(tmp_path: Path) -> None:
    folder = tmp_path / "door"
    folder.mkdir(mode=0o500)
    status, out, err = run("list", profile=folder)
    assert (status, out) == (2, "")
    assert "(profile_read_only: " in err
    assert list(folder.iterdir()) == []


def test_names_stay_out_of_the_log(door: Path, tmp_path: Path) -> None:
    test_show_and_update(door, tmp_path)
    text = "".join(path.read_text("utf-8") for path in (door / "logs").iterdir())
    assert not any(name in text for name in ("Ana", "Luis", "Peña", "example.org", "573001234567"))
