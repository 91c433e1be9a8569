"""One-time codes that the account sends to a person's own e-mail or phone: limits, what is told of them. Pure.

A typed number may be anybody's, so nothing tells whether it is: neither words, nor an address, nor how long it takes. Only who
has proved something already is shown where their code went, and of that only the first letters.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

CODE_DIGITS = 6
"""As the account makes them."""

TRIES = 3
"""Of one code; the account counts too."""

MOST_SENT = 3
"""To one person or number within :data:`LIVES_MS`: nobody's phone rings all night because of a stranger at a door."""

AGAIN_MS = 30_000.0
LIVES_MS = 600_000.0
"""How long the account takes a code."""

_HIDDEN = "•••"


class CodeTrouble(StrEnum):
    """Why there is no code, or none that could be checked; each has a text, ``code_trouble.<value>``."""

    UNREACHABLE = "unreachable"
    NO_ADDRESS = "no_address"
    TOO_SOON = "too_soon"
    TOO_MANY = "too_many"
    EXPIRED = "expired"
    USED_UP = "used_up"


NO_WAY = frozenset({CodeTrouble.UNREACHABLE, CodeTrouble.NO_ADDRESS})
"""With these the choice comes back: another way has to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a code can go, as on record; the e-mail is preferred. ``phone`` is E.164."""

    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)

    @property
    def shown(self) -> str:
        """As much of it as may stand on a screen; empty where there is none."""
        return masked_email(self.email) if self.email else masked_phone(self.phone)

    def __bool__(self) -> bool:
        """Whether a code can go anywhere."""
        return bool(self.email or self.phone)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeForm:
    """What somebody who comes in by a code has done so far, in this session.

    Attributes:
        number: of the pass, as typed; empty where none is typed yet, or none is needed.
        asked_ms: when a code was last asked for; None where none is on its way.
        sent: how often one was asked for.
        sending: whether it went out is not known yet.
        to: where it went, as much of it as may be shown.
        wrong: codes typed since it was asked for that were not right.
        trouble: what went wrong last; None where nothing did.
    """

    number: str = field(default="", repr=False)
    asked_ms: float | None = None
    sent: int = 0
    sending: bool = False
    to: str = ""
    wrong: int = 0
    trouble: CodeTrouble | None = None

    def refusal(self, now_ms: float) -> CodeTrouble | None:
        """Why no other code may be sent right now; None where one may."""
        if self.sent >= MOST_SENT:
            return CodeTrouble.TOO_MANY
        if self.asked_ms is not None and now_ms - self.asked_ms < AGAIN_MS:
            return CodeTrouble.TOO_SOON
        return None

    def spent(self, now_ms: float) -> CodeTrouble | None:
        """Why the code that was sent counts no more; None while it does."""
        if self.asked_ms is None or now_ms - self.asked_ms >= LIVES_MS:
            return CodeTrouble.EXPIRED
        return CodeTrouble.USED_UP if self.wrong >= TRIES else None

    def asked(self, number: str, now_ms: float) -> CodeForm:
        """One more is asked for, for this number."""
        return CodeForm(number=number, asked_ms=now_ms, sent=self.sent + 1, sending=True)

    def told(self, trouble: CodeTrouble | None, to: str) -> CodeForm:
        """How it went. What could not be sent may be asked for again at once."""
        gone = trouble in NO_WAY
        return replace(self, sending=False, trouble=trouble, to=to, asked_ms=None if gone else self.asked_ms)


def masked_email(email: str) -> str:
    """``a•••@e•••.org``; empty for what is no address."""
    name, at, domain = email.strip().rpartition("@")
    if not at or not name or not domain:
        return ""
    head, dot, end = domain.rpartition(".")
    host = f"{head[:1]}{_HIDDEN}.{end}" if dot and head else _HIDDEN
    return f"{name[:1]}{_HIDDEN}@{host}"


def masked_phone(phone: str) -> str:
    """``•••67``; empty for what is no number."""
    digits = "".join(each for each in phone if each.isascii() and each.isdigit())
    return f"{_HIDDEN}{digits[-2:]}" if len(digits) >= 6 else ""
