"""A gateway and a prober that do as told: answer, wait, hang, fail. Hand-written, for the station's own ports."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from support.patience import PATIENCE_S

from kiosk.domain.errors import ApiError, Code
from kiosk.domain.remote import Answer, Verdict


@dataclass
class Asked:
    """One question."""

    image: bytes
    mark: str
    within_s: float


@dataclass
class ToldGateway:
    """Answers with ``says``, after ``delay_s``; an ``ApiError`` is raised. While ``hangs`` is set nothing comes back."""

    says: Verdict | ApiError = field(default_factory=lambda: ApiError(Code.API_NO_LINK))
    delay_s: float = 0.0
    questions: list[Asked] = field(default_factory=list)
    hangs: bool = False
    keeps_time: bool = True
    broken: bool = False
    unhang: threading.Event = field(default_factory=threading.Event)

    def login(self, image: bytes, *, mark: str, within_s: float) -> Verdict:
        self.questions.append(Asked(image, mark, within_s))
        if self.broken:
            raise ZeroDivisionError
        if self.hangs:
            self.unhang.wait(PATIENCE_S)
        if self.delay_s > within_s and self.keeps_time:
            self.unhang.wait(within_s)
            raise ApiError(Code.API_TIMEOUT, maybe_done=True)
        if self.delay_s:
            self.unhang.wait(self.delay_s)
        if isinstance(self.says, ApiError):
            raise self.says
        return self.says


@dataclass
class ToldProber:
    """Answers, or raises ``error``; remembers when it was asked (monotonic seconds)."""

    error: ApiError | None = None
    asked: list[float] = field(default_factory=list)

    def probe(self, *, within_s: float) -> None:
        self.asked.append(time.monotonic())
        if self.error is not None:
            raise self.error


def yes(remote_id: str, name: str = "") -> Verdict:
    """The account knows them."""
    return Verdict(answer=Answer.ACCEPTED, remote_id=remote_id, name=name, validation_id="v-remote", status="validated")
