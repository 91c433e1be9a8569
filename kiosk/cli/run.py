"""``kiosk run``: the station with its window, or the demo."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import click

from kiosk.cli.running import Options, run_station
from kiosk.cli.station import load_settings, profile_option

_DEFAULT = click.core.ParameterSource.DEFAULT


@click.command("run")
@click.option("--mode", type=click.Choice(["access", "enroll"]), help="Unattended login, or front-desk enrolment.")
@click.option("--camera", "camera_uri", metavar="URI", help="See below. Default: from the settings.")
@profile_option
@click.option("--offline", is_flag=True, help="Never touch the network.")
@click.option("--demo", is_flag=True, help="A complete tour without camera and account; ends by itself.")
@click.option("--events", "events_to", metavar="FILE|-", help="JSON lines, one event a line.")
@click.option(
    "--screenshots",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="One PNG for each screen shown.",
)
@click.option("--exit-after", type=click.FloatRange(min=0.1), metavar="SECONDS", help="End after this time.")
@click.option("--exit-after-results", type=click.IntRange(min=1), metavar="N", help="End after this many results.")
@click.option("--size", metavar="WxH", help="Size of the window, such as 1080x1920. Default: from the settings.")
@click.option("--fullscreen/--windowed", default=None, help="Default: from the settings.")
@click.option(
    "--supervised", is_flag=True, help="Start the station again when it dies or hangs. Default: from the settings."
)
@click.option("--beat", "beat_to", type=click.Path(path_type=Path), hidden=True)
@click.pass_context
def command(ctx: click.Context, /, **options: object) -> None:
    """Start the station.

    \b
    Cameras:
      usb:0 · usb:"name part" · rtsp://… · http://… (MJPEG)
      replay:PATH[?loop=1&fps=15&mirror=0]   a clip, or a folder of stills
      synthetic:PORTRAIT.jpg                 a portrait moved in 3D
    \b
    Examples:
      kiosk run --demo
      kiosk run --mode access --camera usb:0
      kiosk run --camera replay:visit.mp4 --offline --events - --exit-after-results 1
    """
    asked = Options(
        mode=_text(options["mode"]),
        camera=_text(options["camera_uri"]),
        events=_text(options["events_to"]),
        screenshots=_path(options["screenshots"]),
        seconds=options["exit_after"] if isinstance(options["exit_after"], float) else None,
        results=options["exit_after_results"] if isinstance(options["exit_after_results"], int) else None,
        size=_size(_text(options["size"])),
        fullscreen=options["fullscreen"] if isinstance(options["fullscreen"], bool) else None,
        demo=bool(options["demo"]),
        offline=bool(options["offline"]),
        beat=_path(options["beat_to"]),
    )
    profile = _path(options["profile_path"])
    if not asked.demo and asked.beat is None and _to_be_supervised(ctx, profile, asked=bool(options["supervised"])):
        from kiosk.cli.supervise import Supervisor, command_line

        ctx.exit(Supervisor(command_line(_words(ctx, options))).run())
    if not asked.demo:
        run_station(ctx, asked, profile)
        return
    if asked.camera or asked.mode or profile:
        raise click.UsageError("--demo brings its own camera, mode and profile")
    from kiosk.keys import open_vault

    with tempfile.TemporaryDirectory(prefix="kiosk-demo-", ignore_cleanup_errors=True) as folder:
        open_vault(Path(folder), use_keyring=False)  # a tour leaves nothing behind, in the keyring neither
        run_station(ctx, asked, Path(folder))


def _to_be_supervised(ctx: click.Context, profile: Path | None, *, asked: bool) -> bool:
    return asked or load_settings(ctx, profile).station.supervise


def _words(ctx: click.Context, options: Mapping[str, object]) -> list[str]:
    """The same command without the supervision, for the child."""
    words = ["run"]
    for option in ctx.command.params:
        name, value = option.name or "", options.get(option.name or "")
        if name in {"supervised", "beat_to"} or value is None or ctx.get_parameter_source(name) is _DEFAULT:
            continue
        if isinstance(value, bool):
            words.append(option.opts[0] if value else option.secondary_opts[0])
        else:
            words += [option.opts[0], str(value)]
    return words


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _path(value: object) -> Path | None:
    return value if isinstance(value, Path) else None


def _size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    across, _, down = text.lower().partition("x")
    if not (across.isdigit() and down.isdigit() and 320 <= int(across) <= 8192 and 320 <= int(down) <= 8192):
        raise click.BadParameter(f"{text!r} is not a size such as 1280x800", param_hint="--size")
    return int(across), int(down)
