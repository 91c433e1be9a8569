"""The whole program as a stranger starts it: the demo, replayed clips, bad cameras, a second station on one profile."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest
from support.patience import PATIENCE_S, PATIENT_STATION, PROGRAM_S
from support.running_kiosk import Event, running_kiosk

from kiosk.vision.models import ModelFiles


def environment(models: ModelFiles, tmp_path: Path) -> dict[str, str]:
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith("KIOSK_") and k not in {"DISPLAY", "WAYLAND_DISPLAY"}
    }
    kept.pop("QT_QPA_PLATFORM", None)
    return {
        **kept,
        **PATIENT_STATION,
        "KIOSK_MODELS__DIR": str(models.folder),
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
    }


@pytest.fixture
def env(models: ModelFiles, tmp_path: Path) -> dict[str, str]:
    return environment(models, tmp_path)


def run(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk", "run", *words],
        env=env, capture_output=True, text=True, timeout=PROGRAM_S, check=False,
    )  # fmt: skip


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_demo_enrols_recognises_refuses_a_stranger_and_a_phone(env: dict[str, str], tmp_path: Path) -> None:
    """From the front only: who is seen three times a second is not followed to the side (``test_side_views`` does that)."""
    assert_four_of_four({**env, "KIOSK_POLICY__MATCHING__ENROL_VIEWS": "front"}, tmp_path)


@pytest.mark.slow
def test_demo_as_it_comes_on_a_machine_of_its_own(env: dict[str, str], tmp_path: Path) -> None:
    assert_four_of_four({name: value for name, value in env.items() if name not in PATIENT_STATION}, tmp_path)


def assert_four_of_four(env: dict[str, str], tmp_path: Path) -> None:
    done = run(env, "--demo", "--events", "-", "--screenshots", str(tmp_path / "shots"))
    assert done.returncode == 0, done.stderr
    events = lines(done.stdout)
    results = [(e["outcome"], e["reason"]) for e in events if e["event"] == "result"]
    assert results == [("granted", "enrolled"), ("granted", "recognised"), ("denied", "no_match"), ("denied", "attack")]
    assert events[0]["event"] == "started"
    assert events[-1]["event"] == "stopped"
    assert all({"time", "mono_ms", "session", "event"} <= e.keys() for e in events)
    doors = [e["state"] for e in events if e["event"] == "door"]
    assert doors == ["requested", "opened"]
    assert len({e["session"] for e in events if e["event"] == "result"}) == 4
    shown = {path.stem[4:] for path in (tmp_path / "shots").glob("*.png")}
    assert {"attract", "consent", "details", "capture", "review", "result"} <= shown
    assert "4 of 4" in done.stderr
    assert "no display" in done.stderr
    assert not list(tmp_path.glob("data/**/*.db")), "the demo's profile is thrown away"


@pytest.fixture
def still_clip(tmp_path: Path) -> Path:
    """A clip without anybody in it."""
    path = tmp_path / "empty-room.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30.0, (320, 240))
    for level in range(45):
        writer.write(np.full((240, 320, 3), 90 + level % 3, np.uint8))
    writer.release()
    return path


def test_clip_that_ends_ends_the_run(env: dict[str, str], still_clip: Path, tmp_path: Path) -> None:
    done = run(env, "--camera", f"replay:{still_clip}", "--profile", str(tmp_path / "p"), "--events", "-", "--offline")
    assert done.returncode == 0, done.stderr
    events = lines(done.stdout)
    assert events[-1] | {"time": 0, "mono_ms": 0} == {
        "time": 0, "mono_ms": 0, "session": None, "event": "stopped", "reason": "camera_ended",
    }  # fmt: skip
    assert not [e for e in events if e["event"] in {"result", "door", "fault"}]
    assert [e["state"] for e in events if e["event"] == "camera"] == ["opening", "streaming", "lost"]


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("missing.mp4", None, 2, "file_missing"),
        ("text.mp4", b"this is not a clip", 3, "clip_unreadable"),
        ("empty.mp4", b"", 3, "clip_empty"),
    ],
)
def test_camera_file_that_cannot_be_used_is_said(
    env: dict[str, str], tmp_path: Path, name: str, content: bytes | None, status: int, code: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    done = run(env, "--camera", f"replay:{path}", "--profile", str(tmp_path / "p"))
    assert done.returncode == status, done.stderr
    assert code in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bug_in_the_window_is_no_good_end(env: dict[str, str], still_clip: Path, tmp_path: Path) -> None:
    """Who watches the station starts it again; it would not after a good end."""
    broken = (
        "import sys; from kiosk.ui.main_window import KioskWindow; from kiosk.__main__ import main\n"
        "show = KioskWindow.show_snapshot\n"
        "KioskWindow.show_snapshot = lambda window, now: show(window, now) if now.screen == 'starting' else 1 / 0\n"
        "sys.exit(main())"
    )
    words = ["--camera", f"replay:{still_clip}?loop=1", "--profile", str(tmp_path / "p"), "--events", "-", "--offline"]
    done = subprocess.run(
        [sys.executable, "-c", broken, "run", *words],
        env=env, capture_output=True, text=True, timeout=PROGRAM_S, check=False,
    )  # fmt: skip
    assert done.returncode == 4, done.stderr
    assert lines(done.stdout)[-1]["reason"] == "window_failed"
    assert "ZeroDivisionError" in done.stderr


def test_bad_words_are_usage_errors(env: dict[str, str], tmp_path: Path) -> None:
    for words in (
        ["--camera", "teapot:1"],
        ["--size", "huge"],
        ["--demo", "--camera", "usb:0"],
        ["--exit-after", "-1"],
    ):
        done = run(env, *words)
        assert done.returncode == 2, (words, done.stderr)
        assert "Traceback" not in done.stderr


@contextmanager
def started(env: dict[str, str], *words: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "kiosk", "run", *words, "--events", "-"],
        env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def until(process: subprocess.Popen[str], kind: str, seconds: float = PATIENCE_S) -> dict[str, object]:
    assert process.stdout is not None
    deadline = time.monotonic() + seconds
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == kind:
            return event
        assert time.monotonic() < deadline
    raise AssertionError(f"it ended without {kind}")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_sigterm_ends_it_in_order_and_a_second_station_is_refused(
    env: dict[str, str], still_clip: Path, tmp_path: Path
) -> None:
    words = ["--camera", f"replay:{still_clip}?loop=1", "--profile", str(tmp_path / "p")]
    with started(env, *words) as process:
        until(process, "ready")
        second = run(env, *words)
        assert second.returncode == 2
        assert "profile_in_use" in second.stderr
        process.send_signal(signal.SIGTERM)
        assert until(process, "stopped")["reason"] == "window_closed"
        assert process.wait(PROGRAM_S) == 0


def test_reader_of_events_that_goes_away_does_not_stop_the_station(
    env: dict[str, str], still_clip: Path, tmp_path: Path
) -> None:
    words = ["--camera", f"replay:{still_clip}?loop=1", "--profile", str(tmp_path / "p"), "--exit-after", "6"]
    with started(env, *words) as process:
        until(process, "window")
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(PROGRAM_S) == 0


def test_no_models_and_no_source_is_a_named_fault(still_clip: Path, tmp_path: Path) -> None:
    """Every package client fails here: the station says what is missing, and ends when told."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("KIOSK_")}
    env |= {
        "KIOSK_MODELS__DIR": str(tmp_path / "none"), "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0",
        "PIP_EXTRA_INDEX_URL": "", "PIP_CONFIG_FILE": os.devnull, "npm_config_registry": "http://127.0.0.1:9/",
        "npm_config_fetch_retries": "0", "HOME": str(tmp_path), "https_proxy": "http://127.0.0.1:9/",
        "XDG_DATA_HOME": str(tmp_path / "data"), "PIP_FIND_LINKS": "", "PIP_NO_CACHE_DIR": "1",
        "npm_config_cache": str(tmp_path / "npm"),
    }  # fmt: skip
    fault, status = until_a_fault(
        env, tmp_path, "--camera", f"replay:{still_clip}?loop=1", "--profile", str(tmp_path / "p")
    )
    assert fault["code"] == "model_no_source"
    assert "face_landmarker.task" in fault["text"]
    assert status == 3


