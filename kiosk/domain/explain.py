"""Why somebody was refused, for operators: cue by cue with value, limit and what would have passed, and the session as landmarks.

Nothing here is a picture or a template. It is kept in memory for the last refusals, and written only where somebody asks.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kiosk.domain.challenge.judge import Failure
from kiosk.domain.challenge.motion import Motion
from kiosk.domain.challenge.trace import LINES, SCALE, Trace, TraceFrame, points_of
from kiosk.domain.cues import MOTIONS, Cue, cues_of, score
from kiosk.domain.decision import Decision, Reason
from kiosk.domain.face import PassiveSample
from kiosk.domain.policy import Policy
from kiosk.domain.session.states import SessionId, Visit


@dataclass(frozen=True, slots=True)
class Veto:
    """A cue of another kind that said attack by its own rule, and in how many frames. None at all would have passed."""

    name: str
    frames: int


@dataclass(frozen=True, slots=True)
class PassiveSeen:
    """Passive evidence of one session, for an explanation: the newest sample, and every veto since it began."""

    session: SessionId | None = None
    last: PassiveSample | None = None
    vetoes: tuple[Veto, ...] = ()

    def add(self, sample: PassiveSample | None, session: SessionId | None) -> PassiveSeen:
        """One more frame; another session begins anew."""
        kept = self if session == self.session else PassiveSeen(session)
        if sample is None:
            return kept
        frames = {veto.name: veto.frames for veto in kept.vetoes}
        frames |= {name: frames.get(name, 0) + 1 for name in sample.vetoes}
        return replace(kept, last=sample, vetoes=tuple(Veto(name, count) for name, count in frames.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One refusal.

    Attributes:
        cues: with value and limit.
        vetoes: cues of other kinds that said attack by their own rule, whenever in the session.
        networks: the last score of each passive network, with the limit of all of them together: one alone refuses nobody.
        asked: what the active step asked.
        failure: of the active step; None where it did not fail.
        trace: the session as landmarks.
        score: the liveness score, 0..1.
    """

    reason: Reason
    cues: tuple[Cue, ...]
    vetoes: tuple[Veto, ...] = ()
    networks: tuple[Cue, ...] = ()
    asked: tuple[Motion, ...] = ()
    failure: Failure | None = None
    trace: Trace = field(default_factory=Trace)
    score: float | None = None

    @property
    def decided_by(self) -> str | None:
        """Name of the cue that refused: a veto, else the weakest cue that does not pass; None where none did."""
        if self.vetoes:
            return self.vetoes[0].name
        failed = [cue for cue in self.cues if not cue.passes]
        # That not every motion was answered only follows from another cue, where one refused.
        failed = [cue for cue in failed if cue.name != MOTIONS] or failed
        return min(failed, key=lambda cue: cue.margin).name if failed else None


def explain(visit: Visit, decision: Decision, policy: Policy, seen: PassiveSeen | None = None) -> Explanation:
    """Explain a result. ``seen``: passive evidence of the session, where it is still known."""
    known = seen if seen is not None else PassiveSeen()
    scores = known.last.cues if known.last is not None else {}
    judge = visit.judge
    cues = cues_of(visit, policy)
    return Explanation(
        reason=decision.reason,
        cues=cues,
        # What is said of a face that nobody was served by is no reason: only what was latched refused.
        vetoes=known.vetoes if visit.tally.attack else (),
        networks=tuple(
            Cue(name=name, value=value, limit=policy.liveness.threshold) for name, value in sorted(scores.items())
        ),
        asked=judge.sequence.motions if judge is not None else (),
        failure=judge.failure if judge is not None else None,
        trace=visit.trace,
        score=score(cues),
    )


def as_lines(explanation: Explanation) -> list[str]:
    """The explanation in words for an operator, one line a cue."""
    lines = [f"refused: {explanation.reason}"]
    if explanation.decided_by is not None:
        lines.append(f"decided by: {explanation.decided_by}")
    lines += [f"veto: {veto.name}, in {veto.frames} frames; in none passes" for veto in explanation.vetoes]
    if explanation.asked:
        lines.append(f"asked: {', '.join(explanation.asked)}")
    if explanation.failure is not None:
        lines.append(f"active step: {explanation.failure}")
    lines += [
        f"{'ok ' if cue.passes else 'NO '} {cue.name}: {_measured(cue)}, {cue.would_pass} passes"
        for cue in explanation.cues
    ]
    lines += [
        f"network {each.name}: {_measured(each)}, {each.would_pass} of all together" for each in explanation.networks
    ]
    return lines


def _measured(cue: Cue) -> str:
    return "not measured" if cue.value is None else f"{cue.value:.4g}"


def as_svg(trace: Trace, *, height: float = 0.5625) -> str:
    """The session as a strip of drawn faces that plays by itself; plain SVG, no script, nothing from elsewhere.

    Args:
        trace: of the session.
        height: of the frame as a share of its width.
    """
    if not trace.frames:
        return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 562"></svg>'
    whole_s = max(0.5, (trace.frames[-1].at_ms + 200.0) / 1000.0)
    parts = [_drawn(frame, _until(trace, i), whole_s) for i, frame in enumerate(trace.frames)]
    box = f"0 0 {SCALE} {round(SCALE * height)}"
    style = "path{fill:none;stroke:#1b4b7a;stroke-width:3}text{font:28px sans-serif;fill:#333}g{visibility:hidden}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><style>{style}</style>'
    # The station's screen is a mirror: so is this.
    return f'{head}<g style="visibility:inherit">{"".join(parts)}</g></svg>'


def _until(trace: Trace, index: int) -> float:
    following = trace.frames[index + 1].at_ms if index + 1 < len(trace.frames) else trace.frames[index].at_ms + 200.0
    return following


def _drawn(frame: TraceFrame, until_ms: float, whole_s: float) -> str:
    points = points_of(frame)
    paths = "".join(
        '<path d="M' + "L".join(f"{SCALE - points[i][0]} {points[i][1]}" for i in line) + '"/>' for line in LINES
    )
    begin, end = frame.at_ms / 1000.0 / whole_s, min(1.0, until_ms / 1000.0 / whole_s)
    asked = frame.asked or "-"
    label = f"{frame.at_ms / 1000.0:.2f} s  asked {asked}  yaw {frame.yaw:.0f}  pitch {frame.pitch:.0f}"
    show = (
        f'<animate attributeName="visibility" dur="{whole_s:.2f}s" repeatCount="indefinite" calcMode="discrete" '
        f'values="hidden;visible;hidden" keyTimes="0;{min(begin, 0.9998):.4f};{max(end, min(begin, 0.9998) + 0.0001):.4f}"/>'
    )
    if begin <= 0.0:
        show = (
            f'<animate attributeName="visibility" dur="{whole_s:.2f}s" repeatCount="indefinite" calcMode="discrete" '
            f'values="visible;hidden" keyTimes="0;{max(end, 0.0001):.4f}"/>'
        )
    return f'<g>{show}{paths}<text x="20" y="40">{label}</text></g>'
