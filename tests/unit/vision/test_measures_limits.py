"""Measures never fail on odd geometry: they are numbers in range, or nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.vision_parts import flat, made_face

from kiosk.vision.measures import measure

NOISE = np.random.default_rng(11).integers(0, 256, (240, 320, 3), dtype=np.uint8)


@settings(max_examples=60, deadline=None)
@given(x=st.floats(-400, 400), y=st.floats(-400, 400), width=st.floats(2, 900))
def test_any_place_and_size_gives_numbers_in_range_or_nothing(x: float, y: float, width: float) -> None:
    found = measure(NOISE, made_face(x=x, y=y, width=width))
    if found is None:
        return
    assert 0.0 <= found.sharpness <= 1.0
    assert 0.0 <= found.brightness <= 255.0
    assert 0.0 <= found.contrast <= 128.0
    assert 0.0 <= found.clipped <= 1.0
    assert -255.0 <= found.backlight <= 255.0
    assert 0.0 <= found.occlusion <= 1.0
    assert all(math.isfinite(v) for v in (found.sharpness, found.brightness, found.contrast, found.occlusion))


@pytest.mark.parametrize("face", [made_face(nan=True), made_face(x=5000.0), made_face(width=float("nan"))])
def test_broken_geometry_gives_nothing(face: object) -> None:
    assert measure(NOISE, face) is None  # type: ignore[arg-type]


def test_a_black_and_a_burnt_out_picture_are_clipped() -> None:
    for value in (0, 255):
        found = measure(flat(value), made_face())
        if found is not None:
            assert found.clipped == 1.0
            assert found.brightness == value
            assert found.sharpness == 0.0
