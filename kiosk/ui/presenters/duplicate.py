"""Somebody on record looks like the person at the desk: two faces, how alike in words, and the three ways on."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.session.enrolling import Override
from kiosk.station.snapshot import Snapshot
from kiosk.ui.presenters.common import CountdownView, StepsView, countdown, steps
from kiosk.ui.text import Text

_VERY_ALIKE, _ALIKE = 0.70, 0.58
"""Cosines of two pictures of one person lie mostly above the first; see the matching report of ``kiosk evaluate``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateView:
    """Names for the desk's eyes. ``reasons`` are (word for the audit, words); ``blocked`` says why none may be given."""

    steps: StepsView | None
    title: str
    body: str
    here_title: str
    here: str
    record_title: str
    record: str
    likeness: str
    no_picture: str
    same: str
    another: str
    retake: str
    cancel: str
    help: str
    back: str
    why: str
    why_more: str
    blocked: str
    reasons: tuple[tuple[str, str], ...]
    countdown: CountdownView


def present(snapshot: Snapshot, text: Text) -> DuplicateView:
    """Who is here, whom the search found."""
    candidate, details = snapshot.candidate, snapshot.details
    return DuplicateView(
        steps=steps(snapshot, text),
        title=text.get("duplicate.title"),
        body=text.get("duplicate.body"),
        here_title=text.get("duplicate.here"),
        here=details.display_name if details is not None else "",
        record_title=text.get("duplicate.on_record"),
        record=candidate.name if candidate is not None else "",
        likeness=likeness(candidate.similarity, text) if candidate is not None else "",
        no_picture=text.get("duplicate.no_picture"),
        same=text.get("button.same_person"),
        another=text.get("button.another_person"),
        retake=text.get("button.retake"),
        cancel=text.get("button.cancel"),
        help=text.get("button.help"),
        back=text.get("button.back"),
        why=text.get("duplicate.why"),
        why_more=text.get("duplicate.why_more"),
        blocked="" if snapshot.may_override else text.get("duplicate.supervisor"),
        reasons=tuple((reason.value, text.get(f"duplicate.{reason}")) for reason in Override),
        countdown=countdown(snapshot, text, key="duplicate.time_left", below_s=30),
    )


def likeness(similarity: float, text: Text) -> str:
    """A cosine in words; a number that is none is the least of them."""
    if similarity >= _VERY_ALIKE:
        return text.get("duplicate.very_alike")
    return text.get("duplicate.alike" if similarity >= _ALIKE else "duplicate.somewhat_alike")
