"""The questions of the pages that keep a station well: settings, doctor, support. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from kiosk.domain.attack_wizard import Claim
from kiosk.domain.checkup import Checkup
from kiosk.domain.operators import Action
from kiosk.station.office.requests import OfficeRequest
from kiosk.station.settings_desk import Entry


@dataclass(frozen=True, slots=True)
class ListSettings(OfficeRequest):
    """Every setting. -> :class:`SettingsShown`."""

    needs: ClassVar[Action] = Action.SETTINGS


@dataclass(frozen=True, slots=True)
class ChangeSetting(OfficeRequest):
    """Write one. -> :class:`SettingsShown`. Wrong values are refused with what is allowed in the detail."""

    needs: ClassVar[Action] = Action.SETTINGS
    deadline_s: ClassVar[float] = 30.0
    key: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsShown:
    """``changed`` is the key that was just written; ``waiting`` those that count from the next start on."""

    entries: tuple[Entry, ...]
    changed: str = ""
    waiting: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ExamineStation(OfficeRequest):
    """The doctor's round beside the running station. -> :class:`DoctorReport`. A second or two."""

    needs: ClassVar[Action] = Action.SEE_DOCTOR
    deadline_s: ClassVar[float] = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorReport:
    """What was found, and whether the station may be called unattended.

    Attributes:
        claim: what the walks through attacks on the camera in use carry, for the settings as they are written now.
        claimed: the setting says so already.
    """

    checkup: Checkup
    claim: Claim
    claimed: bool

    @property
    def may_be_unattended(self) -> bool:
        """Both the machine and the walk carry the claim."""
        return self.checkup.passes and self.claim.carries


@dataclass(frozen=True, slots=True)
class MakeBundle(OfficeRequest):
    """Write a support bundle. -> :class:`~kiosk.station.office.trying.Saved`."""

    needs: ClassVar[Action] = Action.SUPPORT
    deadline_s: ClassVar[float] = 120.0
