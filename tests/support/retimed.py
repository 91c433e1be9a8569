"""A real recording of a head that moves, re-timed so that it answers: real frames and real landmarks, played when asked for.

Bona fide, with a limit that is said wherever it is counted: the frames are a person's, their order in time is not. A stretch of
the recording in which the head goes the asked way is played there and back; in between, the frames around its beginning are
played to and fro, as are those before its turning point while it is to be held (where that is too quick to be held, the recording
holds no such motion). One motion of one recording is asked twice, each time with the way back to the middle, with random pauses:
never a path as a station draws it. Stretches are chosen by limits that the judge has too, and the gates of light and of what
covers a face are left open, since a frame that is played again is no new picture. For the figures::

    cd tests && python -m support.retimed --shared ../../shared
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from support.visits import ASKING, FRAME_MS, Visit

from kiosk.domain.challenge.motion import DIRECTIONS, Ask, Motion, pauses_of
from kiosk.domain.challenge.motion import Sequence as Asked
from kiosk.domain.face import Face, Frame, Sighting, TrackId
from kiosk.domain.policy import ActiveStep, Policy
from kiosk.domain.ports import Depth

if TYPE_CHECKING:
    from kiosk.vision.engine import Engine

PEOPLE = ("portrait_3.mp4", "portrait_9.mp4", "webcam_a.webm")
"""Recordings of real people who move their heads; below ``data/clips/live`` of the shared files."""

EACH = 12
"""Visits for each motion that a recording holds."""

_CLOCK = itertools.count(10_000_000, 120_000)
"""When each clip begins on the engine's clock, which only goes on."""

LONGEST = 24
"""Frames in which a motion is done, at most."""

AROUND = 2
"""Frames to either side of the rest that are played to and fro."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Frames ``rest`` to ``peak`` of a recording (either may come first) show this motion."""

    motion: Motion
    rest: int
    peak: int


def stretches(faces: Sequence[Face], policy: Policy = ASKING) -> list[Stretch]:
    """The quickest clean stretch for each motion that this recording holds."""
    found = []
    for motion in DIRECTIONS:
        all_of = list(_of(faces, motion, policy))
        if all_of:
            found.append(min(all_of, key=lambda s: abs(s.peak - s.rest)))
    return found


def _of(faces: Sequence[Face], motion: Motion, policy: Policy) -> Iterator[Stretch]:
    active = policy.active
    full = active.turn_deg if motion.is_turn else active.nod_deg
    for rest in range(AROUND, len(faces) - AROUND):
        if not _is_frontal(faces[rest], policy) or not _is_calm(faces, rest, active):
            continue
        for way in (1, -1):
            for step in range(6, LONGEST):
                at = rest + way * step
                if not 0 <= at < len(faces):
                    break
                yaw = faces[at].pose.yaw - faces[rest].pose.yaw
                pitch = faces[at].pose.pitch - faces[rest].pose.pitch
                gone = motion.along(yaw=yaw, pitch=pitch)
                other = abs(pitch) / active.nod_deg if motion.is_turn else abs(yaw) / active.turn_deg
                if other >= 0.9 or gone < -active.back_deg:
                    break
                least = min(
                    motion.along(yaw=faces[at].pose.yaw - f.pose.yaw, pitch=faces[at].pose.pitch - f.pose.pitch)
                    for f in faces[rest - AROUND : rest + AROUND + 1]
                )
                if least >= 1.05 * full:
                    peak = _turning_point(faces, motion, (rest, at), active)
                    if _can_be_held(faces, motion, (rest, peak), 0.75 * full):
                        yield Stretch(motion, rest, peak)
                    break


def _turning_point(faces: Sequence[Face], motion: Motion, between: tuple[int, int], active: ActiveStep) -> int:
    """Where the head that goes this way turns back by itself: there it is slow enough to be held."""
    rest, at = between
    way = 1 if at > rest else -1
    here = faces[at].pose
    while AROUND <= at + way < len(faces) - AROUND:
        after = faces[at + way].pose
        aside = (
            abs(after.pitch - faces[rest].pose.pitch) / active.nod_deg
            if motion.is_turn
            else abs(after.yaw - faces[rest].pose.yaw) / active.turn_deg
        )
        if aside >= 0.9 or motion.along(yaw=after.yaw - here.yaw, pitch=after.pitch - here.pitch) <= 0.0:
            break
        at, here = at + way, after
    return at


def _can_be_held(faces: Sequence[Face], motion: Motion, between: tuple[int, int], least: float) -> bool:
    rest, peak = between
    way = 1 if peak > rest else -1
    start = faces[rest].pose
    held = [faces[peak - way * step].pose for step in range(AROUND + 1)]
    return all(motion.along(yaw=p.yaw - start.yaw, pitch=p.pitch - start.pitch) >= least for p in held)


