"""Checking or saving: nothing to do for the person, and how long it can take at most."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.station.snapshot import Snapshot
from kiosk.ui.presenters.common import CountdownView, countdown
from kiosk.ui.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingView:
    """``countdown`` is the bound: an answer comes within it, whatever happens."""

    title: str
    body: str
    help: str
    countdown: CountdownView


def present(snapshot: Snapshot, text: Text) -> WorkingView:
    """Says what is going on and until when."""
    return WorkingView(
        title=text.get("working.title"),
        body=text.get("working.body"),
        help=text.get("button.help"),
        countdown=countdown(snapshot, text, key="working.time_left", soon="working.soon"),
    )
