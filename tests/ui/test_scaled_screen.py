"""A screen at 200 %, as the system scales it: every page fits, and what is painted has twice the pixels."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from support.patience import PROGRAM_S

from kiosk.station.snapshot import Screen

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
    import json, sys
    sys.path.insert(0, "tests")
    from kiosk.ui.environment import prepare_environment
    prepare_environment()
    from PySide6.QtWidgets import QApplication
    from kiosk.ui.fonts import load_fonts
    app = QApplication(["kiosk"])
    load_fonts()
    from support.desk import Desk, RecordingIntents, Source, hand_made
    from support.layout import clipped, out_of_reach, settle
    from kiosk.details import check_details
    from kiosk.ui.main_window import KioskWindow
    from kiosk.ui.text import Text
    from kiosk.ui.theme import Theme

    intents, source = RecordingIntents(), Source()
    window = KioskWindow(
        text=Text("{language}"), theme=Theme(), intents=intents, latest_frame=source.latest,
        check_details=check_details, size=({width}, {height}),
    )
    window.show()
    desk = Desk(window, intents, source, hand_made())
    found, seen = [], []
    for screen in desk.snapshots:
        source.show()
        desk.show(screen)
        settle()
        picture = window.grab().toImage()
        seen.append((str(screen), picture.width(), picture.height(), window.devicePixelRatioF()))
        found += [f"{{screen}}: {{problem}}" for problem in (*clipped(window), *out_of_reach(window))]
    print(json.dumps([found, seen]))
    window.close()
"""


@pytest.mark.parametrize(
    ("language", "width", "height"), [("en", 1280, 800), ("es", 1280, 800), ("pt", 540, 960)], ids=str
)
def test_every_screen_fits_at_two_hundred_percent(language: str, width: int, height: int) -> None:
    """2560x1600, and 1080x1920 in portrait, which leaves 540x960 of the design."""
    program = textwrap.dedent(PROGRAM).format(language=language, width=width, height=height)
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "QT_SCALE_FACTOR": "2", "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=PROGRAM_S,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    found, seen = json.loads(ran.stdout.splitlines()[-1])
    assert found == []
    assert {screen for screen, *_ in seen} == set(Screen)
    for screen, across, down, ratio in seen:
        assert ratio == 2.0, screen
        assert (across, down) == (2 * width, 2 * height), screen
