from __future__ import annotations

from dataclasses import replace

import pytest
from support.vision_parts import flat, made_face

from kiosk.domain.face import Face, Pose
from kiosk.sandbox.faces.seen import FaceSeen, Flaw, Look, detection_score, main_flaw, one_face_flaw


def seen(face: Face, *, width: int = 1280, height: int = 720) -> FaceSeen:
    score = detection_score(face, width=width, height=height)
    return FaceSeen(face.box, (), face.pose, face.interocular_px, score, face)


def look(*faces: Face) -> Look:
    return Look(1280, 720, tuple(seen(f) for f in faces), flat(90, width=1280, height=720))


GOOD = made_face(x=500, y=150, width=300)


def test_a_good_picture_breaks_no_rule():
    assert main_flaw(look(GOOD)) is None


def test_nobody_there():
    assert main_flaw(look()) is Flaw.NO_FACE


def test_two_people():
    assert main_flaw(look(GOOD, made_face(x=100, y=150, width=250))) is Flaw.SEVERAL


def test_somebody_small_in_the_background_does_not_count():
    assert main_flaw(look(GOOD, made_face(x=100, y=150, width=100))) is None


@pytest.mark.parametrize(("width", "flaw"), [(223.0, Flaw.SMALL), (225.0, None)])
def test_the_face_must_be_224_pixels_wide(width: float, flaw: Flaw | None):
    assert main_flaw(look(made_face(x=500, y=150, width=width))) is flaw


def test_the_eyes_must_be_80_pixels_apart():
    assert main_flaw(look(replace(GOOD, interocular_px=79.0))) is Flaw.SMALL


@pytest.mark.parametrize(("x", "flaw"), [(24.0, Flaw.BORDER), (26.0, None), (960.0, Flaw.BORDER)])
def test_the_face_must_keep_25_pixels_from_the_border(x: float, flaw: Flaw | None):
    assert main_flaw(look(made_face(x=x, y=150, width=300))) is flaw


@pytest.mark.parametrize("pose", [Pose(31, 0, 0), Pose(-31, 0, 0), Pose(0, 31, 0), Pose(0, -31, 0)])
def test_the_face_must_look_at_the_camera(pose: Pose):
    assert main_flaw(look(replace(GOOD, pose=pose))) is Flaw.TURNED


def test_a_comparison_needs_one_face_and_nothing_more():
    assert one_face_flaw(look(made_face(x=0, y=0, width=60)).faces) is None
    assert one_face_flaw(look().faces) is Flaw.NO_FACE


def test_detection_score_falls_with_what_is_hidden():
    whole = seen(GOOD).detection_score
    cut = seen(made_face(x=-150, y=150, width=300)).detection_score
    turned = seen(replace(GOOD, pose=Pose(60, 0, 0))).detection_score
    assert whole > 0.99
    assert cut < 0.6
    assert turned < 0.8


def test_broken_geometry_is_no_detection():
    assert seen(made_face(nan=True)).detection_score == 0.0


@pytest.mark.parametrize("flaw", list(Flaw))
def test_each_flaw_has_a_word_a_code_and_a_text(flaw: Flaw):
    assert flaw.token.islower()
    assert flaw.code.isupper() or flaw is Flaw.TURNED  # the known codes have none for it
    assert flaw.text
