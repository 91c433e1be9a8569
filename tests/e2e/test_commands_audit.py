"""``kiosk audit``, deletions with a certificate, withdrawn consent and retention, on a real encrypted profile."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support.records import HandClock, enrolment, opened

from kiosk.cli import root
from kiosk.keys import open_vault
from kiosk.profile import open_profile
from kiosk.station.clock import SystemClock
from kiosk.store.cipher import KEY_NAME, Key, is_encrypted, open_file


def run(*arguments: str | Path, profile: Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(root, [*map(str, arguments), "--profile", str(profile)], prog_name="kiosk")
    return result.exit_code, result.stdout, result.stderr


def answer(*arguments: str | Path, profile: Path) -> tuple[int, Any]:
    status, out, err = run(*arguments, "--json", profile=profile)
    assert err == ""
    return status, json.loads(out)


@pytest.fixture
def door(tmp_path: Path) -> Path:
    """A profile with two people."""
    profile = open_profile(tmp_path / "door")
    clock = HandClock()
    clock.at = SystemClock().now()
    with opened(profile.database, key=open_vault(profile.root), clock=clock) as store:
        store.measured_clock(1.5)
        store.enrol(enrolment("p1"))
        store.enrol(enrolment("p2"))
    assert is_encrypted(profile.database)
    return profile.root


def tamper(door: Path, *statements: str) -> None:
    key = Key(bytes.fromhex(open_vault(door).get(KEY_NAME) or ""))
    with closing(open_file(door / "station.db", mode="rw", key=key, busy_ms=0)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_verify_says_whole_and_exits_with_0(door: Path):
    status, out, err = run("audit", "verify", profile=door)
    assert (status, err) == (0, "")
    assert out.startswith("2 lines, whole.")
    status, report = answer("audit", "verify", profile=door)
    assert status == 0
    assert (report["whole"], report["lines"], report["anchored"], report["finding"]) == (True, 2, 2, None)


def test_an_edit_exits_with_1_and_names_the_line(door: Path):
    tamper(door, "DROP TRIGGER audit_keeps_words", "UPDATE audit SET subject = 'somebody else' WHERE id = 2")
    status, out, _ = run("audit", "verify", profile=door)
    assert status == 1
    assert "line 2 is not what was written" in out


@pytest.mark.expects_log
def test_a_cut_exits_with_1(door: Path):
    tamper(door, "DROP TRIGGER audit_keeps_lines", "DELETE FROM audit WHERE id = 2")
    status, out, err = run("audit", "verify", profile=door)
    assert status == 1
    assert "the audit was cut before" in out
    assert "not what it was" in err
    status, report = answer("audit", "verify", profile=door)
    assert (status, report["finding"]) == (1, "cut_before")


def test_export_can_be_checked_line_by_line(door: Path, tmp_path: Path):
    file = tmp_path / "audit.jsonl"
    status, said = answer("audit", "export", file, profile=door)
    assert (status, said["lines"]) == (0, 2)
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [(line["id"], line["action"], line["clockOffsetS"]) for line in lines] == [
        (1, "person_enrolled", 1.5),
        (2, "person_enrolled", 1.5),
    ]
    assert lines[-1]["hash"] == said["head"]
    assert run("audit", "verify", profile=door)[1].startswith("3 lines")  # the export itself is a line
    assert run("audit", "export", tmp_path, profile=door)[0] == 2


def test_a_deletion_leaves_a_certificate(door: Path, tmp_path: Path):
    file = tmp_path / "certificate.json"
    status, said = answer("people", "delete", "p1", "--yes", "--certificate", file, profile=door)
    assert (status, said["deleted"]) == (0, True)
    certificate = json.loads(file.read_text())
    assert certificate == said["certificate"]
    assert (certificate["person"], certificate["why"], certificate["complete"]) == ("p1", "asked", True)
    assert {"kind": "table", "name": "templates", "outcome": "deleted", "count": 2} in certificate["touched"]
    assert answer("people", "deletions", profile=door)[1] == [certificate]
    assert "p1  " in run("people", "deletions", profile=door)[1]
    assert answer("audit", "verify", profile=door)[1]["whole"]


def test_a_certificate_that_cannot_be_written_deletes_nobody(door: Path, tmp_path: Path):
    status, _, err = run("people", "delete", "p1", "--certificate", tmp_path / "no" / "file.json", profile=door)
    assert status == 2
    assert "file_not_writable" in err
    assert len(answer("people", "list", profile=door)[1]) == 2


def test_withdrawn_consent_and_retention(door: Path, tmp_path: Path):
    file = tmp_path / "withdrawn.json"
    status, out, _ = run("people", "withdraw", "p1", "--certificate", file, profile=door)
    assert (status, "deleted" in out) == (0, True)
    assert json.loads(file.read_text())["why"] == "consent_withdrawn"
    assert run("people", "withdraw", "nobody", profile=door)[0] == 1
    assert answer("people", "purge", profile=door) == (0, [])
    assert run("people", "purge", "--days", "1", profile=door)[1] == "0 people deleted\n"
    assert len(answer("people", "list", profile=door)[1]) == 2


def test_how_far_the_clock_was_off_is_shown(door: Path):
    assert answer("people", "show", "p1", profile=door)[1]["clockOffsetS"] == 1.5
    assert "clockOffsetS" in run("people", "show", "p1", profile=door)[1]


def test_nothing_personal_in_any_file_of_the_profile(door: Path):
    run("people", "delete", "p1", "--yes", profile=door)
    run("people", "list", "--search", "neil", profile=door)
    words = (b"O'Neil", b"XK123456", b"g.oneil", b"not really a picture")
    assert [f.name for f in door.rglob("*") if f.is_file() for word in words if word in f.read_bytes()] == []
