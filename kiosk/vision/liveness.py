"""Passive liveness of single frames: any subset of the networks in the manifest, fused by their mean logit.

Gives a score and nothing more; what it means is decided in :mod:`kiosk.domain.liveness`. Broken geometry gives no score.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.domain.face import Box, Face, PassiveSample, Pixels
from kiosk.vision.manifest import Entry, LivenessFeed, Pack
from kiosk.vision.onnx import Network

if TYPE_CHECKING:
    from kiosk.vision.models import ModelFiles

MIN_VISIBLE = 0.6
"""Share of the face box that must lie inside the frame."""

MIN_WIDTH_PX = 24.0
"""A smaller face has nothing that a network could judge."""

MIN_SPREAD = 3.0
"""Standard deviation of the crop below which it is a flat patch, not a picture."""

MAX_LOGIT = 13.8
"""A probability of one in a million: no network outvotes the others by more."""

INCONCLUSIVE = PassiveSample(None)


@dataclass(frozen=True, slots=True)
class _Judge:
    feed: LivenessFeed
    network: Network


class Liveness:
    """All liveness networks that are there. Made and used on one thread.

    Args:
        models: the files. Those of the core pack must be there, recommended ones are used where they are.
        threads: that one network may use.

    Raises:
        ModelError: a core file is missing, wrong or broken; so is a recommended one that is there but wrong.
    """

    def __init__(self, models: ModelFiles, *, threads: int = 1) -> None:
        absent = set(models.missing(Pack.RECOMMENDED))
        entries = [e for e in models.manifest.entries if e.liveness is not None and e.name not in absent]
        self._judges = [_judge(models, entry, threads) for entry in entries]

    @property
    def networks(self) -> tuple[str, ...]:
        """Labels of the networks in use."""
        return tuple(judge.feed.label for judge in self._judges)

    def rehearse(self) -> None:
        """Run every network once, on nothing.

        Raises:
            ModelError: a network failed.
        """
        for judge in self._judges:
            judge.network.run(np.zeros((1, 3, judge.feed.size, judge.feed.size), np.float32))

    def judge(self, pixels: Pixels, face: Face) -> PassiveSample:
        """Score of one face in one frame; inconclusive (None) for broken geometry or a crop without a picture.

        Raises:
            ModelError: a network failed.
        """
        logits = self.logits(pixels, face, self.networks)
        return INCONCLUSIVE if logits is None else fused(logits)

    def logits(self, pixels: Pixels, face: Face, labels: tuple[str, ...]) -> dict[str, float] | None:
        """Log odds of these networks for one face in one frame; None where any of them cannot judge it.

        Raises:
            ModelError: a network failed.
        """
        if not is_judgeable(pixels, face):
            return None
        logits: dict[str, float] = {}
        for judge in self._judges:
            if judge.feed.label not in labels:
                continue
            crop = crop_of(pixels, face.box, scale=judge.feed.scale, size=judge.feed.size)
            if float(crop.std()) < MIN_SPREAD:
                return None
            outputs = judge.network.run(as_batch(crop))[0]
            if not np.isfinite(outputs).all():
                return None
            logits[judge.feed.label] = class_logit(outputs, judge.feed.bona_fide)
        return logits


def _judge(models: ModelFiles, entry: Entry, threads: int) -> _Judge:
    assert entry.liveness is not None
    return _Judge(entry.liveness, Network(models.path(entry.name), name=entry.name, threads=threads))


def is_judgeable(pixels: Pixels, face: Face) -> bool:
    """Sane geometry, large enough, and most of it inside the frame."""
    if not face.is_sane or face.box.width < MIN_WIDTH_PX:
        return False
    height, width = pixels.shape[:2]
    frame = Box(0.0, 0.0, float(width), float(height))
    return visible_share(face.box, frame) >= MIN_VISIBLE


def visible_share(box: Box, frame: Box) -> float:
    """Share of a box that lies inside the frame, 0..1."""
    across = min(box.x + box.width, frame.width) - max(box.x, 0.0)
    down = min(box.y + box.height, frame.height) - max(box.y, 0.0)
    return max(0.0, across) * max(0.0, down) / (box.width * box.height)


def crop_of(pixels: Pixels, box: Box, *, scale: float, size: int) -> Pixels:
    """The face with its surroundings, stretched to a square of ``size``: BGR uint8.

    The box is scaled about its centre, limited to the frame and shifted, not padded, to stay inside (the rule of
    minivision-ai/Silent-Face-Anti-Spoofing, ``generate_patches.py``, which these networks were trained with).
    """
    height, width = pixels.shape[:2]
    scale = min(scale, (width - 1) / box.width, (height - 1) / box.height)
    centre_x, centre_y = box.centre
    left, right = _shifted(centre_x, box.width * scale, width - 1)
    top, bottom = _shifted(centre_y, box.height * scale, height - 1)
    return cv2.resize(pixels[top : bottom + 1, left : right + 1], (size, size))  # type: ignore[return-value]


def _shifted(centre: float, length: float, last: int) -> tuple[int, int]:
    """First and last pixel of a stretch of this length, moved to lie within 0..last."""
    low, high = centre - length / 2, centre + length / 2
    if low < 0:
        low, high = 0.0, high - low
    if high > last:
        low, high = low - (high - last), float(last)
    return max(0, int(low)), int(high)


def as_batch(crop: Pixels) -> NDArray[np.float32]:
    """(1, 3, size, size), BGR, 0..255, not divided."""
    return np.ascontiguousarray(crop.transpose(2, 0, 1)[None], dtype=np.float32)


def class_logit(outputs: NDArray[np.float32], index: int) -> float:
    """Log odds of one class after softmax, limited to ±:data:`MAX_LOGIT`."""
    others = np.delete(outputs.astype(np.float64), index)
    peak = float(others.max())
    rest = peak + math.log(float(np.exp(others - peak).sum()))
    return max(-MAX_LOGIT, min(MAX_LOGIT, float(outputs[index]) - rest))


def fused(logits: dict[str, float]) -> PassiveSample:
    """One score: the sigmoid of the mean logit (measured better than the mean of the scores)."""
    if not logits:
        return INCONCLUSIVE
    cues = {label: _sigmoid(logit) for label, logit in logits.items()}
    return PassiveSample(_sigmoid(sum(logits.values()) / len(logits)), cues)


def _sigmoid(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-logit))
