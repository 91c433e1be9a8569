"""The sequence against what was seen. One :class:`Judge` for one session; every frame makes the next one.

    STILL ─pause over─▶ ASKED ─asked motion, in time─▶ BACK ─head is back, and it was no plane─▶ STILL (next) … PASSED
      │ a full motion       │ before anybody could react, another motion, none          │ flat, not back
      └─────────────────────┴────────────▶ FAILED ◀─────────────────────────────────────┘

The prompt comes at the end of a random pause in which the head is still; a small motion starts the pause again. Angles count from
where the head was when the motion was asked. Frames with broken geometry are not for this module: the session is void before.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.domain.challenge.geometry import Shape, parallax, plane_residual, shape_of
from kiosk.domain.challenge.motion import Ask, Motion, Sequence
from kiosk.domain.face import Face, Pose
from kiosk.domain.policy import ActiveStep

SETTLE_MS = 200.0
"""At the start of a pause the head may still be coming to rest."""

OTHER = 1.2
"""Another motion than the asked one, this many times its full size, was the answer to something else."""

_LOOK_AGAIN = 1.08
"""Geometry is measured again whenever the motion has grown by this factor."""


class Stage(StrEnum):
    """Where it stands."""

    STILL = "still"
    ASKED = "asked"
    BACK = "back"
    PASSED = "passed"
    FAILED = "failed"


class Failure(StrEnum):
    """Why it did not pass."""

    MOVED_UNASKED = "moved_unasked"
    TOO_EARLY = "too_early"
    WRONG_MOTION = "wrong_motion"
    NO_ANSWER = "no_answer"
    NOT_BACK = "not_back"
    FLAT = "flat"

    @property
    def suspicious(self) -> bool:
        """What a recording does and a person seldom does: it counts like an attack when attempts are counted."""
        return self in {Failure.MOVED_UNASKED, Failure.TOO_EARLY, Failure.WRONG_MOTION, Failure.FLAT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one motion looked like.

    Attributes:
        reaction_ms: from the prompt to its beginning; None where it did not begin.
        degrees: how far it went the asked way.
        residual: what the best plane left unexplained, widths; NaN before it was large enough to measure.
        parallax: nose against ears in the asked sense, widths.
        took_ms: from the prompt until the head was back; None before.
    """

    motion: Motion
    reaction_ms: float | None = None
    degrees: float = 0.0
    residual: float = math.nan
    parallax: float = math.nan
    took_ms: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """The head when it was asked."""

    pose: Pose
    shape: Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """One session's challenge.

    Attributes:
        index: of the motion at hand.
        since_ms: when this stage began.
        home: how the head was held at the very beginning.
        rest: how it was held when the motion at hand was asked, or the newest look in a pause.
        onset_ms: when the motion at hand began.
        answers: one for each motion that was asked so far; the last one grows.
        fidgets: how often a pause started again.
        failure: why, once it has failed.
    """

    sequence: Sequence
    since_ms: float
    stage: Stage = Stage.STILL
    index: int = 0
    home: Pose | None = None
    rest: Rest | None = None
    onset_ms: float | None = None
    answers: tuple[Answer, ...] = ()
    fidgets: int = 0
    failure: Failure | None = None

    @property
    def asked(self) -> Motion | None:
        """What is on screen now; None while the head is to be still or on its way back."""
        return self._ask.motion if self.stage is Stage.ASKED else None

    @property
    def over(self) -> bool:
        """Passed or failed, for good."""
        return self.stage in {Stage.PASSED, Stage.FAILED}

    @property
    def share_done(self) -> float:
        """0..1; for the screen."""
        return 1.0 if self.stage is Stage.PASSED else self.index / len(self.sequence.asks)

    @property
    def _ask(self) -> Ask:
        return self.sequence.asks[min(self.index, len(self.sequence.asks) - 1)]

    def see(self, face: Face, at_ms: float, policy: ActiveStep) -> Judge:
        """One more frame; ``face`` has sane geometry. After the end nothing changes."""
        shape = shape_of(face)
        if self.over or shape is None:
            return self
        seen = Rest(face.pose, shape)
        match self.stage:
            case Stage.STILL:
                return self._still(seen, at_ms, policy)
            case Stage.ASKED:
                return self._answered(seen, at_ms, policy)
            case _:
                return self._coming_back(seen, at_ms, policy)

    def _still(self, seen: Rest, at_ms: float, policy: ActiveStep) -> Judge:
        home = self.home or seen.pose
        if _size(seen.pose, home, policy) >= 1.0:
            return replace(self, home=home)._failed(Failure.MOVED_UNASKED)
        spent = at_ms - self.since_ms
        if self.rest is None or spent < SETTLE_MS:
            return replace(self, home=home, rest=seen)
        if _off(seen.pose, self.rest.pose) > policy.still_deg:
            fidgets = self.fidgets + 1
            if fidgets > policy.fidgets:
                return self._failed(Failure.MOVED_UNASKED)
            return replace(self, since_ms=at_ms, rest=seen, fidgets=fidgets)
        if spent < self._ask.pause_ms:
            return self
        answers = (*self.answers, Answer(motion=self._ask.motion))
        return replace(self, stage=Stage.ASKED, since_ms=at_ms, rest=seen, onset_ms=None, answers=answers)

    def _answered(self, seen: Rest, at_ms: float, policy: ActiveStep) -> Judge:
        assert self.rest is not None
        now = self
        if now.onset_ms is None:
            if _off(seen.pose, self.rest.pose) < policy.onset_deg:
                return self._failed(Failure.NO_ANSWER) if at_ms - self.since_ms > policy.answer_ms else self
            reaction = at_ms - self.since_ms
            now = replace(now, onset_ms=at_ms)._now(replace(now.answers[-1], reaction_ms=reaction))
            if reaction < policy.reaction_ms:
                return now._failed(Failure.TOO_EARLY)
        began_ms = now.onset_ms if now.onset_ms is not None else at_ms
        wanted, other = _progress(self._ask.motion, seen.pose, self.rest.pose, policy)
        now = now._measured(seen, wanted, policy)
        if other >= OTHER and other > wanted:
            return now._failed(Failure.WRONG_MOTION)
        if wanted >= 1.0 and wanted >= other:
            return replace(now, stage=Stage.BACK)
        return now._failed(Failure.NO_ANSWER) if at_ms - began_ms > policy.motion_ms else now

    def _coming_back(self, seen: Rest, at_ms: float, policy: ActiveStep) -> Judge:
        assert self.rest is not None
        assert self.onset_ms is not None
        wanted, _ = _progress(self._ask.motion, seen.pose, self.rest.pose, policy)
        now = self._measured(seen, wanted, policy)
        if wanted <= -1.0:
            return now._failed(Failure.WRONG_MOTION)
        if _off(seen.pose, self.rest.pose) <= policy.back_deg:
            return now._finished(at_ms, policy)
        late = at_ms - self.onset_ms > policy.motion_ms + policy.back_ms
        return now._failed(Failure.NOT_BACK) if late else now

    def _finished(self, at_ms: float, policy: ActiveStep) -> Judge:
        """The head is back: was it a head?"""
        now = self._now(replace(self.answers[-1], took_ms=at_ms - self.since_ms))
        if not is_solid(now.answers[-1], policy):
            return now._failed(Failure.FLAT)
        index = self.index + 1
        done = index == len(self.sequence.asks)
        return replace(now, stage=Stage.PASSED if done else Stage.STILL, index=index, since_ms=at_ms, rest=None)

    def _measured(self, seen: Rest, wanted: float, policy: ActiveStep) -> Judge:
        """Geometry of the motion where it is large enough to tell, each time it has grown."""
        assert self.rest is not None
        answer = self.answers[-1]
        full = policy.turn_deg if answer.motion.is_turn else policy.nod_deg
        if wanted < 0.8 or wanted * full < answer.degrees * _LOOK_AGAIN:
            return self
        across, up = parallax(self.rest.shape, seen.shape)
        return self._now(
            replace(
                answer,
                degrees=wanted * full,
                residual=plane_residual(self.rest.shape, seen.shape),
                parallax=answer.motion.along(yaw=across, pitch=up),
            )
        )

    def _now(self, answer: Answer) -> Judge:
        return replace(self, answers=(*self.answers[:-1], answer))

    def _failed(self, failure: Failure) -> Judge:
        return replace(self, stage=Stage.FAILED, failure=failure, rest=None)


