"""Pairs to figures, with hand-made finders and templates."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from support.sightings import face

from kiosk.domain.errors import Code, InputError
from kiosk.domain.face import Embedding, Face, Pixels
from kiosk.evaluate import matching
from kiosk.evaluate.matching import Failure, main_face
from kiosk.evaluate.matching_report import as_object, as_text
from kiosk.evaluate.pairs import Pair


class ToldFinder:
    """Finds as many faces as the first pixel says; counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def look_at_picture(self, pixels: Pixels) -> tuple[Face, ...]:
        self.asked += 1
        return tuple(face(width=pixels.shape[1], height=pixels.shape[0]) for _ in range(int(pixels[0, 0, 0])))


class ToldMaker:
    """The template of a picture is its second pixel: people apart are at right angles."""

    def embed(self, pixels: Pixels, face: Face) -> Embedding | None:
        who = int(pixels[0, 1, 0])
        if who == 255:
            return None
        vector = np.zeros(8, np.float32)
        vector[who] = 1.0
        return Embedding(vector, "told", "0" * 64)


def picture(folder: Path, name: str, *, faces: int = 1, who: int = 0) -> None:
    pixels = np.zeros((40, 40, 3), np.uint8)
    pixels[0, 0] = faces
    pixels[0, 1] = who
    cv2.imwrite(str(folder / name), pixels)


def test_every_picture_is_embedded_once_and_failures_are_counted(tmp_path: Path) -> None:
    for name, faces, who in (
        ("a1.png", 1, 0),
        ("a2.png", 2, 0),
        ("b.png", 1, 1),
        ("none.png", 0, 0),
        ("bad.png", 1, 255),
    ):
        picture(tmp_path, name, faces=faces, who=who)
    (tmp_path / "text.jpg").write_text("not a picture")
    pairs = [
        Pair("a1.png", "a2.png", True),
        Pair("a1.png", "none.png", True),
        Pair("a1.png", "b.png", False),
        Pair("b.png", "text.jpg", False),
        Pair("b.png", "bad.png", False),
        Pair("b.png", "gone.png", False),
    ]
    finder, seen = ToldFinder(), []
    report = matching.measure(pairs, tmp_path, finder, ToldMaker(), policy_threshold=0.5, each=lambda: seen.append(1))
    assert finder.asked == 5  # the text and the missing file are never looked at
    assert len(seen) == report.pictures == 7
    assert (report.genuine, report.impostor) == (2, 4)
    assert (report.failed_genuine, report.failed_impostor) == (1, 3)
    assert dict(report.failures) == {Failure.UNREADABLE: 2, Failure.NO_FACE: 1, Failure.NOT_EMBEDDED: 1}
    assert report.several_faces == 1
    # The pair that could not be compared is a genuine one refused, not one left out.
    assert report.at_far is not None
    assert (report.at_far.tar.hits, report.at_far.tar.of) == (1, 2)
    assert (report.at_policy.tar.hits, report.at_policy.far.hits) == (1, 0)


def test_the_report_has_the_contracts_keys_and_no_dead_number(tmp_path: Path) -> None:
    picture(tmp_path, "a.png")
    report = matching.measure([Pair("a.png", "a.png", True)], tmp_path, ToldFinder(), ToldMaker(), policy_threshold=0.5)
    told = json.loads(json.dumps(as_object(report), allow_nan=False))
    assert told["pairs"] == 1
    for key in ("tar_at_far_1e-3", "eer", "auc", "threshold"):
        assert told[key] is None  # no impostor: nothing is known
    assert "Both kinds of pair" in as_text(report)


def test_a_coarse_false_accept_rate_is_told(tmp_path: Path) -> None:
    picture(tmp_path, "a.png")
    picture(tmp_path, "b.png", who=1)
    pairs = [Pair("a.png", "a.png", True), Pair("a.png", "b.png", False)]
    report = matching.measure(pairs, tmp_path, ToldFinder(), ToldMaker(), policy_threshold=0.5)
    told = as_object(report)
    assert told["tar_at_far_1e-3"] == 1.0
    assert told["intervals"]["tar_at_far_1e-3"] == pytest.approx([0.025, 1.0])
    assert told["false_accepts_allowed"] == 0
    assert "coarse" in as_text(report)


def test_a_folder_without_any_of_the_pictures_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "no"):
        with pytest.raises(InputError) as caught:
            matching.measure([Pair("a", "b", True)], folder, ToldFinder(), ToldMaker(), policy_threshold=0.5)
        assert caught.value.code is Code.FILE_MISSING


def test_a_bystander_at_the_edge_is_not_the_person() -> None:
    person = face(share=0.30, at=(0.5, 0.5), width=250, height=250)
    bystander = face(share=0.34, at=(0.95, 0.6), width=250, height=250)
    small_in_the_middle = face(share=0.10, at=(0.5, 0.5), width=250, height=250)
    assert main_face([bystander, person], width=250, height=250) is person
    assert main_face([small_in_the_middle, person], width=250, height=250) is person
    near = face(share=0.40, at=(0.4, 0.5), width=250, height=250)
    assert main_face([small_in_the_middle, near], width=250, height=250) is near
