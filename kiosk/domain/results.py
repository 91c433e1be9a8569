"""The results log: what may be asked of it, a page of it, and counts for a report. Values only."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.person import Truth
from kiosk.domain.record import Validation


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
