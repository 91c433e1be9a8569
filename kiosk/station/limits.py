"""How far the station may go on by itself, looked at every few seconds: see :mod:`kiosk.domain.allowance`."""

from __future__ import annotations

import logging
from collections.abc import Callable

from kiosk.domain.allowance import Allowance, allowance
from kiosk.domain.outbox import Backlog
from kiosk.domain.policy import Offline
from kiosk.domain.ports import Clock

logger = logging.getLogger(__name__)

EVERY_MS = 5_000.0


class Limits:
    """One thread.

    Args:
        free_disk_mb: where the database is; may raise ``OSError``; None where it is not looked at.
        days_without_sync: since the account last answered; None without an account.
    """

    def __init__(
        self,
        policy: Offline,
        clock: Clock,
        *,
        free_disk_mb: Callable[[], float] | None,
        days_without_sync: Callable[[], float | None] | None,
    ) -> None:
        """Nothing was looked at yet."""
        self._policy = policy
        self._clock = clock
        self._free_disk_mb = free_disk_mb
        self._days = days_without_sync
        self._due_ms = float("-inf")
        self._told: Allowance = Allowance()

    def look(self, backlog: Backlog) -> Allowance | None:
        """The allowance where it has changed; None where it has not, or where it is not time yet."""
        now = self._clock.mono_ms()
        if now < self._due_ms:
            return None
        self._due_ms = now + EVERY_MS
        found = allowance(
            self._policy,
            account=self._days is not None,
            days_without_sync=self._days() if self._days is not None else None,
            unsent=backlog.pending + backlog.doubt + backlog.buried,
            free_disk_mb=self._free(),
        )
        if found == self._told:
            return None
        self._told = found
        logger.info("going on alone: refused %s, near %s", found.refused, found.warned)
        return found

    def _free(self) -> float | None:
        if self._free_disk_mb is None:
            return None
        try:
            return self._free_disk_mb()
        except OSError:
            return None
