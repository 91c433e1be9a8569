"""Makes the pictures that our own liveness network is trained on, from labelled 4x face crops; first half of the recipe.

Runs in the kiosk's own environment, so that faces are found and cut out by the very code that does it at run time:

    python models/make_pool.py --crops DIR --b minifas_v2.onnx --c minifas_v1se.onnx --out pool/

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


def find_boxes(folder: Path, rows: list[dict[str, str]]) -> np.ndarray:
    """The mesh box of the face of each crop, (n, 4)."""
    tracker = StillTracker(ModelFiles(models_folder()).path(TRACKING))
    boxes = np.array([_box(cv2.imread(str(folder / row["file"])), tracker) for row in rows])
    tracker.close()
    return boxes


def read_crops(folder: Path, rows: list[dict[str, str]], boxes: np.ndarray) -> Iterator[Crop]:
    """All crops, without the black that pads those at the edge of a frame."""
    for number, row in enumerate(rows):
        square = cv2.imread(str(folder / row["file"]))
        lit = square.max(axis=2) > 24
        down, across = np.where(lit.mean(axis=1) > 0.05)[0], np.where(lit.mean(axis=0) > 0.05)[0]
        left, top, right, bottom = across[0], down[0], across[-1] + 1, down[-1] + 1
        x, y, width, height = map(float, boxes[number])
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


class _Worker:
    """What one process holds on to."""

    crops: list[Crop]
    teacher: Teacher
    given: argparse.Namespace


def start(crops: list[Crop], given: argparse.Namespace) -> None:
    """Once in each process."""
    cv2.setNumThreads(1)
    _Worker.crops, _Worker.given, _Worker.teacher = crops, given, Teacher((given.b, given.c))


def work(share: range) -> Path:
    """The pictures of some of the crops, written as one file; nothing is done again where it is there."""
    path = _Worker.given.out / f"part_{share.start:05}.npz"
    if path.exists():
        return path
    made: dict[str, list[object]] = {name: [] for name in ("pictures", "row", "copy", "kind", "live", "teacher")}
    for index in share:
        crop = _Worker.crops[index]
        count = _Worker.given.print_copies if crop.site.startswith("nuaa") else _Worker.given.copies
        for copy, (kind, shown) in enumerate(variants(crop, _Worker.crops, count)):
            made["pictures"].append(crop_of(shown.pixels, Box(*shown.box), scale=SCALE, size=SIZE))
            made["row"].append(crop.row)
            made["copy"].append(copy)
            made["kind"].append(kind)
            made["live"].append(crop.live and kind in {"as it is", "camera"})
            made["teacher"].append(_Worker.teacher(shown))
    half = path.with_suffix(".half.npz")
    np.savez(half, **{name: np.array(values) for name, values in made.items()})
    half.rename(path)
    return path


def main() -> None:
    """Read, make, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crops", type=Path, required=True)
    parser.add_argument("--b", type=Path, required=True)
    parser.add_argument("--c", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="a folder")
    parser.add_argument("--copies", type=int, default=3, help="of each crop of a webcam site")
    parser.add_argument("--print-copies", type=int, default=0, help="of each crop of the print set, which is easy")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with (given.crops / "index.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    kept = given.out / "boxes.npy"
    if not kept.exists():
        np.save(kept, find_boxes(given.crops, rows))
    crops = list(read_crops(given.crops, rows, np.load(kept)))
    np.savez(
        given.out / "index.npz",
        site=np.array([row["site"] for row in rows]),
        scores=np.array(
            [[float(row[name]) for name in ("fr_liveness", "minifasnet_v2", "minifasnet_v1se")] for row in rows]
        ),
    )
    shares = [range(start, min(start + 50, len(crops))) for start in range(0, len(crops), 50)]
    with multiprocessing.get_context("spawn").Pool(given.processes, start, (crops, given)) as pool:
        for number, path in enumerate(pool.imap_unordered(work, shares), start=1):
            sys.stderr.write(f"{path.name}: {number} of {len(shares)}\n")


if __name__ == "__main__":
    main()
