"""What is said at a moment. Pure; the words are those of the screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.domain.decision import Outcome
from kiosk.domain.guidance import Hint
from kiosk.station.snapshot import Screen, Snapshot
from kiosk.ui.presenters import capture, result
from kiosk.ui.text import Text


class Cue(StrEnum):
    """What is sounded where nothing can be spoken; left and right come from their side."""

    ASK = "ask"
    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    HOLD = "hold"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Spoken:
    """One thing to say; ``language`` chooses the voice."""

    words: str
    language: str
    cue: Cue


_TITLES = {
    Screen.CONSENT: ("consent.title", "consent.intro"),
    Screen.DETAILS: ("details.title",),
    Screen.WORKING: ("working.title",),
    Screen.REVIEW: ("review.title",),
    Screen.LOCKED: ("locked.title", "locked.next"),
}
_MET = frozenset({Hint.OK, Hint.HOLD_STILL})


def spoken(snapshot: Snapshot, text: Text, *, names: bool = False) -> Spoken | None:
    """What to say now; None where there is nothing new to say, and nothing may go on being said.

    Args:
        snapshot: what is on screen.
        text: in the visit's language.
        names: whether a person's name may be spoken.
    """
    match snapshot.screen:
        case Screen.CAPTURE | Screen.CHALLENGE:
            return Spoken(capture.present(snapshot, text).hint, text.language, _cue(snapshot))
        case Screen.RESULT:
            shown = result.present(snapshot if names else replace(snapshot, name=""), text)
            good = snapshot.outcome is Outcome.GRANTED
            words = shown.headline if good else f"{shown.headline}. {shown.following}"
            return Spoken(words, text.language, Cue.GOOD if good else Cue.BAD)
        case screen if screen in _TITLES:
            words = ". ".join(text.get(key).rstrip(".") for key in _TITLES[screen])
            return Spoken(words, text.language, Cue.ASK)
        case _:
            return None


def _cue(snapshot: Snapshot) -> Cue:
    if snapshot.screen is Screen.CHALLENGE:
        return Cue(snapshot.ask) if snapshot.ask in {"left", "right", "up", "down"} else Cue.HOLD
    return Cue.HOLD if snapshot.hint in _MET else Cue.ASK
