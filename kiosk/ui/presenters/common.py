"""What several views have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.station.snapshot import Screen, Snapshot
from kiosk.ui.text import Text


class Tone(StrEnum):
    """How something is meant; a colour, never the only sign of it."""

    GOOD = "good"
    BAD = "bad"
    WARN = "warn"
    NEUTRAL = "neutral"
    ACCENT = "accent"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountdownView:
    """How long a screen stays.

    Attributes:
        words: with ``{seconds}`` still in it.
        soon: shown when the time is over, while the station has not moved on yet; may be empty.
        until_ms: monotonic; None where the screen does not end by itself.
        now_ms: monotonic, of the snapshot; not compared, or every snapshot would be a new view.
        below_s: nothing is shown while more than this is left.
    """

    words: str
    soon: str = ""
    until_ms: float | None = None
    now_ms: float = field(default=0.0, compare=False)
    below_s: float = 3600.0


@dataclass(frozen=True, slots=True)
class StepsView:
    """Where an enrolment stands. ``current`` counts from 0; ``words`` says it in full."""

    current: int
    total: int
    words: str


_STEPS = (Screen.CONSENT, Screen.DETAILS, Screen.CAPTURE, Screen.REVIEW)
_SAME_STEP = {Screen.CHALLENGE: Screen.CAPTURE, Screen.DUPLICATE: Screen.REVIEW}


def steps(snapshot: Snapshot, text: Text) -> StepsView | None:
    """The steps of an enrolment; None for other visits."""
    if not snapshot.enrolling:
        return None
    screen = _SAME_STEP.get(snapshot.screen, snapshot.screen)
    if screen not in _STEPS:
        return None
    current = _STEPS.index(screen)
    words = text.get("step.place", number=current + 1, total=len(_STEPS), name=text.get(f"step.{screen}"))
    return StepsView(current, len(_STEPS), words)


_AGES = ((86_400, "days"), (3600, "hours"), (60, "minutes"), (1, "seconds"))


def age_words(seconds: float, text: Text) -> str:
    """``just now``, ``3 minutes ago`` …"""
    if not seconds >= 2.0:
        return text.get("age.now")
    length, unit = next((length, unit) for length, unit in _AGES if seconds >= length)
    return text.count(f"age.{unit}", int(seconds // length))


def countdown(snapshot: Snapshot, text: Text, *, key: str, soon: str = "", below_s: float = 3600.0) -> CountdownView:
    """When the screen of this snapshot ends by itself."""
    return CountdownView(
        words=text.get(key),
        soon=text.get(soon) if soon else "",
        until_ms=snapshot.until_ms,
        now_ms=snapshot.now_ms,
        below_s=below_s,
    )
