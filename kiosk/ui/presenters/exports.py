"""The exports page: what can be written, where it goes, and what lies there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

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
    place: str = ""
    again: str = ""
    places: tuple[tuple[str, str], ...] = ()
    anywhere: bool = False


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
        place=text.get("exports.place"),
        again=text.get("exports.look"),
        places=_places(shown, text),
        anywhere=shown is not None and shown.anywhere,
        nothing=text.get("exports.nothing") if shown is not None and not shown.files else "",
    )


def _places(shown: ExportsShown | None, text: Text) -> tuple[tuple[str, str], ...]:
    """Each with its words: the station's own folder first, then sticks by their names."""
    if shown is None or not shown.places:
        return ()
    own, *drives = shown.places
    named = [(place, text.get("exports.place_drive", name=PurePath(place).name or place)) for place in drives]
    return ((own, text.get("exports.place_own")), *named)


def written(done: Written, text: Text) -> str:
    """Where it is and how much is in it."""
    return text.get("exports.written", count=done.count, path=done.path)
