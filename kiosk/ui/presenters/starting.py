"""Start-up: what it is busy with, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.station.snapshot import Snapshot
from kiosk.ui.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class StartingView:
    """``share`` is 0..1, None where nobody can say how much is done."""

    title: str
    body: str
    doing: str
    share: float | None
    share_words: str


def present(snapshot: Snapshot, text: Text) -> StartingView:
    """What start-up is busy with."""
    share = min(1.0, max(0.0, snapshot.loading_share))
    known = 0.0 < share < 1.0
    return StartingView(
        title=text.get("starting.title"),
        body=text.get("starting.body"),
        doing=text.pick(f"loading.{snapshot.loading.removeprefix('loading.')}", "loading.station"),
        share=share if known else None,
        share_words=text.get("starting.share", percent=int(share * 100)) if known else "",
    )
