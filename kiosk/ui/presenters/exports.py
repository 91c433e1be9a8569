"""The exports page: what can be written, where it goes, and what lies there."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.station.office.exports import ExportsShown, Written
from kiosk.ui.text import Text

DAYS = (7, 30, 90, 365)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportsView:
    """The page. ``files`` are names in ``folder``; ``nothing`` stands in the place of a list without any."""

    body: str
    people: str
    results: str
    report: str
    span: str
    days: tuple[tuple[int, str], ...]
    folder: str
    files: tuple[str, ...]
    delete: str
    sure: str
    warning: str
    nothing: str = ""


def present(shown: ExportsShown | None, text: Text) -> ExportsView:
    """No file is listed before the folder was read."""
    return ExportsView(
        body=text.get("exports.body"),
        people=text.get("exports.people"),
        results=text.get("exports.results"),
        report=text.get("exports.report"),
        span=text.get("exports.span"),
        days=tuple((days, text.get("exports.days", count=days)) for days in DAYS),
        folder=text.get("exports.folder", folder=shown.folder) if shown is not None else "",
        files=shown.files if shown is not None else (),
        delete=text.get("exports.delete"),
        sure=text.get("exports.delete_sure"),
        warning=text.get("exports.warning"),
        nothing=text.get("exports.nothing") if shown is not None and not shown.files else "",
    )


def written(done: Written, text: Text) -> str:
    """Where it is and how much is in it."""
    return text.get("exports.written", count=done.count, path=done.path)
