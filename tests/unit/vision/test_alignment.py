"""The five points land on the template, whatever the face's place, size and lean."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.vision_parts import flat, made_face

from kiosk.vision.embedder import SIZE, TEMPLATE, align, five_points, similarity_transform


@given(
    scale=st.floats(0.2, 8.0),
    degrees=st.floats(-180, 180),
    x=st.floats(-2000, 2000),
    y=st.floats(-2000, 2000),
)
def test_a_moved_turned_scaled_template_comes_back(scale: float, degrees: float, x: float, y: float) -> None:
    turn = math.radians(degrees)
    rotation = scale * np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    matrix = similarity_transform(TEMPLATE @ rotation.T + [x, y], TEMPLATE)
    assert matrix is not None
    back = (TEMPLATE @ rotation.T + [x, y]) @ matrix[:, :2].T + matrix[:, 2]
    np.testing.assert_allclose(back, TEMPLATE, atol=1e-6)


def test_a_mirrored_face_is_not_mirrored_back() -> None:
    matrix = similarity_transform(TEMPLATE * [-1, 1], TEMPLATE)
    assert matrix is not None
    assert np.linalg.det(matrix[:, :2]) > 0


def test_points_that_fall_together_give_nothing() -> None:
    assert similarity_transform(np.full((5, 2), 7.0), TEMPLATE) is None


def test_five_points_are_in_the_pictures_order() -> None:
    points = five_points(made_face().landmarks)
    assert points.shape == (5, 2)
    assert points[0, 0] < points[2, 0] < points[1, 0]  # eye, nose, eye
    assert points[3, 0] < points[4, 0]
    assert points[0, 1] < points[2, 1] < points[3, 1]


def test_an_aligned_face_has_the_networks_size() -> None:
    noise = np.random.default_rng(5).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    aligned = align(noise, made_face())
    assert aligned is not None
    assert aligned.shape == (SIZE, SIZE, 3)


@pytest.mark.parametrize(
    "face",
    [made_face(nan=True), made_face(width=15.0), made_face(x=-150.0), made_face(x=9000.0)],
    ids=["nan landmark", "tiny", "mostly outside", "elsewhere"],
)
def test_broken_geometry_is_not_aligned(face: object) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    assert align(noise, face) is None  # type: ignore[arg-type]


def test_a_flat_picture_is_not_aligned() -> None:
    assert align(flat(90), made_face()) is None
