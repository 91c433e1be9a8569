"""Somebody who lives passes liveness, then holds up the phone of somebody who is enrolled: real pixels, networks and threads."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.station_parts import CountingDoor, RealClock, wait_until

from kiosk.camera.stage import Stage
from kiosk.camera.synthetic import EmptyRoom, HeldPhone, Scene, Sitter, steady
from kiosk.cli.scenes import Portraits
from kiosk.domain.face import Frame, Pixels
from kiosk.domain.person import Details, PersonId
from kiosk.domain.policy import Lockout, Policy, Timing
from kiosk.domain.ports import Depth
from kiosk.domain.record import Consent, Enrolment
from kiosk.gallery.exact import ExactGallery
from kiosk.station.events import EventSink
from kiosk.station.snapshot import Mode
from kiosk.station.station import Building, Station
from kiosk.store.sqlite import SqliteStore
from kiosk.vision.engine import Engine
from kiosk.vision.models import ModelFiles

VICTIM = PersonId("victim")
SWAPS_MS = (120.0, 190.0, 260.0, 330.0, 420.0)


class Swap:
    """One scene until a moment, another one after it, in the same place."""

    def __init__(self, first: Scene, second: Scene, at_ms: float) -> None:
        self.first, self.second, self.at_ms = first, second, at_ms

    def render(self, t_ms: float) -> Pixels:
        return (self.first if t_ms < self.at_ms else self.second).render(t_ms)


class Drill:
    """A station with the victim enrolled, a stage before it, and a stranger who lives."""

    def __init__(self, models: ModelFiles, folder: Path) -> None:
        self.clock = RealClock()
        self.door = CountingDoor()
        self.lines = io.StringIO()
        self.stage = Stage(self.clock, EmptyRoom())
        with Portraits(models) as portraits:
            self.stranger = Sitter(portraits.relief(models.path("portrait_b")), steady(seed=1))
            self.enrolled = Sitter(portraits.relief(models.path("portrait_a")), steady(seed=2))
            pixels, face = portraits.face(models.path("portrait_a"))
        self.phone = HeldPhone(pixels, face.landmarks, seed=4)
        self.sha = models.sha256("face_embedding")
        self._enrol(models, folder / "station.db")
        self.station = Station(
            Building(
                mode=Mode.ACCESS,
                make_camera=lambda: self.stage,
                prepare=lambda tell: None,
                make_vision=lambda: Engine(models),
                open_store=lambda: SqliteStore.open(folder / "station.db", clock=self.clock),
                make_gallery=lambda store: ExactGallery.from_store(store, self.sha),
                door=self.door,
                policy=Policy(
                    timing=Timing(granted_ms=200, denied_ms=200, cooldown_ms=100), lockout=Lockout(attacks=1000)
                ),
                clock=self.clock,
                sink=EventSink(self.clock, self.lines),
                portrait=lambda p, e: b"",
            )
        )

    def _enrol(self, models: ModelFiles, path: Path) -> None:
        engine = Engine(models)
        picture = self.enrolled.render(0.0)
        face = engine.look(Frame(picture, 0, 1.0), Depth.TRACK).nearest
        assert face is not None
        template = engine.embed(picture, face)
        engine.close()
        assert template is not None
        store = SqliteStore.open(path, clock=self.clock)
        store.enrol(
            Enrolment(
                person=VICTIM,
                details=Details(first_name="Enrolled"),
                consent=Consent(text_version="t", given_at="2026-01-01T00:00:00.000Z"),
                face_image=b"\xff\xd8\xff x",
                templates=(template,),
            )
        )
        store.close()

    def results(self) -> list[dict[str, object]]:
        return [e for e in map(json.loads, self.lines.getvalue().splitlines()) if e["event"] == "result"]


@pytest.fixture
def drill(models: ModelFiles, tmp_path: Path) -> Iterator[Drill]:
    drill = Drill(models, tmp_path)
    drill.station.start()
    assert wait_until(lambda: drill.station.ready)
    yield drill
    drill.station.stop()


def test_phone_after_a_living_stranger_opens_nothing(drill: Drill) -> None:
    for number, at_ms in enumerate(SWAPS_MS, start=1):
        drill.stage.play(Swap(drill.stranger, drill.phone, at_ms))
        assert wait_until(lambda n=number: len(drill.results()) >= n), f"no result after a swap at {at_ms} ms"
        drill.stage.play(EmptyRoom())
        assert wait_until(lambda: type(drill.station.phase).__name__ == "Attract")
    assert drill.door.opened == 0
    assert all(result["outcome"] != "granted" for result in drill.results()), drill.results()


def test_the_same_station_does_open_for_the_enrolled_person(drill: Drill) -> None:
    """The drill above is not empty: here the right person stands there all the time."""
    drill.stage.play(drill.enrolled)
    assert wait_until(lambda: drill.door.opened == 1)
    drill.stage.play(EmptyRoom())
    assert drill.results()[0]["outcome"] == "granted"
