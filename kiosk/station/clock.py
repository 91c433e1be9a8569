"""The real clock. Tests own another one."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class SystemClock:
    """Wall clock in UTC and the monotonic clock of this process; any thread."""

    def now(self) -> datetime:
        """Aware, UTC."""
        return datetime.now(UTC)

    def mono_ms(self) -> float:
        """Milliseconds since some fixed moment."""
        return time.monotonic_ns() / 1e6


def rfc3339(at: datetime) -> str:
    """``2026-01-02T03:04:05.678Z``."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
