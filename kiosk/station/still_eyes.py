"""Vision for single pictures: :class:`kiosk.station.picture.PictureEyes` on the vision room's parts. One thread; close it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.domain.face import Embedding, Face, Measures, PassiveSample, Pixels

if TYPE_CHECKING:
    from kiosk.vision.models import ModelFiles


class StillEyes:
    """Opens everything at once; takes a second or two.

    Args:
        models: the core files must be there and right.

    Raises:
        ModelError: a file or a library is missing or broken.
    """

    def __init__(self, models: ModelFiles) -> None:
        from kiosk.vision.embedder import Embedder
        from kiosk.vision.engine import TRACKING
        from kiosk.vision.liveness import Liveness
        from kiosk.vision.stills import StillTracker

        self._liveness = Liveness(models, threads=2)
        self._embedder = Embedder(models, threads=2)
        self._tracker = StillTracker(models.path(TRACKING))

    def faces(self, pixels: Pixels) -> tuple[Face, ...]:
        """Largest first."""
        return self._tracker.look_at_picture(pixels)

    def measure(self, pixels: Pixels, face: Face) -> Measures | None:
        """None for broken geometry."""
        from kiosk.vision.measures import measure

        return measure(pixels, face)

    def liveness(self, pixels: Pixels, face: Face) -> PassiveSample:
        """Passive score."""
        return self._liveness.judge(pixels, face)

    def embed(self, pixels: Pixels, face: Face) -> Embedding | None:
        """None for broken geometry."""
        return self._embedder.embed(pixels, face)

    def close(self) -> None:
        """Free MediaPipe. Safe to call twice."""
        self._tracker.close()
