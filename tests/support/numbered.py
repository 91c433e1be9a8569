"""Pictures that carry their own number, so that a test can tell which frame came out of a clip or a stream."""

from __future__ import annotations

import cv2
import numpy as np

from kiosk.domain.face import Pixels

BITS = 12


def numbered(number: int, *, width: int = 320, height: int = 240) -> Pixels:
    """A moving pattern with ``number`` as twelve black or white blocks along the top; BGR (height, width, 3).

    The top half is bluish, the bottom half reddish, so that a picture on its head is noticed.
    """
    picture: Pixels = np.zeros((height, width, 3), np.uint8)
    picture[: height // 2] = (150, 90, 60)
    picture[height // 2 :] = (60, 90, 150)
    centre = (int(width * (0.2 + 0.6 * (number % 30) / 30)), int(height * 0.7))
    cv2.circle(picture, centre, height // 10, (60, 200, 200), -1)
    block = width / BITS
    for bit in range(BITS):
        on = number >> bit & 1
        left, right = round(bit * block), round((bit + 1) * block)
        picture[: height // 4, left:right] = 235 if on else 20
    return picture


def number_of(picture: Pixels) -> int:
    """The number in a picture of :func:`numbered`, of any size and after lossy coding."""
    height, width = picture.shape[:2]
    block = width / BITS
    row = picture[height // 12 : height // 6].mean(axis=(0, 2))
    return sum(1 << bit for bit in range(BITS) if row[int((bit + 0.3) * block) : int((bit + 0.7) * block)].mean() > 128)


def is_upright(picture: Pixels) -> bool:
    """Whether the number is at the top: bluish above reddish."""
    height = picture.shape[0]
    above, below = picture[int(height * 0.3) : int(height * 0.45)], picture[int(height * 0.9) :]
    return bool(above[..., 0].mean() > above[..., 2].mean() and below[..., 2].mean() > below[..., 0].mean())


def write_clip(
    path: str, count: int, *, fps: float = 25.0, width: int = 320, height: int = 240, fourcc: str = "MJPG"
) -> None:
    """A clip of ``count`` numbered pictures."""
    writer = cv2.VideoWriter(path, cv2.VideoWriter.fourcc(*fourcc), fps, (width, height))
    assert writer.isOpened()
    for number in range(count):
        writer.write(numbered(number, width=width, height=height))
    writer.release()
