"""The station's own vision, shown a portrait in a frame that moves with it, and one behind which a door stands still."""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np
from support.vision_parts import Eyes

from kiosk.domain.face import Pixels
from kiosk.vision.cues.bezel import NAME

WIDTH, HEIGHT = 640, 480


def vetoes(eyes: Eyes, portrait: Pixels, *, held: bool, hidden: bool = False) -> set[str]:
    """Every veto while the head of the portrait sways, with two upright edges that sway with it or stay.

    Only the head is shown: the curtains behind it are straight, and would move with it as they do in any picture that is held up.
    ``hidden``: every second frame shows nobody.
    """
    head = cv2.resize(portrait, (round(360 * portrait.shape[1] / portrait.shape[0]), 360))
    wall = cv2.GaussianBlur(np.random.default_rng(3).integers(100, 160, (HEIGHT, WIDTH, 3), dtype=np.uint8), (0, 0), 5)
    fade = np.zeros(head.shape, np.float32)
    cv2.ellipse(fade, (head.shape[1] // 2, 92), (50, 62), 0, 0, 360, (1, 1, 1), -1)
    fade = cv2.GaussianBlur(fade, (0, 0), 6)
    told: set[str] = set()
    for index in range(70):
        left = 200 + round(60 * math.sin(index / 6))
        picture = wall.copy()
        edges = left + 40 if held else 240
        cv2.rectangle(picture, (edges, 20), (edges + 190, 460), (20, 20, 20), 8)
        place = picture[60:420, left : left + head.shape[1]]
        place[:] = place * (1 - fade) + head * fade
        sighting = eyes.see(picture, times=1)
        told.update(sighting.passive.vetoes if sighting.passive else ())
        if hidden:
            assert eyes.see(wall, times=1).passive is None
    return told


def test_edges_that_move_with_the_face_are_a_veto(eyes: Eyes, portrait: Callable[[str], Pixels]) -> None:
    assert vetoes(eyes, portrait("portrait_a")[:, 40:-40], held=True) == {NAME}


def test_edges_that_stay_behind_are_none(eyes: Eyes, portrait: Callable[[str], Pixels]) -> None:
    assert vetoes(eyes, portrait("portrait_a")[:, 40:-40], held=False) == set()


def test_a_face_that_hides_between_two_frames_does_not_hide_its_edges(
    eyes: Eyes, portrait: Callable[[str], Pixels]
) -> None:
    assert vetoes(eyes, portrait("portrait_a")[:, 40:-40], held=True, hidden=True) == {NAME}
