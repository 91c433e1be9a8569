"""How a run ends: the first reason counts, but for a bug of ours."""

from __future__ import annotations

from kiosk.cli.running import Ending
from kiosk.domain.errors import Code, KioskError


def test_the_first_reason_counts() -> None:
    ending = Ending()
    left: list[str] = []
    ending.leave_by(lambda: left.append("window"))
    ending.end("time_is_up")
    ending.end("demo_done", status=1)
    assert (ending.reason, ending.status, left) == ("time_is_up", 0, ["window"])


def test_a_bug_of_ours_is_never_a_good_end() -> None:
    ending = Ending()
    ending.end("demo_done")
    ending.failed("window_failed", status=4)
    ending.end("window_closed")
    assert (ending.reason, ending.status) == ("window_failed", 4)


def test_a_bad_end_keeps_its_own_status() -> None:
    ending = Ending()
    ending.end("demo_done", status=1)
    ending.failed("window_failed", status=4)
    assert ending.status == 1


def test_a_run_that_ends_while_a_part_is_broken_says_which() -> None:
    ending, fault = Ending(), KioskError(Code.CAMERA_LOST)
    ending.end("time_is_up")
    ending.settle(fault)
    assert ending.error is fault
