"""Is our own network worth having? Its scores on sites it never saw, beside A alone, combined with A, and A, B, C together.

    python models/compare_own.py --scores scores.npz

Reads what train_own.py wrote: for each untouched crop the logit of the network that was trained without its site, and the scores
of A, B and C. A threshold is chosen at 5 % BPCER on the other sites, all of them as unseen by their networks as this one, and
then counted on this one. Prints one table a way of scoring, and the pooled figures with their Clopper-Pearson intervals.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

from kiosk.evaluate.statistics import Rate, auc

BPCER = 0.05
LIMIT = 7.0
PRINTS = "nuaa"


def logits(scores: np.ndarray) -> np.ndarray:
    """Log odds, limited as the domain limits them."""
    with np.errstate(divide="ignore"):
        return np.clip(np.log(scores / (1 - scores)), -LIMIT, LIMIT)


def ways_of(own: np.ndarray, scores: np.ndarray) -> dict[str, np.ndarray]:
    """Every way of scoring: names to logits."""
    a, b, c = (logits(scores[:, index].astype(np.float64)) for index in range(3))
    own = np.clip(own.astype(np.float64), -LIMIT, LIMIT)
    return {
        "A alone": a,
        "own alone": own,
        "A and own": (a + own) / 2,
        "A, B, C": (a + b + c) / 3,
        "A, B, C, own": (a + b + c + own) / 4,
        "B, C": (b + c) / 2,
    }


def report(name: str, score: np.ndarray, live: np.ndarray, site: np.ndarray) -> list[str]:
    """One table."""
    lines, missed, refused = [f"{name}"], [0, 0], [0, 0]
    webcams = sorted(set(site) - {PRINTS})
    for one in [*webcams, PRINTS]:
        others = (site != one) & (site != PRINTS)
        threshold = float(np.quantile(score[others & live], BPCER))
        mine = site == one
        apcer = Rate(int((score[mine & ~live] >= threshold).sum()), int((mine & ~live).sum()))
        bpcer = Rate(int((score[mine & live] < threshold).sum()), int((mine & live).sum()))
        if one != PRINTS:
            missed = [missed[0] + apcer.hits, missed[1] + apcer.of]
            refused = [refused[0] + bpcer.hits, refused[1] + bpcer.of]
        area = auc(score[mine & live], score[mine & ~live])
        lines.append(
            f"  {one:8} AUC {area.value:.3f}  APCER {100 * apcer.value:5.1f} %  BPCER {100 * bpcer.value:5.1f} %"
            f"  (threshold {1 / (1 + np.exp(-threshold)):.3f})"
        )
    all_webcams = site != PRINTS
    area = auc(score[all_webcams & live], score[all_webcams & ~live])
    whole = [Rate(*missed), Rate(*refused)]
    told = [f"{100 * r.value:.1f} % ({100 * r.interval.low:.1f} to {100 * r.interval.high:.1f})" for r in whole]
    mean = np.mean([auc(score[(site == s) & live], score[(site == s) & ~live]).value for s in webcams])
    lines.append(f"  webcams, pooled: AUC {area.value:.3f}, mean of sites {mean:.3f}; APCER {told[0]}, BPCER {told[1]}")
    return lines


def main() -> None:
    """Read, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scores", type=Path, required=True)
    given = parser.parse_args()
    with np.load(given.scores) as stored:
        known = np.isfinite(stored["own"])
        own, live, site, scores = (stored[name][known] for name in ("own", "live", "site", "scores"))
    for name, score in ways_of(own, scores).items():
        sys.stdout.write("\n".join(report(name, score, live, site)) + "\n")


if __name__ == "__main__":
    main()
