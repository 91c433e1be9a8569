"""What the screen may know: one frozen value, made by the flow after every step, and the intents that come back.

Snapshots hold no pixels and no template. ``name`` is set only while the result is shown and wiped with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from kiosk.domain.codes import CodeTrouble
from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.errors import Code
from kiosk.domain.guidance import Hint
from kiosk.domain.link import Link
from kiosk.domain.operators import Role
from kiosk.domain.outbox import Backlog
from kiosk.domain.passes import Way
from kiosk.domain.person import Details, Truth
from kiosk.domain.quality import Check
from kiosk.domain.receipt import Receipt
from kiosk.domain.scan import Scan
from kiosk.domain.session.states import Mode

if TYPE_CHECKING:
    from kiosk.station.office.requests import OfficeReply, OfficeRequest

__all__ = ["CameraState", "Candidate", "Intents", "Link", "Mode", "Queue", "QueueRow", "Screen", "Snapshot"]


class Screen(StrEnum):
    """Which screen is up; the names of the event stream."""

    STARTING = "starting"
    ATTRACT = "attract"
    CONSENT = "consent"
    DETAILS = "details"
    CAPTURE = "capture"
    CHALLENGE = "challenge"
    WORKING = "working"
    DUPLICATE = "duplicate"
    REVIEW = "review"
    RESULT = "result"
    ALTERNATIVE = "alternative"
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


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who on record looks like the person who is being enrolled; for the desk's eyes, on the duplicate screen only."""

    name: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Sending:
    """What will be sent of an enrolment: where to, and each field with the length of the JPEG where it is one."""

    account: str
    fields: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What waits to be sent, for an operator. ``rows`` are the oldest of the refused ones.

    Attributes:
        conflicts: edits made here that gave way to the account's version.
        gone: people whom the account names no more, too many to be believed: they stay until somebody says so.
        drift_s: how far the account's clock is ahead of this one, as last measured.
    """

    backlog: Backlog
    sent: int = 0
    rows: tuple[QueueRow, ...] = ()
    conflicts: int = 0
    gone: int = 0
    drift_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeStep:
    """How far a code that is sent has come.

    Attributes:
        asked: it is known who it is for; the code itself is what is typed now.
        sending: whether it went out is not known yet.
        to: where it went, as much as may be shown; empty where nobody may know.
        trouble: what went wrong last.
        can_resend: another one may be asked for right now; ``again_ms``: when it may be, None where no more are sent.
    """

    asked: bool = False
    sending: bool = False
    to: str = ""
    trouble: CodeTrouble | None = None
    can_resend: bool = False
    again_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The ways in without a face, on their screen. Says nothing about whose proof was shown.

    Attributes:
        ways: open right now, in this order.
        way: the one that was chosen; None while none is.
        refused: why the last proof was not taken; None where there was none.
        busy: a proof is being looked at.
        owes: something was proved, and one more proof is wanted; ``by_face``: a face was what proved it.
        code: of the way by a code that is sent; None before it was chosen.
    """

    ways: tuple[Way, ...]
    way: Way | None = None
    refused: Reason | None = None
    busy: bool = False
    owes: bool = False
    by_face: bool = False
    code: CodeStep | None = None


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
        lit: the screen's own light is asked (capture screen); ``light`` is the colour of this moment, or empty.
        can_refuse_light: the person may say that they want no colours.
        outcome, reason, truth, name, similarity: of the result, on the result screen only.
        because, truth_since_ms: why the truth is what it is (an error's code) and since when; with the result only.
        tries_left: before the station locks, None where it does not count.
        another_way: this screen may offer the ways in without a face; ``entry`` is what their own screen shows.
        until_ms: when this screen ends by itself, on the monotonic clock; None where it does not.
        now_ms: the monotonic clock when this snapshot was made.
        stills: how many pictures an enrolment has kept (review).
        details: what was typed, on the form, the duplicate and the review screen only.
        checks: how good the newest picture is, component by component (capture screen of an enrolment).
        sides_left: views from the side that are still to be taken; ``ask`` says where to turn (challenge screen).
        candidate, may_override: on the duplicate screen; whether who is at the desk may say that they are two people.
        replacing: what is reviewed changes somebody who is on record.
        sending: on the review screen, once it is known; None without an account.
        receipt: on the result screen of an enrolment, once it is made.
        scan: on the form, while a document is held before the camera.
        people: how many people the gallery holds.
        camera, camera_name, fps, dropped: of the camera; fps is frames a second taken in over the last seconds.
        link, pending, buried: of the network and of unsent records.
        account: there is one.
        manned: there are operators on record; then an enrolment needs one who is signed in.
        operator_name, operator_role: of whoever is signed in; empty and None where nobody is.
        notice: what has happened to the records and an operator must be told.
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
    lit: bool = False
    light: str = ""
    can_refuse_light: bool = False
    outcome: Outcome | None = None
    reason: Reason | None = None
    truth: Truth | None = None
    name: str = ""
    similarity: float | None = None
    because: Code | None = None
    truth_since_ms: float | None = None
    tries_left: int | None = None
    another_way: bool = False
    entry: Entry | None = None
    until_ms: float | None = None
    now_ms: float = 0.0
    stills: int = 0
    details: Details | None = None
    checks: tuple[Check, ...] = ()
    sides_left: int = 0
    candidate: Candidate | None = None
    may_override: bool = True
    replacing: bool = False
    sending: Sending | None = None
    receipt: Receipt | None = None
    scan: Scan | None = None
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
    notice: Code | None = None
    account: bool = False
    manned: bool = False
    operator_name: str = ""
    operator_role: Role | None = None
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
        """Take the pictures again (review and duplicate screen)."""
        ...

    def refuse_light(self) -> None:
        """No colours, please (capture screen): the head motions are asked for instead."""
        ...

    def skip_sides(self) -> None:
        """The person does not turn their head (challenge screen of an enrolment's side views)."""
        ...

    def reopen_form(self) -> None:
        """Back to the details; the pictures stay (review screen)."""
        ...

    def same_person(self) -> None:
        """Whom the search found is who is here: change their record (duplicate screen)."""
        ...

    def another_person(self, reason: str) -> None:
        """They are two people; ``reason`` is a word of :class:`~kiosk.domain.session.enrolling.Override` (duplicate screen)."""
        ...

    def own_picture(self) -> bytes | None:
        """JPEG of who is being enrolled (duplicate screen). Takes a moment: never on the GUI's thread."""
        ...

    def candidate_picture(self) -> bytes | None:
        """JPEG of whom the search found (duplicate screen). Takes a moment: never on the GUI's thread."""
        ...

    def begin_scan(self) -> None:
        """Read a document that is held before the camera (form)."""
        ...

    def end_scan(self) -> None:
        """Back to typing (form)."""
        ...

    def save_receipt(self) -> None:
        """Write the receipt as a PDF into the station's folder for receipts (result of an enrolment)."""
        ...

    def cancel(self) -> None:
        """End this visit (any screen of a visit)."""
        ...

    def ask_another_way(self) -> None:
        """Come in without a face (any screen of a visitor at a door that says ``another_way``)."""
        ...

    def choose_way(self, way: Way | None) -> None:
        """This way in; None goes back to the choice (alternative screen)."""
        ...

    def give_pin(self, number: str, pin: str) -> None:
        """A number and its PIN were typed (alternative screen)."""
        ...

    def ask_code(self, number: str) -> None:
        """A code, please, for this number; empty for another one, or for who owes a proof (alternative screen)."""
        ...

    def give_code(self, code: str) -> None:
        """The code that was sent was typed (alternative screen)."""
        ...

    def try_again(self) -> None:
        """Who was refused tries once more (result screen at a door)."""
        ...

    def slow_down(self, factor: float) -> None:
        """People need so many times as long from now on; 1.0 ends it (any screen)."""
        ...

    def ask_help(self) -> None:
        """Call the attendant (any screen)."""
        ...

    def open_office(self) -> None:
        """The gesture: the operator's room, or the sign-in page before it (any screen between visits)."""
        ...

    def close_office(self) -> None:
        """Back to work (operator's screen)."""
        ...

    def sign_out(self) -> None:
        """Whoever is signed in goes (any screen)."""
        ...

    def operator_acts(self) -> None:
        """Somebody types or clicks in the operator's room, which keeps them signed in."""
        ...

    def ask_office(self, request: OfficeRequest, reply: Callable[[OfficeReply], None]) -> None:
        """Ask something of :mod:`kiosk.station.office`; ``reply`` is called once, on any thread, maybe at once."""
        ...
