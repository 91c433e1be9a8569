"""Whoever answers the active step is who is captured: another face in between is compared, even where the first one comes back.

The real vision thread and the real session machine; who stands there is said by the pixels, and hidden for a few frames at each
swap so that no step between two frames gives it away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from support.heads import Held, head, picture
from support.station_parts import TurnedClock, wait_until
from support.visits import ASKING, FRAME_MS, Visit, seen_as

from kiosk.camera.obeying import Manner, Obeying
from kiosk.camera.relief import SyntheticPose
from kiosk.domain.challenge.motion import Ask, Motion, Sequence
from kiosk.domain.decision import Reason
from kiosk.domain.face import Embedding, Face, Frame, Pixels, Sighting
from kiosk.domain.ports import Depth
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.station.keeper import Locker
from kiosk.station.mailbox import LatestSlot
from kiosk.station.vision_worker import VisionWorker
from kiosk.vision.tracker import Tracks

VICTIM, HELPER = 1, 2
PATH = Sequence((Ask(Motion.UP, 220.0), Ask(Motion.LEFT, 870.0), Ask(Motion.CENTRE, 220.0), Ask(Motion.DOWN, 870.0)))


class Eyes:
    """Sees what it is told; templates are by who is in the pixels."""

    def __init__(self) -> None:
        self.next: Sighting | None = None
        self.embedded: list[int] = []
        self.blind = False

    @property
    def liveness_networks(self) -> tuple[str, ...]:
        return ("a",)

    def look(self, frame: Frame, depth: Depth) -> Sighting:
        assert self.next is not None
        return self.next

    def embed(self, pixels: Pixels, face: Face) -> Embedding | None:
        who = int(pixels[0, 0, 0])
        self.embedded.append(who)
        if self.blind and who == HELPER:
            return None
        values = np.zeros(512, np.float32)
        values[who] = 1.0
        return Embedding(values, model="made", model_sha256="0" * 64)

    def forget(self) -> None:
        pass

    def close(self) -> None:
        pass


class Station(Visit):
    """The machine, with the vision thread doing what it asks."""

    def begin(self) -> None:
        self.clock, self.eyes, self.frames = TurnedClock(), Eyes(), LatestSlot[Frame]()
        self.told: list[ev.Event] = []
        self.worker = VisionWorker(
            lambda: self.eyes,
            frames=self.frames,
            locker=Locker(),
            clock=self.clock,
            policy=self.policy,
            post=self._post,
        )
        self.worker.start()
        assert wait_until(lambda: self.worker.ready)

    def _post(self, event: ev.Event) -> None:
        # As the flow does: what a sighting brings about is told to the worker before it looks again.
        if isinstance(event, ev.Seen):
            self.step(event)
            self.worker.answered()
        self.told.append(event)

    def _do(self, effect: fx.Effect) -> None:
        match effect:
            case fx.Follow() | fx.Keep() | fx.Witness() | fx.Wipe():
                self.worker.do(effect)
            case fx.Capture():
                self.passed = True
                self.worker.do(effect)
            case _:
                super()._do(effect)

    def see(self, at_ms: float, face: Face | None, who: int) -> None:
        before = len(self.told)
        self.clock.turn(at_ms - self.clock.mono_ms())
        pixels = np.full((4, 4, 3), who, np.uint8)
        self.eyes.next = seen_as(at_ms, face)
        self.frames.put(Frame(pixels, int(at_ms), at_ms))
        assert wait_until(lambda: len(self.told) > before)
        for event in self.told[before:]:
            if isinstance(event, ev.Captured | ev.CaptureFailed):
                self.step(event)

    def show(self, who_answers: int, *, hidden: int) -> None:
        """A flat picture of the victim; somebody's head in front of it while motions are asked; the picture again."""
        actor = Obeying(lambda _: SyntheticPose(), Manner(reaction_ms=350, out_ms=350, turn_deg=24, nod_deg=24))
        tracks, at_ms, away, there, back = Tracks(), 0.0, 0, False, False
        while at_ms < 14_000.0 and not self.announced:
            if not there and isinstance(self.kiosk.phase, st.Challenge):
                there, away = True, hidden
            if there and self.passed and not back:
                back, away = True, hidden
            held = Held()
            if there and not back:
                actor.ask(self.asked)
                pose = actor(at_ms)
                held = Held(yaw=pose.yaw, pitch=pose.pitch)
            flat = who_answers == HELPER and (back or not there)
            face = None if away > 0 else (picture(held) if flat else head(held))
            away = max(0, away - 1)
            seen = tracks.assign([face] if face is not None else [], at_ms)
            self.see(at_ms, seen[0] if seen else None, who_answers if there and not back else VICTIM)
            at_ms += FRAME_MS


@pytest.fixture
def station() -> Iterator[Station]:
    made = Station(policy=ASKING, sequence=PATH)
    made.begin()
    yield made
    made.worker.stop()


@pytest.mark.parametrize("hidden", [0, 1, 3, 5, 8, 11])
def test_who_answers_in_between_is_not_let_in_as_somebody_else(station: Station, hidden: int) -> None:
    station.show(HELPER, hidden=hidden)
    assert station.opened == 0
    assert station.reason is not Reason.RECOGNISED


def test_the_helper_answers_so_well_that_only_their_face_gives_them_away(station: Station) -> None:
    station.show(HELPER, hidden=3)
    assert station.passed
    assert HELPER in station.eyes.embedded
    assert station.opened == 0


def test_who_answers_themselves_is_let_in_and_every_place_was_compared(station: Station) -> None:
    station.show(VICTIM, hidden=0)
    assert station.reason is Reason.RECOGNISED
    assert len(station.eyes.embedded) >= len(PATH.asks) + station.policy.matching.probe_stills


def test_an_answer_that_cannot_be_compared_lets_nobody_in(station: Station) -> None:
    station.eyes.blind = True
    station.show(HELPER, hidden=3)
    assert station.opened == 0


def _hidden_again_and_again(losses: int) -> Callable[[float, Motion | None], Face | None]:
    actor = Obeying(lambda _: SyntheticPose(), Manner(reaction_ms=350, out_ms=350, turn_deg=24, nod_deg=24))
    left = [losses, 0]

    def shown(at_ms: float, asked: Motion | None) -> Face | None:
        actor.ask(asked)
        pose = actor(at_ms)
        left[1] += asked is not None
        if asked is not None and left[0] and left[1] % 4 == 0:
            left[0] -= 1
            return None
        return head(Held(yaw=pose.yaw, pitch=pose.pitch))

    return shown


@pytest.mark.parametrize(("losses", "sessions"), [(2, 1), (3, 2)])
def test_a_face_that_is_away_too_often_begins_again(losses: int, sessions: int) -> None:
    visit = Visit(sequence=PATH).run(_hidden_again_and_again(losses), until_ms=20_000.0)
    assert len(visit.sessions) == sessions
