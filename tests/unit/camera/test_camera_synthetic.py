"""The virtual camera: the same seed gives the same frames, scripts say what they promise, and a phone stays flat."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from support.camera_sources import HandClock

from kiosk.camera.flat import HeldPose
from kiosk.camera.relief import Relief, SyntheticPose
from kiosk.camera.stage import Stage
from kiosk.camera.synthetic import EmptyRoom, HeldPhone, Sitter, fixed, plain_room, steady, turning, visit
from kiosk.domain.errors import CameraError, Code
from kiosk.domain.face import Pixels


@pytest.fixture(scope="module")
def bust() -> tuple[Pixels, np.ndarray]:
    """A drawn oval with a texture, and a dome of landmarks over it: no face is needed to test geometry."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[0:500, 0:400].astype(np.float32)
    inside = ((x - 200) / 110) ** 2 + ((y - 240) / 150) ** 2 <= 1
    picture = np.where(inside[..., None], (120, 150, 200), (90, 90, 90)).astype(np.float32)
    picture += rng.normal(0, 25, (500, 400, 1))
    turn = rng.uniform(0, 2 * np.pi, 478)
    out = np.sqrt(rng.uniform(0, 1, 478))
    points = np.column_stack(
        [200 + 110 * out * np.cos(turn), 240 + 150 * out * np.sin(turn), -80 * np.sqrt(1 - out**2)]
    )
    return np.clip(picture, 0, 255).astype(np.uint8), points.astype(np.float32)


def test_the_same_seed_gives_the_same_frames(bust: tuple[Pixels, np.ndarray]) -> None:
    one, two = (Sitter(Relief(*bust), visit(seed=5), seed=5) for _ in range(2))
    for t in (0.0, 700.0, 1900.0):
        assert (one.render(t) == two.render(t)).all()
    assert (one.render(1900.0) != one.render(1933.4)).any()


def test_every_frame_of_any_pose_is_a_whole_picture(bust: tuple[Pixels, np.ndarray]) -> None:
    relief = Relief(*bust)
    for yaw in (-30.0, 0.0, 30.0):
        for pitch in (-20.0, 0.0, 20.0):
            seen = relief.render(SyntheticPose(yaw=yaw, pitch=pitch, distance_cm=40), width=1280, height=720)
            assert seen.shape == (720, 1280, 3)
            assert seen.dtype == np.uint8
            assert seen.std() > 5


def test_nearer_is_larger_and_light_is_lighter(bust: tuple[Pixels, np.ndarray]) -> None:
    relief = Relief(*bust)

    def skin(pose: SyntheticPose) -> int:
        seen = Sitter(relief, fixed(pose)).render(0.0).astype(int)
        return int(((seen[..., 2] - seen[..., 0]) > 40).sum())

    def brightness(light: float) -> float:
        return float(Sitter(relief, fixed(SyntheticPose(light=light))).render(0.0).mean())

    assert skin(SyntheticPose(distance_cm=30)) > 2 * skin(SyntheticPose(distance_cm=60))
    assert brightness(0.4) < 0.6 * brightness(1.0) < brightness(1.4)
    lit = Sitter(relief, fixed(SyntheticPose(side_light=0.6))).render(0.0)
    assert lit[:, 900:].mean() > lit[:, :380].mean()


def test_far_away_there_is_one_person_and_no_mirror_image(bust: tuple[Pixels, np.ndarray]) -> None:
    """Beyond the portrait's edge the surroundings go on, softly; they are not tiled with the person."""
    seen = Relief(*bust).render(SyntheticPose(distance_cm=300, x=0.12), width=1280, height=720).astype(np.int16)
    skin = ((seen[..., 2] - seen[..., 0]) > 40).astype(np.uint8)
    count, _, blobs, _ = cv2.connectedComponentsWithStats(cv2.morphologyEx(skin, cv2.MORPH_CLOSE, np.ones((9, 9))))
    assert [int(size) > 500 for size in blobs[1:count, cv2.CC_STAT_AREA]].count(True) == 1


