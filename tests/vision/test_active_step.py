"""The active step before the real tracker: SIMULATED attacks and the synthetic camera. The short form; the long one is slow.

Figures come from ``python -m support.active_drill`` (run in ``tests``). What the simulation lacks stands in ``support.attacks``.
"""

from __future__ import annotations

import numpy as np
import pytest
from support import attacks
from support.active_drill import PORTRAITS, SPECIES, Attempt, Drill, attempts

from kiosk.domain.challenge.geometry import parallax, plane_residual, shape_of
from kiosk.domain.challenge.judge import Failure
from kiosk.domain.decision import Reason
from kiosk.domain.face import Face, Frame, Pixels
from kiosk.domain.policy import ActiveStep
from kiosk.domain.ports import Depth
from kiosk.vision.engine import Engine
from kiosk.vision.models import ModelFiles


@pytest.fixture(scope="module")
def drill(models: ModelFiles, engine: Engine) -> Drill:
    engine.forget()
    return Drill(engine, models, frame_ms=66.0)


def flat_ones(drill: Drill, count: int) -> list[Attempt]:
    return list(attempts(drill, "flat_portrait", count, passive=False))


def synthetic_ones(drill: Drill, count: int) -> list[Attempt]:
    return list(attempts(drill, "synthetic", count, passive=False))


def assert_no_flat_one_passes(done: list[Attempt]) -> None:
    assert not [a for a in done if a.alone.passed]
    assert {a.alone.reason for a in done} <= {
        Reason.LIVENESS_UNSURE,
        Reason.ATTACK,
        Reason.FACE_CHANGED,
        Reason.FACE_LOST,
        None,
    }


def assert_portraits_in_3d_pass(done: list[Attempt]) -> None:
    refused = [(a.seed, a.alone) for a in done if not a.alone.passed]
    assert len(refused) <= 0.05 * len(done), refused
    assert Failure.FLAT not in {ending.failure for _, ending in refused}


def test_a_flat_portrait_moved_by_a_hand_that_answers_never_passes(drill: Drill) -> None:
    assert_no_flat_one_passes(flat_ones(drill, 8))


def test_the_synthetic_camera_passes_the_geometry(drill: Drill) -> None:
    assert_portraits_in_3d_pass(synthetic_ones(drill, 5))


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_two_hundred_flat_portraits_fail_and_two_hundred_in_3d_pass(drill: Drill) -> None:
    assert_no_flat_one_passes(flat_ones(drill, 200))
    assert_portraits_in_3d_pass(synthetic_ones(drill, 200))


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("species", SPECIES)
def test_no_simulated_attack_passes_passive_cues_and_the_active_step(drill: Drill, species: str) -> None:
    done = list(attempts(drill, species, 12))
    assert not [a.seed for a in done if a.both is not None and a.both.passed]


class Look:
    """The tracker's opinion of single poses."""

    def __init__(self, drill: Drill) -> None:
        self.drill = drill

    def at(self, pixels: Pixels) -> Face | None:
        face = None
        for _ in range(3):
            self.drill.now_ms += 33.0
            face = self.drill.engine.look(Frame(pixels, 0, self.drill.now_ms), Depth.TRACK).nearest
        return face


@pytest.mark.parametrize("name", ["portrait_a", "portrait_b"])
def test_a_tracker_does_not_make_a_head_of_a_tilted_picture(drill: Drill, name: str) -> None:
    """What the limits of the geometry rest on: a tilted picture is seen to turn little, and as a plane."""
    policy = ActiveStep()
    look = Look(drill)
    drill.now_ms += 10_000.0
    drill.engine.forget()
    held = attacks.HeldSurface(attacks.still(drill.sheets[name]), attacks.HandPath(0, tilt_deg=0.0, answers=False))
    rest = look.at(held.render(0.0))
    assert rest is not None
    for yaw, pitch in ((25.0, 0.0), (-40.0, 0.0), (0.0, 25.0), (0.0, -20.0)):
        held._path = _Fixed(attacks.Hand(yaw=yaw, pitch=pitch))  # type: ignore[assignment]
        seen = look.at(held.render(0.0))
        assert seen is not None
        a, b = shape_of(rest), shape_of(seen)
        assert a is not None
        assert b is not None
        assert plane_residual(a, b) < policy.min_residual
        assert max(np.abs(parallax(a, b))) < policy.min_turn_parallax
        assert abs(seen.pose.yaw - rest.pose.yaw) < policy.turn_deg


class _Fixed:
    def __init__(self, hand: attacks.Hand) -> None:
        self.hand = hand

    def at(self, t_ms: float, asked: object) -> attacks.Hand:
        return self.hand


def test_every_portrait_has_a_sheet_with_its_face_in_the_middle(drill: Drill) -> None:
    for name in PORTRAITS:
        sheet = drill.sheets[name]
        assert sheet.shape == (attacks.SHEET, attacks.SHEET, 3)
        assert float(sheet.std()) > 10.0
