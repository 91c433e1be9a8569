"""Timing, the scene and the report of the bench: structure and counts, never how long something took."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from kiosk.domain.face import Box
from kiosk.evaluate import bench_gallery, bench_report
from kiosk.evaluate.bench_report import PROGRAM, Machine, Whole
from kiosk.evaluate.bench_vision import track_ratio
from kiosk.evaluate.scene import FACE_SHARE, HEIGHT, WIDTH, empty_room, portrait_scene
from kiosk.evaluate.timing import BLOCK, WARM_UP, Line, Stage, blocks, interleaved, line_of

MACHINE = Machine(cores=2, processor="test", system="Linux", python="3", load=0.1)
WHOLE = Whole(
    track_ratio=1.0, track_ratio_limit=1.3, memory_mb=300.0, memory_budget_mb=600.0, first_window_s=0.5, ready_s=2.0
)


def line(stage: str = "x", p95: float | None = 10.0, budget: float | None = 20.0) -> Line:
    return Line(stage=stage, p50_ms=p95, p95_ms=p95, budget_ms=budget, n=3)


def test_stages_take_turns_and_the_warm_up_does_not_count() -> None:
    calls: list[tuple[str, int]] = []
    stages = [Stage(name=name, run=lambda n, name=name: calls.append((name, n))) for name in "ab"]  # type: ignore[misc]
    told: list[int] = []
    lines = interleaved(stages, 2 * BLOCK + 3, each=lambda: told.append(1))
    assert [(each.stage, each.n) for each in lines] == [("a", 2 * BLOCK + 3), ("b", 2 * BLOCK + 3)]
    assert len(told) == blocks(stages, 2 * BLOCK + 3) == 6
    timed = calls[2 * WARM_UP :]
    assert [name for name, _ in timed[: 2 * BLOCK]] == ["a"] * BLOCK + ["b"] * BLOCK
    # Each stage sees its frames in order and without a gap.
    assert [n for name, n in calls if name == "b"] == list(range(WARM_UP + 2 * BLOCK + 3))


def test_percentiles_of_nothing_are_unknown() -> None:
    empty = line_of("x", [], 5.0)
    assert (empty.p50_ms, empty.p95_ms, empty.is_over, empty.n) == (None, None, None, 0)
    full = line_of("x", list(range(1, 101)), 95.0)
    assert full.p50_ms == pytest.approx(50.5)
    assert full.p95_ms == pytest.approx(95.05)
    assert full.is_over
    assert line_of("x", [1.0]).is_over is None


def test_the_scene_holds_the_face_where_a_person_would_stand() -> None:
    portrait = np.zeros((400, 300, 3), np.uint8)
    face = Box(100, 80, 90, 120)
    portrait[80:200, 100:190] = 255
    scene = portrait_scene(portrait, face, length=6)
    assert len(scene) == 6
    for frame in scene:
        assert frame.shape == (HEIGHT, WIDTH, 3)
        assert not frame.flags.writeable
        columns = np.flatnonzero((frame[:, :, 0] > 127).any(axis=0))
        share = (columns[-1] - columns[0]) / WIDTH
        assert share == pytest.approx(FACE_SHARE, rel=0.15)
        assert (columns[0] + columns[-1]) / 2 == pytest.approx(WIDTH / 2, abs=40)
    assert any(not np.array_equal(scene[0], frame) for frame in scene[1:])
    assert np.unique(empty_room(scene)).size == 1


def test_the_gallery_stage_finds_who_it_looks_for() -> None:
    found = bench_gallery.gallery_line(12, people=300)
    assert (found.stage, found.n, found.budget_ms) == ("match_300", 12, bench_gallery.BUDGET_MS)


def test_the_ratio_needs_both_calls() -> None:
    assert track_ratio([line("track", 12.0), line("track_bare", 10.0)]) == pytest.approx(1.2)
    assert track_ratio([line("track", 12.0)]) is None


@pytest.mark.parametrize(
    ("lines", "whole", "over"),
    [
        ([line()], WHOLE, False),
        ([line(p95=21.0)], WHOLE, True),
        ([line(p95=21.0, budget=None)], WHOLE, False),
        ([line(p95=None)], WHOLE, True),  # not known to be within
        ([line()], replace(WHOLE, memory_mb=601.0), True),
        ([line()], replace(WHOLE, track_ratio=1.31), True),
        ([line()], replace(WHOLE, track_ratio=None, memory_mb=None), False),
    ],
)
def test_over_budget(lines: list[Line], whole: Whole, over: bool) -> None:
    assert bench_report.is_over(lines, whole) is over


def test_the_json_is_a_list_of_stages_and_the_program_last() -> None:
    lines = [line("track", 12.0, None), line("embed", 30.0, 15.0), line("decision", None, 300.0)]
    told = json.loads(json.dumps(bench_report.as_list(lines, WHOLE, MACHINE), allow_nan=False))
    assert [row["stage"] for row in told] == ["track", "embed", "decision", PROGRAM]
    for row in told:
        assert {"stage", "p50_ms", "p95_ms", "budget_ms", "n"} <= set(row)
    assert [row["over"] for row in told] == [None, True, None, False]
    assert (told[-1]["memory_mb"], told[-1]["start_s"], told[-1]["first_window_s"]) == (300.0, 2.0, 0.5)


def test_the_text_has_every_figure_beside_its_budget() -> None:
    text = bench_report.as_text([line("embed", 30.0, 15.0), line("track", 12.0, None)], WHOLE, MACHINE)
    row = next(each for each in text.splitlines() if each.startswith("embed"))
    assert ("30.0 ms" in row, "15.0 ms" in row, "OVER" in row) == (True, True, True)
    assert "300 MB" in text
    assert "600 MB" in text
    assert "busy" not in text
    assert "busy" in bench_report.as_text([], WHOLE, replace(MACHINE, load=1.5))
    assert "host" not in text
    assert "gave 18% of" in bench_report.as_text([], WHOLE, replace(MACHINE, stolen=0.18))


class Times:
    """As psutil gives them; which fields there are depends on the system."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self._seconds = seconds

    def _asdict(self) -> dict[str, float]:
        return self._seconds


@pytest.mark.parametrize(
    ("before", "after", "stolen"),
    [
        ({"user": 10.0, "idle": 5.0, "steal": 1.0}, {"user": 14.0, "idle": 9.0, "steal": 3.0}, 0.2),
        ({"user": 10.0, "guest": 4.0, "steal": 1.0}, {"user": 14.0, "guest": 8.0, "steal": 1.0}, 0.0),
        ({"user": 10.0, "system": 1.0, "idle": 5.0}, {"user": 11.0, "system": 1.0, "idle": 6.0}, 0.0),  # not on Linux
        ({"user": 10.0, "steal": 1.0}, {"user": 10.0, "steal": 1.0}, 0.0),  # no time has passed
    ],
)
def test_what_the_host_took_is_a_share_of_the_time_since(
    monkeypatch: pytest.MonkeyPatch, before: dict[str, float], after: dict[str, float], stolen: float
) -> None:
    readings = [before, after]
    monkeypatch.setattr("psutil.cpu_times", lambda: Times(readings.pop(0)))
    assert bench_report.Host().stolen() == pytest.approx(stolen)


def test_this_machine_is_named() -> None:
    here = bench_report.this_machine()
    assert here.cores >= 1
    assert here.processor
