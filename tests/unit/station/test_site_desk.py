"""The site walk-through at the station: frames in, figures out, and the eyes look fully only meanwhile."""

from __future__ import annotations

import pytest
from support.sightings import face, sighting
from support.station_parts import TurnedClock

from kiosk.domain.policy import Policy
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.domain.session.machine import step
from kiosk.domain.site import FRAMES_WANTED, Step
from kiosk.station.site_desk import LONGEST_MS, SiteDesk
from kiosk.station.vision_worker import Command

POLICY = Policy()


class Hands:
    def __init__(self) -> None:
        self.clock = TurnedClock()
        self.commands: list[Command] = []
        self.desk = SiteDesk(POLICY, self.clock.mono_ms, self.commands.append, lambda: 29.0)
        self.kiosk = st.begin(st.Mode.ACCESS, now_ms=self.clock.ms)
        self.tell(ev.OperatorEntered(self.clock.ms))

    def tell(self, event: ev.Event) -> None:
        before = self.kiosk
        self.kiosk, effects = step(before, event, POLICY)
        self.desk(before, event, self.kiosk, effects, None)

    def frames(self, count: int, *, share: float = 0.3, growing: float = 0.0) -> None:
        for number in range(count):
            self.clock.turn(33.0)
            self.tell(ev.Seen(sighting(self.clock.ms, face(share=share + growing * number))))


@pytest.fixture
def hands() -> Hands:
    made = Hands()
    made.desk.enter()
    return made


def test_a_step_is_measured_and_concluded(hands: Hands) -> None:
    hands.frames(1)
    assert hands.desk.now.sample is not None
    hands.desk.measure(Step.MARK)
    hands.frames(FRAMES_WANTED)
    now = hands.desk.now
    assert now.step is None
    assert [each.step for each in now.steps] == [Step.MARK]
    assert now.findings is not None
    assert now.findings.fps == 29.0
    assert now.findings.distance_cm == pytest.approx(now.steps[0].distance_cm)


def test_steps_are_kept_in_order_and_one_of_each(hands: Hands) -> None:
    for kind in (Step.SEATED, Step.MARK, Step.MARK):
        hands.desk.measure(kind)
        hands.frames(FRAMES_WANTED)
    assert [each.step for each in hands.desk.now.steps] == [Step.MARK, Step.SEATED]


def test_who_walks_is_waited_for(hands: Hands) -> None:
    hands.desk.measure(Step.MARK)
    hands.frames(FRAMES_WANTED, share=0.2, growing=0.004)
    assert hands.desk.now.step is Step.MARK
    hands.frames(FRAMES_WANTED)
    assert hands.desk.now.step is None
    assert len(hands.desk.now.steps) == 1


def test_a_step_that_sees_nobody_is_given_up(hands: Hands) -> None:
    hands.desk.measure(Step.TALL)
    hands.clock.turn(LONGEST_MS + 1)
    hands.tell(ev.Tick(hands.clock.ms))
    assert (hands.desk.now.step, hands.desk.now.gave_up) == (None, Step.TALL)


def test_the_eyes_look_fully_while_the_page_is_up(hands: Hands) -> None:
    hands.frames(1)
    assert isinstance(hands.commands[-1], fx.Follow)
    hands.desk.measure(Step.MARK)
    hands.desk.leave()
    hands.frames(1)
    assert isinstance(hands.commands[-1], fx.Wipe)
    assert (hands.desk.now.step, hands.desk.now.sample) == (None, None)
    assert len(hands.commands) == 2


def test_leaving_the_station_to_visitors_ends_it(hands: Hands) -> None:
    hands.frames(1)
    hands.tell(ev.OperatorLeft(hands.clock.ms))
    assert isinstance(hands.commands[-1], fx.Wipe)
    hands.desk.measure(Step.MARK)
    hands.frames(FRAMES_WANTED)
    assert hands.desk.now.steps == ()


def test_the_height_of_the_camera_follows_from_whoever_stands_there(hands: Hands) -> None:
    hands.desk.measure(Step.MARK)
    hands.frames(FRAMES_WANTED)
    hands.desk.stands_at(180.0)
    first = hands.desk.now.findings
    hands.desk.stands_at(None)
    second = hands.desk.now.findings
    assert first is not None
    assert second is not None
    assert first.camera_height_cm is not None
    assert second.camera_height_cm is None
