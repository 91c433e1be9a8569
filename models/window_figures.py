"""What a window of a second adds to one frame: passive scores of labelled frames, fused as the station fuses them.

    python models/window_figures.py --index INDEX.csv [--frames 10]

INDEX.csv is ``pad_crops/index.csv``: one row a frame in the order of its recording, with its label, its site and the scores of
networks A, B and C. Frames of one site and label that follow each other make a window; its score is the sigmoid of the mean logit
(:mod:`kiosk.domain.liveness`). Every site is held out in turn: the threshold is the one with 5 % BPCER on the other webcams, for
frames and for windows alike, and is counted on this one. Printed: pooled APCER and BPCER with Clopper-Pearson intervals. The
windows of one site are not independent, so their intervals are too narrow; the set of prints is easy and told apart.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

import numpy as np

from kiosk.domain.face import TrackId
from kiosk.domain.liveness import logit
from kiosk.evaluate.statistics import Rate, auc
from kiosk.vision.turns import Turns

BPCER = 0.05
TURNS = "turns"
"""A, B and C as the station runs them: :mod:`kiosk.vision.turns`."""

COLUMNS = {"A": "fr_liveness", "B": "minifasnet_v2", "C": "minifasnet_v1se"}
WAYS = ("A", "B", "C", "ABC", TURNS)
FRAME_MS = 1000 / 30


def read(path: Path) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Site and label of each frame, and its mean logit by way of fusing. All of the print set is one site."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    site = np.array(["nuaa" if row["site"].startswith("nuaa") else row["site"] for row in rows])
    live = np.array([row["label"] == "live" for row in rows])
    single = {name: np.array([logit(float(row[column])) for row in rows]) for name, column in COLUMNS.items()}
    fused = {way: np.mean([single[name] for name in way], axis=0) for way in WAYS if way != TURNS}
    return site, live, {**fused, TURNS: in_turns(site, live, single)}


class _Recorded:
    """Networks that say what they said of a frame of the recording."""

    def __init__(self, single: dict[str, np.ndarray]) -> None:
        self.networks = tuple(single)
        self.row = 0
        self._single = single

    def logits(self, _pixels: object, _face: object, labels: tuple[str, ...]) -> dict[str, float]:
        return {label: float(self._single[label][self.row]) for label in labels}


def in_turns(site: np.ndarray, live: np.ndarray, single: dict[str, np.ndarray]) -> np.ndarray:
    """Mean logit of each frame where the networks take turns; every recording is a face of its own."""
    recorded = _Recorded(single)
    turns, logits, track = Turns(recorded), [], 0
    for row in range(len(site)):
        recorded.row = row
        track += int(row > 0 and (site[row] != site[row - 1] or live[row] != live[row - 1]))
        at_ms = row * FRAME_MS
        said = recorded.logits(None, None, turns.due(TrackId(track), at_ms))
        logits.append(logit(turns.take(TrackId(track), at_ms, said).score))
    return np.array(logits)


def windows(
    site: np.ndarray, live: np.ndarray, logits: np.ndarray, frames: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same of every full window: consecutive frames of one site and one label, none used twice."""
    starts, run = [], 0
    for row in range(len(site)):
        new = row == 0 or site[row] != site[row - 1] or live[row] != live[row - 1]
        run = 1 if new else run + 1
        if run == frames:
            starts.append(row + 1 - frames)
            run = 0
    means = np.array([logits[start : start + frames].mean() for start in starts])
    return site[starts], live[starts], means


def held_out(site: np.ndarray, live: np.ndarray, logits: np.ndarray) -> tuple[Rate, Rate, float]:
    """APCER and BPCER of the webcams, each with a threshold of the others; and the area under the curve."""
    webcams = sorted(set(site) - {"nuaa"})
    missed, attacks, refused, people = 0, 0, 0, 0
    for one in webcams:
        others = np.isin(site, [name for name in webcams if name != one])
        threshold = float(np.quantile(logits[others & live], BPCER))
        mine = site == one
        missed, attacks = missed + int((logits[mine & ~live] >= threshold).sum()), attacks + int((mine & ~live).sum())
        refused, people = refused + int((logits[mine & live] < threshold).sum()), people + int((mine & live).sum())
    here = np.isin(site, webcams)
    return Rate(missed, attacks), Rate(refused, people), auc(logits[here & live], logits[here & ~live]).value


def _told(rate: Rate) -> str:
    limits = rate.interval
    return f"{rate.hits:4d} of {rate.of:4d} = {100 * rate.value:5.1f} % [{100 * limits.low:4.1f}, {100 * limits.high:4.1f}]"


def main() -> None:
    """Read, count, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--frames", type=int, default=10, help="in a window; the station judges 15 to 30 a second")
    given = parser.parse_args()
    site, live, by_way = read(given.index)
    for way in WAYS:
        for what, (s, y, x) in (
            ("frame", (site, live, by_way[way])),
            ("window", windows(site, live, by_way[way], given.frames)),
        ):
            missed, refused, area = held_out(s, y, x)
            sys.stdout.write(f"{way:5s} {what:7s} AUC {area:.3f}  APCER {_told(missed)}  BPCER {_told(refused)}\n")


if __name__ == "__main__":
    main()
