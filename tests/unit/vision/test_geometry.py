"""Signs and units of the mesh's translation into a face."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.vision.geometry import face_of, pose_of
from kiosk.vision.mediapipe_parts import Mesh


def _turned(*, yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> NDArray[np.float32]:
    """Face-to-camera matrix (x right, y up, z towards the camera) of a head turned as :class:`Pose` counts."""
    y, p, r = (math.radians(v) for v in (yaw, pitch, roll))
    to_side = np.array([[math.cos(y), 0, math.sin(y)], [0, 1, 0], [-math.sin(y), 0, math.cos(y)]])
    up = np.array([[1, 0, 0], [0, math.cos(p), math.sin(p)], [0, -math.sin(p), math.cos(p)]])
    clockwise = np.array([[math.cos(r), math.sin(r), 0], [-math.sin(r), math.cos(r), 0], [0, 0, 1]])
    matrix = np.eye(4, dtype=np.float32)
    matrix[:3, :3] = to_side @ up @ clockwise
    return matrix


@pytest.mark.parametrize("degrees", [-40.0, -14.0, 0.0, 14.0, 40.0])
@pytest.mark.parametrize("axis", ["yaw", "pitch", "roll"])
def test_each_angle_has_its_own_sign(axis: str, degrees: float) -> None:
    pose = pose_of(_turned(**{axis: degrees}))
    for name in ("yaw", "pitch", "roll"):
        assert getattr(pose, name) == pytest.approx(degrees if name == axis else 0.0, abs=0.01)


def test_a_scaled_matrix_has_the_same_pose() -> None:
    matrix = _turned(yaw=20.0)
    matrix[:3, :3] *= 3.0
    assert pose_of(matrix).yaw == pytest.approx(20.0, abs=0.01)


@pytest.mark.parametrize("value", [0.0, math.nan, math.inf])
def test_a_broken_matrix_is_a_pose_that_is_not_sane(value: float) -> None:
    assert not pose_of(np.full((4, 4), value, dtype=np.float32)).is_sane


def _mesh(points: NDArray[np.float32]) -> Mesh:
    shapes = np.zeros(52, dtype=np.float32)
    shapes[9], shapes[10], shapes[25] = 0.9, 0.2, 0.4  # the person's left eye nearly shut, the mouth a little open
    return Mesh(points, shapes, _turned())


def test_a_mesh_becomes_a_face_in_pixels() -> None:
    points = np.full((478, 3), 0.5, dtype=np.float32)
    points[0], points[1] = (0.25, 0.25, 0.0), (0.75, 0.75, 0.1)
    points[468:] = 2.0  # irises are no part of the box
    for corner, x in ((33, 0.35), (133, 0.45), (362, 0.55), (263, 0.65)):
        points[corner] = (x, 0.4, 0.0)
    face = face_of(_mesh(points), width=1000, height=500)
    assert (face.box.x, face.box.y, face.box.width, face.box.height) == pytest.approx((250, 125, 500, 250))
    assert face.interocular_px == pytest.approx(200)
    assert face.landmarks[1] == pytest.approx((750, 375, 100))
    assert face.eye_openness == pytest.approx((0.8, 0.1))  # picture left is the person's right
    assert face.mouth_openness == pytest.approx(0.4)
    assert face.is_sane


def test_a_broken_point_makes_a_face_that_is_not_sane() -> None:
    points = np.random.default_rng(1).random((478, 3)).astype(np.float32)
    points[200, 1] = np.nan
    assert not face_of(_mesh(points), width=640, height=480).is_sane
