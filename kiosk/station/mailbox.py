"""The newest value wins: how frames go from the camera to vision and to the screen without a queue."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class LatestSlot(Generic[T]):
    """Holds one value. A value that nobody took before the next one came is dropped and counted. Any thread may call."""

    def __init__(self) -> None:
        """Start empty."""
        self._condition = threading.Condition()
        self._value: T | None = None
        self._fresh = False
        self._dropped = 0

    def put(self, value: T) -> None:
        """Replace what is there."""
        with self._condition:
            if self._fresh:
                self._dropped += 1
            self._value = value
            self._fresh = True
            self._condition.notify()

    def take(self, timeout_s: float) -> T | None:
        """The newest value not taken yet, or None after ``timeout_s``."""
        with self._condition:
            if not self._fresh:
                self._condition.wait(timeout_s)
            if not self._fresh:
                return None
            self._fresh = False
            return self._value

    def peek(self) -> T | None:
        """The newest value, taken or not; for painting."""
        with self._condition:
            return self._value

    def clear(self) -> None:
        """Forget the value: an old picture is never shown or judged as if it were live."""
        with self._condition:
            self._value = None
            self._fresh = False

    def wake(self) -> None:
        """Let a waiting ``take`` return at once."""
        with self._condition:
            self._condition.notify_all()

    @property
    def dropped(self) -> int:
        """How many values nobody took."""
        with self._condition:
            return self._dropped


class Tee(LatestSlot[T]):
    """Puts into two slots at once: frames for vision, and the same frames for painting."""

    def __init__(self, first: LatestSlot[T], second: LatestSlot[T]) -> None:
        """Keep both; the second is filled before the first."""
        super().__init__()
        self._first = first
        self._second = second

    def put(self, value: T) -> None:
        """Into both."""
        self._second.put(value)
        self._first.put(value)

    def clear(self) -> None:
        """Both."""
        self._second.clear()
        self._first.clear()
