"""How the visit ended: what, why, what next, and how true it is."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.person import Truth
from kiosk.station.snapshot import Snapshot
from kiosk.ui.presenters.common import CountdownView, Tone, age_words, countdown
from kiosk.ui.text import Text

_TRUTH_TONES = {
    Truth.LOCAL: Tone.NEUTRAL,
    Truth.PROVISIONAL: Tone.WARN,
    Truth.SENT_NO_REPLY: Tone.WARN,
    Truth.CONFIRMED: Tone.GOOD,  # the only green: nothing is, until the server has acknowledged it
    Truth.REFUSED: Tone.BAD,
}
_UNCONFIRMED = frozenset({Truth.PROVISIONAL, Truth.SENT_NO_REPLY, Truth.REFUSED})
"""A yes of this station that the account has not said as well: shown as a yes, and not in green."""

_CALM = frozenset(
    {
        Reason.CONSENT_REFUSED,
        Reason.CANCELLED,
        Reason.TIMED_OUT,
        Reason.DUPLICATE,
        Reason.TOO_LONG_OFFLINE,
        Reason.TOO_MANY_UNSENT,
        Reason.DISK_NEARLY_FULL,
    }
)
"""Denied, and nobody did anything wrong: no red."""

_NOT_KEPT = frozenset({Reason.CONSENT_REFUSED})


@dataclass(frozen=True, slots=True)
class TruthView:
    """The label, since when it is so, and its plain explanation; ``why`` may be empty."""

    label: str
    age: str
    more: str
    why: str
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
    icon, tone = _badge(outcome, reason, snapshot.truth)
    return ResultView(
        icon=icon,
        tone=tone,
        headline=_headline(snapshot, outcome, reason, text),
        reason=text.get(f"reason.{reason}"),
        following=text.get(f"next.{reason}"),
        tries=_tries(snapshot, reason, text),
        truth=_truth(snapshot, snapshot.truth, text) if snapshot.truth and reason not in _NOT_KEPT else None,
        done=text.get("button.done"),
        help="" if outcome in {Outcome.HELP, Outcome.GRANTED} else text.get("button.help"),
        countdown=countdown(snapshot, text, key="result.ends_in"),
    )


def _badge(outcome: Outcome, reason: Reason, truth: Truth | None) -> tuple[str, Tone]:
    match outcome:
        case Outcome.GRANTED if truth in _UNCONFIRMED:
            return "ok", Tone.WARN
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


def _truth(snapshot: Snapshot, truth: Truth, text: Text) -> TruthView:
    more = f"truth_more.{truth}"
    return TruthView(
        label=text.get(f"truth.{truth}"),
        age=_age(snapshot, text),
        more=text.get(more) if snapshot.enrolling else text.pick(f"{more}_login", more),
        why=text.get(f"error.{snapshot.because}") if snapshot.because else "",
        tone=_TRUTH_TONES[truth],
    )


def _age(snapshot: Snapshot, text: Text) -> str:
    """How long this has been so; empty where nobody noted it."""
    if snapshot.truth_since_ms is None:
        return ""
    return age_words((snapshot.now_ms - snapshot.truth_since_ms) / 1000.0, text)
