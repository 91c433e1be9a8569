"""One picture for the account, from a file or a camera: one face in it, and the account's rules for pictures kept.

The account judges life by itself; from a camera the station's own watch comes first, and what it says no to is not sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.account_picture import SEND_FROM
from kiosk.domain.policy import ACCOUNT_PICTURE, PictureRules
from kiosk.station.picture import OTHER_FACE_SHARE, Why

if TYPE_CHECKING:
    from kiosk.domain.face import Face, Pixels
    from kiosk.domain.guidance import Hint
    from kiosk.domain.policy import Policy
    from kiosk.domain.ports import CameraFactory, Clock
    from kiosk.vision.models import ModelFiles


class Rule(StrEnum):
    """The account's rules for a picture, by its own words where it has one (those of ``kiosk.api.pictures``)."""

    FACE_SIZE = "face_too_far"
    EYE_DISTANCE = "eyes_too_close"
    BORDER = "face_close_to_border"
    TURN = "face_rotation_too_large"


SAYS = {
    Rule.FACE_SIZE: "the face measures {value:.0f} px, {limit:.0f} are needed: come closer",
    Rule.EYE_DISTANCE: "the pupils are {value:.0f} px apart, {limit:.0f} are needed: come closer",
    Rule.BORDER: "the face is {value:.0f} px from the edge of the picture, {limit:.0f} are needed",
    Rule.TURN: "the face is turned by {value:.0f} degrees, at most {limit:.0f} are allowed: look straight ahead",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A rule that a picture does not keep: what was measured, in pixels of the picture or degrees, and the limit."""

    rule: Rule
    value: float
    limit: float

    @property
    def says(self) -> str:
        """For the terminal."""
        return SAYS[self.rule].format(value=self.value, limit=self.limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What can be sent, or why nothing is.

    Attributes:
        jpeg: empty where nothing is sent.
        why: what the station itself says against it.
        broken: the account's rule that it does not keep.
    """

    jpeg: bytes = field(default=b"", repr=False)
    why: Why | None = None
    broken: Broken | None = None


def from_file(path: Path, models: ModelFiles) -> Picture:
    """Read, look, measure.

    Raises:
        InputError: it cannot be read.
        ModelError: vision failed.
    """
    from kiosk.camera.stills import read_picture
    from kiosk.station.still_eyes import StillEyes

    pixels = read_picture(path)
    eyes = StillEyes(models)
    try:
        faces = [face for face in eyes.faces(pixels) if face.is_sane]
    finally:
        eyes.close()
    if not faces:
        return Picture(why=Why.NO_FACE)
    if len(faces) > 1 and faces[1].box.width >= OTHER_FACE_SHARE * faces[0].box.width:
        return Picture(why=Why.TWO_FACES)
    return _of(pixels, faces[0])


def from_camera(
    make_camera: CameraFactory, models: ModelFiles, clock: Clock, policy: Policy, *, tell: Callable[[Hint], None]
) -> Picture:
    """Watch until one live person stands well, and take the best still.

    Raises:
        CameraError: the camera failed.
        ModelError: vision failed.
    """
    from kiosk.station.watch import watch
    from kiosk.vision.engine import Engine

    engine = Engine(models)
    try:
        seen = watch(make_camera(), engine, clock, policy, tell=tell)
    finally:
        engine.close()
    if seen.why is not None or seen.still is None:
        return Picture(why=seen.why or Why.NOT_GUIDED)
    return _of(seen.still.pixels, seen.still.face)


def _of(pixels: Pixels, face: Face) -> Picture:
    from kiosk.camera.stills import encode_jpeg

    height, width = pixels.shape[:2]
    broken = broken_rule(face, width=width, height=height)
    return Picture(broken=broken) if broken is not None else Picture(jpeg=encode_jpeg(pixels))


def broken_rule(face: Face, *, width: int, height: int, rules: PictureRules = ACCOUNT_PICTURE) -> Broken | None:
    """The first rule that is not kept, with the little to spare that two trackers differ by; None where all are."""
    box = face.box
    side = min(box.width, box.height)
    border = min(box.x, box.y, width - box.x - box.width, height - box.y - box.height)
    turn = max(abs(face.pose.yaw), abs(face.pose.pitch))
    if side < SEND_FROM * rules.min_face_px:
        return Broken(rule=Rule.FACE_SIZE, value=side, limit=rules.min_face_px)
    if face.interocular_px < SEND_FROM * rules.min_interocular_px:
        return Broken(rule=Rule.EYE_DISTANCE, value=face.interocular_px, limit=rules.min_interocular_px)
    if border < SEND_FROM * rules.min_border_px:
        return Broken(rule=Rule.BORDER, value=max(border, 0.0), limit=rules.min_border_px)
    if turn * SEND_FROM > rules.max_turn_deg:
        return Broken(rule=Rule.TURN, value=turn, limit=rules.max_turn_deg)
    return None
