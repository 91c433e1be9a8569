"""Templates for people whose picture came from the account: one person a step, in the background."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from kiosk.domain.errors import Code, InputError, ModelError, StoreError
from kiosk.domain.face import Embedding
from kiosk.domain.outbox import Replica
from kiosk.domain.person import PersonId
from kiosk.domain.ports import Gallery, Store

logger = logging.getLogger(__name__)

AFTER_FAILURE_S = 60.0
"""So long nothing is computed after the engine has failed: the account's news must not wait for it."""

Embed = Callable[[bytes], Sequence[Embedding]]
"""Templates of the one face of a JPEG; none where it has no usable face. Raises ``InputError`` for what is no picture."""


class Pictures:
    """Computes what is missing. One thread at a time."""

    def __init__(
        self, replica: Replica, store: Store, gallery: Gallery | None, embed: Embed, *, model_sha256: str
    ) -> None:
        """Nothing is computed yet.

        Args:
            embed: by the weights of ``model_sha256``; may take some tenths of a second.
        """
        self._replica = replica
        self._store = store
        self._gallery = gallery
        self._embed = embed
        self._model_sha256 = model_sha256
        self._failed: list[PersonId] = []

    def step(self) -> PersonId | None:
        """One person; None where nobody is without templates.

        Raises:
            StoreError: nothing was written.
            ModelError: the engine failed; this person comes again once everybody else had their turn.
        """
        person = self._next()
        if person is None:
            return None
        try:
            templates = self._templates(person)
        except ModelError:
            self._failed.append(person)
            raise
        if templates is None:
            return person
        self._replica.add_templates(person, templates)
        if not templates:
            logger.info("a picture from the account has no usable face; this person is not recognised here")
        if self._gallery is not None:
            self._gallery.remove(person)  # who they were on the picture before
            for template in templates:
                self._gallery.add(person, template)
        return person

    def _next(self) -> PersonId | None:
        waiting = self._replica.without_templates(self._model_sha256, limit=len(self._failed) + 1)
        fresh = next((person for person in waiting if person not in self._failed), None)
        if fresh is None and waiting:
            self._failed.clear()
            return waiting[0]
        return fresh

    def _templates(self, person: PersonId) -> Sequence[Embedding] | None:
        """None where the person was deleted meanwhile."""
        try:
            image = self._store.person(person).face_image
        except StoreError as error:
            if error.code is Code.PERSON_UNKNOWN:
                return None
            raise
        try:
            return self._embed(image) if image else ()
        except InputError:
            return ()
