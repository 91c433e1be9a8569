"""What each key may be: its type, and for numbers the range outside which a station would be useless or unsafe.

Keys are dotted (``policy.liveness.threshold``). A key of the policy without a range does not exist: a test holds that.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from kiosk.settings.model import Secret, Settings

ELSEWHERE = {"policy.placement.field_of_view_deg": "camera.field_of_view_deg"}
"""Fields of the domain's policy that are set under another name."""

_DAY_MS = 86_400_000.0


@dataclass(frozen=True, slots=True)
class Range:
    """Of a number: ``low`` to ``high``, both allowed unless ``above`` says that ``low`` itself is not."""

    low: float
    high: float
    above: bool = False

    def holds(self, value: float) -> bool:
        """Whether the value lies inside; never for NaN or infinity."""
        return (value > self.low if self.above else value >= self.low) and value <= self.high

    def __str__(self) -> str:
        return f"{'above' if self.above else 'from'} {self.low:.10g} to {self.high:.10g}"


@dataclass(frozen=True, slots=True)
class Key:
    """One setting.

    Attributes:
        name: dotted.
        type: as annotated: bool, int, float, str, Secret, tuple[str, ...] or an enum.
        range: of numbers.
    """

    name: str
    type: Any
    range: Range | None = None

    @property
    def secret(self) -> bool:
        """Never shown."""
        return self.type is Secret

    @property
    def allowed(self) -> str:
        """In words, for messages."""
        if isinstance(self.type, type) and issubclass(self.type, StrEnum):
            return "one of " + ", ".join(self.type)
        if self.type is bool:
            return "true or false"
        if self.type is int or self.type is float:
            kind = "a whole number" if self.type is int else "a number"
            return f"{kind} {self.range}" if self.range else kind
        if self.type in (str, Secret):
            return _TEXT_RULES[self.name][1] if self.name in _TEXT_RULES else "a text"
        return "a list of texts"

    def accepts(self, value: Any) -> bool:
        """Whether a value of the right type is inside its limits."""
        if self.range is not None:
            return self.range.holds(value)
        rule = _TEXT_RULES.get(self.name)
        return rule is None or rule[0](value)


_EXACT = {
    "camera.field_of_view_deg": Range(10, 170),
    "camera.width": Range(160, 7680),
    "camera.height": Range(120, 4320),
    "camera.fps": Range(1, 240),
    "ui.width": Range(320, 7680),
    "ui.height": Range(320, 7680),
    "ui.text_scale": Range(1, 2),
    "ui.time_factor": Range(1, 4),
    "door.timeout_s": Range(0, 60, above=True),
    "store.retention_days": Range(0, 36_500),
    "ui.dim_after_s": Range(0, 86_400),
    "site.distance_cm": Range(0, 1000),
    "site.camera_height_cm": Range(0, 400),
    "site.seated_height_cm": Range(0, 400),
    "policy.placement.max_off_centre": Range(0, 0.5, above=True),
    "policy.placement.max_yaw_deg": Range(0, 60, above=True),
    "policy.placement.max_pitch_deg": Range(0, 60, above=True),
    "policy.placement.max_roll_deg": Range(0, 60, above=True),
    "policy.light.min_brightness": Range(0, 255),
    "policy.light.max_brightness": Range(0, 255),
    "policy.light.max_backlight": Range(0, 255),
    "policy.light.max_clipped": Range(0, 1),
    "policy.light.min_sharpness": Range(0, 1),
    "policy.light.max_occlusion": Range(0, 1),
    "policy.liveness.sure": Range(0, 1, above=True),
    "policy.liveness.min_frames": Range(1, 100),
    "policy.liveness.veto_frames": Range(1, 100),
    "policy.liveness.veto_margin": Range(0, 5),
    "policy.liveness.far_margin": Range(0, 7),
    "policy.active.motions": Range(1, 6),
    "policy.active.turn_deg": Range(10, 45),
    "policy.active.nod_deg": Range(8, 35),
    "policy.active.onset_deg": Range(2, 10),
    "policy.active.still_deg": Range(2, 15),
    "policy.active.back_deg": Range(2, 15),
    "policy.active.fidgets": Range(0, 10),
    # Below these a flat picture in a hand would pass for a head (measured).
    "policy.active.min_residual": Range(0.02, 0.2),
    "policy.active.min_turn_parallax": Range(0.05, 1),
    "policy.active.min_nod_parallax": Range(0.03, 1),
    "policy.active.max_speed": Range(1, 100),
    "policy.active.cut_step": Range(0.01, 1),
    "policy.active.cut_ratio": Range(1, 100),
    # Faster than three changes a second does harm (WCAG 2.2, 2.3.1), whatever somebody sets.
    "policy.screen.shown_min_ms": Range(340, 3000),
    "policy.screen.shown_max_ms": Range(340, 3000),
    "policy.screen.colours": Range(4, 12),
    "policy.screen.min_looks": Range(1, 20),
    # Below these a display would pass for a head (simulated).
    "policy.screen.min_gain": Range(0.02, 1),
    "policy.screen.min_match": Range(0.7, 1),
    "policy.screen.max_around": Range(0, 0.7),
    # A threshold of exactly 0 would accept everybody: whoever wants that does not want this program.
    "policy.liveness.threshold": Range(0, 1, above=True),
    "policy.tiers.from_hour": Range(0, 24),
    "policy.tiers.until_hour": Range(0, 24),
    "policy.matching.threshold": Range(0, 1, above=True),
    "policy.matching.large_threshold": Range(0, 1, above=True),
    "policy.matching.duplicate": Range(0, 1, above=True),
    "policy.matching.same_person": Range(0, 1, above=True),
    "policy.matching.margin": Range(0, 1),
    "policy.matching.large_gallery": Range(1, 10_000_000),
    "policy.matching.probe_stills": Range(1, 20),
    "policy.matching.enrol_stills": Range(1, 20),
    "policy.matching.side_from_deg": Range(5, 20),
    "policy.matching.side_to_deg": Range(20, 30),
    "policy.lockout.attacks": Range(1, 1000),
    "policy.lockout.attempts": Range(1, 1000),
    "policy.lockout.max_restarts": Range(0, 1000),
    "policy.offline.max_days_without_sync": Range(0, 3650, above=True),
    "policy.offline.max_unsent": Range(1, 1_000_000),
    "policy.offline.min_free_disk_mb": Range(0, 1_000_000_000),
    # Longer than this nobody stands at a door; shorter than a fifth of a second no account answers.
    "api.deadline_s": Range(0.2, 30),
}
_BY_ENDING = {
    "_ms": Range(0, _DAY_MS, above=True),
    "_cm": Range(0, 1000, above=True),
    "_share": Range(0, 1, above=True),
}


