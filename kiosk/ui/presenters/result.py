"""How the visit ended: what, why, what next, and how true it is."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.person import Truth
from kiosk.station.snapshot import Mode, Snapshot
from kiosk.ui.presenters import receipt
from kiosk.ui.presenters.common import CountdownView, Tone, age_words, countdown
from kiosk.ui.presenters.receipt import ReceiptView
from kiosk.ui.presenters.tries import tries_words
from kiosk.ui.text import Text

_TRUTH_TONES = {
    Truth.LOCAL: Tone.NEUTRAL,
    Truth.PROVISIONAL: Tone.WARN,
    Truth.SENT_NO_REPLY: Tone.WARN,
    Truth.CONFIRMED: Tone.GOOD,  # the only green: nothing is, until the server has acknowledged it
    Truth.REFUSED: Tone.BAD,
}
_YES: dict[Truth | None, Tone] = {
    Truth.CONFIRMED: Tone.GOOD,
    Truth.PROVISIONAL: Tone.WARN,
    Truth.SENT_NO_REPLY: Tone.WARN,
    Truth.REFUSED: Tone.WARN,
}
"""A yes that the account has not said as well is shown as a yes, and not in green; one that it is not asked for, calmly."""

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

COUNTED = frozenset({Reason.ATTACK, Reason.NO_MATCH, Reason.AMBIGUOUS, Reason.ACCOUNT_REFUSED, Reason.PASS_REFUSED})
"""Refusals of which only so many are taken before the station pauses."""

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
    """One large answer. ``tries`` is empty where nothing is counted, ``help`` where help is shown, ``again`` where there is
    nothing to try again.
    """

    icon: str
    tone: Tone
    headline: str
    reason: str
    following: str
    tries: str
    truth: TruthView | None
    done: str
    again: str
    help: str
    countdown: CountdownView
    receipt: ReceiptView | None = None


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
        following=text.get("locked.next" if _pauses(snapshot, reason) else f"next.{reason}"),
        tries=_tries(snapshot, reason, text),
        truth=_truth(snapshot, snapshot.truth, text) if snapshot.truth and reason not in _NOT_KEPT else None,
        done=text.get("button.done"),
        again=text.get("button.try_again") if _may_again(snapshot, outcome) else "",
        help="" if outcome in {Outcome.HELP, Outcome.GRANTED} else text.get("button.help"),
        countdown=countdown(snapshot, text, key="result.ends_in"),
        receipt=receipt.present(snapshot.receipt, text) if snapshot.receipt is not None else None,
    )


def _badge(outcome: Outcome, reason: Reason, truth: Truth | None) -> tuple[str, Tone]:
    match outcome:
        case Outcome.GRANTED:
            return "ok", _YES.get(truth, Tone.ACCENT)
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
            if reason is Reason.UPDATED:
                return text.get("outcome.updated")
            key = "outcome.enrolled" if reason is Reason.ENROLLED else "outcome.granted"
            return text.get(f"{key}_name", name=snapshot.name) if snapshot.name else text.get(key)
        case Outcome.DENIED:
            return text.get("outcome.not_enrolled" if snapshot.enrolling else "outcome.denied")
        case Outcome.DEFERRED | Outcome.HELP:
            return text.get(f"outcome.{outcome}")


def _tries(snapshot: Snapshot, reason: Reason, text: Text) -> str:
    return tries_words(snapshot.tries_left, text) if reason in COUNTED else ""


def _pauses(snapshot: Snapshot, reason: Reason) -> bool:
    """No try is left: nobody is told to try once more. What to take away from the camera is said all the same."""
    return reason in COUNTED - {Reason.ATTACK} and not snapshot.enrolling and snapshot.tries_left == 0


def _may_again(snapshot: Snapshot, outcome: Outcome) -> bool:
    """A visitor at a door who was not let in, and whose tries are not used up."""
    if outcome is Outcome.GRANTED or snapshot.enrolling or snapshot.mode is not Mode.ACCESS:
        return False
    return snapshot.tries_left is None or snapshot.tries_left > 0


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