def test_closed_lids_cover_the_eyes() -> None:
    picture = np.full((500, 400, 3), (120, 150, 200), np.uint8)
    points = np.zeros((478, 3), np.float32)
    around = np.linspace(0, 2 * np.pi, 478)
    points[:, :2] = np.column_stack([200 + 110 * np.cos(around), 240 + 150 * np.sin(around)])
    for upper, lower, brow, middle in (
        ((33, 246, 161, 160, 159, 158, 157, 173, 133), (7, 163, 144, 145, 153, 154, 155), (52, 65), 150),
        ((362, 398, 384, 385, 386, 387, 388, 466, 263), (382, 381, 380, 374, 373, 390, 249), (295, 282), 250),
    ):
        across = np.linspace(-1, 1, 9)
        arch = np.sqrt(1 - across**2)
        points[list(upper), :2] = np.column_stack([middle + 25 * across, 210 - 10 * arch])
        points[list(lower), :2] = np.column_stack([middle + 25 * across[1:-1], 210 + 8 * arch[1:-1]])
        points[list(brow), :2] = (middle, 175)
        outline = points[[*upper, *lower[::-1]], :2].astype(np.int32)
        cv2.fillPoly(picture, [outline], (250, 250, 250))
    relief = Relief(picture, points)

    def white(blink: float) -> int:
        seen = relief.render(SyntheticPose(blink=blink, distance_cm=30), width=1280, height=720)
        return int((seen.min(axis=2) > 200).sum())

    assert white(0.0) > 2000
    assert 0.25 * white(0.0) < white(0.5) < 0.75 * white(0.0)
    assert white(1.0) < 0.01 * white(0.0)


def test_scripts_do_what_they_say() -> None:
    walk = visit(seed=1, empty_ms=500, walk_ms=1000, stay_ms=2000)
    assert not walk(100).present
    assert walk(600).distance_cm > 90
    assert abs(walk(2000).distance_cm - 45) < 3
    assert not walk(3600).present
    stand = [steady(seed=2)(t) for t in range(0, 6000, 33)]
    assert max(p.blink for p in stand) > 0.7
    assert max(abs(p.yaw) for p in stand) < 5
    turn = turning(to_yaw_deg=25.0, begin_ms=1000)
    assert abs(turn(500).yaw) < 5
    assert turn(1700).yaw > 20
    assert abs(turn(4000).yaw) < 5
    assert fixed(SyntheticPose(yaw=7))(123).yaw == 7


def test_a_phone_moves_as_a_plane(bust: tuple[Pixels, np.ndarray]) -> None:
    """Four corners and their four midpoints: in every hand motion the midpoints follow from the corners by one homography."""
    phone = HeldPhone(*bust, seed=3)
    shows = phone._show
    for t in range(0, 20_000, 1111):
        corners = shows.corners(phone.pose(t)).astype(float)
        # The crossing of the diagonals of the picture of a rectangle is the picture of its centre, under any homography.
        a, b, c, d = (np.append(p, 1.0) for p in corners)
        centre = np.cross(np.cross(a, c), np.cross(b, d))
        centre = centre[:2] / centre[2]
        assert corners.min(axis=0)[0] < centre[0] < corners.max(axis=0)[0]
        assert np.linalg.norm(corners[0] - corners[1]) > 150
    straight = shows.corners(HeldPose())
    assert abs(straight[0][1] - straight[1][1]) < 1e-3


def test_stage_shows_a_scene_from_its_beginning_and_keeps_time() -> None:
    clock = HandClock()
    seen: list[float] = []

    class Scene:
        def render(self, t_ms: float) -> Pixels:
            seen.append(t_ms)
            return plain_room()

    stage = Stage(clock, EmptyRoom(), sleep=clock.sleep)
    stage.open()
    for _ in range(3):
        assert stage.read() is not None
    stage.play(Scene())
    for _ in range(3):
        assert stage.read() is not None
    assert np.allclose(np.diff(seen), 1000 / 30)
    assert seen[0] == 0.0
    clock.ms += 500  # the reader was busy: late frames are not made up for
    before = clock.ms
    frame = stage.read()
    assert frame is not None
    assert frame.mono_ms >= before


def test_a_closed_stage_says_so() -> None:
    stage = Stage(HandClock())
    with pytest.raises(CameraError) as error:
        stage.read()
    assert error.value.code is Code.CAMERA_LOST
