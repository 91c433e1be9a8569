"""The whole program, offline: in by number and PIN, in by a QR code held to the camera, and who guesses is paused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from support.qr_pictures import drawn
from support.records import enrolment
from support.running_kiosk import Running, running_kiosk

from kiosk.domain.passes import IssuedPass
from kiosk.domain.person import PersonId
from kiosk.profile import open_profile
from kiosk.station.clock import SystemClock
from kiosk.store.sqlite import SqliteStore
from kiosk.vision.models import ModelFiles

PIN, WRONG = "7394", "7395"


@dataclass(frozen=True)
class Site:
    """A profile with one person who has a pass, and a camera that looks at their QR code on a wall."""

    folder: Path
    profile: Path
    given: IssuedPass


@pytest.fixture
def site(tmp_path: Path) -> Site:
    profile = open_profile(tmp_path / "profile")
    with_pass = SqliteStore.open(profile.database, clock=SystemClock())
    with_pass.enrol(enrolment())
    given = with_pass.passes.issue(PersonId("p1"), PIN)
    with_pass.close()
    wall = tmp_path / "wall"
    wall.mkdir()
    Image.fromarray(drawn(given.code)[:, :, ::-1]).save(wall / "code.png")
    return Site(tmp_path, profile.root, given)


def result(kiosk: Running, after: int) -> tuple[int, dict[str, object]]:
    at = kiosk.await_event("result", lambda event: True, after=after)
    return at + 1, kiosk.events[at]


def shows(kiosk: Running, screen: str, after: int) -> int:
    return kiosk.await_event("screen", lambda event: event["screen"] == screen, after=after) + 1


def test_by_pin_by_code_and_not_by_guessing(models: ModelFiles, site: Site) -> None:
    env = {
        "KIOSK_STORE__ENCRYPT": "false",
        "KIOSK_MODELS__DIR": str(models.folder),
        "KIOSK_POLICY__LOCKOUT__ATTEMPTS": "3",
        "KIOSK_POLICY__TIMING__GRANTED_MS": "400",
        "KIOSK_POLICY__TIMING__DENIED_MS": "400",
        "KIOSK_POLICY__TIMING__COOLDOWN_MS": "200",
        "HOME": str(site.folder),
        "XDG_DATA_HOME": str(site.folder / "data"),
    }
    words = ["--mode", "access", "--offline", "--camera", f"replay:{site.folder / 'wall'}?loop=1", "--profile"]
    with running_kiosk(*words, str(site.profile), env=env, log=site.folder / "stderr.txt", hand=True) as kiosk:
        at = shows(kiosk, "attract", 0)
        kiosk.do("tap anotherWay")
        at = shows(kiosk, "alternative", at)
        number = site.given.number
        kiosk.do("tap way_pin", f"type number {number}", f"type pin {WRONG}", "tap goOn", "see alternativeTries")
        kiosk.do(f"type pin {PIN}", "tap goOn")
        at, entered = result(kiosk, at)
        assert (entered["outcome"], entered["reason"], entered["truth"]) == ("granted", "pass_accepted", "local")
        assert entered["liveness"] is None
        at = shows(kiosk, "attract", kiosk.await_event("door", lambda event: event["state"] == "opened", after=0))

        kiosk.do("tap anotherWay", "tap way_qr")
        at, entered = result(kiosk, at)
        assert (entered["outcome"], entered["reason"]) == ("granted", "pass_accepted")
        at = shows(kiosk, "attract", at)
        assert len([door for door in kiosk.of("door") if door["state"] == "opened"]) == 2

        kiosk.do("tap anotherWay", "tap way_pin", f"type number {number}", f"type pin {WRONG}", "tap goOn")
        kiosk.do("see alternativeTries", f"type pin {WRONG}", "tap goOn")
        at, refused = result(kiosk, at)
        assert (refused["outcome"], refused["reason"], refused["person"]) == ("denied", "pass_refused", None)
        at = shows(kiosk, "locked", at)
        assert len([door for door in kiosk.of("door") if door["state"] == "opened"]) == 2
        assert kiosk.end() == 0
    with_pass = SqliteStore.open(site.profile / "station.db", clock=SystemClock())
    try:
        told = [line.action for line in with_pass.audit() if line.action.startswith("pass_")]
        assert told == ["pass_issued", "pass_refused", "pass_used", "pass_used", "pass_refused", "pass_refused"]
        assert with_pass.verify_audit().whole
        assert {(v.person, v.reason.value) for v in with_pass.validations()} == {
            ("p1", "pass_accepted"),
            (None, "pass_refused"),
        }
    finally:
        with_pass.close()
