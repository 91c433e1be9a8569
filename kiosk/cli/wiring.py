"""Builds the whole station from settings: the only place that knows every room. Heavy imports happen in the callables."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from kiosk.domain.errors import Code, InputError, ModelError
from kiosk.domain.ports import Camera, CameraFactory, Clock, Door, Gallery, Passes, Store, Vision
from kiosk.settings import DoorKind, Settings, StationMode, models_dir, models_mirror, to_policy
from kiosk.station.clock import SystemClock
from kiosk.station.events import EventSink
from kiosk.station.snapshot import Mode
from kiosk.station.station import Building
from kiosk.ui.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.cli.scenes import Screened
    from kiosk.domain.checkup import Line
    from kiosk.domain.face import Pixels
    from kiosk.profile import Profile
    from kiosk.station.keeper import Evidence
    from kiosk.station.online import AccountParts
    from kiosk.station.side_door import CodeReader
    from kiosk.station.workshop import WorkshopParts
    from kiosk.vision.manifest import Pack
    from kiosk.vision.models import FetchProgress, ModelFiles

EMBEDDING = "face_embedding"


def building(
    settings: Settings,
    profile: Profile,
    sink: EventSink,
    make_camera: CameraFactory,
    *,
    is_file: bool = False,
    network: bool = True,
    packs: tuple[Pack, ...] | None = None,
    alone: bool = False,
) -> Building:
    """Everything a station needs, as settings want it; nothing is opened yet.

    Args:
        is_file: the camera is a file, whose first seconds must not be missed while the models load.
        network: False never fetches anything from outside; a mirror folder is asked all the same.
        packs: weights to fetch before vision starts; the core ones by default.
        alone: leave the account out, whatever the settings say (demo, bench).
    """
    from kiosk.cli.desk import networks_of
    from kiosk.cli.desk_parts import desk_parts
    from kiosk.cli.office import extensions
    from kiosk.cli.remote import has_account
    from kiosk.cli.unattended import judged_by

    clock = SystemClock()
    files = _Files(settings)
    account: AccountParts | None = None
    if not alone and has_account(settings, profile.root):
        from kiosk.cli.online import account_parts

        account = account_parts(settings, profile, clock, files, network=network)
    networks = networks_of(files())
    policy = to_policy(settings, networks, account=account is not None)

    def prepare(tell: Callable[[str, float], None]) -> None:
        from kiosk.vision.manifest import Pack as Packs

        models = files()
        missing = models.missing(*(packs or (Packs.CORE,)))
        if not missing:
            return

        def progress(step: FetchProgress) -> None:
            tell("loading.models", step.share)

        tell("loading.models", 0.0)
        models.fetch(missing, mirror=models_mirror(settings), network=network, progress=progress)

    def make_vision() -> Vision:
        from kiosk.vision.engine import Engine

        engine = Engine(files())
        if engine.liveness_networks != networks:
            # A file came or went since the start. The threshold below is that of another set, and would mean nothing.
            engine.close()
            raise ModelError(Code.MODEL_BROKEN, f"liveness networks {', '.join(engine.liveness_networks)}")
        return engine

    def tell_aloud(key: str) -> None:
        import click

        click.echo(Text(settings.ui.language).get(key), err=True)

    def open_store() -> Store:
        from kiosk.cli.station import store_of

        store = store_of(profile, settings, clock, alone=alone, say=tell_aloud)
        try:  # before the gallery is made of who is left
            store.purge_due(clock.now(), days=settings.store.retention_days)
        except BaseException:
            store.close()
            raise
        return store

    def make_gallery(store: Store) -> Gallery:
        from kiosk.gallery.exact import ExactGallery

        return ExactGallery.from_store(store, files().sha256(EMBEDDING))

    def make_code_reader() -> CodeReader:
        from kiosk.vision.codes import QrReader

        return QrReader()

    def portrait(pixels: Pixels, evidence: Evidence) -> bytes:
        from kiosk.camera.stills import encode_jpeg
        from kiosk.station.portrait import head

        return head(encode_jpeg)(pixels, evidence)

    return Building(
        mode=Mode.ENROLL if settings.station.mode is StationMode.ENROLL else Mode.ACCESS,
        make_camera=make_camera,
        prepare=prepare,
        make_vision=make_vision,
        open_store=open_store,
        make_gallery=make_gallery,
        door=door(settings, sink),
        policy=policy,
        clock=clock,
        sink=sink,
        portrait=portrait,
        camera_waits=is_file,
        account=account,
        notices=notices_of,
        passes=passes_of,
        desk=desk_parts(settings, profile, passes=passes_of, account=account is not None),
        make_code_reader=make_code_reader,
        free_disk_mb=lambda: shutil.disk_usage(profile.root).free / 1e6,
        retention_days=settings.store.retention_days,
        office=extensions(settings, profile),
        say=lambda code: Text(settings.ui.language).get(f"error.{code}"),
        workshop=workshop(settings, profile, judged_by=judged_by(policy, files(), networks)),
    )


def workshop(settings: Settings, profile: Profile, *, judged_by: str) -> WorkshopParts:
    """What the pages need that try and keep the station. ``judged_by``: digest of what it judges by."""
    from kiosk.cli.unattended import judges_by
    from kiosk.station.workshop import WorkshopParts

    def checks() -> Iterator[Line]:
        from kiosk.cli.checks.rounds import while_running

        return while_running(settings, profile)

    def devices() -> list[tuple[int, str]]:
        from kiosk.camera.devices import list_devices

        return list_devices()

    def secrets() -> Iterator[str]:
        from kiosk.cli.support import secrets_of

        return secrets_of(profile, settings)

    return WorkshopParts(
        profile=profile,
        settings=settings,
        checks=checks,
        devices=devices,
        secrets=secrets,
        words=Text,
        judged_by=judged_by,
        judges_by=judges_by,
    )


def passes_of(store: Store) -> Passes | None:
    """The ways in without a face that belong to a store."""
    from kiosk.store.sqlite import SqliteStore

    return store.passes if isinstance(store, SqliteStore) else None


def notices_of(store: Store) -> Sequence[tuple[Code, str]]:
    """What the operator must be told about the records."""
    from kiosk.store.sqlite import SqliteStore

    return [(notice.code, notice.detail) for notice in store.notices] if isinstance(store, SqliteStore) else ()


class _Files:
    """The weights of these settings, looked at once: hashing them takes time."""

    def __init__(self, settings: Settings) -> None:
        self._folder = models_dir(settings)
        self._files: ModelFiles | None = None

    def __call__(self) -> ModelFiles:
        from kiosk.vision.models import ModelFiles

        if self._files is None:
            self._files = ModelFiles(self._folder)
        return self._files


def door(settings: Settings, sink: EventSink) -> Door:
    """What opens: a program of the installer's, or an event line for somebody else to act on."""
    if settings.door.kind is DoorKind.COMMAND:
        from kiosk.door.command import CommandDoor

        return CommandDoor(settings.door.command, deadline_s=settings.door.timeout_s)
    from kiosk.door.event import EventDoor

    return EventDoor(lambda: sink.emit("door", None, command="open", state="opened"))


