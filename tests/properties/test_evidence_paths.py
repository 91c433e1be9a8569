"""Every way to an open door, disturbed at any one frame: passive, head motions, light, both, and with a second proof after it.

A frame of a session that speaks of an attack, that cannot be measured, or that shows somebody else ends that session without
the door, whatever comes before and after it. The answers of matcher, capture and proof come some frames late, as a station's do,
so that the frame falls into every state in which a face is followed.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as hst
from support.heads import Held, head
from support.visits import FRAME_MS, Visit, seen_as

from kiosk.camera.obeying import Obeying
from kiosk.camera.relief import SyntheticPose
from kiosk.domain.decision import Decision, Outcome, Reason
from kiosk.domain.face import Face, PassiveSample, Reflection, Sighting
from kiosk.domain.light.colours import draw as draw_lights
from kiosk.domain.passes import Proof, Way
from kiosk.domain.person import PersonId
from kiosk.domain.policy import (
    ChallengeUse,
    LivenessPolicy,
    Policy,
    ScreenLightUse,
    SecondFactorUse,
    Tiers,
)
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import lighting
from kiosk.domain.session import states as st

_SHORT = (Phase.explicit, Phase.reuse, Phase.generate)
"""A run is some tenths of a second: shrinking would take minutes and say little more."""

PERSON = PersonId("p")
LATE_MS = 170.0
LONGEST_MS = 14_000.0


def _asks(challenge: ChallengeUse, light: ScreenLightUse, *, second: bool = False) -> Policy:
    tiers = Tiers(second_factor=SecondFactorUse.ALWAYS) if second else Tiers()
    return Policy(liveness=LivenessPolicy(challenge=challenge, screen_light=light), tiers=tiers)


PATHS = {
    "passive": _asks(ChallengeUse.NEVER, ScreenLightUse.NEVER),
    "motions": _asks(ChallengeUse.ALWAYS, ScreenLightUse.NEVER),
    "light": _asks(ChallengeUse.NEVER, ScreenLightUse.ALWAYS),
    "both": _asks(ChallengeUse.ALWAYS, ScreenLightUse.ALWAYS),
    "motions and a proof": _asks(ChallengeUse.ALWAYS, ScreenLightUse.NEVER, second=True),
}
FOLLOWED = st.Holding | st.Liveness | st.Challenge | st.Lighting | st.Capturing | st.Deciding


@dataclass
class LateVisit(Visit):
    """A door whose parts answer some frames later; ``frames`` is the state in which each frame was looked at."""

    coming: list[tuple[float, Callable[[float], ev.Event]]] = field(default_factory=list)
    frames: list[tuple[int, str, bool]] = field(default_factory=list)
    granted: set[int] = field(default_factory=set)
    owed: set[int] = field(default_factory=set)

    def _do(self, effect: fx.Effect) -> None:
        due = self.kiosk.now_ms + LATE_MS
        match effect:
            case fx.DrawLights(session):
                lights = draw_lights(random.Random(self.seed), self.policy.screen)
                self.step(ev.LightsDrawn(self.kiosk.now_ms, session, lights))
            case fx.Capture(session, track, stills):
                self.coming.append((due, lambda t: ev.Captured(t, session, track, stills, 0.9)))
            case fx.Decide(session, track):
                two = self.policy.tiers.second_factor is SecondFactorUse.ALWAYS
                yes = Decision(Reason.RECOGNISED, person=PERSON, similarity=0.8)
                owed = Decision(Reason.SECOND_FACTOR, similarity=0.8, awaits=PERSON)
                self.coming.append((due, lambda t: ev.Decided(t, session, track, owed if two else yes)))
            case fx.Prove(session):
                accepted = Decision(Reason.PASS_ACCEPTED, person=PERSON)
                self.coming.append((due, lambda t: ev.Proved(t, session, accepted)))
            case fx.Announce(session, _, outcome) if outcome is Outcome.GRANTED:
                self.granted.add(session)
                super()._do(effect)
            case _:
                super()._do(effect)

    def watch(self, disturbed: Callable[[Sighting], Sighting] | None = None, at_frame: int = -1) -> LateVisit:
        """Somebody who does all that is asked; one frame of it, or all from it on, is another one. Until the first result."""
        actor = Obeying(lambda t: SyntheticPose(yaw=1.5 * math.sin(t / 900), pitch=math.sin(t / 700)))
        self.step(ev.WaysOpen(0.0, (Way.PIN,)))
        at_ms, number = 0.0, 0
        while at_ms < LONGEST_MS and not self.announced:
            while self.coming and self.coming[0][0] <= at_ms:
                self.step(self.coming.pop(0)[1](at_ms))
            phase = self.kiosk.phase
            if isinstance(phase, st.Alternative) and phase.owed is not None:
                self.owed.add(phase.visit.session)
                self.step(ev.ProofGiven(at_ms, Proof(way=Way.PIN, number="12345678", secret="1234")))
            visit = st.visit_of(phase)
            self.frames.append((visit.session if visit else 0, type(phase).__name__, isinstance(phase, FOLLOWED)))
            seen = self._seen(actor, at_ms)
            self.step(ev.Seen(disturbed(seen) if disturbed is not None and number == at_frame else seen))
            at_ms += FRAME_MS
            number += 1
        return self

    def _seen(self, actor: Obeying, at_ms: float) -> Sighting:
        actor.ask(self.asked)
        pose = actor(at_ms)
        colour = lighting.colour_of(self.kiosk.phase, at_ms)
        b, g, r = colour.light if colour is not None else (1.0, 1.0, 1.0)

        def patch(part: float) -> tuple[float, float, float]:
            return 0.3 * (1 + part * b), 0.35 * (1 + part * g), 0.4 * (1 + part * r)

        seen = seen_as(at_ms, head(Held(yaw=pose.yaw, pitch=pose.pitch, x=0.5 + 0.004 * math.sin(at_ms / 500))))
        return replace(seen, reflection=Reflection(patch(0.1), patch(0.01), patch(0.01)))


@cache
def _undisturbed(path: str, seed: int) -> tuple[tuple[int, str, bool], ...]:
    """The states of a visit that nobody disturbs: where a frame can fall."""
    visit = LateVisit(policy=PATHS[path], seed=seed).watch()
    assert visit.opened == 1, visit.reason
    return tuple(visit.frames)


@pytest.mark.parametrize("path", PATHS)
def test_every_way_opens_for_who_does_as_asked_and_goes_through_its_states(path: str) -> None:
    states = {state for _, state, _ in _undisturbed(path, 1)}
    expected = {"Holding", "Liveness", "Capturing", "Deciding"}
    expected |= {"Challenge"} if PATHS[path].liveness.challenge is ChallengeUse.ALWAYS else set()
    expected |= {"Lighting"} if PATHS[path].liveness.screen_light is ScreenLightUse.ALWAYS else set()
    expected |= {"Proving"} if PATHS[path].tiers.second_factor is SecondFactorUse.ALWAYS else set()
    assert expected <= states


def _other(face: Face, **changes: object) -> Face:
    return replace(face, **changes)  # type: ignore[arg-type]


def _face(change: Callable[[Face], Face]) -> Callable[[Sighting], Sighting]:
    return lambda seen: replace(seen, faces=tuple(change(face) for face in seen.faces))


def _marks(change: Callable[[np.ndarray, Face], None]) -> Callable[[Sighting], Sighting]:
    def changed(face: Face) -> Face:
        marks = face.landmarks.copy()
        change(marks, face)
        return replace(face, landmarks=marks)

    return _face(changed)


def _put(row: int, column: int, value: float) -> Callable[[np.ndarray, Face], None]:
    def put(marks: np.ndarray, _: Face) -> None:
        marks[row, column] = value

    return put


def _shifted(marks: np.ndarray, face: Face) -> None:
    marks[:, :2] += np.float32(0.25 * face.box.width)


def _point(marks: np.ndarray, _: Face) -> None:
    marks[:] = 300.0


BROKEN = {
    "nan": _marks(_put(4, 0, np.nan)),
    "infinite": _marks(_put(234, 1, np.inf)),
    "far": _marks(_put(4, 0, 1e6)),
    "one point": _marks(_point),
    "pose": _face(lambda face: replace(face, pose=replace(face.pose, yaw=math.nan))),
    "box": _face(lambda face: replace(face, box=replace(face.box, width=math.nan))),
    "eyes": _face(lambda face: replace(face, interocular_px=-5.0)),
}
SWAPPED = {
    "track": _face(lambda face: _other(face, track=face.track + 1)),
    "place": _marks(_shifted),
    "second": lambda seen: replace(seen, faces=(*seen.faces, *(_other(f, track=f.track + 7) for f in seen.faces))),
}
VETOES = ("bezel", "stream_looped", "stream_frozen", "virtual_camera")


def _disturb(path: str, seed: int, where: float, how: Callable[[Sighting], Sighting]) -> tuple[LateVisit, int]:
    """One frame of those in which a face is followed, disturbed; the session that it fell into."""
    before = _undisturbed(path, seed)
    followed = [number for number, (_, _, counts) in enumerate(before) if counts]
    at_frame = followed[min(int(where * len(followed)), len(followed) - 1)]
    return LateVisit(policy=PATHS[path], seed=seed).watch(how, at_frame), before[at_frame][0]


paths, seeds, places = hst.sampled_from(sorted(PATHS)), hst.integers(0, 3), hst.floats(0.0, 1.0)


@settings(max_examples=60, deadline=None, phases=_SHORT)
@given(paths, seeds, places, hst.sampled_from(VETOES))
def test_a_veto_in_any_frame_is_an_attack_on_every_way(path: str, seed: int, where: float, name: str) -> None:
    """Also while the head is turned as it was asked, where no other evidence counts."""

    def says(seen: Sighting) -> Sighting:
        return replace(seen, passive=PassiveSample(0.99, vetoes=(name,)))

    visit, session = _disturb(path, seed, where, says)
    assert visit.reason is Reason.ATTACK
    assert visit.announced[0].session == session
    assert visit.opened == 0
    assert not visit.owed


@settings(max_examples=60, deadline=None, phases=_SHORT)
@given(paths, seeds, places, hst.sampled_from(sorted(BROKEN)))
def test_a_broken_frame_voids_its_session_on_every_way(path: str, seed: int, where: float, how: str) -> None:
    visit, session = _disturb(path, seed, where, BROKEN[how])
    assert session not in visit.granted | visit.owed
    assert len(visit.sessions) >= 2


@settings(max_examples=60, deadline=None, phases=_SHORT)
@given(paths, seeds, places, hst.sampled_from(sorted(SWAPPED)))
def test_somebody_else_in_any_frame_voids_its_session_on_every_way(
    path: str, seed: int, where: float, how: str
) -> None:
    visit, session = _disturb(path, seed, where, SWAPPED[how])
    assert session not in visit.granted | visit.owed
    assert len(visit.sessions) >= 2
