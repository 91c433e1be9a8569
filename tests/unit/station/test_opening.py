"""A station is ready once everybody who works with the store has it, and what failed on the way is tried again."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from support.asking import answer
from support.patience import PATIENCE_S
from support.station_parts import ToldEyes, wait_until
from support.station_rig import KeptStore, Rig

from kiosk.domain.errors import Code, StoreError
from kiosk.domain.face import Frame, Sighting
from kiosk.domain.operators import Operator
from kiosk.domain.ports import Depth
from kiosk.domain.session import states as st
from kiosk.station.office.signing import ListNames
from kiosk.station.snapshot import Mode, Screen
from kiosk.store.operators import SqliteOperators


class ToldOperators:
    """The real ones; whether they can be read is for the test to say."""

    def __init__(self, real: SqliteOperators) -> None:
        self._real = real
        self.asked = threading.Event()
        self.go_on = threading.Event()
        self.errors: list[StoreError] = []

    def all(self) -> Sequence[Operator]:
        self.asked.set()
        assert self.go_on.wait(PATIENCE_S)
        if self.errors:
            raise self.errors.pop()
        return self._real.all()


class SeenEyes(ToldEyes):
    """Counts how often they look."""

    looks = 0

    def look(self, frame: Frame, depth: Depth) -> Sighting:
        self.looks += 1
        return super().look(frame, depth)


class ToldRig(Rig):
    """A station whose operators are read when the test lets them."""

    operators: ToldOperators
    opened = 0

    def __init__(self, folder: Path, mode: Mode = Mode.ENROLL) -> None:
        self.there = threading.Event()
        super().__init__(folder, mode)
        self.eyes = self.eyes_saw = SeenEyes()

    def _open(self) -> KeptStore:
        store = super()._open()
        self.opened += 1
        self.operators = ToldOperators(store.operators)
        store.operators = self.operators  # type: ignore[assignment]
        self.there.set()
        return store


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[ToldRig]:
    made = ToldRig(tmp_path)
    yield made
    if made.there.is_set():
        made.operators.go_on.set()
    made.station.stop()


def test_a_button_is_not_on_screen_before_somebody_answers_it(rig: ToldRig) -> None:
    rig.station.start()
    assert rig.there.wait(PATIENCE_S)
    assert rig.operators.asked.wait(PATIENCE_S)
    assert wait_until(lambda: rig.eyes_saw.looks > 0)
    assert not rig.station.ready, "whoever asks for an enrolment would not be heard yet"
    rig.operators.go_on.set()
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)
    assert next(s.screen for s in rig.snapshots if s.screen is not Screen.STARTING) is Screen.ATTRACT
    rig.station.begin_enrolment()
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.CONSENT)


def test_operators_that_could_not_be_read_are_read_again(rig: ToldRig) -> None:
    rig.station.start()
    assert rig.there.wait(PATIENCE_S)
    rig.operators.errors.append(StoreError(Code.STORE_FAILED, "told"))
    rig.operators.go_on.set()
    assert wait_until(lambda: any(s.fault is Code.STORE_FAILED for s in rig.snapshots))
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)
    assert rig.opened == 1, "the store itself was open already"
    assert answer(rig.station, ListNames()) == ()
    rig.station.begin_enrolment()
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.CONSENT)


def test_who_is_there_before_the_store_is_served_once_it_is(tmp_path: Path) -> None:
    rig = ToldRig(tmp_path, Mode.ACCESS)
    try:
        rig.enrol(7)
        rig.camera.tell("show", 7, 255, 1)
        rig.station.start()
        assert rig.there.wait(PATIENCE_S)
        assert wait_until(lambda: rig.eyes_saw.looks > 20)
        assert isinstance(rig.station.phase, st.Attract), "nobody could be told apart yet"
        assert rig.results() == []
        rig.operators.go_on.set()
        assert wait_until(lambda: rig.results() == [("granted", "recognised")])
        rig.camera.tell("show", 0, 255, 1)
        assert rig.events("fault") == []
    finally:
        rig.operators.go_on.set()
        rig.station.stop()
