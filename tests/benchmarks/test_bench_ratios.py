"""What the stages cost relative to each other in one run. Ratios of medians taken in turns; never wall time.

A neighbour that takes the machine for a moment can only make a ratio worse, so one good run of a few is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from kiosk.evaluate.bench_vision import STAGES, TRACK_RATIO, scene_of, track_ratio, vision_lines
from kiosk.evaluate.timing import Line
from kiosk.vision.models import ModelFiles

CALLS = 30
TRIES = 3


class Runs:
    """Runs of the vision stages, made when they are asked for and shared by the tests."""

    def __init__(self, models: ModelFiles) -> None:
        self._models = models
        self._scene = scene_of(models)
        self._made: list[list[Line]] = []

    def __iter__(self) -> Iterator[list[Line]]:
        for index in range(TRIES):
            if index == len(self._made):
                self._made.append(vision_lines(self._models, self._scene, CALLS))
            yield self._made[index]

    def best(self, ratio: Callable[[list[Line]], float], *, limit: float) -> float:
        """Of the runs that it takes to meet the limit."""
        found = []
        for run in self:
            found.append(ratio(run))
            if found[-1] <= limit:
                break
        return min(found)


@pytest.fixture(scope="module")
def runs(models: ModelFiles) -> Runs:
    return Runs(models)


def medians(lines: list[Line]) -> dict[str, float]:
    return {line.stage: line.p50_ms for line in lines if line.p50_ms is not None}


def test_every_stage_is_measured_as_often_as_every_other(runs: Runs) -> None:
    lines = next(iter(runs))
    assert len(lines) == STAGES
    assert {line.n for line in lines} == {CALLS}


def test_tracking_costs_little_more_than_the_bare_call(runs: Runs) -> None:
    assert runs.best(lambda lines: track_ratio(lines) or float("inf"), limit=TRACK_RATIO) <= TRACK_RATIO


def test_a_step_costs_its_parts_and_little_more(runs: Runs) -> None:
    def ratio(lines: list[Line]) -> float:
        found = medians(lines)
        return found["vision_step"] / (found["track"] + found["measures"] + found["liveness"])

    assert runs.best(ratio, limit=1.3) <= 1.3


def test_the_rules_cost_a_frame_little_and_an_empty_room_next_to_nothing(runs: Runs) -> None:
    def judged(lines: list[Line]) -> float:
        found = medians(lines)
        return found["active_step"] / found["vision_step"]

    def nobody(lines: list[Line]) -> float:
        found = medians(lines)
        return found["idle_step"] / found["track"]

    assert runs.best(judged, limit=0.15) <= 0.15
    assert runs.best(nobody, limit=0.02) <= 0.02
