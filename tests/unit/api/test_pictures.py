"""Pictures to the account's rules: the limit itself is allowed, a little less is not, and the broken rule is named."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from kiosk.api.errors import PictureUnfitError
from kiosk.api.pictures import Unfit, encode, fit, fit_alone
from kiosk.domain.errors import Code
from kiosk.domain.face import Box, Face, Pose, TrackId

GOOD = Box(25, 25, 224, 300)
STRAIGHT = Pose(0, 0, 0)


def broken(
    box: Box = GOOD, *, width: int = 274, height: int = 350, interocular_px: float = 80.0, pose: Pose = STRAIGHT
) -> tuple[Unfit, ...]:
    return fit(box, width=width, height=height, interocular_px=interocular_px, pose=pose)


def test_a_face_on_every_limit_is_fit() -> None:
    assert broken(pose=Pose(30, -30, 80)) == ()


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"box": Box(25, 25, 223.9, 300)}, Unfit.FACE_TOO_SMALL),
        ({"box": Box(25, 25, 224, 223)}, Unfit.FACE_TOO_SMALL),
        ({"box": Box(24.9, 25, 224, 300)}, Unfit.CLOSE_TO_BORDER),
        ({"box": Box(25, 24.9, 224, 300)}, Unfit.CLOSE_TO_BORDER),
        ({"width": 273}, Unfit.CLOSE_TO_BORDER),
        ({"height": 349}, Unfit.CLOSE_TO_BORDER),
        ({"interocular_px": 79.9}, Unfit.EYES_TOO_CLOSE),
        ({"pose": Pose(30.1, 0, 0)}, Unfit.TURNED),
        ({"pose": Pose(0, -30.1, 0)}, Unfit.TURNED),
        ({"pose": Pose(float("nan"), 0, 0)}, Unfit.BROKEN),
        ({"interocular_px": float("nan")}, Unfit.BROKEN),
        ({"box": Box(0, 0, float("inf"), 10)}, Unfit.BROKEN),
    ],
)
def test_the_broken_rule_is_named(changes: dict[str, object], rule: Unfit) -> None:
    assert broken(**changes) == (rule,)  # type: ignore[arg-type]


def test_every_broken_rule_is_named() -> None:
    found = broken(Box(0, 0, 100, 100), interocular_px=30, pose=Pose(45, 0, 0))
    assert found == (Unfit.FACE_TOO_SMALL, Unfit.CLOSE_TO_BORDER, Unfit.EYES_TOO_CLOSE, Unfit.TURNED)


def test_exactly_one_face() -> None:
    face = Face(TrackId(1), GOOD, np.zeros((478, 3), np.float32), STRAIGHT, 80.0, (1.0, 1.0), 0.0)
    size = {"width": 274, "height": 350}
    assert fit_alone([], **size) == (Unfit.NO_FACE,)
    assert fit_alone([face, face], **size) == (Unfit.MORE_THAN_ONE_FACE,)
    assert fit_alone([face], **size) == ()


def test_a_jpeg_travels_as_bare_base64() -> None:
    jpeg = b"\xff\xd8\xff\xe0" + bytes(200) + b"\xff\xd9"
    assert base64.b64decode(encode(jpeg)) == jpeg


@pytest.mark.parametrize("data", [b"", b"\x89PNG" + bytes(300), b"\xff\xd8\xff" + bytes(300), b"\xff\xd8\xff\xff\xd9"])
def test_what_is_no_whole_jpeg_never_leaves(data: bytes) -> None:
    with pytest.raises(PictureUnfitError) as caught:
        encode(data)
    assert caught.value.code is Code.API_PICTURE_UNFIT
