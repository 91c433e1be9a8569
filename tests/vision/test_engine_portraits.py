"""The real engine on the demo portraits: who is seen, how they look, whether they live, who they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from support.vision_parts import Eyes, beside, flat

from kiosk.domain.errors import Code, ModelError
from kiosk.domain.face import Embedding, Face, Frame, Pixels
from kiosk.domain.ports import Depth
from kiosk.vision.engine import Engine
from kiosk.vision.models import ModelFiles

Portrait = Callable[[str], Pixels]
PORTRAITS = ("portrait_a", "portrait_a2", "portrait_b", "portrait_astronaut")


@pytest.mark.parametrize("name", PORTRAITS)
def test_one_portrait_is_one_sane_measured_live_face(eyes: Eyes, portrait: Portrait, name: str) -> None:
    sighting = eyes.see(portrait(name))
    assert len(sighting.faces) == 1
    face = sighting.faces[0]
    assert face.is_sane
    assert face.landmarks.shape == (478, 3)
    assert face.landmarks.dtype == np.float32
    assert 0.3 * face.box.width < face.interocular_px < 0.6 * face.box.width
    assert min(face.eye_openness) > 0.5
    assert sighting.measures is not None
    assert sighting.measures.sharpness > 0.4
    assert sighting.measures.occlusion < 0.5
    assert sighting.passive is not None
    assert sighting.passive.score is not None
    assert sighting.passive.score >= 0.9
    assert set(sighting.passive.cues) == set(eyes.engine.liveness_networks)


def test_tracking_alone_measures_nothing(eyes: Eyes, portrait: Portrait) -> None:
    sighting = eyes.see(portrait("portrait_a"), depth=Depth.TRACK)
    assert sighting.faces
    assert sighting.measures is None
    assert sighting.passive is None


def test_a_mirrored_picture_turns_yaw_and_roll_around(eyes: Eyes, portrait: Portrait) -> None:
    pixels = portrait("portrait_a2")
    pose = eyes.see(pixels).faces[0].pose
    mirrored = eyes.see(np.ascontiguousarray(pixels[:, ::-1]), pause_ms=1000).faces[0].pose
    assert pose.yaw < -8  # this person's nose points to the picture's left
    assert mirrored.yaw == pytest.approx(-pose.yaw, abs=4)
    assert mirrored.roll == pytest.approx(-pose.roll, abs=4)
    assert mirrored.pitch == pytest.approx(pose.pitch, abs=4)


@pytest.mark.parametrize("degrees", [-15, 15])
def test_roll_is_positive_clockwise(eyes: Eyes, portrait: Portrait, degrees: int) -> None:
    pixels = portrait("portrait_a")
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)  # OpenCV counts the other way round
    upright = eyes.see(pixels).faces[0].pose.roll
    turned = eyes.see(cv2.warpAffine(pixels, turn, (width, height)), pause_ms=1000).faces[0].pose.roll
    assert turned - upright == pytest.approx(degrees, abs=4)


def test_pitch_is_positive_when_the_nose_points_up(eyes: Eyes, portrait: Portrait) -> None:
    face = eyes.see(portrait("portrait_astronaut")).faces[0]
    chin, forehead = face.landmarks[152, 2], face.landmarks[10, 2]
    assert chin > forehead  # the chin is farther away: this head is lowered
    assert face.pose.pitch < -5


def test_the_open_eye_of_the_picture_left_comes_first(eyes: Eyes, portrait: Portrait) -> None:
    pixels = portrait("portrait_a").copy()
    marks = eyes.see(pixels).faces[0].landmarks
    around = marks[[33, 133, 159, 145, 105, 66], :2]  # the eye on the picture's left, with its brow
    below = marks[[111, 119], :2]
    skin = tuple(int(v) for v in pixels[int(marks[50, 1]), int(marks[50, 0])])
    lid = np.array([0, 6], dtype=np.float32)
    hull = cv2.convexHull(np.vstack([around[:4] - lid, around[:4] + lid, below]))
    cv2.fillConvexPoly(pixels, hull.astype(np.int32), skin)
    left, right = eyes.see(pixels, pause_ms=1000).faces[0].eye_openness
    assert left < right


def test_two_people_are_two_faces_nearest_first(eyes: Eyes, portrait: Portrait) -> None:
    near, far = portrait("portrait_a"), portrait("portrait_b")
    sighting = eyes.see(beside(far, near))
    assert len(sighting.faces) == 2
    first, second = sighting.faces
    assert first.box.width * first.box.height > second.box.width * second.box.height
    assert first.box.centre[0] > far.shape[1]  # the person of portrait_a stands nearer, on the right
    assert first.track != second.track


@pytest.mark.parametrize("value", [0, 128, 255])
def test_nobody_in_a_flat_picture(eyes: Eyes, value: int) -> None:
    sighting = eyes.see(flat(value))
    assert sighting.faces == ()
    assert sighting.measures is None
    assert sighting.passive is None


def test_nobody_in_noise(eyes: Eyes) -> None:
    noise = np.random.default_rng(7).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    assert eyes.see(noise).faces == ()


def test_the_same_person_is_alike_and_another_is_not(eyes: Eyes, portrait: Portrait) -> None:
    def template(name: str) -> Embedding:
        pixels = portrait(name)
        embedding = eyes.engine.embed(pixels, eyes.see(pixels, pause_ms=1000).faces[0])
        assert embedding is not None
        return embedding

    a, a2, b, other = (template(name) for name in PORTRAITS)
    assert a.similarity(a2) >= 0.5
    assert max(a.similarity(b), a.similarity(other), b.similarity(other)) <= 0.3
    assert float(np.linalg.norm(a.vector)) == pytest.approx(1.0, abs=1e-5)
    assert a.vector.shape == (512,)


def test_a_track_goes_on_while_the_face_stays(eyes: Eyes, portrait: Portrait) -> None:
    pixels = portrait("portrait_a")
    first = eyes.see(pixels).faces[0].track
    moved = np.roll(pixels, 12, axis=1)
    assert eyes.see(moved).faces[0].track == first


def test_a_face_after_a_gap_is_a_new_track(eyes: Eyes, portrait: Portrait) -> None:
    pixels = portrait("portrait_a")
    first = eyes.see(pixels).faces[0].track
    again = eyes.see(pixels, pause_ms=1000).faces[0].track
    assert again > first


def test_forgetting_ends_a_track(eyes: Eyes, portrait: Portrait) -> None:
    pixels = portrait("portrait_a")
    first = eyes.see(pixels).faces[0].track
    eyes.engine.forget()
    assert eyes.see(pixels).faces[0].track > first


def test_a_frame_of_another_size_starts_new_tracks(eyes: Eyes, portrait: Portrait) -> None:
    pixels = portrait("portrait_a")
    first = eyes.see(pixels).faces[0].track
    smaller = cv2.resize(pixels, (pixels.shape[1] // 2, pixels.shape[0] // 2), interpolation=cv2.INTER_AREA)
    sighting = eyes.see(smaller)
    assert (sighting.width, sighting.height) == (smaller.shape[1], smaller.shape[0])
    assert sighting.faces[0].track > first


def test_timestamps_that_stand_still_do_not_stop_it(engine: Engine, portrait: Portrait) -> None:
    pixels = portrait("portrait_a")
    for seq in range(3):
        sighting = engine.look(Frame(pixels, seq, 5.0), Depth.TRACK)
    assert sighting.faces


def test_broken_geometry_gives_no_score_and_no_template(eyes: Eyes, portrait: Portrait) -> None:
    pixels = portrait("portrait_a")
    face = eyes.see(pixels).faces[0]
    broken = _with_nan(face)
    assert eyes.engine.embed(pixels, broken) is None
    assert eyes.engine._liveness.judge(pixels, broken).score is None
    assert eyes.engine._liveness.judge(pixels, face).score is not None


@pytest.mark.parametrize("value", [0, 255])
def test_a_patch_without_a_picture_gives_no_score_and_no_template(eyes: Eyes, portrait: Portrait, value: int) -> None:
    pixels = portrait("portrait_a")
    face = eyes.see(pixels).faces[0]
    blank = np.full_like(pixels, value)
    assert eyes.engine.embed(blank, face) is None
    assert eyes.engine._liveness.judge(blank, face).score is None


def test_a_face_mostly_outside_the_frame_gives_no_score_and_no_template(eyes: Eyes, portrait: Portrait) -> None:
    pixels = portrait("portrait_a")
    face = eyes.see(pixels).faces[0]
    away = replace(
        face,
        box=replace(face.box, x=face.box.x - 10_000),
        landmarks=face.landmarks - np.array([10_000, 0, 0], dtype=np.float32),
    )
    assert eyes.engine.embed(pixels, away) is None
    assert eyes.engine._liveness.judge(pixels, away).score is None


def test_a_blurred_face_is_less_sharp_and_a_dark_one_darker(eyes: Eyes, portrait: Portrait) -> None:
    pixels = portrait("portrait_a")
    face = eyes.see(pixels).faces[0]
    from kiosk.vision.measures import measure

    blurred = cv2.GaussianBlur(pixels, (0, 0), face.box.width / 25)
    clear, soft, dark = measure(pixels, face), measure(blurred, face), measure(pixels // 4, face)
    assert clear is not None
    assert soft is not None
    assert dark is not None
    assert clear.sharpness > 0.5
    assert soft.sharpness < 0.25
    assert dark.brightness < clear.brightness / 3
    assert dark.sharpness == pytest.approx(clear.sharpness, abs=0.15)  # light alone is no blur


def test_a_masked_mouth_and_nose_count_as_covered(eyes: Eyes, portrait: Portrait) -> None:
    from kiosk.vision.measures import measure

    pixels = portrait("portrait_a")
    face = eyes.see(pixels).faces[0]
    edge = [6, 234, 132, 172, 150, 152, 379, 397, 361, 454]  # nose bridge, jaw from ear to ear
    masked = pixels.copy()
    cv2.fillConvexPoly(masked, cv2.convexHull(face.landmarks[edge, :2]).astype(np.int32), (205, 185, 140))
    covered, bare = measure(masked, face), measure(pixels, face)
    assert covered is not None
    assert bare is not None
    assert bare.occlusion < 0.3
    assert covered.occlusion > 0.5


def test_light_behind_the_person_is_measured(eyes: Eyes, portrait: Portrait) -> None:
    from kiosk.vision.measures import measure

    pixels = portrait("portrait_a")
    face = eyes.see(pixels).faces[0]
    x, y, w, h = (int(v) for v in (face.box.x, face.box.y, face.box.width, face.box.height))
    lit = np.full_like(pixels, 250)
    around = np.s_[max(0, y - h // 2) : y + h, max(0, x - w // 4) : x + w + w // 4]
    lit[around] = pixels[around] // 3
    before, behind = measure(pixels, face), measure(lit, face)
    assert before is not None
    assert behind is not None
    assert behind.backlight > 100 > before.backlight


def test_a_picture_that_is_not_bgr_is_an_error_and_not_an_empty_room(engine: Engine) -> None:
    grey = np.zeros((480, 640), dtype=np.uint8)
    with pytest.raises(ModelError) as caught:
        engine.look(Frame(grey, 0, 1e9), Depth.TRACK)
    assert caught.value.code is Code.MODEL_BROKEN


def test_a_closed_engine_is_an_error_and_not_an_empty_room(models: ModelFiles, portrait: Portrait) -> None:
    engine = Engine(models)
    engine.close()
    engine.close()
    with pytest.raises(ModelError) as caught:
        engine.look(Frame(portrait("portrait_a"), 0, 0.0), Depth.FULL)
    assert caught.value.code is Code.VISION_STOPPED


@pytest.mark.parametrize("name", ["face_landmarker", "face_embedding", "liveness_a"])
def test_no_engine_without_a_core_file(models: ModelFiles, tmp_path: Path, name: str) -> None:
    for core in ("face_landmarker", "face_embedding", "liveness_a"):
        if core != name:
            source = models.path(core)
            (tmp_path / source.name).write_bytes(source.read_bytes())
    with pytest.raises(ModelError) as caught:
        Engine(ModelFiles(tmp_path))
    assert caught.value.code is Code.MODEL_MISSING


def _with_nan(face: Face) -> Face:
    marks = face.landmarks.copy()
    marks[100, 0] = np.nan
    return replace(face, landmarks=marks)
