"""Edges that move with the face are those of something held; edges that stay where they are stand behind a person."""

from __future__ import annotations

import math
from dataclasses import replace

import cv2
import numpy as np
import pytest
from support.vision_parts import made_face

from kiosk.domain.face import Box, Face, Pixels, TrackId
from kiosk.vision.cues.bezel import MIN_LENGTH, Bezel, lines_around, strongest

WIDTH, HEIGHT = 640, 480
ROOM = cv2.GaussianBlur(np.random.default_rng(5).integers(90, 170, (HEIGHT, WIDTH, 3), dtype=np.uint8), (0, 0), 6)
SWAY = 40.0


def at(index: int, sway: float = SWAY) -> float:
    """Where the face's left edge is in this frame: it sways as a hand or a head does."""
    return 250.0 + sway * math.sin(index / 4)


def scene(index: int, *, edges_at: float | None, sway: float = SWAY, upright: bool = True) -> tuple[Pixels, Face]:
    """A face, and two straight edges beside (or above and below) it whose middle is at ``edges_at``."""
    x = at(index, sway) if upright else 260.0
    y = 150.0 if upright else 150.0 + sway * math.sin(index / 4)
    picture = ROOM.copy()
    if edges_at is not None and upright:
        left, right = int(edges_at - 130), int(edges_at + 130)
        cv2.rectangle(picture, (left, 20), (right, 460), (25, 25, 25), 6)
    elif edges_at is not None:
        top, bottom = int(edges_at - 150), int(edges_at + 150)
        cv2.rectangle(picture, (60, top), (600, bottom), (25, 25, 25), 6)
    cv2.ellipse(picture, (int(x + 60), int(y + 72)), (58, 70), 0, 0, 360, (120, 150, 200), -1)
    noise = np.random.default_rng(index).normal(0, 3, picture.shape)
    pixels: Pixels = np.clip(picture + noise, 0, 255).astype(np.uint8)
    return pixels, replace(made_face(x=x, y=y, width=120.0), box=Box(x, y, 120.0, 144.0))


def shown(*, held: bool, count: int = 40, sway: float = SWAY, track: int = 1) -> bool:
    """Whether the cue ever says so over these frames."""
    cue, told = Bezel(), False
    for index in range(count):
        middle = at(index, sway) + 60 if held else 310.0
        pixels, face = scene(index, edges_at=middle, sway=sway)
        told |= cue.see(pixels, replace(face, track=TrackId(track)))
    return told


def test_both_edges_are_found_and_measured() -> None:
    pixels, face = scene(0, edges_at=310.0)
    pair = strongest(lines_around(pixels, face.box))
    assert pair is not None
    assert pair.upright
    assert pair.length >= MIN_LENGTH
    assert abs(pair.shift) < 0.1


def test_a_held_device_is_refused() -> None:
    assert shown(held=True)


def test_a_door_frame_behind_a_person_is_not() -> None:
    assert not shown(held=False)


def test_a_device_on_a_stand_is_left_to_the_other_cues() -> None:
    assert not shown(held=True, sway=1.0)


def test_a_person_in_an_empty_room_is_not_refused() -> None:
    cue = Bezel()
    assert not any(cue.see(*scene(index, edges_at=None)) for index in range(40))


def test_edges_above_and_below_count_as_well() -> None:
    cue, told = Bezel(), False
    for index in range(40):
        middle = 150.0 + SWAY * math.sin(index / 4) + 72
        told |= cue.see(*scene(index, edges_at=middle, upright=False))
    assert told


def test_another_face_starts_afresh() -> None:
    cue = Bezel()
    for index in range(40):
        pixels, face = scene(index, edges_at=at(index) + 60)
        assert not cue.see(pixels, replace(face, track=TrackId(index // 8)))


@pytest.mark.parametrize(
    "box", [Box(0, 0, 30, 36), Box(620, 460, 30, 36), Box(-200, -200, 30, 36), Box(10, 10, 600, 700)]
)
def test_a_face_anywhere_breaks_nothing(box: Box) -> None:
    assert strongest(lines_around(ROOM, box)) is None


def test_broken_geometry_is_no_evidence() -> None:
    cue = Bezel()
    pixels, _ = scene(0, edges_at=310.0)
    assert not any(cue.see(pixels, made_face(nan=True)) for _ in range(40))
