"""A visit to a camera without a window: watch until one person is live and captured, or say why not. For ``kiosk identify``.

The rules are the station's: guidance, the passive window, a veto that is never outvoted, and stills of the same track. It asks
for no active step, so it answers a question and opens nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.domain.face import Embedding, Frame, Sighting, TrackId, mean_embedding
from kiosk.domain.guidance import Guidance, Hint, judge, steady
from kiosk.domain.liveness import Tally, Verdict, add, verdict
from kiosk.domain.policy import Policy
from kiosk.domain.ports import Camera, Clock, Depth, Vision
from kiosk.domain.session.states import SessionId
from kiosk.station.keeper import Keeper, Still
from kiosk.station.picture import Seen, Why


@dataclass(slots=True)
class _Visit:
    """What was seen of one face."""

    track: TrackId
    keeper: Keeper
    tally: Tally = field(default_factory=Tally)
    live_since_ms: float | None = None


def watch(
    camera: Camera,
    vision: Vision,
    clock: Clock,
    policy: Policy,
    *,
    tell: Callable[[Hint], None],
    limit_ms: float | None = None,
) -> Seen:
    """Open the camera, watch, close it. All on the calling thread.

    Args:
        tell: called with each new hint.
        limit_ms: how long at most; guiding and liveness of the policy by default.

    Raises:
        CameraError: the camera failed.
        ModelError: vision failed.
    """
    limit = policy.timing.guiding_ms + policy.timing.liveness_ms if limit_ms is None else limit_ms
    camera.open()
    try:
        return _Watch(vision, policy, tell).run(camera, clock, limit)
    finally:
        camera.close()


class _Watch:
    def __init__(self, vision: Vision, policy: Policy, tell: Callable[[Hint], None]) -> None:
        self._vision = vision
        self._policy = policy
        self._tell = tell
        self._guidance = Guidance()
        self._visit: _Visit | None = None
        self._face_seen = False
        self._guided = False

    def run(self, camera: Camera, clock: Clock, limit_ms: float) -> Seen:
        until = clock.mono_ms() + limit_ms
        while clock.mono_ms() < until:
            frame = camera.read()
            if frame is None:
                break
            seen = self._frame(frame)
            if seen is not None:
                return seen
        return self._at_the_end()

    def _frame(self, frame: Frame) -> Seen | None:
        sighting = self._vision.look(frame, Depth.FULL)
        hint = judge(sighting, self._policy, in_place=self._visit is not None)
        self._say(hint, sighting.mono_ms)
        face = sighting.nearest
        self._face_seen = self._face_seen or face is not None
        if face is None or hint is Hint.ONE_PERSON or (self._visit is not None and self._visit.track != face.track):
            self._visit = None  # a new face starts from nothing
        if face is None or hint is not Hint.OK:
            return None
        self._guided = True
        if self._visit is None:
            wanted = self._policy.matching.probe_stills
            keeper = Keeper(SessionId(0), face.track, self._policy, spacing_ms=0.0, wanted=wanted)
            self._visit = _Visit(face.track, keeper)
        return self._evidence(self._visit, frame, sighting)

    def _evidence(self, visit: _Visit, frame: Frame, sighting: Sighting) -> Seen | None:
        visit.tally = add(visit.tally, sighting.passive, sighting.mono_ms, self._policy.liveness)
        visit.keeper.offer(frame.pixels, sighting)
        score = visit.tally.score
        match verdict(visit.tally, self._policy.liveness):
            case Verdict.ATTACK:
                return Seen(Why.ATTACK, score=score, live=False)
            case Verdict.PENDING:
                visit.live_since_ms = None
                return None
            case Verdict.LIVE:
                if visit.live_since_ms is None:
                    visit.live_since_ms = sighting.mono_ms
                late = sighting.mono_ms - visit.live_since_ms >= self._policy.timing.capturing_ms
                return self._captured(visit, score) if visit.keeper.full or late else None

    def _captured(self, visit: _Visit, score: float | None) -> Seen | None:
        stills = visit.keeper.best()
        probes = [
            (still, probe) for still in stills if (probe := self._vision.embed(still.pixels, still.face)) is not None
        ]
        if not probes:
            return None
        return self._of_one_person(probes, score)

    def _of_one_person(self, probes: list[tuple[Still, Embedding]], score: float | None) -> Seen:
        anchor = probes[0][1]
        if not all(anchor.similarity(probe) >= self._policy.matching.same_person for _, probe in probes):
            return Seen(Why.FACE_CHANGED, score=score)
        best = max((still for still, _ in probes), key=lambda still: still.quality)
        probe = mean_embedding(tuple(probe for _, probe in probes))
        return Seen(None, score=score, live=True, still=best, probe=probe)

    def _say(self, hint: Hint, at_ms: float) -> None:
        before = self._guidance.shown
        self._guidance = steady(self._guidance, hint, at_ms)
        if self._guidance.shown is not before:
            self._tell(self._guidance.shown)

    def _at_the_end(self) -> Seen:
        if not self._face_seen:
            return Seen(Why.NO_FACE)
        if not self._guided:
            return Seen(Why.NOT_GUIDED, self._guidance.shown)
        score = self._visit.tally.score if self._visit is not None else None
        return Seen(Why.LIVENESS_UNSURE, score=score)
