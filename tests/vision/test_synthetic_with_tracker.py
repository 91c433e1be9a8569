"""The virtual camera before the real tracker and the real networks: poses are seen as asked, a phone is seen as what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from kiosk.camera.relief import Relief, SyntheticPose
from kiosk.camera.synthetic import HEIGHT, WIDTH, HeldPhone, Sitter, fixed, steady, visit
from kiosk.cli.scenes import Portraits
from kiosk.domain.face import Face, Frame, Pixels, Sighting
from kiosk.domain.guidance import Hint, judge
from kiosk.domain.policy import Policy
from kiosk.domain.ports import Depth
from kiosk.vision.engine import Engine
from kiosk.vision.models import ModelFiles


@pytest.fixture(scope="module")
def portraits(models: ModelFiles) -> Iterator[Portraits]:
    with Portraits(models) as opened:
        yield opened


@pytest.fixture(scope="module")
def relief(portraits: Portraits, models: ModelFiles) -> Relief:
    return portraits.relief(models.path("portrait_a"))


class Eye:
    """Looks at pictures, each as a new track."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.now = 0.0

    def at(self, pixels: Pixels, *, new: bool = True) -> Sighting:
        if new:
            self.engine.forget()
        for _ in range(2 if new else 1):
            self.now += 33.0
            seen = self.engine.look(Frame(pixels, int(self.now), self.now), Depth.FULL)
        return seen

    def face(self, pixels: Pixels) -> Face:
        face = self.at(pixels).nearest
        assert face is not None
        return face


@pytest.fixture(scope="module")
def eye(engine: Engine) -> Eye:
    return Eye(engine)


def slope(asked: list[float], seen: list[float]) -> float:
    return float(np.polyfit(asked, seen, 1)[0])


def test_asked_angles_are_seen(relief: Relief, eye: Eye) -> None:
    angles = [-20.0, -10.0, 0.0, 10.0, 20.0]

    def render(**pose: float) -> Pixels:
        return relief.render(SyntheticPose(**pose), width=WIDTH, height=HEIGHT)

    yaws = [eye.face(render(yaw=a)).pose.yaw for a in angles]
    pitches = [eye.face(render(pitch=0.75 * a)).pose.pitch for a in angles]
    rolls = [eye.face(render(roll=a)).pose.roll for a in angles]
    assert 0.7 <= slope(angles, yaws) <= 1.2
    assert 0.6 <= slope([0.75 * a for a in angles], pitches) <= 1.4
    assert 0.9 <= slope(angles, rolls) <= 1.1
    assert max(abs(a - s) for a, s in zip(angles, yaws, strict=True)) <= 6.0
    assert yaws == sorted(yaws)
    assert pitches == sorted(pitches)


def test_asked_distance_is_seen(relief: Relief, eye: Eye) -> None:
    place = Policy().placement
    for asked in (35.0, 50.0, 65.0):
        face = eye.face(relief.render(SyntheticPose(distance_cm=asked), width=WIDTH, height=HEIGHT))
        seen = place.distance_cm(interocular_px=face.interocular_px, frame_width=WIDTH, yaw_deg=face.pose.yaw)
        assert abs(seen - asked) / asked < 0.1


def test_a_blink_is_seen(relief: Relief, eye: Eye) -> None:
    opened = eye.face(relief.render(SyntheticPose(), width=WIDTH, height=HEIGHT)).eye_openness
    closed = eye.face(relief.render(SyntheticPose(blink=1.0), width=WIDTH, height=HEIGHT)).eye_openness
    assert min(opened) - max(closed) > 0.15


@pytest.mark.parametrize("name", ["portrait_a", "portrait_a2", "portrait_b", "portrait_astronaut"])
def test_who_stands_still_is_in_place_and_scores_as_live(
    name: str, portraits: Portraits, models: ModelFiles, eye: Eye
) -> None:
    sitter = Sitter(portraits.relief(models.path(name)), steady(seed=1), seed=1)
    eye.at(sitter.render(0.0))
    seen = [eye.at(sitter.render(33.0 * i), new=False) for i in range(24)]
    scores = [s.passive.score for s in seen if s.passive is not None and s.passive.score is not None]
    assert len({s.nearest.track for s in seen if s.nearest is not None}) == 1
    assert [judge(s, Policy()) for s in seen].count(Hint.OK) >= 20
    assert np.median(scores) >= 0.9
    assert np.percentile(scores, 10) >= 0.5


def test_who_walks_up_is_one_person(portraits: Portraits, models: ModelFiles, eye: Eye) -> None:
    sitter = Sitter(portraits.relief(models.path("portrait_a")), visit(seed=1), seed=1)
    eye.at(sitter.render(0.0))
    seen = [eye.at(sitter.render(33.3 * i), new=False) for i in range(12, 60)]
    assert {len(s.faces) for s in seen} == {0, 1}
    assert len(seen[-1].faces) == 1


@pytest.mark.parametrize("name", ["portrait_a", "portrait_b", "portrait_astronaut"])
def test_a_phone_in_a_hand_scores_as_an_attack(name: str, portraits: Portraits, models: ModelFiles, eye: Eye) -> None:
    pixels, face = portraits.face(models.path(name))
    phone = HeldPhone(pixels, face.landmarks, seed=4)
    eye.at(phone.render(0.0))
    seen = [eye.at(phone.render(111.0 * i), new=False) for i in range(24)]
    scores = [s.passive.score for s in seen if s.passive is not None and s.passive.score is not None]
    assert [judge(s, Policy()) for s in seen].count(Hint.OK) >= 20  # it is well placed: guidance is not what refuses it
    assert np.median(scores) <= 0.02
    assert np.percentile(scores, 90) <= 0.048


def test_two_pictures_of_one_person_match_through_the_camera(
    portraits: Portraits, models: ModelFiles, engine: Engine, eye: Eye, portrait: Callable[[str], Pixels]
) -> None:
    def through_the_camera(name: str) -> tuple[Pixels, Face]:
        pixels = Sitter(portraits.relief(models.path(name)), fixed(SyntheticPose())).render(0.0)
        return pixels, eye.face(pixels)

    a, a2, b = (engine.embed(*through_the_camera(name)) for name in ("portrait_a", "portrait_a2", "portrait_b"))
    assert a is not None
    assert a2 is not None
    assert b is not None
    assert a.similarity(a2) >= 0.5
    assert a.similarity(b) <= 0.3
