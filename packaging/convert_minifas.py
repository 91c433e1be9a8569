"""Makes the ONNX form of liveness networks B and C from the state dicts that their authors publish, and checks it.

    python packaging/convert_minifas.py --from DIR --to DIR [--crops DIR]

`kiosk models fetch` does the same on its own, with the same code (kiosk.vision.minifas, standard library only): this is for
those who want to see it done, and for the figures of the check. With --crops (a folder with ``index.csv`` and 4x face crops) the
scores of the made networks are compared with those in the index.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import sys
from pathlib import Path

from kiosk.vision.manifest import Entry, Pack, load_manifest
from kiosk.vision.minifas.convert import convert

REFERENCE = {"liveness_b": "minifasnet_v2", "liveness_c": "minifasnet_v1se"}
"""Columns of the index."""

USUAL_BOX = (113.0, 108.0, 62.0, 72.0)
"""Where the face is in most of these crops, in the square of 288 pixels."""


def make(entry: Entry, source: Path, target: Path) -> Path:
    """One network.

    Raises:
        SystemExit: the input or the output is not the one that the manifest names.
    """
    assert entry.published is not None
    data = (source / entry.published.file).read_bytes()
    if hashlib.sha256(data).hexdigest() != entry.published.sha256:
        raise SystemExit(f"{entry.published.file}: wrong sha256, refused")
    made = convert(data)
    found = hashlib.sha256(made).hexdigest()
    path = target / entry.file
    path.write_bytes(made)
    print(f"{path}  {len(made)} bytes  sha256 {found}")
    if found != entry.sha256:
        raise SystemExit("this is not the sha256 of the manifest")
    return path


def compare(entry: Entry, path: Path, crops: Path, every: int) -> None:
    """Print how far the scores are from those of the index.

    The index was made from whole frames; its crops are smaller copies, so single scores differ. Their median must not.
    """
    import cv2
    import numpy as np

    from kiosk.domain.face import Box
    from kiosk.vision.liveness import as_batch, class_logit, crop_of
    from kiosk.vision.onnx import Network

    assert entry.liveness is not None
    network, feed = Network(path, name=entry.name), entry.liveness
    with (crops / "index.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))[::every]
    pairs = []
    for row in rows:
        square = cv2.imread(str(crops / row["file"]))
        lit = square.max(axis=2) > 24
        down, across = np.where(lit.mean(axis=1) > 0.05)[0], np.where(lit.mean(axis=0) > 0.05)[0]
        inside = square[down[0] : down[-1] + 1, across[0] : across[-1] + 1]
        x, y, width, height = USUAL_BOX
        crop = crop_of(inside, Box(x - across[0], y - down[0], width, height), scale=feed.scale, size=feed.size)
        score = 1 / (1 + np.exp(-class_logit(network.run(as_batch(crop))[0], feed.bona_fide)))
        pairs.append((float(row[REFERENCE[entry.name]]), score))
    reference, scores = np.array(pairs).T
    apart = np.abs(reference - scores)
    print(
        f"{entry.name}: {len(pairs)} crops, correlation {np.corrcoef(reference, scores)[0, 1]:.3f}, "
        f"difference median {np.median(apart):.4f}, mean {apart.mean():.4f}, largest {apart.max():.3f}"
    )


def main() -> None:
    """Make both, compare where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="source", type=Path, required=True)
    parser.add_argument("--to", dest="target", type=Path, required=True)
    parser.add_argument("--crops", type=Path)
    parser.add_argument("--every", type=int, default=10, help="compare every tenth crop")
    given = parser.parse_args()
    given.target.mkdir(parents=True, exist_ok=True)
    for entry in load_manifest().entries:
        if entry.pack is Pack.RECOMMENDED and entry.published is not None:
            path = make(entry, given.source, given.target)
            if given.crops is not None:
                compare(entry, path, given.crops, given.every)


if __name__ == "__main__":
    sys.exit(main())
