"""Who wakes the station, and who does not wake it again."""

from __future__ import annotations

from support.sightings import face, sighting

from kiosk.domain.decision import Reason
from kiosk.domain.face import Face
from kiosk.domain.policy import Policy
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.domain.session.machine import step

POLICY = Policy()


class Watch:
    """A machine and what it announced."""

    def __init__(self, mode: st.Mode = st.Mode.ACCESS) -> None:
        self.kiosk = st.Kiosk(phase=st.Attract(0.0), mode=mode)
        self.announced: list[Reason] = []
        self.now = 0.0

    def see(self, *faces: Face, seconds: float = 0.1) -> st.Phase:
        end = self.now + seconds * 1000
        while self.now < end:
            self.now += 100.0
            self.kiosk, effects = step(self.kiosk, ev.Seen(sighting(self.now, *faces)), POLICY)
            self.announced += [e.decision.reason for e in effects if isinstance(e, fx.Announce)]
        return self.kiosk.phase


def test_one_glimpse_wakes_nobody_two_do() -> None:
    watch = Watch()
    assert isinstance(watch.see(face(share=0.14), seconds=0.1), st.Attract)
    assert isinstance(watch.see(face(share=0.14), seconds=0.1), st.Guiding)


def test_far_faces_and_the_enrolment_desk_are_not_woken() -> None:
    assert isinstance(Watch().see(face(share=0.05), seconds=2), st.Attract)
    assert isinstance(Watch(st.Mode.ENROLL).see(face(), seconds=2), st.Attract)


def test_picture_on_the_wall_is_given_up_on_once() -> None:
    """A face that never comes near is asked, given up on, and then left alone for as long as it hangs there."""
    watch = Watch()
    watch.see(face(share=0.14), seconds=300)
    assert watch.announced == [Reason.NOT_GUIDED]
    assert isinstance(watch.kiosk.phase, st.Attract)


def test_who_comes_near_after_all_is_served() -> None:
    watch = Watch()
    watch.see(face(share=0.14), seconds=60)
    watch.see(face(share=0.30), seconds=0.3)
    assert not isinstance(watch.kiosk.phase, st.Attract)


def test_somebody_else_is_served_at_once() -> None:
    watch = Watch()
    watch.see(face(share=0.14), seconds=60)
    assert isinstance(watch.see(face(track=2, share=0.14), seconds=0.2), st.Guiding)
