"""The states of the session machine. Times are monotonic milliseconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from kiosk.domain.challenge.continuity import Continuity
from kiosk.domain.challenge.judge import Judge
from kiosk.domain.challenge.trace import Trace
from kiosk.domain.codes import CodeForm
from kiosk.domain.decision import Decision, Reason
from kiosk.domain.errors import Code
from kiosk.domain.face import TrackId
from kiosk.domain.guidance import Guidance
from kiosk.domain.light.judge import LightJudge
from kiosk.domain.liveness import Tally
from kiosk.domain.passes import Way
from kiosk.domain.person import Details, PersonId
from kiosk.domain.quality import Check

SessionId = NewType("SessionId", int)
"""Counts up; the station shows an opaque id instead."""


class Mode(StrEnum):
    """What the station is for."""

    ACCESS = "access"
    ENROLL = "enroll"


class Part(StrEnum):
    """A part that may fail."""

    CAMERA = "camera"
    VISION = "vision"
    STORE = "store"
    DOOR = "door"
    STATION = "station"


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """When a visit reached what; None while it has not."""

    began: float
    first_face: float | None = None
    guided: float | None = None
    live: float | None = None
    captured: float | None = None
    decided: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What the states of one session share.

    Attributes:
        track: the face this session is about; None before one is seen.
        seen_ms: when that face was last seen.
        ok_ms: when guidance was last met.
        restarts: how often this visit had to start again.
        live: the verdict fell on live, for this track.
        score: the fused liveness score.
        consent: version of the text agreed to (enrolment).
        far: evidence of the same track while it was still too far away; it can only refuse.
        fit_since_ms: since when a face in place has been asked to come nearer for the account's picture.
        fit_px: how wide that face was then; asked anew when it has grown.
        continuity: of the followed face, from the first moment in place.
        judge: of the active step; None while none was asked for.
        trace: the session as landmarks, to explain a refusal.
        light: of the screen's light; None while none was shown.
        no_light: the person does not want any, in this and every further try of this visit.
        proved: who was proved without a face, in this session; only the part of the table in ``alternative`` sets it.
        sides: views that are still to be taken (``left``, ``right``), of an enrolment.
        checks: how good the newest picture is, of an enrolment.
        renews: whose pictures this enrolment was begun to take anew; stays when it begins again.
        replaces: who is on record already and is changed by this enrolment; None where it makes a new person.
        like: whom this person resembles and is not, by somebody's word; with ``override``, their reason.
        resemblance: how much (cosine).
    """

    session: SessionId
    enrolling: bool
    times: Times
    track: TrackId | None = None
    seen_ms: float = 0.0
    ok_ms: float = 0.0
    restarts: int = 0
    guidance: Guidance = field(default_factory=Guidance)
    tally: Tally = field(default_factory=Tally)
    far: Tally = field(default_factory=Tally)
    live: bool = False
    score: float | None = None
    consent: str = ""
    details: Details | None = None
    stills: int = 0
    fit_since_ms: float | None = None
    fit_px: float = 0.0
    continuity: Continuity = field(default_factory=Continuity)
    judge: Judge | None = None
    trace: Trace = field(default_factory=Trace)
    light: LightJudge | None = None
    no_light: bool = False
    proved: PersonId | None = None
    sides: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    renews: PersonId | None = None
    replaces: PersonId | None = None
    like: PersonId | None = None
    resemblance: float | None = None
    override: str = ""


@dataclass(frozen=True, slots=True)
class Attract:
    """Nobody is being served."""

    since_ms: float
    face_since_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """Enrolment: the text is on screen, the camera's picture is not used."""

    visit: Visit
    since_ms: float


@dataclass(frozen=True, slots=True)
class DetailsForm:
    """Enrolment: the form is on screen."""

    visit: Visit
    since_ms: float


@dataclass(frozen=True, slots=True)
class Guiding:
    """The person is led into a good picture."""

    visit: Visit
    since_ms: float


@dataclass(frozen=True, slots=True)
class Holding:
    """Guidance is met; it has to stay so for a moment."""

    visit: Visit
    since_ms: float


@dataclass(frozen=True, slots=True)
class Liveness:
    """Passive evidence is gathered."""

    visit: Visit
    since_ms: float


@dataclass(frozen=True, slots=True)
class Challenge:
    """The person is asked for head motions; ``visit.judge`` is None until the station has drawn them at random."""

    visit: Visit
    since_ms: float


@dataclass(frozen=True, slots=True)
class Lighting:
    """The screen shows its colours; ``visit.light`` is None until the station has drawn them at random."""

    visit: Visit
    since_ms: float


@dataclass(frozen=True, slots=True)
class Capturing:
    """Stills from inside the live window are being turned into a template."""

    visit: Visit
    since_ms: float


@dataclass(frozen=True, slots=True)
class Turning:
    """Enrolment: the head is turned to ``visit.sides[0]``; since ``held_ms`` it has been where it should, None while it is not.

    ``taking``: the view is being embedded.
    """

    visit: Visit
    since_ms: float
    held_ms: float | None = None
    taking: bool = False


