"""A station may be called unattended only after a walk of attacks on its camera that found it fit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.cli import root, unattended, wiring
from kiosk.cli.checks.line import Line, State
from kiosk.cli.station import store_of
from kiosk.domain.attack_wizard import BONA_FIDE, Plan, Response, Trial, Walk, Wizard
from kiosk.domain.errors import Code, ConfigError
from kiosk.domain.policy import Policy
from kiosk.keys import open_vault
from kiosk.profile import Profile, open_profile
from kiosk.settings import Settings, load, save_value
from kiosk.station.clock import SystemClock
from kiosk.station.events import EventSink
from kiosk.vision.models import ModelFiles

PLAN = Plan(bona_fide=1, attacks=1, species=("print",))
FIT = (Trial(BONA_FIDE, Response.ACCEPTED), Trial("print", Response.REFUSED))


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    made = open_profile(tmp_path / "p")
    open_vault(made.root, use_keyring=False)
    return made


def walked(profile: Profile, *trials: Trial, camera: str = "usb:0") -> None:
    now = unattended.judges_by(load(profile.root))
    trials = tuple(replace(trial, judged_by=trial.judged_by or now) for trial in trials)
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
        unattended.require_fit(profile, load(profile.root))
    assert caught.value.code is Code.UNATTENDED_NOT_FIT
    assert why in caught.value.detail


def test_the_newest_walk_on_the_camera_of_the_settings_counts(profile: Profile) -> None:
    walked(profile, *FIT)
    walked(profile, Trial("print", Response.ACCEPTED), camera="usb:1")
    unattended.require_fit(profile, load(profile.root))
    save_value(profile.root, "camera.uri", "usb:1")
    with pytest.raises(ConfigError):
        unattended.require_fit(profile, load(profile.root))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("policy.liveness.challenge", "never"),
        ("policy.liveness.threshold", "0.0001"),
        ("policy.liveness.veto_frames", "100"),
        ("policy.active.motions", "1"),
        ("policy.matching.same_person", "0.01"),
        ("camera.field_of_view_deg", "90"),
    ],
)
def test_a_weaker_station_is_not_the_one_that_was_walked(profile: Profile, key: str, value: str) -> None:
    walked(profile, *FIT)
    unattended.require_fit(profile, load(profile.root))
    save_value(profile.root, key, value)
    with pytest.raises(ConfigError) as caught:
        unattended.require_fit(profile, load(profile.root))
    assert caught.value.detail == "limits or networks have been changed since the last walk"


def test_other_networks_are_another_station(tmp_path: Path) -> None:
    """The files of networks B and C came after the walk, or went."""
    files = ModelFiles(tmp_path)
    one, three = (unattended.judged_by(Policy(), files, labels) for labels in ("a", "abc"))
    assert one != three
    assert unattended.judged_by(Policy(), files, "a") == one


def test_the_station_marks_trials_as_the_claim_is_asked(profile: Profile) -> None:
    settings = load(profile.root)
    made = wiring.building(
        settings, profile, EventSink(SystemClock(), None), lambda: pytest.fail("no camera"), network=False
    )
    assert made.workshop is not None
    assert made.workshop.judged_by == made.workshop.judges_by(settings) == unattended.judges_by(settings) != ""


def test_an_attack_that_was_let_in_is_not_forgotten_by_walking_again(profile: Profile) -> None:
    walked(profile, FIT[0], Trial("print", Response.ACCEPTED))
    walked(profile, *FIT)
    with pytest.raises(ConfigError) as caught:
        unattended.require_fit(profile, load(profile.root))
    assert "1 of 3" in caught.value.detail
    walked(profile, *FIT)
    walked(profile, *FIT)
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
    (line,) = unattended.line(profile, load(profile.root))
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
