"""The screen's light through the real tracker, on a portrait whose pixels are lit. The light is SIMULATED, the face is real."""

from __future__ import annotations

import itertools
import random

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from support.active_drill import PORTRAITS

from kiosk.camera.stills import read_picture
from kiosk.domain.face import Frame, Pixels
from kiosk.domain.light.colours import Colour, draw
from kiosk.domain.light.judge import Echo, LightJudge
from kiosk.domain.policy import LightStep
from kiosk.domain.ports import Depth
from kiosk.vision.engine import Engine
from kiosk.vision.measures import OVAL
from kiosk.vision.models import ModelFiles
from kiosk.vision.stills import StillTracker

POLICY = LightStep()
STEP_MS = 100.0
_CLOCK = itertools.count(500_000_000.0, STEP_MS)
"""Times of an engine only go on."""


def lit(linear: NDArray[np.float32], where: NDArray[np.float32], colour: Colour, share: float) -> Pixels:
    """The picture with this share of the screen's light added where it falls."""
    light = 1.0 + share * where[..., None] * np.array(colour.light, np.float32)
    return np.clip(255.0 * np.power(linear * light, 1 / 2.2), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("falls_on", "share", "echo"),
    [("face", 0.12, Echo.SEEN), ("all", 0.12, Echo.ALL_OVER), ("face", 0.004, Echo.FAINT)],
)
def test_a_lit_face_is_told_from_a_lit_picture_and_from_a_display(
    engine: Engine, stills: StillTracker, models: ModelFiles, falls_on: str, share: float, echo: Echo
) -> None:
    pixels = read_picture(models.path(PORTRAITS[0]))
    scale = 480 / pixels.shape[0]
    pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    face = stills.look_at_picture(pixels)[0]
    where = np.ones(pixels.shape[:2], np.float32)
    if falls_on == "face":
        where[:] = 0.0
        cv2.fillConvexPoly(where, cv2.convexHull(face.landmarks[list(OVAL), :2].astype(np.int32)), 1.0)
    linear = np.power(pixels.astype(np.float32) / 255.0 * 0.9, 2.2).astype(np.float32)
    lights = draw(random.Random(5), POLICY)
    engine.forget()
    judge, at_ms = LightJudge(lights=lights, since_ms=0.0), 0.0
    while judge.echo is Echo.PENDING:
        colour = judge.shown(at_ms) or lights.steps[-1].colour
        frame = Frame(lit(linear, where, colour, share), int(at_ms), next(_CLOCK))
        judge = judge.see(engine.look(frame, Depth.FULL).reflection, at_ms, POLICY)
        at_ms += STEP_MS
    assert judge.echo is echo, judge.answer
