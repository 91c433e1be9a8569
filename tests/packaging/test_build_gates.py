"""What stops a build: a self-test that found nothing, or too little; a size that nobody promised."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from making import limits, selftest, shipped, signing
from making.selftest import needed, wrong_checks, wrong_lines

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
WANTED = tomllib.loads((PACKAGING / "selftest.toml").read_text("utf-8"))
ALLOWED, SOMETIMES = WANTED["doctor"], WANTED["sometimes"]
DEMO = [
    "There is no display: the window is painted off screen.",
    "Demo: four visits. It takes a minute.",
    "  granted (enrolled), Ana",
    "4 of 4 answers are those of a station that works.",
]


def answer(*left_out: str) -> list[dict[str, str]]:
    """A doctor's checks as a Linux machine makes them, without those."""
    names = needed(ALLOWED, SOMETIMES, "linux") - {*left_out}
    return [{"name": name, "state": "ok", "value": "fine"} for name in sorted(names)]


def test_a_doctor_that_checked_everything_passes() -> None:
    assert wrong_checks(answer(), ALLOWED, needed(ALLOWED, SOMETIMES, "linux")) == ""


@pytest.mark.parametrize("name", ["vision", "database", "libraries_vision"])
def test_a_check_that_was_not_made_fails(name: str) -> None:
    assert wrong_checks(answer(name), ALLOWED, needed(ALLOWED, SOMETIMES, "linux")) == f"not checked: {name}"


def test_a_doctor_that_checked_nothing_fails() -> None:
    assert wrong_checks([], ALLOWED, needed(ALLOWED, SOMETIMES, "linux")).startswith("not checked: camera, clock")


def test_a_state_or_a_check_that_is_not_on_the_list_fails() -> None:
    must = needed(ALLOWED, SOMETIMES, "linux")
    bad = [{**each, "state": "warn"} if each["name"] == "vision" else each for each in answer()]
    assert wrong_checks(bad, ALLOWED, must) == "vision is warn: fine"
    assert wrong_checks([*answer(), {"name": "new", "state": "ok", "value": "?"}], ALLOWED, must) == "new is ok: ?"


def test_windows_has_no_libraries_of_packages_and_no_machine_must_have_both_screens() -> None:
    assert "libraries_window" in needed(ALLOWED, SOMETIMES, "linux")
    assert not {name for name in needed(ALLOWED, SOMETIMES, "win32") if name.startswith("libraries_")}
    assert "libraries_x11" not in needed(ALLOWED, SOMETIMES, "linux")
    assert set(SOMETIMES) <= set(ALLOWED)


def test_a_demo_must_say_how_it_ended() -> None:
    lines, must = WANTED["demo"]["lines"], WANTED["demo"]["must"]
    assert wrong_lines(DEMO, lines, must) == ""
    assert "does not say: Demo" in wrong_lines([], lines, must)
    assert "does not say: 4 of 4" in wrong_lines(DEMO[:-1], lines, must)
    assert wrong_lines([*DEMO, "Traceback (most recent call last):"], lines, must).startswith("says: Traceback")


def test_without_a_way_to_take_the_network_away_the_self_test_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "WINDOWS", True)
    with pytest.raises(selftest.Failed, match="--with-network"):
        selftest.Place("kiosk", "1.0").before()
    assert selftest.Place("kiosk", "1.0", networked=True).before() == []


def test_what_is_larger_than_promised_fails(tmp_path: Path) -> None:
    limits.of_folder(350_000_000)
    with pytest.raises(limits.NotAsPromised, match=re.escape("350.0 MB, 350 are promised")):
        limits.of_folder(350_000_001)
    package = tmp_path / "kiosk.deb"
    with package.open("wb") as file:
        file.truncate(130_000_000)
    limits.of_file(package)
    with package.open("ab") as file:
        file.write(b"x")
    with pytest.raises(limits.NotAsPromised, match=r"kiosk\.deb has 130\.0 MB"):
        limits.of_file(package)


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell")
def test_a_file_is_signed_by_the_command_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "a folder" / "kiosk.exe"
    program.parent.mkdir()
    program.write_bytes(b"MZ")
    monkeypatch.delenv(signing.SIGN, raising=False)
    assert not signing.sign(program)
    assert "kiosk.exe is not signed" in capsys.readouterr().out
    monkeypatch.setenv(signing.SIGN, 'printf signed >> "%1"')
    assert signing.sign(program)
    assert program.read_bytes() == b"MZsigned"
    monkeypatch.setenv(signing.SIGN, 'test ! -e "%1"')
    with pytest.raises(subprocess.CalledProcessError):
        signing.sign(program)


def test_a_file_of_unknown_origin_stops_the_build_on_every_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(LookupError, match="nobody knows its licence"):
        shipped._package_of_the_system(tmp_path / "unknown.dll")


def test_every_workflow_step_that_builds_gives_the_root_of_trust_and_the_package_is_tried() -> None:
    text = (PACKAGING.parent / ".github" / "workflows" / "installers.yml").read_text("utf-8")
    built = re.findall(r"build\.py (?:all|bundle|reproduce) .*", text)
    assert len(built) == 3
    assert all("$TRUST" in each for each in built)
    assert "build.py cleanroot" in text
