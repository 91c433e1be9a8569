"""The questions of the pages on which a supervisor tries the station: attacks, site, camera. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from kiosk.domain.operators import Action
from kiosk.domain.site import Step
from kiosk.station.camera_desk import TrialNow
from kiosk.station.office.requests import OfficeRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A file was written; its path, for whoever carries it away."""

    path: str
    size: int = 0


# ---------------------------------------------------------------------------------------------------------------- attacks


@dataclass(frozen=True, slots=True)
class LookAtWalk(OfficeRequest):
    """How does the walk stand at this moment? -> :class:`~kiosk.station.walk_desk.WalkNow`. May be asked many times a second."""

    needs: ClassVar[Action] = Action.WIZARD
    stays: ClassVar[bool] = False


class WalkAct(StrEnum):
    """What can be done with a walk. ``enter`` takes up the newest one on this camera."""

    ENTER = "enter"
    BEGIN = "begin"
    START = "start"
    STOP = "stop"
    UNDO = "undo"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class DoWalk(OfficeRequest):
    """Do it. -> :class:`~kiosk.station.walk_desk.WalkNow`.

    ``species``: to start; None for the one whose turn it is. ``attacks``: of each species, for a walk that begins; None for the
    usual number.
    """

    needs: ClassVar[Action] = Action.WIZARD
    act: WalkAct
    species: str | None = None
    attacks: int | None = None


@dataclass(frozen=True, slots=True)
class WalkFigures(OfficeRequest):
    """The walk that is on, in figures. -> :class:`~kiosk.evaluate.walk_report.WalkReport`, or None without one."""

    needs: ClassVar[Action] = Action.WIZARD


@dataclass(frozen=True, slots=True)
class SaveWalk(OfficeRequest):
    """The same as one HTML page, in a language. -> :class:`Saved`."""

    needs: ClassVar[Action] = Action.WIZARD
    deadline_s: ClassVar[float] = 15.0
    language: str = "en"


# ---------------------------------------------------------------------------------------------------------------- site


@dataclass(frozen=True, slots=True)
class LookAtSite(OfficeRequest):
    """What is measured at this moment? -> :class:`~kiosk.station.site_desk.SiteNow`. May be asked many times a second."""

    needs: ClassVar[Action] = Action.SITE
    stays: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class EnterSite(OfficeRequest):
    """Begin to look. -> SiteNow."""

    needs: ClassVar[Action] = Action.SITE


@dataclass(frozen=True, slots=True)
class LeaveSite(OfficeRequest):
    """Look no more, forget what was measured and not saved. -> SiteNow."""

    needs: ClassVar[Action] = Action.SITE


@dataclass(frozen=True, slots=True)
class MeasureStep(OfficeRequest):
    """Measure one step. -> SiteNow."""

    needs: ClassVar[Action] = Action.SITE
    step: Step


@dataclass(frozen=True, slots=True)
class StandsAt(OfficeRequest):
    """How high the eyes are of whoever stood at the mark, cm above the floor; None where nobody knows. -> SiteNow."""

    needs: ClassVar[Action] = Action.SITE
    eyes_cm: float | None


@dataclass(frozen=True, slots=True)
class SaveSite(OfficeRequest):
    """Write down what was measured. -> tuple of the keys that were written.

    ``with_limits`` also sets the limits that were suggested, from the next start on.
    """

    needs: ClassVar[Action] = Action.SITE
    with_limits: bool


# ---------------------------------------------------------------------------------------------------------------- camera


@dataclass(frozen=True, slots=True)
class ListCameras(OfficeRequest):
    """Which cameras are there? -> tuple of :class:`~kiosk.station.camera_desk.CameraFound`. May take seconds."""

    needs: ClassVar[Action] = Action.CAMERA
    deadline_s: ClassVar[float] = 30.0


@dataclass(frozen=True, slots=True)
class LookAtCamera(OfficeRequest):
    """The camera on trial at this moment. -> :class:`CameraNow`. May be asked many times a second."""

    needs: ClassVar[Action] = Action.CAMERA
    stays: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class TryCamera(OfficeRequest):
    """Put a camera on trial. -> CameraNow."""

    needs: ClassVar[Action] = Action.CAMERA
    deadline_s: ClassVar[float] = 10.0
    uri: str


@dataclass(frozen=True, slots=True)
class TakeCamera(OfficeRequest):
    """Use the camera on trial from now on. -> :class:`~kiosk.station.camera_desk.Taken`."""

    needs: ClassVar[Action] = Action.CAMERA
    deadline_s: ClassVar[float] = 15.0


@dataclass(frozen=True, slots=True)
class LeaveCamera(OfficeRequest):
    """Let the camera on trial go. -> CameraNow."""

    needs: ClassVar[Action] = Action.CAMERA
    deadline_s: ClassVar[float] = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraNow:
    """The one in use (address without a login) and the one on trial."""

    current: str
    trial: TrialNow
