"""Trains our own liveness network and measures it on sites that it never saw; second half of the recipe (see make_pool.py).

    python models/train_own.py --pool pool/ --out models/own_liveness.onnx [--seed 7] [--steps 900] [--only-final]

Needs PyTorch, which is no part of the kiosk's environment. For every fold (one webcam site, the two smallest together, or the
print set) a network is trained on all other sites and scores the untouched crops of the fold; then one is trained on all and
written. Frames of one site never are on both sides.

What a picture is taught as: half its label, half what networks B and C say of that very picture (made milder by TEMPERATURE);
simulated attacks count as attacks whatever B and C say. Numbers of the run are printed as they come.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from own_network import OwnNetwork, to_onnx
from torch.nn import functional

BATCH = 64
RATE = 2e-3
TEMPERATURE = 2.0
TEACHER_SHARE = 0.5
SIMULATED_TEACHER_SHARE = 0.1
PRINT_SHARE = 0.2
"""Of all pictures drawn: the print set is large and easy."""

FOLDS = (("site_2",), ("site_3",), ("site_4",), ("site_6",), ("site_7",), ("site_1", "site_5"), ("nuaa",))


@dataclass(frozen=True, slots=True)
class Pool:
    """What make_pool.py wrote. ``pictures`` uint8 (n, 128, 128, 3) BGR; ``teacher`` mean logit of B and C."""

    pictures: np.ndarray
    site: np.ndarray
    live: np.ndarray
    copy: np.ndarray
    kind: np.ndarray
    teacher: np.ndarray
    scores: np.ndarray

    @classmethod
    def read(cls, folder: Path) -> Pool:
        """The pool, with all subjects of the print set as one site."""
        parts = [dict(np.load(path)) for path in sorted(folder.glob("part_*.npz"))]
        fields = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        with np.load(folder / "index.npz") as index:
            row = fields.pop("row")
            site = np.array(["nuaa" if name.startswith("nuaa") else name for name in index["site"][row]])
            return cls(site=site, scores=index["scores"][row], **fields)

    def targets(self) -> np.ndarray:
        """What each picture is taught as, 0 attack .. 1 bona fide."""
        said = 1 / (1 + np.exp(-self.teacher / TEMPERATURE))
        label = np.where(self.live, 0.97, 0.03)
        simulated = np.isin(self.kind, ["screen", "paper"])
        share = np.where(simulated, SIMULATED_TEACHER_SHARE, TEACHER_SHARE)
        return (share * said + (1 - share) * label).astype(np.float32)

    def weights(self, chosen: np.ndarray) -> np.ndarray:
        """How often each picture is drawn: sites by the root of their size, labels alike within a site."""
        weight = np.zeros(len(self.site))
        for site in np.unique(self.site[chosen]):
            for live in (True, False):
                mine = chosen & (self.site == site) & (self.live == live)
                if mine.any():
                    weight[mine] = np.sqrt((chosen & (self.site == site)).sum()) / mine.sum()
        prints = self.site == "nuaa"
        if weight[prints].any() and weight[~prints].any():
            weight[prints] *= PRINT_SHARE / (1 - PRINT_SHARE) * weight[~prints].sum() / weight[prints].sum()
        return weight / weight.sum()


def augment(batch: torch.Tensor, rng: torch.Generator) -> torch.Tensor:
    """Small changes on the fly, different in every epoch: mirror, place, size, light, colour, a part hidden."""
    count = len(batch)
    flip = (torch.rand(count, generator=rng) < 0.5).float() * -2 + 1
    size = 1 + 0.08 * torch.randn(count, generator=rng)
    theta = torch.zeros(count, 2, 3)
    theta[:, 0, 0], theta[:, 1, 1] = size * flip, size
    theta[:, :, 2] = 0.05 * torch.randn(count, 2, generator=rng)
    grid = functional.affine_grid(theta, list(batch.shape), align_corners=False)
    batch = functional.grid_sample(batch, grid, padding_mode="reflection", align_corners=False)
    gain = torch.exp(
        0.08 * torch.randn(count, 3, 1, 1, generator=rng) + 0.12 * torch.randn(count, 1, 1, 1, generator=rng)
    )
    batch = (batch * gain + 8 * torch.randn(count, 1, 1, 1, generator=rng)).clamp(0, 255)
    for index in torch.nonzero(torch.rand(count, generator=rng) < 0.35)[:, 0].tolist():
        top, left = (int(v) for v in torch.randint(0, 110, (2,), generator=rng))
        down, across = (int(v) for v in torch.randint(16, 56, (2,), generator=rng))
        batch[index, :, top : top + down, left : left + across] = 255 * torch.rand(3, 1, 1, generator=rng)
    return batch


def batches(pool: Pool, chosen: np.ndarray, steps: int, seed: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Pictures (n, 3, 128, 128) and targets."""
    rng, weight, targets = np.random.default_rng(seed), pool.weights(chosen), pool.targets()
    torch_rng = torch.Generator().manual_seed(seed)
    drawn = rng.choice(len(weight), size=(steps, BATCH), p=weight)
    for rows in drawn:
        pictures = torch.from_numpy(pool.pictures[rows]).permute(0, 3, 1, 2).float()
        yield (
            augment(pictures, torch_rng).contiguous(memory_format=torch.channels_last),
            torch.from_numpy(targets[rows]),
        )


