"""The part of the table in which the screen's own light asks: when, for how long, and what the answer means.

It only ever adds: it comes after the passive evidence and the active step, and who does not want it is asked for the active step
instead, whatever the policy says of that. No answer is no attack, and passes nothing.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.challenge.judge import Stage
from kiosk.domain.face import Sighting
from kiosk.domain.light.colours import Colour, Lights
from kiosk.domain.light.judge import Echo, LightJudge
from kiosk.domain.policy import Policy, ScreenLightUse
from kiosk.domain.session import states as st
from kiosk.domain.session.effects import DrawChallenge, DrawLights
from kiosk.domain.session.results import Step


def is_used(visit: st.Visit, policy: Policy) -> bool:
    """Whether the policy wants this visit lit. Who was asked for the active step was not sure, whatever they score since."""
    match policy.liveness.screen_light:
        case ScreenLightUse.NEVER:
            return False
        case ScreenLightUse.UNSURE:
            return visit.judge is not None or visit.score is None or visit.score < policy.liveness.sure
        case ScreenLightUse.ALWAYS:
            return True


def is_next(visit: st.Visit, policy: Policy) -> bool:
    """Whether it is asked now that all other evidence is there."""
    return is_used(visit, policy) and not visit.no_light and (visit.light is None or visit.light.echo is not Echo.SEEN)


def is_refused(visit: st.Visit, policy: Policy) -> bool:
    """Whether the active step stands in for it."""
    return visit.no_light and is_used(visit, policy)


def begin(kiosk: st.Kiosk, visit: st.Visit) -> Step:
    """The state; the colours are drawn outside."""
    return replace(kiosk, phase=st.Lighting(visit, kiosk.now_ms)), (DrawLights(visit.session),)


def on_drawn(kiosk: st.Kiosk, phase: st.Lighting, lights: Lights) -> Step:
    """The first colour; a second draw changes nothing."""
    if phase.visit.light is not None:
        return kiosk, ()
    visit = replace(phase.visit, light=LightJudge(lights=lights, since_ms=kiosk.now_ms))
    return replace(kiosk, phase=replace(phase, visit=visit)), ()


def see(visit: st.Visit, sighting: Sighting, at_ms: float, policy: Policy) -> tuple[st.Visit, Echo]:
    """One more frame of a face that is where it was."""
    if visit.light is None:
        return visit, Echo.PENDING
    light = visit.light.see(sighting.reflection, at_ms, policy.screen)
    return replace(visit, light=light), light.echo


def on_unwanted(kiosk: st.Kiosk, phase: st.Phase) -> Step:
    """ "No colours, please": from the first moment on, or in the middle of them. They stop at once."""
    visit = st.visit_of(phase)
    if visit is None or not isinstance(phase, st.Guiding | st.Holding | st.Liveness | st.Challenge | st.Lighting):
        return kiosk, ()
    visit = replace(visit, no_light=True)
    if not isinstance(phase, st.Lighting):
        return replace(kiosk, phase=replace(phase, visit=visit)), ()
    visit = replace(visit, light=None)
    if visit.judge is not None and visit.judge.stage is Stage.PASSED:
        # It was answered a moment ago: back to the window that leads on from there.
        return replace(kiosk, phase=st.Liveness(visit, kiosk.now_ms)), ()
    return replace(kiosk, phase=st.Challenge(replace(visit, judge=None), kiosk.now_ms)), (DrawChallenge(visit.session),)


def colour_of(phase: st.Phase, now_ms: float) -> Colour | None:
    """What the screen is to show now; nothing in any other state."""
    if not isinstance(phase, st.Lighting) or phase.visit.light is None:
        return None
    return phase.visit.light.shown(now_ms)
