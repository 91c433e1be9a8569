"""Before anything is saved: what was taken and typed, and what will be kept."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.person import WIRE, Details, DocumentType
from kiosk.station.snapshot import Snapshot
from kiosk.ui.dates import in_full
from kiosk.ui.presenters.common import CountdownView, StepsView, countdown, steps
from kiosk.ui.text import Text


@dataclass(frozen=True, slots=True)
class Line:
    """One detail; ``given`` is False where nothing was typed."""

    name: str
    label: str
    value: str
    given: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """Pictures, details, and the three ways on."""

    steps: StepsView | None
    title: str
    pictures: str
    nothing_yet: str
    saved_title: str
    saved: str
    lines: tuple[Line, ...]
    save: str
    retake: str
    cancel: str
    help: str
    countdown: CountdownView
    edit: str = ""
    sent_title: str = ""
    sent: str = ""
    replacing: str = ""


def present(snapshot: Snapshot, text: Text) -> ReviewView:
    """Everything that would be saved."""
    details = snapshot.details
    return ReviewView(
        steps=steps(snapshot, text),
        title=text.get("review.title_replacing" if snapshot.replacing else "review.title"),
        pictures=text.count("review.pictures", snapshot.stills),
        nothing_yet=text.get("review.nothing_yet"),
        saved_title=text.get("review.saved_title"),
        saved=text.get("review.saved"),
        lines=tuple(_line(details, name, text) for name in WIRE) if details else (),
        save=text.get("button.save"),
        retake=text.get("button.retake"),
        cancel=text.get("button.cancel"),
        help=text.get("button.help"),
        countdown=countdown(snapshot, text, key="review.time_left", below_s=30),
        edit=text.get("button.edit_details"),
        sent_title=text.get("review.sent_title"),
        sent=_sent(snapshot, text),
        replacing=text.get("review.replacing") if snapshot.replacing else "",
    )


def _sent(snapshot: Snapshot, text: Text) -> str:
    """Names of fields and the size of the picture, from the very request; empty while it is not known yet."""
    if not snapshot.account:
        return text.get("review.sent_nothing")
    sending = snapshot.sending
    if sending is None:
        return ""
    names = [
        _sent_name(name, text) if size is None else text.get("review.sent_picture", size=max(1, round(size / 1000)))
        for name, size in sending.fields
    ]
    return text.get("review.sent", account=sending.account, fields=", ".join(names))


_OF_WIRE = {wire: name for name, wire in WIRE.items()}


def _sent_name(wire: str, text: Text) -> str:
    """What people call a field of the request; one that this station has no word for keeps its own name."""
    last = wire.rpartition(".")[2]
    name = _OF_WIRE.get(last, last)
    key = next((key for key in (f"details.{name}", f"review.sent_{name}") if text.has(key)), "")
    return text.get(key) if key else wire


def _line(details: Details, name: str, text: Text) -> Line:
    value = str(getattr(details, name))
    if name == "document_type" and value in tuple(DocumentType):
        value = text.get(f"document.{value}")
    if name == "date_of_birth":
        value = in_full(value, text)
    return Line(name, text.get(f"details.{name}"), value or text.get("review.not_given"), given=bool(value))
