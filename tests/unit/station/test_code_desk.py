"""Calls that send and check codes: by the deadline whatever the account does, how many, and what is told to whom."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from support.patience import PATIENCE_S
from support.station_parts import RealClock

from kiosk.domain.codes import AGAIN_MS, LIVES_MS, MOST_SENT, Address, CodeTrouble
from kiosk.domain.errors import ApiError, Code
from kiosk.domain.remote import CodeAnswer
from kiosk.station.code_desk import CodeDesk, trouble_of

TO = Address(email="ana@example.org")


class ShiftedClock(RealClock):
    """Runs, and can be put ahead."""

    ahead_ms = 0.0

    def mono_ms(self) -> float:
        return super().mono_ms() + self.ahead_ms


@dataclass
class ToldCodes:
    """Does as told."""

    answer: CodeAnswer = CodeAnswer.RIGHT
    error: ApiError | None = None
    hangs: bool = False
    broken: bool = False
    unhang: threading.Event = field(default_factory=threading.Event)
    sent: list[Address] = field(default_factory=list)
    pretended: int = 0

    def _do(self) -> None:
        if self.broken:
            raise ZeroDivisionError
        if self.hangs:
            self.unhang.wait(PATIENCE_S)
        if self.error is not None:
            raise self.error

    def send(self, to: Address, *, within_s: float) -> None:
        self.sent.append(to)
        self._do()

    def check(self, to: Address, code: str, *, within_s: float) -> CodeAnswer:
        self._do()
        return self.answer

    def pretend(self, *, within_s: float) -> None:
        self.pretended += 1
        self._do()


@dataclass
class Rig:
    codes: ToldCodes = field(default_factory=ToldCodes)
    clock: ShiftedClock = field(default_factory=ShiftedClock)
    heard: list[ApiError | None] = field(default_factory=list)
    told: queue.Queue[object] = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        self.desk = CodeDesk(lambda: self.codes, clock=self.clock, heard=self.heard.append)

    def send(self, subject: str = "p1") -> object:
        self.desk.send(TO, subject=subject, hidden=False, done=self.told.put)
        return self.told.get(timeout=PATIENCE_S)

    def check(self, to: Address | None = TO, *, hidden: bool = False, within_s: float = 2.0) -> object:
        self.desk.check(to, "123456", within_s=within_s, hidden=hidden, done=lambda *told: self.told.put(told))
        return self.told.get(timeout=PATIENCE_S)


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = Rig()
    yield made
    made.codes.unhang.set()
    made.desk.stop()


def test_a_code_goes_out_and_three_in_ten_minutes_at_most(rig: Rig) -> None:
    for left in range(MOST_SENT - 1, -1, -1):
        assert rig.send() is None
        assert rig.send() is (CodeTrouble.TOO_SOON if left else CodeTrouble.TOO_MANY)
        rig.clock.ahead_ms += AGAIN_MS
    assert rig.send() is CodeTrouble.TOO_MANY
    assert rig.send("p2") is None
    rig.clock.ahead_ms += LIVES_MS
    assert rig.send() is None
    assert len(rig.codes.sent) == MOST_SENT + 2
    assert rig.heard == [None] * (MOST_SENT + 2)


def test_what_surely_did_not_go_out_is_not_counted(rig: Rig) -> None:
    rig.codes.error = ApiError(Code.API_NO_LINK)
    assert rig.send() is CodeTrouble.UNREACHABLE
    rig.codes.error = ApiError(Code.API_REPLY_LOST, maybe_done=True)
    assert rig.send() is CodeTrouble.UNREACHABLE
    assert rig.send() is CodeTrouble.TOO_SOON


@pytest.mark.parametrize("hidden", [True, False])
def test_right_wrong_and_nobodys(rig: Rig, hidden: bool) -> None:
    assert rig.check(hidden=hidden) == (CodeAnswer.RIGHT, None)
    rig.codes.answer = CodeAnswer.WRONG
    assert rig.check(hidden=hidden, within_s=0.2) == (CodeAnswer.WRONG, None)
    rig.codes.answer = CodeAnswer.OVER
    over = None if hidden else CodeTrouble.EXPIRED
    assert rig.check(hidden=hidden, within_s=0.2) == (CodeAnswer.WRONG, over)
    rig.codes.answer = CodeAnswer.RIGHT
    assert rig.check(None, hidden=hidden, within_s=0.2) == (CodeAnswer.WRONG, None), "nobody is never right"
    assert rig.check(Address(), hidden=hidden, within_s=0.2) == (CodeAnswer.WRONG, None)
    assert rig.codes.pretended == 2


@pytest.mark.leaves_thread
def test_an_account_that_hangs_is_left_at_the_deadline_and_its_late_yes_is_dropped(rig: Rig) -> None:
    rig.codes.hangs = True
    assert rig.check(within_s=0.1) == (CodeAnswer.WRONG, CodeTrouble.UNREACHABLE)
    rig.codes.unhang.set()
    rig.desk.stop()
    assert rig.told.empty()
    assert [error.code for error in rig.heard if error is not None] == [Code.API_TIMEOUT]


@pytest.mark.expects_log
def test_a_bug_is_no_way_in(rig: Rig) -> None:
    rig.codes.broken = True
    assert rig.check(within_s=0.2) == (CodeAnswer.WRONG, CodeTrouble.UNREACHABLE)


def test_after_the_end_nobody_is_told(rig: Rig) -> None:
    rig.desk.stop()
    rig.desk.send(TO, subject="p1", hidden=False, done=rig.told.put)
    assert rig.told.empty()
    assert rig.codes.sent == []


@pytest.mark.parametrize(
    ("code", "hidden", "expected"),
    [
        (Code.API_NO_LINK, True, CodeTrouble.UNREACHABLE),
        (Code.API_UNAUTHORIZED, True, CodeTrouble.UNREACHABLE),
        (Code.API_BAD_REQUEST, True, None),
        (Code.API_CONFLICT, True, None),
        (Code.API_BAD_REQUEST, False, CodeTrouble.NO_ADDRESS),
        (Code.API_CONFLICT, False, CodeTrouble.UNREACHABLE),
    ],
)
def test_what_only_a_known_number_meets_is_not_told(code: Code, hidden: bool, expected: CodeTrouble | None) -> None:
    assert trouble_of(ApiError(code), hidden=hidden) is expected
