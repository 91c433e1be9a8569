"""One deadline for a conversation of many calls."""

from __future__ import annotations

from kiosk.api.errors import LinkError
from kiosk.domain.errors import Code
from kiosk.domain.ports import Clock


class Deadline:
    """Begins when it is made."""

    def __init__(self, clock: Clock, within_s: float) -> None:
        """Everything from now on, in so many seconds."""
        self._clock = clock
        self._ends_ms = clock.mono_ms() + within_s * 1000

    @property
    def left_s(self) -> float:
        """Seconds, negative once it has passed."""
        return (self._ends_ms - self._clock.mono_ms()) / 1000

    def left(self, what: str) -> float:
        """Seconds for the next call.

        Raises:
            ApiError: ``api_timeout``: there are none; nothing was sent.
        """
        left = self.left_s
        if left <= 0:
            raise LinkError(Code.API_TIMEOUT, f"{what}: no time left")
        return left
