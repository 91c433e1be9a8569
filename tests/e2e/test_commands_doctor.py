"""``kiosk doctor`` as a whole, as a real process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.patience import PROGRAM_S


def doctor(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk", "doctor", *arguments],
        capture_output=True,
        text=True,
        timeout=PROGRAM_S,
        check=False,
        env={**os.environ, **environ},
    )


EXPECTED = {
    "python", "cpu", "cores", "memory", "opencv", "display", "settings", "profile", "disk", "clock", "database", "camera",
    "models_core", "models_demo", "vision",
}  # fmt: skip


def test_every_check_has_a_line_and_the_status_follows_the_worst(tmp_path: Path) -> None:
    done = doctor("--json", "--profile", str(tmp_path / "door"))
    report = json.loads(done.stdout)
    by_name = {line["name"]: line for line in report["checks"]}
    assert set(by_name) >= EXPECTED
    failing = [line["name"] for line in report["checks"] if line["state"] == "fail"]
    assert report["ok"] == (not failing)
    assert done.returncode == (1 if failing else 0)
    assert done.stderr == ""
    for line in report["checks"]:
        assert set(line) == {"name", "state", "value", "limit", "remedy"}
        assert line["value"]
        assert bool(line["remedy"]) == (line["state"] != "ok")
    if by_name["models_core"]["state"] == "ok" and by_name.get("libraries_vision", {}).get("state", "ok") == "ok":
        assert by_name["vision"]["state"] == "ok"


def test_without_weights_it_fails_and_says_what_to_do(tmp_path: Path) -> None:
    done = doctor("--profile", str(tmp_path / "door"), KIOSK_MODELS__DIR=str(tmp_path / "none"))
    assert done.returncode == 1
    assert "fail  models_core: missing: face_landmarker.task" in done.stdout
    assert "do: kiosk models fetch" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("name", ["settings", "profile"])
def test_a_broken_part_does_not_end_the_round(name: str, tmp_path: Path) -> None:
    where = tmp_path / "door"
    if name == "settings":
        where.mkdir()
        (where / "settings.toml").write_text("[camera]\nurl = 1\n")
    else:
        (tmp_path / "file").write_text("")
        where = tmp_path / "file" / "door"
    done = doctor("--json", "--profile", str(where), KIOSK_MODELS__DIR=str(tmp_path / "none"))
    states = {line["name"]: line["state"] for line in json.loads(done.stdout)["checks"]}
    assert done.returncode == 1
    assert states[name] == "fail"
    assert "vision" in states
