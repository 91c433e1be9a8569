"""What happens to the session machine. An event that carries a session speaks of that session only."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.domain.challenge.motion import Sequence
from kiosk.domain.codes import CodeTrouble
from kiosk.domain.decision import Decision, Reason
from kiosk.domain.errors import Code
from kiosk.domain.face import Sighting, TrackId
from kiosk.domain.light.colours import Lights
from kiosk.domain.passes import Proof, Way
from kiosk.domain.person import Details, PersonId
from kiosk.domain.session.states import Mode, Part, SessionId


@dataclass(frozen=True, slots=True)
class Tick:
    """Time went on."""

    at_ms: float


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Vision looked at a frame; its time is the frame's."""

    sighting: Sighting

    @property
    def at_ms(self) -> float:
        """When the frame was taken."""
        return self.sighting.mono_ms


@dataclass(frozen=True, slots=True)
class ChallengeDrawn:
    """What this session is asked to do, drawn at random outside the machine."""

    at_ms: float
    session: SessionId
    sequence: Sequence


@dataclass(frozen=True, slots=True)
class LightsDrawn:
    """What this session is shown, drawn at random outside the machine."""

    at_ms: float
    session: SessionId
    lights: Lights


@dataclass(frozen=True, slots=True)
class Captured:
    """Stills were taken and embedded.

    Attributes:
        stills: how many.
        sameness: smallest cosine between the first live frame and the stills.
    """

    at_ms: float
    session: SessionId
    track: TrackId
    stills: int
    sameness: float


@dataclass(frozen=True, slots=True)
class SideCaptured:
    """A view from the side was embedded.

    Attributes:
        sameness: cosine with the front; not a number where there is no template.
    """

    at_ms: float
    session: SessionId
    track: TrackId
    side: str
    sameness: float


@dataclass(frozen=True, slots=True)
class CaptureFailed:
    """No still was good enough."""

    at_ms: float
    session: SessionId


@dataclass(frozen=True, slots=True)
class Decided:
    """The gallery answered, and an accepting answer is already on record."""

    at_ms: float
    session: SessionId
    track: TrackId
    decision: Decision


@dataclass(frozen=True, slots=True)
class Submitted:
    """The enrolment was written (``decision`` accepts or says why not)."""

    at_ms: float
    session: SessionId
    decision: Decision


@dataclass(frozen=True, slots=True)
class Proved:
    """A proof was looked at; an accepting answer is already on record."""

    at_ms: float
    session: SessionId
    decision: Decision


@dataclass(frozen=True, slots=True)
class CodeSent:
    """How sending a code went. ``to`` is as much of the address as may be shown; empty where nobody may know it."""

    at_ms: float
    session: SessionId
    trouble: CodeTrouble | None = None
    to: str = ""


@dataclass(frozen=True, slots=True)
class CodeUnchecked:
    """Whether a code is right could not be found out; that is no attempt."""

    at_ms: float
    session: SessionId
    trouble: CodeTrouble


@dataclass(frozen=True, slots=True)
class WaysOpen:
    """The station can serve these ways in without a face from now on."""

    at_ms: float
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the station knows of the world beside the camera has changed.

    Attributes:
        account: there is one: pictures of enrolments are taken to its rules.
        online: it can be asked right now: so are the pictures of logins.
        no_enrolments: why nobody new may be enrolled, or None.
    """

    at_ms: float
    account: bool
    online: bool
    no_enrolments: Reason | None = None


@dataclass(frozen=True, slots=True)
class EnrolmentBegun:
    """Somebody asked to be enrolled."""

    at_ms: float


@dataclass(frozen=True, slots=True)
class RenewalBegun:
    """Somebody on record is to have new pictures: an operator asks for it, out of the office."""

    at_ms: float
    person: PersonId
    details: Details


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """The person agrees to this version of the text."""

    at_ms: float
    text_version: str


@dataclass(frozen=True, slots=True)
class ConsentRefused:
    """The person does not agree."""

    at_ms: float


@dataclass(frozen=True, slots=True)
class DetailsGiven:
    """The form is complete and valid."""

    at_ms: float
    details: Details


@dataclass(frozen=True, slots=True)
class ReviewAccepted:
    """Save it."""

    at_ms: float


@dataclass(frozen=True, slots=True)
class Retake:
    """Take the pictures again."""

    at_ms: float


@dataclass(frozen=True, slots=True)
class SidesSkipped:
    """The person does not turn their head: the front is enough."""

    at_ms: float


@dataclass(frozen=True, slots=True)
class FormReopened:
    """Back to the details; the pictures stay."""

    at_ms: float


@dataclass(frozen=True, slots=True)
class SamePerson:
    """Whom the search found is who is here: their record takes the new pictures and details."""

    at_ms: float


@dataclass(frozen=True, slots=True)
class AnotherPerson:
    """Whom the search found is somebody else; the reason (a word of a closed list) goes into the audit."""

    at_ms: float
    reason: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The person goes."""

    at_ms: float


@dataclass(frozen=True, slots=True)
class AnotherWayAsked:
    """The person wants to come in without a face."""

    at_ms: float


@dataclass(frozen=True, slots=True)
class WayChosen:
    """This way; None goes back to the choice."""

    at_ms: float
    way: Way | None


@dataclass(frozen=True, slots=True)
class ProofGiven:
    """A number with its PIN was typed, or a code was shown."""

    at_ms: float
    proof: Proof


@dataclass(frozen=True, slots=True)
class CodeWanted:
    """A code, please, for whoever has this number; empty for another one, or where it is known who owes it."""

    at_ms: float
    number: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class TriedAgain:
    """The person who was refused tries once more."""

    at_ms: float


@dataclass(frozen=True, slots=True)
class LightUnwanted:
    """The person does not want the screen's colours."""

    at_ms: float


@dataclass(frozen=True, slots=True)
class HelpAsked:
    """The person wants the attendant."""

    at_ms: float


@dataclass(frozen=True, slots=True)
class ModeChosen:
    """The station serves another purpose from now on; only between visits."""

    at_ms: float
    mode: Mode


@dataclass(frozen=True, slots=True)
class OperatorEntered:
    """An operator takes the station; ``at_work`` where they need not sign in first."""

    at_ms: float
    at_work: bool = False


@dataclass(frozen=True, slots=True)
class OperatorActed:
    """They do something, or have signed in (``at_work``) or out."""

    at_ms: float
    at_work: bool


@dataclass(frozen=True, slots=True)
class OperatorLeft:
    """And gives it back."""

    at_ms: float


@dataclass(frozen=True, slots=True)
class PartFailed:
    """A part does not work."""

    at_ms: float
    part: Part
    code: Code
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PartBack:
    """It works again."""

    at_ms: float
    part: Part


Event = (
    Tick
    | Seen
    | ChallengeDrawn
    | LightsDrawn
    | LightUnwanted
    | Captured
    | SideCaptured
    | CaptureFailed
    | Decided
    | Submitted
    | Proved
    | CodeSent
    | CodeUnchecked
    | WaysOpen
    | Surroundings
    | EnrolmentBegun
    | RenewalBegun
    | ConsentGiven
    | ConsentRefused
    | DetailsGiven
    | ReviewAccepted
    | Retake
    | SidesSkipped
    | FormReopened
    | SamePerson
    | AnotherPerson
    | Cancelled
    | AnotherWayAsked
    | WayChosen
    | CodeWanted
    | ProofGiven
    | TriedAgain
    | HelpAsked
    | ModeChosen
    | OperatorEntered
    | OperatorActed
    | OperatorLeft
    | PartFailed
    | PartBack
)
