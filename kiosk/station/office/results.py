"""The results log, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from kiosk.domain.operators import Action
from kiosk.domain.results import ResultLine, ResultsWanted
from kiosk.station.clock import rfc3339
from kiosk.station.office.registry import Caller, Registry
from kiosk.station.office.requests import OfficeRequest
from kiosk.station.office.tools import Tools

PAGE = 50


@dataclass(frozen=True, slots=True)
class FindResults(OfficeRequest):
    """One page of results, newest first; ``page`` counts from 0. -> :class:`ResultsPage`."""

    needs: ClassVar[Action] = Action.SEE_RESULTS
    deadline_s: ClassVar[float] = 15.0
    wanted: ResultsWanted = field(default_factory=ResultsWanted)
    page: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsPage:
    """``pages`` is at least 1; ``now`` is RFC 3339 UTC."""

    lines: tuple[ResultLine, ...]
    total: int
    page: int
    pages: int
    now: str


def extension(registry: Registry, tools: Tools) -> None:
    """The question of the results page."""

    def find(request: FindResults, caller: Caller) -> ResultsPage:
        del caller
        page = max(0, request.page)
        found = tools.store.results(request.wanted, limit=PAGE, offset=page * PAGE)
        pages = max(1, -(-found.total // PAGE))
        return ResultsPage(lines=found.lines, total=found.total, page=page, pages=pages, now=rfc3339(tools.clock.now()))

    registry.add(FindResults, find)
