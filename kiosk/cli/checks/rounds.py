"""The doctor's round in parts, in the order in which to mend what is found: for the command, and for a station that runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kiosk.cli.checks import libraries, machine, parts, voice
from kiosk.cli.checks.line import Line, State, guarded, said
from kiosk.profile import Profile
from kiosk.settings import Settings


def machine_and_settings(*known: Iterable[Line]) -> Iterator[Line]:
    """The machine, then what is known already (settings, profile)."""
    yield from guarded("python", machine.python)
    yield from guarded("cpu", machine.processor)
    yield from guarded("memory", machine.memory)
    x11, wayland = machine.has_display()
    yield from guarded("libraries", lambda: libraries.libraries(x11=x11, wayland=wayland))
    yield from guarded("opencv", libraries.opencv)
    yield from guarded("display", machine.display)
    yield from guarded("voice", voice.voice)
    for lines in known:
        yield from lines


def folder(profile: Profile) -> Iterator[Line]:
    """Where the profile is, and where it keeps its secrets."""
    yield from guarded("disk", lambda: machine.disk(profile.root))
    yield from guarded("clock", lambda: machine.clock(_newest(profile)))
    yield from guarded("secrets", lambda: parts.secrets(profile))


def cameras_and_weights(settings: Settings) -> Iterator[Line]:
    """What there is to see with."""
    from kiosk.settings import models_dir

    yield from guarded("camera", lambda: parts.cameras(settings))
    yield from guarded("models", lambda: parts.weights(models_dir(settings)))


def while_running(settings: Settings, profile: Profile) -> Iterator[Line]:
    """The same beside a running station, which has the database and the engine in use: they are not opened a second time.

    Any thread but the GUI's; takes a second or two.
    """
    right = Line(
        name="settings", state=State.OK, value=said("settings_right", count=len(settings.sources)), limit=said("right")
    )
    where = Line(name="profile", state=State.OK, value=str(profile.root), limit=said("writable"))
    yield from machine_and_settings((right, where))
    yield from folder(profile)
    yield from cameras_and_weights(settings)


def _newest(profile: Profile) -> float | None:
    """When the station last wrote its database or settings, seconds since 1970."""
    files = [path for path in (profile.database, profile.settings) if path.exists()]
    return max((path.stat().st_mtime for path in files), default=None)
