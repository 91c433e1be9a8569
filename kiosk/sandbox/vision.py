"""The pictures of a request, looked at: faces, liveness and templates, or the service's word for what is wrong with them.

Between the routes and :mod:`kiosk.sandbox.faces`: knows HTTP statuses and error bodies, no resource and no document.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.domain.errors import InputError, KioskError
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault
from kiosk.sandbox.faces import Faces, FaceSeen, Flaw, Look, PictureError, main_flaw, one_face_flaw, read_image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Rules = Callable[[Look], "Flaw | None"]


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """One picture of one person.

    Attributes:
        jpeg: as it was sent.
        template: float32 (512,), length 1.
    """

    jpeg: bytes = field(repr=False)
    look: Look
    face: FaceSeen
    template: NDArray[np.float32] = field(repr=False)


def open_faces(sandbox: Sandbox) -> Faces:
    """The face engine of a sandbox, for :meth:`Sandbox.part`; loads nothing yet."""
    if sandbox.options.models is None:
        return Faces()
    from kiosk.paths import default_profile
    from kiosk.settings import load

    settings = load(default_profile())
    models = dataclasses.replace(settings.models, dir=str(sandbox.options.models))
    return Faces(dataclasses.replace(settings, models=models))


def picture(value: object, *, data_uri: bool = True) -> bytes:
    """The bytes of a field that holds a picture.

    Raises:
        Fault: 412 in the service's words.
    """
    try:
        return read_image(value, data_uri=data_uri)
    except PictureError as error:
        code = "ERROR" if error.token == "only_images_in_base64" else "PreconditionFailed"  # noqa: S105 - a word, no secret
        raise Fault(412, code, error.token) from None


def pictures(values: Sequence[object], *, data_uri: bool = True) -> list[bytes]:
    """:func:`picture` of each."""
    return [picture(value, data_uri=data_uri) for value in values]


def one_face(look: Look) -> Flaw | None:
    """What a picture must keep to that is enrolled, compared or searched."""
    return one_face_flaw(look.faces)


LIVENESS_RULES: Rules = main_flaw
"""What a picture must keep to that is judged for liveness: see :mod:`kiosk.sandbox.faces.seen`."""


def look_at(sandbox: Sandbox, jpeg: bytes) -> Look:
    """Every face of a picture. Slow: not on the event loop.

    Raises:
        Fault: 412 for bytes that are no whole picture, 500 where the engine cannot work.
    """
    try:
        return sandbox.part(open_faces).look(jpeg)
    except InputError:
        raise Fault(412, "PreconditionFailed", "could_not_compress_image") from None
    except KioskError:
        raise Fault(500, "ERROR", "internal_error") from None


def portrait(sandbox: Sandbox, jpeg: bytes, rules: Rules = one_face) -> Portrait:
    """The one person of a picture. Slow: not on the event loop.

    Raises:
        Fault: as :func:`look_at`, and 409 for a picture that breaks a rule.
    """
    look = look_at(sandbox, jpeg)
    flaw = rules(look)
    if flaw is not None:
        raise unfit(flaw)
    face = look.faces[0]
    template = embed(sandbox, look, face)
    if template is None:
        raise unfit(Flaw.NO_FACE)
    return Portrait(jpeg, look, face, template)


def portraits(sandbox: Sandbox, jpegs: Sequence[bytes], rules: Rules = one_face) -> list[Portrait]:
    """:func:`portrait` of each."""
    return [portrait(sandbox, jpeg, rules) for jpeg in jpegs]


def embed(sandbox: Sandbox, look: Look, face: FaceSeen) -> NDArray[np.float32] | None:
    """The template of one face; None where there is too little of it.

    Raises:
        Fault: 500 where the engine cannot work.
    """
    try:
        return sandbox.part(open_faces).embed(look, face)
    except KioskError:
        raise Fault(500, "ERROR", "internal_error") from None


def liveness(sandbox: Sandbox, seen: Portrait) -> float:
    """Score on the service's scale, 0..1. Slow: not on the event loop.

    Raises:
        Fault: 409 ``liveness_error`` where there was nothing to judge, 500 where the engine cannot work.
    """
    try:
        score = sandbox.part(open_faces).live(seen.look, seen.face)
    except KioskError:
        raise Fault(500, "ERROR", "internal_error") from None
    if score is None:
        raise Fault(409, "Conflict", "liveness_error")
    return score


def live_portrait(sandbox: Sandbox, jpeg: bytes) -> tuple[Portrait, float]:
    """A picture that keeps the liveness rules, and its liveness score. Slow: not on the event loop.

    Raises:
        Fault: as :func:`portrait` and :func:`liveness`.
    """
    seen = portrait(sandbox, jpeg, LIVENESS_RULES)
    return seen, liveness(sandbox, seen)


def not_live(score: float) -> Fault:
    """409 ``liveness_failed`` with its score."""
    return Fault(409, "liveness_failed", f"409:liveness_failed@{score:g}")


def unfit(flaw: Flaw) -> Fault:
    """409 with the quality word as the message and the engine's fault nested under ``data``.

    Which status and which place the service uses is not written anywhere: words, codes and the nesting are its own, their
    arrangement is our reading.
    """
    engine: dict[str, object] = {
        "message": flaw.text,
        "detail": [{"loc": ["body", "image"], "msg": flaw.token, "ctx": {}}],
    }
    if flaw.code:
        engine = {"code": flaw.code, **engine}
    return Fault(409, "Conflict", flaw.token, data=engine)
