"""The binding must not use up Python's constants: a kiosk calls Qt some hundred times a second, all day."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import sys
from kiosk.ui.environment import prepare_environment
prepare_environment()
from PySide6.QtWidgets import QApplication, QWidget

app = QApplication([])
widget = QWidget()
for _ in range(300_000):
    widget.update()
    widget.parentWidget()
    widget.isVisible()
print("alive", flush=True)
"""


def test_a_day_of_calls_does_not_end_the_interpreter() -> None:
    """With PySide6 6.12.0 on Python 3.11 a few thousand of these calls stop the interpreter, unless the guard holds."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr
