"""The faces of one picture, and which of the service's picture rules each breaks. Values and arithmetic only.

The rules are those of the service's page on pictures for liveness: one face, its box at least 224 x 224 px and 25 px from the
borders, 80 px between the pupils, pitch and yaw within 30 degrees. Lengths are in pixels of the decoded picture (long side at
most 1920).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from kiosk.domain.face import Box, Face, Pixels, Pose

MIN_FACE_PX = 224.0
MIN_BORDER_PX = 25.0
MIN_INTEROCULAR_PX = 80.0
MAX_TURN_DEG = 30.0
BYSTANDER_SHARE = 0.5
"""A second face at least this wide, relative to the first, is a second main face; a smaller one stands in the background."""


class Flaw(Enum):
    """What is wrong with a picture: the service's quality word, the engine's code, the engine's text.

    The words and codes are the service's own; which belongs to which is our reading.
    """

    NO_FACE = ("no_face_detected", "ERR_NO_FACE_DETECTED", "no face was found in the image")
    SEVERAL = ("multiple_faces_detected", "ERR_MULTIPLE_FACES_DETECTED", "the image has more than one face")
    BORDER = (
        "face_close_to_border",
        "ERR_LIVENESS_FACE_CLOSE_TO_BORDER",
        "the face is too close to the border of the image",
    )
    SMALL = (
        "face_too_far",
        "ERR_LIVENESS_FACE_TOO_SMALL",
        "the face is too small",
    )
    TURNED = (
        "face_rotation_too_large",
        "",  # the codes that are known have none for it, and LIVENESS_CHECK_FAILED would say that somebody is not live
        "image is invalid for checking liveness",
    )

    @property
    def token(self) -> str:
        """The quality word that a client matches on."""
        return self.value[0]

    @property
    def code(self) -> str:
        """The engine's code; empty where none is known."""
        return self.value[1]

    @property
    def text(self) -> str:
        """The engine's sentence."""
        return self.value[2]


@dataclass(frozen=True, slots=True)
class FaceSeen:
    """One face of a picture.

    Attributes:
        box: of the mesh, pixels.
        landmarks: left eye, right eye, nose, left and right mouth corner, (x, y) pixels; left is the picture's.
        pose: degrees.
        interocular_px: between the eye centres.
        detection_score: 0..1. The kiosk's tracker gives none, so this says how much of the face there is to see: share of the
            box inside the picture, times how far it faces the camera.
        face: what the networks need.
    """

    box: Box
    landmarks: tuple[tuple[float, float], ...]
    pose: Pose
    interocular_px: float
    detection_score: float
    face: Face = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One picture that was looked at.

    Attributes:
        faces: largest first.
        pixels: BGR, for the networks; dropped with this value.
    """

    width: int
    height: int
    faces: tuple[FaceSeen, ...]
    pixels: Pixels = field(repr=False)

    @property
    def main(self) -> FaceSeen | None:
        """The largest face."""
        return self.faces[0] if self.faces else None


def detection_score(face: Face, *, width: int, height: int) -> float:
    """See :class:`FaceSeen`."""
    if not face.is_sane:
        return 0.0
    box = face.box
    across = min(box.x + box.width, float(width)) - max(box.x, 0.0)
    down = min(box.y + box.height, float(height)) - max(box.y, 0.0)
    inside = max(0.0, across) * max(0.0, down) / (box.width * box.height)
    facing = math.cos(math.radians(min(90.0, abs(face.pose.yaw)))) * math.cos(
        math.radians(min(90.0, abs(face.pose.pitch)))
    )
    return round(max(0.0, min(1.0, inside * math.sqrt(max(0.0, facing)))), 4)


def one_face_flaw(faces: Sequence[FaceSeen]) -> Flaw | None:
    """Whether there is exactly one main face, which every call needs that compares or enrols."""
    if not faces:
        return Flaw.NO_FACE
    if len(faces) > 1 and faces[1].box.width >= BYSTANDER_SHARE * faces[0].box.width:
        return Flaw.SEVERAL
    return None


def main_flaw(look: Look) -> Flaw | None:
    """The first of the liveness picture's rules that is broken; None where all are kept."""
    flaw = one_face_flaw(look.faces)
    if flaw is not None:
        return flaw
    face = look.faces[0]
    box = face.box
    if min(box.width, box.height) < MIN_FACE_PX or face.interocular_px < MIN_INTEROCULAR_PX:
        return Flaw.SMALL
    gaps = (box.x, box.y, look.width - box.x - box.width, look.height - box.y - box.height)
    if min(gaps) < MIN_BORDER_PX:
        return Flaw.BORDER
    if max(abs(face.pose.yaw), abs(face.pose.pitch)) > MAX_TURN_DEG:
        return Flaw.TURNED
    return None
