"""What speaks against a stream of frames, whatever they show: a recording in place of a camera. Only denies, never grants.

A sensor's noise is new in every frame, so a real camera never gives the same picture twice; a recording that starts again
does, and so does a still. It says nothing of a recording that is longer than the memory, or of one with noise added.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

MEMORY_MS = 20_000.0
"""How far back a frame is known again; a loop longer than this is not seen."""

FROZEN_MS = 1_000.0
"""One picture for so long is a still. Cameras give a frame twice when it is dark, for a few hundred ms at most; until then it is
no new evidence of anything (:attr:`StreamWatch.repeats`)."""

LOOP_MS = 1_000.0
"""A picture that comes back after this long, with others between, is a repeat and not a slow camera."""

LOOP_FRAMES = 10
"""So many new pictures in a row that were all there before. Chance, or one doubled buffer of a driver, gives one."""

RUSH_FRAMES, RUSH_MS = 30, 60.0
"""So many different pictures in so short a time: more than 480 a second is a file, not a camera."""

VIRTUAL_NAMES = (
    "virtual",
    "obs cam",
    "obs-cam",
    "v4l2loopback",
    "v4l2 loopback",
    "dummy video",
    "manycam",
    "snap camera",
    "xsplit",
    "droidcam",
    "iriun",
    "epoccam",
    "e2esoft",
    "vcam",
    "akvcam",
    "sparkocam",
    "splitcam",
    "youcam",
    "mmhmm",
    "screen capture",
    "unity video capture",
)
"""Parts of the names, in lower case, under which programs offer pictures as if they were a camera."""


class StreamCue(StrEnum):
    """What was noticed; the value is the name of the cue that operators see."""

    VIRTUAL_CAMERA = "virtual_camera"
    FROZEN = "stream_frozen"
    LOOPED = "stream_looped"
    RUSHED = "stream_rushed"


def is_virtual(name: str) -> bool:
    """Whether a camera of this name is a program. A name can be changed: a plain one proves nothing."""
    folded = name.casefold()
    return any(part in folded for part in VIRTUAL_NAMES)


@dataclass(slots=True)
class StreamWatch:
    """Follows one opened camera. Knows frames by a number made of all their pixels; made and used on one thread."""

    _known: dict[int, float] = field(default_factory=dict)
    _order: deque[tuple[int, float]] = field(default_factory=deque)
    _newest: int | None = None
    _since_ms: float = 0.0
    _repeats: int = 0
    _arrivals: deque[float] = field(default_factory=lambda: deque(maxlen=RUSH_FRAMES))
    repeats: bool = False
    """Whether the newest frame is the one before it once more."""

    def see(self, mark: int, mono_ms: float) -> StreamCue | None:
        """One more frame, and what speaks against the stream now.

        Args:
            mark: the same for two frames only if their pixels are (a checksum will do).
            mono_ms: when it came.
        """
        self.repeats = mark == self._newest
        if self.repeats:
            return StreamCue.FROZEN if mono_ms - self._since_ms >= FROZEN_MS else self._looped()
        self._forget(mono_ms)
        before = self._known.get(mark)
        self._repeats = self._repeats + 1 if before is not None and mono_ms - before >= LOOP_MS else 0
        self._newest, self._since_ms = mark, mono_ms
        self._known[mark] = mono_ms
        self._order.append((mark, mono_ms))
        self._arrivals.append(mono_ms)
        if len(self._arrivals) == RUSH_FRAMES and mono_ms - self._arrivals[0] < RUSH_MS:
            return StreamCue.RUSHED
        return self._looped()

    def _looped(self) -> StreamCue | None:
        return StreamCue.LOOPED if self._repeats >= LOOP_FRAMES else None

    def _forget(self, now_ms: float) -> None:
        while self._order and now_ms - self._order[0][1] > MEMORY_MS:
            mark, at_ms = self._order.popleft()
            if self._known.get(mark) == at_ms:
                del self._known[mark]
