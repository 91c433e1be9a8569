"""The kiosk's own parts: settings, profile, database, weights, vision, cameras."""

from __future__ import annotations

import contextlib
import multiprocessing
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.cli.checks.line import Line, State, said
from kiosk.domain.checkup import Said
from kiosk.domain.errors import Code, KioskError, StoreError
from kiosk.paths import default_profile
from kiosk.profile import Profile, hold, open_profile
from kiosk.settings import Settings, load, models_dir

if TYPE_CHECKING:
    from kiosk.store.sqlite import SqliteStore

FETCH = "kiosk models fetch"

VISION_SECONDS = 60.0
"""Loading the libraries from a cold disk takes a while; a machine that needs longer is not fit."""

ENDING_SECONDS = 10.0


def settings(profile_path: Path | None) -> tuple[Settings, list[Line]]:
    """The settings, or the defaults and a failed line."""
    try:
        found = load((profile_path or default_profile()).expanduser())
    except KioskError as error:
        return Settings(), [failed("settings", error, said("right"))]
    value = said("settings_right", count=len(found.sources))
    return found, [Line(name="settings", state=State.OK, value=value, limit=said("right"))]


def profile(profile_path: Path | None) -> tuple[Profile | None, list[Line]]:
    """The profile, made if missing, or a failed line."""
    try:
        found = open_profile(profile_path or default_profile())
    except KioskError as error:
        return None, [failed("profile", error, said("writable"))]
    return found, [Line(name="profile", state=State.OK, value=str(found.root), limit=said("writable"))]


def failed(name: str, error: KioskError, limit: str) -> Line:
    """A failed line out of an error, in the words of the language files."""
    detail = f"{error.code}: {error.detail}" if error.detail else str(error.code)
    value = said("error", words=said(f"error.{error.code}"), detail=detail)
    return Line(name=name, state=State.FAIL, value=value, limit=limit, remedy=said(f"remedy.{error.code}"))


def database(where: Profile, copy: Path | None = None) -> Iterator[Line]:
    """Opens a copy, so that nothing is migrated or set aside by looking; a running station's database is left alone.

    Args:
        where: the profile.
        copy: of its database, made already, to be looked at instead: then it does not matter whether a station runs.
    """
    limit = said("database_limit")
    if copy is None and not where.database.exists():
        yield Line(name="database", state=State.OK, value=said("database_none"), limit=limit)
        return
    try:
        with contextlib.nullcontext() if copy is not None else hold(where):
            yield _looked_at(where, copy, limit)
    except KioskError as error:
        if error.code is not Code.PROFILE_IN_USE:
            raise
        yield Line(name="database", state=State.OK, value=said("database_in_use"), limit=limit)


def secrets(where: Profile) -> Iterator[Line]:
    """Where the profile keeps its keys and tokens; nothing is decided by looking."""
    from kiosk.keys import VaultKind, is_new, open_vault

    limit = said("secrets_limit")
    if is_new(where.root):
        yield Line(name="secrets", state=State.OK, value=said("secrets_none"), limit=limit)
        return
    try:
        kind = open_vault(where.root).kind
    except KioskError as error:
        yield failed("secrets", error, limit)
        return
    value = said("secrets_keyring" if kind is VaultKind.KEYRING else "secrets_files")
    yield Line(name="secrets", state=State.OK, value=value, limit=limit)


@contextlib.contextmanager
def opened_copy(where: Profile, copy: Path | None = None) -> Iterator[SqliteStore]:
    """A copy of the profile's database (or of the copy that is given), brought up to this program; gone when the block ends.

    Raises:
        StoreError: it cannot be used.
    """
    from kiosk.keys import open_vault
    from kiosk.station.clock import SystemClock
    from kiosk.store.cipher import is_encrypted
    from kiosk.store.sqlite import SqliteStore

    path = copy or where.database
    if not path.exists():
        raise StoreError(Code.STORE_FAILED, f"{path.name}: is not there")
    with tempfile.TemporaryDirectory(prefix="kiosk-doctor-") as name:
        mine = Path(name) / where.database.name
        for ending in ("", "-wal", ".anchor"):
            beside = path.with_name(path.name + ending)
            if beside.exists():
                shutil.copyfile(beside, mine.with_name(mine.name + ending))
        key = open_vault(where.root) if is_encrypted(path) else None
        store = SqliteStore.open(mine, clock=SystemClock(), key=key)
        try:
            yield store
        finally:
            store.close()


