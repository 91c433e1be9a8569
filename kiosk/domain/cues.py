"""Every cue of a session with its value and its limit, and one liveness score made of them. Pure.

The score is what the account's ``livenessScore`` gets, 0..1. Each cue is first put on one scale by :attr:`Cue.margin`: 0.5 is
exactly its limit, 1 the best it can show, 0 the worst. The score is the smallest of these: monotone in the weakest cue, and no
other cue can lift it. A cue that says attack holds it below 0.5, whatever the rest shows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.domain.challenge.judge import Judge, Stage
from kiosk.domain.light.judge import Answer, Echo
from kiosk.domain.policy import ActiveStep, LightStep, Policy
from kiosk.domain.session.states import Visit

PASSIVE, CONTINUITY, ACTIVE = "passive", "continuity", "active"
MOTIONS = f"{ACTIVE}.motions"

BEST_RESIDUAL, BEST_PARALLAX = 0.12, 0.60
"""What a head shows that turns as far as it is ever asked to (measured); only for the scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One kind of evidence.

    Attributes:
        name: for operators; a motion's cues carry its place (``active.1.residual``).
        value: what was measured; None where it should have been and was not, which passes nothing.
        limit: the value that just passes.
        best, worst: the ends of its scale; ``best`` below ``worst`` where less is better.
    """

    name: str
    value: float | None
    limit: float
    best: float = 1.0
    worst: float = 0.0

    @property
    def passes(self) -> bool:
        """Whether it speaks for a living person. What is not a number never does."""
        if self.value is None or not math.isfinite(self.value):
            return False
        return self.value >= self.limit if self.best >= self.worst else self.value <= self.limit

    @property
    def margin(self) -> float:
        """0..1 with 0.5 at the limit, rising steadily from worst to best; 0 for what is not a number."""
        if self.value is None or not math.isfinite(self.value):
            return 0.0
        good, bad = self.best - self.limit, self.limit - self.worst
        over = self.value - self.limit
        if self.best < self.worst:
            good, bad, over = -good, -bad, -over
        share = over / good if over >= 0.0 and good > 0.0 else (over / bad if bad > 0.0 and over < 0.0 else 0.0)
        return 0.5 + 0.5 * max(-1.0, min(1.0, share))

    @property
    def would_pass(self) -> str:
        """What would have passed, as a comparison: ``at least 0.022``."""
        return f"{'at least' if self.best >= self.worst else 'at most'} {self.limit:.4g}"


def score(cues: Iterable[Cue]) -> float | None:
    """The margin of the weakest cue; None without any."""
    return min((cue.margin for cue in cues), default=None)


def score_of(visit: Visit, policy: Policy) -> float | None:
    """One number for the whole session; None before there was any evidence."""
    return score(cues_of(visit, policy))


def cues_of(visit: Visit, policy: Policy) -> tuple[Cue, ...]:
    """All cues of a visit, in the order in which they are looked at."""
    found: list[Cue] = []
    if visit.score is not None or visit.tally.attack:
        # A latched veto is a refusal, however well the rest of the window scored.
        value = None if visit.tally.attack and visit.score is None else visit.score
        if visit.tally.attack and value is not None:
            value = min(value, policy.liveness.threshold * 0.999)
        found.append(Cue(name=PASSIVE, value=value, limit=policy.liveness.threshold))
    if visit.continuity.last is not None:
        found.append(Cue(name=CONTINUITY, value=visit.continuity.worst, limit=1.0, best=0.0, worst=5.0))
    if visit.judge is not None:
        found += _active(visit.judge, policy.active)
    if visit.light is not None and visit.light.echo is not Echo.PENDING:
        found += _light(visit.light.answer, policy.screen)
    return tuple(found)


def _light(answer: Answer | None, policy: LightStep) -> Iterable[Cue]:
    gain, match, around = (answer.gain, answer.match, answer.around) if answer is not None else (None, None, None)
    yield Cue(name="light.gain", value=gain, limit=policy.min_gain, best=10.0 * policy.min_gain)
    yield Cue(name="light.match", value=match, limit=policy.min_match, worst=-1.0)
    yield Cue(name="light.around", value=around, limit=policy.max_around, best=0.0, worst=1.0)


def _active(judge: Judge, policy: ActiveStep) -> Iterable[Cue]:
    done = float(judge.index if judge.stage is not Stage.PASSED else len(judge.sequence.asks))
    asked = float(len(judge.sequence.asks))
    yield Cue(name=MOTIONS, value=done, limit=asked, best=asked)
    for number, answer in enumerate(judge.answers, start=1):
        where = f"{ACTIVE}.{number}"
        turn = answer.motion.is_turn
        full = policy.turn_deg if turn else policy.nod_deg
        yield Cue(
            name=f"{where}.reaction_ms",
            value=answer.reaction_ms,
            limit=policy.reaction_ms,
            best=2.0 * policy.reaction_ms,
        )
        if not answer.motion.is_away:
            continue
        yield Cue(name=f"{where}.{answer.motion}_deg", value=answer.degrees, limit=full, best=1.5 * full)
        yield Cue(name=f"{where}.residual", value=answer.residual, limit=policy.min_residual, best=BEST_RESIDUAL)
        least = policy.min_turn_parallax if turn else policy.min_nod_parallax
        yield Cue(
            name=f"{where}.parallax",
            value=answer.parallax,
            limit=least,
            best=BEST_PARALLAX if turn else 0.3,
            worst=-0.3,
        )