def camera(settings: Settings, clock: Clock, screen: Screened | None = None) -> tuple[CameraFactory, bool]:
    """How to make the camera that settings name, and whether it is one that cannot come back (a file).

    ``screen``: what a portrait in 3D looks at, to do what is asked there.

    Raises:
        ConfigError: ``camera_bad_uri``.
        InputError: ``file_missing`` for a clip or portrait that is not there.
    """
    from kiosk.camera import uri

    spec = uri.parse(settings.camera.uri)
    match spec:
        case uri.Synthetic(portrait):
            _require(portrait)
            return _synthetic(settings, portrait, clock, screen), True
        case uri.Replay():
            _require(spec.path)
            return _later(lambda: uri.build(spec, clock)), True
        case _:
            return _later(lambda: uri.build(spec, clock)), False


def _later(build: Callable[[], CameraFactory]) -> CameraFactory:
    """The factory, made when the first camera is: OpenCV is loaded on the camera's thread, after the window is up."""
    made: list[CameraFactory] = []

    def make() -> Camera:
        if not made:
            made.append(build())
        return made[0]()

    return make


def _require(path: Path) -> None:
    if not path.exists():
        raise InputError(Code.FILE_MISSING, str(path))


def _synthetic(settings: Settings, portrait: Path, clock: Clock, screen: Screened | None) -> CameraFactory:
    def make() -> Camera:
        from kiosk.cli.scenes import SyntheticPortrait

        return SyntheticPortrait(portrait, _Files(settings)(), clock, screen)

    return make


@contextlib.contextmanager
def event_stream(where: str | None) -> Iterator[IO[str] | None]:
    """The stream that ``--events`` names: a file to append to, ``-`` for stdout, or none.

    Raises:
        InputError: ``file_not_writable``.
    """
    if where is None:
        yield None
    elif where == "-":
        import sys

        from kiosk.cli.output import drop_stdout

        yield sys.stdout
        try:
            sys.stdout.flush()
        except OSError:  # the reader has gone: the interpreter's own last flush must not turn that into a failure
            drop_stdout()
    else:
        try:
            stream = Path(where).open("a", encoding="utf-8")  # noqa: SIM115 - closed below, opened under its own try
        except OSError as error:
            raise InputError(Code.FILE_NOT_WRITABLE, where) from error
        with stream:
            yield stream
