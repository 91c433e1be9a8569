"""The build's own environment: exactly what the two hash-pinned lists say, and nothing of the machine's Python. Standard
library only."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

INSIDE = "KIOSK_BUILD_INSIDE"
LISTS = ("requirements.lock", "build-requirements.lock")


def out_folder(arguments: list[str]) -> Path:
    """Where everything is written: ``--out``, or ``build`` beside the checkout's sources."""
    for index, each in enumerate(arguments):
        if each == "--out" and index + 1 < len(arguments):
            return Path(arguments[index + 1]).absolute()
        if each.startswith("--out="):
            return Path(each.removeprefix("--out=")).absolute()
    return Path(__file__).resolve().parents[2] / "build"


def make(out: Path, packaging: Path) -> Path:
    """The interpreter of the environment, made anew where the lists or the Python have changed.

    Raises:
        subprocess.CalledProcessError: something could not be installed; what pip says is on the terminal.
    """
    folder = out / "environment"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    wanted = _state(packaging)
    mark = folder / "made-from"
    if python.exists() and mark.exists() and mark.read_text("utf-8") == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    install = [
        str(python),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--require-hashes",
    ]
    for name in LISTS:
        install += ["-r", str(packaging / name)]
    subprocess.run(install, check=True, env={**os.environ, "PIP_NO_INPUT": "1"})
    mark.write_text(wanted, "utf-8")
    return python


def _state(packaging: Path) -> str:
    parts = [sys.version]
    parts += [hashlib.sha256((packaging / name).read_bytes()).hexdigest() for name in LISTS]
    return "\n".join(parts)
