"""How long and how far a station may go on by itself: first a warning, then nobody new is enrolled. Logins are not its matter."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.decision import Reason
from kiosk.domain.policy import Offline

WARN_FROM = 0.8
"""Of a limit."""

WARN_DISK = 2.0
"""Times the free space that must be left."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left.

    Attributes:
        refused: why nobody new may be enrolled, or None.
        warned: which limit comes near, or None.
    """

    refused: Reason | None = None
    warned: Reason | None = None


def allowance(
    policy: Offline,
    *,
    account: bool,
    days_without_sync: float | None,
    unsent: int,
    free_disk_mb: float | None,
) -> Allowance:
    """Judge the station's state.

    Args:
        policy: the limits.
        account: without one only the disk counts: nothing is ever sent.
        days_without_sync: since the account last answered; None where nobody knows. A clock that went back counts as no time.
        unsent: records that wait, those in doubt and those for the operator included.
        free_disk_mb: where the database is; None where nobody knows.
    """
    shares: list[tuple[float, Reason]] = []
    if free_disk_mb is not None and policy.min_free_disk_mb > 0:
        left = free_disk_mb / policy.min_free_disk_mb
        shares.append((1.0 if left < 1.0 else WARN_FROM if left < WARN_DISK else 0.0, Reason.DISK_NEARLY_FULL))
    if account:
        shares.append((unsent / policy.max_unsent, Reason.TOO_MANY_UNSENT))
        if days_without_sync is not None:
            shares.append((days_without_sync / policy.max_days_without_sync, Reason.TOO_LONG_OFFLINE))
    return Allowance(
        refused=next((reason for share, reason in shares if share >= 1.0), None),
        warned=next((reason for share, reason in shares if share >= WARN_FROM), None),
    )
