"""What the first start asks, what was answered, and who looks things up for it. Plain Python, no Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from kiosk.domain.errors import Code

if TYPE_CHECKING:
    from kiosk.domain.face import Frame


class Step(StrEnum):
    """The questions, in their order."""

    LANGUAGE = "language"
    COUNTRY = "country"
    MODE = "mode"
    CAMERA = "camera"
    ACCOUNT = "account"
    PIN = "pin"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """``token`` and ``pin`` never show themselves in a log; an empty token works without an account.

    ``country`` is ISO 3166-1 alpha-2, or empty where phone numbers and documents may be of any.
    """

    language: str = "en"
    country: str = ""
    mode: str = "access"
    camera: str = "usb:0"
    camera_name: str = ""
    token: str = field(default="", repr=False)
    supervisor: str = ""
    pin: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """A camera: its address and what the system calls it."""

    uri: str
    name: str


class Helpers(Protocol):
    """What the questions need done. All but :meth:`pin_problem` and :meth:`latest_frame` may take seconds: off the GUI thread."""

    def cameras(self) -> Sequence[Found]:
        """Cameras that are there now."""
        ...

    def watch(self, uri: str) -> None:
        """Show this camera's picture from now on; an empty address shows none."""
        ...

    def latest_frame(self) -> Frame | None:
        """The newest picture of the watched camera. Returns at once."""
        ...

    def check_token(self, token: str) -> Code | None:
        """Ask the account; None where it accepts the token."""
        ...

    def pin_problem(self, pin: str) -> str:
        """Key of what is wrong with a new PIN, or empty. Only computes."""
        ...

    def save(self, answers: Answers) -> Code | None:
        """Keep everything; None where that worked."""
        ...


Ask = Callable[[Callable[[], object], Callable[[object], None]], None]
"""Does the first on a thread of its own and hands what it gave to the second, on the GUI thread."""
