"""The search stage of ``kiosk bench``: exact 1:N over 50,000 people who do not exist."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kiosk.domain.face import Embedding
from kiosk.domain.person import PersonId
from kiosk.evaluate.timing import Line, Stage, interleaved
from kiosk.gallery.exact import ExactGallery

PEOPLE = 50_000
BUDGET_MS = 8.0
_WEIGHTS = "0" * 64
_DIMENSIONS = 512


def gallery_line(n: int, *, people: int = PEOPLE, each: Callable[[], None] = lambda: None) -> Line:
    """Search with probes that belong to somebody, so that the answer can be checked.

    Raises:
        ValueError: a search found the wrong person (the figure would mean nothing).
    """
    random = np.random.default_rng(7)
    vectors = random.standard_normal((people, _DIMENSIONS), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    gallery = ExactGallery(_WEIGHTS, dimensions=_DIMENSIONS)
    gallery.add_all((_person(i), _template(vectors[i])) for i in range(people))
    probes = [int(i) for i in random.integers(0, people, size=64)]

    def search(call: int) -> None:
        who = probes[call % len(probes)]
        found = gallery.identify(_template(vectors[who])).candidates[0]
        if found.person != _person(who):
            raise ValueError("the gallery found somebody else")

    stage = Stage(name=f"match_{people}", run=search, budget_ms=BUDGET_MS, note="exact 1:N, one template a person")
    return interleaved([stage], n, each=each)[0]


def _person(index: int) -> PersonId:
    return PersonId(f"{index:06d}")


def _template(vector: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Embedding:
    return Embedding(vector, "face_embedding", _WEIGHTS)