def train(pool: Pool, chosen: np.ndarray, steps: int, seed: int) -> OwnNetwork:
    """One network from these pictures; a running mean of its weights is what comes out."""
    torch.manual_seed(seed)
    network, began = OwnNetwork().to(memory_format=torch.channels_last), time.monotonic()
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps, pct_start=0.15)
    mean = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.99), use_buffers=True
    )
    for step, (pictures, targets) in enumerate(batches(pool, chosen, steps, seed), start=1):
        optimiser.zero_grad()
        loss = functional.binary_cross_entropy_with_logits(network(pictures), targets)
        loss.backward()
        optimiser.step()
        schedule.step()
        mean.update_parameters(network)
        if step % 100 == 0:
            say(f"  step {step} loss {loss.item():.3f} {time.monotonic() - began:.0f} s")
    return mean.module.eval()


@torch.no_grad()
def score(network: OwnNetwork, pictures: np.ndarray) -> np.ndarray:
    """Logits of bona fide."""
    parts = [pictures[start : start + 256] for start in range(0, len(pictures), 256)]
    return np.concatenate([network(torch.from_numpy(part).permute(0, 3, 1, 2).float()).numpy() for part in parts])


def say(text: str) -> None:
    """A line for whoever watches."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    """Folds, then the one that is kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pool", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--scores", type=Path, help="where the fold scores of all untouched crops go (for compare_own.py)"
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--steps", type=int, default=900)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only-final", action="store_true")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    pool = Pool.read(given.pool)
    whole = pool.copy == 0
    own = np.full(len(pool.site), np.nan, np.float32)
    if given.scores is not None and given.scores.exists():
        with np.load(given.scores) as done:  # an earlier run was stopped: go on after its last fold
            own[whole] = done["own"]
    for fold in () if given.only_final else FOLDS:
        held_out = np.isin(pool.site, fold)
        if np.isfinite(own[held_out & whole]).all():
            continue
        say(f"fold {' '.join(fold)}: trained on {int((~held_out).sum())} pictures")
        network = train(pool, ~held_out, given.steps, given.seed)
        own[held_out & whole] = score(network, pool.pictures[held_out & whole])
        if given.scores is not None:
            np.savez(
                given.scores, own=own[whole], site=pool.site[whole], live=pool.live[whole], scores=pool.scores[whole]
            )
    say("the one that is kept: trained on everything")
    network = train(pool, np.ones(len(pool.site), bool), given.steps, given.seed)
    given.out.write_bytes(to_onnx(network))


if __name__ == "__main__":
    main()
