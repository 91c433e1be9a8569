"""An enrolment with its side views: the real engine, a head that turns as asked, the camera's time and not the machine's."""

from __future__ import annotations

import pytest

from kiosk.camera.obeying import Obeying
from kiosk.camera.synthetic import Sitter, steady
from kiosk.cli.scenes import Portraits
from kiosk.domain.challenge.motion import Motion
from kiosk.domain.face import Frame
from kiosk.domain.person import Details
from kiosk.domain.policy import ChallengeUse, LivenessPolicy, Policy
from kiosk.domain.ports import Depth
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.domain.session.machine import step
from kiosk.vision.engine import Engine
from kiosk.vision.models import ModelFiles

POLICY = Policy(liveness=LivenessPolicy(challenge=ChallengeUse.NEVER))
FRAME_MS = 50.0
AT_MOST = 300


class Desk:
    """The machine and the engine; what the vision thread would answer is answered at once."""

    def __init__(self, engine: Engine, sitter: Sitter) -> None:
        self.engine, self.sitter = engine, sitter
        self.kiosk = st.Kiosk(phase=st.Attract(0.0), mode=st.Mode.ENROLL)
        self.now = 0.0
        self.sides: dict[str, float] = {}
        for event in (ev.EnrolmentBegun(0.0), ev.ConsentGiven(0.0, "v"), ev.DetailsGiven(0.0, Details(first_name="x"))):
            self.kiosk, _ = step(self.kiosk, event, POLICY)

    @property
    def asked(self) -> Motion | None:
        """Where the screen wants the head."""
        phase = self.kiosk.phase
        return Motion(phase.visit.sides[0]) if isinstance(phase, st.Turning) and phase.visit.sides else None

    def see(self) -> None:
        """One more picture."""
        self.now += FRAME_MS
        frame = Frame(self.sitter.render(self.now), int(self.now), self.now)
        sighting = self.engine.look(frame, Depth.FULL)
        self.kiosk, effects = step(self.kiosk, ev.Seen(sighting), POLICY)
        for effect in effects:
            if isinstance(effect, fx.Capture | fx.CaptureSide):
                face = sighting.nearest
                assert face is not None
                found = self.engine.embed(frame.pixels, face)
                assert found is not None
                if isinstance(effect, fx.Capture):
                    self.front = found
                    told: ev.Event = ev.Captured(self.now, effect.session, effect.track, effect.stills, 1.0)
                else:
                    sameness = self.front.similarity(found)
                    self.sides[effect.side] = sameness
                    told = ev.SideCaptured(self.now, effect.session, effect.track, effect.side, sameness)
                self.kiosk, _ = step(self.kiosk, told, POLICY)


@pytest.mark.parametrize("name", ["portrait_a", "portrait_b"])
def test_a_head_that_turns_as_asked_is_taken_from_both_sides(engine: Engine, models: ModelFiles, name: str) -> None:
    engine.forget()
    with Portraits(models) as portraits:
        relief = portraits.relief(models.path(name))
    script = Obeying(steady(seed=1), shown=lambda: desk.asked)
    desk = Desk(engine, Sitter(relief, script, seed=1))
    for _ in range(AT_MOST):
        desk.see()
        if isinstance(desk.kiosk.phase, st.Deciding):
            break
    assert isinstance(desk.kiosk.phase, st.Deciding), desk.kiosk.phase
    assert set(desk.sides) == {"left", "right"}
    assert desk.kiosk.phase.visit.restarts == 0
    assert all(sameness >= POLICY.matching.same_person for sameness in desk.sides.values()), desk.sides
