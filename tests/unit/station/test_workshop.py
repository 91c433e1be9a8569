"""The workshop at a running station: a supervisor tries attacks, site and camera; nobody else may, and nothing opens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.numbered import write_clip
from support.patience import PATIENCE_S
from support.station_parts import CountingDoor, RealClock, ToldCamera, ToldEyes, wait_until
from support.station_rig import QUICK, SHA

from kiosk.domain.attack_wizard import Ground, Plan, Response, Standing, Trial
from kiosk.domain.checkup import Line, State
from kiosk.domain.errors import Code
from kiosk.domain.operators import Role
from kiosk.domain.site import Step
from kiosk.gallery.exact import ExactGallery
from kiosk.profile import Profile, open_profile
from kiosk.settings import Settings, load
from kiosk.station import rehearsal
from kiosk.station.building import Building
from kiosk.station.events import EventSink
from kiosk.station.office.requests import OfficeReply, OfficeRequest
from kiosk.station.office.signing import SignIn
from kiosk.station.office.trying import (
    DoWalk,
    EnterSite,
    ListCameras,
    LookAtCamera,
    LookAtSite,
    LookAtWalk,
    MeasureStep,
    SaveSite,
    SaveWalk,
    TakeCamera,
    TryCamera,
    WalkAct,
    WalkFigures,
)
from kiosk.station.office.upkeep import ChangeSetting, ExamineStation, ListSettings, MakeBundle
from kiosk.station.snapshot import Mode, Screen, Snapshot
from kiosk.station.station import Station
from kiosk.station.workshop import WorkshopParts
from kiosk.store.sqlite import SqliteStore
from kiosk.ui.text import Text

PIN = "482913"
FINE = Line(name="disk", state=State.OK, value="fine")


def clip_in(folder: Path) -> Path:
    write_clip(str(folder / "clip.avi"), 40)
    return folder / "clip.avi"


class Place:
    """A station with a profile and a supervisor."""

    def __init__(self, root: Path) -> None:
        self.profile: Profile = open_profile(root)
        self.clock = RealClock()
        self.camera = ToldCamera(self.clock)
        self.door = CountingDoor()
        self.lines: list[Line] = [FINE]
        self.judges_by = "now"
        store = SqliteStore.open(self.profile.database, clock=self.clock)
        self.boss = store.operators.add(name="Ida", role=Role.SUPERVISOR, pin=PIN, by="")
        self.helper = store.operators.add(name="Jo", role=Role.OPERATOR, pin=PIN, by="")
        store.close()
        self.snapshots: list[Snapshot] = []
        self.station = Station(
            Building(
                mode=Mode.ACCESS,
                make_camera=lambda: self.camera,
                prepare=lambda tell: None,
                make_vision=ToldEyes,
                open_store=lambda: SqliteStore.open(self.profile.database, clock=self.clock),
                make_gallery=lambda store: ExactGallery(SHA),
                door=self.door,
                policy=QUICK,
                clock=self.clock,
                sink=EventSink(self.clock, None),
                portrait=lambda pixels, evidence: b"\xff\xd8\xff",
                workshop=WorkshopParts(
                    profile=self.profile,
                    settings=Settings(),
                    checks=lambda: self.lines,
                    devices=lambda: [(0, "told camera")],
                    words=Text,
                    judged_by="now",
                    judges_by=lambda settings: self.judges_by,
                ),
            )
        )
        self.station.subscribe(self.snapshots.append)
        self.station.start()
        assert wait_until(lambda: self.station.ready)

    def ask(self, request: OfficeRequest) -> OfficeReply:
        got: list[OfficeReply] = []
        there = threading.Event()

        def came(reply: OfficeReply) -> None:
            got.append(reply)
            there.set()

        self.station.ask_office(request, came)
        assert there.wait(PATIENCE_S)
        return got[0]

    def answer(self, request: OfficeRequest) -> Any:
        reply = self.ask(request)
        assert reply.error is None, reply
        return reply.answer

    def sign_in(self, who: Any = None) -> None:
        self.station.open_office()
        assert wait_until(lambda: self.snapshots[-1].screen is Screen.OPERATOR)
        self.answer(SignIn((who or self.boss).id, PIN))
        assert wait_until(lambda: self.station.signed_in is not None)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path / "p")
    yield made
    made.station.stop()


EVERY: tuple[OfficeRequest, ...] = (
    DoWalk(WalkAct.BEGIN),
    LookAtWalk(),
    WalkFigures(),
    SaveWalk(),
    EnterSite(),
    SaveSite(with_limits=True),
    ListCameras(),
    TryCamera("usb:0"),
    TakeCamera(),
    ListSettings(),
    ChangeSetting("station.name", "x"),
    ExamineStation(),
    MakeBundle(),
)


def test_nobody_may_who_is_not_signed_in(place: Place) -> None:
    assert {place.ask(request).error for request in EVERY} == {Code.NOT_ALLOWED}


def test_an_operator_may_only_see_the_doctor(place: Place) -> None:
    place.sign_in(place.helper)
    allowed = [type(request) for request in EVERY if place.ask(request).error is not Code.NOT_ALLOWED]
    assert allowed == [ExamineStation]


def test_a_walk_is_tried_counted_and_reported_and_the_door_stays_shut(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "READY_MS", 50.0)
    place.sign_in()
    place.answer(DoWalk(WalkAct.ENTER))
    assert place.answer(DoWalk(WalkAct.BEGIN, attacks=20)).walk.wizard.plan == Plan(attacks=20, bona_fide=20)
    assert place.answer(DoWalk(WalkAct.BEGIN, attacks=5)).walk.wizard.plan == Plan(attacks=5, bona_fide=10)
    place.camera.tell("show", 3, 255, 7)
    place.answer(DoWalk(WalkAct.START))
    assert wait_until(lambda: len(place.answer(LookAtWalk()).walk.wizard.trials) == 1)
    place.camera.tell("show", 3, 0, 8)
    place.answer(DoWalk(WalkAct.START, "print"))
    assert wait_until(lambda: len(place.answer(LookAtWalk()).walk.wizard.trials) == 2)
    found = place.answer(WalkFigures())
    assert [trial.response for trial in found.walk.wizard.trials] == [Response.ACCEPTED, Response.REFUSED]
    assert {trial.judged_by for trial in found.walk.wizard.trials} == {"now"}
    assert found.standing is Standing.UNFINISHED
    saved = place.answer(SaveWalk())
    assert Path(saved.path).read_text("utf-8").startswith("<!doctype html>")
    assert place.door.opened == 0
    store = SqliteStore.open(place.profile.database, clock=place.clock)
    assert store.validations() == []
    assert store.walks.newest("usb:0")[0].id == found.walk.id
    store.close()


def test_a_site_is_measured_and_written_down(place: Place) -> None:
    place.sign_in()
    place.camera.tell("show", 3, 255, 7)
    place.answer(EnterSite())
    place.answer(MeasureStep(Step.MARK))
    assert wait_until(lambda: place.answer(LookAtSite()).findings is not None)
    assert "site.distance_cm" in place.answer(SaveSite(with_limits=True))
    kept = load(place.profile.root, environ={})
    assert kept.site.distance_cm > 0
    assert kept.site.measured_at.endswith("Z")
    assert kept.is_set("policy.placement.nearest_cm")
    waiting = place.answer(ListSettings()).waiting
    assert "policy.placement.farthest_cm" in waiting


def test_a_camera_is_tried_beside_the_one_in_use_and_takes_its_place(place: Place, tmp_path: Path) -> None:
    clip = clip_in(tmp_path)
    place.sign_in()
    assert [each.name for each in place.answer(ListCameras())] == ["told camera"]
    place.answer(TryCamera(f"replay:{clip}?loop=1"))
    assert wait_until(lambda: place.answer(LookAtCamera()).trial.frames)
    assert place.camera.closed == 0
    frame = place.station.latest_frame()
    assert frame is not None
    assert frame.width != 64
    taken = place.answer(TakeCamera())
    assert load(place.profile.root, environ={}).camera.uri.startswith("replay:")
    if taken.at_once:
        assert wait_until(lambda: place.camera.closed == 1)


def test_leaving_lets_the_camera_on_trial_go(place: Place, tmp_path: Path) -> None:
    place.sign_in()
    place.answer(TryCamera(f"replay:{clip_in(tmp_path)}?loop=1"))
    assert wait_until(lambda: place.station.workshop.preview() is not None)
    place.station.close_office()
    assert wait_until(lambda: place.station.workshop.preview() is None)


def test_settings_are_shown_without_secrets_and_changed_within_limits(place: Place) -> None:
    place.sign_in()
    shown = {entry.key: entry for entry in place.answer(ListSettings()).entries}
    assert shown["api.token"].locked == "secret"
    assert shown["policy.lockout.attacks"].high == 1000
    done = place.answer(ChangeSetting("policy.lockout.attacks", "7"))
    assert {entry.key: entry for entry in done.entries}["policy.lockout.attacks"].value == "7"
    assert done.waiting == {"policy.lockout.attacks"}
    wrong = place.ask(ChangeSetting("policy.lockout.attacks", "many"))
    assert wrong.error is Code.CONFIG_BAD_VALUE
    for key, text in (("api.token", "abc"), ("door.command", "rm"), ("api.base_url", "https://x.example")):
        assert place.ask(ChangeSetting(key, text)).error is Code.CONFIG_BAD_VALUE
    assert not (load(place.profile.root, environ={}).api.token)


def test_the_claim_to_be_unattended_needs_a_fit_walk_and_a_passing_round(place: Place) -> None:
    place.sign_in()
    refused = place.ask(ChangeSetting("station.unattended", "true"))
    assert (refused.error, refused.detail) == (Code.UNATTENDED_NOT_FIT, "walk: no_walk")
    report = place.answer(ExamineStation())
    assert (report.checkup.passes, report.claim.ground, report.may_be_unattended) == (True, Ground.NO_WALK, False)
    walk = place.station.workshop.walk.begin()
    trials = [("", Response.ACCEPTED)] * 10 + [(s, Response.REFUSED) for s in walk.wizard.plan.species] * 5
    wizard = replace(walk.wizard, trials=tuple(Trial(species, response, (), "now") for species, response in trials))
    store = SqliteStore.open(place.profile.database, clock=place.clock)
    store.walks.save(replace(walk, wizard=wizard))
    store.close()
    place.lines.append(replace(FINE, name="cpu", state=State.FAIL))
    assert place.ask(ChangeSetting("station.unattended", "true")).detail == "cpu"
    del place.lines[-1]
    place.judges_by = "with a threshold of nearly nothing"
    assert place.ask(ChangeSetting("station.unattended", "true")).detail == "walk: changed"
    place.judges_by = "now"
    place.answer(ChangeSetting("station.unattended", "true"))
    assert place.answer(ExamineStation()).claimed


def test_a_support_bundle_is_made(place: Place) -> None:
    place.sign_in()
    saved = place.answer(MakeBundle())
    assert Path(saved.path).stat().st_size == saved.size
