"""The kiosk's eyes: :class:`Engine` is :class:`kiosk.domain.ports.Vision` on MediaPipe, OpenCV and onnxruntime.

It puts the parts together and decides nothing. It is made, used and closed on the vision thread: what it loads is heavy, and
MediaPipe must be closed before the interpreter ends.

Liveness works ahead: while MediaPipe looks for the face of this frame, the passive networks whose turn it is already judge
this frame's pixels where the face was in the last one, on a thread of their own. Where the same face is still (almost) there,
that is the answer; where it moved, it is judged again at its place. Edges of a held device are looked for on that thread as
well, around a face that is already known: that of the frame before.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from kiosk.domain.errors import Code, ModelError
from kiosk.domain.face import Embedding, Face, Frame, PassiveSample, Pixels, Sighting, TrackId
from kiosk.domain.ports import Depth
from kiosk.vision.cues import bezel
from kiosk.vision.embedder import Embedder
from kiosk.vision.liveness import INCONCLUSIVE, Liveness
from kiosk.vision.measures import measure
from kiosk.vision.models import ModelFiles
from kiosk.vision.reflection import reflection_of
from kiosk.vision.tracker import Tracker
from kiosk.vision.turns import Turns

logger = logging.getLogger(__name__)

TRACKING = "face_landmarker"

SAME_PLACE = 0.85
"""Overlap of a face's box with its last one from which the networks' crop (three times as wide) is the same picture."""


class Engine:
    """Pixels to observations.

    Args:
        models: the core files must be there and right.

    Raises:
        ModelError: a file or a library is missing or broken; nothing stays open.
    """

    def __init__(self, models: ModelFiles) -> None:
        # The networks first: they need no closing when a later part fails.
        self._liveness = Liveness(models, threads=1)
        self._turns = Turns(self._liveness)
        self._embedder = Embedder(models, threads=2)
        # The first call of a network is several times as slow as the next: nobody should wait for it before the camera.
        self._liveness.rehearse()
        self._embedder.rehearse()
        self._tracker: Tracker | None = Tracker(models.path(TRACKING))
        self._ahead = ThreadPoolExecutor(max_workers=1, thread_name_prefix="liveness")
        self._ahead.submit(self.liveness_networks.__len__).result()  # its thread starts now, not in the first frame
        self._last: Face | None = None
        self._bezel = bezel.Bezel()
        self._unlooked: tuple[Pixels, Face] | None = None  # the newest face around which no edges were looked for
        self._held_by: TrackId | None = None
        self._looks = 0
        logger.info("vision is ready, liveness networks: %s", ", ".join(self._liveness.networks))

    @property
    def liveness_networks(self) -> tuple[str, ...]:
        """Labels of the passive networks in use, ``a`` alone after a fresh clone."""
        return self._liveness.networks

    def look(self, frame: Frame, depth: Depth) -> Sighting:
        """Find and follow faces; with FULL also measure and judge liveness of the nearest. Frames in order of ``mono_ms``.

        Raises:
            ModelError: a part failed. Never reported as "no face".
        """
        tracker, last = self._open_tracker(), self._last
        ahead: Future[Mapping[str, float] | None] | None = None
        if depth is Depth.FULL and last is not None:
            ahead = self._ahead.submit(self._turns.ask, frame.pixels, last, frame.mono_ms)
        edges = self._ahead.submit(self._look_for_edges) if depth is Depth.FULL else None
        try:
            faces = tracker.follow(frame)
            nearest = faces[0] if faces else None
            measures = measure(frame.pixels, nearest) if depth is Depth.FULL and nearest is not None else None
        finally:
            # Waited for whatever happened: nothing may still look when the next frame comes.
            said = ahead.result() if ahead is not None else None
            if edges is not None:
                edges.result()
        self._last = nearest
        if depth is not Depth.FULL:
            self._unlooked = None
        elif nearest is not None:
            self._unlooked = (frame.pixels, nearest)
        passive = reflection = None
        if depth is Depth.FULL and nearest is not None:
            # Liveness of a face that cannot be measured would be a score of something else.
            passive = INCONCLUSIVE if measures is None else self._judge(frame, nearest, last, said)
            vetoes = ((frame.doubt,) if frame.doubt else ()) + ((bezel.NAME,) if self._held_by == nearest.track else ())
            passive = replace(passive, vetoes=vetoes)
            reflection = reflection_of(frame.pixels, nearest)
        return Sighting(
            seq=frame.seq,
            mono_ms=frame.mono_ms,
            width=frame.width,
            height=frame.height,
            faces=faces,
            measures=measures,
            passive=passive,
            reflection=reflection,
        )

    def _look_for_edges(self) -> None:
        # Every other look is enough for a window of two seconds, and saves two milliseconds a frame.
        self._looks += 1
        if self._looks % 2 or self._unlooked is None:
            return
        (pixels, face), self._unlooked = self._unlooked, None
        self._held_by = face.track if self._bezel.see(pixels, face) else None

    def _judge(self, frame: Frame, face: Face, last: Face | None, said: Mapping[str, float] | None) -> PassiveSample:
        """Where nothing was said ahead, or not of this place, the face is looked at where it is."""
        same = last is not None and face.is_sane and face.track == last.track
        if said is None or not same or last is None or last.box.overlap(face.box) < SAME_PLACE:
            said = self._turns.ask(frame.pixels, face, frame.mono_ms)
        return self._turns.take(face.track, frame.mono_ms, said)

    def embed(self, pixels: Pixels, face: Face) -> Embedding | None:
        """Template of one face of this picture; None where the geometry is broken. A helper thread may call this one.

        Raises:
            ModelError: the network failed.
        """
        return self._embedder.embed(pixels, face)

    def forget(self) -> None:
        """Drop all tracks; the next face is a new one."""
        self._open_tracker().forget()
        self._last = self._unlooked = None
        self._turns.forget()
        self._bezel.forget()
        self._held_by = None

    def close(self) -> None:
        """Free the engines. Safe to call twice."""
        self._ahead.shutdown(wait=True)
        tracker, self._tracker = self._tracker, None
        if tracker is not None:
            tracker.close()

    def _open_tracker(self) -> Tracker:
        if self._tracker is None:
            raise ModelError(Code.VISION_STOPPED, "the vision engine was closed")
        return self._tracker
