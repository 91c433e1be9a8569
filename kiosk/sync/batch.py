"""Rows that are begun together and whose acknowledgements are written together: one wait for the disk for several rows.

    due ──begin──▶ begun ──sent one by one──▶ answers ──written with the next begin, or at once where nothing follows

What is on disk at any moment is as true as with one row at a time: a row is ``sending`` before its request leaves, and whatever
is found ``sending`` after a kill is looked up. Only there can be some of them, so the first batch is one row, it grows while all
goes well, and it never lasts longer than a moment. Sends nothing.
"""

from __future__ import annotations

from collections import deque

from kiosk.domain.outbox import Answered, Outbox, OutboxRow, RowState
from kiosk.domain.ports import Clock

MOST = 32
"""So many rows at most are in doubt after a kill: on a link as fast as loopback. On a slow one the limit below makes it one."""
LONGEST_MS = 500.0
"""So long an acknowledgement may wait to be written; a batch that takes longer makes the next one half as long."""


class Batch:
    """The rows of one sender. One thread.

    Every method that writes raises ``StoreError``: then nothing of it was written, and whatever was begun is in doubt.
    """

    def __init__(self, outbox: Outbox, clock: Clock) -> None:
        """Nothing is begun."""
        self._outbox = outbox
        self._clock = clock
        self._begun: deque[OutboxRow] = deque()
        self._answers: list[tuple[str, Answered]] = []
        self._size = 0
        self._began_ms = 0.0
        self._was_long = False
        self._answered_ms = 0.0

    @property
    def is_open(self) -> bool:
        """Whether something is begun and not sent, or acknowledged and not written."""
        return bool(self._begun or self._answers)

    def take(self, due: deque[OutboxRow]) -> OutboxRow | None:
        """The next row: ``sending`` where it has only to be sent, in doubt where it must be looked up first.

        Args:
            due: what may go now, in its order; what is begun is taken from its front.

        Returns:
            None where nothing of it can be begun any more.
        """
        if not self._begun and due and due[0].state is not RowState.PENDING:
            self.write()
            return due.popleft()
        if not self._begun:
            self._begin(due)
        return self._begun.popleft() if self._begun else None

    def keep(self, row: str, answer: Answered) -> None:
        """The account has acknowledged this row; to be written soon."""
        if not self._answers:
            self._answered_ms = self._clock.mono_ms()
        self._answers.append((row, answer))

    def failed(self) -> None:
        """A row was not acknowledged: the next batch begins with one again."""
        self._size = 0

    def after(self, *, follows: bool) -> None:
        """A row has been sent: write what must not wait longer.

        Args:
            follows: something else is due, so that the next begin will write it.
        """
        now = self._clock.mono_ms()
        if not self._begun:
            self._was_long = now - self._began_ms > LONGEST_MS
        is_late = now - self._answered_ms >= LONGEST_MS
        if self._answers and (is_late or not (self._begun or follows)):
            self.write()

    def write(self) -> None:
        """Write every acknowledgement."""
        if self._answers:
            self._outbox.settle(self._answers, begin=())
            self._answers.clear()

    def rest(self) -> None:
        """Nothing is sent for a while: write what is known, and what was not sent waits again."""
        self.write()
        if self._begun:
            self._outbox.release([row.id for row in self._begun])
            self._begun.clear()
        self._size = 0

    def forget(self) -> set[str]:
        """The disk has refused it: the rows that were begun or acknowledged; the store has them in doubt."""
        left = {row.id for row in self._begun} | {row for row, _ in self._answers}
        self._begun.clear()
        self._answers.clear()
        self._size = 0
        return left

    def _begin(self, due: deque[OutboxRow]) -> None:
        self._size = max(1, self._size // 2) if self._was_long else min(MOST, max(1, self._size * 2))
        wanted: list[str] = []
        while due and due[0].state is RowState.PENDING and len(wanted) < self._size:
            wanted.append(due.popleft().id)
        self._begun.extend(self._outbox.settle(self._answers, begin=wanted))
        self._answers.clear()
        self._began_ms = self._clock.mono_ms()
