"""``kiosk models``: which weights there are, whether they are right, and getting them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.output import NO, emit, json_option, say
from kiosk.cli.station import load_settings, profile_option
from kiosk.domain.errors import Code, ModelError
from kiosk.settings import models_dir, models_mirror

if TYPE_CHECKING:
    from kiosk.vision.models import FetchProgress, ModelFiles, ModelStatus


@click.group("models")
def command() -> None:
    """The weights of the networks, and the pictures of the demo: list, verify and fetch them.

    They are never part of the program: each is fetched once, and used only if its sha256 is the one in the manifest.

    \b
    Examples:
      kiosk models list
      kiosk models fetch
    """


@command.command("list")
@profile_option
@json_option
@click.pass_context
def list_models(ctx: click.Context, profile_path: Path | None, *, as_json: bool) -> None:
    """Every file, what it is for and whether it is there.

    \b
    Example:
      kiosk models list --json
    """
    files = _files(ctx, profile_path)
    _show(files, as_json=as_json)


@command.command("verify")
@profile_option
@json_option
@click.pass_context
def verify(ctx: click.Context, profile_path: Path | None, *, as_json: bool) -> None:
    """Read every file and compare its sha256. Exit status 1 if one is wrong, or one that is needed is missing.

    \b
    Example:
      kiosk models verify
    """
    from kiosk.vision.manifest import Pack
    from kiosk.vision.models import FileState

    files = _files(ctx, profile_path)
    states = _show(files, as_json=as_json)
    wrong = any(each.state is FileState.WRONG_HASH for each in states)
    missing = any(each.state is FileState.MISSING and each.pack is Pack.CORE for each in states)
    if wrong or missing:
        if not as_json:
            say("Get what is missing or wrong with: kiosk models fetch")
        ctx.exit(NO)


@command.command("fetch")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--mirror", type=click.Path(path_type=Path), metavar="DIR", help="A folder to ask first.")
@profile_option
@json_option
@click.pass_context
def fetch(
    ctx: click.Context, names: tuple[str, ...], mirror: Path | None, profile_path: Path | None, *, as_json: bool
) -> None:
    """Get what is missing: all files, or those named. Files that are right are left alone; a wrong hash is refused.

    \b
    Examples:
      kiosk models fetch
      kiosk models fetch liveness_a --mirror /media/usb/models
    """
    from kiosk.vision.manifest import Pack
    from kiosk.vision.models import FileState

    files = _files(ctx, profile_path)
    states = {each.name: each.state for each in files.status()}
    unknown = [name for name in names if name not in states]
    if unknown:
        raise click.UsageError(f"There is no {', '.join(unknown)}. Known: {', '.join(states)}")
    wanted = [name for name in names or tuple(states) if states[name] is not FileState.OK]
    settings = load_settings(ctx, profile_path)
    source = mirror or models_mirror(settings)
    # Without names, a file that only makes the station better must not make the whole fetch a failure.
    optional = [] if names else [name for name in wanted if name in files.manifest.names(Pack.RECOMMENDED)]
    needed = [name for name in wanted if name not in optional]
    get(files, needed, source, silent=as_json)
    problem = try_to_get(files, optional, source, silent=as_json)
    fetched = [name for name in wanted if name not in files.missing()]
    if as_json:
        emit({"folder": str(files.folder), "fetched": fetched, "not_fetched": [n for n in wanted if n not in fetched]})
        return
    if fetched:
        say(f"{len(fetched)} file{'s' if len(fetched) > 1 else ''} fetched and verified in {files.folder}")
    elif not wanted:
        say(f"Everything is there and right in {files.folder}")
    if problem:
        say(f"Recommended, and not to be had now; the station works without, its liveness is weaker: {problem}")


def try_to_get(files: ModelFiles, names: Sequence[str], mirror: Path | None, *, silent: bool) -> str:
    """Fetch what is not needed. What went wrong in words, or an empty string.

    Raises:
        ModelError: the folder cannot be written.
    """
    try:
        get(files, names, mirror, silent=silent)
    except ModelError as error:
        if error.code is not Code.MODEL_NO_SOURCE:
            raise
        return error.detail
    return ""


def get(files: ModelFiles, names: Sequence[str], mirror: Path | None, *, silent: bool) -> None:
    """Fetch with progress.

    Raises:
        ModelError: no source gave a file, or the folder cannot be written.
    """
    from kiosk.cli.progress import Progress

    def told(step: FetchProgress) -> None:
        source = f" ({step.source})" if step.source else ""
        progress.step(step.share, f"{step.name}: {step.step}{source}")

    with Progress(silent=silent) as progress:
        files.fetch(names, mirror=mirror, progress=told)


def _files(ctx: click.Context, profile_path: Path | None) -> ModelFiles:
    from kiosk.vision.models import ModelFiles

    return ModelFiles(models_dir(load_settings(ctx, profile_path)))


def _show(files: ModelFiles, *, as_json: bool) -> list[ModelStatus]:
    states = files.status()
    if as_json:
        emit({"folder": str(files.folder), "models": [_as_object(files, each) for each in states]})
        return states
    say(f"{files.folder}")
    for each in states:
        say(f"  {each.state:<10}  {each.name:<20}  {each.pack:<11}  {each.size / 1e6:5.2f} MB  {each.licence}")
    return states


def _as_object(files: ModelFiles, each: ModelStatus) -> dict[str, Any]:
    return {
        "name": each.name,
        "file": each.file,
        "pack": str(each.pack),
        "state": str(each.state),
        "size": each.size,
        "sha256": files.sha256(each.name),
        "licence": each.licence,
        "note": each.note,
    }
