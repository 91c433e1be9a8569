"""``kiosk evaluate`` and ``kiosk bench`` as real processes, with real weights and public-domain portraits."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from support.patience import PROGRAM_S

from kiosk.domain.face import Pixels
from kiosk.evaluate.bench_vision import scene_of
from kiosk.vision.models import ModelFiles


def kiosk(*arguments: str, profile: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *arguments, "--profile", str(profile)],
        capture_output=True,
        text=True,
        timeout=PROGRAM_S,
        check=False,
        env={**os.environ, **(env or {})},
    )


def answer(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="session")
def scene(models: ModelFiles) -> tuple[Pixels, ...]:
    return scene_of(models)


@pytest.fixture
def labelled(tmp_path: Path, scene: tuple[Pixels, ...]) -> Path:
    """A person before the camera as pictures and as a clip; attacks that nobody can see; a file that is no picture."""
    live, attack = tmp_path / "set" / "live" / "office", tmp_path / "set" / "attack" / "display" / "far"
    live.mkdir(parents=True)
    attack.mkdir(parents=True)
    for index in (0, 20):
        cv2.imwrite(str(live / f"{index}.jpg"), scene[index])
    clip = cv2.VideoWriter(str(live / "clip.avi"), cv2.VideoWriter_fourcc(*"MJPG"), 30, (1280, 720))
    for index in range(40):
        clip.write(scene[index % len(scene)])
    clip.release()
    cv2.imwrite(str(attack / "room.png"), np.full((720, 1280, 3), 90, np.uint8))
    (live / "text.jpg").write_text("this is no picture")
    return tmp_path / "set"


def test_liveness_is_measured_and_reported(labelled: Path, tmp_path: Path) -> None:
    told = answer(kiosk("evaluate", "liveness", str(labelled), "--json", profile=tmp_path / "p"))
    assert told["bpcer"] == 0.0
    assert told["apcer"] == {"display": None}  # nothing met the gates: unknown, not perfect
    assert told["apcer_with_not_guided"] == {"display": 0.0}
    assert told["counts"]["bona_fide"]["live"] == 3
    assert told["pictures"]["counts"]["bona_fide"]["live"] == 2
    assert told["clips"]["counts"]["bona_fide"]["live"] == 1
    assert told["not_guided_hints"] == [{"label": "attack", "hint": "no_face", "count": 1}]
    assert told["unreadable"] == 1
    assert told["sites"][0]["site"] == "office"
    assert not (tmp_path / "p").exists()  # measuring keeps nothing


def test_liveness_for_people_is_text_with_intervals(labelled: Path, tmp_path: Path) -> None:
    shutil.rmtree(labelled / "attack")
    page = tmp_path / "report.html"
    done = kiosk("evaluate", "liveness", str(labelled), "--html", str(page), profile=tmp_path / "p")
    assert done.returncode == 0
    assert "BPCER" in page.read_text(encoding="utf-8")
    assert "BPCER" in done.stdout
    assert "[0.00, 70.76] %" in done.stdout  # none of three
    assert "text.jpg" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_clip_is_explained_cue_by_cue(labelled: Path, tmp_path: Path) -> None:
    clip = labelled / "live" / "office" / "clip.avi"
    told = answer(kiosk("evaluate", "explain", str(clip), "--json", profile=tmp_path / "p"))
    assert told["response"] == "live"
    assert told["cues"] == []
    strict = {"KIOSK_POLICY__LIVENESS__THRESHOLD": "0.99999", "KIOSK_POLICY__LIVENESS__SURE": "1"}
    drawing = tmp_path / "replay.svg"
    refused = kiosk(
        "evaluate", "explain", str(clip), "--json", "--svg", str(drawing), profile=tmp_path / "p", env=strict
    )
    assert refused.returncode == 1
    why = json.loads(refused.stdout)
    assert why["decided_by"] == "passive"
    assert why["cues"][0]["limit"] == 0.99999
    assert why["replay"]
    assert drawing.read_text(encoding="utf-8").startswith("<svg")


def _only_text(folder: Path) -> Path:
    (folder / "live").mkdir()
    (folder / "live" / "a.jpg").write_text("text")
    return folder


@pytest.mark.parametrize("make", [lambda p: p, lambda p: p / "no", _only_text])
def test_a_folder_without_anything_to_measure_is_wrong_usage(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    done = kiosk("evaluate", "liveness", str(make(tmp_path)), "--json", profile=tmp_path / "p")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["code"] in {"folder_empty", "file_missing"}


def test_matching_is_measured_and_reported(models: ModelFiles, tmp_path: Path) -> None:
    for name in ("portrait_a", "portrait_a2", "portrait_b"):
        shutil.copy(models.path(name), tmp_path / f"{name}.jpg")
    (tmp_path / "pairs.csv").write_text(
        "path_a,path_b,same\nportrait_a.jpg,portrait_a2.jpg,1\n"
        "portrait_a.jpg,portrait_b.jpg,0\nportrait_a2.jpg,portrait_b.jpg,0\nportrait_a2.jpg,gone.jpg,0\n"
    )
    told = answer(
        kiosk(
            "evaluate",
            "matching",
            str(tmp_path / "pairs.csv"),
            "--images",
            str(tmp_path),
            "--json",
            profile=tmp_path / "p",
        )
    )
    assert told["pairs"] == 4
    assert (told["tar_at_far_1e-3"], told["eer"], told["auc"]) == (1.0, 0.0, 1.0)
    assert told["intervals"]["tar_at_far_1e-3"] == pytest.approx([0.025, 1.0])
    assert told["failures"] == {"unreadable": 1}
    assert told["failed_pairs"] == {"genuine": 0, "impostor": 1}


def test_a_wrong_table_is_wrong_usage(tmp_path: Path) -> None:
    table = tmp_path / "pairs.csv"
    table.write_text("a,b\n1,2\n")
    done = kiosk("evaluate", "matching", str(table), "--images", str(tmp_path), "--json", profile=tmp_path / "p")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["code"] == "table_invalid"


def test_bench_tells_every_stage_with_its_budget(models: ModelFiles, tmp_path: Path) -> None:
    told = answer(kiosk("bench", "--quick", "--json", profile=tmp_path / "p"))
    rows = {row["stage"]: row for row in told}
    assert list(rows) == [
        "track", "track_bare", "measures", "liveness", "vision_step", "all_cues", "active_step", "idle_step", "embed",
        "match_50000", "decision", "gui_slot", "painted_fps", "first_window", "ready", "program",
    ]  # fmt: skip
    budgets = {name: row["budget_ms"] for name, row in rows.items() if row["budget_ms"] is not None}
    assert budgets == pytest.approx({
        "vision_step": 33.0, "all_cues": 33.0, "embed": 15.0, "match_50000": 8.0, "decision": 300.0, "gui_slot": 8.0,
        "painted_fps": 1000.0 / 29.0, "first_window": 1000.0, "ready": 3000.0,
    }, abs=0.1)  # fmt: skip
    for name, row in rows.items():
        if name != "program":
            assert row["n"] > 0, row
            assert 0.0 < row["p50_ms"] <= row["p95_ms"]
    assert rows["decision"]["n"] == 2, rows["decision"]["note"]  # both visits were granted
    program = rows["program"]
    assert program["memory_mb"] > 50
    assert program["start_s"] == program["ready_s"] > program["first_window_s"] > 0
