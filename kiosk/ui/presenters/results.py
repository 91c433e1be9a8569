"""The results page: one page of the log with its filters, truth labels and ages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.person import Truth
from kiosk.domain.results import ResultLine, ResultsWanted
from kiosk.station.office.results import ResultsPage
from kiosk.ui.presenters.common import Tone
from kiosk.ui.presenters.people import TRUTH_TONES, age
from kiosk.ui.text import Text


class Since(StrEnum):
    """How far back."""

    ALWAYS = "always"
    TODAY = "today"
    WEEK = "week"
    MONTH = "month"


_DAYS = {Since.TODAY: 1, Since.WEEK: 7, Since.MONTH: 30}


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One result."""

    id: str
    cells: tuple[str, ...]
    tone: Tone
    detail: str


@dataclass(frozen=True, slots=True)
class FilterView:
    """One filter: its name for screen readers, and its choices as value and words; the first is any."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsView:
    """``place`` says which page of how many; ``newer`` and ``older`` whether there is one; ``nothing`` stands in the
    place of a list without any.
    """

    filters: tuple[FilterView, ...]
    columns: tuple[str, ...]
    rows: tuple[ResultRow, ...]
    place: str
    newer_words: str
    older_words: str
    newer: bool
    older: bool
    nothing: str = ""


def present(found: ResultsPage | None, text: Text, *, filtered: bool = False) -> ResultsView:
    """Nothing is listed before it was read. ``filtered``: not everything was asked for."""
    place = nothing = ""
    if found is not None and not found.total:
        nothing = text.get("results.nothing_fits" if filtered else "results.nothing")
    if found is not None:
        count = text.count("results.count", found.total) if found.total else text.get("results.count_none")
        where = text.get("results.place", page=found.page + 1, pages=found.pages) if found.pages > 1 else ""
        place = " · ".join(part for part in (count, where) if part)
    return ResultsView(
        filters=filters(text),
        columns=tuple(text.get(f"results.column_{name}") for name in ("when", "what", "reason", "who", "truth")),
        rows=tuple(_row(line, found.now, text) for line in found.lines) if found is not None else (),
        place=place,
        newer_words=text.get("results.newer"),
        older_words=text.get("results.older"),
        newer=found is not None and found.page > 0,
        older=found is not None and found.page + 1 < found.pages,
        nothing=nothing,
    )


def filters(text: Text) -> tuple[FilterView, ...]:
    """Outcome, truth, reason, and how far back."""
    return (
        _filter("outcome", [(each.value, text.get(f"log_outcome.{each}")) for each in Outcome], text),
        _filter("truth", [(each.value, text.get(f"truth.{each}")) for each in Truth], text),
        _filter("reason", [(each.value, reason_words(each, text)) for each in Reason], text),
        _filter("since", [(each.value, text.get(f"results.since_{each}")) for each in _DAYS], text),
    )


def _filter(name: str, choices: list[tuple[str, str]], text: Text) -> FilterView:
    return FilterView(name, text.get(f"results.filter_{name}"), (("", text.get(f"results.any_{name}")), *choices))


def wanted(chosen: dict[str, str], now: datetime) -> ResultsWanted:
    """What was chosen, as a question. ``today`` begins at local midnight."""
    since = ""
    if chosen.get("since"):
        days = _DAYS[Since(chosen["since"])]
        midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        begun = (midnight - timedelta(days=days - 1)).astimezone(UTC)
        since = begun.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return ResultsWanted(
        outcome=Outcome(chosen["outcome"]) if chosen.get("outcome") else None,
        truth=Truth(chosen["truth"]) if chosen.get("truth") else None,
        reason=Reason(chosen["reason"]) if chosen.get("reason") else None,
        since=since,
    )


def reason_words(reason: Reason, text: Text) -> str:
    """For a list: short, where the language has short words for it."""
    return text.pick(f"log_reason.{reason}", f"reason.{reason}")


def _row(line: ResultLine, now: str, text: Text) -> ResultRow:
    found = line.validation
    cells = (
        age(found.created_at, now, text),
        text.get(f"log_outcome.{found.outcome}"),
        reason_words(found.reason, text),
        line.name,
        text.get(f"truth.{found.truth}"),
    )
    return ResultRow(found.id, cells, TRUTH_TONES[found.truth], _detail(line, now, text))


def _detail(line: ResultLine, now: str, text: Text) -> str:
    """Everything about one result in a sentence each, with how long the truth has been what it is."""
    found = line.validation
    said = [line.name] if line.name else []
    said.append(text.get(f"reason.{found.reason}"))
    said.append(f"{text.get(f'truth.{found.truth}')}, {age(found.updated_at, now, text)}")
    said.append(f"{text.get('people.liveness')} {found.liveness_score:.2f}")
    if found.similarity is not None:
        said.append(text.get("results.similarity", value=f"{found.similarity:.2f}"))
    return " · ".join(said)
