"""One labelled file shown to the station: a clip goes through the session machine itself, a picture is one frame.

A clip is one attempt. Every frame is looked at, at the times of its own stamps, and the machine (access mode, no challenge) is
stepped with what vision says of it; the attempt ends with the machine's first answer. A picture cannot fill the machine's
window, so it is one sample: guidance must be met, and the score must reach the threshold.

Must not grant anything: the machine's effects are read, none is done.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum, StrEnum

import numpy as np

from kiosk.camera.replay import ReplayCamera
from kiosk.camera.stills import read_picture
from kiosk.camera.uri import Replay
from kiosk.domain.decision import Decision, Reason
from kiosk.domain.errors import CameraError, InputError
from kiosk.domain.explain import Explanation, PassiveSeen, explain
from kiosk.domain.face import Frame, Sighting
from kiosk.domain.guidance import Hint, judge
from kiosk.domain.policy import ChallengeUse, DoorRisk, Policy, ScreenLightUse
from kiosk.domain.ports import Depth, Vision
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.domain.session.machine import step
from kiosk.evaluate.files import Kind, Sample

PAUSE_MS = 10_000.0
"""Between two attempts, on the clock that vision sees: longer than any memory of a face."""


class Explaining(Enum):
    """Whether a refusal is explained."""

    NO = "no"
    YES = "yes"


class Response(StrEnum):
    """What the station answered to one attempt."""

    LIVE = "live"
    ATTACK = "attack"
    INCONCLUSIVE = "inconclusive"
    NOT_GUIDED = "not_guided"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One file and the answer.

    Attributes:
        score: fused liveness score 0..1 when the answer fell; None where no frame met the gates.
        brightness: mean luma of the face over the frames that were measured, 0..255; None without one.
        hint: what guidance asked for most often, where it was never met.
        frames: how many were looked at.
        answer_ms: from the first frame to the answer, in the clip's own time; 0 for a picture.
        spent_ms: work on this machine.
        explanation: of a clip's refusal, cue by cue; None where there was none, or it was not asked for.
    """

    sample: Sample
    response: Response
    score: float | None = None
    brightness: float | None = None
    hint: Hint | None = None
    frames: int = 0
    answer_ms: float = 0.0
    spent_ms: float = 0.0
    explanation: Explanation | None = None


class _Now:
    """A clock that stands still until told; frames carry its time."""

    def __init__(self) -> None:
        self.at_ms = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC)

    def mono_ms(self) -> float:
        return self.at_ms


def _unasked(policy: Policy) -> Policy:
    """The same passive evidence, at a door and with a screen that ask for nothing more."""
    liveness = replace(policy.liveness, challenge=ChallengeUse.NEVER, screen_light=ScreenLightUse.NEVER)
    return replace(policy, liveness=liveness, tiers=replace(policy.tiers, risk=DoorRisk.NORMAL))


