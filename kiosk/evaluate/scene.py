"""Frames to time the stages on: a portrait at arm's length in front of a 1280x720 camera, moving a little as people do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

import cv2
import numpy as np

from kiosk.domain.face import Box, Pixels

WIDTH, HEIGHT = 1280, 720
FACE_SHARE = 0.25  # of the frame's width: about 50 cm from a camera with 60 degrees
LENGTH = 60
"""Frames of one round; the last leads back to the first without a jump."""


def portrait_scene(portrait: Pixels, face: Box, *, length: int = LENGTH) -> tuple[Pixels, ...]:
    """One round of frames, BGR uint8 (720, 1280, 3), read-only. ``face`` is where the face is in the portrait, pixels."""
    scale = FACE_SHARE * WIDTH / face.width
    x, y = face.centre
    frames = []
    for index in range(length):
        angle = 2 * math.pi * index / length
        turn = math.radians(1.5 * math.sin(angle))
        zoom = scale * (1 + 0.02 * math.sin(2 * angle))
        cos, sin = zoom * math.cos(turn), zoom * math.sin(turn)
        to_x = WIDTH / 2 + 14 * math.sin(angle)
        to_y = HEIGHT / 2 + 8 * math.sin(3 * angle)
        matrix = np.array([[cos, -sin, to_x - cos * x + sin * y], [sin, cos, to_y - sin * x - cos * y]])
        frame = cv2.warpAffine(portrait, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
        frame.flags.writeable = False
        frames.append(cast(Pixels, frame))
    return tuple(frames)


def empty_room(scene: Sequence[Pixels]) -> Pixels:
    """A frame of the same size and light without anybody."""
    room = np.full_like(scene[0], round(float(scene[0].mean())))
    room.flags.writeable = False
    return room