def _is_frontal(face: Face, policy: Policy) -> bool:
    place = policy.placement
    return abs(face.pose.yaw) <= place.max_yaw_deg - 1 and abs(face.pose.pitch) <= place.max_pitch_deg - 1


def _is_calm(faces: Sequence[Face], rest: int, active: ActiveStep) -> bool:
    near = faces[rest - AROUND : rest + AROUND + 1]
    yaws, pitches = [f.pose.yaw for f in near], [f.pose.pitch for f in near]
    return max(max(yaws) - min(yaws), max(pitches) - min(pitches)) <= 0.8 * active.still_deg


@dataclass
class Replayed:
    """Plays a stretch there when it is asked, stays around its end, and plays it back; at the recording's own pace."""

    sightings: Sequence[Sighting]
    stretch: Stretch
    reaction_ms: float
    gone: int = 0
    stirs: int = 0
    away: bool = False
    asked_ms: float = -1e9

    def __call__(self, at_ms: float, asked: Motion | None) -> Sighting:
        """What vision said of the frame that is played now."""
        if (asked is self.stretch.motion) is not self.away:
            self.away, self.asked_ms = not self.away, at_ms
        chosen = self.sightings[self._index(at_ms)]
        face = chosen.nearest
        assert face is not None
        return replace(chosen, seq=int(at_ms), mono_ms=at_ms, faces=(replace(face, track=TrackId(1)),), measures=None)

    def _index(self, at_ms: float) -> int:
        rest, peak = self.stretch.rest, self.stretch.peak
        whole = abs(peak - rest)
        waits = at_ms - self.asked_ms < self.reaction_ms
        goal = whole if self.away is not waits else 0
        if self.gone != goal:
            self.gone += 1 if goal > self.gone else -1
            self.stirs = 0
            return rest + (self.gone if peak > rest else -self.gone)
        self.stirs += 1
        swing = abs((self.stirs + AROUND) % (2 * AROUND) - AROUND)  # 0 .. AROUND and back, beginning with AROUND - 1
        return rest + (self.gone - swing) * (1 if peak > rest else -1)


def attempts(
    sightings: Sequence[Sighting], count: int, policy: Policy = ASKING
) -> Iterator[tuple[Stretch, int, Visit]]:
    """So many visits for each motion that the recording holds: the stretch, the seed, and how it went."""
    faces = [s.nearest for s in sightings]
    assert all(face is not None for face in faces)
    for stretch in stretches([face for face in faces if face is not None], policy):
        for seed in range(count):
            chance = random.Random(seed)
            there_and_back = itertools.cycle((stretch.motion, Motion.CENTRE))
            asks = (
                Ask(motion, pause)
                for motion, pause in zip(there_and_back, pauses_of(chance, policy.active), strict=False)
            )
            shown = Replayed(sightings, stretch, chance.uniform(250, 600))
            yield stretch, seed, Visit(policy=policy, sequence=Asked(tuple(asks))).run(shown)


def watched(engine: Engine, clip: Path) -> list[Sighting]:
    """What the engine says of every frame of a clip."""
    import cv2

    engine.forget()
    video, began = cv2.VideoCapture(str(clip)), float(next(_CLOCK))
    seen: list[Sighting] = []
    while True:
        good, pixels = video.read()
        if not good:
            break
        seen.append(engine.look(Frame(pixels, len(seen), began + len(seen) * FRAME_MS), Depth.FULL))
    video.release()
    return [s for s in seen if s.nearest is not None and s.passive is not None and s.passive.score is not None]


def _main() -> None:
    import argparse

    from support.weights import models

    from kiosk.cli.output import say
    from kiosk.evaluate.statistics import Rate
    from kiosk.vision.engine import Engine

    ask = argparse.ArgumentParser(description="Figures of people who do as asked; their recordings are re-timed.")
    ask.add_argument("--shared", type=Path, required=True)
    ask.add_argument("--each", type=int, default=EACH, help="visits for each motion that a recording holds")
    given = ask.parse_args()
    engine = Engine(models())
    limits = ASKING.liveness
    say(
        f"active step: {limits.challenge}; networks: {', '.join(engine.liveness_networks)}; passive limit {limits.threshold}"
    )
    let_in, of = 0, 0
    for name in PEOPLE:
        found: dict[Motion, list[bool]] = {}
        for stretch, _, visit in attempts(watched(engine, given.shared / "data" / "clips" / "live" / name), given.each):
            found.setdefault(stretch.motion, []).append(bool(visit.opened))
        for motion, opened in found.items():
            say(f"{name:16s} {motion:6s} let in {sum(opened)} of {len(opened)}")
            let_in, of = let_in + sum(opened), of + len(opened)
    whole = Rate(let_in, of)
    limits_of = whole.interval
    assert limits_of is not None
    say(f"all: let in {let_in} of {of} [{limits_of.low:.3f}, {limits_of.high:.3f}]")
    engine.close()


if __name__ == "__main__":
    _main()
