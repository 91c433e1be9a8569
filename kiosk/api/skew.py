"""How far the server's clock is ahead of ours, from the ``Date`` of its answers. A station's own clock may be hours wrong."""

from __future__ import annotations

import statistics
from collections import deque
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

KEPT = 9
SLOWEST_S = 10.0
"""An answer that took longer says too little about when the server wrote its date."""


class Skew:
    """Median of the last answers. Any thread: appending to a bounded deque is atomic."""

    def __init__(self) -> None:
        """Nothing heard yet."""
        self._heard: deque[float] = deque(maxlen=KEPT)

    @property
    def offset_s(self) -> float:
        """Server minus here; 0.0 before the first answer."""
        heard = tuple(self._heard)
        return statistics.median(heard) if heard else 0.0

    def hear(self, date: str, *, now: datetime, round_trip_s: float) -> None:
        """One answer that has just come.

        Args:
            date: its ``Date`` header; whole seconds, so half a second is added.
            now: our clock.
            round_trip_s: from sending to now; the server is taken to have written its date half-way.
        """
        if not 0.0 <= round_trip_s <= SLOWEST_S:
            return
        try:
            theirs = parsedate_to_datetime(date)
            theirs = theirs.astimezone(UTC) if theirs.tzinfo else theirs.replace(tzinfo=UTC)
        except (TypeError, ValueError, IndexError, OverflowError):  # the library's reader of dates raises any of these
            return
        self._heard.append((theirs - now).total_seconds() + 0.5 + round_trip_s / 2)
