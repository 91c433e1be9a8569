"""A visit to the pure session machine with an active step: who stands there is a function that is told what is asked."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from support.sightings import GOOD_LIGHT

from kiosk.domain.challenge.motion import Motion, Sequence, draw
from kiosk.domain.decision import Decision, Reason
from kiosk.domain.face import Face, PassiveSample, Sighting
from kiosk.domain.person import PersonId
from kiosk.domain.policy import ChallengeUse, LivenessPolicy, Policy
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.domain.session.machine import step

FRAME_MS = 1000.0 / 30.0
ASKING = Policy(liveness=LivenessPolicy(challenge=ChallengeUse.ALWAYS))

Shown = Callable[[float, Motion | None], Face | Sighting | None]
"""Time and what is asked -> the face that the camera sees, or all that vision says of the frame."""


@dataclass
class Visit:
    """One run of the machine; ``sameness`` and ``decision`` are what the parts around it answer.

    Attributes:
        passed: the active step (or the passive window, without one) ended as live.
        announced: the results, in order.
        opened: how often the door was asked to open.
    """

    policy: Policy = ASKING
    sequence: Sequence | None = None
    seed: int = 0
    sameness: float = 0.9
    kiosk: st.Kiosk = field(default_factory=lambda: st.begin(st.Mode.ACCESS))
    passed: bool = False
    announced: list[fx.Announce] = field(default_factory=list)
    opened: int = 0
    sessions: set[int] = field(default_factory=set)
    live_sessions: set[int] = field(default_factory=set)
    asked_at: list[float] = field(default_factory=list)

    @property
    def asked(self) -> Motion | None:
        """On screen now."""
        visit = st.visit_of(self.kiosk.phase)
        return visit.judge.asked if visit is not None and visit.judge is not None else None

    def run(
        self, shown: Shown, *, from_ms: float = 0.0, until_ms: float = 12_000.0, frame_ms: float = FRAME_MS
    ) -> Visit:
        """Frame after frame, until the first result."""
        at_ms = from_ms
        while at_ms < until_ms and not self.announced:
            asked = self.asked
            seen = shown(at_ms, asked)
            sighting = seen if isinstance(seen, Sighting) else seen_as(at_ms, seen)
            self.step(ev.Seen(sighting))
            if self.asked is not None and asked is None:
                self.asked_at.append(at_ms)
            at_ms += frame_ms
        return self

    def step(self, event: ev.Event) -> None:
        """One event, and the answers of the parts to what it brought about."""
        self.kiosk, effects = step(self.kiosk, event, self.policy)
        visit = st.visit_of(self.kiosk.phase)
        if visit is not None:
            self.sessions.add(visit.session)
            if visit.live:
                self.live_sessions.add(visit.session)
        for effect in effects:
            self._do(effect)

    def _do(self, effect: fx.Effect) -> None:
        now = self.kiosk.now_ms
        match effect:
            case fx.DrawChallenge(session):
                drawn = self.sequence or draw(random.Random(self.seed), self.policy.active)
                self.step(ev.ChallengeDrawn(now, session, drawn))
            case fx.Capture(session, track, stills):
                self.passed = True
                self.step(ev.Captured(now, session, track, stills, self.sameness))
            case fx.Decide(session, track):
                yes = Decision(Reason.RECOGNISED, person=PersonId("p"), similarity=0.8)
                self.step(ev.Decided(now, session, track, yes))
            case fx.OpenDoor():
                self.opened += 1
            case fx.Announce():
                self.announced.append(effect)
            case _:
                pass

    @property
    def reason(self) -> Reason | None:
        """Of the result; None without one."""
        return self.announced[0].decision.reason if self.announced else None


def seen_as(at_ms: float, face: Face | None, *, score: float = 0.99, width: int = 1280, height: int = 720) -> Sighting:
    """A frame in good light with this face."""
    return Sighting(
        seq=int(at_ms),
        mono_ms=at_ms,
        width=width,
        height=height,
        faces=() if face is None else (face,),
        measures=None if face is None else GOOD_LIGHT,
        passive=None if face is None else PassiveSample(score),
    )
