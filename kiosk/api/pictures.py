"""A picture to the account's rules: which of them a face breaks, and the bytes as they travel. Looks at no pixels itself.

Source: the page on liveness pictures. Requirements count pixels of the face in the picture, not of the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from kiosk.api.errors import PictureUnfitError
from kiosk.api.models.values import picture_text
from kiosk.domain.errors import Code
from kiosk.domain.face import Box, Face, Pose
from kiosk.domain.policy import ACCOUNT_PICTURE, PictureRules

SMALLEST_TEXT = 100
"""Shorter base64 is refused by the service as no picture at all."""
_JPEG_BEGINS, _JPEG_ENDS = b"\xff\xd8\xff", b"\xff\xd9"


class Unfit(StrEnum):
    """A rule that is broken; the service's own word for it where it has one."""

    NO_FACE = "no_face_detected"
    MORE_THAN_ONE_FACE = "multiple_faces_detected"
    FACE_TOO_SMALL = "face_too_far"
    CLOSE_TO_BORDER = "face_close_to_border"
    EYES_TOO_CLOSE = "eyes_too_close"
    TURNED = "face_rotation_too_large"
    BROKEN = "broken_geometry"


def fit(
    box: Box,
    *,
    width: int,
    height: int,
    interocular_px: float,
    pose: Pose,
    rules: PictureRules = ACCOUNT_PICTURE,
) -> tuple[Unfit, ...]:
    """The rules that one face breaks; none where the picture can be sent.

    Args:
        box: of the face, pixels of the picture.
        width: of the picture, pixels.
        height: of the picture, pixels.
        interocular_px: from pupil to pupil.
        pose: yaw and pitch count, roll does not.
        rules: the account's.
    """
    if not (box.is_sane and pose.is_sane and 0 < interocular_px < float("inf")):
        return (Unfit.BROKEN,)
    gap = min(box.x, box.y, width - box.x - box.width, height - box.y - box.height)
    broken = (
        (Unfit.FACE_TOO_SMALL, min(box.width, box.height) < rules.min_face_px),
        (Unfit.CLOSE_TO_BORDER, gap < rules.min_border_px),
        (Unfit.EYES_TOO_CLOSE, interocular_px < rules.min_interocular_px),
        (Unfit.TURNED, max(abs(pose.yaw), abs(pose.pitch)) > rules.max_turn_deg),
    )
    return tuple(rule for rule, is_broken in broken if is_broken)


def fit_alone(
    faces: Sequence[Face], *, width: int, height: int, rules: PictureRules = ACCOUNT_PICTURE
) -> tuple[Unfit, ...]:
    """The rules that a picture with these faces breaks: exactly one, and that one fit."""
    if not faces:
        return (Unfit.NO_FACE,)
    if len(faces) > 1:
        return (Unfit.MORE_THAN_ONE_FACE,)
    face = faces[0]
    return fit(face.box, width=width, height=height, interocular_px=face.interocular_px, pose=face.pose, rules=rules)


def encode(jpeg: bytes) -> str:
    """A JPEG as bare base64, the one form that every operation takes.

    Raises:
        ApiError: ``api_picture_unfit``: no JPEG, or not all of one.
    """
    if not jpeg.startswith(_JPEG_BEGINS) or _JPEG_ENDS not in jpeg[-64:]:
        raise PictureUnfitError(Code.API_PICTURE_UNFIT, "no JPEG")
    text = picture_text(jpeg)
    if len(text) < SMALLEST_TEXT:
        raise PictureUnfitError(Code.API_PICTURE_UNFIT, "no picture that small")
    return text
