"""Every setting as a supervisor may see and change it at the station. Reads and writes the profile's file; shows no secret.

What can be changed here changes how the station works, never where its secrets go or what it runs: those are the installer's, at
the command line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from kiosk.settings import Secret, Settings
from kiosk.settings.limits import Key, keys

CAMERA, UNATTENDED = "camera.uri", "station.unattended"

AT_ONCE = frozenset({CAMERA})
"""Applied by a running station where it can; everything else from its next start on."""

_INSTALLERS = frozenset(
    {
        "api.base_url",
        "api.dialect",
        "api.project",
        "api.project_flow",
        "api.collection",
        "door.kind",
        "door.command",
        "models.dir",
        "models.mirror",
        "store.encrypt",
        "ui.logo",
    }
)
"""Where the account's token goes, what program is run, what files are read."""


class Kind(StrEnum):
    """How a value is entered."""

    SWITCH = "switch"
    CHOICE = "choice"
    WHOLE = "whole"
    NUMBER = "number"
    TEXT = "text"
    LIST = "list"
    SECRET = "secret"  # noqa: S105 - a kind of setting


class Locked(StrEnum):
    """Why a setting cannot be changed here."""

    SECRET = "secret"  # noqa: S105 - a reason
    INSTALLER = "installer"
    ELSEWHERE = "elsewhere"
    MEASURED = "measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One setting.

    Attributes:
        value, default: as text; of a secret only whether it is set.
        source: ``default``, ``file``, ``environment`` or ``command line``.
        choices: of a choice or a switch.
        low, high: of a number; ``above`` tells that ``low`` itself is too small.
        locked: None where a supervisor may change it.
        restart: whether a change counts from the next start on.
    """

    key: str
    kind: Kind
    value: str
    default: str
    source: str
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    above: bool = False
    locked: Locked | None = None
    restart: bool = True

    @property
    def section(self) -> str:
        """All but the last word of the key."""
        return self.key.rpartition(".")[0]

    @property
    def is_default(self) -> bool:
        """Nobody chose it."""
        return self.source == "default"


def entries(settings: Settings) -> tuple[Entry, ...]:
    """All of them, in the order of the sections."""
    fresh = Settings()
    return tuple(_entry(key, settings, fresh) for key in keys().values())


def _entry(key: Key, settings: Settings, fresh: Settings) -> Entry:
    kind = kind_of(key)
    limit = key.range
    source = settings.sources.get(key.name, "default")
    choices = tuple(key.type) if kind is Kind.CHOICE else ("false", "true") if kind is Kind.SWITCH else ()
    return Entry(
        key=key.name,
        kind=kind,
        value=shown(settings, key.name),
        default=shown(fresh, key.name),
        source=source,
        choices=tuple(str(choice) for choice in choices),
        low=None if limit is None else limit.low,
        high=None if limit is None else limit.high,
        above=limit is not None and limit.above,
        locked=_locked(key, source),
        restart=key.name not in AT_ONCE,
    )


def kind_of(key: Key) -> Kind:
    """How its value is entered."""
    if key.secret:
        return Kind.SECRET
    if isinstance(key.type, type) and issubclass(key.type, StrEnum):
        return Kind.CHOICE
    return {bool: Kind.SWITCH, int: Kind.WHOLE, float: Kind.NUMBER, str: Kind.TEXT}.get(key.type, Kind.LIST)


def _locked(key: Key, source: str) -> Locked | None:
    if key.secret:
        return Locked.SECRET
    if key.name in _INSTALLERS:
        return Locked.INSTALLER
    if key.name.startswith("site."):
        return Locked.MEASURED
    if source in {"environment", "command line"}:
        return Locked.ELSEWHERE
    return None


HIDDEN = "***"


def shown(settings: Settings, name: str) -> str:
    """A value as text, nothing of a secret: logins in addresses and the arguments of the door's command are covered."""
    value: Any = settings
    for part in name.split("."):
        value = getattr(value, part)
    if isinstance(value, Secret):
        return HIDDEN if value else ""
    if name == CAMERA:
        from kiosk.camera.uri import redacted

        return redacted(value)  # the address of a network camera may hold a login
    if name == "door.command":
        return " ".join([value[0], *[HIDDEN] * (len(value) - 1)]) if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return " ".join(value)
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def change(profile: Path, key: str, text: str, *, allow_claim: Callable[[Settings], None]) -> Settings:
    """Write one setting; the whole file is checked first.

    Args:
        profile: the folder.
        key: dotted.
        text: as typed.
        allow_claim: asked before the station is called unattended; raises to refuse.

    Returns:
        The settings as they would be read now.

    Raises:
        ConfigError: unknown key, bad value, a key that is not changed here (``config_bad_value``), the claim refused, or the
            file cannot be written.
    """
    from kiosk.domain.errors import Code, ConfigError
    from kiosk.settings import load, save_value
    from kiosk.settings.load import parse_text

    value = parse_text(key, text)
    found = load(profile)
    locked = _locked(keys()[key], found.sources.get(key, "default"))
    if locked is not None:
        raise ConfigError(Code.CONFIG_BAD_VALUE, f"{key}: {locked}")
    if key == CAMERA:
        from kiosk.camera.uri import parse

        parse(text)
    if key == UNATTENDED and value is True:
        allow_claim(found)
    save_value(profile, key, text)
    return load(profile)


def measured_site(profile: Path, values: dict[str, str]) -> Settings:
    """Write what a site walk-through measured, and the limits that were accepted with it.

    Raises:
        ConfigError: a value that cannot be, or the file cannot be written; what was written before it stays.
    """
    from kiosk.settings import load, save_value

    near, far = "policy.placement.nearest_cm", "policy.placement.farthest_cm"
    placement = load(profile).policy.placement
    # The two limits must fit together after each line: the one goes first that leaves room for the other.
    limits = (far, near) if float(values.get(far, placement.farthest_cm)) > placement.nearest_cm else (near, far)
    for key in (*limits, *(key for key in values if key.startswith("site."))):
        if key in values:
            save_value(profile, key, values[key])
    return load(profile)
