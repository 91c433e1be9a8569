"""The machine: Python, processor, memory, disk, clock, display."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from kiosk.cli.checks.line import Line, State, at_least, said
from kiosk.cpu import NEEDED

MIN_PYTHON = (3, 11)
BUILT = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock that is right shows an earlier time."""

WANTED_FLAGS = ("avx2", "fma")
"""Beside what is needed (:mod:`kiosk.cpu`): onnxruntime and XNNPACK are several times slower without AVX2 and FMA."""


def python() -> Iterator[Line]:
    """Version and word size."""
    bits = 64 if sys.maxsize > 2**32 else 32
    fine = sys.version_info[:2] >= MIN_PYTHON and bits == 64
    yield Line(
        name="python",
        state=State.OK if fine else State.FAIL,
        value=said("python", version=platform.python_version(), bits=bits),
        limit=said("python_limit", version=f"{MIN_PYTHON[0]}.{MIN_PYTHON[1]}"),
        remedy="" if fine else said("python_remedy"),
    )


def processor(flags: frozenset[str] | None = None) -> Iterator[Line]:
    """Instruction sets, where they can be known, and cores this process may use."""
    import psutil

    flags = _cpu_flags() if flags is None else flags
    machine = platform.machine().lower()
    if machine in {"x86_64", "amd64"} and flags:
        lacking = [flag for flag in NEEDED if flag not in flags]
        slow = [flag for flag in WANTED_FLAGS if flag not in flags]
        state = State.FAIL if lacking else State.WARN if slow else State.OK
        yield Line(
            name="cpu",
            state=state,
            value=said("cpu_without", machine=machine, flags=" ".join(lacking + slow))
            if lacking or slow
            else said("cpu_with", machine=machine),
            limit=said("cpu_limit"),
            remedy="" if state is State.OK else said("cpu_remedy"),
        )
    else:
        yield Line(name="cpu", state=State.OK, value=said("cpu_unreadable", machine=machine or "?"))
    cores = _usable_cores() or psutil.cpu_count() or 1
    yield at_least("cores", cores, warn=2, fail=1, unit="unit_cores", remedy=said("cores_remedy"))


def _usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0


def _cpu_flags() -> frozenset[str]:
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8", errors="replace")
    except OSError:
        return frozenset()
    line = next((line for line in text.splitlines() if line.startswith("flags")), "")
    return frozenset(line.partition(":")[2].split())


def memory() -> Iterator[Line]:
    """What is free now; the running station takes up to 600 MB."""
    import psutil

    free = psutil.virtual_memory().available / 2**20
    yield at_least("memory", free, warn=1024, fail=600, unit="unit_free", remedy=said("memory_remedy"))


def disk(folder: Path) -> Iterator[Line]:
    """Free space where the profile is, or will be."""
    import psutil

    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    free = psutil.disk_usage(str(folder)).free / 2**20
    yield at_least("disk", free, warn=1024, fail=200, unit="unit_free", remedy=said("disk_remedy", folder=folder))


def clock(newest: float | None, *, now: float | None = None) -> Iterator[Line]:
    """Is the wall clock possible? ``newest`` is when the profile was last written, seconds since 1970."""
    now = time.time() if now is None else now
    at = datetime.fromtimestamp(now, UTC)
    behind = newest is not None and newest > now + 300
    fine = at >= BUILT and not behind
    yield Line(
        name="clock",
        state=State.OK if fine else State.FAIL,
        value=said("clock_behind", at=at.isoformat(timespec="seconds")) if behind else at.isoformat(timespec="seconds"),
        limit=said("clock_limit"),
        remedy="" if fine else said("clock_remedy"),
    )


def display(environ: Mapping[str, str] | None = None, *, system: str = sys.platform) -> Iterator[Line]:
    """Is there a screen to show the window on?"""
    environ = os.environ if environ is None else environ
    chosen = environ.get("QT_QPA_PLATFORM", "")
    found: str
    if chosen in {"offscreen", "minimal"}:
        found, fine = said("display_not_asked", chosen=chosen), False
    elif system != "linux" or chosen:
        found, fine = chosen or said("display_desktop"), True
    else:
        kinds = [name for name in ("WAYLAND_DISPLAY", "DISPLAY") if environ.get(name)]
        found, fine = (f"{kinds[0]}={environ[kinds[0]]}", True) if kinds else (said("display_none"), False)
    yield Line(
        name="display",
        state=State.OK if fine else State.WARN,
        value=found,
        limit=said("display_limit"),
        remedy="" if fine else said("display_remedy"),
    )


def has_display(environ: Mapping[str, str] | None = None) -> tuple[bool, bool]:
    """Whether X11 and whether Wayland is there."""
    environ = os.environ if environ is None else environ
    return bool(environ.get("DISPLAY")), bool(environ.get("WAYLAND_DISPLAY"))
