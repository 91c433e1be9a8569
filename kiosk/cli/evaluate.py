"""``kiosk evaluate``: how good liveness and matching are, on a folder of labelled files."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from kiosk.cli.desk import ready_models
from kiosk.cli.output import emit, json_option, say
from kiosk.cli.progress import Progress
from kiosk.cli.station import load_settings, profile_option
from kiosk.settings import to_policy


@click.group("evaluate")
def command() -> None:
    """Measure liveness and matching on files of your own; nothing is stored, nothing is sent.

    \b
    Examples:
      kiosk evaluate liveness pad/
      kiosk evaluate matching pairs.csv --images faces/
    """


@command.command("liveness")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@profile_option
@json_option
@click.pass_context
def liveness(ctx: click.Context, folder: Path, profile_path: Path | None, *, as_json: bool) -> None:
    """APCER by attack species and BPCER, with their intervals.

    DIR holds live/** and attack/<species>/**: pictures and clips. The folder below is the site (one camera, one
    person): DIR/live/<site>/**, DIR/attack/<species>/<site>/**. Every file is one attempt, run through the station's
    own vision, guidance and rules with the settings of the profile.

    \b
    Examples:
      kiosk evaluate liveness pad/
      kiosk evaluate liveness pad/ --json > liveness.json
    """
    from kiosk.domain.errors import Code, InputError
    from kiosk.evaluate import liveness as measure
    from kiosk.evaluate import liveness_report as report
    from kiosk.evaluate.files import find_samples
    from kiosk.vision.engine import Engine

    settings = load_settings(ctx, profile_path)
    found = find_samples(folder)
    models = ready_models(settings, silent=as_json)
    with (
        _quiet(),
        _counted("attempts", len(found.samples), silent=as_json) as advance,
        contextlib.closing(Engine(models)) as engine,
    ):
        networks = engine.liveness_networks
        policy = to_policy(settings, networks)
        measured = measure.measure(found.samples, engine, policy, each=lambda _: advance())
    whole = measured.whole
    if not whole.bona_fide.attempts and not any(tally.attempts for _, tally in whole.attacks):
        raise InputError(Code.FOLDER_EMPTY, f"{folder}: none of its {len(found.samples)} files could be read")
    if as_json:
        emit(report.as_object(measured, policy, networks, found.others))
    else:
        say(report.as_text(measured, policy, networks, found.others))


@command.command("matching")
@click.argument("table", type=click.Path(path_type=Path), metavar="PAIRS.csv")
@click.option(
    "--images", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Where the table's paths start."
)
@profile_option
@json_option
@click.pass_context
def matching(ctx: click.Context, table: Path, images: Path, profile_path: Path | None, *, as_json: bool) -> None:
    """TAR at FAR 1e-3, equal error rate and area over pairs of pictures, with their intervals.

    PAIRS.csv has the columns path_a, path_b and same (1 one person, 0 two).

    \b
    Examples:
      kiosk evaluate matching pairs.csv --images faces/
      kiosk evaluate matching pairs.csv --images faces/ --json
    """
    from kiosk.evaluate import matching as measure
    from kiosk.evaluate import matching_report as report
    from kiosk.evaluate.pairs import read_pairs
    from kiosk.vision.embedder import Embedder
    from kiosk.vision.engine import TRACKING
    from kiosk.vision.stills import StillTracker

    settings = load_settings(ctx, profile_path)
    pairs = read_pairs(table)
    models = ready_models(settings, silent=as_json)
    with (
        _quiet(),
        _counted("pictures", len(measure.pictures_of(pairs)), silent=as_json) as advance,
        contextlib.closing(StillTracker(models.path(TRACKING))) as tracker,
    ):
        embedder = Embedder(models, threads=2)
        measured = measure.measure(
            pairs, images, tracker, embedder, policy_threshold=to_policy(settings).matching.threshold, each=advance
        )
    if as_json:
        emit(report.as_object(measured))
    else:
        say(report.as_text(measured))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Native chatter goes to a file that goes away."""
    import tempfile

    from kiosk import log

    with tempfile.TemporaryDirectory(prefix="kiosk-") as folder, log.quiet_native_stderr(Path(folder) / "native.log"):
        yield


@contextlib.contextmanager
def _counted(what: str, total: int, *, silent: bool) -> Iterator[Callable[[], None]]:
    """Progress by calls: a bar on a terminal, a line every tenth elsewhere."""
    watched = sys.stderr.isatty()
    with Progress(silent=silent) as progress:
        done = 0

        def advance() -> None:
            nonlocal done
            done += 1
            if watched or done * 10 // total > (done - 1) * 10 // total:
                progress.step(done / total, f"{done} of {total} {what}")

        yield advance
