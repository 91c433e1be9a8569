"""How long something takes: one line a stage, and stages measured side by side so that a busy machine hits all alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

BLOCK = 10
"""So many calls of one stage before the next has its turn: long enough for its data to be in the caches, as in a station."""

WARM_UP = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One stage.

    Attributes:
        p50_ms: median; None where it could not be measured.
        p95_ms: what the budget speaks of.
        budget_ms: None where there is none.
        n: how many calls.
        cpu_ms: median of the processor time of a call, over all its threads: what stays when other programs take turns
            with this one; None where it was not taken.
        note: for people.
    """

    stage: str
    p50_ms: float | None
    p95_ms: float | None
    budget_ms: float | None
    n: int
    cpu_ms: float | None = None
    note: str = ""

    @property
    def is_over(self) -> bool | None:
        """Whether the 95th percentile is over the budget; None where that cannot be said."""
        return None if self.budget_ms is None or self.p95_ms is None else self.p95_ms > self.budget_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Something to time.

    Attributes:
        run: gets the number of the call.
    """

    name: str
    run: Callable[[int], object]
    budget_ms: float | None = None
    note: str = ""


def line_of(stage: str, times_ms: Sequence[float], budget_ms: float | None = None, note: str = "") -> Line:
    """Median and 95th percentile of what was measured; both None where nothing was."""
    if not times_ms:
        return Line(stage=stage, p50_ms=None, p95_ms=None, budget_ms=budget_ms, n=0, note=note)
    p50, p95 = np.percentile(np.asarray(times_ms, dtype=np.float64), [50, 95])
    return Line(stage=stage, p50_ms=float(p50), p95_ms=float(p95), budget_ms=budget_ms, n=len(times_ms), note=note)


def interleaved(stages: Sequence[Stage], n: int, *, each: Callable[[], None] = lambda: None) -> list[Line]:
    """Time all stages ``n`` calls each, in turns of :data:`BLOCK`, after a warm-up that does not count.

    Args:
        each: told after every block of one stage (progress bar).
    """
    times: Mapping[str, list[float]] = {stage.name: [] for stage in stages}
    work: Mapping[str, list[float]] = {stage.name: [] for stage in stages}
    for stage in stages:
        for call in range(WARM_UP):
            stage.run(call)
    for start in range(0, n, BLOCK):
        for stage in stages:
            for call in range(start, min(n, start + BLOCK)):
                began, used = time.perf_counter(), time.process_time()
                stage.run(WARM_UP + call)
                times[stage.name].append((time.perf_counter() - began) * 1000)
                work[stage.name].append((time.process_time() - used) * 1000)
            each()
    return [
        replace(line_of(stage.name, times[stage.name], stage.budget_ms, stage.note), cpu_ms=median(work[stage.name]))
        for stage in stages
    ]


def blocks(stages: Sequence[Stage], n: int) -> int:
    """How often :func:`interleaved` tells ``each``."""
    return len(stages) * -(-n // BLOCK)
