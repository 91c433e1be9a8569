from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import warnings
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from support.numbered import is_upright, number_of, numbered

from kiosk.camera.stills import decode_picture, encode_jpeg, read_picture
from kiosk.domain.errors import Code, InputError

RED_BGR = (0, 0, 255)


def refusal(path: Path) -> Code:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(InputError) as caught:
            read_picture(path)
    assert caught.value.exit_status == 2
    assert path.name in caught.value.detail
    return caught.value.code


def png_that_claims(width: int, height: int) -> bytes:
    """A small PNG whose header claims a huge picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def saved(path: Path, picture: Image.Image, **options: object) -> Path:
    picture.save(path, **options)  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".bmp", ".tif", ".ppm"])
def test_the_usual_kinds_are_read_as_bgr(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"picture{suffix}"
    cv2.imwrite(str(path), numbered(1234))
    pixels = read_picture(path)
    assert pixels.shape == (240, 320, 3)
    assert pixels.dtype == np.uint8
    assert number_of(pixels) == 1234
    assert is_upright(pixels)


def test_a_jpeg_is_read_as_opencv_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    cv2.imwrite(str(path), numbered(77))
    difference = np.abs(read_picture(path).astype(int) - cv2.imread(str(path)).astype(int))
    assert difference.max() <= 2


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright_whatever_its_exif_says(tmp_path: Path, orientation: int) -> None:
    upright = Image.fromarray(numbered(1234)[..., ::-1])
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(undo[orientation]) if orientation in undo else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    pixels = read_picture(saved(tmp_path / "turned.jpg", stored, exif=exif, quality=95))
    assert pixels.shape == (240, 320, 3)
    assert is_upright(pixels)
    assert number_of(pixels) == 1234


def test_broken_exif_does_not_spoil_a_good_picture(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "exif.jpg", Image.fromarray(numbered(5)[..., ::-1]), exif=b"Exif\0\0nonsense that is no TIFF"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert number_of(read_picture(path)) == 5


@pytest.mark.parametrize(
    ("name", "picture", "expected"),
    [
        ("grey.png", Image.new("L", (20, 20), 128), (128, 128, 128)),
        ("bits.png", Image.new("1", (20, 20), 1), (255, 255, 255)),
        ("deep.png", Image.fromarray(np.full((20, 20), 0x8000, np.uint16)), (128, 128, 128)),
        ("deep.tif", Image.fromarray(np.full((20, 20), 0xFFFF, np.uint16)), (255, 255, 255)),
        ("float.tif", Image.fromarray(np.full((20, 20), 0.5, np.float32)), (128, 128, 128)),
        ("palette.png", Image.new("RGB", (20, 20), "red").convert("P"), RED_BGR),
        ("palette.gif", Image.new("RGB", (20, 20), "red"), RED_BGR),
        ("alpha.png", Image.new("RGBA", (20, 20), (255, 0, 0, 255)), RED_BGR),
        ("clear.png", Image.new("RGBA", (20, 20), (0, 0, 0, 0)), (255, 255, 255)),
        ("clear_grey.png", Image.new("LA", (20, 20), (0, 0)), (255, 255, 255)),
        ("press.jpg", Image.new("CMYK", (20, 20), (0, 255, 255, 0)), RED_BGR),
        ("press.tif", Image.new("CMYK", (20, 20), (0, 255, 255, 0)), RED_BGR),
    ],
)
def test_other_colours_and_depths_are_converted(
    tmp_path: Path, name: str, picture: Image.Image, expected: tuple[int, int, int]
) -> None:
    pixels = read_picture(saved(tmp_path / name, picture))
    assert pixels.shape == (20, 20, 3)
    assert np.abs(pixels[10, 10].astype(int) - expected).max() <= 3


def test_a_large_picture_is_shrunk(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "large.jpg"), numbered(99, width=2400, height=4800))
    pixels = read_picture(tmp_path / "large.jpg")
    assert pixels.shape == (1920, 960, 3)
    assert number_of(pixels) == 99


def test_a_text_file_named_jpg_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "letter.jpg").write_text("Dear kiosk,\nthis is no picture.\n")
    assert refusal(tmp_path / "letter.jpg") is Code.PICTURE_NOT_A_PICTURE


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
@pytest.mark.parametrize("keep", [0.02, 0.5, 0.9])
def test_a_picture_cut_short_is_damaged(tmp_path: Path, suffix: str, keep: float) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (240, 320, 3), np.uint8)
    cv2.imwrite(str(tmp_path / f"whole{suffix}"), noise)
    data = (tmp_path / f"whole{suffix}").read_bytes()
    (tmp_path / f"cut{suffix}").write_bytes(data[: int(len(data) * keep)])
    assert refusal(tmp_path / f"cut{suffix}") is Code.PICTURE_DAMAGED


def test_a_png_with_flipped_bits_is_damaged(tmp_path: Path) -> None:
    data = bytearray(cv2.imencode(".png", numbered(1))[1].tobytes())
    data[len(data) // 2] ^= 0xFF
    (tmp_path / "flipped.png").write_bytes(data)
    assert refusal(tmp_path / "flipped.png") is Code.PICTURE_DAMAGED


def test_an_empty_file_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    assert refusal(tmp_path / "empty.jpg") is Code.PICTURE_DAMAGED


@pytest.mark.parametrize("size", [(20_000, 100), (100, 20_000), (20_000, 20_000), (8_000, 8_000), (100_000, 100_000)])
def test_a_huge_picture_is_refused_from_its_header(tmp_path: Path, size: tuple[int, int]) -> None:
    (tmp_path / "huge.png").write_bytes(png_that_claims(*size))
    assert refusal(tmp_path / "huge.png") is Code.PICTURE_TOO_LARGE


def test_a_real_picture_of_20_000_pixels_is_refused(tmp_path: Path) -> None:
    saved(tmp_path / "wide.jpg", Image.new("L", (20_000, 8)))
    assert refusal(tmp_path / "wide.jpg") is Code.PICTURE_TOO_LARGE


def test_what_is_not_there_is_missing(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere.jpg") is Code.FILE_MISSING


def test_a_folder_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "folder.jpg").mkdir()
    assert refusal(tmp_path / "folder.jpg") is Code.PICTURE_NOT_A_PICTURE


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this file system")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert refusal(tmp_path / "pipe.jpg") is Code.PICTURE_NOT_A_PICTURE


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_without_permission_cannot_be_read(tmp_path: Path) -> None:
    path = saved(tmp_path / "locked.jpg", Image.new("RGB", (8, 8)))
    path.chmod(0)
    assert refusal(path) is Code.FILE_MISSING


def test_jpeg_goes_out_and_comes_back() -> None:
    data = encode_jpeg(numbered(321), 90)
    assert data.startswith(b"\xff\xd8\xff")
    assert len(encode_jpeg(numbered(321), 30)) < len(data)
    assert number_of(decode_picture(data)) == 321


def test_nothing_but_bgr_is_written() -> None:
    for wrong in (np.zeros((8, 8), np.uint8), np.zeros((8, 8, 3), np.float32), np.zeros((0, 8, 3), np.uint8)):
        with pytest.raises(ValueError, match="BGR"):
            encode_jpeg(wrong)


def test_bytes_that_are_no_picture_are_refused() -> None:
    for data, code in (
        (b"", Code.PICTURE_DAMAGED),
        (b"hello", Code.PICTURE_NOT_A_PICTURE),
        (b"\xff\xd8\xff", Code.PICTURE_DAMAGED),
        (png_that_claims(30_000, 30_000), Code.PICTURE_TOO_LARGE),
    ):
        with pytest.raises(InputError) as caught:
            decode_picture(data)
        assert caught.value.code is code


def test_postscript_is_not_run() -> None:
    with pytest.raises(InputError) as caught:
        decode_picture(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n")
    assert caught.value.code is Code.PICTURE_NOT_A_PICTURE


def test_pillow_is_not_imported_before_a_picture_is_read() -> None:
    script = "import sys, kiosk.camera.stills, kiosk.camera.uri; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_opencv_is_not_imported_to_read_an_address() -> None:
    script = "import sys, kiosk.camera.uri; kiosk.camera.uri.parse('usb:0'); sys.exit('cv2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_picture_read_by_many_threads_at_once_leaves_the_warning_filters_alone() -> None:
    from concurrent.futures import ThreadPoolExecutor

    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(buffer, "PNG")
    before = list(warnings.filters)
    with ThreadPoolExecutor(4) as pool:
        shapes = list(pool.map(lambda _: decode_picture(buffer.getvalue()).shape, range(40)))
    assert shapes == [(64, 64, 3)] * 40
    assert warnings.filters == before


def _pictures() -> list[bytes]:
    picture = Image.fromarray(numbered(9, width=48, height=32)[..., ::-1])
    exif = Image.Exif()
    exif[0x0112] = 6
    found = []
    for kind, options in (
        ("JPEG", {"exif": exif}),
        ("PNG", {"exif": exif}),
        ("WEBP", {}),
        ("TIFF", {}),
        ("GIF", {}),
        ("BMP", {}),
    ):
        buffer = io.BytesIO()
        picture.save(buffer, kind, **options)  # type: ignore[arg-type]
        found.append(buffer.getvalue())
    return found


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(_pictures()),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=6),
    st.floats(0, 1),
)
def test_a_picture_with_any_damage_is_read_or_refused(whole: bytes, hits: list[tuple[float, int]], keep: float) -> None:
    data = bytearray(whole)
    for where, value in hits:
        data[int(where * len(data))] = value
    try:
        pixels = decode_picture(bytes(data[: int(keep * len(data)) + 1]))
    except InputError:
        return
    assert pixels.dtype == np.uint8
    assert pixels.ndim == 3
    assert pixels.shape[2] == 3
    assert max(pixels.shape) <= 1920
