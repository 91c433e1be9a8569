"""The program also starts where the full OpenCV wheel, which carries a second Qt, is what ``import cv2`` finds."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.numbered import write_clip
from support.patience import PROGRAM_S

from kiosk.vision.models import ModelFiles

_HIJACKED_FIRST = """
import sys, cv2, os
print("cv2", cv2.__file__, file=sys.stderr)
print("plugins", os.environ.get("QT_QPA_PLATFORM_PLUGIN_PATH"), file=sys.stderr)
from kiosk.__main__ import main
sys.argv = ["kiosk", *sys.argv[1:]]
main()
"""


@pytest.fixture(scope="module")
def full_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The full wheel of the same version, unpacked in a folder of its own."""
    if not sys.platform.startswith("linux"):
        pytest.skip("the full wheel carries its second Qt on Linux only")
    version = importlib.metadata.version("opencv-python-headless")
    target = tmp_path_factory.mktemp("full-opencv")
    got = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check",
         "--target", str(target), f"opencv-contrib-python=={version}"],
        capture_output=True, text=True, timeout=PROGRAM_S, check=False,
    )  # fmt: skip
    if got.returncode != 0:
        pytest.skip("the package archive does not give the full OpenCV wheel here")
    return target


def test_program_starts_with_the_full_opencv_wheel(full_wheel: Path, models: ModelFiles, tmp_path: Path) -> None:
    clip = tmp_path / "clip.avi"
    write_clip(str(clip), 60, fps=30.0)
    env = {k: v for k, v in os.environ.items() if not k.startswith(("KIOSK_", "QT_"))}
    env |= {"PYTHONPATH": str(full_wheel), "KIOSK_MODELS__DIR": str(models.folder), "HOME": str(tmp_path)}
    env.pop("DISPLAY", None)
    done = subprocess.run(
        [sys.executable, "-c", _HIJACKED_FIRST, "run", "--camera", f"replay:{clip}", "--profile", str(tmp_path / "p"),
         "--events", "-", "--screenshots", str(tmp_path / "shots")],
        env=env, capture_output=True, text=True, timeout=PROGRAM_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert str(full_wheel) in done.stderr, "the full wheel was not the one imported"
    assert f"plugins {full_wheel}" in done.stderr, "this wheel sets no plug-in path: the test proves nothing any more"
    events = [json.loads(line)["event"] for line in done.stdout.splitlines()]
    assert "window" in events
    assert "ready" in events
    assert list((tmp_path / "shots").glob("*.png"))
