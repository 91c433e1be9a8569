"""A whole station whose visitors come in without a face: real store, real passes, real codes in the camera's picture."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.qr_pictures import drawn
from support.station_parts import wait_until
from support.station_rig import QUICK, Rig

from kiosk.domain.face import Frame, Pixels
from kiosk.domain.passes import IssuedPass, Way, new_code
from kiosk.domain.person import PersonId
from kiosk.domain.policy import Lockout, Policy, SecondFactorUse, Tiers
from kiosk.domain.session import states as st
from kiosk.station.snapshot import Screen
from kiosk.store.sqlite import SqliteStore
from kiosk.vision.codes import QrReader

PIN, WRONG = "7394", "7395"
UNHURRIED = replace(QUICK.timing, granted_ms=400, denied_ms=400)


class SideRig(Rig):
    """With passes; ``hold`` puts a picture before the camera."""

    def issue(self, who: int, pin: str | None = PIN) -> IssuedPass:
        with_passes = SqliteStore.open(self.path, clock=self.clock)
        given = with_passes.passes.issue(PersonId(f"person-{who}"), pin)
        with_passes.close()
        return given

    def hold(self, pixels: Pixels) -> None:
        """Instead of what the camera gives, for whoever looks at the picture."""
        self.station._picture.put(Frame(pixels, int(self.clock.mono_ms()), self.clock.mono_ms()))

    @property
    def screen(self) -> Screen:
        return self.snapshots[-1].screen

    def see(self, screen: Screen) -> None:
        assert wait_until(lambda: self.screen is screen), self.snapshots[-1]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[SideRig]:
    with manned(tmp_path, replace(QUICK, timing=UNHURRIED)) as rig:
        yield rig


@contextlib.contextmanager
def manned(folder: Path, policy: Policy) -> Iterator[SideRig]:
    """Two people on record; stopped with the block."""
    rig = SideRig(folder, policy=policy, side_door=True)
    for who in (1, 2):
        rig.enrol(who, f"Visitor {who}")
    try:
        yield rig
    finally:
        rig.station.stop()


def test_number_and_pin_open_the_door_once(rig: SideRig) -> None:
    given = rig.issue(1)
    rig.station.start()
    assert wait_until(lambda: rig.snapshots[-1].another_way)
    rig.station.ask_another_way()
    rig.see(Screen.ALTERNATIVE)
    rig.station.choose_way(Way.PIN)
    rig.station.give_pin(given.number, PIN)
    assert wait_until(lambda: rig.door.opened == 1)
    assert rig.results() == [("granted", "pass_accepted")]
    result = rig.events("result")[0]
    assert result["person"] == {"id": "person-1", "name": "Visitor 1"}
    assert (result["truth"], result["liveness"], result["similarity"]) == ("local", None, None)
    record = rig.store.validations()[0]
    assert (record.type, record.person, record.reason.value) == ("login", "person-1", "pass_accepted")
    assert record.liveness_score == 0.0
    rig.see(Screen.ATTRACT)
    assert rig.door.opened == 1


def test_wrong_pins_pause_the_station_and_are_on_record(tmp_path: Path) -> None:
    policy = replace(QUICK, timing=UNHURRIED, lockout=Lockout(attempts=2, locked_ms=60_000))
    with manned(tmp_path, policy) as rig:
        given = rig.issue(1)
        rig.station.start()
        assert wait_until(lambda: rig.snapshots[-1].another_way)
        rig.station.ask_another_way()
        rig.station.give_pin(given.number, WRONG)
        assert wait_until(lambda: rig.snapshots[-1].entry is not None and rig.snapshots[-1].entry.refused is not None)
        assert rig.snapshots[-1].tries_left == 1
        rig.station.give_pin(given.number, WRONG)
        rig.see(Screen.LOCKED)
        assert not rig.snapshots[-1].another_way
        rig.station.ask_another_way()
        rig.station.give_pin(given.number, PIN)
        assert wait_until(lambda: len(rig.store.validations()) == 1)
        assert rig.results() == [("denied", "pass_refused")]
        assert rig.door.opened == 0
        assert [line.action for line in rig.store.audit() if line.action == "pass_refused"] == ["pass_refused"] * 2


def test_a_code_held_to_the_camera_opens_the_door(rig: SideRig) -> None:
    given = rig.issue(2, None)
    rig.camera.tell("hang")
    rig.station.start()
    assert wait_until(lambda: rig.station.ready)
    rig.hold(drawn(given.code))
    rig.station.ask_another_way()
    assert wait_until(lambda: isinstance(rig.station.phase, st.Alternative))
    assert not wait_until(lambda: rig.door.opened > 0, 0.3), "nobody looks for a code before it was asked for"
    rig.station.choose_way(Way.QR)
    assert wait_until(lambda: rig.door.opened == 1)
    assert rig.results() == [("granted", "pass_accepted")]
    rig.camera.unhang.set()


def test_foreign_codes_are_nobodys_business_and_a_wrong_one_is_tried_once(rig: SideRig) -> None:
    rig.camera.tell("hang")
    rig.station.start()
    assert wait_until(lambda: rig.station.ready)
    rig.hold(drawn("WIFI:S:guests;T:nopass;;"))
    rig.station.ask_another_way()
    rig.station.choose_way(Way.QR)
    assert wait_until(lambda: isinstance(rig.station.phase, st.Alternative) and rig.station.phase.way is Way.QR)
    assert not wait_until(lambda: rig.snapshots[-1].tries_left is not None, 0.4)
    code = new_code()
    rig.hold(drawn(code))
    assert wait_until(lambda: (entry := rig.snapshots[-1].entry) is not None and entry.refused is not None)
    for _ in range(2):
        rig.hold(drawn(code))
        assert not wait_until(lambda: rig.snapshots[-1].tries_left != QUICK.lockout.attempts - 1, 0.3)
    assert [line.detail for line in rig.store.audit() if line.action == "pass_refused"] == ["qr wrong"]
    rig.camera.unhang.set()


def test_a_face_that_is_not_enough_asks_for_a_pin_and_has_one_record(tmp_path: Path) -> None:
    policy = replace(QUICK, timing=UNHURRIED, tiers=Tiers(second_factor=SecondFactorUse.ALWAYS))
    with manned(tmp_path, policy) as rig:
        given, other = rig.issue(1), rig.issue(2, "8305")
        rig.station.start()
        assert wait_until(lambda: rig.station.ready)
        rig.camera.tell("show", 1, 255, 1)
        rig.see(Screen.ALTERNATIVE)
        entry = rig.snapshots[-1].entry
        assert entry is not None
        assert entry.owes
        assert all(each.name == "" for each in rig.snapshots), "nobody is named before the door opens"
        assert rig.results() == []
        rig.station.give_pin(other.number, "8305")
        assert wait_until(lambda: rig.snapshots[-1].tries_left is not None), "somebody else's pass"
        assert rig.door.opened == 0
        rig.station.give_pin(given.number, PIN)
        assert wait_until(lambda: rig.door.opened == 1)
        assert rig.results() == [("granted", "pass_accepted")]
        assert [(v.person, v.reason.value) for v in rig.store.validations()] == [("person-1", "pass_accepted")]
        assert rig.store.validations()[0].liveness_score > 0.5


def test_without_a_camera_the_pin_still_opens(rig: SideRig) -> None:
    given = rig.issue(1)
    rig.camera.cannot_open = True
    rig.station.start()
    rig.see(Screen.FAULT)
    assert wait_until(lambda: rig.snapshots[-1].another_way)
    rig.station.ask_another_way()
    rig.see(Screen.ALTERNATIVE)
    entry = rig.snapshots[-1].entry
    assert entry is not None
    assert Way.QR not in entry.ways
    rig.station.give_pin(given.number, PIN)
    assert wait_until(lambda: rig.door.opened == 1)
    rig.see(Screen.FAULT)


def test_qr_reader_reads_ours() -> None:
    code = new_code()
    assert QrReader()(drawn(code)) == (code,)
    assert QrReader()(np.ascontiguousarray(drawn(code)[:, ::-1])) == (code,), "mirrored"
    assert QrReader()(np.zeros((200, 300, 3), np.uint8)) == ()
