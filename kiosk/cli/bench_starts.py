"""The start stages of ``kiosk bench``: ``kiosk run`` as a process of its own, timed by the events that it writes.

A program that is installed has its bytecode; a fresh clone writes it when it is first started. So one start that does not count
comes first, and its bytecode is kept for the others, also where this process was told to write none.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.evaluate.timing import Line, line_of
from kiosk.paths import program

FIRST_WINDOW_BUDGET_MS = 1000.0
READY_BUDGET_MS = 3000.0
MEMORY_BUDGET_MB = 600.0

READY_LIMIT_S = 20.0
_LOOK_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Starts:
    """What the started program did.

    Attributes:
        window, ready: lines over all starts.
        memory_mb: resident memory of the whole program at the end of the last start; None where it could not be read.
        problem: why something is missing; empty where nothing is.
    """

    window: Line
    ready: Line
    memory_mb: float | None
    problem: str = ""


def starts(
    portrait: Path, models: Path, count: int, *, steady_s: float, each: Callable[[], None] = lambda: None
) -> Starts:
    """Start the program ``count`` times with the portrait as camera and read its own events.

    Args:
        models: folder of the weights.
        steady_s: how long the program runs after it is ready before its memory is read.
    """
    window: list[float] = []
    ready: list[float] = []
    memory: float | None = None
    problem = ""
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-", ignore_cleanup_errors=True) as bytecode:
        environment = _environment(models, Path(bytecode))
        _start(portrait, environment, 0.0)
        for _ in range(count):
            found = _start(portrait, environment, steady_s)
            window += [found.window_ms] if found.window_ms is not None else []
            ready += [found.ready_ms] if found.ready_ms is not None else []
            memory = found.memory_mb if found.memory_mb is not None else memory
            problem = problem or found.problem
            each()
    return Starts(
        window=line_of("first_window", window, FIRST_WINDOW_BUDGET_MS, "from start of the process to its window"),
        ready=line_of("ready", ready, READY_BUDGET_MS, "from start of the process to a station that serves"),
        memory_mb=memory,
        problem=problem,
    )


@dataclass(slots=True)
class _Start:
    window_ms: float | None = None
    ready_ms: float | None = None
    memory_mb: float | None = None
    problem: str = ""


def _environment(models: Path, bytecode: Path) -> dict[str, str]:
    """Of the started programs; ``bytecode`` is theirs."""
    mine = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**mine, "KIOSK_MODELS__DIR": str(models), "PYTHONPYCACHEPREFIX": str(bytecode)}


def _start(portrait: Path, environment: Mapping[str, str], steady_s: float) -> _Start:
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-", ignore_cleanup_errors=True) as folder:
        return _start_in(Path(folder), portrait, environment, steady_s)


def _start_in(folder: Path, portrait: Path, environment: Mapping[str, str], steady_s: float) -> _Start:
    from kiosk.keys import open_vault
    from kiosk.profile import open_profile

    open_vault(
        open_profile(folder / "profile").root, use_keyring=False
    )  # thrown away: nothing of it goes into the keyring
    events = folder / "events.jsonl"
    camera = f"replay:{portrait}?loop=1&fps=30"
    run = [*program(), "run", "--offline", "--mode", "access", "--camera", camera]
    run += ["--profile", str(folder / "profile"), "--events", str(events), "--exit-after", "60"]
    process = subprocess.Popen(  # noqa: S603 - our own program
        run, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    found = _Start()
    try:
        deadline = time.monotonic() + 20.0
        while time.monotonic() < deadline and process.poll() is None and found.ready_ms is None:
            _read_events(events, found)
            time.sleep(0.05)
        if found.ready_ms is not None:
            found.memory_mb = _memory_after(process, steady_s)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
    if found.ready_ms is None:
        found.problem = f"kiosk run was not ready within 20 s (exit status {process.returncode})"
    return found


def _read_events(path: Path, found: _Start) -> None:
    """Times of the window and of readiness, as far as they have been written."""
    if not path.exists():
        return
    for text in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            continue  # a line that is being written
        match line.get("event"):
            case "window":
                found.window_ms = float(line["since_start_ms"])
            case "ready":
                found.ready_ms = float(line["since_start_ms"])
            case _:
                pass


def _memory_after(process: subprocess.Popen[bytes], seconds: float) -> float | None:
    """Resident memory in MB (10^6) of the process and its children, once it has run so long; None where it ended."""
    import psutil

    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        try:
            program = psutil.Process(process.pid)
            return float(sum(each.memory_info().rss for each in (program, *program.children(recursive=True)))) / 1e6
        except psutil.Error:
            return None
    return None