def is_solid(answer: Answer, policy: ActiveStep) -> bool:
    """Whether a head did this: no plane explains it, and the nose went the asked way against the ears. NaN is no."""
    least = policy.min_turn_parallax if answer.motion.is_turn else policy.min_nod_parallax
    return answer.residual >= policy.min_residual and answer.parallax >= least


def _off(pose: Pose, rest: Pose) -> float:
    """The larger of the two angles between them; infinite where it is no number."""
    off = max(abs(pose.yaw - rest.yaw), abs(pose.pitch - rest.pitch))
    return off if math.isfinite(off) else math.inf


def _size(pose: Pose, rest: Pose, policy: ActiveStep) -> float:
    """How large a motion it was, 1 being a full one."""
    size = max(abs(pose.yaw - rest.yaw) / policy.turn_deg, abs(pose.pitch - rest.pitch) / policy.nod_deg)
    return size if math.isfinite(size) else math.inf


def _progress(motion: Motion, pose: Pose, rest: Pose, policy: ActiveStep) -> tuple[float, float]:
    """How far the asked motion went, and the largest other one; 1 is a full one."""
    yaw, pitch = (pose.yaw - rest.yaw) / policy.turn_deg, (pose.pitch - rest.pitch) / policy.nod_deg
    wanted = motion.along(yaw=yaw, pitch=pitch)
    return wanted, max(-wanted, abs(pitch) if motion.is_turn else abs(yaw))
