"""The kiosk's vision for requests: loaded on first use, worked by one thread, asked from any.

Must not decide who passes: it gives scores on the service's scales, routes hold the limits.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from kiosk.domain.errors import Code, InputError, KioskError
from kiosk.domain.policy import Matching
from kiosk.sandbox.faces.scale import liveness_score, similarity_score
from kiosk.sandbox.faces.seen import FaceSeen, Look, detection_score

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kiosk.domain.face import Face, Pixels
    from kiosk.settings import Settings
    from kiosk.vision.embedder import Embedder
    from kiosk.vision.liveness import Liveness
    from kiosk.vision.models import ModelFiles
    from kiosk.vision.stills import StillTracker

logger = logging.getLogger(__name__)

THUMBNAIL_PX = 160
_MARGIN = 0.25

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two faces. ``score`` is the service's 0..1, ``cosine`` the matcher's own."""

    score: float
    cosine: float


@dataclass(slots=True)
class _Parts:
    """What the thread owns."""

    tracker: StillTracker
    liveness: Liveness
    embedder: Embedder
    live_threshold: float


class Faces:
    """Faces in pictures. Any thread; close it.

    Args:
        settings: where the weights are and what the station's liveness threshold is; those of the default profile and the
            environment where None.
        matching_threshold: the cosine that becomes the service's 0.85.
    """

    def __init__(self, settings: Settings | None = None, *, matching_threshold: float = Matching().threshold) -> None:
        self._settings = settings
        self._matching_threshold = matching_threshold
        self._parts: _Parts | None = None
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sandbox-faces")

    def look(self, jpeg: bytes) -> Look:
        """Every face of a picture, largest first.

        Raises:
            InputError: not a picture, damaged or too large.
            ModelError: weights or a library are missing or broken; the log says what to do.
        """
        from kiosk.camera.stills import decode_picture

        pixels = decode_picture(jpeg)
        faces = self._run(lambda parts: parts.tracker.look_at_picture(pixels))
        height, width = pixels.shape[:2]
        return Look(width, height, tuple(_seen(face, width, height) for face in faces if face.is_sane), pixels)

    def live(self, look: Look, face: FaceSeen) -> float | None:
        """Passive liveness of one face on the service's scale, 0..1; None where the networks had nothing to judge.

        Raises:
            ModelError: as :meth:`look`.
        """

        def judge(parts: _Parts) -> float | None:
            score = parts.liveness.judge(look.pixels, face.face).score
            return None if score is None else liveness_score(score, threshold=parts.live_threshold)

        return self._run(judge)

    def embed(self, look: Look, face: FaceSeen) -> NDArray[np.float32] | None:
        """The template of one face, float32 (512,), length 1; None for a face too small or too far outside.

        Raises:
            ModelError: as :meth:`look`.
        """

        def work(parts: _Parts) -> NDArray[np.float32] | None:
            embedding = parts.embedder.embed(look.pixels, face.face)
            return None if embedding is None else embedding.vector

        return self._run(work)

    def likeness(self, cosine: float) -> Likeness:
        """A cosine with its score."""
        return Likeness(similarity_score(cosine, threshold=self._matching_threshold), cosine)

    def compare(self, a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
        """How alike two templates are on the service's scale, 0..1; 0.85 is the kiosk's own threshold."""
        return self.likeness(float(a @ b)).score

    def thumbnail(self, look: Look, face: FaceSeen) -> bytes:
        """The face with a little around it, JPEG, at most :data:`THUMBNAIL_PX` on a side."""
        return _thumbnail(look.pixels, face)

    def close(self) -> None:
        """Free MediaPipe and end the thread. Safe to call twice."""
        try:
            self._worker.submit(self._unload).result()
        except RuntimeError:  # closed before
            return
        self._worker.shutdown(wait=True)

    def _run(self, work: Callable[[_Parts], _T]) -> _T:
        return self._worker.submit(lambda: self._done(work)).result()

    def _done(self, work: Callable[[_Parts], _T]) -> _T:
        parts = self._loaded()
        try:
            return work(parts)
        except KioskError as error:
            logger.warning("the face engine failed (%s)", error.code)
            raise

    def _loaded(self) -> _Parts:
        if self._parts is None:
            try:
                self._parts = self._load()
            except KioskError as error:
                logger.warning(
                    "faces cannot be looked at (%s): fetch the weights with 'kiosk models fetch', or name a folder that"
                    " holds them in KIOSK_MODELS__DIR or KIOSK_MODELS__MIRROR, then try again",
                    error.code,
                )
                raise
        return self._parts

    def _load(self) -> _Parts:
        from kiosk.settings import to_policy
        from kiosk.vision.embedder import Embedder
        from kiosk.vision.engine import TRACKING
        from kiosk.vision.liveness import Liveness
        from kiosk.vision.stills import StillTracker

        settings = self._settings or _own_settings()
        models = _weights(settings)
        liveness, embedder = Liveness(models, threads=2), Embedder(models, threads=2)
        liveness.rehearse()
        embedder.rehearse()
        threshold = to_policy(settings, liveness.networks).liveness.threshold
        parts = _Parts(StillTracker(models.path(TRACKING)), liveness, embedder, threshold)
        logger.info("faces are looked at with liveness networks %s", ", ".join(liveness.networks))
        return parts

    def _unload(self) -> None:
        parts, self._parts = self._parts, None
        if parts is not None:
            parts.tracker.close()


def _own_settings() -> Settings:
    from kiosk.paths import default_profile
    from kiosk.settings import load

    return load(default_profile())


def _weights(settings: Settings) -> ModelFiles:
    """The files of these settings; what is missing is taken from the mirror folder, never from the network."""
    from kiosk.settings import models_dir, models_mirror
    from kiosk.vision.manifest import Pack
    from kiosk.vision.models import ModelFiles

    models = ModelFiles(models_dir(settings))
    missing, mirror = models.missing(Pack.CORE), models_mirror(settings)
    if missing and mirror is not None:
        models.fetch(missing, mirror=mirror, network=False)
    return models


def _seen(face: Face, width: int, height: int) -> FaceSeen:
    from kiosk.vision.embedder import five_points

    points = tuple((round(float(x), 1), round(float(y), 1)) for x, y in five_points(face.landmarks))
    score = detection_score(face, width=width, height=height)
    return FaceSeen(face.box, points, face.pose, face.interocular_px, score, face)


def _thumbnail(pixels: Pixels, face: FaceSeen) -> bytes:
    import io

    from PIL import Image

    height, width = pixels.shape[:2]
    box = face.box
    left, right = int(max(0, box.x - _MARGIN * box.width)), int(min(width, box.x + (1 + _MARGIN) * box.width))
    top, bottom = int(max(0, box.y - _MARGIN * box.height)), int(min(height, box.y + (1 + _MARGIN) * box.height))
    if right - left < 1 or bottom - top < 1:
        raise InputError(Code.PICTURE_DAMAGED, "the face lies outside the picture")
    picture = Image.fromarray(pixels[top:bottom, left:right, ::-1])
    picture.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=85)
    return stream.getvalue()
