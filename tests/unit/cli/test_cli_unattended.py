"""A station may be called unattended only after a walk of attacks on its camera that found it fit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.cli import root, unattended
from kiosk.cli.checks.line import Line, State
from kiosk.cli.station import store_of
from kiosk.domain.attack_wizard import BONA_FIDE, Plan, Response, Trial, Walk, Wizard
from kiosk.domain.errors import Code, ConfigError
from kiosk.keys import open_vault
from kiosk.profile import Profile, open_profile
from kiosk.settings import Settings, load, save_value
from kiosk.station.clock import SystemClock

PLAN = Plan(bona_fide=1, attacks=1, species=("print",))
FIT = (Trial(BONA_FIDE, Response.ACCEPTED), Trial("print", Response.REFUSED))


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    made = open_profile(tmp_path / "p")
    open_vault(made.root, use_keyring=False)
    return made


def walked(profile: Profile, *trials: Trial, camera: str = "usb:0") -> None:
    store = store_of(profile, Settings(), SystemClock())
    store.walks.save(Walk(id=f"w{len(store.walks.newest())}", camera=camera, wizard=Wizard(PLAN, trials)))
    store.close()


def run(*arguments: str) -> tuple[int, dict[str, dict[str, str]]]:
    result = CliRunner().invoke(root, [*arguments, "--json"], prog_name="kiosk")
    return result.exit_code, json.loads(result.stdout)


def test_without_a_walk_the_claim_is_refused_and_not_written(profile: Profile) -> None:
    status, said = run("config", "set", "station.unattended=true", "--profile", str(profile.root))
    assert (status, said["error"]["code"]) == (2, "unattended_not_fit")
    assert said["error"]["detail"] == "no walk on this camera"
    assert "station.unattended" in said["error"]["remedy"]
    assert not load(profile.root).station.unattended


def test_it_may_always_be_taken_back(profile: Profile) -> None:
    assert run("config", "set", "station.unattended=false", "--profile", str(profile.root))[0] == 0


@pytest.mark.parametrize(
    ("trials", "why"),
    [
        ((), "not finished"),
        ((FIT[0], Trial("print", Response.ACCEPTED)), "first of all print"),
        ((Trial(BONA_FIDE, Response.REFUSED), FIT[1]), "really there were refused"),
    ],
)
def test_a_walk_that_is_not_fit_says_why(profile: Profile, trials: tuple[Trial, ...], why: str) -> None:
    walked(profile, *trials)
    with pytest.raises(ConfigError) as caught:
        unattended.require_fit(profile, Settings())
    assert caught.value.code is Code.UNATTENDED_NOT_FIT
    assert why in caught.value.detail


def test_the_newest_walk_on_the_camera_of_the_settings_counts(profile: Profile) -> None:
    walked(profile, *FIT)
    walked(profile, Trial("print", Response.ACCEPTED), camera="usb:1")
    unattended.require_fit(profile, Settings())
    save_value(profile.root, "camera.uri", "usb:1")
    with pytest.raises(ConfigError):
        unattended.require_fit(profile, load(profile.root))


def test_what_the_doctor_calls_failed_refuses_it_as_well() -> None:
    lines = [
        Line(name="cpu", state=State.WARN, value=""),
        Line(name="disk", state=State.FAIL, value=""),
        Line(name="clock", state=State.OK, value=""),
    ]
    with pytest.raises(ConfigError) as caught:
        unattended.require_passing(lines)
    assert caught.value.detail == "kiosk doctor: disk"
    unattended.require_passing(lines[:1])


def test_the_doctor_says_whether_the_claim_holds(profile: Profile) -> None:
    (line,) = unattended.line(profile, Settings())
    assert (line.state, line.value) == (State.OK, "not claimed; no walk on this camera")
    save_value(profile.root, "station.unattended", "true")
    (line,) = unattended.line(profile, load(profile.root))
    assert line.state is State.FAIL
    assert "station.unattended=false" in line.remedy
    walked(profile, *FIT)
    (line,) = unattended.line(profile, load(profile.root))
    assert line.state is State.OK
    assert line.value.startswith("claimed; fit, ")


def test_a_start_is_refused_while_the_claim_does_not_hold(profile: Profile) -> None:
    save_value(profile.root, "station.unattended", "true")
    result = CliRunner().invoke(
        root, ["run", "--profile", str(profile.root), "--offline", "--exit-after", "1"], prog_name="kiosk"
    )
    assert result.exit_code == 2
    assert "unattended_not_fit" in result.stderr
