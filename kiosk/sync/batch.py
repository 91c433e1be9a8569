"""Rows that are begun together and whose acknowledgements are written together: one wait for the disk for several rows.

    due ──begin──▶ begun ──sent one by one──▶ answers ──written with the next begin, or at once where nothing follows

    begun   │ batch 2 is sent      │ batch 3 is sent      │ …
    clerk   │ writes 1, begins 3   │ writes 2, begins 4   │ …      once batches are long

What is on disk at any moment is as true as with one row at a time: a row is ``sending`` before its request leaves, and whatever
is found ``sending`` after a kill is looked up. Only there can be some of them, so the first batch is one row, it grows while all
goes well, and it never lasts longer than a moment. A long one lets the clerk, a thread of its own, write while the next one is
sent: at most one such write is under way, and a rest waits for it. Sends nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from kiosk.domain.outbox import Answered, Outbox, OutboxRow, RowState
from kiosk.domain.ports import Clock

MOST = 16
"""Rows of a batch. Twice as many at most are in doubt after a kill, on a link as fast as loopback; on a slow one the limit below
makes it one."""
AHEAD_FROM = 8
"""A batch of so many rows is long enough for a second one to be begun meanwhile."""
LONGEST_MS = 500.0
"""So long an acknowledgement may wait to be written; a batch that takes longer makes the next one half as long."""


class Batch:
    """The rows of one sender. One thread; the clerk's is inside.

    Every method that writes raises ``StoreError``: then nothing of it was written, and whatever was begun is in doubt.
    """

    def __init__(self, outbox: Outbox, clock: Clock, *, ahead_from: int = AHEAD_FROM) -> None:
        """Nothing is begun.

        Args:
            ahead_from: rows of a batch from which on the next one is begun meanwhile.
        """
        self._ahead_from = ahead_from
        self._outbox = outbox
        self._clock = clock
        self._begun: deque[OutboxRow] = deque()
        self._answers: list[tuple[str, Answered]] = []
        self._size = 0
        self._began_ms = 0.0
        self._was_long = False
        self._answered_ms = 0.0
        self._clerk: ThreadPoolExecutor | None = None
        self._ahead: Future[Sequence[OutboxRow]] | None = None
        self._ahead_of: frozenset[str] = frozenset()

    @property
    def is_open(self) -> bool:
        """Whether something is begun and not sent, or acknowledged and not written."""
        return bool(self._begun or self._answers or self._ahead)

    def take(self, due: deque[OutboxRow]) -> OutboxRow | None:
        """The next row: ``sending`` where it has only to be sent, in doubt where it must be looked up first.

        Args:
            due: what may go now, in its order; what is begun is taken from its front.

        Returns:
            None where nothing of it can be begun any more.
        """
        if not self._begun:
            self._join()
        if not self._begun and due and due[0].state is not RowState.PENDING:
            self.write()
            return due.popleft()
        if not self._begun:
            self._begin(due)
        if self._begun and self._ahead is None and self._is_long():
            self._begin_ahead(due)
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
        if self._answers and (is_late or not (self._begun or self._ahead or follows)):
            self.write()

    def write(self) -> None:
        """Write every acknowledgement."""
        if self._answers:
            self._outbox.settle(self._answers, begin=())
            self._answers.clear()

    def rest(self) -> None:
        """Nothing is sent for a while: write what is known, and what was not sent waits again. The clerk goes home."""
        self._join()
        self.write()
        if self._begun:
            self._outbox.release([row.id for row in self._begun])
            self._begun.clear()
        self._size = 0
        self._dismiss()

    def forget(self) -> set[str]:
        """The disk has refused it: the rows that were begun or acknowledged; the store has them in doubt."""
        self._dismiss()  # what the clerk has begun by now is among what the store finds when it looks
        left = {row.id for row in self._begun} | {row for row, _ in self._answers} | self._ahead_of
        self._ahead, self._ahead_of = None, frozenset()
        self._begun.clear()
        self._answers.clear()
        self._size = 0
        return left

    def _is_long(self) -> bool:
        return self._size >= self._ahead_from and not self._was_long

    def _begin(self, due: deque[OutboxRow]) -> None:
        self._size = max(1, self._size // 2) if self._was_long else min(MOST, max(1, self._size * 2))
        self._begun.extend(self._outbox.settle(self._answers, begin=self._wanted(due)))
        self._answers.clear()
        self._began_ms = self._clock.mono_ms()

    def _begin_ahead(self, due: deque[OutboxRow]) -> None:
        self._size = min(MOST, self._size * 2)
        wanted = self._wanted(due)
        if not wanted:
            return
        if self._clerk is None:
            self._clerk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="outbox")
        answers, self._answers = self._answers, []
        self._ahead_of = frozenset(wanted) | {row for row, _ in answers}
        self._ahead = self._clerk.submit(self._outbox.settle, answers, begin=wanted)

    def _wanted(self, due: deque[OutboxRow]) -> list[str]:
        wanted: list[str] = []
        while due and due[0].state is RowState.PENDING and len(wanted) < self._size:
            wanted.append(due.popleft().id)
        return wanted

    def _join(self) -> None:
        """What the clerk has begun comes behind what is begun already."""
        if self._ahead is not None:
            self._begun.extend(self._ahead.result())
            self._ahead, self._ahead_of = None, frozenset()
            self._began_ms = self._clock.mono_ms()

    def _dismiss(self) -> None:
        if self._clerk is not None:
            self._clerk.shutdown(wait=True)  # a write ends within the time that a lock may be waited for
            self._clerk = None