def _looked_at(where: Profile, copy: Path | None, limit: str) -> Line:
    from kiosk.store.cipher import is_encrypted

    path = copy or where.database
    try:
        with opened_copy(where, copy) as store:
            if store.notices:
                return failed("database", KioskError(store.notices[0].code, path.name), limit)
            people = len(store.people())
    except KioskError as error:
        return failed("database", error, limit)
    return Line(
        name="database",
        state=State.OK,
        value=said("database_whole", people=people, how=said("encrypted" if is_encrypted(path) else "not_encrypted")),
        limit=limit,
    )


def weights(folder: Path) -> Iterator[Line]:
    """One line for each pack."""
    from kiosk.vision.manifest import Pack
    from kiosk.vision.models import FileState, ModelFiles

    limits = {
        Pack.CORE: said("models_core"),
        Pack.RECOMMENDED: said("models_recommended"),
        Pack.DEMO: said("models_demo"),
    }
    states = ModelFiles(folder).status()
    for pack in Pack:
        mine = [each for each in states if each.pack is pack]
        wrong = [each.file for each in mine if each.state is FileState.WRONG_HASH]
        missing = [each.file for each in mine if each.state is FileState.MISSING]
        found = [
            said(f"models_{what}", files=" ".join(files))
            for what, files in (("wrong", wrong), ("missing", missing))
            if files
        ]
        state = State.OK
        if wrong or (missing and pack is Pack.CORE):
            state = State.FAIL
        elif missing:
            state = State.WARN
        if mine:
            yield Line(
                name=f"models_{pack}",
                state=state,
                value=_both(found) if found else said("models_there", count=len(mine)),
                limit=limits[pack],
                remedy=FETCH if found else "",
            )


def _both(found: list[Said]) -> str:
    return found[0] if len(found) == 1 else said("both", one=found[0], other=found[1])


def vision(found: Settings, *, seconds: float = VISION_SECONDS) -> Iterator[Line]:
    """Really looks at a picture, in a process of its own: native code that crashes takes only that one with it."""
    from kiosk.cli.checks.vision_probe import probe

    limit = said("vision_limit")
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe(duplex=False)
    process = context.Process(target=probe, args=(str(models_dir(found)), theirs), daemon=True)
    process.start()
    theirs.close()
    answer: Mapping[str, Any] | None = {"late": seconds}
    try:
        answer = _answer(mine, seconds)
    finally:
        if answer is None or "late" not in answer:
            process.join(ENDING_SECONDS)
        if process.is_alive():
            process.kill()
        process.join()
        mine.close()
    yield _vision_line(answer, process.exitcode, limit)


def _answer(pipe: Connection, seconds: float) -> Mapping[str, Any] | None:
    try:
        return pipe.recv() if pipe.poll(seconds) else {"late": seconds}
    except EOFError:  # it died without a word
        return None


def _vision_line(answer: Mapping[str, Any] | None, exit_code: int | None, limit: str) -> Line:
    remedy = said("vision_remedy")
    if answer is None:
        value = said("vision_crashed", code=exit_code)
    elif "late" in answer:
        value = said("vision_late", seconds=f"{answer['late']:.0f}")
    elif "bug" in answer:
        value = said("vision_bug", error=answer["bug"])
    elif "code" in answer:
        return failed("vision", KioskError(Code(answer["code"]), answer["detail"]), limit)
    elif answer["portrait"] and answer["faces"] != 1:
        value = said("vision_faces", count=answer["faces"])
    else:
        key = "vision_found" if answer["portrait"] else "vision_no_portrait"
        value = said(key, seconds=f"{answer['start_s']:.1f}")
        return Line(name="vision", state=State.OK, value=value, limit=limit)
    return Line(name="vision", state=State.FAIL, value=value, limit=limit, remedy=remedy)


def cameras(found: Settings) -> Iterator[Line]:
    """Which cameras there are, and whether the one of the settings is among them. Opens none."""
    from kiosk.camera.devices import described, list_devices
    from kiosk.camera.uri import UsbByIndex, UsbByName, parse, redacted

    limit = said("camera_limit")
    try:
        spec = parse(found.camera.uri)
    except KioskError as error:
        yield failed("camera", error, limit)
        return
    devices = list_devices()
    match spec:
        case UsbByIndex(index=index):
            there = any(number == index for number, _ in devices)
        case UsbByName(part=part):
            there = any(part.lower() in name.lower() for _, name in devices)
        case _:
            yield Line(
                name="camera",
                state=State.OK,
                value=said("camera_not_tried", uri=redacted(found.camera.uri)),
                limit=limit,
            )
            return
    yield Line(
        name="camera",
        state=State.OK if there else State.WARN,
        value=said("camera_found", uri=found.camera.uri, devices=described(devices)),
        limit=limit,
        remedy="" if there else said("camera_remedy"),
    )
