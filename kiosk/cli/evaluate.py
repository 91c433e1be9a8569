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
@click.option("--html", "page", type=click.Path(path_type=Path), metavar="FILE", help="Also write one HTML page.")
@click.option(
    "--det", "picture", type=click.Path(path_type=Path), metavar="FILE", help="Also write the DET curve, PNG."
)
@click.pass_context
def liveness(
    ctx: click.Context,
    folder: Path,
    profile_path: Path | None,
    *,
    as_json: bool,
    page: Path | None,
    picture: Path | None,
) -> None:
    """APCER by attack species and BPCER, with their intervals.

    DIR holds live/** and attack/<species>/**: pictures and clips. The folder below is the site (one camera, one
    person): DIR/live/<site>/**, DIR/attack/<species>/<site>/**. Every file is one attempt, run through the station's
    own vision, guidance and rules with the settings of the profile.

    \b
    Examples:
      kiosk evaluate liveness pad/
      kiosk evaluate liveness pad/ --json > liveness.json
      kiosk evaluate liveness pad/ --html liveness.html
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
    if page is not None:
        from kiosk.evaluate.liveness_html import as_html

        _write(page, as_html(measured, policy, networks, found.others).encode())
    if picture is not None:
        from kiosk.evaluate import det

        _write(picture, det.draw(det.curves(measured.attempts), threshold=policy.liveness.threshold))
    if as_json:
        emit(report.as_object(measured, policy, networks, found.others))
    else:
        say(report.as_text(measured, policy, networks, found.others))


@command.command("explain")
@click.argument("clip", type=click.Path(path_type=Path), metavar="CLIP")
@profile_option
@json_option
@click.option("--svg", "drawing", type=click.Path(path_type=Path), metavar="FILE", help="Write the landmarks, moving.")
@click.pass_context
def explain(ctx: click.Context, clip: Path, profile_path: Path | None, *, as_json: bool, drawing: Path | None) -> None:
    """Why was this clip refused? Every cue with its value, its limit and what would have passed.

    The drawing shows landmarks alone, no picture of anybody. Exit code 0: nothing refused it; 1: it was refused.

    \b
    Examples:
      kiosk evaluate explain visit.mp4
      kiosk evaluate explain visit.mp4 --svg visit.svg --json
    """
    from kiosk.domain.explain import as_lines, as_svg
    from kiosk.evaluate.attempt import Explaining, Presenter, Response
    from kiosk.evaluate.explain_report import as_object
    from kiosk.evaluate.files import clip_sample
    from kiosk.vision.engine import Engine

    settings = load_settings(ctx, profile_path)
    sample = clip_sample(clip)
    models = ready_models(settings, silent=as_json)
    with _quiet(), contextlib.closing(Engine(models)) as engine:
        policy = to_policy(settings, engine.liveness_networks)
        attempt = Presenter(engine, policy, explaining=Explaining.YES).show(sample)
    told = attempt.explanation
    if drawing is not None and told is not None:
        _write(drawing, as_svg(told.trace).encode())
    if as_json:
        emit(as_object(attempt))
    elif told is None:
        hint = f", asked for most: {attempt.hint}" if attempt.hint is not None else ""
        say(f"{attempt.response}{hint}; nothing was refused")
    else:
        say("\n".join([f"answer: {attempt.response}", *as_lines(told)]))
    if attempt.response is not Response.LIVE:
        ctx.exit(1)


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


def _write(path: Path, content: bytes) -> None:
    """Write a report.

    Raises:
        InputError: ``file_not_writable``.
    """
    from kiosk.domain.errors import Code, InputError

    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputError(Code.FILE_NOT_WRITABLE, str(path)) from error


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
