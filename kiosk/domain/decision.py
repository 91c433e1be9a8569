"""Who is this? The answer of the gallery and what it means. Threshold AND margin, never one alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.errors import Code
from kiosk.domain.person import PersonId, Truth
from kiosk.domain.policy import Matching


class Outcome(StrEnum):
    """How a visit ends."""

    GRANTED = "granted"
    DENIED = "denied"
    DEFERRED = "deferred"
    HELP = "help"


class Reason(StrEnum):
    """Why. A closed list; each has a text in every language (``reason.<value>``) and a next step (``next.<value>``)."""

    RECOGNISED = "recognised"
    ENROLLED = "enrolled"
    UPDATED = "updated"
    NO_MATCH = "no_match"
    AMBIGUOUS = "ambiguous"
    EMPTY_GALLERY = "empty_gallery"
    ATTACK = "attack"
    LIVENESS_UNSURE = "liveness_unsure"
    FACE_CHANGED = "face_changed"
    FACE_LOST = "face_lost"
    NOT_GUIDED = "not_guided"
    NOT_CAPTURED = "not_captured"
    DUPLICATE = "duplicate"
    # a way in without a face
    PASS_ACCEPTED = "pass_accepted"  # noqa: S105 - a way in, not a password
    PASS_REFUSED = "pass_refused"  # noqa: S105 - as above
    CONSENT_REFUSED = "consent_refused"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    NOT_SAVED = "not_saved"
    DOOR_FAILED = "door_failed"
    HELP_ASKED = "help_asked"
    LOCKED_OUT = "locked_out"
    PART_FAILED = "part_failed"
    # the account's part in it
    SECOND_FACTOR = "second_factor"
    ACCOUNT_REFUSED = "account_refused"
    NOT_CONFIRMED = "not_confirmed"
    # the station may not go on by itself any longer
    TOO_LONG_OFFLINE = "too_long_offline"
    TOO_MANY_UNSENT = "too_many_unsent"
    DISK_NEARLY_FULL = "disk_nearly_full"


_NOT_FINISHED = frozenset({Reason.SECOND_FACTOR, Reason.NOT_CONFIRMED})
"""Something is missing that can still be had."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person of the gallery and how alike they are (cosine)."""

    person: PersonId
    similarity: float


@dataclass(frozen=True, slots=True)
class Match:
    """The best people of the gallery, best first, one entry a person (at most two are needed).

    Attributes:
        people: how many people were searched.
    """

    candidates: tuple[Candidate, ...]
    people: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Accepting or not, and why.

    Attributes:
        person: who it is, only where the decision accepts (or the duplicate that stops an enrolment).
        name: to greet by; for the screen only.
        similarity: of the best candidate, where there is one.
        because: why the truth is what it is, where that has a code (``error.<code>`` says it in words).
        since_ms: since when that has been true, on the monotonic clock; None where nobody noted it.
        awaits: who one more proof is wanted of, with ``second_factor``; never shown, and nobody is let in by it.
    """

    reason: Reason
    truth: Truth = Truth.LOCAL
    person: PersonId | None = None
    name: str = ""
    similarity: float | None = None
    because: Code | None = None
    since_ms: float | None = None
    awaits: PersonId | None = None

    @property
    def accepts(self) -> bool:
        """Whether this may open a door (given a live verdict of the same session and track)."""
        return self.reason is Reason.RECOGNISED and self.person is not None


def outcome_of(decision: Decision) -> Outcome:
    """How a login with this decision ends (given a live verdict)."""
    if decision.accepts or (decision.reason is Reason.PASS_ACCEPTED and decision.person is not None):
        return Outcome.GRANTED
    return Outcome.DEFERRED if decision.reason in _NOT_FINISHED else Outcome.DENIED


def threshold_for(people: int, policy: Matching) -> float:
    """The cosine that a gallery of this size asks for."""
    return policy.large_threshold if people >= policy.large_gallery else policy.threshold


def decide(match: Match, policy: Matching) -> Decision:
    """Recognised only above the threshold and clear of the second person.

    A similarity that is not a number accepts nobody.
    """
    if match.people == 0 or not match.candidates:
        return Decision(Reason.EMPTY_GALLERY)
    best = match.candidates[0]
    if not best.similarity >= threshold_for(match.people, policy):
        return Decision(Reason.NO_MATCH, similarity=best.similarity)
    if len(match.candidates) > 1 and not best.similarity - match.candidates[1].similarity >= policy.margin:
        return Decision(Reason.AMBIGUOUS, similarity=best.similarity)
    return Decision(Reason.RECOGNISED, person=best.person, similarity=best.similarity)
