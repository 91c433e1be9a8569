"""A picture held up from too far away is refused by what the networks say of it, and a poster on the wall locks nobody out."""

from __future__ import annotations

import pytest
from support.sightings import face, sighting

from kiosk.domain.decision import Reason
from kiosk.domain.face import Face
from kiosk.domain.policy import Policy
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.domain.session.machine import step

POLICY = Policy()
SURELY_NOT = 0.0005


class Watch:
    """A machine and what it announced."""

    def __init__(self, mode: st.Mode = st.Mode.ACCESS) -> None:
        self.kiosk = st.begin(mode, now_ms=0.0)
        self.announced: list[Reason] = []
        self.doors = 0
        self.now = 0.0

    def see(self, *faces: Face, score: float | None, seconds: float = 1.0, every_ms: float = 33.0) -> None:
        end = self.now + seconds * 1000
        while self.now < end:
            self.now += every_ms
            self.kiosk, effects = step(self.kiosk, ev.Seen(sighting(self.now, *faces, score=score)), POLICY)
            self.announced += [e.decision.reason for e in effects if isinstance(e, fx.Announce)]
            self.doors += sum(isinstance(e, fx.OpenDoor) for e in effects)


def test_a_sure_attack_from_afar_is_refused_within_a_second() -> None:
    watch = Watch()
    watch.see(face(share=0.15), score=SURELY_NOT, seconds=1.5)
    assert watch.announced == [Reason.ATTACK]


@pytest.mark.parametrize("score", [0.99, 0.06, 0.01, None, float("nan")])
def test_who_is_not_surely_an_attack_is_asked_to_come_closer(score: float | None) -> None:
    watch = Watch()
    watch.see(face(share=0.15), score=score, seconds=5)
    assert watch.announced == []
    assert isinstance(watch.kiosk.phase, st.Guiding)


@pytest.mark.parametrize(
    "seen",
    [face(share=0.15, yaw=25.0), face(share=0.08), face(share=0.15, yaw=float("nan"))],
    ids=["turned away", "across the room", "broken"],
)
def test_a_face_that_the_networks_cannot_judge_is_not_refused(seen: Face) -> None:
    watch = Watch()
    watch.see(face(share=0.15), score=0.9, seconds=0.5)
    watch.see(seen, score=SURELY_NOT, seconds=3)
    assert Reason.ATTACK not in watch.announced


def test_nothing_said_of_another_face_counts_against_this_one() -> None:
    watch = Watch()
    watch.see(face(share=0.15), score=0.9, seconds=0.3)
    for track in range(2, 12):
        watch.see(face(track=track, share=0.15), score=SURELY_NOT, seconds=0.3)
    assert watch.announced == []


def test_a_poster_on_the_wall_is_refused_once_and_locks_nobody_out() -> None:
    watch = Watch()
    watch.see(face(share=0.15), score=SURELY_NOT, seconds=60)
    assert watch.announced == [Reason.ATTACK]
    assert watch.kiosk.attacks == ()
    watch.see(face(track=2, share=0.30), score=0.99, seconds=0.6)
    assert isinstance(watch.kiosk.phase, st.Following)
    assert not isinstance(watch.kiosk.phase, st.Guiding)


def test_evidence_from_afar_never_lets_anybody_in() -> None:
    watch = Watch()
    watch.see(face(share=0.15), score=1.0, seconds=30)
    assert watch.doors == 0
    assert not isinstance(watch.kiosk.phase, st.Liveness | st.Capturing | st.Granted)
