"""What vision saw: frames, faces and measures, in pixels of the unmirrored camera frame.

Coordinate frame: origin at the top-left corner, x to the right, y down. Left and right are the picture's, never the
person's, unless a name says ``person_left``. Pixels are BGR uint8 everywhere in the kiosk.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    """BGR, uint8, (height, width, 3)."""
else:
    # These values stand in everything that the first window needs; numpy itself (0.2 s and more) is loaded with the models.
    Pixels = object

TrackId = NewType("TrackId", int)
"""One face followed without a gap; never reused within a run."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture from a camera.

    Attributes:
        pixels: BGR uint8 (height, width, 3); nobody writes into it.
        seq: counts up from 0 within one opened camera.
        mono_ms: when it was taken, on the monotonic clock of :class:`~kiosk.domain.ports.Clock`, milliseconds.
        doubt: what speaks against the stream that it came from (a value of :class:`~kiosk.domain.stream.StreamCue`), or nothing.
    """

    pixels: Pixels
    seq: int
    mono_ms: float
    doubt: str = ""

    @property
    def width(self) -> int:
        """Pixels across."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Pixels down."""
        return int(self.pixels.shape[0])


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in frame pixels; may reach outside the frame."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        """(x, y) of the middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def is_sane(self) -> bool:
        """Finite and with an area."""
        return all(map(math.isfinite, (self.x, self.y, self.width, self.height))) and self.width > 0 < self.height

    def overlap(self, other: Box) -> float:
        """Intersection over union, 0..1."""
        across = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        down = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        if across <= 0 or down <= 0:
            return 0.0
        shared = across * down
        return shared / (self.width * self.height + other.width * other.height - shared)


@dataclass(frozen=True, slots=True)
class Pose:
    """Head rotation in degrees, as the unmirrored picture shows it.

    Attributes:
        yaw: positive when the nose points to the picture's right.
        pitch: positive when the nose points up.
        roll: positive when the head leans clockwise in the picture.
    """

    yaw: float
    pitch: float
    roll: float

    @property
    def is_sane(self) -> bool:
        """Finite and possible for a head seen from the front half-space."""
        return all(math.isfinite(v) and abs(v) <= 120.0 for v in (self.yaw, self.pitch, self.roll))


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One face in one frame.

    Attributes:
        track: which face this is over time.
        box: extent of the mesh points 0..467.
        landmarks: float32 (478, 3): x, y in frame pixels, z in the same scale, smaller is nearer.
        pose: head rotation.
        interocular_px: distance of the two eye centres, pixels.
        eye_openness: (picture left, picture right), 0 closed .. 1 open.
        mouth_openness: 0 closed .. 1 wide open.
    """

    track: TrackId
    box: Box
    landmarks: NDArray[np.float32]
    pose: Pose
    interocular_px: float
    eye_openness: tuple[float, float]
    mouth_openness: float

    @property
    def is_sane(self) -> bool:
        """False for broken geometry (NaN, absurd pose, empty box): such a face is inconclusive, whatever else it shows."""
        import numpy as np

        return (
            self.box.is_sane
            and self.pose.is_sane
            and math.isfinite(self.interocular_px)
            and self.interocular_px > 1.0
            and self.interocular_px < self.box.width * 1.2
            and bool(np.isfinite(self.landmarks).all())
        )


@dataclass(frozen=True, slots=True)
class Measures:
    """How good the picture of the face is; every measure is of the face region, not of the scene.

    Attributes:
        sharpness: 0..1; 0.5 is the edge of what the matcher still reads well.
        brightness: mean luma of the skin, 0..255.
        contrast: standard deviation of the luma of the face, 0..255.
        clipped: share of face pixels that are black or burnt out, 0..1.
        backlight: luma of the surroundings minus luma of the face, -255..255.
        occlusion: share of the face that does not look like the rest of it (hand, mask, scarf), 0..1.
    """

    sharpness: float
    brightness: float
    contrast: float
    clipped: float
    backlight: float
    occlusion: float


@dataclass(frozen=True, slots=True)
class PassiveSample:
    """Passive liveness of one frame.

    Attributes:
        score: 0 presentation attack .. 1 bona fide; None where the input was broken (inconclusive).
        cues: score of each network by name, for operators.
        vetoes: names of other kinds of cue that say attack by their own rule. Nothing outvotes one.
    """

    score: float | None
    cues: Mapping[str, float] = field(default_factory=dict)
    vetoes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reflection:
    """Mean linear light of one frame: (blue, green, red), each 0..1.

    Attributes:
        face: of the skin of forehead and cheeks.
        left, right: of the room beside the head, in the picture; None where that lies outside the frame.
    """

    face: tuple[float, float, float]
    left: tuple[float, float, float] | None
    right: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """Everything vision says of one frame, without its pixels.

    Attributes:
        seq: of the frame.
        mono_ms: of the frame.
        width: of the frame, pixels.
        height: of the frame, pixels.
        faces: nearest first.
        measures: of the nearest face; None where there is none or only tracking was asked for.
        passive: of the nearest face; None where it was not asked for.
        reflection: light on the nearest face and beside it; likewise, and None where it cannot be measured.
    """

    seq: int
    mono_ms: float
    width: int
    height: int
    faces: tuple[Face, ...] = ()
    measures: Measures | None = None
    passive: PassiveSample | None = None
    reflection: Reflection | None = None

    @property
    def nearest(self) -> Face | None:
        """The face that the session is about."""
        return self.faces[0] if self.faces else None


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """A face as a direction in the matcher's space.

    Attributes:
        vector: float32 (dimensions,), length 1.
        model: name of the network.
        model_sha256: of its weights; embeddings of different weights are never compared.
    """

    vector: NDArray[np.float32]
    model: str
    model_sha256: str

    def similarity(self, other: Embedding) -> float:
        """Cosine, -1..1.

        Raises:
            ValueError: the two come from different weights.
        """
        if self.model_sha256 != other.model_sha256:
            raise ValueError("embeddings of different weights cannot be compared")
        return float(self.vector @ other.vector)


def mean_embedding(parts: tuple[Embedding, ...]) -> Embedding:
    """Average direction of several pictures of one person.

    Raises:
        ValueError: nothing given, or different weights.
    """
    if not parts or len({part.model_sha256 for part in parts}) != 1:
        raise ValueError("one or more embeddings of the same weights are needed")
    import numpy as np

    total = np.sum([part.vector for part in parts], axis=0)
    length = float(np.linalg.norm(total))
    if not math.isfinite(length) or length < 1e-6:
        raise ValueError("these embeddings cancel out")
    return Embedding((total / length).astype(np.float32), parts[0].model, parts[0].model_sha256)
