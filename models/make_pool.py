"""Makes the pictures that our own liveness network is trained on, from labelled 4x face crops; first half of the recipe.

Runs in the kiosk's own environment, so that faces are found and cut out by the very code that does it at run time:

    python models/make_pool.py --crops DIR --b minifas_v2.onnx --c minifas_v1se.onnx --out pool.npz

DIR holds ``index.csv`` (file, label, site, ...) and the pictures that it names. Written for each picture: the run-time crop
(3.0x, 128x128, BGR), what was done to it, its label, its site, and the mean logit that networks B and C give to the very same
picture: the teacher. Copy 0 of every crop is the untouched one; only those count in an evaluation.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from own_redisplay import Shown, on_a_screen, on_paper, through_a_camera

from kiosk.domain.face import Box
from kiosk.paths import models_folder
from kiosk.vision.engine import TRACKING
from kiosk.vision.liveness import as_batch, class_logit, crop_of
from kiosk.vision.models import ModelFiles
from kiosk.vision.onnx import Network
from kiosk.vision.stills import StillTracker

SEED = 20260
SCALE, SIZE = 3.0, 128
TEACHERS = ((2.7, 80), (4.0, 80))
BONA_FIDE_OF_TEACHER = 1
USUAL_BOX = (113.0, 108.0, 62.0, 72.0)
"""Where the mesh box is in most of these crops, for the few in which no face is found again."""


@dataclass(frozen=True, slots=True)
class Crop:
    """One row of the index. ``shown`` is the part of the square that was inside the camera's frame."""

    row: int
    site: str
    live: bool
    shown: Shown


def read_crops(folder: Path, tracker: StillTracker, rows: list[dict[str, str]]) -> Iterator[Crop]:
    """All crops, without the black that pads those at the edge of a frame."""
    for number, row in enumerate(rows):
        square = cv2.imread(str(folder / row["file"]))
        lit = square.max(axis=2) > 24
        down, across = np.where(lit.mean(axis=1) > 0.05)[0], np.where(lit.mean(axis=0) > 0.05)[0]
        left, top, right, bottom = across[0], down[0], across[-1] + 1, down[-1] + 1
        x, y, width, height = _box(square, tracker)
        pixels = np.ascontiguousarray(square[top:bottom, left:right])
        yield Crop(number, row["site"], row["label"] == "live", Shown(pixels, (x - left, y - top, width, height)))


def _box(square: np.ndarray, tracker: StillTracker) -> tuple[float, float, float, float]:
    middle = square.shape[0] / 2
    for face in tracker.look_at_picture(square):
        x, y = face.box.centre
        if abs(x - middle) + abs(y - middle) < 60:
            return face.box.x, face.box.y, face.box.width, face.box.height
    return USUAL_BOX


def variants(crop: Crop, crops: list[Crop], copies: int) -> Iterator[tuple[str, Shown]]:
    """What is made of one crop: first itself, then copies, each with its kind."""
    yield "as it is", crop.shown
    rng = np.random.default_rng((SEED, crop.row))
    # Behind a simulated attack stands a picture of the same camera: with another the background would give it away.
    siblings = [c for c in crops if c.site == crop.site and c.live]
    for _ in range(copies):
        behind = siblings[int(rng.integers(len(siblings)))].shown.pixels
        shown = through_a_camera(crop.shown, rng, strength=0.5)
        draw = rng.random()
        if crop.live and draw < 0.30:
            yield "screen", through_a_camera(on_a_screen(shown, behind, rng), rng, strength=0.7)
        elif crop.live and draw < 0.42:
            yield "paper", through_a_camera(on_paper(shown, behind, rng), rng, strength=0.7)
        else:
            yield "camera", through_a_camera(shown, rng, strength=float(rng.uniform(0.3, 1.0)))


class Teacher:
    """Networks B and C on one picture."""

    def __init__(self, paths: tuple[Path, Path]) -> None:
        self._networks = [Network(path, name=path.stem) for path in paths]

    def __call__(self, shown: Shown) -> float:
        """Their mean logit."""
        logits = []
        for network, (scale, size) in zip(self._networks, TEACHERS, strict=True):
            crop = crop_of(shown.pixels, Box(*shown.box), scale=scale, size=size)
            logits.append(class_logit(network.run(as_batch(crop))[0], BONA_FIDE_OF_TEACHER))
        return float(np.mean(logits))


def work(crops: list[Crop], teachers: tuple[Path, Path], copies: int, print_copies: int, share: range) -> list[tuple]:
    """The pictures of some of the crops."""
    cv2.setNumThreads(1)
    teacher = Teacher(teachers)
    made = []
    for index in share:
        crop = crops[index]
        count = print_copies if crop.site.startswith("nuaa") else copies
        for copy, (kind, shown) in enumerate(variants(crop, crops, count)):
            picture = crop_of(shown.pixels, Box(*shown.box), scale=SCALE, size=SIZE)
            live = crop.live and kind in {"as it is", "camera"}
            made.append((picture, crop.row, copy, kind, live, teacher(shown)))
    return made


def main() -> None:
    """Read, make, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crops", type=Path, required=True)
    parser.add_argument("--b", type=Path, required=True)
    parser.add_argument("--c", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--copies", type=int, default=7, help="of each crop of a webcam site")
    parser.add_argument("--print-copies", type=int, default=2, help="of each crop of the print set, which is easy")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    with (given.crops / "index.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    tracker = StillTracker(ModelFiles(models_folder()).path(TRACKING))
    crops = list(read_crops(given.crops, tracker, rows))
    tracker.close()
    sys.stderr.write(f"{len(crops)} crops\n")
    shares = [range(start, min(start + 50, len(crops))) for start in range(0, len(crops), 50)]
    task = partial(work, crops, (given.b, given.c), given.copies, given.print_copies)
    with multiprocessing.get_context("spawn").Pool(given.processes) as pool:
        made = [item for part in pool.imap(task, shares) for item in part]
    pictures, row, copy, kind, live, teacher = zip(*made, strict=True)
    np.savez(
        given.out,
        pictures=np.stack(pictures),
        row=np.array(row),
        copy=np.array(copy),
        kind=np.array(kind),
        live=np.array(live),
        teacher=np.array(teacher, np.float32),
        site=np.array([rows[r]["site"] for r in row]),
        file=np.array([rows[r]["file"] for r in row]),
        scores=np.array(
            [[float(rows[r][k]) for k in ("fr_liveness", "minifasnet_v2", "minifasnet_v1se")] for r in row], np.float32
        ),
    )
    sys.stderr.write(f"{len(made)} pictures in {given.out}\n")


if __name__ == "__main__":
    main()
