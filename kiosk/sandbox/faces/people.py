"""1:N over the people of a sandbox: every template compared, best first, each person once.

Not :class:`kiosk.gallery.exact.ExactGallery`, which gives the two best of everybody: a search of the service gives up to a
hundred, and only within one collection. Holds templates only; who is in which collection is the caller's.
"""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Hit:
    """One person and the cosine of their best template."""

    person: str
    cosine: float


class People:
    """Templates by person. Any thread.

    Args:
        dimensions: of a template.
    """

    def __init__(self, *, dimensions: int = 512) -> None:
        self._dimensions = dimensions
        self._lock = threading.Lock()
        self._rows: dict[str, NDArray[np.float32]] = {}
        self._matrix: NDArray[np.float32] | None = None
        self._owners: list[str] = []

    def put(self, person: str, templates: Sequence[str]) -> None:
        """Replace what is known of a person; texts of :func:`to_text`. Broken texts match nobody."""
        vectors = [v for v in (from_text(t, self._dimensions) for t in templates) if v is not None]
        with self._lock:
            self._matrix = None
            if vectors:
                self._rows[person] = np.stack(vectors)
            else:
                self._rows.pop(person, None)

    def remove(self, person: str) -> None:
        """Forget a person."""
        with self._lock:
            if self._rows.pop(person, None) is not None:
                self._matrix = None

    def search(
        self, probes: Sequence[NDArray[np.float32]], *, among: Collection[str] | None = None, limit: int = 10
    ) -> list[Hit]:
        """The people most like any of the probes, best first; equal ones in the order of their ids.

        Args:
            probes: unit vectors.
            among: only these people; None for everybody.
            limit: how many.
        """
        with self._lock:
            if self._matrix is None:
                self._owners = [person for person, rows in self._rows.items() for _ in rows]
                self._matrix = (
                    np.concatenate(list(self._rows.values()))
                    if self._rows
                    else np.empty((0, self._dimensions), np.float32)
                )
            matrix, owners = self._matrix, self._owners
        if not len(matrix) or not probes:
            return []
        best: dict[str, float] = {}
        for person, cosine in zip(owners, (matrix @ np.stack(probes).T).max(axis=1).tolist(), strict=True):
            if among is None or person in among:
                best[person] = max(cosine, best.get(person, -1.0))
        ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))[:limit]
        return [Hit(person, cosine) for person, cosine in ranked]


def to_text(vector: NDArray[np.float32]) -> str:
    """A template for a JSON record."""
    return base64.b64encode(np.ascontiguousarray(vector, dtype="<f4").tobytes()).decode("ascii")


def from_text(text: str, dimensions: int = 512) -> NDArray[np.float32] | None:
    """Back, as a unit vector; None for anything else."""
    try:
        vector = np.frombuffer(base64.b64decode(text, validate=True), dtype="<f4")
    except (binascii.Error, ValueError):
        return None
    length = float(np.linalg.norm(vector)) if vector.shape == (dimensions,) else 0.0
    if not np.isfinite(length) or length < 1e-6:
        return None
    return (vector / length).astype(np.float32)
