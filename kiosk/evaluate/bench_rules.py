"""What the rules cost a frame, for ``kiosk bench``: the session machine while a head motion is judged, and while nobody is there.

The machine is pure: every call steps the very same state with the very same sighting, and what comes out is thrown away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk.domain.challenge.continuity import Continuity
from kiosk.domain.challenge.geometry import shape_of
from kiosk.domain.challenge.judge import Answer, Judge, Rest, Stage
from kiosk.domain.challenge.motion import Ask, Motion, Sequence
from kiosk.domain.errors import Code, ModelError
from kiosk.domain.face import Face, PassiveSample, Pose, Sighting
from kiosk.domain.policy import ChallengeUse, LivenessPolicy, Policy
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.domain.session.machine import step

AT_MS = 1_000.0
FRAME_MS = 1000.0 / 30.0
ASKING = Policy(liveness=LivenessPolicy(challenge=ChallengeUse.ALWAYS))


def judging(face: Face) -> Callable[[Sighting], object]:
    """Steps the machine in the middle of a turn that is large enough for its geometry to be measured: the dearest frame.

    Raises:
        ModelError: the face's geometry is broken.
    """
    shape = shape_of(face)
    if shape is None:
        raise ModelError(Code.MODEL_BROKEN, "broken geometry in a frame of the bench")
    middle = Rest(Pose(face.pose.yaw - 0.95 * ASKING.active.turn_deg, face.pose.pitch, face.pose.roll), shape)
    judge = Judge(
        sequence=Sequence((Ask(Motion.LEFT, 200.0), Ask(Motion.UP, 900.0))),
        since_ms=AT_MS - 500.0,
        stage=Stage.ASKED,
        first=middle.pose,
        home=middle,
        rest=middle,
        onset_ms=AT_MS - 200.0,
        answers=(Answer(motion=Motion.LEFT, reaction_ms=300.0),),
    )
    visit = st.Visit(
        session=st.SessionId(1),
        enrolling=False,
        times=st.Times(began=0.0, first_face=0.0, guided=0.0),
        track=face.track,
        seen_ms=AT_MS,
        ok_ms=AT_MS,
        score=0.9,
        continuity=Continuity(shape, AT_MS, 0.01, 0.01),
        judge=judge,
    )
    kiosk = st.Kiosk(phase=st.Challenge(visit, AT_MS - 600.0), mode=st.Mode.ACCESS, now_ms=AT_MS)

    def one(sighting: Sighting) -> object:
        return step(kiosk, ev.Seen(replace(sighting, mono_ms=AT_MS + FRAME_MS)), ASKING)

    return one


def seen(face: Face, *, width: int, height: int) -> Sighting:
    """A frame of this face, as vision would say it."""
    return Sighting(
        seq=1, mono_ms=AT_MS, width=width, height=height, faces=(face,), passive=PassiveSample(0.9, {"a": 0.9})
    )


def idle(*, width: int, height: int) -> Callable[[], object]:
    """Steps the machine before an empty room, at a station that always asks for the active step."""
    kiosk = st.begin(st.Mode.ACCESS)
    empty = Sighting(seq=1, mono_ms=AT_MS, width=width, height=height)
    return lambda: step(kiosk, ev.Seen(empty), ASKING)
