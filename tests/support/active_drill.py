"""Shows simulated attacks and bona fide answers to the real tracker, the real networks and the real session machine.

Run it by hand for the figures (seeded; ``--shared`` adds recordings of real people)::

    cd tests && python -m support.active_drill --attempts 200 --only flat_portrait,synthetic
    cd tests && python -m support.active_drill --attempts 24 --shared ../../shared

Each attempt is judged twice over the same frames: by the active step alone (passive evidence is taken for perfect), and by the
station's own rule with both. All attacks are simulated: see :mod:`support.attacks`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from support import attacks
from support.visits import ASKING, Visit

from kiosk.camera.obeying import Manner, Obeying
from kiosk.camera.relief import Relief, SyntheticPose
from kiosk.camera.synthetic import HEIGHT, WIDTH, Noise, steady
from kiosk.cli.scenes import Portraits
from kiosk.domain.challenge.judge import Failure
from kiosk.domain.challenge.motion import Motion, draw
from kiosk.domain.decision import Reason
from kiosk.domain.face import Frame, PassiveSample, Pixels
from kiosk.domain.policy import Policy
from kiosk.domain.ports import Depth
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.vision.engine import Engine
from kiosk.vision.models import ModelFiles

Scene = Callable[[float, Motion | None], Pixels]
"""Milliseconds since it began, what is asked -> what the camera sees."""

PORTRAITS = ("portrait_a", "portrait_a2", "portrait_b", "portrait_astronaut")
FRAME_MS = 50.0
LONGEST_MS = 12_000.0


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended."""

    passed: bool
    reason: Reason | None
    failure: Failure | None
    sessions: int
    ms: float


@dataclass(frozen=True, slots=True)
class Attempt:
    """By the active step alone, and by both."""

    species: str
    seed: int
    alone: Ending
    both: Ending | None


@dataclass
class Drill:
    """The parts, made once."""

    engine: Engine
    models: ModelFiles
    policy: Policy = ASKING
    frame_ms: float = FRAME_MS
    now_ms: float = 0.0
    recent: tuple[tuple[Motion, ...], ...] = ()
    reliefs: dict[str, Relief] = field(default_factory=dict)
    sheets: dict[str, Pixels] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._noise = Noise(0)
        with Portraits(self.models) as portraits:
            for name in PORTRAITS:
                self.reliefs[name] = portraits.relief(self.models.path(name))
                pixels, face = portraits.face(self.models.path(name))
                self.sheets[name] = attacks.sheet_of(pixels, face.landmarks)

    def attempt(
        self, species: str, scene: Scene, *, seed: int, passive: bool, record: list[Pixels] | None = None
    ) -> Attempt:
        """One attempt with a sequence drawn from the seed."""
        self.now_ms += 20_000.0
        self.engine.forget()
        self._clear()
        began = self.now_ms
        sequence = draw(random.Random(seed), self.policy.active, recent=self.recent)
        self.recent = (sequence.motions,)
        visits = [Visit(policy=self.policy, sequence=sequence) for _ in range(2 if passive else 1)]
        for visit in visits:
            visit.kiosk = st.begin(st.Mode.ACCESS, now_ms=began)
        while self.now_ms - began < LONGEST_MS and not all(v.announced for v in visits):
            asked = next((v.asked for v in visits if v.asked is not None), None)
            pixels = scene(self.now_ms - began, asked)
            if record is not None:
                record.append(pixels)
            frame = Frame(pixels, int(self.now_ms), self.now_ms)
            sighting = self.engine.look(frame, Depth.FULL if passive else Depth.TRACK)
            perfect = replace(sighting, measures=None, passive=PassiveSample(0.99) if sighting.faces else None)
            for visit, seen in zip(visits, (perfect, sighting), strict=False):
                if not visit.announced:
                    visit.step(ev.Seen(seen))
            self.now_ms += self.frame_ms
        endings = [_ending(visit, began) for visit in visits]
        return Attempt(species, seed, endings[0], endings[1] if passive else None)

    def _clear(self) -> None:
        """An empty room, so that the tracker does not start on the last face."""
        grey = np.full((HEIGHT, WIDTH, 3), 127, np.uint8)
        for _ in range(2):
            self.engine.look(Frame(grey, int(self.now_ms), self.now_ms), Depth.TRACK)
            self.now_ms += self.frame_ms

    def sitter(self, name: str, seed: int) -> Scene:
        """A portrait moved in 3D that obeys: geometry of a head, and called synthetic."""
        chance = random.Random(seed)
        manner = Manner(
            reaction_ms=chance.uniform(250, 600),
            out_ms=chance.uniform(300, 550),
            turn_deg=chance.uniform(28, 30),
            nod_deg=chance.uniform(20, 23),
        )
        stand = steady(seed=seed, pose=SyntheticPose(distance_cm=chance.uniform(40, 52)))
        actor, relief = Obeying(stand, manner), self.reliefs[name]

        def scene(t_ms: float, asked: Motion | None) -> Pixels:
            actor.ask(asked)
            return self._noise.add(relief.render(actor(t_ms), width=WIDTH, height=HEIGHT), t_ms)

        return scene

    def earlier(self, name: str, seed: int) -> list[Pixels]:
        """Sheets of a recording of an earlier challenge, answered by the synthetic camera."""
        frames: list[Pixels] = []
        self.attempt("recorded", self.sitter(name, seed), seed=50_000 + seed, passive=False, record=frames)
        return [attacks.cut_to_sheet(f, (WIDTH / 2, HEIGHT / 2), 0.24 * WIDTH) for f in frames]


