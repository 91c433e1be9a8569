"""A portrait shown again on a phone: whatever the hand does, the picture of it moves as a plane."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from kiosk.camera.flat import HeldPose, PhoneShow
from kiosk.camera.synthetic import HeldPhone, plain_room
from kiosk.domain.face import Pixels


@pytest.fixture(scope="module")
def show() -> PhoneShow:
    rng = np.random.default_rng(1)
    picture = cv2.resize(rng.integers(0, 255, (20, 16, 3), dtype=np.uint8), (400, 500), interpolation=cv2.INTER_CUBIC)
    points = rng.uniform((90, 90, -80), (310, 390, 0), (478, 3)).astype(np.float32)
    return PhoneShow(picture, points, plain_room())  # type: ignore[arg-type]


def difference(one: Pixels, two: Pixels, inside: np.ndarray) -> float:
    """Mean, without the pixel grid: it makes another moiré in every pose."""
    soft = [cv2.GaussianBlur(pixels, (0, 0), 3.0).astype(np.int16) for pixels in (one, two)]
    return float(np.abs(soft[0] - soft[1])[inside].mean())


@pytest.mark.parametrize(
    "pose",
    [
        HeldPose(yaw=12, face_share=0.15),
        HeldPose(pitch=-10, x=0.05, face_share=0.15),
        HeldPose(yaw=-6, pitch=5, roll=8, y=0.03, face_share=0.16),
    ],
)
def test_every_pose_is_a_homography_of_the_straight_one(show: PhoneShow, pose: HeldPose) -> None:
    rest = HeldPose(face_share=0.15)
    straight, held = show.render(rest), show.render(pose)
    matrix = cv2.getPerspectiveTransform(show.corners(rest), show.corners(pose))
    expected = cv2.warpPerspective(straight, matrix, (1280, 720))
    shown = np.zeros((720, 1280), np.uint8)
    quad = show.corners(pose)
    within = quad + 0.1 * (quad.mean(axis=0) - quad)  # without the round corners
    cv2.fillConvexPoly(shown, within.astype(np.int32), 1)
    known = cv2.warpPerspective(np.ones((720, 1280), np.uint8), matrix, (1280, 720))  # the straight one may be cut off
    inside = (shown & known).astype(bool)
    assert inside.sum() > 50_000
    assert difference(expected, held, inside) < 1.0
    assert difference(straight, held, inside) > 4.0


def test_around_the_phone_the_room_stays_as_it_is(show: PhoneShow) -> None:
    room = plain_room()
    seen = show.render(HeldPose(x=0.2))
    assert (seen[:, :500] == room[:, :500]).all()
    assert (seen != room).any()


def test_a_phone_out_of_the_frame_leaves_the_room(show: PhoneShow) -> None:
    assert (show.render(HeldPose(x=3.0)) == plain_room()).all()
    assert (show.render(HeldPose(x=-3.0, y=2.0)) == plain_room()).all()


def test_the_same_seed_moves_the_hand_the_same_way() -> None:
    rng = np.random.default_rng(2)
    picture = rng.integers(0, 255, (300, 240, 3), dtype=np.uint8)
    points = rng.uniform((60, 60, -40), (180, 240, 0), (478, 3)).astype(np.float32)
    one, two, other = (HeldPhone(picture, points, seed=seed) for seed in (3, 3, 4))
    assert (one.render(1234.0) == two.render(1234.0)).all()
    assert one.pose(1234.0) != other.pose(1234.0)
    poses = [one.pose(t) for t in np.arange(0.0, 20_000.0, 100.0)]
    assert max(abs(pose.yaw) for pose in poses) > 1.0  # a hand is never quite still
    assert all(abs(pose.yaw) <= 5.0 and pose.face_share >= 0.2 for pose in poses)
