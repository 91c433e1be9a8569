"""QR codes as a camera sees them."""

from __future__ import annotations

import io

import numpy as np
import segno
from PIL import Image

from kiosk.domain.face import Pixels


def drawn(code: str, *, scale: int = 4) -> Pixels:
    """A QR code as a camera sees it: BGR, with a grey surround."""
    data = io.BytesIO()
    segno.make(code).save(data, kind="png", scale=scale)
    sign = np.asarray(Image.open(data).convert("RGB"))
    picture = np.full((sign.shape[0] + 80, sign.shape[1] + 160, 3), 90, np.uint8)
    picture[40 : 40 + sign.shape[0], 80 : 80 + sign.shape[1]] = sign
    return picture
