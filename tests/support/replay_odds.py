"""How likely is it that a recording of an earlier challenge answers a new one? Landmarks alone, many times over, seeded.

    cd tests && python -m support.replay_odds [--runs 160]

The worst case for the station: the recording is perfect, no passive cue looks at it, nothing is cut, and it is started so that
its first motion comes exactly when it is asked. First the times alone: the new challenge asks for the very same motions, with
pauses of its own. Then whole challenges as a station draws them. SIMULATED.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

from support.heads import Held, head
from support.visits import FRAME_MS, Visit

from kiosk.camera.obeying import Manner, Obeying
from kiosk.camera.relief import SyntheticPose
from kiosk.domain.challenge.motion import Ask, Motion, Sequence, draw, pauses_of
from kiosk.domain.face import Face
from kiosk.domain.policy import ActiveStep
from kiosk.station.flow import NEVER_AGAIN


def person(seed: int) -> Obeying:
    """Somebody who answers at the pace of their own."""
    chance = random.Random(seed)
    manner = Manner(
        reaction_ms=chance.uniform(250, 600),
        out_ms=chance.uniform(250, 500),
        turn_deg=chance.uniform(18, 30),
        nod_deg=chance.uniform(16, 23),
    )
    return Obeying(lambda t: SyntheticPose(), manner)


def recorded(sequence: Sequence, seed: int) -> tuple[list[Face], float, bool]:
    """An earlier challenge: its frames, when its first motion was asked, and whether it passed."""
    frames: list[Face] = []
    actor = person(seed)

    def shown(at_ms: float, asked: Motion | None) -> Face:
        actor.ask(asked)
        pose = actor(at_ms)
        frames.append(head(Held(yaw=pose.yaw, pitch=pose.pitch)))
        return frames[-1]

    visit = Visit(sequence=sequence).run(shown)
    return frames, visit.asked_at[0], visit.passed


def played_again(frames: list[Face], asked_ms: float, sequence: Sequence) -> Visit:
    """The recording stands still at its beginning until the first motion is asked, and then runs."""
    began: list[float] = []

    def shown(at_ms: float, asked: Motion | None) -> Face:
        if asked is not None and not began:
            began.append(at_ms)
        into = at_ms - began[0] + asked_ms if began else min(at_ms, asked_ms)
        return frames[min(round(into / FRAME_MS), len(frames) - 1)]

    return Visit(sequence=sequence).run(shown)


def times_alone(runs: int, policy: ActiveStep | None = None) -> tuple[int, int, Counter[str]]:
    """Same motions, other pauses: passed, of how many, and why the others did not."""
    limits, passed, of, why = policy or ActiveStep(), 0, 0, Counter[str]()
    for seed in range(runs):
        chance = random.Random(seed)
        before = draw(chance, limits)
        frames, asked_ms, good = recorded(before, seed)
        if not good:
            continue
        after = Sequence(tuple(map(Ask, before.motions, pauses_of(chance, limits))))
        visit = played_again(frames, asked_ms, after)
        passed, of = passed + visit.passed, of + 1
        judge = visit.announced[0].visit.judge if visit.announced else None
        why[str(judge.failure if judge is not None else None)] += 1
    return passed, of, why


def whole(runs: int, recordings: int = 20, policy: ActiveStep | None = None) -> tuple[int, int]:
    """Challenges as they are drawn, each answered by one of some recordings: passed, of how many."""
    limits, passed = policy or ActiveStep(), 0
    kept = []
    for seed in range(recordings):
        before = draw(random.Random(90_000 + seed), limits)
        kept.append((before.motions, *recorded(before, seed)))
    for seed in range(runs):
        chance = random.Random(seed)
        motions, frames, asked_ms, _ = kept[seed % recordings]
        after = draw(chance, limits)
        if motions[0] is after.motions[0]:  # who begins with another one has failed
            passed += played_again(frames, asked_ms, after).passed
    return passed, runs


def _main() -> None:
    import argparse

    from kiosk.cli.output import say
    from kiosk.evaluate.statistics import Rate

    ask = argparse.ArgumentParser(description="Odds of a recording of an earlier challenge; simulated.")
    ask.add_argument("--runs", type=int, default=160)
    given = ask.parse_args()
    limits = ActiveStep()
    every = 4**limits.motions
    paths = every - NEVER_AGAIN
    passed, of, why = times_alone(given.runs, limits)
    rate = Rate(passed, of)
    assert rate.interval is not None
    say(
        f"same motions, other times: passed {passed} of {of} [{rate.interval.low:.3f}, {rate.interval.high:.3f}]  {dict(why)}"
    )
    say(f"paths: {every}, of which the last {NEVER_AGAIN} are not asked again: one in {paths}")
    if rate.value:
        say(f"a recording passes about once in {paths / rate.value:.0f} times")
    passed, of = whole(4 * given.runs, policy=replace(limits))
    rate = Rate(passed, of)
    assert rate.interval is not None
    say(f"as drawn: passed {passed} of {of} [{rate.interval.low:.4f}, {rate.interval.high:.4f}]")


if __name__ == "__main__":
    _main()
