"""How far a station may go on by itself: warned first, then refused, and never because of what nobody knows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as hst

from kiosk.domain.allowance import Allowance, allowance
from kiosk.domain.decision import Reason
from kiosk.domain.policy import Offline

POLICY = Offline(max_days_without_sync=10.0, max_unsent=100, min_free_disk_mb=200.0)


def judged(*, account: bool = True, days: float | None = 0.0, unsent: int = 0, disk: float | None = 1e6) -> Allowance:
    return allowance(POLICY, account=account, days_without_sync=days, unsent=unsent, free_disk_mb=disk)


@pytest.mark.parametrize(
    ("days", "unsent", "disk", "warned", "refused"),
    [
        (0.0, 0, 1e6, None, None),
        (8.0, 0, 1e6, Reason.TOO_LONG_OFFLINE, None),
        (10.0, 0, 1e6, Reason.TOO_LONG_OFFLINE, Reason.TOO_LONG_OFFLINE),
        (0.0, 80, 1e6, Reason.TOO_MANY_UNSENT, None),
        (0.0, 100, 1e6, Reason.TOO_MANY_UNSENT, Reason.TOO_MANY_UNSENT),
        (0.0, 0, 399.0, Reason.DISK_NEARLY_FULL, None),
        (0.0, 0, 199.0, Reason.DISK_NEARLY_FULL, Reason.DISK_NEARLY_FULL),
        (None, 0, None, None, None),
    ],
)
def test_first_a_warning_then_no(
    days: float | None, unsent: int, disk: float | None, warned: Reason | None, refused: Reason | None
) -> None:
    assert judged(days=days, unsent=unsent, disk=disk) == Allowance(refused, warned)


def test_without_an_account_only_the_disk_counts() -> None:
    assert judged(account=False, days=99.0, unsent=999) == Allowance()
    assert judged(account=False, disk=1.0).refused is Reason.DISK_NEARLY_FULL


@given(
    hst.none() | hst.floats(-1e6, 1e6),
    hst.integers(0, 10**6),
    hst.none() | hst.floats(0, 1e9),
    hst.booleans(),
)
def test_nobody_is_refused_without_a_warning(
    days: float | None, unsent: int, disk: float | None, account: bool
) -> None:
    found = judged(account=account, days=days, unsent=unsent, disk=disk)
    assert found.refused is None or found.warned is not None
