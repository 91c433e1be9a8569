"""``kiosk identify``: who is this? From a picture, or from a camera without the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.cli.desk import Counter, as_object, counter, in_words
from kiosk.cli.output import NO, emit, json_option, say
from kiosk.cli.station import open_station, profile_option
from kiosk.settings import Settings
from kiosk.station.desk import Answer, identify

if TYPE_CHECKING:
    from kiosk.domain.face import Pixels
    from kiosk.domain.guidance import Hint
    from kiosk.domain.ports import CameraFactory


@click.command("identify")
@click.option("--image", type=click.Path(path_type=Path), metavar="FILE", help="A picture of the person.")
@click.option("--camera", "camera_uri", metavar="URI", help="A camera, as for kiosk run.")
@profile_option
@json_option
@click.pass_context
def command(
    ctx: click.Context, image: Path | None, camera_uri: str | None, profile_path: Path | None, *, as_json: bool
) -> None:
    """Who is this? Exit status 0 if somebody was recognised, 1 if not: nobody found, no face, two faces, not live.

    One picture can only deny that it is live, never prove it; a camera is watched for a while and tells more. Nothing is opened
    by this command.

    \b
    Examples:
      kiosk identify --image visitor.jpg
      kiosk identify --camera usb:0 --json
    """
    if (image is None) == (camera_uri is None):
        raise click.UsageError("Give either --image FILE or --camera URI.")
    pixels = _read(image) if image is not None else None
    profile, settings = open_station(ctx, profile_path, {"camera.uri": camera_uri})
    camera = _camera(settings) if pixels is None else None
    with counter(profile, settings, silent=as_json) as opened:
        if pixels is not None:
            answer = _of_picture(pixels, opened)
        elif camera is not None:
            answer = _of_camera(camera, opened, settings, silent=as_json)
    _tell(answer, settings, as_json=as_json)
    if not answer.is_yes:
        ctx.exit(NO)


def _read(image: Path) -> Pixels:
    from kiosk.camera.stills import read_picture

    return read_picture(image)


def _camera(settings: Settings) -> CameraFactory:
    from kiosk.cli.wiring import camera
    from kiosk.station.clock import SystemClock

    return camera(settings, SystemClock())[0]


def _of_picture(pixels: Pixels, opened: Counter) -> Answer:
    from kiosk.station.picture import look_at
    from kiosk.station.still_eyes import StillEyes

    eyes = StillEyes(opened.models)
    try:
        return identify(look_at(pixels, eyes, opened.policy), opened.desk)
    finally:
        eyes.close()


def _of_camera(make_camera: CameraFactory, opened: Counter, settings: Settings, *, silent: bool) -> Answer:
    from kiosk.station.watch import watch
    from kiosk.ui.text import Text
    from kiosk.vision.engine import Engine

    text = Text(settings.ui.language)

    def tell(hint: Hint) -> None:
        if not silent:
            click.echo(text.get(f"hint.{hint}"), err=True)

    engine = Engine(opened.models)
    try:
        return identify(watch(make_camera(), engine, opened.desk.clock, opened.policy, tell=tell), opened.desk)
    finally:
        engine.close()


def _tell(answer: Answer, settings: Settings, *, as_json: bool) -> None:
    if as_json:
        emit({"found": answer.is_yes, **as_object(answer)})
        return
    if answer.is_yes and answer.person is not None:
        say(f"{answer.person.details.display_name}")
        say(f"id: {answer.person.id}")
    else:
        say(f"Not recognised: {in_words(answer, settings.ui.language)}.")
    if answer.similarity is not None:
        say(f"similarity: {answer.similarity:.3f}")
    live = {True: "true", False: "false", None: "null"}[answer.live]
    say(f"live: {live}" + (f" ({answer.score:.3f})" if answer.score is not None else ""))
