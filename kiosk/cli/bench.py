"""``kiosk bench``: how fast every stage is on this machine, beside its budget."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from kiosk.cli.desk import ready_models
from kiosk.cli.output import NO, emit, json_option, say
from kiosk.cli.progress import Progress
from kiosk.cli.station import load_settings, profile_option
from kiosk.settings import models_mirror

CALLS, QUICK_CALLS = 200, 20
VISITS, QUICK_VISITS = 20, 2
STARTS, QUICK_STARTS = 3, 1
STEADY_S, QUICK_STEADY_S = 6.0, 1.0


@click.command("bench")
@click.option("--quick", is_flag=True, help="A few calls of each stage: shows that all works, not how fast.")
@click.option("--long", "long_form", is_flag=True, help="A whole minute of a session in the window.")
@click.option("--strict", is_flag=True, help="Exit status 1 if anything is over its budget.")
@profile_option
@json_option
@click.pass_context
def command(
    ctx: click.Context, profile_path: Path | None, *, quick: bool, long_form: bool, strict: bool, as_json: bool
) -> None:
    """Measure the speed of every stage on this machine. Takes about a minute and a half.

    Budgets are for the 95th percentile on two cores. The figures are of this machine, and of this moment: close other
    programs first.

    \b
    Examples:
      kiosk bench
      kiosk bench --json --strict
    """
    from kiosk import log
    from kiosk.cli import bench_starts, bench_station, bench_window
    from kiosk.evaluate import bench_gallery, bench_report, bench_vision
    from kiosk.evaluate.scene import empty_room
    from kiosk.evaluate.timing import BLOCK

    settings = load_settings(ctx, profile_path)
    machine, host = bench_report.this_machine(), bench_report.Host()
    models = ready_models(settings, silent=as_json)
    if bench_vision.PORTRAIT in models.missing():
        models.fetch([bench_vision.PORTRAIT], mirror=models_mirror(settings))
    calls, visits, count, steady_s = (
        (QUICK_CALLS, QUICK_VISITS, QUICK_STARTS, QUICK_STEADY_S) if quick else (CALLS, VISITS, STARTS, STEADY_S)
    )
    seconds = bench_window.QUICK_SECONDS if quick else bench_window.LONG_SECONDS if long_form else bench_window.SECONDS
    total = -(-calls // BLOCK) * (bench_vision.STAGES + 1) + visits + count
    with (
        tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder,
        log.quiet_native_stderr(Path(folder) / "native.log"),
        Progress(silent=as_json) as progress,
    ):
        steps = _Steps(progress, total)
        started = bench_starts.starts(
            models.path(bench_vision.PORTRAIT),
            models.folder,
            count,
            steady_s=steady_s,
            each=steps.of("starts"),
        )
        scene = bench_vision.scene_of(models)
        lines = bench_vision.vision_lines(models, scene, calls, each=steps.of("vision"))
        lines.append(bench_gallery.gallery_line(calls, each=steps.of("search")))
        lines.append(bench_station.decision_line(settings, scene, empty_room(scene), visits, each=steps.of("visits")))
    lines += [*bench_window.window_lines(scene, seconds), started.window, started.ready]
    whole = bench_report.Whole(
        track_ratio=bench_vision.track_ratio(lines),
        track_ratio_limit=bench_vision.TRACK_RATIO,
        memory_mb=started.memory_mb,
        memory_budget_mb=bench_starts.MEMORY_BUDGET_MB,
        first_window_s=_seconds(started.window.p50_ms),
        ready_s=_seconds(started.ready.p50_ms),
        problem=started.problem,
    )
    machine = replace(machine, stolen=host.stolen())
    if as_json:
        emit(bench_report.as_list(lines, whole, machine))
    else:
        say(bench_report.as_text(lines, whole, machine))
    if strict and bench_report.is_over(lines, whole):
        ctx.exit(NO)


class _Steps:
    """Counts what is done over all stages; away from a terminal only every tenth of the whole is told."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0
        self._all = sys.stderr.isatty()

    def of(self, what: str) -> Callable[[], None]:
        """A function to call after each step of this stage."""

        def step() -> None:
            self._done += 1
            if self._all or self._done * 10 // self._total > (self._done - 1) * 10 // self._total:
                self._progress.step(min(1.0, self._done / self._total), what)

        return step


def _seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000
