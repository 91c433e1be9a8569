"""What a conversation tells on its way, and how it ends: frozen values. Nothing personal is in their texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.api.tokens import LoginToken
from kiosk.domain.record import LivenessSession
from kiosk.domain.remote import Answer


class Channel(StrEnum):
    """How a one-time code travels."""

    EMAIL = "email"
    PHONE = "phone"


AskCode = Callable[[Channel, int], str | None]
"""Asks the person for the code that was sent: channel, which attempt (1 to 3). None where they give up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOpened:
    """A liveness session waits for its picture. ``again`` where the one before had ended."""

    validation_id: str
    expires_at: str
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationStarted:
    """An onboarding has begun."""

    registration_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSent:
    """A one-time code is on its way."""

    channel: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTried:
    """A code was tried."""

    channel: Channel
    attempt: int
    right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReached:
    """The service was told that a step of the onboarding is done; ``step`` is its word for it."""

    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureJudged:
    """The service has looked at the picture."""

    answer: Answer
    liveness_score: float | None = None


Step = SessionOpened | RegistrationStarted | CodeSent | CodeTried | StepReached | PictureJudged
Tell = Callable[[Step], None]


def nobody(step: Step) -> None:
    """For whoever does not want to hear of the steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a conversation ended.

    Attributes:
        answer: what the account says.
        token: the account's own word for a refusal, bare.
        person_id: the account's id; with ``accepted`` of a login always, of other types where somebody was found.
        name: for the screen only.
        login_token: what the person is sent on with.
        validation_id, status, session: of the biometric validation.
        registration_id: of the onboarding.
    """

    answer: Answer
    token: str = ""
    person_id: str = ""
    name: str = field(default="", repr=False)
    liveness_score: float | None = None
    login_token: LoginToken | None = None
    validation_id: str = ""
    status: str = ""
    session: LivenessSession | None = None
    registration_id: str = ""
