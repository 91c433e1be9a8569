"""A conversation with the account for the terminal: each step in words, its end in words and as JSON.

Never a token, a picture or a template; a name only on stdout.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kiosk.cli.account_picture import Broken
from kiosk.cli.desk import SAYS as WHY_SAYS
from kiosk.domain.person import Truth
from kiosk.domain.remote import Answer
from kiosk.station.picture import Why

if TYPE_CHECKING:
    from kiosk.api.conversation.steps import Step
    from kiosk.domain.record import LivenessSession

ANSWERS = {
    Answer.ACCEPTED: "validated",
    Answer.UNKNOWN: "the account knows nobody who looks like this",
    Answer.NOT_LIVE: "the account does not take this for a living person",
    Answer.SECOND_FACTOR: "a second factor is missing",
    Answer.PICTURE_UNFIT: "the account cannot use the picture",
    Answer.REFUSED: "the account refused",
}
REASONS = {
    "no_address_for_a_code": "the account knows no such address of this person to send a code to",
    "no_code_given": "no code was given",
    "otp_does_not_match": "the code was wrong",
    "document_wanted": "the onboarding wants a document: --document FILE",
    "phone_wanted": "the onboarding wants a phone number: --phone",
    "email_is_registered_already": "the e-mail address is registered already",
    "phone_is_registered_already": "the phone number is registered already",
    "email_wanted": "the onboarding wants an e-mail address: --email",
}
VALIDATION_FIELDS = (
    "client", "project", "projectFlow", "livenessSession", "status", "type", "url", "livenessScore", "assignedCollection",
    "collectionCode", "requires2FA", "failedReason", "_id", "updatedAt", "createdAt", "__v",
)  # fmt: skip
"""Of the account's object: those of the seed's page, and why it failed."""
_LONGEST = 200
_LEFT_OUT = "(left out)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a validation ended.

    Attributes:
        answer: of the account; None where nothing was judged (a link was made, or the picture was not sent).
        reason: the account's own word for a refusal, or the station's.
        validation: the account's biometricValidation object, as JSON values.
        link: of a one-time link.
    """

    kind: str
    answer: Answer | None = None
    reason: str = ""
    why: Why | None = None
    broken: Broken | None = None
    person: str = ""
    name: str = field(default="", repr=False)
    liveness_score: float | None = None
    validation: dict[str, Any] = field(default_factory=dict)
    session: LivenessSession | None = None
    registration: str = ""
    link: str = field(default="", repr=False)

    @property
    def is_yes(self) -> bool:
        """Whether it went well: somebody was validated, or a link was made and nothing speaks against it."""
        return self.answer is Answer.ACCEPTED or (self.answer is None and bool(self.link))

    @property
    def truth(self) -> Truth:
        """``local`` where the account was not asked about a picture."""
        if self.answer is None:
            return Truth.CONFIRMED if self.link else Truth.LOCAL
        return Truth.CONFIRMED if self.answer is Answer.ACCEPTED else Truth.REFUSED


def step_in_words(step: Step) -> str:
    """One line, nothing personal."""
    from kiosk.api.conversation.steps import (
        CodeSent,
        CodeTried,
        PictureJudged,
        RegistrationStarted,
        SessionOpened,
        StepReached,
    )

    match step:
        case SessionOpened(expires_at=ends, again=again):
            return f"{'another session' if again else 'session'} opened{f', ends {ends}' if ends else ''}"
        case RegistrationStarted():
            return "onboarding started"
        case CodeSent(channel=channel):
            return f"a code was sent by {'e-mail' if channel == 'email' else 'phone'}"
        case CodeTried(right=right):
            return "the code is right" if right else "the code is wrong"
        case StepReached(step=reached):
            return f"step done: {reached}"
        case PictureJudged(answer=answer, liveness_score=score):
            return f"picture judged: {answer.value}" + (f", liveness {score:.2f}" if score is not None else "")


def as_object(outcome: Outcome) -> dict[str, Any]:
    """For ``--json``; the objects have the field names of the seed's pages."""
    from kiosk.store.wire import liveness_session_to_wire

    broken, session = outcome.broken, outcome.session
    return {
        "validated": outcome.answer is Answer.ACCEPTED,
        "type": outcome.kind,
        "answer": _answer(outcome),
        "reason": outcome.reason or (outcome.why.value if outcome.why is not None else ""),
        "truth": outcome.truth.value,
        "person": {"id": outcome.person, "name": outcome.name} if outcome.person else None,
        "livenessScore": outcome.liveness_score,
        "url": outcome.link or None,
        "picture": None
        if broken is None
        else {"rule": broken.rule.value, "measured": round(broken.value, 1), "limit": broken.limit},
        "biometricValidation": _harmless(
            {k: outcome.validation[k] for k in VALIDATION_FIELDS if k in outcome.validation}
        )
        if outcome.validation
        else None,
        "livenessSession": _harmless(liveness_session_to_wire(session)) if session is not None else None,
        "appRegistration": outcome.registration or None,
    }


def _answer(outcome: Outcome) -> str | None:
    if outcome.answer is not None:
        return outcome.answer.value
    unfit = outcome.broken is not None or outcome.why in {Why.NO_FACE, Why.TWO_FACES}
    return Answer.PICTURE_UNFIT.value if unfit else None


def in_words(outcome: Outcome) -> list[str]:
    """Lines for people."""
    lines: list[str] = []
    if outcome.answer is Answer.ACCEPTED:
        lines.append(f"Validated{f': {outcome.name}' if outcome.name else ''}")
    elif not outcome.is_yes:
        lines.append(f"Not validated: {_refusal(outcome)}.")
    if outcome.link:
        lines.append(outcome.link)
    if outcome.person:
        lines.append(f"person: {outcome.person}")
    if outcome.liveness_score is not None:
        lines.append(f"liveness: {outcome.liveness_score:.3f}")
    if outcome.validation.get("_id"):
        lines.append(f"validation: {outcome.validation['_id']} ({outcome.validation.get('status', '')})")
    if outcome.registration:
        lines.append(f"registration: {outcome.registration}")
    lines.append(f"truth: {outcome.truth.value}")
    return lines


def _refusal(outcome: Outcome) -> str:
    if outcome.broken is not None:
        return outcome.broken.says
    if outcome.why is not None:
        return WHY_SAYS[outcome.why]
    said = ANSWERS[outcome.answer] if outcome.answer is not None else "nothing was judged"
    reason = REASONS.get(outcome.reason, outcome.reason)
    return f"{said} ({reason})" if reason else said


def _harmless(value: Any) -> Any:
    """Lists of the account's may hold what nobody documents: long texts (pictures, tokens) are left out."""
    if isinstance(value, dict):
        return {key: _harmless(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_harmless(inner) for inner in value]
    if isinstance(value, str) and len(value) > _LONGEST:
        return _LEFT_OUT
    return value


def plain(value: Any) -> Any:
    """Whatever it is, as JSON would give it back."""
    return json.loads(json.dumps(value))
