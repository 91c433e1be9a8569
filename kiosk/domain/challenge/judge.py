"""The sequence against what was seen. One :class:`Judge` for one session; every frame makes the next one.

    STILL ─pause over─▶ ASKED ─there, the asked way, in time─▶ STILL (at that place) ─pause over─▶ ASKED (next) … PASSED
      │ left before it was asked, flat   │ before anybody could react, elsewhere, not at all
      └──────────────────────────────────┴────────────▶ FAILED

Each motion is asked at the end of a random pause in which the head is still where it is, and stays where it went until the next
one is asked; so a recording must hold and go at the right times, four times over. Small motions start the pause again, and who
comes back to the middle too soon is asked again, some few times. Angles count from where the head was at the very beginning.
Whether a place was reached by a head or by a plane is judged as it is left, by the farthest look. Frames with broken geometry
are not for this module: the session is void before.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.domain.challenge.geometry import Shape, parallax, plane_residual, shape_of
from kiosk.domain.challenge.motion import DIRECTIONS, Ask, Motion, Sequence
from kiosk.domain.face import Face, Pose
from kiosk.domain.policy import ActiveStep

SETTLE_MS = 200.0
"""A head is at rest that has been still this long; nothing is asked before, and the last place is held so long."""

SETTLING_MS = 900.0
"""So long after it has come into a place a head may still be going on, as far as it likes."""

SETTLED_DEG = 3.0
"""Meanwhile it is at rest once it goes no farther than this."""

OTHER = 1.2
"""Another motion than the asked one, this many times its full size, was the answer to something else."""

STAYS = 0.6
"""Who has less than this share of a full motion left has left the place."""

_LOOK_AGAIN = 1.08
"""Geometry is measured again whenever the motion has grown by this factor."""


class Stage(StrEnum):
    """Where it stands."""

    STILL = "still"
    ASKED = "asked"
    PASSED = "passed"
    FAILED = "failed"


class Failure(StrEnum):
    """Why it did not pass."""

    MOVED_UNASKED = "moved_unasked"
    TOO_EARLY = "too_early"
    WRONG_MOTION = "wrong_motion"
    NO_ANSWER = "no_answer"
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
        degrees: how far it went the asked way, from the middle.
        residual: what the best plane left unexplained, widths; NaN before it was large enough to measure, and in the middle.
        parallax: nose against ears in the asked sense, widths; likewise.
        took_ms: from the prompt until the head was there; None before.
    """

    motion: Motion
    reaction_ms: float | None = None
    degrees: float = 0.0
    residual: float = math.nan
    parallax: float = math.nan
    took_ms: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """A head that is held still."""

    pose: Pose
    shape: Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """One session's challenge.

    Attributes:
        index: of the motion at hand.
        since_ms: when this stage, or the pause, began (again).
        first: how the head was held when it was first seen.
        home: how it was held when the first motion was asked: the middle.
        place: where the head is, as far as it was asked.
        arrived_ms: when it came there.
        calm_ms: since when it has been held still there.
        rest: how it was held when the motion at hand was asked, or since then.
        onset_ms: when the motion at hand began.
        answers: one for each motion that was asked so far; the last one grows.
        fidgets: how often a pause started again.
        failure: why, once it has failed.
    """

    sequence: Sequence
    since_ms: float
    stage: Stage = Stage.STILL
    index: int = 0
    first: Pose | None = None
    home: Rest | None = None
    place: Motion = Motion.CENTRE
    arrived_ms: float = -math.inf
    calm_ms: float = -math.inf
    rest: Rest | None = None
    onset_ms: float | None = None
    answers: tuple[Answer, ...] = ()
    fidgets: int = 0
    failure: Failure | None = None

    @property
    def asked(self) -> Motion | None:
        """What is on screen now: where to go, or where to stay; None before the first motion and at the end."""
        if self.stage is Stage.ASKED:
            return self._ask.motion
        return self.place if self.stage is Stage.STILL and self.home is not None else None

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

    @property
    def _pause_ms(self) -> float:
        done = self.index == len(self.sequence.asks)
        return SETTLE_MS if done else max(SETTLE_MS, self._ask.pause_ms)

    def see(self, face: Face, at_ms: float, policy: ActiveStep) -> Judge:
        """One more frame; ``face`` has sane geometry. After the end nothing changes."""
        shape = shape_of(face)
        if self.over or shape is None:
            return self
        seen = Rest(face.pose, shape)
        return self._still(seen, at_ms, policy) if self.stage is Stage.STILL else self._answered(seen, at_ms, policy)

    def _still(self, seen: Rest, at_ms: float, policy: ActiveStep) -> Judge:
        now = replace(self, first=self.first or seen.pose)._measured(seen, policy)
        here = _gone(now.place, seen.pose, now._middle, policy)
        if _elsewhere(seen.pose, now._middle, {now.place}, policy) >= max(here, OTHER if now.place.is_away else 1.0):
            return now._failed(Failure.MOVED_UNASKED)
        if now.place.is_away and here < STAYS:
            return now._came_back(seen, at_ms, policy)
        spent = at_ms - now.since_ms
        if now.rest is None or (spent < SETTLE_MS and now.home is None):
            return replace(now, rest=seen)
        off = _off(seen.pose, now.rest.pose)
        if at_ms - now.arrived_ms <= SETTLING_MS and off > SETTLED_DEG:
            return replace(now, calm_ms=at_ms, rest=seen)
        if off > policy.still_deg:
            if now.fidgets >= policy.fidgets:
                return now._failed(Failure.MOVED_UNASKED)
            return replace(now, since_ms=at_ms, calm_ms=at_ms, rest=seen, fidgets=now.fidgets + 1)
        waits = spent < now._pause_ms or at_ms - now.calm_ms < SETTLE_MS
        return now if waits else now._go_on(seen, at_ms, policy)

    def _came_back(self, seen: Rest, at_ms: float, policy: ActiveStep) -> Judge:
        """Too soon: somebody who did not see that they were to stay. Asked once more for the same, from the middle."""
        if self.fidgets >= policy.fidgets:
            return self._failed(Failure.MOVED_UNASKED)
        return replace(
            self,
            index=self.index - 1,
            place=Motion.CENTRE,
            since_ms=at_ms,
            arrived_ms=at_ms,
            calm_ms=at_ms,
            rest=seen,
            answers=self.answers[:-1],
            fidgets=self.fidgets + 1,
        )

    def _go_on(self, seen: Rest, at_ms: float, policy: ActiveStep) -> Judge:
        """The pause is over: was it a head that is here, and what comes next?"""
        if self.answers and not is_solid(self.answers[-1], policy):
            return self._failed(Failure.FLAT)
        if self.index == len(self.sequence.asks):
            return replace(self, stage=Stage.PASSED, since_ms=at_ms, rest=None)
        answers = (*self.answers, Answer(motion=self._ask.motion))
        home = self.home or seen
        return replace(self, stage=Stage.ASKED, since_ms=at_ms, home=home, rest=seen, onset_ms=None, answers=answers)

    def _answered(self, seen: Rest, at_ms: float, policy: ActiveStep) -> Judge:
        assert self.rest is not None
        target, spent, now = self._ask.motion, at_ms - self.since_ms, self
        if now.onset_ms is None:
            if _stirred(seen.pose, self.rest.pose, self.place) < policy.onset_deg:
                return self._failed(Failure.NO_ANSWER) if spent > self._answer_ms(policy) else self
            now = replace(now, onset_ms=at_ms)._now(replace(now.answers[-1], reaction_ms=spent))
            if spent < policy.reaction_ms:
                return now._failed(Failure.TOO_EARLY)
        began_ms = now.onset_ms if now.onset_ms is not None else at_ms
        now = now._measured(seen, policy)
        gone = _gone(target, seen.pose, now._middle, policy)
        if _elsewhere(seen.pose, now._middle, {target, now.place}, policy) >= max(gone, OTHER):
            return now._failed(Failure.WRONG_MOTION)
        if _is_there(target, seen.pose, now._middle, policy):
            return replace(
                now._now(replace(now.answers[-1], took_ms=spent)),
                stage=Stage.STILL,
                index=now.index + 1,
                place=target,
                since_ms=at_ms,
                arrived_ms=at_ms,
                calm_ms=at_ms,
                rest=seen,
            )
        return now._failed(Failure.NO_ANSWER) if at_ms - began_ms > policy.motion_ms else now

    def _measured(self, seen: Rest, policy: ActiveStep) -> Judge:
        """Geometry of the newest motion where it is large enough to tell, each time it has grown."""
        if not self.answers or self.home is None or not self.answers[-1].motion.is_away:
            return self
        answer = self.answers[-1]
        full = policy.turn_deg if answer.motion.is_turn else policy.nod_deg
        gone = _gone(answer.motion, seen.pose, self.home.pose, policy)
        if gone < 0.8 or gone * full < answer.degrees * _LOOK_AGAIN:
            return self
        across, up = parallax(self.home.shape, seen.shape)
        return self._now(
            replace(
                answer,
                degrees=gone * full,
                residual=plane_residual(self.home.shape, seen.shape),
                parallax=answer.motion.along(yaw=across, pitch=up),
            )
        )

    def _answer_ms(self, policy: ActiveStep) -> float:
        """By when the motion at hand has begun: people are about as quick as they were before."""
        first = self.answers[0].reaction_ms
        if first is None:
            return policy.answer_ms
        return min(policy.answer_ms, max(policy.quick_answer_ms, first + policy.slower_ms))

    @property
    def _middle(self) -> Pose:
        """Where angles count from."""
        middle = self.home.pose if self.home is not None else self.first
        assert middle is not None
        return middle

    def _now(self, answer: Answer) -> Judge:
        return replace(self, answers=(*self.answers[:-1], answer))

    def _failed(self, failure: Failure) -> Judge:
        return replace(self, stage=Stage.FAILED, failure=failure, rest=None)