class Presenter:
    """Shows files to the station's own vision and rules, one after the other. One thread makes and uses it.

    Args:
        vision: made by the caller, closed by the caller.
        policy: the station's; a file cannot do as it is asked, so it is asked for neither motions nor light.
        explaining: whether refusals are explained, with the session as landmarks.
    """

    def __init__(self, vision: Vision, policy: Policy, *, explaining: Explaining = Explaining.NO) -> None:
        self._vision = vision
        self._explaining = explaining
        self._policy = _unasked(policy)
        self._clock = _Now()

    def show(self, sample: Sample) -> Attempt:
        """One attempt.

        Raises:
            ModelError: the engine failed.
        """
        began = time.perf_counter()
        self._clock.at_ms += PAUSE_MS
        try:
            attempt = self._picture(sample) if sample.kind is Kind.PICTURE else self._clip(sample)
        except (InputError, CameraError):
            attempt = Attempt(sample=sample, response=Response.UNREADABLE)
        return replace(attempt, spent_ms=(time.perf_counter() - began) * 1000)

    def _picture(self, sample: Sample) -> Attempt:
        pixels = read_picture(sample.path)
        self._clear(pixels.shape[:2])
        sighting = self._vision.look(Frame(pixels, 0, self._clock.at_ms), Depth.FULL)
        hint = judge(sighting, self._policy)
        score = sighting.passive.score if sighting.passive is not None and hint is Hint.OK else None
        if hint is not Hint.OK:
            response = Response.NOT_GUIDED
        elif score is None:
            response = Response.INCONCLUSIVE
        else:
            response = Response.LIVE if score >= self._policy.liveness.threshold else Response.ATTACK
        return Attempt(
            sample=sample,
            response=response,
            score=score,
            brightness=_mean_brightness([sighting]),
            hint=hint if response is Response.NOT_GUIDED else None,
            frames=1,
        )

    def _clip(self, sample: Sample) -> Attempt:
        camera = ReplayCamera(Replay(path=sample.path), self._clock, paced=False)
        info = camera.open()
        try:
            self._clear((info.height, info.width))
            return self._run(sample, iter(camera.read, None))
        finally:
            camera.close()

    def _run(self, sample: Sample, frames: Iterable[Frame]) -> Attempt:
        visit = _Visit(self._policy, self._clock.at_ms)
        seen: list[Sighting] = []
        began = self._clock.at_ms
        for frame in frames:
            if not seen:
                began = frame.mono_ms
            self._clock.at_ms = frame.mono_ms
            sighting = self._vision.look(frame, visit.depth)
            # The landmarks of half a minute of frames are not needed any more.
            seen.append(replace(sighting, faces=()))
            visit.see(sighting)
            if visit.response is not None:
                break
        response = visit.response or (Response.INCONCLUSIVE if visit.guided else Response.NOT_GUIDED)
        return Attempt(
            sample=sample,
            response=response,
            score=visit.score,
            brightness=_mean_brightness(seen),
            hint=visit.hint if response is Response.NOT_GUIDED else None,
            frames=len(seen),
            answer_ms=self._clock.at_ms - began,
            explanation=visit.explained() if self._explaining is Explaining.YES else None,
        )

    def _clear(self, size: tuple[int, ...]) -> None:
        """Let vision see an empty room, so that nothing of the last file is followed into this one."""
        empty = np.full((size[0], size[1], 3), 127, dtype=np.uint8)
        self._vision.look(Frame(empty, 0, self._clock.at_ms), Depth.TRACK)
        self._vision.forget()
        self._clock.at_ms += PAUSE_MS


def _mean_brightness(seen: Iterable[Sighting]) -> float | None:
    values = [s.measures.brightness for s in seen if s.measures is not None]
    return sum(values) / len(values) if values else None


@dataclass(slots=True)
class _Visit:
    """The session machine over one clip, until its first answer."""

    policy: Policy
    began_ms: float
    response: Response | None = None
    guided: bool = False
    score: float | None = None
    depth: Depth = Depth.TRACK
    hints: Counter[Hint] = field(default_factory=Counter)
    explanation: Explanation | None = None
    passive: PassiveSeen = field(default_factory=PassiveSeen)
    kiosk: st.Kiosk = field(init=False)

    def __post_init__(self) -> None:
        self.kiosk = st.begin(st.Mode.ACCESS, now_ms=self.began_ms)

    @property
    def hint(self) -> Hint | None:
        """What was asked for most often."""
        return self.hints.most_common(1)[0][0] if self.hints else None

    def see(self, sighting: Sighting) -> None:
        """One more frame."""
        self.hints[judge(sighting, self.policy)] += 1
        self.kiosk, effects = step(self.kiosk, ev.Seen(sighting), self.policy)
        visit = st.visit_of(self.kiosk.phase)
        self.passive = self.passive.add(sighting.passive, visit.session if visit is not None else None)
        if visit is not None and visit.score is not None:
            self.score = visit.score
        for effect in effects:
            self._heed(effect)

    def explained(self) -> Explanation | None:
        """Why it was refused, or what it had come to when the clip ended; None for what was live or never in place."""
        visit = st.visit_of(self.kiosk.phase)
        if self.explanation is not None or self.response is Response.LIVE or visit is None:
            return self.explanation
        return explain(visit, Decision(Reason.LIVENESS_UNSURE), self.policy, self.passive)

    def _heed(self, effect: fx.Effect) -> None:
        match effect:
            case fx.Follow():
                self.depth = Depth.FULL
            case fx.Keep():
                self.guided = True
            case fx.Wipe():
                self.depth = Depth.TRACK
            case fx.Capture():
                self.response = Response.LIVE
            case fx.Announce() if self.response is None:
                self.response = self._meaning(effect.decision.reason)
                self.explanation = explain(effect.visit, effect.decision, self.policy, self.passive)
            case _:
                pass

    def _meaning(self, reason: Reason) -> Response:
        if reason is Reason.ATTACK:
            return Response.ATTACK
        return Response.INCONCLUSIVE if self.guided else Response.NOT_GUIDED
