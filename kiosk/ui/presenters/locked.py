"""The station pauses after too many refused attempts."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.station.snapshot import Snapshot
from kiosk.ui.presenters.common import CountdownView, countdown
from kiosk.ui.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedView:
    """Why, how long, and the other way."""

    title: str
    body: str
    following: str
    help: str
    countdown: CountdownView


def present(snapshot: Snapshot, text: Text) -> LockedView:
    """Says why nothing goes on and when it will."""
    return LockedView(
        title=text.get("locked.title"),
        body=text.get("locked.body"),
        following=text.get("locked.next"),
        help=text.get("button.help"),
        countdown=countdown(snapshot, text, key="locked.time_left", soon="locked.soon"),
    )
