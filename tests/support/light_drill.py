"""Simulated scenes under the screen's light: what a camera would see of a head, a display, a print, an earlier recording.

Everything here is a SIMULATION, called so wherever it is counted: Lambert's law on three patches, a room light of any colour, a
sensor's noise, exposure that wanders, white balance that drifts. It has no reflections on a screen, no light between things in
a room, no automatic white balance that reacts to the colours, and no real skin. Run it for the figures (seeded)::

    cd tests && python -m support.light_drill [--attempts 2000]
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass

from kiosk.domain.face import Reflection
from kiosk.domain.light.colours import Lights, draw
from kiosk.domain.light.judge import Echo, LightJudge
from kiosk.domain.policy import LightStep

Light = tuple[float, float, float]
FRAME_MS = 1000.0 / 20.0
LATE_MS = 120.0
"""From the screen to the camera's frame."""

SPECIES = ("head", "display", "print", "print_cut_out", "earlier_video")


@dataclass(frozen=True, slots=True)
class Scene:
    """What is before the camera.

    Attributes:
        face, around: the screen's light on the face, and on what is beside it, as a share of the room's.
        plays: what was shown when the recording on a display was made; None for everything else.
    """

    face: float
    around: float
    plays: Lights | None = None


def scene_of(species: str, chance: random.Random, policy: LightStep) -> Scene:
    """One of these, in a room of its own."""
    screen = chance.uniform(0.04, 0.25)  # 20 to 80 lux of a screen at arm's length in a room of 300 to 500
    match species:
        case "head":
            return Scene(screen, screen * chance.uniform(0.02, 0.3))
        case "display":
            return Scene(screen * chance.uniform(0.0, 0.06), screen * chance.uniform(0.0, 0.3))  # glass gives back 4 %
        case "print":
            return Scene(screen, screen * chance.uniform(0.85, 1.1))
        case "print_cut_out":
            return Scene(screen, screen * chance.uniform(0.02, 0.3))
        case _:
            return Scene(screen, screen * chance.uniform(0.02, 0.3), plays=draw(chance, policy))


def attempt(species: str, seed: int, policy: LightStep) -> LightJudge:
    """One sequence before one scene."""
    chance = random.Random(seed)
    lights, scene = draw(chance, policy), scene_of(species, chance, policy)
    room = [chance.uniform(0.6, 1.0) for _ in range(3)]
    skin = (chance.uniform(0.05, 0.35), chance.uniform(0.08, 0.45), chance.uniform(0.15, 0.6))
    wall = [chance.uniform(0.05, 0.7) for _ in range(3)]
    drift = [chance.gauss(0.0, 0.004) for _ in range(3)]  # a second
    judge, at_ms = LightJudge(lights=lights, since_ms=0.0), 0.0
    while judge.echo is Echo.PENDING:
        played = scene.plays or lights
        light = _light_at(played, at_ms - LATE_MS)
        exposure = 1.0 + 0.05 * random.Random(seed + int(at_ms / 400.0)).gauss(0.0, 1.0)
        balance = [1.0 + d * at_ms / 1000.0 for d in drift]

        def seen(
            colour: tuple[float, ...],
            share: float,
            light: Light = light,
            gain: float = exposure,
            white: list[float] = balance,
        ) -> Light:
            values = [
                colour[i] * (room[i] + share * light[i]) * gain * white[i] * (1.0 + chance.gauss(0.0, 0.004))
                for i in range(3)
            ]
            return values[0], values[1], values[2]

        reflection = Reflection(
            seen(skin, scene.face), seen(tuple(wall), scene.around), seen(tuple(wall), scene.around)
        )
        judge = judge.see(reflection, at_ms, policy)
        at_ms += FRAME_MS
    return judge


def _light_at(lights: Lights, at_ms: float) -> Light:
    step = lights.at(min(max(0.0, at_ms), lights.whole_ms - 1.0))
    assert step is not None
    return lights.steps[step[0]].colour.light


def attempts(species: str, count: int, policy: LightStep | None = None) -> Counter[Echo]:
    """What so many came to."""
    return Counter(attempt(species, seed, policy or LightStep()).echo for seed in range(count))


def _main() -> None:
    import argparse

    from kiosk.cli.output import say
    from kiosk.evaluate.statistics import Rate

    ask = argparse.ArgumentParser(description="Figures of the screen's light; all scenes are simulated.")
    ask.add_argument("--attempts", type=int, default=2000)
    given = ask.parse_args()
    for species in SPECIES:
        found = attempts(species, given.attempts)
        rate = Rate(found[Echo.SEEN], given.attempts)
        assert rate.interval is not None
        told = {str(echo): count for echo, count in found.items()}
        say(
            f"{species:14s} passed {rate.hits:4d} of {rate.of} [{rate.interval.low:.4f}, {rate.interval.high:.4f}]  {told}"
        )


if __name__ == "__main__":
    _main()