def until_a_fault(env: dict[str, str], folder: Path, *words: str) -> tuple[Event, int]:
    """The first fault, and what a run that is ended then exits with. A mirror of whoever tests is none of its."""
    env = {"KIOSK_MODELS__MIRROR": "", **env}
    with running_kiosk(*words, env=env, log=folder / "stderr.txt") as kiosk:
        fault = kiosk.events[kiosk.await_event("fault", lambda event: True)]
        return fault, kiosk.end()


def test_offline_fetches_nothing(env: dict[str, str], still_clip: Path, tmp_path: Path) -> None:
    env = {**env, "KIOSK_MODELS__DIR": str(tmp_path / "none"), "PATH": ""}
    words = ["--camera", f"replay:{still_clip}?loop=1", "--profile", str(tmp_path / "p"), "--offline"]
    fault, status = until_a_fault(env, tmp_path, *words)
    assert status == 3
    assert fault["code"] == "model_no_source"
    assert "none is known" in fault["text"], "a source was asked"


def test_run_that_ends_while_a_part_is_broken_says_so(env: dict[str, str], still_clip: Path, tmp_path: Path) -> None:
    profile = tmp_path / "p"
    profile.mkdir()
    database = sqlite3.connect(profile / "station.db")
    database.execute("PRAGMA user_version = 999")
    database.execute("CREATE TABLE of_the_future (id)")
    database.commit()
    database.close()
    before = (profile / "station.db").read_bytes()
    words = ["--camera", f"replay:{still_clip}?loop=1", "--profile", str(profile)]
    fault, status = until_a_fault(env, tmp_path, *words)
    said = (tmp_path / "stderr.txt").read_text()
    assert status == 3, said
    assert "store_newer" in said
    assert fault["code"] == "store_newer"
    assert (profile / "station.db").read_bytes() == before
