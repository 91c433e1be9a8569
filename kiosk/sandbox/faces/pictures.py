"""The text that a request gives for a picture -> the bytes of the picture. Looks at no pixel and fetches no address."""

from __future__ import annotations

import base64
import binascii
import re

MIN_CHARACTERS = 100
"""A shorter text is refused as no picture (the service says "about 100")."""

_DATA_URI = re.compile(r"data:image/[a-z0-9.+-]+;base64,", re.IGNORECASE)
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


class PictureError(ValueError):
    """``token`` is the service's word for what is wrong."""

    def __init__(self, token: str) -> None:
        super().__init__(token)
        self.token = token


def read_image(value: object, *, data_uri: bool = True) -> bytes:
    """A JPEG (PNG is taken too) out of raw base64.

    Args:
        value: of the request's field.
        data_uri: whether this operation also takes ``data:image/jpeg;base64,…``.

    Raises:
        PictureError: ``only_images_in_base64`` for anything but such a text; ``insecure_image_url`` for an http address;
            ``could_not_compress_image`` for an https address, which a sandbox that never leaves the machine cannot fetch.
    """
    if not isinstance(value, str):
        raise PictureError("only_images_in_base64")
    text = value.strip()
    if text.startswith("http://"):
        raise PictureError("insecure_image_url")
    if text.startswith("https://"):
        raise PictureError("could_not_compress_image")
    prefix = _DATA_URI.match(text)
    if prefix is not None:
        if not data_uri:
            raise PictureError("only_images_in_base64")
        text = text[prefix.end() :]
    if len(text) < MIN_CHARACTERS:
        raise PictureError("only_images_in_base64")
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise PictureError("only_images_in_base64") from None
    if not data.startswith(_MAGIC):
        raise PictureError("only_images_in_base64")
    return data
