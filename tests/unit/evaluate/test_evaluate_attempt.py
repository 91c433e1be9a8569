"""One file, one answer: clips through the session machine, pictures against gates and threshold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from support.sightings import face, sighting

from kiosk.domain.face import Embedding, Face, Frame, Pixels, Sighting
from kiosk.domain.guidance import Hint
from kiosk.domain.policy import ChallengeUse, DoorRisk, LivenessPolicy, Policy, ScreenLightUse, Tiers
from kiosk.domain.ports import Depth
from kiosk.evaluate.attempt import Attempt, Presenter, Response
from kiosk.evaluate.files import Kind, Sample

Scene = Callable[[int, float], Sighting]
"""Number of the frame within the file, its time -> what vision says."""


class ToldVision:
    """Says what the test tells, and an empty room for the frame that separates two files."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.looks: list[tuple[float, Depth]] = []
        self.forgotten = 0

    def look(self, frame: Frame, depth: Depth) -> Sighting:
        assert not self.looks or frame.mono_ms > self.looks[-1][0], "frames come in order"
        self.looks.append((frame.mono_ms, depth))
        if int(frame.pixels.min()) == int(frame.pixels.max()) == 127:
            return sighting(frame.mono_ms)
        told = self.scene(frame.seq, frame.mono_ms)
        if depth is Depth.TRACK:
            told = Sighting(told.seq, told.mono_ms, told.width, told.height, told.faces)
        return told

    def embed(self, pixels: Pixels, face: Face) -> Embedding | None:
        return None

    def forget(self) -> None:
        self.forgotten += 1

    def close(self) -> None:
        pass


@pytest.fixture
def clip(tmp_path: Path) -> Sample:
    path = tmp_path / "live" / "clip.avi"
    path.parent.mkdir()
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 30, (64, 48))
    for shade in range(60):
        writer.write(np.full((48, 64, 3), 20 + shade, np.uint8))
    writer.release()
    return Sample(path=path, kind=Kind.CLIP, species=None, site="")


@pytest.fixture
def picture(tmp_path: Path) -> Sample:
    path = tmp_path / "picture.png"
    cv2.imwrite(str(path), np.random.default_rng(1).integers(0, 255, (48, 64, 3), dtype=np.uint8))
    return Sample(path=path, kind=Kind.PICTURE, species=None, site="")


def show(sample: Sample, scene: Scene, policy: Policy | None = None) -> tuple[Attempt, ToldVision]:
    vision = ToldVision(scene)
    return Presenter(vision, policy or Policy()).show(sample), vision


# ---------------------------------------------------------------------------- clips


def test_a_live_person_is_live_after_the_window_and_the_rest_is_not_looked_at(clip: Sample) -> None:
    attempt, vision = show(clip, lambda n, at: sighting(at, face(), score=0.99))
    assert attempt.response is Response.LIVE
    assert attempt.score is not None
    assert attempt.score > 0.9
    assert LivenessPolicy().min_frames <= attempt.frames < 20
    assert attempt.frames == len(vision.looks) - 1
    assert attempt.brightness == pytest.approx(120.0)
    # Tracking until a face is followed, then everything: as the station does.
    assert vision.looks[1][1] is Depth.TRACK
    assert vision.looks[-1][1] is Depth.FULL


def test_an_attack_is_an_attack(clip: Sample) -> None:
    attempt, _ = show(clip, lambda n, at: sighting(at, face(), score=0.001))
    assert attempt.response is Response.ATTACK


def test_a_score_that_stays_under_the_threshold_only_now_and_then_is_no_attack_by_veto(clip: Sample) -> None:
    attempt, _ = show(clip, lambda n, at: sighting(at, face(), score=0.01 if n % 2 else 0.9))
    assert attempt.response is Response.LIVE
    assert attempt.answer_ms >= LivenessPolicy().full_ms


def test_broken_scores_are_inconclusive(clip: Sample) -> None:
    attempt, _ = show(clip, lambda n, at: sighting(at, face(), score=None))
    assert attempt.response is Response.INCONCLUSIVE
    assert attempt.score is None
    assert attempt.hint is None


def test_a_face_that_never_comes_close_is_not_guided_and_says_why(clip: Sample) -> None:
    attempt, _ = show(clip, lambda n, at: sighting(at, face(share=0.12), score=0.99))
    assert attempt.response is Response.NOT_GUIDED
    assert attempt.hint is Hint.COME_CLOSER
    assert attempt.frames == 60


def test_nobody_is_not_guided(clip: Sample) -> None:
    attempt, _ = show(clip, lambda n, at: sighting(at))
    assert attempt.response is Response.NOT_GUIDED
    assert attempt.hint is Hint.NO_FACE


@pytest.mark.parametrize(
    "policy",
    [
        Policy(liveness=LivenessPolicy(challenge=ChallengeUse.ALWAYS)),
        Policy(liveness=LivenessPolicy(screen_light=ScreenLightUse.ALWAYS)),
        Policy(tiers=Tiers(risk=DoorRisk.HIGH)),
    ],
    ids=["motions", "light", "high risk"],
)
def test_a_clip_cannot_do_as_it_is_asked_so_it_is_asked_for_nothing(clip: Sample, policy: Policy) -> None:
    attempt, _ = show(clip, lambda n, at: sighting(at, face(), score=0.99), policy)
    assert attempt.response is Response.LIVE


def test_two_files_share_no_face_and_no_time(clip: Sample) -> None:
    vision = ToldVision(lambda n, at: sighting(at, face(), score=0.99))
    presenter = Presenter(vision, Policy())
    first, second = presenter.show(clip), presenter.show(clip)
    assert first.response is second.response is Response.LIVE
    assert first.frames == second.frames
    assert vision.forgotten == 2


# ------------------------------------------------------------------------- pictures


@pytest.mark.parametrize(
    ("score", "response"),
    [(0.99, Response.LIVE), (0.048, Response.LIVE), (0.047, Response.ATTACK), (None, Response.INCONCLUSIVE)],
)
def test_a_picture_is_judged_by_the_threshold(picture: Sample, score: float | None, response: Response) -> None:
    attempt, vision = show(picture, lambda n, at: sighting(at, face(), score=score))
    assert attempt.response is response
    assert attempt.score == score
    assert vision.looks[-1][1] is Depth.FULL


def test_a_picture_that_misses_the_gates_has_no_score(picture: Sample) -> None:
    attempt, _ = show(picture, lambda n, at: sighting(at, face(yaw=30.0), score=0.99))
    assert attempt.response is Response.NOT_GUIDED
    assert attempt.score is None
    assert attempt.hint is Hint.LOOK_STRAIGHT


@pytest.mark.parametrize("kind", list(Kind))
def test_a_file_that_cannot_be_read_is_no_attempt(tmp_path: Path, kind: Kind) -> None:
    path = tmp_path / "broken.bin"
    path.write_text("nothing to see")
    attempt, vision = show(
        Sample(path=path, kind=kind, species=None, site=""), lambda n, at: sighting(at, face(), score=0.99)
    )
    assert attempt.response is Response.UNREADABLE
    assert vision.looks == []
