"""Crop rule, fusion, and what is not judged at all."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.vision_parts import flat, made_face

from kiosk.domain.face import Box, Pose
from kiosk.vision.liveness import MAX_LOGIT, class_logit, crop_of, fused, is_judgeable, visible_share

WIDTH, HEIGHT = 64, 48
# Every pixel tells where it comes from: blue is the column, green the row.
PLACES = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
PLACES[..., 0] = np.arange(WIDTH)[None, :]
PLACES[..., 1] = np.arange(HEIGHT)[:, None]


def test_a_crop_in_the_middle_is_scaled_about_the_centre() -> None:
    crop = crop_of(PLACES, Box(28, 20, 8, 8), scale=2.0, size=17)
    assert crop.shape == (17, 17, 3)
    assert tuple(crop[0, 0, :2]) == (24, 16)
    assert tuple(crop[-1, -1, :2]) == (40, 32)


@pytest.mark.parametrize(
    ("box", "first", "last"),
    [
        (Box(0, 0, 8, 8), (0, 0), (16, 16)),
        (Box(56, 40, 8, 8), (47, 31), (63, 47)),
        (Box(-2, 20, 8, 8), (0, 16), (16, 32)),
    ],
)
def test_a_crop_at_the_edge_is_shifted_not_padded(box: Box, first: tuple[int, int], last: tuple[int, int]) -> None:
    crop = crop_of(PLACES, box, scale=2.0, size=17)
    assert tuple(crop[0, 0, :2]) == first
    assert tuple(crop[-1, -1, :2]) == last


def test_a_large_face_is_limited_to_the_frame() -> None:
    crop = crop_of(PLACES, Box(10, 4, 40, 40), scale=3.0, size=48)
    assert crop[0, 0, 1] == 0
    assert crop[-1, 0, 1] == HEIGHT - 1


@given(
    x=st.floats(-30, 60),
    y=st.floats(-30, 45),
    width=st.floats(1, 200),
    height=st.floats(1, 200),
    scale=st.floats(1.0, 4.0),
)
def test_no_box_makes_a_crop_leave_the_frame(x: float, y: float, width: float, height: float, scale: float) -> None:
    crop = crop_of(PLACES, Box(x, y, width, height), scale=scale, size=16)
    assert crop.shape == (16, 16, 3)


def test_the_logit_of_a_class_is_its_log_odds() -> None:
    outputs = np.array([2.0, 0.5, -1.0], dtype=np.float32)
    share = math.exp(2.0) / sum(math.exp(v) for v in (2.0, 0.5, -1.0))
    assert class_logit(outputs, 0) == pytest.approx(math.log(share / (1 - share)), abs=1e-5)


@pytest.mark.parametrize("index", [0, 1, 2])
def test_no_network_is_surer_than_one_in_a_million(index: int) -> None:
    outputs = np.full(3, -500.0, dtype=np.float32)
    outputs[index] = 500.0
    assert class_logit(outputs, index) == MAX_LOGIT
    assert class_logit(-outputs, index) == -MAX_LOGIT


def test_networks_are_fused_by_their_mean_logit() -> None:
    sample = fused({"a": -2.0, "b": 1.0, "c": 4.0})
    assert sample.score == pytest.approx(1 / (1 + math.exp(-1.0)))
    assert sample.cues == pytest.approx({label: 1 / (1 + math.exp(-v)) for label, v in (("a", -2), ("b", 1), ("c", 4))})


def test_without_a_network_nothing_is_known() -> None:
    assert fused({}).score is None


def test_a_face_in_the_frame_is_judged() -> None:
    assert is_judgeable(flat(100), made_face())


@pytest.mark.parametrize(
    "face",
    [
        made_face(nan=True),
        made_face(width=10.0),
        made_face(x=-120.0),
        made_face(x=5000.0),
        made_face(width=2000.0, x=-600.0, y=-900.0),
        replace(made_face(), pose=Pose(math.nan, 0.0, 0.0)),
        replace(made_face(), interocular_px=0.0),
    ],
    ids=["nan landmark", "tiny", "half outside", "elsewhere", "larger than the frame", "nan pose", "no eyes"],
)
def test_broken_geometry_is_not_judged(face: object) -> None:
    assert not is_judgeable(flat(100), face)  # type: ignore[arg-type]


def test_the_visible_share_is_that_of_the_box() -> None:
    frame = Box(0, 0, 100, 100)
    assert visible_share(Box(10, 10, 50, 50), frame) == 1.0
    assert visible_share(Box(-25, 0, 50, 50), frame) == 0.5
    assert visible_share(Box(200, 0, 50, 50), frame) == 0.0
