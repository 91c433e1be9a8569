"""The generator of SIMULATED attacks: seeded, planar, and what it says it is."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from support import attacks

from kiosk.camera.synthetic import HEIGHT, WIDTH
from kiosk.domain.challenge.motion import DIRECTIONS
from kiosk.domain.face import Pixels


def chart(seed: int = 0) -> Pixels:
    return np.random.default_rng(seed).integers(0, 255, (attacks.SHEET, attacks.SHEET, 3), dtype=np.uint8)


def test_the_same_seed_gives_the_same_attack() -> None:
    one, same, other = (attacks.HeldSurface(attacks.still(chart()), attacks.HandPath(s)) for s in (3, 3, 4))
    for t_ms in (0.0, 400.0, 1700.0):
        assert (one.render(t_ms) == same.render(t_ms)).all()
        assert (one.render(t_ms) != other.render(t_ms)).any()


def test_a_held_surface_moves_as_a_plane() -> None:
    """Corners of a chessboard on it obey one homography, to a fraction of a pixel."""
    squares = np.kron((np.indices((10, 10)).sum(axis=0) % 2) * 255, np.ones((50, 50))).astype(np.uint8)
    board = np.repeat(np.pad(squares, 60, constant_values=255)[..., None], 3, axis=2)
    held = attacks.HeldSurface(attacks.still(board), attacks.HandPath(5, tilt_deg=30.0, answers=False))
    corners = []
    for t_ms in (0.0, 900.0, 1900.0):
        grey = cv2.cvtColor(held.render(t_ms), cv2.COLOR_BGR2GRAY)
        good, found = cv2.findChessboardCorners(grey, (9, 9))
        assert good
        corners.append(found.reshape(-1, 2))
    for later in corners[1:]:
        matrix, _ = cv2.findHomography(corners[0], later)
        mapped = cv2.perspectiveTransform(corners[0][None], matrix)[0]
        assert float(np.abs(mapped - later).mean()) < 0.5
        assert float(np.abs(later - corners[0]).mean()) > 5.0


def test_a_hand_that_answers_tilts_the_way_it_was_asked() -> None:
    for motion in DIRECTIONS:
        path = attacks.HandPath(2, tilt_deg=0.0)
        path.at(0.0, motion)
        gone = [path.at(t, motion) for t in np.arange(0.0, 1500.0, 20.0)]
        most = max(motion.along(yaw=h.yaw, pitch=h.pitch) for h in gone)
        assert 17.0 < most <= 50.0
        path.at(1600.0, None)
        assert abs(path.at(4000.0, None).yaw) < 1e-6


def test_screen_and_paper_leave_their_marks() -> None:
    plain = np.full((attacks.SHEET, attacks.SHEET, 3), 90, np.uint8)
    screen = attacks.on_screen(attacks.still(plain), seed=1)
    assert screen(0.0)[..., 0].mean() > screen(0.0)[..., 2].mean()  # bluish
    assert (screen(0.0) != screen(200.0)).any()  # a band wanders
    paper = attacks.printed(chart(), seed=1)(0.0)
    assert paper.std() < chart().std()  # ink on paper has less contrast


def test_a_cut_out_has_no_sheet_around_the_head() -> None:
    mask = attacks.cut_out()
    assert mask[attacks.SHEET // 2, attacks.SHEET // 2] == 255
    assert mask[5, 5] == 0
    bright = np.full((attacks.SHEET, attacks.SHEET, 3), 255, np.uint8)
    path = attacks.HandPath(0, tilt_deg=0.0, answers=False)
    whole = attacks.HeldSurface(attacks.still(bright), path).render(0.0)
    cut = attacks.HeldSurface(attacks.still(bright), path, mask=mask).render(0.0)
    assert cut.shape == (HEIGHT, WIDTH, 3)
    assert (cut > 240).sum() < 0.8 * (whole > 240).sum()


@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
def test_a_video_plays_at_its_speed_and_never_jumps_at_its_end(speed: float) -> None:
    frames = [np.full((4, 4, 3), i, np.uint8) for i in range(20)]
    shown = attacks.video(frames, fps=30.0, speed=speed)
    values = [int(shown(t)[0, 0, 0]) for t in np.arange(0.0, 4000.0, 1000.0 / 30.0 / speed)]
    assert max(abs(b - a) for a, b in pairwise(values)) <= 2
    assert int(shown(330.0)[0, 0, 0]) == int(0.33 * 30.0 * speed)
    once = attacks.video(frames, fps=30.0, speed=speed, loop=False)
    assert int(once(60_000.0)[0, 0, 0]) == 19


def test_clips_that_are_cut_together_do_jump() -> None:
    frames = [np.full((4, 4, 3), i, np.uint8) for i in range(100)]
    shown = attacks.cut_together(frames, seed=3)
    values = [int(shown(t)[0, 0, 0]) for t in np.arange(0.0, 6000.0, 1000.0 / 30.0)]
    jumps = [abs(b - a) for a, b in pairwise(values)]
    assert sum(j > 5 for j in jumps) >= 3