def _is_name(text: str) -> bool:
    return 0 < len(text) <= 64 and text.isprintable()


def _is_server(text: str) -> bool:
    """https anywhere; plain http only to this machine, since the token rides on it."""
    try:
        parts = urlsplit(text)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return False
    if not host or parts.username or parts.password:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in {"127.0.0.1", "localhost", "::1"})


def _is_colour(text: str) -> bool:
    digits = text.removeprefix("#")
    return not text or (
        len(text) == 7 and len(digits) == 6 and all(sign in "0123456789abcdefABCDEF" for sign in digits)
    )


def _is_country(text: str) -> bool:
    return not text or (len(text) == 2 and text.isascii() and text.isalpha() and text.isupper())


_TEXT_RULES: dict[str, tuple[Callable[[str], bool], str]] = {
    "station.name": (_is_name, "a text of 1 to 64 printable characters"),
    "station.country": (_is_country, "two capital letters such as CO, or nothing"),
    "camera.uri": (bool, "a camera address such as usb:0"),
    "ui.accent": (_is_colour, "a colour such as #0B5FA5, or nothing"),
    "api.base_url": (_is_server, "an https:// address (http:// only to this machine)"),
}


def _range_of(name: str, kind: Any) -> Range | None:
    if kind is not int and kind is not float:
        return None
    if name in _EXACT:
        return _EXACT[name]
    return next((limit for ending, limit in _BY_ENDING.items() if name.endswith(ending)), None)


@cache
def keys() -> dict[str, Key]:
    """Every setting by its dotted name, in the order of the sections."""
    found: dict[str, Key] = {}

    def walk(section: type, prefix: str) -> None:
        hints = typing.get_type_hints(section)
        for item in dataclasses.fields(section):
            name = f"{prefix}{item.name}"
            kind = hints[item.name]
            if dataclasses.is_dataclass(kind) and isinstance(kind, type):
                walk(kind, f"{name}.")
            elif name not in ELSEWHERE and name != "sources":
                found[name] = Key(name, kind, _range_of(name, kind))

    walk(Settings, "")
    return found


@cache
def sections() -> frozenset[str]:
    """Names of all sections, dotted (``policy``, ``policy.liveness``)."""
    return frozenset(name.rsplit(".", n)[0] for name in keys() for n in range(1, name.count(".") + 1))


def crossed(settings: Settings) -> tuple[str, str] | None:
    """Two settings that do not fit together: the key to name and what is allowed; None where all fit."""
    placement, light, door = settings.policy.placement, settings.policy.light, settings.door
    active, screen = settings.policy.active, settings.policy.screen
    if placement.nearest_cm >= placement.farthest_cm:
        return "policy.placement.nearest_cm", "less than policy.placement.farthest_cm"
    if placement.min_face_share >= placement.max_face_share:
        return "policy.placement.min_face_share", "less than policy.placement.max_face_share"
    if light.min_brightness >= light.max_brightness:
        return "policy.light.min_brightness", "less than policy.light.max_brightness"
    if active.pause_min_ms > active.pause_max_ms:
        return "policy.active.pause_min_ms", "at most policy.active.pause_max_ms"
    if screen.shown_min_ms > screen.shown_max_ms:
        return "policy.screen.shown_min_ms", "at most policy.screen.shown_max_ms"
    if active.onset_deg >= min(active.turn_deg, active.nod_deg):
        return "policy.active.onset_deg", "less than policy.active.turn_deg and policy.active.nod_deg"
    if door.kind == "command" and not door.command:
        return "door.kind", "event, or command together with door.command"
    return None
