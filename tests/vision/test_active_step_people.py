"""Real people who do what is asked: recordings in which a head moves, re-timed (``support.retimed``), passive scores and all."""

from __future__ import annotations

import itertools
from pathlib import Path

import cv2
import pytest
from support.retimed import attempts
from support.visits import FRAME_MS

from kiosk.domain.challenge.motion import Motion
from kiosk.domain.face import Frame, Sighting
from kiosk.domain.ports import Depth
from kiosk.vision.engine import Engine

_CLOCK = itertools.count(10_000_000, 120_000)
"""When each clip begins on the engine's clock, which only goes on."""


def watched(engine: Engine, clip: Path) -> list[Sighting]:
    """What the engine says of every frame of a clip."""
    engine.forget()
    video, began = cv2.VideoCapture(str(clip)), float(next(_CLOCK))
    seen: list[Sighting] = []
    while True:
        good, pixels = video.read()
        if not good:
            break
        seen.append(engine.look(Frame(pixels, len(seen), began + len(seen) * FRAME_MS), Depth.FULL))
    video.release()
    return [s for s in seen if s.nearest is not None and s.passive is not None and s.passive.score is not None]


def refused(engine: Engine, clip: Path, each: int) -> tuple[int, list[tuple[Motion, int]]]:
    """How many visits, and which were not let in."""
    done = [(stretch.motion, seed, visit.opened) for stretch, seed, visit in attempts(watched(engine, clip), each)]
    return len(done), [(motion, seed) for motion, seed, opened in done if not opened]


def test_a_person_who_turns_and_nods_as_asked_is_let_in(engine: Engine, shared: Path) -> None:
    visits, not_let_in = refused(engine, shared / "data" / "clips" / "live" / "webcam_a.webm", 1)
    assert visits >= 3
    assert not_let_in == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_at_most_one_in_twenty_is_refused(engine: Engine, shared: Path) -> None:
    visits, not_let_in = 0, []
    for name in ("portrait_3.mp4", "portrait_9.mp4", "webcam_a.webm"):
        more, lost = refused(engine, shared / "data" / "clips" / "live" / name, 12)
        visits, not_let_in = visits + more, not_let_in + lost
    assert visits >= 80
    assert len(not_let_in) <= 0.05 * visits, not_let_in
