"""What ``enroll`` and ``identify`` share: weights, store and gallery opened for one command, and answers in words."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiosk.cli.station import open_store
from kiosk.domain.face import Pixels
from kiosk.domain.policy import Policy
from kiosk.profile import Profile
from kiosk.settings import Settings, models_dir, models_mirror, to_policy
from kiosk.station.clock import SystemClock
from kiosk.station.desk import Answer, Desk
from kiosk.station.picture import Why

if TYPE_CHECKING:
    from kiosk.station.keeper import Evidence
    from kiosk.vision.models import ModelFiles

EMBEDDING = "face_embedding"

SAYS = {
    Why.NO_FACE: "no face was found",
    Why.TWO_FACES: "there is more than one face",
    Why.LOW_QUALITY: "the picture of the face is not good enough",
    Why.DIFFERENT_PEOPLE: "the pictures show different people",
    Why.ATTACK: "this looks like a picture of a picture, not like a live person",
    Why.LIVENESS_UNSURE: "whether this is a live person cannot be told",
    Why.DUPLICATE: "this person seems to be enrolled already",
    Why.ENROLLED: "enrolled",
    Why.RECOGNISED: "recognised",
    Why.NO_MATCH: "nobody on record looks like this",
    Why.AMBIGUOUS: "two people on record look like this",
    Why.EMPTY_GALLERY: "nobody is enrolled yet",
    Why.FACE_CHANGED: "the face changed while it was watched",
    Why.NOT_GUIDED: "the face was never in the right place",
}
"""Every reason for the terminal."""


@dataclass(frozen=True, slots=True)
class Counter:
    """An open desk.

    Attributes:
        models: whose core files are there.
    """

    desk: Desk
    models: ModelFiles
    policy: Policy


def ready_models(settings: Settings, *, silent: bool) -> ModelFiles:
    """The weights; those that are needed and missing are fetched, with progress.

    Raises:
        ModelError: they cannot be had.
    """
    from kiosk.cli.models import get
    from kiosk.vision.manifest import Pack
    from kiosk.vision.models import ModelFiles

    models = ModelFiles(models_dir(settings))
    missing = models.missing(Pack.CORE)
    if missing:
        get(models, missing, models_mirror(settings), silent=silent)
    return models


def networks_of(models: ModelFiles) -> tuple[str, ...]:
    """Labels of the liveness networks that the engine will use."""
    from kiosk.vision.manifest import Pack

    absent = set(models.missing(Pack.RECOMMENDED))
    return tuple(e.liveness.label for e in models.manifest.entries if e.liveness is not None and e.name not in absent)


@contextlib.contextmanager
def counter(profile: Profile, settings: Settings, *, silent: bool) -> Iterator[Counter]:
    """Store, gallery and weights until the block ends.

    Raises:
        ModelError, StoreError: a part is missing or broken.
    """
    from kiosk.gallery.exact import ExactGallery

    models = ready_models(settings, silent=silent)
    policy = to_policy(settings, networks_of(models))
    with open_store(profile, settings) as store:
        gallery = ExactGallery.from_store(store, models.sha256(EMBEDDING))
        yield Counter(Desk(gallery, store, SystemClock(), policy, _portrait), models, policy)


def _portrait(pixels: Pixels, evidence: Evidence) -> bytes:
    from kiosk.camera.stills import encode_jpeg
    from kiosk.station.portrait import head

    return head(encode_jpeg)(pixels, evidence)


def as_object(answer: Answer, pictures: Sequence[str] = ()) -> dict[str, Any]:
    """An answer for ``--json``: the person under the seed's names; ``picture`` is the file to blame."""
    from kiosk.store.wire import person_to_wire

    person = answer.person
    return {
        "reason": answer.why.value,
        "person": person_to_wire(person) if person is not None else None,
        "truth": person.truth.value if person is not None else None,
        "similarity": _short(answer.similarity),
        "live": answer.live,
        "liveness": _short(answer.score),
        "hint": answer.hint.value if answer.hint is not None else None,
        "picture": pictures[answer.picture - 1] if 0 < answer.picture <= len(pictures) else None,
    }


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def in_words(answer: Answer, language: str, pictures: Sequence[str] = ()) -> str:
    """An answer as a sentence without a name, for refusals."""
    from kiosk.ui.text import Text

    parts = [SAYS[answer.why]]
    if answer.hint is not None:
        parts.append(Text(language).get(f"hint.{answer.hint}").lower())
    if 0 < answer.picture <= len(pictures):
        parts.append(pictures[answer.picture - 1])
    return ", ".join(parts)
