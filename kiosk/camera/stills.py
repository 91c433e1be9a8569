"""One picture file, read safely: the header decides before anything is decoded, and every refusal has a code.

Pillow reads (it knows more kinds and says what is wrong), OpenCV writes. Must not keep or log what it read.
"""

from __future__ import annotations

import io
import stat
import struct
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from kiosk.camera.pixels import MAX_PIXELS, fitted, fitted_size
from kiosk.domain.errors import Code, InputError
from kiosk.domain.face import Pixels

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PICTURE_SIDE = 16_000
MAX_BYTES = 100_000_000
PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".ppm", ".pgm"})

_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF", "PPM")  # no format that runs another program
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"RIFF", b"BM", b"II*\x00", b"MM\x00*", b"GIF8")
_DEEP = {"I", "I;16", "I;16L", "I;16B", "I;16N", "F"}

_warnings_lock = threading.Lock()  # warnings.catch_warnings is not safe in threads


def read_picture(path: Path) -> Pixels:
    """A picture file, upright (EXIF), BGR uint8 (height, width, 3), at most 1920 on the long side. Any thread.

    Raises:
        InputError: ``file_missing`` (or no permission), ``picture_not_a_picture`` (text, a folder, a device),
            ``picture_damaged`` (cut short, corrupt, empty), ``picture_too_large`` (over 40 megapixels or 16,000 on a side).
    """
    check_file(path, wrong_kind=Code.PICTURE_NOT_A_PICTURE)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(Code.FILE_MISSING, f"{path.name}: cannot be read") from error
    return _decode(data, path.name)


def decode_picture(data: bytes) -> Pixels:
    """The same for a picture in memory.

    Raises:
        InputError: as :func:`read_picture`.
    """
    return _decode(data, "picture")


def encode_jpeg(pixels: Pixels, quality: int = 92) -> bytes:
    """Baseline JPEG of BGR uint8 (height, width, 3); ``quality`` 1..100."""
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or pixels.size == 0:
        raise ValueError("BGR uint8 (height, width, 3) is needed")
    done, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError("the picture could not be written as JPEG")
    return data.tobytes()


def check_file(path: Path, *, wrong_kind: Code) -> int:
    """Size in bytes of a file that can be read.

    Raises:
        InputError: ``file_missing``, or ``wrong_kind`` for a folder or a device.
    """
    try:
        state = path.stat()
    except (OSError, ValueError) as error:
        raise InputError(Code.FILE_MISSING, path.name) from error
    if not stat.S_ISREG(state.st_mode):
        raise InputError(wrong_kind, f"{path.name}: not a file")
    return state.st_size


def _decode(data: bytes, name: str) -> Pixels:
    if not data:
        raise InputError(Code.PICTURE_DAMAGED, f"{name}: empty")
    if len(data) > MAX_BYTES:
        raise InputError(Code.PICTURE_TOO_LARGE, f"{name}: over {MAX_BYTES // 1_000_000} MB")
    with _warnings_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's own limits and remarks; ours are stricter and are errors
        return _decode_quietly(data, name)


def _decode_quietly(data: bytes, name: str) -> Pixels:
    from PIL import Image

    _verify(_header(data, name), name)
    picture = _header(data, name)
    try:
        picture.draft("RGB", fitted_size(*picture.size))  # a large JPEG is decoded at a fraction of its size
        picture.load()
        rgb = np.asarray(_eight_bit_rgb(_upright(picture)))
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError, Image.DecompressionBombError) as error:
        raise InputError(Code.PICTURE_DAMAGED, name) from error
    return fitted(cast(Pixels, np.ascontiguousarray(rgb[..., ::-1])))


def _header(data: bytes, name: str) -> Image:
    """Open without decoding, and refuse what is too large to decode."""
    # The readers by name: left to itself Pillow would import all seventy, slowly, and a frozen program would lack them.
    from PIL import (
        BmpImagePlugin,
        GifImagePlugin,
        Image,
        JpegImagePlugin,
        PngImagePlugin,
        PpmImagePlugin,
        TiffImagePlugin,
        UnidentifiedImageError,
        WebPImagePlugin,
    )

    _ = (
        BmpImagePlugin,
        GifImagePlugin,
        JpegImagePlugin,
        PngImagePlugin,
        PpmImagePlugin,
        TiffImagePlugin,
        WebPImagePlugin,
    )
    try:
        picture = Image.open(io.BytesIO(data), formats=_FORMATS)
    except Image.DecompressionBombError as error:
        raise InputError(Code.PICTURE_TOO_LARGE, name) from error
    except UnidentifiedImageError as error:
        code = Code.PICTURE_DAMAGED if data.startswith(_MAGIC) else Code.PICTURE_NOT_A_PICTURE
        raise InputError(code, name) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise InputError(Code.PICTURE_DAMAGED, name) from error
    width, height = picture.size
    if max(width, height) > MAX_PICTURE_SIDE or width * height > MAX_PIXELS:
        raise InputError(Code.PICTURE_TOO_LARGE, f"{name}: {width}x{height}")
    if min(width, height) < 1:
        raise InputError(Code.PICTURE_DAMAGED, name)
    return picture


def _verify(picture: Image, name: str) -> None:
    """Check sums, where the kind has them."""
    try:
        picture.verify()
    except Exception as error:  # Pillow: "this method raises suitable exceptions", of every class
        raise InputError(Code.PICTURE_DAMAGED, name) from error


def _upright(picture: Image) -> Image:
    """Turned as its EXIF says; as it is where the EXIF is broken."""
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(picture)
    except (SyntaxError, ValueError, TypeError, KeyError, OSError, struct.error):
        return picture


def _eight_bit_rgb(picture: Image) -> Image:
    """To RGB: 16-bit scaled, transparency on white, everything else by Pillow."""
    from PIL import Image

    if picture.mode in _DEEP:
        deep = np.asarray(picture).astype(np.float64)
        top = (
            1.0
            if picture.mode == "F" and deep.max() <= 1.0
            else 255.0
            if deep.max() <= 255.0 and picture.mode == "F"
            else 65535.0
        )
        return Image.fromarray(np.clip(deep * (255.0 / top) + 0.5, 0, 255).astype(np.uint8)).convert("RGB")
    if picture.has_transparency_data:
        clear = picture.convert("RGBA")
        paper = Image.new("RGBA", clear.size, (255, 255, 255, 255))
        return Image.alpha_composite(paper, clear).convert("RGB")
    return picture.convert("RGB")
