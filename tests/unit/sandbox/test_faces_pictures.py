from __future__ import annotations

import base64

import pytest

from kiosk.sandbox.faces.pictures import PictureError, read_image

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256))
TEXT = base64.b64encode(JPEG).decode()


def test_raw_base64_is_taken():
    assert read_image(TEXT) == JPEG


def test_a_data_uri_is_taken_where_it_is_documented():
    assert read_image(f"data:image/jpeg;base64,{TEXT}") == JPEG


def test_a_data_uri_is_refused_elsewhere():
    with pytest.raises(PictureError, match="only_images_in_base64"):
        read_image(f"data:image/jpeg;base64,{TEXT}", data_uri=False)


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        [],
        "",
        TEXT[:99],
        TEXT + "*",
        TEXT[:-1],
        base64.b64encode(b"plain text, no picture at all" * 9).decode(),
        "data:text/plain;base64," + TEXT,
        "\u2603" * 200,
    ],
)
def test_what_is_no_picture_in_base64_is_said_so(value: object):
    with pytest.raises(PictureError) as caught:
        read_image(value)
    assert caught.value.token == "only_images_in_base64"


def test_an_address_is_never_fetched():
    with pytest.raises(PictureError, match="insecure_image_url"):
        read_image("http://example.test/face.jpg")
    with pytest.raises(PictureError, match="could_not_compress_image"):
        read_image("https://example.test/face.jpg")