def _ending(visit: Visit, began_ms: float) -> Ending:
    announced = visit.announced[0] if visit.announced else None
    judge = announced.visit.judge if announced is not None else None
    return Ending(
        passed=visit.passed,
        reason=visit.reason,
        failure=judge.failure if judge is not None else None,
        sessions=len(visit.sessions),
        ms=visit.kiosk.now_ms - began_ms,
    )


SPECIES = (
    "flat_portrait", "print", "cut_out", "screen_portrait", "screen_video", "other_speed", "cut_together", "earlier_challenge",
)  # fmt: skip
"""Simulated, all of them."""


def attempts(
    drill: Drill, species: str, count: int, *, clips: dict[str, list[Pixels]] | None = None, passive: bool = True
) -> Iterator[Attempt]:
    """So many attempts of a species (or of ``synthetic``, the bona fide answers), each with a seed of its own."""
    recordings = clips or {}
    for seed in range(count):
        name = PORTRAITS[seed % len(PORTRAITS)]
        if species == "synthetic":
            yield drill.attempt(species, drill.sitter(name, seed), seed=seed, passive=passive)
            continue
        sheets = list(recordings.values())[seed % len(recordings)] if recordings else []
        if species == "earlier_challenge" or (
            not sheets and species in {"screen_video", "other_speed", "cut_together"}
        ):
            sheets = drill.earlier(name, seed)
        held = surface(species, drill.sheets[name], sheets, seed, drill.frame_ms)
        yield drill.attempt(species, held.render, seed=seed, passive=passive)


def surface(species: str, portrait: Pixels, sheets: list[Pixels], seed: int, frame_ms: float) -> attacks.HeldSurface:
    """One simulated attack."""
    fps = 1000.0 / frame_ms
    speed = random.Random(seed).choice((0.5, 0.7, 1.3, 1.6, 2.0))
    still_path, moved = attacks.HandPath(seed, tilt_deg=4.0, answers=False), attacks.HandPath(seed)
    match species:
        case "flat_portrait":
            return attacks.HeldSurface(attacks.still(portrait), moved)
        case "print":
            return attacks.HeldSurface(attacks.printed(portrait, seed=seed), moved)
        case "cut_out":
            paper = attacks.printed(portrait, seed=seed)
            return attacks.HeldSurface(paper, moved, mask=attacks.cut_out())
        case "screen_portrait":
            return attacks.HeldSurface(attacks.on_screen(attacks.still(portrait), seed=seed), moved)
        case "screen_video":
            shown = attacks.video(sheets, fps=fps)
        case "other_speed":
            shown = attacks.video(sheets, fps=fps, speed=speed)
        case "cut_together":
            shown = attacks.cut_together(sheets, seed=seed, fps=fps)
        case _:
            shown = attacks.video(sheets, fps=fps, loop=False)
    return attacks.HeldSurface(attacks.on_screen(shown, seed=seed), still_path)


