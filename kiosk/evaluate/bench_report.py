"""The figures of ``kiosk bench`` as JSON and as text, and which machine they are of. Measures nothing."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.evaluate.timing import Line
from kiosk.evaluate.words import columns

PROGRAM = "program"
"""Name of the last line of the JSON list, which is about the whole program and not about a stage."""

WORTH_SAYING = 0.01
"""A host that took less changes no figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where the figures are from.

    Attributes:
        load: processes that wanted a core in the last minute, before the bench; None where it is not known.
        stolen: share of the processors' time that the host of a virtual machine gave to others during the bench, 0..1.
    """

    cores: int
    processor: str
    system: str
    python: str
    load: float | None
    stolen: float = 0.0

    @property
    def is_busy(self) -> bool:
        """Whether others were at work, so that the figures are worse than the machine."""
        return self.load is not None and self.load > 0.25 * self.cores


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """Of the whole program.

    Attributes:
        track_ratio: tracking over the bare MediaPipe call.
        memory_mb: resident, in 10^6 bytes; None where it was not measured.
    """

    track_ratio: float | None
    track_ratio_limit: float
    memory_mb: float | None
    memory_budget_mb: float
    first_window_s: float | None
    ready_s: float | None
    problem: str = ""

    @property
    def is_over(self) -> bool:
        """Whether one of its figures is over its limit."""
        ratio, memory = self.track_ratio, self.memory_mb
        return (ratio is not None and ratio > self.track_ratio_limit) or (
            memory is not None and memory > self.memory_budget_mb
        )


def this_machine() -> Machine:
    """Cores that this process may use, the processor's own name, and how busy it is."""
    try:
        load: float | None = round(os.getloadavg()[0], 2)
    except (OSError, AttributeError):  # not on Windows
        load = None
    return Machine(
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        processor=_processor(),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        load=load,
    )


class Host:
    """What the host of a virtual machine took while something was measured. Linux counts it; elsewhere it is nothing."""

    def __init__(self) -> None:
        self._before = _spent()

    def stolen(self) -> float:
        """Share of the processors' time since this was made, 0..1."""
        total, stolen = (now - before for now, before in zip(_spent(), self._before, strict=True))
        return stolen / total if total > 0 else 0.0


def _spent() -> tuple[float, float]:
    """Seconds of all processors: altogether, and taken by the host."""
    import psutil

    times = psutil.cpu_times()._asdict()
    # Time of guests is counted in that of users as well.
    together = sum(seconds for name, seconds in times.items() if not name.startswith("guest"))
    return together, times.get("steal", 0.0)


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.lower().startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or "unknown"


def is_over(lines: Sequence[Line], whole: Whole) -> bool:
    """Whether anything is over its budget. What could not be measured counts as over: it is not known to be within."""
    unknown = any(line.budget_ms is not None and line.p95_ms is None for line in lines)
    return unknown or whole.is_over or any(line.is_over for line in lines)


def as_list(lines: Sequence[Line], whole: Whole, machine: Machine) -> list[dict[str, Any]]:
    """One object a stage, and a last one, ``program``, with ``memory_mb``, ``start_s`` and what else is not a stage."""
    rows: list[dict[str, Any]] = [
        {
            "stage": line.stage,
            "p50_ms": _short(line.p50_ms),
            "p95_ms": _short(line.p95_ms),
            "budget_ms": line.budget_ms,
            "n": line.n,
            "over": line.is_over,
            "cpu_ms": _short(line.cpu_ms),
            "note": line.note,
        }
        for line in lines
    ]
    rows.append(
        {
            "stage": PROGRAM,
            "p50_ms": None,
            "p95_ms": None,
            "budget_ms": None,
            "n": 1,
            "over": whole.is_over,
            "note": whole.problem,
            "memory_mb": _short(whole.memory_mb),
            "memory_budget_mb": whole.memory_budget_mb,
            "start_s": _short(whole.ready_s),
            "first_window_s": _short(whole.first_window_s),
            "ready_s": _short(whole.ready_s),
            "track_ratio": _short(whole.track_ratio),
            "track_ratio_limit": whole.track_ratio_limit,
            "machine": {
                "cores": machine.cores,
                "processor": machine.processor,
                "system": machine.system,
                "python": machine.python,
                "load": machine.load,
                "stolen": _short(machine.stolen),
            },
        }
    )
    return rows


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def as_text(lines: Sequence[Line], whole: Whole, machine: Machine) -> str:
    """For people: every figure with its budget beside it."""
    rows = [("stage", "median", "95th", "budget", "", "calls", "of it work", "")]
    rows += [
        (
            line.stage,
            _ms(line.p50_ms),
            _ms(line.p95_ms),
            _ms(line.budget_ms),
            _mark(line),
            str(line.n),
            _ms(line.cpu_ms),
            line.note,
        )
        for line in lines
    ]
    text = [
        f"Figures of this machine: {machine.cores} cores, {machine.processor}, {machine.system}, Python {machine.python}.",
    ]
    if machine.is_busy:
        text.append(
            f"It was busy with other work when the bench began (load {machine.load} on {machine.cores} cores): a quiet one "
            "is faster. What a call works (all its threads) beside its median tells how much of it was waiting."
        )
    if machine.stolen >= WORTH_SAYING:
        text.append(
            f"The host of this virtual machine gave {machine.stolen:.0%} of the processors' time to others meanwhile: the 95th "
            "percentiles are worse for it than the program is."
        )
    text += ["", *columns(rows, right={1, 2, 3, 5, 6}), ""]
    if whole.track_ratio is not None:
        mark = "OVER" if whole.track_ratio > whole.track_ratio_limit else "ok"
        text.append(
            f"Tracking takes {whole.track_ratio:.2f} times the bare MediaPipe call of the same run "
            f"(limit {whole.track_ratio_limit:g}): {mark}"
        )
    if whole.memory_mb is not None:
        mark = "OVER" if whole.memory_mb > whole.memory_budget_mb else "ok"
        text.append(
            f"The whole program keeps {whole.memory_mb:.0f} MB resident (budget {whole.memory_budget_mb:.0f} MB): {mark}"
        )
    if whole.problem:
        text.append(f"Not measured: {whole.problem}")
    return "\n".join(text)


def _ms(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0f} ms" if value >= 100 else f"{value:.1f} ms"


def _mark(line: Line) -> str:
    if line.is_over is None:
        return ""
    return "OVER" if line.is_over else "ok"
