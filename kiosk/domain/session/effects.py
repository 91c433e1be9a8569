"""What the session machine wants done. The flow does it; the machine never waits for it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from kiosk.domain.decision import Decision, Outcome
from kiosk.domain.face import TrackId
from kiosk.domain.passes import Proof, Way
from kiosk.domain.person import PersonId
from kiosk.domain.session.states import Part, SessionId, Visit


@dataclass(frozen=True, slots=True)
class Follow:
    """Look fully at this face from now on."""

    session: SessionId
    track: TrackId


@dataclass(frozen=True, slots=True)
class Keep:
    """Keep the best ``stills`` of this face from now on: the live window has begun."""

    session: SessionId
    track: TrackId
    stills: int


@dataclass(frozen=True, slots=True)
class DrawChallenge:
    """Draw something to ask, at random."""

    session: SessionId


@dataclass(frozen=True, slots=True)
class DrawLights:
    """Draw colours to show, at random."""

    session: SessionId


@dataclass(frozen=True, slots=True)
class Capture:
    """Embed the best ``stills`` kept of this face, one of them not older than ``after_ms``: who answered is who is captured.

    Attributes:
        witnesses: so many :class:`Witness` were asked for; they are held against the first still as the others are.
    """

    session: SessionId
    track: TrackId
    stills: int
    after_ms: float = -math.inf
    witnesses: int = 0


@dataclass(frozen=True, slots=True)
class Witness:
    """Embed this face as it is now, where the active step asked it to be: whoever answers is who is captured, all the time."""

    session: SessionId
    track: TrackId


@dataclass(frozen=True, slots=True)
class CaptureSide:
    """Embed this face as it is now: an enrolment's view from the ``side`` (``left``, ``right``)."""

    session: SessionId
    track: TrackId
    side: str


@dataclass(frozen=True, slots=True)
class Decide:
    """Search the gallery. For access, an accepting decision is recorded before it is told."""

    session: SessionId
    track: TrackId
    visit: Visit


@dataclass(frozen=True, slots=True)
class Submit:
    """Write the enrolment, in one transaction."""

    session: SessionId
    visit: Visit


@dataclass(frozen=True, slots=True)
class Prove:
    """Look at this proof. One that is enough is recorded before it is told.

    Attributes:
        owed: why one more proof is wanted, and of whom; None for the first.
        used: ways that were proofs already.
    """

    session: SessionId
    visit: Visit
    proof: Proof
    owed: Decision | None
    used: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class SendCode:
    """Let the account send a code: to whoever has this number, or to this person. Told how it went, never whose number it is."""

    session: SessionId
    number: str = field(repr=False)
    person: PersonId | None


@dataclass(frozen=True, slots=True)
class Record:
    """Write this result, unless the decision is on record already."""

    session: SessionId
    visit: Visit
    outcome: Outcome
    decision: Decision


@dataclass(frozen=True, slots=True)
class Announce:
    """Tell this result to whoever listens (event stream)."""

    session: SessionId
    visit: Visit
    outcome: Outcome
    decision: Decision
    total_ms: float


@dataclass(frozen=True, slots=True)
class OpenDoor:
    """Open, once."""

    session: SessionId
    person: PersonId


@dataclass(frozen=True, slots=True)
class Wipe:
    """Forget pixels and templates of this session, now."""

    session: SessionId


@dataclass(frozen=True, slots=True)
class Recheck:
    """Try this part again."""

    part: Part


Effect = (
    Follow
    | Keep
    | DrawChallenge
    | DrawLights
    | Capture
    | Witness
    | CaptureSide
    | Decide
    | Submit
    | Prove
    | SendCode
    | Record
    | Announce
    | OpenDoor
    | Wipe
    | Recheck
)
