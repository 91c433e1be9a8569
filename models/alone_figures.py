"""What passive evidence decides alone, by the station's own rule, and how often it leaves the decision to the active step.

    python models/alone_figures.py --index INDEX.csv [--rate 15] [--sure 0.95]

INDEX.csv as in ``window_figures.py``. A visit begins at every sixth frame of each recording of a webcam and lasts three seconds
at ``--rate`` frames a second; visits overlap, so the intervals are too narrow. Scores go through the station's own rule with
the threshold of each set of networks and the limits as they are shipped. The networks are fused in every frame; the set of prints
is left out, which is easy. The limit ``sure`` was chosen on these recordings.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from window_figures import read

from kiosk.domain.face import PassiveSample
from kiosk.domain.liveness import Tally, Verdict, add, sigmoid, verdict
from kiosk.domain.policy import LivenessPolicy
from kiosk.evaluate.statistics import Rate
from kiosk.settings.model import Settings, to_policy

EVERY, SECONDS = 6, 3.0
ALONE, ASKED, REFUSED, OPEN = "let in alone", "asked to move", "refused", "no decision"
SETS = {"A": ("a",), "ABC": ("a", "b", "c")}


def visit(logits: Sequence[float], rate: float, policy: LivenessPolicy) -> str:
    """How a visit with these frames goes on after its passive window."""
    tally = Tally()
    for number, each in enumerate(logits):
        tally = add(tally, PassiveSample(sigmoid(each)), 1000.0 * number / rate, policy)
        match verdict(tally, policy):
            case Verdict.LIVE:
                return ALONE if tally.score is not None and tally.score >= policy.sure else ASKED
            case Verdict.ATTACK:
                return REFUSED
    return OPEN


def visits(runs: Sequence[np.ndarray], rate: float, policy: LivenessPolicy) -> Counter[str]:
    """Of all recordings."""
    length = int(SECONDS * rate)
    return Counter(
        visit(run[start : start + length], rate, policy)
        for run in runs
        for start in range(0, len(run) - length + 1, EVERY)
    )


def main() -> None:
    """Read, count, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--rate", type=float, default=15.0, help="frames a second")
    parser.add_argument("--sure", type=float, help="another limit than the shipped one")
    given = parser.parse_args()
    site, live, by_way = read(given.index)
    breaks = [row for row in range(1, len(site)) if site[row] != site[row - 1] or live[row] != live[row - 1]]
    for way, networks in SETS.items():
        policy = to_policy(Settings(), networks).liveness
        policy = replace(policy, sure=given.sure) if given.sure is not None else policy
        runs = np.split(by_way[way], breaks)
        starts = [0, *breaks]
        for who, wanted in (("attacks", False), ("people", True)):
            mine = [run for run, row in zip(runs, starts, strict=True) if live[row] == wanted and site[row] != "nuaa"]
            counted = visits(mine, given.rate, policy)
            for ending in (ALONE, ASKED, REFUSED):
                rate = Rate(counted[ending], counted.total())
                limits = rate.interval
                sys.stdout.write(
                    f"{way:4s} sure {policy.sure:.2f}  {who:8s} {ending:14s} {rate.hits:4d} of {rate.of:4d} ="
                    f" {100 * rate.value:5.1f} % [{100 * limits.low:4.1f}, {100 * limits.high:4.1f}]\n"
                )


if __name__ == "__main__":
    main()
