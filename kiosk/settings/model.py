"""The sections of the settings as frozen values with their defaults. No reading, no checking."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from kiosk.domain.policy import Policy, slowed


class StationMode(StrEnum):
    """What the station is for; the values of :class:`kiosk.station.snapshot.Mode`."""

    ACCESS = "access"
    ENROLL = "enroll"


class Language(StrEnum):
    """Languages that every text exists in."""

    ENGLISH = "en"
    SPANISH = "es"
    PORTUGUESE = "pt"


class Theme(StrEnum):
    """How the screens look; bright ones light the face."""

    BRIGHT = "bright"
    DARK = "dark"


class Dialect(StrEnum):
    """Which of the two object families the server speaks."""

    PERSONS = "persons"
    FACE_RECOGNITION = "face_recognition"


class DoorKind(StrEnum):
    """What opens: an event line for somebody else to act on, or a command run here."""

    EVENT = "event"
    COMMAND = "command"


class Secret:
    """A text that never shows itself: not in ``repr``, not in ``str``, not in a log line."""

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one place that sends it."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(("Secret", self._text))

    def __repr__(self) -> str:
        return "Secret(set)" if self._text else "Secret(empty)"


@dataclass(frozen=True, slots=True, kw_only=True)
class StationSettings:
    """This machine. ``supervise``: a parent process starts the station again when it dies or hangs.

    ``unattended`` claims that nobody need watch it: only after a walk of attacks on this camera that found it fit.
    ``country`` (ISO 3166-1 alpha-2, or empty) is that of phone numbers and documents which do not say another one.
    """

    mode: StationMode = StationMode.ACCESS
    name: str = "kiosk"
    country: str = ""
    supervise: bool = False
    unattended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraSettings:
    """Which camera and what to ask of it. ``field_of_view_deg`` is horizontal and turns eye distance into centimetres."""

    uri: str = "usb:0"
    field_of_view_deg: float = 60.0
    width: int = 1280
    height: int = 720
    fps: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class UiSettings:
    """The window. ``width`` and ``height`` count where it is not full screen.

    Attributes:
        kiosk: full screen, and no way out of it without a supervisor.
        text_scale: letters so much larger than designed.
        time_factor: people get so much longer to read, to type and to stand right.
        reduced_motion: nothing on the screen moves that need not.
        voice: hints are spoken, or sounded where no voice is installed; ``voice_names``: people's names as well.
        logo: a picture file for the header, in place of the program's sign (empty: none).
        dim_after_s: at a door where nobody is, the screen dims after this; 0 for never.
        accent: colour of buttons and signs, ``#RRGGBB`` (empty: ours); one that cannot be read on the grounds is refused.
    """

    language: Language = Language.ENGLISH
    theme: Theme = Theme.BRIGHT
    fullscreen: bool = False
    width: int = 1280
    height: int = 800
    kiosk: bool = False
    text_scale: float = 1.0
    time_factor: float = 1.0
    reduced_motion: bool = False
    voice: bool = True
    voice_names: bool = False
    logo: str = ""
    accent: str = ""
    dim_after_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsSettings:
    """Weights: ``dir`` is where they live (empty: the user data folder), ``mirror`` a folder asked first (empty: none)."""

    dir: str = ""
    mirror: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """The server. Without a token the station works alone.

    ``deadline_s`` is how long a visitor waits for the account at most, before the station decides by itself. ``collection`` is
    where new people go in the face-recognition dialect (empty: the project's own). ``proxy`` may hold a login, so it is not
    shown (empty: the system's; ``direct``: none).
    """

    base_url: str = "https://api.verifik.co/v2"
    token: Secret = field(default_factory=Secret)
    dialect: Dialect = Dialect.PERSONS
    project: str = ""
    project_flow: str = ""
    collection: str = ""
    proxy: Secret = field(default_factory=Secret)
    deadline_s: float = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorSettings:
    """What opens when access is granted."""

    kind: DoorKind = DoorKind.EVENT
    command: tuple[str, ...] = ()
    timeout_s: float = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """What was measured where the station stands; 0 and empty where nobody did. Heights in cm above the floor.

    Attributes:
        distance_cm: from the camera to the face of somebody who stands at the mark.
        camera_height_cm: of the lens.
        seated_height_cm: of the eyes of somebody seated.
        measured_at: RFC 3339 UTC.
    """

    distance_cm: float = 0.0
    camera_height_cm: float = 0.0
    seated_height_cm: float = 0.0
    measured_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """The database. ``retention_days``: who was not seen for so long is deleted; 0 keeps people until somebody deletes them."""

    encrypt: bool = True
    retention_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of it.

    Attributes:
        policy: the domain's own limits; use :func:`to_policy`, which adds the camera's field of view.
        sources: where each key that is not a default comes from: ``file``, ``environment`` or ``command line``.
    """

    station: StationSettings = field(default_factory=StationSettings)
    camera: CameraSettings = field(default_factory=CameraSettings)
    ui: UiSettings = field(default_factory=UiSettings)
    models: ModelsSettings = field(default_factory=ModelsSettings)
    api: ApiSettings = field(default_factory=ApiSettings)
    door: DoorSettings = field(default_factory=DoorSettings)
    store: StoreSettings = field(default_factory=StoreSettings)
    site: SiteSettings = field(default_factory=SiteSettings)
    policy: Policy = field(default_factory=Policy)
    sources: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def is_set(self, key: str) -> bool:
        """Whether somebody chose this key (dotted), instead of leaving the default."""
        return key in self.sources


_MEASURED = {("a",): 0.048, ("b",): 0.387, ("a", "b", "c"): 0.57}
"""Passive threshold for each set of networks, chosen at 5 % BPCER on the development sites."""


LOCAL_SHARE_MS = 1_500.0
"""Of the time for a decision: the station's own search and record, and the grace for an account that answers late."""


def to_policy(settings: Settings, networks: Sequence[str] = (), *, account: bool = False) -> Policy:
    """The limits to work by.

    The camera's field of view is a matter of the camera, so it is set there and copied here. A threshold above ``sure``
    raises ``sure`` with it: what is not live cannot be surely live.

    Args:
        settings: whose policy.
        networks: labels of the liveness networks that are there; the threshold then is the one measured for them (the
            strictest for a set that was not measured), unless the settings name one.
        account: the station has one: deciding and saving may take its deadline longer than without.
    """
    policy = settings.policy
    threshold = policy.liveness.threshold
    if networks and not settings.is_set("policy.liveness.threshold"):
        threshold = _MEASURED.get(tuple(sorted(networks)), max(_MEASURED.values()))
    placement = dataclasses.replace(policy.placement, field_of_view_deg=settings.camera.field_of_view_deg)
    sure = max(policy.liveness.sure, threshold)
    liveness = dataclasses.replace(policy.liveness, threshold=threshold, sure=sure)
    timing = slowed(policy.timing, settings.ui.time_factor)
    if account:
        longest = settings.api.deadline_s * 1000.0 + LOCAL_SHARE_MS
        timing = dataclasses.replace(
            timing, deciding_ms=max(timing.deciding_ms, longest), submitting_ms=max(timing.submitting_ms, longest)
        )
    return dataclasses.replace(policy, placement=placement, liveness=liveness, timing=timing)


def models_dir(settings: Settings) -> Path:
    """Where weights live."""
    from kiosk.paths import user_data

    return Path(settings.models.dir).expanduser() if settings.models.dir else user_data() / "models"


def models_mirror(settings: Settings) -> Path | None:
    """The folder that is asked first for weights, if there is one."""
    return Path(settings.models.mirror).expanduser() if settings.models.mirror else None