def recordings(folder: Path, engine: Engine, *, every_ms: float = FRAME_MS, most: int = 160) -> dict[str, list[Pixels]]:
    """Sheets of the live clips below ``folder``, one list a clip, cut where the face is in the first frames."""
    found: dict[str, list[Pixels]] = {}
    for number, path in enumerate(sorted((folder / "data" / "clips" / "live").iterdir())):
        video = cv2.VideoCapture(str(path))
        rate = video.get(cv2.CAP_PROP_FPS)
        step = max(1, round((rate if 5 < rate < 121 else 30.0) * every_ms / 1000.0))
        sheets: list[Pixels] = []
        where: tuple[list[float], float] | None = None
        index = 0
        while len(sheets) < most:
            good, pixels = video.read()
            if not good:
                break
            if where is None:
                where = _face_at(engine, pixels, -1e6 + number * 1e4 + index * 33.0)
            if where is not None and index % step == 0:
                sheets.append(attacks.cut_to_sheet(pixels, *where))
            index += 1
        video.release()
        if len(sheets) >= 30:
            found[path.stem] = sheets
    return found


def _face_at(engine: Engine, pixels: Pixels, at_ms: float) -> tuple[list[float], float] | None:
    face = engine.look(Frame(pixels, 0, at_ms), Depth.TRACK).nearest
    return None if face is None else (list(face.box.centre), face.box.width)


def _main() -> None:
    import argparse
    from collections import Counter

    from support.weights import models

    from kiosk.cli.output import say
    from kiosk.evaluate.statistics import Rate

    ask = argparse.ArgumentParser(description="Figures of the active step; all attacks are simulated.")
    ask.add_argument("--attempts", type=int, default=12)
    ask.add_argument("--only", default="", help="species, separated by commas")
    ask.add_argument("--shared", type=Path)
    ask.add_argument("--frame-ms", type=float, default=FRAME_MS)
    ask.add_argument("--no-passive", action="store_true")
    given = ask.parse_args()
    files = models()
    engine = Engine(files)
    clips = recordings(given.shared, engine) if given.shared else {}
    drill = Drill(engine, files, frame_ms=given.frame_ms)
    limits_of = drill.policy.liveness
    networks = "none" if given.no_passive else ", ".join(engine.liveness_networks)
    say(f"active step: {limits_of.challenge}; networks: {networks}; passive limit {limits_of.threshold}")
    for species in given.only.split(",") if given.only else ("synthetic", *SPECIES):
        done = list(attempts(drill, species, given.attempts, clips=clips, passive=not given.no_passive))
        for what, endings in (
            ("active alone", [a.alone for a in done]),
            ("passive and active", [a.both for a in done if a.both is not None]),
        ):
            if not endings:
                continue
            rate = Rate(sum(e.passed for e in endings), len(endings))
            why = Counter(str(e.failure or e.reason) for e in endings)
            seconds = float(np.median([e.ms for e in endings])) / 1000
            limits = rate.interval
            assert limits is not None
            say(
                f"{species:18s} {what:19s} passed {rate.hits:3d} of {rate.of:3d} "
                f"[{limits.low:.3f}, {limits.high:.3f}]  median {seconds:.1f} s  {dict(why)}"
            )
    engine.close()


if __name__ == "__main__":
    _main()
