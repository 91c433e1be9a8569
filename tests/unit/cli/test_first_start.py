"""The first start asks only where nobody said anything, and keeps everything or says what it could not keep."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.sandbox import running_sandbox

from kiosk.cli.first_start import StationHelpers, may_ask
from kiosk.cli.remote import has_account
from kiosk.cli.station import store_of
from kiosk.domain.errors import Code
from kiosk.domain.operators import PinAnswer, Role
from kiosk.keys import open_vault
from kiosk.profile import open_profile
from kiosk.settings import load
from kiosk.station.clock import SystemClock
from kiosk.ui.setup.answers import Answers

GIVEN = Answers(
    language="pt", country="BR", mode="enroll", camera="usb:2", token="a-token", supervisor="Ana", pin="918273"
)


def helpers(folder: Path, **overrides: object) -> StationHelpers:
    profile = open_profile(folder)
    open_vault(profile.root, use_keyring=False)
    return StationHelpers(profile, load(profile.root, overrides=overrides))


def asks(folder: Path, *, demo: bool = False, offline: bool = False, **overrides: object) -> bool:
    return may_ask(folder, load(folder, overrides=overrides), demo=demo, offline=offline)


def test_it_asks_only_where_nothing_was_said_and_somebody_can_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not asks(tmp_path)  # off screen nobody can answer
    from kiosk.ui.setup import showing

    monkeypatch.setattr(showing, "prepare_environment", lambda: False)
    assert asks(tmp_path)
    assert not asks(tmp_path, demo=True)
    assert not asks(tmp_path, offline=True)
    assert not asks(tmp_path, **{"camera.uri": "usb:1"})
    assert not asks(tmp_path, **{"station.mode": "access"})
    monkeypatch.setenv("KIOSK_CAMERA__URI", "usb:1")
    assert not asks(tmp_path)
    monkeypatch.delenv("KIOSK_CAMERA__URI")
    (tmp_path / "settings.toml").write_text("")
    assert not asks(tmp_path)


def test_everything_is_kept(tmp_path: Path) -> None:
    assert helpers(tmp_path).save(GIVEN) is None
    settings = load(tmp_path)
    assert (settings.ui.language, settings.station.mode, settings.camera.uri) == ("pt", "enroll", "usb:2")
    assert settings.station.country == "BR"
    assert has_account(settings, tmp_path)
    assert "918273" not in (tmp_path / "settings.toml").read_text()
    assert "a-token" not in (tmp_path / "settings.toml").read_text()
    store = store_of(open_profile(tmp_path), settings, SystemClock())
    try:
        (ana,) = store.operators.all()
        assert (ana.name, ana.role) == ("Ana", Role.SUPERVISOR)
        assert store.operators.sign_in(ana.id, "918273").answer is PinAnswer.RIGHT
    finally:
        store.close()


def test_kept_twice_there_is_one_supervisor(tmp_path: Path) -> None:
    asked = helpers(tmp_path)
    assert asked.save(GIVEN) is None
    assert asked.save(GIVEN) is None
    store = store_of(open_profile(tmp_path), load(tmp_path), SystemClock())
    try:
        assert len(store.operators.all()) == 1
    finally:
        store.close()


def test_what_cannot_be_kept_leaves_no_settings_behind(tmp_path: Path) -> None:
    weak = Answers(supervisor="Ana", pin="1")
    assert helpers(tmp_path).save(weak) is Code.PIN_UNFIT
    assert not (tmp_path / "settings.toml").exists()


@pytest.mark.parametrize("pin", ["123456", "1", "918273"])
def test_a_pin_is_judged_by_the_operators_rule(tmp_path: Path, pin: str) -> None:
    from kiosk.ui.text import Text

    problem = helpers(tmp_path).pin_problem(pin)
    assert (problem == "") is (pin == "918273")
    assert not problem or Text("es").has(problem)


@pytest.mark.expects_log
def test_the_account_is_asked_about_the_token(tmp_path: Path) -> None:
    with running_sandbox(tmp_path / "sandbox") as sandbox:
        asked = helpers(tmp_path / "profile", **{"api.base_url": f"{sandbox.base_url}/v2"})
        assert asked.check_token(sandbox.token) is None
        assert asked.check_token("not-the-token") is Code.API_UNAUTHORIZED
    assert asked.check_token("any") not in {None, Code.API_UNAUTHORIZED}


def test_a_camera_is_watched_and_let_go(tmp_path: Path) -> None:
    import numpy as np
    from support.station_parts import wait_until

    folder = tmp_path / "stills"
    folder.mkdir()
    import cv2

    cv2.imwrite(str(folder / "a.png"), np.full((120, 160, 3), 90, np.uint8))
    asked = helpers(tmp_path / "profile")
    asked.watch(f"replay:{folder}?loop=1")
    assert wait_until(lambda: asked.latest_frame() is not None)
    asked.watch("")
    assert asked.latest_frame() is None
