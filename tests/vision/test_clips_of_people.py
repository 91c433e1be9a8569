"""The real engine on the development clips of real people: followed in every clip, live ones live, shown ones not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

import cv2
import pytest
from support.vision_parts import Eyes

from kiosk.domain.face import Pixels, Sighting
from kiosk.domain.policy import Light
from kiosk.domain.ports import Depth

_FRAMES = 40

_CLIPS = (
    "live/portrait_0.mp4",
    "live/portrait_13.mp4",
    "live/portrait_3.mp4",
    "live/portrait_6.mp4",
    "live/portrait_9.mp4",
    "live/speaker_a.mp4",
    "live/speaker_b.mp4",
    "live/webcam_a.webm",
    "live/webcam_b.mp4",
    "attack/display/webcam_a_on_phone.webm",
    "attack/display/webcam_b_on_phone.mp4",
)


def _frames(clip: Path) -> Iterator[Pixels]:
    video = cv2.VideoCapture(str(clip))
    for _ in range(_FRAMES):
        good, pixels = video.read()
        if not good:
            break
        yield pixels
    video.release()


_WATCHED: dict[Path, list[Sighting]] = {}


def _watch(eyes: Eyes, clip: Path) -> list[Sighting]:
    """Sightings of the first frames of a clip; each clip is watched once for all tests."""
    if clip in _WATCHED:
        return _WATCHED[clip]
    seen = _WATCHED[clip] = []
    for index, pixels in enumerate(_frames(clip)):
        seen.append(eyes.see(pixels, times=1, depth=Depth.FULL if index % 4 == 3 else Depth.TRACK))
    assert seen
    return seen


@pytest.mark.parametrize("name", _CLIPS)
def test_the_face_is_followed_as_one_track(eyes: Eyes, shared: Path, name: str) -> None:
    seen = _watch(eyes, shared / "data" / "clips" / name)
    found = [s for s in seen if s.faces]
    assert len(found) >= 0.9 * len(seen)
    assert len({s.faces[0].track for s in found}) == 1
    assert all(s.faces[0].is_sane for s in found)


@pytest.mark.parametrize("name", [name for name in _CLIPS if name.startswith("live")])
def test_a_live_person_is_not_taken_for_an_attack_nor_for_a_bad_picture(eyes: Eyes, shared: Path, name: str) -> None:
    full = [s for s in _watch(eyes, shared / "data" / "clips" / name) if s.measures and s.passive]
    light = Light()
    scores = [s.passive.score for s in full if s.passive and s.passive.score is not None]
    assert median(scores) > 0.048
    measures = [s.measures for s in full if s.measures]
    assert median(m.sharpness for m in measures) > light.min_sharpness
    assert median(m.occlusion for m in measures) < light.max_occlusion
    assert light.min_brightness < median(m.brightness for m in measures) < light.max_brightness


@pytest.mark.parametrize("name", [name for name in _CLIPS if name.startswith("attack")])
def test_a_phone_held_to_the_camera_scores_as_an_attack(eyes: Eyes, shared: Path, name: str) -> None:
    full = [s for s in _watch(eyes, shared / "data" / "clips" / name) if s.passive]
    scores = [s.passive.score for s in full if s.passive and s.passive.score is not None]
    assert median(scores) < 0.02
