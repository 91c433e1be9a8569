"""Exact 1:N search in memory: every template of everybody is compared, nothing is approximated or skipped.

The templates lie in one float32 matrix with a column for each (dimensions, capacity): a vector-matrix product over whole
columns reads memory in its own order and is a third faster than rows (50,000 x 512: 4.9 ms against 6.6 ms at the median on
2 cores). Float32 only chooses the finalists; their cosines are summed again in float64, so the answer depends neither on the
order in which people were added nor on how the product was blocked. Decides nothing: threshold and margin are the domain's.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kiosk.domain.decision import Candidate, Match
from kiosk.domain.face import Embedding
from kiosk.domain.person import PersonId
from kiosk.domain.ports import Store

logger = logging.getLogger(__name__)

_GROWTH = 1.25
_STEP = 256
_OFFSET = 16  # keeps the columns of successive rows out of the same cache sets
_MIN_LENGTH = 1e-6
_FINALISTS_AT_ONCE = 1024  # there are a handful, unless thousands of templates are the same


class ExactGallery:
    """:class:`kiosk.domain.ports.Gallery` over templates of one set of weights. Safe to call from any thread.

    Args:
        model_sha256: of the weights; templates and probes of other weights are refused.
        dimensions: of a template.
    """

    def __init__(self, model_sha256: str, *, dimensions: int = 512) -> None:
        self.model_sha256 = model_sha256
        self.dimensions = dimensions
        self._lock = threading.Lock()
        self._columns: NDArray[np.float32] = np.empty((dimensions, 0), np.float32)
        self._owner: list[PersonId] = []  # of each column
        self._held: dict[PersonId, list[int]] = {}  # columns of each person
        # |float32 dot - exact dot| <= n u / (1 - n u) for unit vectors (Higham 2002, 3.1), and twice the rounding of the columns
        self._error = 2.0 * (dimensions + 4) * float(np.finfo(np.float32).eps)

    @classmethod
    def from_store(cls, store: Store, model_sha256: str, *, dimensions: int = 512) -> Self:
        """Everybody of a store. A template that is no direction is left out, counted in the log, and matches nobody.

        Raises:
            StoreError: the store fails.
        """
        gallery = cls(model_sha256, dimensions=dimensions)
        refused = gallery.add_all(store.templates(model_sha256))
        if refused:
            logger.warning("%d templates of the store are broken and match nobody", refused)
        return gallery

    @property
    def people(self) -> int:
        """How many people it holds."""
        with self._lock:
            return len(self._held)

    @property
    def templates(self) -> int:
        """How many templates it holds."""
        with self._lock:
            return len(self._owner)

    def add(self, person: PersonId, template: Embedding) -> None:
        """One more template of a person.

        Raises:
            ValueError: other weights, other dimensions, not finite, or no direction.
        """
        vector = self._direction(template).astype(np.float32)
        with self._lock:
            self._append(person, vector)

    def add_all(self, templates: Iterable[tuple[PersonId, Embedding]]) -> int:
        """Many at once. Returns how many were refused."""
        refused = 0
        for person, template in templates:
            try:
                self.add(person, template)
            except ValueError:
                refused += 1
        return refused

    def remove(self, person: PersonId) -> None:
        """Forget all templates of a person, in memory too; unknown people are ignored."""
        with self._lock:
            for column in sorted(self._held.pop(person, ()), reverse=True):
                last = len(self._owner) - 1
                if column != last:
                    moved = self._owner[last]
                    self._columns[:, column] = self._columns[:, last]
                    self._owner[column] = moved
                    held = self._held[moved]
                    held[held.index(last)] = column
                self._columns[:, last] = 0.0
                self._owner.pop()

    def identify(self, probe: Embedding) -> Match:
        """The two best people, best first; each by their best template. Equal people come in the order of their ids.

        Raises:
            ValueError: other weights, other dimensions, not finite, or no direction.
        """
        direction = self._direction(probe)
        with self._lock:
            count = len(self._owner)
            if count == 0:
                return Match((), 0)
            rough = direction.astype(np.float32) @ self._columns[:, :count]  # np.dot would copy the view
            finalists = self._finalists(rough)
            best: dict[PersonId, float] = {}
            for part in np.split(finalists, range(_FINALISTS_AT_ONCE, len(finalists), _FINALISTS_AT_ONCE)):
                exact = (self._columns[:, part].T.astype(np.float64) * direction).sum(axis=1)
                for column, similarity in zip(part, exact, strict=True):
                    person = self._owner[column]
                    best[person] = max(float(similarity), best.get(person, -np.inf))
            people = len(self._held)
        ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))[:2]
        return Match(tuple(Candidate(person, similarity) for person, similarity in ranked), people)

    def _finalists(self, rough: NDArray[np.float32]) -> NDArray[np.intp]:
        """Every column that may belong to one of the two best people, given how far a float32 product can be off."""
        first = int(rough.argmax())
        mine = self._held[self._owner[first]]
        if len(mine) == len(rough):  # only one person
            return np.asarray(mine, np.intp)
        kept = rough[mine]
        rough[mine] = -np.inf
        second = float(rough.max())
        rough[mine] = kept
        return np.flatnonzero(rough >= second - 2.0 * self._error)

    def _direction(self, embedding: Embedding) -> NDArray[np.float64]:
        if embedding.model_sha256 != self.model_sha256:
            raise ValueError("embeddings of different weights cannot be compared")
        if embedding.vector.shape != (self.dimensions,):
            raise ValueError(f"a template has {self.dimensions} numbers")
        vector = embedding.vector.astype(np.float64)
        length = float(np.linalg.norm(vector))
        if not np.isfinite(length) or length < _MIN_LENGTH:
            raise ValueError("this template is no direction")
        return vector / length

    def _append(self, person: PersonId, vector: NDArray[np.float32]) -> None:
        count = len(self._owner)
        if count == self._columns.shape[1]:
            capacity = -(-int((count + 1) * _GROWTH) // _STEP) * _STEP + _OFFSET
            grown = np.zeros((self.dimensions, capacity), np.float32)
            grown[:, :count] = self._columns
            self._columns = grown
        self._columns[:, count] = vector
        self._owner.append(person)
        self._held.setdefault(person, []).append(count)
