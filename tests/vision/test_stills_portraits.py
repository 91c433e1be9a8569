"""The real picture tracker: faces of single pictures, also where a first look misses them."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from support.vision_parts import beside, flat

from kiosk.domain.errors import Code, ModelError
from kiosk.domain.face import Pixels
from kiosk.vision.engine import TRACKING
from kiosk.vision.models import ModelFiles
from kiosk.vision.stills import MAX_SIDE, StillTracker

Portrait = Callable[[str], Pixels]


def test_one_face_in_a_portrait(stills: StillTracker, portrait: Portrait) -> None:
    faces = stills.look_at_picture(portrait("portrait_a"))
    assert len(faces) == 1
    assert faces[0].is_sane


def test_two_faces_in_one_picture_largest_first(stills: StillTracker, portrait: Portrait) -> None:
    faces = stills.look_at_picture(beside(portrait("portrait_b"), portrait("portrait_a")))
    assert len(faces) == 2
    assert faces[0].box.width > faces[1].box.width


@pytest.mark.parametrize("value", [0, 127, 255])
def test_no_face_in_a_flat_picture(stills: StillTracker, value: int) -> None:
    assert stills.look_at_picture(flat(value)) == ()


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (500, 3)])
def test_no_face_in_a_sliver(stills: StillTracker, size: tuple[int, int]) -> None:
    assert stills.look_at_picture(np.full((*size, 3), 90, dtype=np.uint8)) == ()


def test_a_small_face_in_a_large_picture_is_found(stills: StillTracker, portrait: Portrait) -> None:
    small = cv2.resize(portrait("portrait_a"), None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
    scene = flat(110, width=1600, height=1200)
    x, y = 680, 450
    scene[y : y + small.shape[0], x : x + small.shape[1]] = small
    faces = stills.look_at_picture(scene)
    assert len(faces) == 1
    assert faces[0].box.width < 0.06 * scene.shape[1]
    assert x < faces[0].box.centre[0] < x + small.shape[1]
    assert y < faces[0].box.centre[1] < y + small.shape[0]


def test_a_face_that_fills_the_picture_is_found(stills: StillTracker, portrait: Portrait) -> None:
    pixels = portrait("portrait_a")
    box = stills.look_at_picture(pixels)[0].box
    x, y = int(box.x), int(box.y)
    close = np.ascontiguousarray(pixels[y : y + int(box.height), x : x + int(box.width)])
    faces = stills.look_at_picture(close)
    assert len(faces) == 1
    assert faces[0].box.width == pytest.approx(close.shape[1], rel=0.15)


def test_coordinates_are_those_of_the_original(stills: StillTracker, portrait: Portrait) -> None:
    pixels = portrait("portrait_a")
    face = stills.look_at_picture(pixels)[0]
    large = cv2.resize(pixels, None, fx=4, fy=4, interpolation=cv2.INTER_LINEAR)
    assert max(large.shape) > MAX_SIDE
    same = stills.look_at_picture(large)[0]
    assert same.box.width == pytest.approx(4 * face.box.width, rel=0.03)
    assert same.interocular_px == pytest.approx(4 * face.interocular_px, rel=0.03)
    assert same.landmarks[4, 0] == pytest.approx(4 * face.landmarks[4, 0], rel=0.02)


def test_closed_it_is_an_error_and_not_an_empty_picture(models: ModelFiles, portrait: Portrait) -> None:
    tracker = StillTracker(models.path(TRACKING))
    tracker.close()
    tracker.close()
    with pytest.raises(ModelError) as caught:
        tracker.look_at_picture(portrait("portrait_a"))
    assert caught.value.code is Code.VISION_STOPPED
