"""Was it a head that went where it was asked? No plane may explain it, and the nose must go the asked way against the ears."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
from support.heads import Held, head, hollow, picture
from support.visits import Visit

from kiosk.camera.obeying import Obeying
from kiosk.camera.relief import SyntheticPose
from kiosk.domain.challenge.geometry import FARTHEST, shape_of
from kiosk.domain.challenge.judge import Answer, Failure, is_solid
from kiosk.domain.challenge.motion import DIRECTIONS, Ask, Motion, Sequence
from kiosk.domain.decision import Reason
from kiosk.domain.face import Face
from kiosk.domain.policy import ActiveStep
from kiosk.domain.session import states as st

POLICY = ActiveStep()
GOOD = Answer(motion=Motion.LEFT, reaction_ms=400.0, degrees=22.0, residual=0.06, parallax=0.3, took_ms=900.0)


def least_parallax(motion: Motion) -> float:
    return POLICY.min_turn_parallax if motion.is_turn else POLICY.min_nod_parallax


@pytest.mark.parametrize("motion", DIRECTIONS)
def test_what_misses_either_limit_is_no_head(motion: Motion) -> None:
    good = replace(GOOD, motion=motion)
    least = least_parallax(motion)
    assert is_solid(good, POLICY)
    assert is_solid(replace(good, residual=POLICY.min_residual, parallax=least), POLICY)
    for residual in (POLICY.min_residual - 1e-6, 0.0, math.nan):
        assert not is_solid(replace(good, residual=residual), POLICY)
    for parallax in (least - 1e-6, 0.0, -0.3, math.nan):
        assert not is_solid(replace(good, parallax=parallax), POLICY)


def test_the_way_back_proves_nothing_and_needs_nothing() -> None:
    assert is_solid(Answer(motion=Motion.CENTRE), POLICY)


def test_a_point_far_off_its_face_is_no_shape() -> None:
    face = head(Held())
    marks = face.landmarks.copy()
    marks[4, :2] += (FARTHEST + 1.0) * face.box.width
    assert shape_of(face) is not None
    assert shape_of(replace(face, landmarks=marks)) is None


@pytest.mark.parametrize("motion", DIRECTIONS)
@pytest.mark.parametrize(("draw", "opens"), [(head, 1), (picture, 0), (hollow, 0)])
def test_only_a_head_is_let_in_for_doing_as_asked(motion: Motion, draw: Callable[[Held], Face], opens: int) -> None:
    """The pose is claimed to be a head's in all three: geometry alone has to tell."""
    actor = Obeying(lambda t: SyntheticPose())

    def shown(at_ms: float, asked: Motion | None) -> Face:
        actor.ask(asked)
        pose = actor(at_ms)
        return draw(Held(yaw=pose.yaw, pitch=pose.pitch))

    visit = Visit(sequence=Sequence((Ask(motion, 500.0),))).run(shown)
    assert visit.opened == opens
    if not opens:
        ended = st.visit_of(visit.kiosk.phase)
        assert ended is not None
        assert ended.judge is not None
        assert ended.judge.failure is Failure.FLAT
        assert visit.reason is Reason.ATTACK
