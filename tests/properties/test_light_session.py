"""The screen's light over the pure session machine: it only ever adds, stops with the face, and can be declined."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from support.heads import Held, head
from support.visits import Visit, seen_as

from kiosk.camera.obeying import Obeying
from kiosk.camera.relief import SyntheticPose
from kiosk.domain.challenge.motion import Motion
from kiosk.domain.cues import cues_of
from kiosk.domain.decision import Reason
from kiosk.domain.face import Face, Reflection, Sighting
from kiosk.domain.light.colours import draw
from kiosk.domain.policy import ChallengeUse, LivenessPolicy, Policy, ScreenLightUse
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import lighting
from kiosk.domain.session import states as st

LIT = Policy(liveness=LivenessPolicy(challenge=ChallengeUse.NEVER, screen_light=ScreenLightUse.ALWAYS))


class LitVisit(Visit):
    """Answers the draw of colours as well."""

    def _do(self, effect: fx.Effect) -> None:
        if isinstance(effect, fx.DrawLights):
            lights = draw(random.Random(self.seed), self.policy.screen)
            self.step(ev.LightsDrawn(self.kiosk.now_ms, effect.session, lights))
            return
        super()._do(effect)


def run(
    visit: LitVisit, *, share: float = 0.1, around: float = 0.01, face: Face | None = None, until_ms: float = 12_000.0
) -> LitVisit:
    """Somebody on whom the screen adds this share of light; they do what is asked."""
    actor = Obeying(lambda t: SyntheticPose())

    def shown(at_ms: float, asked: Motion | None) -> Sighting:
        actor.ask(asked)
        pose = actor(at_ms)
        colour = lighting.colour_of(visit.kiosk.phase, at_ms)
        b, g, r = colour.light if colour is not None else (1.0, 1.0, 1.0)

        def patch(part: float) -> tuple[float, float, float]:
            return 0.3 * (1 + part * b), 0.35 * (1 + part * g), 0.4 * (1 + part * r)

        seen = seen_as(at_ms, face or head(Held(yaw=pose.yaw, pitch=pose.pitch)))
        return replace(seen, reflection=Reflection(patch(share), patch(around), patch(around)))

    visit.run(shown, until_ms=until_ms)
    return visit


def test_a_head_that_gives_the_colours_back_is_let_in() -> None:
    visit = run(LitVisit(policy=LIT))
    assert visit.reason is Reason.RECOGNISED
    assert visit.opened == 1
    cues = {cue.name: cue for cue in cues_of(visit.announced[0].visit, LIT)}
    assert {"light.gain", "light.match", "light.around"} <= set(cues)
    assert all(cue.passes for name, cue in cues.items() if name.startswith("light."))


@pytest.mark.parametrize(("share", "around"), [(0.001, 0.0), (0.1, 0.1)])
def test_a_display_and_a_plane_do_not_pass_and_are_no_attack(share: float, around: float) -> None:
    visit = run(LitVisit(policy=LIT), share=share, around=around)
    assert visit.reason is Reason.LIVENESS_UNSURE
    assert visit.opened == 0
    assert visit.kiosk.attacks == ()


def test_it_comes_after_the_active_step_and_never_in_its_place() -> None:
    both = replace(LIT, liveness=replace(LIT.liveness, challenge=ChallengeUse.ALWAYS))
    visit = run(LitVisit(policy=both), until_ms=15_000.0)
    assert visit.opened == 1
    ended = visit.announced[0].visit
    assert ended.judge is not None
    assert ended.judge.share_done == 1.0
    assert ended.light is not None
    still = LitVisit(policy=both)
    assert run(still, face=head(Held())).opened == 0


def test_the_colours_stop_at_once_when_the_face_leaves() -> None:
    visit = LitVisit(policy=LIT)
    at_ms = 0.0
    while lighting.colour_of(visit.kiosk.phase, at_ms) is None:
        at_ms += 33.0
        assert at_ms < 3_000.0
        visit.step(ev.Seen(seen_as(at_ms, head(Held()))))
    visit.step(ev.Seen(seen_as(at_ms + 33.0, None)))
    assert lighting.colour_of(visit.kiosk.phase, at_ms + 33.0) is None
    assert not isinstance(visit.kiosk.phase, st.Lighting)
    assert visit.opened == 0


@pytest.mark.parametrize("after_ms", [100.0, 1_200.0])
def test_who_wants_no_colours_is_asked_for_the_motions_instead(after_ms: float) -> None:
    visit = LitVisit(policy=LIT)
    run(visit, until_ms=after_ms)
    visit.step(ev.LightUnwanted(visit.kiosk.now_ms))
    actor, lit = Obeying(lambda t: SyntheticPose()), []

    def shown(at_ms: float, asked: Motion | None) -> Sighting:
        actor.ask(asked)
        pose = actor(at_ms)
        lit.append(lighting.colour_of(visit.kiosk.phase, at_ms))
        return seen_as(at_ms, head(Held(yaw=pose.yaw, pitch=pose.pitch)))

    visit.run(shown, from_ms=visit.kiosk.now_ms + 33.0, until_ms=15_000.0)
    assert visit.opened == 1
    assert set(lit) == {None}
    judge = visit.announced[0].visit.judge
    assert judge is not None
    assert judge.share_done == 1.0


def test_declining_the_colours_never_opens_without_the_motions() -> None:
    visit = LitVisit(policy=LIT)
    run(visit, until_ms=1_200.0)
    visit.step(ev.LightUnwanted(visit.kiosk.now_ms))
    visit.run(lambda t, m: seen_as(t, head(Held())), from_ms=visit.kiosk.now_ms + 33.0, until_ms=15_000.0)
    assert visit.opened == 0
    assert visit.reason is Reason.LIVENESS_UNSURE


def test_it_is_not_asked_where_the_policy_does_not_want_it() -> None:
    never = replace(LIT, liveness=replace(LIT.liveness, screen_light=ScreenLightUse.NEVER))
    unsure = replace(LIT, liveness=replace(LIT.liveness, screen_light=ScreenLightUse.UNSURE))
    for policy in (never, unsure, Policy()):
        visit = LitVisit(policy=policy).run(lambda t, m: seen_as(t, head(Held())))
        assert visit.opened == 1
    dim = LitVisit(policy=unsure).run(lambda t, m: seen_as(t, head(Held()), score=0.3))
    assert dim.opened == 0
