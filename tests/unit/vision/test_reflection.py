"""Light of a face and of the room beside it, on drawn frames whose light is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.heads import Held, head

from kiosk.domain.face import Pixels
from kiosk.vision.reflection import reflection_of

SIZE = (720, 1280, 3)


def frame(inside: int, left: int, right: int) -> Pixels:
    """One grey where the face is, others beside it."""
    pixels = np.full(SIZE, left, np.uint8)
    pixels[:, 640:] = right
    box = head(Held()).box
    pixels[:, round(box.x) : round(box.x + box.width)] = inside
    return pixels


def linear(value: int) -> float:
    return float(((value / 255 + 0.055) / 1.055) ** 2.4)


def test_each_patch_is_measured_where_it_is() -> None:
    seen = reflection_of(frame(180, 60, 120), head(Held()))
    assert seen is not None
    assert seen.face == pytest.approx((linear(180),) * 3, rel=1e-3)
    assert seen.left == pytest.approx((linear(60),) * 3, rel=1e-3)
    assert seen.right == pytest.approx((linear(120),) * 3, rel=1e-3)


def test_channels_keep_their_order() -> None:
    pixels = np.zeros(SIZE, np.uint8)
    pixels[:] = (40, 90, 200)  # BGR
    seen = reflection_of(pixels, head(Held()))
    assert seen is not None
    assert seen.face == pytest.approx((linear(40), linear(90), linear(200)), rel=1e-3)


@pytest.mark.parametrize("value", [0, 255])
def test_skin_without_colour_is_not_measured(value: int) -> None:
    assert reflection_of(frame(value, 90, 90), head(Held())) is None


def test_a_side_outside_the_frame_is_not_made_up() -> None:
    seen = reflection_of(frame(150, 90, 90), head(Held(x=0.14)))
    assert seen is None or seen.left is None


def test_broken_geometry_has_no_light() -> None:
    face = head(Held())
    marks = face.landmarks.copy()
    marks[4, 0] = np.nan
    assert reflection_of(frame(150, 90, 90), replace(face, landmarks=marks)) is None
