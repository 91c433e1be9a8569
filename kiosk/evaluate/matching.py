"""Face matching in figures: TAR at a false accept rate, equal error rate and area, each with its interval, over labelled pairs.

How pictures count:

- Each picture is read and embedded once, however many pairs it is in.
- Where a picture shows several faces the one is taken that is largest after its distance from the middle is held against
  it (:func:`main_face`): the sets' pictures are cut around the person they name, with bystanders at the edge.
- A picture without a face that can be embedded, or one that cannot be read, is not left out: its pairs are comparisons
  that could not be made, counted as "not the same person" (similarity -inf, accepted by no threshold), and told apart.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from kiosk.camera.stills import read_picture
from kiosk.domain.errors import Code, InputError
from kiosk.domain.face import Embedding, Face, Pixels
from kiosk.evaluate.pairs import Pair
from kiosk.evaluate.statistics import EqualError, Estimate, OperatingPoint, at_threshold, auc, equal_error, tar_at_far

FAR = 1e-3


class Failure(StrEnum):
    """Why a picture has no template."""

    UNREADABLE = "unreadable"
    NO_FACE = "no_face"
    NOT_EMBEDDED = "not_embedded"


class Finder(Protocol):
    """Faces of a single picture (:class:`kiosk.vision.stills.StillTracker`)."""

    def look_at_picture(self, pixels: Pixels) -> tuple[Face, ...]:
        """All faces, in pixels of the picture."""
        ...


class TemplateMaker(Protocol):
    """A face to its template (:class:`kiosk.vision.embedder.Embedder`)."""

    def embed(self, pixels: Pixels, face: Face) -> Embedding | None:
        """None where the geometry is broken."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was measured.

    Attributes:
        genuine, impostor: pairs of one person and of two.
        failed_genuine, failed_impostor: pairs of these that could not be compared.
        failures: pictures without a template, by reason.
        several_faces: pictures in which one of several faces was chosen.
        at_far: where at most one impostor in a thousand is accepted.
        at_policy: the station's own threshold.
    """

    pictures: int
    genuine: int
    impostor: int
    failed_genuine: int
    failed_impostor: int
    failures: tuple[tuple[Failure, int], ...]
    several_faces: int
    at_far: OperatingPoint | None
    at_policy: OperatingPoint
    equal: EqualError | None
    area: Estimate | None


def main_face(faces: Sequence[Face], *, width: int, height: int) -> Face:
    """The face a picture is about: largest box, less what its centre's distance from the middle takes away.

    A face at the edge of the picture counts as half as large as the same face in the middle.
    """

    def weight(face: Face) -> float:
        x, y = face.box.centre
        off = min(1.0, math.hypot(x / width - 0.5, y / height - 0.5) / 0.5)
        return face.box.width * face.box.height * (1.0 - 0.75 * off)

    return max(faces, key=weight)


def measure(
    pairs: Sequence[Pair],
    images: Path,
    finder: Finder,
    maker: TemplateMaker,
    *,
    policy_threshold: float,
    each: Callable[[], None] | None = None,
) -> Report:
    """Embed every picture once and compare all pairs.

    Args:
        images: the folder that the names of the pairs start from.
        each: told after every picture (progress bar).

    Raises:
        InputError: ``file_missing`` for the folder, or when not one picture of the pairs is in it.
        ModelError: an engine failed.
    """
    if not images.is_dir():
        raise InputError(Code.FILE_MISSING, f"{images}: not a folder")
    names = pictures_of(pairs)
    if not any((images / name).is_file() for name in names):
        raise InputError(Code.FILE_MISSING, f"{images}: holds none of the {len(names)} pictures of the pairs")
    templates: dict[str, Embedding | Failure] = {}
    several = 0
    for name in names:
        templates[name], faces = _template(images / name, finder, maker)
        several += faces > 1
        if each is not None:
            each()
    return summarise(pairs, templates, policy_threshold=policy_threshold, several_faces=several)


def pictures_of(pairs: Sequence[Pair]) -> tuple[str, ...]:
    """Every picture once, in the order of the pairs."""
    return tuple(dict.fromkeys(name for pair in pairs for name in (pair.path_a, pair.path_b)))


def _template(path: Path, finder: Finder, maker: TemplateMaker) -> tuple[Embedding | Failure, int]:
    try:
        pixels = read_picture(path)
    except InputError:
        return Failure.UNREADABLE, 0
    faces = finder.look_at_picture(pixels)
    if not faces:
        return Failure.NO_FACE, 0
    face = main_face(faces, width=pixels.shape[1], height=pixels.shape[0])
    return maker.embed(pixels, face) or Failure.NOT_EMBEDDED, len(faces)


def summarise(
    pairs: Sequence[Pair],
    templates: Mapping[str, Embedding | Failure],
    *,
    policy_threshold: float,
    several_faces: int = 0,
) -> Report:
    """Compare and count."""
    genuine: list[float] = []
    impostor: list[float] = []
    for pair in pairs:
        (genuine if pair.same else impostor).append(_similarity(templates[pair.path_a], templates[pair.path_b]))
    failures = [each for each in templates.values() if isinstance(each, Failure)]
    return Report(
        pictures=len(templates),
        genuine=len(genuine),
        impostor=len(impostor),
        failed_genuine=sum(not math.isfinite(s) for s in genuine),
        failed_impostor=sum(not math.isfinite(s) for s in impostor),
        failures=tuple((kind, failures.count(kind)) for kind in Failure if kind in failures),
        several_faces=several_faces,
        at_far=tar_at_far(genuine, impostor, FAR),
        at_policy=at_threshold(genuine, impostor, policy_threshold),
        equal=equal_error(genuine, impostor),
        area=auc(genuine, impostor),
    )


def _similarity(a: Embedding | Failure, b: Embedding | Failure) -> float:
    if isinstance(a, Failure) or isinstance(b, Failure):
        return -math.inf
    return a.similarity(b)