def is_solid(answer: Answer, policy: ActiveStep) -> bool:
    """Whether a head did this: no plane explains it, and the nose went the asked way against the ears. NaN is no.

    The way back to the middle tells nothing: it ends where the comparison began.
    """
    if not answer.motion.is_away:
        return True
    least = policy.min_turn_parallax if answer.motion.is_turn else policy.min_nod_parallax
    return answer.residual >= policy.min_residual and answer.parallax >= least


def _off(pose: Pose, rest: Pose) -> float:
    """The larger of the two angles between them; infinite where it is no number."""
    off = max(abs(pose.yaw - rest.yaw), abs(pose.pitch - rest.pitch))
    return off if math.isfinite(off) else math.inf


def _stirred(pose: Pose, rest: Pose, place: Motion) -> float:
    """The same, but going farther out to where one is already is no beginning of anything."""
    yaw, pitch = pose.yaw - rest.yaw, pose.pitch - rest.pitch
    if place.is_away and place.along(yaw=yaw, pitch=pitch) > 0.0:
        yaw, pitch = (0.0, pitch) if place.is_turn else (yaw, 0.0)
    off = max(abs(yaw), abs(pitch))
    return off if math.isfinite(off) else math.inf


def _gone(motion: Motion, pose: Pose, middle: Pose, policy: ActiveStep) -> float:
    """How far it is that way from the middle, 1 being a full motion; 0 for the middle itself."""
    full = policy.turn_deg if motion.is_turn else policy.nod_deg
    return motion.along(yaw=pose.yaw - middle.yaw, pitch=pose.pitch - middle.pitch) / full


def _elsewhere(pose: Pose, middle: Pose, but: set[Motion], policy: ActiveStep) -> float:
    """How far it went any way but these; infinite where it is no number."""
    size = max(_gone(way, pose, middle, policy) for way in DIRECTIONS if way not in but)
    return size if math.isfinite(size) else math.inf


def _is_there(target: Motion, pose: Pose, middle: Pose, policy: ActiveStep) -> bool:
    """A full motion, and more this way than any other: where it came from is left."""
    if not target.is_away:
        return _off(pose, middle) <= policy.back_deg
    gone = _gone(target, pose, middle, policy)
    return gone >= 1.0 and gone >= _elsewhere(pose, middle, {target}, policy)
