"""For the tests of the window: hand-made snapshots, a camera that shows what it is told, intents that remember what was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from PySide6.QtWidgets import QWidget

from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.errors import Code
from kiosk.domain.face import Frame
from kiosk.domain.guidance import Hint
from kiosk.domain.passes import Way
from kiosk.domain.person import Details, Truth
from kiosk.station.office.requests import OfficeReply, OfficeRequest
from kiosk.station.snapshot import CameraState, Candidate, Entry, Mode, Screen, Snapshot
from kiosk.ui.main_window import KioskWindow


class RecordingIntents:
    """Every call with its arguments, in order."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.asked: list[OfficeRequest] = []
        self.answers: dict[type[OfficeRequest], object] = {}
        self.acts = 0
        self.own: bytes | None = None
        self.candidate: bytes | None = None

    def begin_enrolment(self) -> None:
        self.calls.append(("begin_enrolment",))

    def give_consent(self, text_version: str) -> None:
        self.calls.append(("give_consent", text_version))

    def refuse_consent(self) -> None:
        self.calls.append(("refuse_consent",))

    def submit_details(self, details: Details) -> None:
        self.calls.append(("submit_details", details))

    def accept_review(self) -> None:
        self.calls.append(("accept_review",))

    def retake(self) -> None:
        self.calls.append(("retake",))

    def skip_sides(self) -> None:
        self.calls.append(("skip_sides",))

    def refuse_light(self) -> None:
        self.calls.append(("refuse_light",))

    def reopen_form(self) -> None:
        self.calls.append(("reopen_form",))

    def same_person(self) -> None:
        self.calls.append(("same_person",))

    def another_person(self, reason: str) -> None:
        self.calls.append(("another_person", reason))

    def own_picture(self) -> bytes | None:
        return self.own

    def candidate_picture(self) -> bytes | None:
        return self.candidate

    def begin_scan(self) -> None:
        self.calls.append(("begin_scan",))

    def end_scan(self) -> None:
        self.calls.append(("end_scan",))

    def save_receipt(self) -> None:
        self.calls.append(("save_receipt",))

    def cancel(self) -> None:
        self.calls.append(("cancel",))

    def ask_another_way(self) -> None:
        self.calls.append(("ask_another_way",))

    def choose_way(self, way: Way | None) -> None:
        self.calls.append(("choose_way", way))

    def give_pin(self, number: str, pin: str) -> None:
        self.calls.append(("give_pin", number, pin))

    def ask_code(self, number: str) -> None:
        self.calls.append(("ask_code", number))

    def give_code(self, code: str) -> None:
        self.calls.append(("give_code", code))

    def try_again(self) -> None:
        self.calls.append(("try_again",))

    def slow_down(self, factor: float) -> None:
        self.calls.append(("slow_down", factor))

    def ask_help(self) -> None:
        self.calls.append(("ask_help",))

    def open_office(self) -> None:
        self.calls.append(("open_office",))

    def close_office(self) -> None:
        self.calls.append(("close_office",))

    def sign_out(self) -> None:
        self.calls.append(("sign_out",))

    def operator_acts(self) -> None:
        self.acts += 1

    def ask_office(self, request: OfficeRequest, reply: Callable[[OfficeReply], None]) -> None:
        self.asked.append(request)
        answer = self.answers.get(type(request))
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, Code):
            reply(OfficeReply(request=request, error=answer))
        elif answer is not None:
            reply(OfficeReply(request=request, answer=answer))

    @property
    def names(self) -> list[object]:
        return [call[0] for call in self.calls]


@dataclass
class Source:
    """A camera for the window: what ``latest_frame`` gives."""

    frame: Frame | None = None
    seq: int = 0
    pulled: int = 0

    def latest(self) -> Frame | None:
        self.pulled += 1
        return self.frame

    def show(self, *, width: int = 64, height: int = 48, left: int = 0, right: int = 255) -> Frame:
        """A picture with a dark left and a bright right half."""
        pixels = np.full((height, width, 3), left, np.uint8)
        pixels[:, width // 2 :] = right
        self.seq += 1
        self.frame = Frame(pixels, self.seq, float(self.seq))
        return self.frame


@dataclass
class Desk:
    """The window with everything around it."""

    window: KioskWindow
    intents: RecordingIntents
    source: Source
    snapshots: dict[Screen, Snapshot] = field(default_factory=dict)

    def show(self, screen: Screen, **changes: object) -> Snapshot:
        """Show the hand-made snapshot of a screen, with changes."""
        snapshot = replace(self.snapshots[screen], **changes)  # type: ignore[arg-type]
        self.window.show_snapshot(snapshot)
        return snapshot

    def find(self, name: str, kind: type[QWidget] = QWidget) -> QWidget:
        """A widget of the screen that is up, by its object name."""
        found = self.window.centralWidget().findChildren(kind, name)
        seen = [widget for widget in found if widget.isVisible()]
        assert seen, f"{name} is not on screen"
        return seen[0]


PERSON = Details(first_name="Ana", last_name="Gómez", email="ana@example.org", document_type="passport")


def hand_made() -> dict[Screen, Snapshot]:
    """One snapshot a screen, as the station makes them."""
    base = Snapshot(
        screen=Screen.ATTRACT, mode=Mode.ENROLL, enrolling=True, camera=CameraState.STREAMING, fps=30.0, people=3
    )
    visit = replace(base, session="visit", now_ms=0.0, until_ms=20_000.0)
    return {
        Screen.STARTING: replace(base, screen=Screen.STARTING, loading="loading.models", loading_share=0.4),
        Screen.ATTRACT: base,
        Screen.CONSENT: replace(visit, screen=Screen.CONSENT),
        Screen.DETAILS: replace(visit, screen=Screen.DETAILS),
        Screen.CAPTURE: replace(visit, screen=Screen.CAPTURE, hint=Hint.COME_CLOSER, progress=0.3),
        Screen.CHALLENGE: replace(visit, screen=Screen.CHALLENGE, hint=Hint.OK, ask="left", progress=0.9),
        Screen.WORKING: replace(visit, screen=Screen.WORKING, until_ms=5000.0),
        Screen.DUPLICATE: replace(
            visit, screen=Screen.DUPLICATE, details=PERSON, candidate=Candidate("Ana María Gómez", 0.72)
        ),
        Screen.REVIEW: replace(visit, screen=Screen.REVIEW, details=PERSON, stills=5),
        Screen.RESULT: replace(
            visit,
            screen=Screen.RESULT,
            outcome=Outcome.GRANTED,
            reason=Reason.ENROLLED,
            truth=Truth.LOCAL,
            name="Ana Gómez",
            until_ms=3000.0,
        ),
        Screen.ALTERNATIVE: replace(
            visit,
            screen=Screen.ALTERNATIVE,
            mode=Mode.ACCESS,
            enrolling=False,
            entry=Entry(ways=(Way.PIN, Way.QR, Way.CODE, Way.ATTENDANT)),
            until_ms=90_000.0,
        ),
        Screen.LOCKED: replace(base, screen=Screen.LOCKED, until_ms=30_000.0),
        Screen.OPERATOR: replace(base, screen=Screen.OPERATOR),
        Screen.FAULT: replace(base, screen=Screen.FAULT, fault=Code.CAMERA_LOST, fault_part="camera"),
    }
