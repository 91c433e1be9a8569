"""The account's rules for a picture: which one fails, when it is asked for, and when it is not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.sightings import face, sighting

from kiosk.domain.account_picture import can_deliver, fit_hint, fitness
from kiosk.domain.decision import Decision, Outcome, Reason
from kiosk.domain.face import Sighting
from kiosk.domain.guidance import Hint
from kiosk.domain.person import Details
from kiosk.domain.policy import ACCOUNT_PICTURE, Placement, Policy
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.domain.session.machine import step

POLICY = Policy()


def seen(
    at_ms: float = 0.0,
    *,
    share: float,
    at: tuple[float, float] = (0.5, 0.5),
    yaw: float = 0.0,
    size: tuple[int, int] = (640, 480),
) -> Sighting:
    width, height = size
    return sighting(at_ms, face(share=share, at=at, yaw=yaw, width=width, height=height), width=width, height=height)


@pytest.mark.parametrize(
    ("share", "at", "yaw", "hint"),
    [
        (0.40, (0.5, 0.5), 0.0, None),
        (0.34, (0.5, 0.5), 0.0, Hint.COME_CLOSER),
        (0.40, (0.23, 0.5), 0.0, Hint.CENTER),
        (0.40, (0.5, 0.30), 0.0, Hint.CENTER),
        (0.58, (0.5, 0.5), 0.0, Hint.STEP_BACK),
        (0.40, (0.5, 0.5), 31.0, Hint.LOOK_STRAIGHT),
    ],
)
def test_the_rule_that_fails_is_named(share: float, at: tuple[float, float], yaw: float, hint: Hint | None) -> None:
    sight = seen(share=share, at=at, yaw=yaw)
    assert fit_hint(sight, ACCOUNT_PICTURE) is hint
    assert sight.nearest is not None
    fit = fitness(sight.nearest, width=640, height=480, rules=ACCOUNT_PICTURE)
    assert (fit >= 1.0) == (hint is None)


def test_eyes_too_near_each_other_are_a_face_too_far_away() -> None:
    near = face(share=0.40, width=640, height=480)
    narrow = replace(near, interocular_px=79.0)
    assert fit_hint(sighting(0.0, narrow, width=640, height=480), ACCOUNT_PICTURE) is Hint.COME_CLOSER


def test_broken_geometry_fits_nothing() -> None:
    assert fitness(face(yaw=float("nan")), width=1280, height=720, rules=ACCOUNT_PICTURE) == 0.0


def test_a_small_camera_is_not_asked_for_what_it_cannot_show() -> None:
    def able(width: int, height: int) -> bool:
        return can_deliver(width=width, height=height, placement=Placement(), rules=ACCOUNT_PICTURE)

    assert able(1280, 720)
    assert able(640, 480)
    assert not able(320, 240)
    assert not able(410, 400)


class Machine:
    """The session machine with somebody in front of it."""

    def __init__(self, *, online: bool, account: bool = True, mode: st.Mode = st.Mode.ACCESS) -> None:
        self.kiosk = st.Kiosk(phase=st.Attract(0.0), mode=mode)
        self.effects: list[fx.Effect] = []
        self.tell(ev.Surroundings(at_ms=0.0, account=account, online=online))

    def tell(self, event: ev.Event) -> None:
        self.kiosk, effects = step(self.kiosk, event, POLICY)
        self.effects += effects

    def watch(self, *, share: float, ms: float, size: tuple[int, int] = (640, 480)) -> None:
        until = self.kiosk.now_ms + ms
        while self.kiosk.now_ms < until:
            self.tell(ev.Seen(seen(self.kiosk.now_ms + 33.0, share=share, size=size)))

    @property
    def hint(self) -> Hint:
        visit = st.visit_of(self.kiosk.phase)
        assert visit is not None
        return visit.guidance.shown

    @property
    def captures(self) -> bool:
        return any(isinstance(effect, fx.Capture) for effect in self.effects)


def test_online_a_visitor_is_asked_nearer_and_then_served_all_the_same() -> None:
    machine = Machine(online=True)
    machine.watch(share=0.30, ms=600)
    assert isinstance(machine.kiosk.phase, st.Guiding)
    assert machine.hint is Hint.COME_CLOSER
    machine.watch(share=0.30, ms=2500)
    assert machine.captures


def test_who_is_on_the_way_is_asked_for_longer() -> None:
    machine = Machine(online=True)
    for share in (0.27, 0.285, 0.30, 0.315, 0.33):
        machine.watch(share=share, ms=1000)
        assert isinstance(machine.kiosk.phase, st.Guiding)
    machine.watch(share=0.36, ms=1000)
    assert machine.captures


def test_offline_nobody_is_asked_for_the_accounts_picture() -> None:
    machine = Machine(online=False)
    machine.watch(share=0.30, ms=800)
    assert machine.captures


def test_the_limits_change_with_the_link_while_somebody_stands_there() -> None:
    machine = Machine(online=True)
    machine.watch(share=0.30, ms=600)
    assert isinstance(machine.kiosk.phase, st.Guiding)
    machine.tell(ev.Surroundings(at_ms=machine.kiosk.now_ms, account=True, online=False))
    machine.watch(share=0.30, ms=800)
    assert machine.captures


def test_a_camera_that_cannot_show_it_asks_for_nothing() -> None:
    machine = Machine(online=True)
    machine.watch(share=0.40, ms=800, size=(320, 240))
    assert machine.captures


def test_an_enrolment_is_asked_without_a_link_too_because_it_will_be_sent() -> None:
    machine = Machine(online=False, mode=st.Mode.ENROLL)
    machine.tell(ev.EnrolmentBegun(0.0))
    machine.tell(ev.ConsentGiven(1.0, "t"))
    machine.tell(ev.DetailsGiven(2.0, Details(first_name="x")))
    machine.watch(share=0.30, ms=3000)
    assert isinstance(machine.kiosk.phase, st.Guiding)
    machine.watch(share=0.40, ms=1200)
    assert machine.captures


def test_a_station_that_may_not_enrol_says_why_before_anything_is_asked() -> None:
    machine = Machine(online=False, mode=st.Mode.ENROLL)
    machine.tell(ev.Surroundings(at_ms=1.0, account=True, online=False, no_enrolments=Reason.TOO_MANY_UNSENT))
    machine.tell(ev.EnrolmentBegun(2.0))
    phase = machine.kiosk.phase
    assert isinstance(phase, st.Denied)
    assert phase.decision == Decision(Reason.TOO_MANY_UNSENT)


@pytest.mark.parametrize("reason", [Reason.SECOND_FACTOR, Reason.NOT_CONFIRMED])
def test_what_is_not_finished_is_deferred_and_opens_nothing(reason: Reason) -> None:
    machine = Machine(online=True)
    machine.watch(share=0.40, ms=1200)
    capture = next(effect for effect in machine.effects if isinstance(effect, fx.Capture))
    machine.tell(ev.Captured(machine.kiosk.now_ms, capture.session, capture.track, 2, 0.9))
    machine.tell(ev.Decided(machine.kiosk.now_ms, capture.session, capture.track, Decision(reason)))
    assert isinstance(machine.kiosk.phase, st.Deferred)
    announced = [effect.outcome for effect in machine.effects if isinstance(effect, fx.Announce)]
    assert announced == [Outcome.DEFERRED]
    assert not any(isinstance(effect, fx.OpenDoor) for effect in machine.effects)
