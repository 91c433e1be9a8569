"""The vision stages of ``kiosk bench``: tracking, measures, liveness, the whole step, embedding, and MediaPipe's bare call.

Every stage walks the same frames with engines of its own, so that none sees what another left behind.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from kiosk.camera.stills import read_picture
from kiosk.domain.errors import Code, ModelError
from kiosk.domain.face import Face, Frame, Pixels, Sighting
from kiosk.domain.ports import Depth
from kiosk.evaluate import bench_rules
from kiosk.evaluate.scene import portrait_scene
from kiosk.evaluate.timing import Line, Stage, interleaved
from kiosk.vision.embedder import Embedder
from kiosk.vision.engine import TRACKING, Engine
from kiosk.vision.liveness import Liveness
from kiosk.vision.measures import measure
from kiosk.vision.models import ModelFiles
from kiosk.vision.stills import StillTracker
from kiosk.vision.tracker import MAX_FACES, Tracker, to_rgb

PORTRAIT = "portrait_a"
FRAME_MS = 1000 / 30

VISION_BUDGET_MS = 33.0
EMBED_BUDGET_MS = 15.0
TRACK_RATIO = 1.3
"""Tracking may cost this many times the bare call of the same run."""

STAGES = 9


def scene_of(models: ModelFiles) -> tuple[Pixels, ...]:
    """The demo portrait as frames.

    Raises:
        ModelError: the portrait or the tracker is missing or broken.
    """
    portrait = read_picture(models.path(PORTRAIT))
    tracker = StillTracker(models.path(TRACKING))
    try:
        faces = tracker.look_at_picture(portrait)
    finally:
        tracker.close()
    if not faces:
        raise ModelError(Code.MODEL_BROKEN, f"no face is found in {PORTRAIT}")
    return portrait_scene(portrait, faces[0].box)


def vision_lines(
    models: ModelFiles, scene: Sequence[Pixels], n: int, *, each: Callable[[], None] = lambda: None
) -> list[Line]:
    """All vision stages, ``n`` calls each.

    Raises:
        ModelError: a part is missing or broken.
    """
    with contextlib.ExitStack() as stack:
        engine = stack.enter_context(contextlib.closing(Engine(models)))
        tracker = stack.enter_context(contextlib.closing(Tracker(models.path(TRACKING))))
        bare = stack.enter_context(_bare(models.path(TRACKING)))
        liveness, embedder = Liveness(models, threads=2), Embedder(models, threads=2)
        still = stack.enter_context(contextlib.closing(StillTracker(models.path(TRACKING))))
        faces = [_face(still, pixels) for pixels in scene]
        rgb = [to_rgb(pixels) for pixels in scene]

        height, width = scene[0].shape[:2]
        judge, nobody = bench_rules.judging(faces[0]), bench_rules.idle(width=width, height=height)
        shown = bench_rules.seen(faces[0], width=width, height=height)

        def frame(call: int) -> Frame:
            return Frame(scene[call % len(scene)], call, call * FRAME_MS)

        clock = itertools.count()

        def looked(call: int) -> Sighting:
            return engine.look(Frame(scene[call % len(scene)], call, next(clock) * FRAME_MS), Depth.FULL)

        def of_face(do: Callable[[Pixels, Face], object]) -> Callable[[int], object]:
            return lambda call: do(scene[call % len(scene)], faces[call % len(scene)])

        lines = interleaved(
            [
                Stage(name="track", run=lambda call: tracker.follow(frame(call))),
                Stage(name="track_bare", run=lambda call: bare(rgb[call % len(rgb)], round(call * FRAME_MS))),
                Stage(name="measures", run=of_face(measure)),
                Stage(name="liveness", run=of_face(liveness.judge), note=f"networks: {'+'.join(liveness.networks)}"),
                Stage(
                    name="vision_step",
                    run=looked,
                    budget_ms=VISION_BUDGET_MS,
                    note="tracking, measures and liveness of one frame; networks take turns",
                ),
                Stage(
                    name="all_cues",
                    run=lambda call: judge(replace(looked(call), faces=(faces[0],))),
                    budget_ms=VISION_BUDGET_MS,
                    note="tracking and every cue of liveness, in the middle of a head motion",
                ),
                Stage(name="active_step", run=lambda _: judge(shown), note="what the active step adds to a frame"),
                Stage(
                    name="idle_step", run=lambda _: nobody(), note="the rules before an empty room: no cue is looked at"
                ),
                Stage(name="embed", run=of_face(embedder.embed), budget_ms=EMBED_BUDGET_MS),
            ],
            n,
            each=each,
        )
    return lines


def track_ratio(lines: Sequence[Line]) -> float | None:
    """Median of tracking over the median of the bare call of the same run."""
    medians = {line.stage: line.p50_ms for line in lines}
    ours, bare = medians.get("track"), medians.get("track_bare")
    return ours / bare if ours is not None and bare else None


def _face(still: StillTracker, pixels: Pixels) -> Face:
    faces = still.look_at_picture(pixels)
    if not faces:
        raise ModelError(Code.MODEL_BROKEN, "no face is found in a frame of the bench")
    return faces[0]


@contextlib.contextmanager
def _bare(task: Path) -> Iterator[Callable[[Pixels, int], object]]:
    """The library's own call with the options the tracker uses, without anything of ours around it."""
    # The tracker made before has imported the library's modules, in the kiosk's lean way.
    from mediapipe.tasks.python.core.base_options import BaseOptions
    from mediapipe.tasks.python.vision.core.image import Image, ImageFormat
    from mediapipe.tasks.python.vision.core.vision_task_running_mode import VisionTaskRunningMode
    from mediapipe.tasks.python.vision.face_landmarker import FaceLandmarker, FaceLandmarkerOptions

    options = FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(task)),
        running_mode=VisionTaskRunningMode.VIDEO,
        num_faces=MAX_FACES,
        output_face_blendshapes=True,
        output_facial_transformation_matrixes=True,
    )
    landmarker = FaceLandmarker.create_from_options(options)
    try:
        yield lambda rgb, stamp: landmarker.detect_for_video(Image(ImageFormat.SRGB, rgb), stamp)
    finally:
        landmarker.close()
