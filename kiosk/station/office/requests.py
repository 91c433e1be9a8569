"""What every question to the office is, and what its answer comes in. Frozen values; they hold no part of the station."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kiosk.domain.errors import Code
from kiosk.domain.operators import Action


@dataclass(frozen=True, slots=True)
class OfficeRequest:
    """A question. Subclasses are frozen dataclasses with fields of their own.

    Attributes:
        needs: the right without which it is refused; None only where signing in itself is asked for.
        deadline_s: after this the asker is told ``office_too_slow``, whatever becomes of the work.
        stays: asking is a sign that somebody is there, and keeps them signed in.
    """

    needs: ClassVar[Action | None]
    deadline_s: ClassVar[float] = 5.0
    stays: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeReply:
    """An answer: the handler's frozen value, or the code of what went wrong.

    Attributes:
        detail: of the error; nothing personal.
    """

    request: OfficeRequest
    answer: object = None
    error: Code | None = None
    detail: str = ""
