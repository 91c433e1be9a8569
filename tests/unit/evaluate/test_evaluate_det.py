"""The trade-off curve, its picture, and the HTML report around it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as hst

from kiosk.domain.policy import Policy
from kiosk.evaluate import det
from kiosk.evaluate.attempt import Attempt, Response
from kiosk.evaluate.files import Kind, Sample
from kiosk.evaluate.liveness import summarise
from kiosk.evaluate.liveness_html import as_html

scores = hst.lists(hst.floats(0, 1), min_size=1, max_size=30)


def attempt(species: str | None, score: float | None, response: Response) -> Attempt:
    sample = Sample(path=Path("secret-name.mp4"), kind=Kind.CLIP, species=species, site="<desk>")
    return Attempt(sample=sample, response=response, score=score, brightness=100.0, spent_ms=10.0, answer_ms=300.0)


def some() -> list[Attempt]:
    live = [attempt(None, 0.5 + 0.05 * i, Response.LIVE) for i in range(9)]
    shown = [attempt("display", 0.02 * i, Response.ATTACK) for i in range(9)]
    worn = [attempt("mask", 0.3 + 0.08 * i, Response.LIVE if i > 5 else Response.ATTACK) for i in range(8)]
    return [*live, *shown, *worn, attempt("display", None, Response.NOT_GUIDED)]


@settings(deadline=None)
@given(scores, scores)
def test_a_higher_threshold_lets_fewer_attacks_in_and_refuses_more_people(
    live: list[float], shown: list[float]
) -> None:
    points = det.trade_off(live, shown)
    assert [p.threshold for p in points] == sorted(p.threshold for p in points)
    assert [p.apcer for p in points] == sorted((p.apcer for p in points), reverse=True)
    assert [p.bpcer for p in points] == sorted(p.bpcer for p in points)
    assert points[-1].apcer == 0.0
    assert points[-1].bpcer == 1.0
    for point in points[:-1]:
        assert point.apcer == pytest.approx(np.mean([s >= point.threshold for s in shown]))
        assert point.bpcer == pytest.approx(np.mean([s < point.threshold for s in live]))


def test_all_attacks_come_first_then_the_worst_species() -> None:
    found = det.curves(some())
    assert [c.name for c in found] == ["all attacks", "mask", "display"]
    assert found[2].eer == 0.0
    assert found[1].eer > 0.1


def test_without_scores_on_both_sides_there_is_no_curve() -> None:
    assert det.curves([a for a in some() if a.sample.species is None]) == ()
    assert det.trade_off([], [0.5]) == ()


def test_the_picture_is_a_picture() -> None:
    drawn = cv2.imdecode(np.frombuffer(det.draw(det.curves(some()), threshold=0.4), np.uint8), cv2.IMREAD_COLOR)
    empty = cv2.imdecode(np.frombuffer(det.draw((), threshold=0.4), np.uint8), cv2.IMREAD_COLOR)
    assert drawn is not None
    assert drawn.shape == (det.SIDE, det.SIDE, 3)
    assert (drawn != empty).any()


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sources: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [value or "" for name, value in attrs if name in {"src", "href", "srcset", "data"}]


def test_the_report_needs_nothing_from_elsewhere_and_names_no_file() -> None:
    text = as_html(summarise(some()), Policy(), ["a", "<b>"], 2)
    page = _Page()
    page.feed(text)
    assert [s for s in page.sources if not s.startswith("data:image/png;base64,")] == []
    assert page.tags.count("img") == 1
    assert not {"script", "link", "iframe", "object"} & set(page.tags)
    assert "url(" not in text
    assert "secret-name" not in text
    assert "&lt;desk&gt;" in text
    assert "<desk>" not in text
    assert "APCER mask" in text
    assert re.search(r"class=bad><td>APCER mask", text)
    assert text.index("APCER mask") < text.index("APCER display")


def test_a_report_without_attacks_says_so() -> None:
    text = as_html(summarise([attempt(None, 0.9, Response.LIVE)]), Policy(), ["a"], 0)
    assert "There are no scores on both sides." in text
    assert "<img" not in text
