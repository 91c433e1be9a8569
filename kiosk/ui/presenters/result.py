"""How the visit ended: what, why, what next, and how true it is."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.person import Truth
from kiosk.station.snapshot import Snapshot
from kiosk.ui.presenters.common import CountdownView, Tone, countdown
from kiosk.ui.text import Text

_TRUTH_TONES = {
    Truth.LOCAL: Tone.NEUTRAL,
    Truth.PROVISIONAL: Tone.WARN,
    Truth.SENT_NO_REPLY: Tone.WARN,
    Truth.CONFIRMED: Tone.GOOD,  # the only green: nothing is, until the server has acknowledged it
    Truth.REFUSED: Tone.BAD,
}
_CALM = frozenset({Reason.CONSENT_REFUSED, Reason.CANCELLED, Reason.TIMED_OUT, Reason.DUPLICATE})
"""Denied, and nobody did anything wrong: no red."""

_NOT_KEPT = frozenset({Reason.CONSENT_REFUSED})


@dataclass(frozen=True, slots=True)
class TruthView:
    """The label and its plain explanation."""

    label: str
    more: str
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultView:
    """One large answer. ``tries`` is empty where nothing is counted; ``help`` is empty where help is what is shown."""

    icon: str
    tone: Tone
    headline: str
    reason: str
    following: str
    tries: str
    truth: TruthView | None
    done: str
    help: str
    countdown: CountdownView


def present(snapshot: Snapshot, text: Text) -> ResultView:
    """The answer in words. A result without an outcome counts as help: it must never look like a yes."""
    outcome = snapshot.outcome or Outcome.HELP
    reason = snapshot.reason or Reason.PART_FAILED
    icon, tone = _badge(outcome, reason)
    return ResultView(
        icon=icon,
        tone=tone,
        headline=_headline(snapshot, outcome, reason, text),
        reason=text.get(f"reason.{reason}"),
        following=text.get(f"next.{reason}"),
        tries=_tries(snapshot, reason, text),
        truth=_truth(snapshot.truth, text) if snapshot.truth and reason not in _NOT_KEPT else None,
        done=text.get("button.done"),
        help="" if outcome in {Outcome.HELP, Outcome.GRANTED} else text.get("button.help"),
        countdown=countdown(snapshot, text, key="result.ends_in"),
    )


def _badge(outcome: Outcome, reason: Reason) -> tuple[str, Tone]:
    match outcome:
        case Outcome.GRANTED:
            return "ok", Tone.GOOD
        case Outcome.DENIED if reason in _CALM:
            return "stop", Tone.NEUTRAL
        case Outcome.DENIED:
            return "cross", Tone.BAD
        case Outcome.DEFERRED:
            return "clock", Tone.WARN
        case Outcome.HELP:
            return "help", Tone.ACCENT


def _headline(snapshot: Snapshot, outcome: Outcome, reason: Reason, text: Text) -> str:
    match outcome:
        case Outcome.GRANTED:
            key = "outcome.enrolled" if reason is Reason.ENROLLED else "outcome.granted"
            return text.get(f"{key}_name", name=snapshot.name) if snapshot.name else text.get(key)
        case Outcome.DENIED:
            return text.get("outcome.not_enrolled" if snapshot.enrolling else "outcome.denied")
        case Outcome.DEFERRED | Outcome.HELP:
            return text.get(f"outcome.{outcome}")


def _tries(snapshot: Snapshot, reason: Reason, text: Text) -> str:
    if snapshot.tries_left is None or reason is not Reason.ATTACK:
        return ""
    if snapshot.tries_left <= 0:
        return text.get("result.tries_left_none")
    return text.count("result.tries_left", snapshot.tries_left)


def _truth(truth: Truth, text: Text) -> TruthView:
    return TruthView(text.get(f"truth.{truth}"), text.get(f"truth_more.{truth}"), _TRUTH_TONES[truth])
