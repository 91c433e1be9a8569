"""``kiosk operators`` on a real database."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from kiosk.cli import root

PIN = "493817"


def run(*arguments: str, profile: Path, typed: str = "") -> tuple[int, str, str]:
    words = ["operators", *arguments, "--profile", str(profile)]
    result = CliRunner().invoke(root, words, input=typed, prog_name="kiosk")
    return result.exit_code, result.stdout, result.stderr


def listed(profile: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(run("list", "--json", profile=profile)[1])
    return found


def test_add_list_disable_and_a_new_pin(tmp_path: Path) -> None:
    status, out, _ = run("add", "Ana Rojas", "--role", "supervisor", "--pin-stdin", profile=tmp_path, typed=f"{PIN}\n")
    assert status == 0
    assert "Ana Rojas" in out
    assert PIN not in out
    assert run("add", "Luis", "--pin-stdin", profile=tmp_path, typed=f"{PIN}\n")[0] == 0
    assert [(each["name"], each["role"]) for each in listed(tmp_path)] == [
        ("Ana Rojas", "supervisor"),
        ("Luis", "operator"),
    ]
    assert run("pin", "luis", "--pin-stdin", profile=tmp_path, typed="correct horse\n")[0] == 0
    assert run("disable", "Luis", profile=tmp_path)[0] == 0
    assert [each["disabled"] for each in listed(tmp_path)] == [False, True]


def test_the_last_supervisor_stays_and_a_weak_pin_adds_nobody(tmp_path: Path) -> None:
    run("add", "Ana", "--role", "supervisor", "--pin-stdin", profile=tmp_path, typed=f"{PIN}\n")
    status, _, err = run("disable", "Ana", profile=tmp_path)
    assert (status, "last_supervisor" in err) == (3, True)
    status, _, err = run("add", "Eva", "--pin-stdin", profile=tmp_path, typed="123456\n")
    assert (status, "pin_unfit: too_easy" in err) == (3, True)
    assert len(listed(tmp_path)) == 1


def test_a_pin_is_never_an_argument_and_nobody_unknown_is_changed(tmp_path: Path) -> None:
    assert run("add", "Ana", "--pin", PIN, profile=tmp_path)[0] == 2
    assert run("add", "Ana", profile=tmp_path, typed=f"{PIN}\n")[0] == 2, "no terminal to ask on"
    status, _, err = run("disable", "Nobody", profile=tmp_path)
    assert (status, "operator_unknown" in err) == (3, True)
