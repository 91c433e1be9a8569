"""What the screen may know: one frozen value, made by the flow after every step, and the intents that come back.

Snapshots hold no pixels and no template. ``name`` is set only while the result is shown and wiped with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.errors import Code
from kiosk.domain.guidance import Hint
from kiosk.domain.link import Link
from kiosk.domain.outbox import Backlog
from kiosk.domain.person import Details, Truth
from kiosk.domain.session.states import Mode

__all__ = ["CameraState", "Intents", "Link", "Mode", "Queue", "QueueRow", "Screen", "Snapshot"]


class Screen(StrEnum):
    """Which screen is up; the names of the event stream."""

    STARTING = "starting"
    ATTRACT = "attract"
    CONSENT = "consent"
    DETAILS = "details"
    CAPTURE = "capture"
    CHALLENGE = "challenge"
    WORKING = "working"
    REVIEW = "review"
    RESULT = "result"
    LOCKED = "locked"
    OPERATOR = "operator"
    FAULT = "fault"


class CameraState(StrEnum):
    """Of the camera, as the event stream names it."""

    OPENING = "opening"
    STREAMING = "streaming"
    STALLED = "stalled"
    LOST = "lost"
    BACK = "back"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """A record that the account refused. ``code`` is an error's, ``word`` the account's own; nothing personal."""

    id: str
    action: str
    code: str
    word: str
    age_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What waits to be sent, for an operator. ``rows`` are the oldest of the refused ones."""

    backlog: Backlog
    sent: int = 0
    rows: tuple[QueueRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The station at one moment.

    Attributes:
        screen: which screen is up.
        mode: access or enroll; ``enrolling`` tells whether this visit is an enrolment.
        session: opaque id of the visit, None between visits.
        hint: what the person should do (capture screen).
        progress: 0..1, how far guidance and liveness have come; fills the oval.
        ask: what the challenge asks (``left``, ``right``, ``up``, ``down`` in the mirrored picture), or empty.
        outcome, reason, truth, name, similarity: of the result, on the result screen only.
        because, truth_since_ms: why the truth is what it is (an error's code) and since when; with the result only.
        tries_left: before the station locks, None where it does not count.
        until_ms: when this screen ends by itself, on the monotonic clock; None where it does not.
        now_ms: the monotonic clock when this snapshot was made.
        stills: how many pictures an enrolment has kept (review).
        details: what was typed, shown on the review screen only.
        people: how many people the gallery holds.
        camera, camera_name, fps, dropped: of the camera; fps is frames a second taken in over the last seconds.
        link, pending, buried: of the network and of unsent records.
        account: there is one.
        queue: on the operator's screen, once it was read.
        limit: what the station comes near to, working by itself; ``limit_reached`` once nobody new may be enrolled.
        fault, fault_detail, fault_part: on the fault screen.
        loading: what start-up is busy with (text key), and its share done 0..1.
    """

    screen: Screen
    mode: Mode
    enrolling: bool = False
    session: str | None = None
    hint: Hint | None = None
    progress: float = 0.0
    ask: str = ""
    outcome: Outcome | None = None
    reason: Reason | None = None
    truth: Truth | None = None
    name: str = ""
    similarity: float | None = None
    because: Code | None = None
    truth_since_ms: float | None = None
    tries_left: int | None = None
    until_ms: float | None = None
    now_ms: float = 0.0
    stills: int = 0
    details: Details | None = None
    people: int = 0
    camera: CameraState = CameraState.OPENING
    camera_name: str = ""
    fps: float = 0.0
    dropped: int = 0
    link: Link = Link.OFFLINE
    pending: int = 0
    buried: int = 0
    limit: Reason | None = None
    limit_reached: bool = False
    account: bool = False
    queue: Queue | None = None
    fault: Code | None = None
    fault_detail: str = ""
    fault_part: str = ""
    loading: str = ""
    loading_share: float = 0.0


class Intents(Protocol):
    """What a person at the screen may ask for. Any thread may call; nothing blocks; an intent that does not fit is ignored."""

    def begin_enrolment(self) -> None:
        """Start an enrolment (attract screen)."""
        ...

    def give_consent(self, text_version: str) -> None:
        """The person agrees to the text of this version (consent screen)."""
        ...

    def refuse_consent(self) -> None:
        """The person does not agree; nothing is captured, nothing is stored."""
        ...

    def submit_details(self, details: Details) -> None:
        """The form was filled in and is valid (details screen)."""
        ...

    def accept_review(self) -> None:
        """Save this enrolment (review screen)."""
        ...

    def retake(self) -> None:
        """Take the pictures again (review screen)."""
        ...

    def cancel(self) -> None:
        """End this visit (any screen of a visit)."""
        ...

    def ask_help(self) -> None:
        """Call the attendant (any screen)."""
        ...

    def open_queue(self) -> None:
        """Show what waits to be sent (attract screen of an enrolment desk with an account)."""
        ...

    def close_queue(self) -> None:
        """Back to work (operator's screen)."""
        ...

    def retry_row(self, row: str) -> None:
        """Send a refused record again (operator's screen)."""
        ...

    def drop_row(self, row: str, reason: str) -> None:
        """Give a refused record up; the reason goes into the audit (operator's screen)."""
        ...
