"""A visit to a camera without a window: one live person, or why not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from support.sightings import GOOD_LIGHT, face, sighting
from support.station_parts import TurnedClock, vector

from kiosk.domain.errors import CameraError, Code
from kiosk.domain.face import Embedding, Face, Frame, Pixels, Sighting
from kiosk.domain.guidance import Hint
from kiosk.domain.policy import Policy
from kiosk.domain.ports import CameraInfo, Depth
from kiosk.station.picture import Seen, Why
from kiosk.station.watch import watch

PERIOD_MS = 40.0
See = Callable[[float], Sighting]


class ScriptedCamera:
    """Frames whose first pixel is the number of the scene; each scene lasts as many frames as the script says."""

    def __init__(self, clock: TurnedClock, frames: list[int], *, breaks: bool = False, ends: bool = True) -> None:
        self.clock, self.frames, self.breaks, self.ends = clock, frames, breaks, ends
        self.closed = False
        self.seq = 0

    def open(self) -> CameraInfo:
        return CameraInfo("told:", "told", 1280, 720, 25.0, True)

    def read(self) -> Frame | None:
        self.clock.turn(PERIOD_MS)
        scene = self.frames[self.seq] if self.seq < len(self.frames) else -1
        if scene < 0 and self.breaks:
            raise CameraError(Code.CAMERA_LOST, "told")
        if scene < 0 and self.ends:
            return None
        self.seq += 1
        pixels = np.full((720, 1280, 3), max(scene, 0), np.uint8)
        return Frame(pixels, self.seq, self.clock.mono_ms())

    def close(self) -> None:
        self.closed = True


class ScriptedVision:
    """What each scene looks like."""

    def __init__(self, *scenes: See) -> None:
        self.scenes = scenes
        self.who = {number: number for number in range(len(scenes))}

    def look(self, frame: Frame, depth: Depth) -> Sighting:
        assert depth is Depth.FULL
        return self.scenes[int(frame.pixels[0, 0, 0])](frame.mono_ms)

    def embed(self, pixels: Pixels, face: Face) -> Embedding | None:
        return vector(self.who[int(pixels[0, 0, 0])])

    def forget(self) -> None:
        pass

    def close(self) -> None:
        pass


def empty(at_ms: float) -> Sighting:
    return sighting(at_ms)


def live(at_ms: float) -> Sighting:
    return sighting(at_ms, face(), score=0.99, measures=GOOD_LIGHT)


def fake(at_ms: float) -> Sighting:
    return sighting(at_ms, face(), score=0.001, measures=GOOD_LIGHT)


def unsure(at_ms: float) -> Sighting:
    return sighting(at_ms, face(), score=None, measures=GOOD_LIGHT)


def far(at_ms: float) -> Sighting:
    return sighting(at_ms, face(share=0.05), score=0.99, measures=GOOD_LIGHT)


def other_track(at_ms: float) -> Sighting:
    return sighting(at_ms, face(track=2), score=0.99, measures=GOOD_LIGHT)


def two(at_ms: float) -> Sighting:
    return sighting(at_ms, face(), face(track=2), score=0.99, measures=GOOD_LIGHT)


def run(vision: ScriptedVision, frames: list[int]) -> tuple[Seen, list[Hint]]:
    clock, told = TurnedClock(), []
    camera = ScriptedCamera(clock, frames)
    seen = watch(camera, vision, clock, Policy(), tell=told.append)
    assert camera.closed
    return seen, told


def test_a_live_person_is_captured() -> None:
    seen, told = run(ScriptedVision(empty, live), [0] * 10 + [1] * 40)
    assert (seen.why, seen.live) == (None, True)
    assert seen.probe is not None
    assert seen.probe.similarity(vector(1)) == pytest.approx(1.0)
    assert told == [Hint.OK]


def test_an_attack_is_one_however_live_it_looks_later() -> None:
    seen, _ = run(ScriptedVision(fake, live), [0] * 10 + [1] * 100)
    assert (seen.why, seen.live, seen.probe) == (Why.ATTACK, False, None)


@pytest.mark.parametrize(
    ("scene", "why", "hint"),
    [
        (empty, Why.NO_FACE, None),
        (far, Why.NOT_GUIDED, Hint.COME_CLOSER),
        (two, Why.NOT_GUIDED, Hint.ONE_PERSON),
        (unsure, Why.LIVENESS_UNSURE, None),
    ],
)
def test_the_end_of_a_clip_says_why(scene: See, why: Why, hint: Hint | None) -> None:
    seen, _ = run(ScriptedVision(scene), [0] * 30)
    assert (seen.why, seen.hint, seen.probe) == (why, hint, None)


def test_too_few_live_frames_are_no_verdict() -> None:
    seen, _ = run(ScriptedVision(live), [0] * 3)
    assert seen.why is Why.LIVENESS_UNSURE


def test_evidence_of_one_face_is_never_used_for_another() -> None:
    vision = ScriptedVision(live, other_track)
    seen, _ = run(vision, [0] * 4 + [1] * 4)
    assert seen.why is Why.LIVENESS_UNSURE
    seen, _ = run(vision, [0] * 4 + [1] * 40)
    assert seen.probe is not None
    assert seen.probe.similarity(vector(1)) == pytest.approx(1.0)


def test_a_face_that_changes_within_a_track_is_refused() -> None:
    seen, _ = run(ScriptedVision(live, live), [0] * 1 + [1] * 40)
    assert (seen.why, seen.probe) == (Why.FACE_CHANGED, None)


def test_a_live_camera_is_watched_for_a_limited_time() -> None:
    clock = TurnedClock()
    camera = ScriptedCamera(clock, [], ends=False)
    seen = watch(camera, ScriptedVision(empty), clock, Policy(), tell=lambda hint: None, limit_ms=2000.0)
    assert seen.why is Why.NO_FACE
    assert camera.seq == 2000 / PERIOD_MS


def test_a_camera_that_breaks_is_closed_and_said() -> None:
    clock = TurnedClock()
    camera = ScriptedCamera(clock, [0] * 3, breaks=True)
    with pytest.raises(CameraError):
        watch(camera, ScriptedVision(empty), clock, Policy(), tell=lambda hint: None)
    assert camera.closed