@dataclass(frozen=True, slots=True)
class Deciding:
    """Who is this? (access) Is somebody like this here already? (enrolment)"""

    visit: Visit
    since_ms: float


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Enrolment: somebody on record looks like this; the desk says who is right."""

    visit: Visit
    since_ms: float
    decision: Decision


@dataclass(frozen=True, slots=True)
class Review:
    """Enrolment: pictures and details are shown before they are saved."""

    visit: Visit
    since_ms: float


@dataclass(frozen=True, slots=True)
class Submitting:
    """Enrolment: being saved."""

    visit: Visit
    since_ms: float


@dataclass(frozen=True, slots=True)
class Granted:
    """Yes."""

    visit: Visit
    since_ms: float
    decision: Decision


@dataclass(frozen=True, slots=True)
class Denied:
    """No, and why."""

    visit: Visit
    since_ms: float
    decision: Decision


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now: what was done is kept, what is missing is said."""

    visit: Visit
    since_ms: float
    decision: Decision


@dataclass(frozen=True, slots=True)
class Help:
    """The station could not serve this person; somebody is called."""

    visit: Visit
    since_ms: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Alternative:
    """The ways in without a face are on screen.

    Attributes:
        way: the one that was chosen; None while none is.
        owed: why one more proof is wanted, and of whom; None where nothing was proved yet.
        used: ways that have proved them already, in this session.
        refused: why the last proof was not taken; None where there was none.
        wrong: how many were not, in this session.
        code: of the way by a code that is sent; None before it is chosen.
    """

    visit: Visit
    since_ms: float
    way: Way | None = None
    owed: Decision | None = None
    used: tuple[Way, ...] = ()
    refused: Reason | None = None
    wrong: int = 0
    code: CodeForm | None = None


@dataclass(frozen=True, slots=True)
class Proving:
    """A proof is being looked at; back to ``form`` if it is not taken."""

    visit: Visit
    since_ms: float
    form: Alternative
    way: Way


@dataclass(frozen=True, slots=True)
class Cooldown:
    """A moment for the person to walk on."""

    since_ms: float


@dataclass(frozen=True, slots=True)
class LockedOut:
    """Too many attempts were refused. ``passes``: wrong PINs or codes were among them, so these pause as well."""

    since_ms: float
    passes: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """A part failed. Nothing opens; the part is checked again and again."""

    since_ms: float
    part: Part
    code: Code
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator has the station: nobody is followed, nothing opens.

    Attributes:
        since_ms: when they last did something.
        at_work: somebody who may has signed in; until then they have a minute for it.
        fault: what is broken meanwhile; it is shown once they have gone.
    """

    since_ms: float
    at_work: bool = False
    fault: Fault | None = None


Following = Guiding | Holding | Liveness | Challenge | Lighting | Capturing | Turning | Deciding
"""States in which a face is followed."""

Result = Granted | Denied | Deferred | Help
InVisit = Consent | DetailsForm | Following | Duplicate | Review | Submitting | Alternative | Proving | Result
Phase = Attract | InVisit | Cooldown | LockedOut | Fault | Operator


@dataclass(frozen=True, slots=True, kw_only=True)
class Kiosk:
    """The whole machine.

    Attributes:
        now_ms: the newest time it has heard of; never goes back.
        next_session: the id that the next session gets.
        attacks: when presentation attacks were refused, oldest first.
        misses, wrongs: when a face was not let in; when a PIN or a code was wrong.
        locked: the pause that was begun last; it holds whatever comes between.
        broken: the failed part that somebody who comes in without a face does without.
        ways: the ways in without a face that the station can serve.
        served: the track that was granted or given up on last, so that who stays in front of the camera (or hangs on the wall) is
            not served again and again.
        served_ms: when.
        served_far: it was given up on; only coming near enough wakes the station for it.
        account, online, no_enrolments: see :class:`~kiosk.domain.session.events.Surroundings`.
    """

    phase: Phase
    mode: Mode
    now_ms: float = 0.0
    next_session: SessionId = SessionId(1)
    attacks: tuple[float, ...] = ()
    misses: tuple[float, ...] = ()
    wrongs: tuple[float, ...] = ()
    locked: LockedOut | None = None
    broken: Fault | None = None
    ways: tuple[Way, ...] = ()
    served: TrackId | None = None
    served_ms: float = 0.0
    served_far: bool = False
    account: bool = False
    online: bool = False
    no_enrolments: Reason | None = None


def visit_of(phase: Phase) -> Visit | None:
    """The visit that is going on, or None between visits."""
    match phase:
        case Attract() | Cooldown() | LockedOut() | Fault() | Operator():
            return None
        case _:
            return phase.visit


def begin(mode: Mode, *, now_ms: float = 0.0) -> Kiosk:
    """A machine that has just been switched on."""
    return Kiosk(phase=Attract(now_ms), mode=mode, now_ms=now_ms)
