"""The results log: what may be asked of it, a page of it, and counts for a report. Values only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.person import Truth
from kiosk.domain.record import Validation

K = TypeVar("K")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsWanted:
    """Which results; None and empty mean any.

    Attributes:
        since, until: RFC 3339 UTC; ``since`` included, ``until`` not.
    """

    outcome: Outcome | None = None
    truth: Truth | None = None
    reason: Reason | None = None
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultLine:
    """One result and, where it is about somebody on record, their name for the screen."""

    validation: Validation
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsFound:
    """A page. ``total`` counts everything that fits, not only the page."""

    lines: tuple[ResultLine, ...]
    total: int


@dataclass(frozen=True, slots=True)
class ResultCount:
    """How many results of one kind there were on one day (UTC, ``2026-01-31``)."""

    day: str
    outcome: Outcome
    truth: Truth
    reason: Reason
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Results in numbers, for a page of charts. Nobody is in it.

    Attributes:
        days: first to last, each ``2026-01-31`` (UTC), without gaps; never empty.
        made_at: RFC 3339 UTC.
        people: on record when it was made.
    """

    station: str
    days: tuple[str, ...]
    counts: tuple[ResultCount, ...]
    people: int
    made_at: str

    @property
    def total(self) -> int:
        """All results."""
        return sum(each.count for each in self.counts)

    def by_day(self) -> tuple[tuple[str, dict[Outcome, int]], ...]:
        """Each day with how many results of each outcome."""
        return tuple((day, self._by(lambda each: each.outcome, day=day)) for day in self.days)

    def by_outcome(self) -> dict[Outcome, int]:
        """How many results of each outcome."""
        return self._by(lambda each: each.outcome)

    def by_truth(self) -> dict[Truth, int]:
        """How many results of each truth."""
        return self._by(lambda each: each.truth)

    def refusals(self) -> tuple[tuple[Reason, int], ...]:
        """Why people were refused, most often first."""
        found: dict[Reason, int] = {}
        for each in self.counts:
            if each.outcome is not Outcome.GRANTED:
                found[each.reason] = found.get(each.reason, 0) + each.count
        return tuple(sorted(found.items(), key=lambda entry: (-entry[1], entry[0].value)))

    def _by(self, kind: Callable[[ResultCount], K], day: str = "") -> dict[K, int]:
        found: dict[K, int] = {}
        for each in self.counts:
            if not day or each.day == day:
                found[kind(each)] = found.get(kind(each), 0) + each.count
        return found
