"""From passive samples to a verdict. Passive evidence only denies: LIVE here means "nothing spoke against it long enough".

The rule, over samples of one track that pass the guidance gates:

- ``veto_frames`` samples in a row whose mean logit is ``veto_margin`` under the threshold are an attack, for good: nothing
  outvotes it later. Low frames of live people come in runs, so a short veto refuses people and stops no more attacks: over
  windows of five development sites, 4 frames at the threshold refused 26 % of the live and no attack passed; 12 frames at
  0.02 refused 3.5 %, and still no attack passed. (Chosen on those sites: ``kiosk evaluate`` on other files decides.)
- with ``min_frames`` over ``min_ms`` and a fused score of at least ``sure`` the window may end early as live;
- otherwise it is watched for ``full_ms``: at or above ``threshold`` it is live, below it is an attack.
- a veto of another kind of cue (the stream, the device around the face) is an attack at once and for good, also in a frame that
  meets no gate (a head that turns as it was asked): kinds of cue are never averaged with each other, and each has its own rule
  for how sure it must be.
- a window that was live is not the end of it: the samples that come after it, while something is asked and captured, are fused as
  well, and under ``threshold`` they refuse the session at its end, whatever was answered meanwhile (:func:`speaks_against`).
- a sample without a number (broken geometry, black crop) counts for nothing; too few samples never become a verdict.

The fused score is the sigmoid of the mean logit of the samples (measured better than the plain mean).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.domain.face import PassiveSample, Sighting
from kiosk.domain.policy import LivenessPolicy, Policy

_LOGIT_LIMIT = 7.0
"""One saturated frame (score 0.001 or 0.999) must not decide a window alone."""

_KEPT = 90


class Verdict(StrEnum):
    """What the window says so far."""

    PENDING = "pending"
    LIVE = "live"
    ATTACK = "attack"


def logit(score: float) -> float:
    """Log odds of a score in 0..1, limited to +-7."""
    if score <= 0.0:
        return -_LOGIT_LIMIT
    if score >= 1.0:
        return _LOGIT_LIMIT
    return max(-_LOGIT_LIMIT, min(_LOGIT_LIMIT, math.log(score / (1.0 - score))))


def sigmoid(value: float) -> float:
    """Inverse of :func:`logit`."""
    return 1.0 / (1.0 + math.exp(-value))


@dataclass(frozen=True, slots=True)
class Tally:
    """Evidence of one track.

    Attributes:
        logits: of the samples of the current window, oldest first.
        first_ms: time of the first sample of the window.
        last_ms: time of the newest sample.
        attack: latched; stays for the rest of the session.
        total, seen: sum of the logits of all samples since the session began, or since a window was live; how many they are.
        live: score of that window; None before.
    """

    logits: tuple[float, ...] = ()
    first_ms: float = 0.0
    last_ms: float = 0.0
    attack: bool = False
    total: float = 0.0
    seen: int = 0
    live: float | None = None

    @property
    def score(self) -> float | None:
        """Fused score 0..1 of the window; None without a sample."""
        return sigmoid(sum(self.logits) / len(self.logits)) if self.logits else None

    def whole(self, policy: LivenessPolicy) -> float | None:
        """Score 0..1 of the session: of the window that was live, or of what came after it where that is lower."""
        if not self.seen:
            return self.live
        since = sigmoid(self.total / self.seen)
        if self.live is None:
            return since
        return min(self.live, since) if self.seen >= policy.min_frames else self.live

    def again(self) -> Tally:
        """A new window; what counts for the whole session stays."""
        return Tally(attack=self.attack, total=self.total, seen=self.seen, live=self.live)

    def found_live(self) -> Tally:
        """The window was live: what comes now counts by itself."""
        scores = [score for score in (self.live, self.score) if score is not None]
        return replace(self, total=0.0, seen=0, live=min(scores, default=None))

    @property
    def span_ms(self) -> float:
        """How long the window is."""
        return self.last_ms - self.first_ms if self.logits else 0.0

    def share_done(self, policy: LivenessPolicy) -> float:
        """How far the shortest possible window has come, 0..1; for the screen."""
        return min(1.0, len(self.logits) / policy.min_frames)


def latched(tally: Tally, sample: PassiveSample | None) -> Tally:
    """The same evidence, and an attack for good where a cue of another kind says so in this frame."""
    return replace(tally, attack=True) if sample is not None and sample.vetoes else tally


def add(tally: Tally, sample: PassiveSample | None, at_ms: float, policy: LivenessPolicy) -> Tally:
    """One more sample. A gap longer than ``max_gap_ms`` starts the window again; a latched attack stays."""
    tally = latched(tally, sample)
    if sample is None or sample.score is None or not 0.0 <= sample.score <= 1.0:
        return tally
    if tally.logits and not 0.0 <= at_ms - tally.last_ms <= policy.max_gap_ms:
        tally = tally.again()
    newest_logit = logit(sample.score)
    logits = (*tally.logits, newest_logit)[-_KEPT:]
    newest = logits[-policy.veto_frames :]
    limit = logit(policy.threshold) - policy.veto_margin
    veto = len(newest) == policy.veto_frames and sum(newest) / len(newest) < limit
    return replace(
        tally,
        logits=logits,
        first_ms=tally.first_ms if tally.logits else at_ms,
        last_ms=at_ms,
        attack=tally.attack or veto,
        total=tally.total + newest_logit,
        seen=tally.seen + 1,
    )


def add_far(tally: Tally, sighting: Sighting, at_ms: float, policy: Policy) -> Tally:
    """One more sample of a face that looks at the camera from too far away. Only the tally's ``attack`` means anything.

    Nobody is let in from there, so a picture held up at arm's length would be asked to come closer until it is given up on. The
    networks know most such pictures all the same: of 554 attack frames of five development sites with faces under the gate,
    78 % lie more than ``far_margin`` under A's threshold, and none of the 33 live ones. Hence ``veto_frames`` of those in a row
    are an attack.
    """
    face = sighting.nearest
    if face is None or not face.is_sane or abs(face.pose.yaw) > policy.placement.max_yaw_deg:
        return tally
    if face.box.width < policy.placement.wake_share * sighting.width:
        return tally
    return add(tally, sighting.passive, at_ms, replace(policy.liveness, veto_margin=policy.liveness.far_margin))


def speaks_against(tally: Tally, policy: LivenessPolicy) -> bool:
    """Whether passive evidence refuses the session as a whole, now that it would be let in. Nothing outvotes it."""
    whole = tally.whole(policy)
    return tally.attack or (whole is not None and not whole >= policy.threshold)


def verdict(tally: Tally, policy: LivenessPolicy) -> Verdict:
    """What the evidence says; see the module's rule."""
    if tally.attack:
        return Verdict.ATTACK
    score = tally.score
    if score is None or len(tally.logits) < policy.min_frames or tally.span_ms < policy.min_ms:
        return Verdict.PENDING
    if score >= policy.sure:
        return Verdict.LIVE
    if tally.span_ms < policy.full_ms:
        return Verdict.PENDING
    return Verdict.LIVE if score >= policy.threshold else Verdict.ATTACK
