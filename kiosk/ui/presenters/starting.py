"""Start-up, and the notice that an operator has the station."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.station.snapshot import Screen, Snapshot
from kiosk.ui.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class StartingView:
    """``share`` is 0..1, None where nobody can say how much is done. ``busy`` is False where nothing is being loaded."""

    title: str
    body: str
    doing: str
    share: float | None
    share_words: str
    busy: bool


def present(snapshot: Snapshot, text: Text) -> StartingView:
    """What start-up is busy with."""
    if snapshot.screen is Screen.OPERATOR:
        return StartingView(
            title=text.get("operator.title"),
            body=text.get("operator.body"),
            doing="",
            share=None,
            share_words="",
            busy=False,
        )
    share = min(1.0, max(0.0, snapshot.loading_share))
    known = 0.0 < share < 1.0
    return StartingView(
        title=text.get("starting.title"),
        body=text.get("starting.body"),
        doing=text.pick(f"loading.{snapshot.loading.removeprefix('loading.')}", "loading.station"),
        share=share if known else None,
        share_words=text.get("starting.share", percent=int(share * 100)) if known else "",
        busy=True,
    )
