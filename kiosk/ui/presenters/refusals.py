"""The refusals page: why somebody was refused, cue by cue with value, limit and what would have passed."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.cues import Cue
from kiosk.domain.explain import Explanation, Veto
from kiosk.domain.stream import FROZEN_MS, LOOP_FRAMES, RUSH_FRAMES, RUSH_MS
from kiosk.station.office.refusals import RefusalsShown
from kiosk.station.refusals import Refusal
from kiosk.ui.presenters.common import Tone, age_words
from kiosk.ui.presenters.results import reason_words
from kiosk.ui.text import Text

RULES = {
    "frozen_s": f"{FROZEN_MS / 1000:g}",
    "loop": str(LOOP_FRAMES),
    "rush": str(RUSH_FRAMES),
    "rush_ms": f"{RUSH_MS:g}",
}
"""The limits of the cues of a stream, for the words that say what would have passed."""


@dataclass(frozen=True, slots=True)
class RefusalItem:
    """One refusal in the list."""

    words: str


@dataclass(frozen=True, slots=True)
class CueRow:
    """One cue: name, value, what would have passed, and whether it passed."""

    cells: tuple[str, str, str, str]
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalView:
    """One refusal. ``asked`` and ``failure`` are of the active step, empty where it was not asked for."""

    reason: str
    decided_by: str
    asked: str
    columns: tuple[str, ...]
    cues: tuple[CueRow, ...]
    replay: str
    no_replay: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalsView:
    """The list. ``nothing`` stands where there are none."""

    body: str
    items: tuple[RefusalItem, ...]
    nothing: str
    forget: str
    again: str


def listed(shown: RefusalsShown | None, text: Text) -> RefusalsView:
    """The newest first."""
    refusals = shown.refusals if shown is not None else ()
    now_ms = shown.now_ms if shown is not None else 0.0
    return RefusalsView(
        body=text.get("refusals.body"),
        items=tuple(_item(each, now_ms, text) for each in refusals),
        nothing=text.get("refusals.nothing") if shown is not None and not refusals else "",
        forget=text.get("refusals.forget"),
        again=text.get("button.read_again"),
    )


def _item(refusal: Refusal, now_ms: float, text: Text) -> RefusalItem:
    ago = age_words(max(0.0, (now_ms - refusal.at_ms) / 1000.0), text)
    return RefusalItem(f"{reason_words(refusal.explanation.reason, text)} · {ago}")


def present(told: Explanation, text: Text) -> RefusalView:
    """One refusal, explained."""
    asked = ", ".join(text.pick(f"challenge.{each}", "challenge.left") for each in told.asked)
    by = told.decided_by
    return RefusalView(
        reason=reason_words(told.reason, text),
        decided_by=text.get("refusals.decided_by", cue=text.cue(by)) if by else text.get("refusals.no_cue"),
        asked=text.get("refusals.asked", motions=asked) if asked else "",
        columns=tuple(text.get(f"refusals.column_{name}") for name in ("cue", "value", "limit", "passes")),
        cues=(*(_veto(each, text) for each in told.vetoes), *(_cue(each, text) for each in told.cues)),
        replay=text.get("refusals.replay"),
        no_replay="" if told.trace.frames else text.get("refusals.no_replay"),
    )


def _veto(veto: Veto, text: Text) -> CueRow:
    """Such a cue has no number of its own: measured is how often it spoke, and what passes stands in words."""
    passes = f"refusals_passes.{veto.name}"
    limit = text.get(passes, **RULES) if text.has(passes) else text.get("refusals.in_no_frame")
    value = text.count("refusals.veto", veto.frames)
    return CueRow((text.cue(veto.name), value, limit, text.get("refusals.no")), Tone.BAD)


def _cue(cue: Cue, text: Text) -> CueRow:
    value = text.get("refusals.not_measured") if cue.value is None else f"{cue.value:.4g}"
    least = cue.best >= cue.worst
    limit = text.get("refusals.at_least" if least else "refusals.at_most", limit=f"{cue.limit:.4g}")
    passes = text.get("refusals.yes" if cue.passes else "refusals.no")
    return CueRow((text.cue(cue.name), value, limit, passes), Tone.GOOD if cue.passes else Tone.BAD)
