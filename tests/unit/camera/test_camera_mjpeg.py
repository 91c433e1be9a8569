from __future__ import annotations

import pytest

from kiosk.camera.mjpeg import MAX_PART, parts_of, split_login


class Drip:
    """A stream in pieces of a given size, and then the end or silence."""

    def __init__(self, data: bytes, piece: int = 7) -> None:
        self.data, self.piece = data, piece

    def read1(self, size: int, /) -> bytes:
        taken, self.data = self.data[: min(size, self.piece)], self.data[min(size, self.piece) :]
        return taken


def body(*pictures: bytes, mark: bytes = b"--b", length: bool = True) -> bytes:
    head = b"\r\nContent-Type: image/jpeg\r\n"
    return b"".join(
        mark + head + (b"content-length: %d\r\n" % len(p) if length else b"") + b"\r\n" + p + b"\r\n" for p in pictures
    )


PICTURES = [b"first", b"", b"\r\n\r\nx--", b"last"]


@pytest.mark.parametrize("piece", [1, 7, 4096])
def test_parts_with_a_length(piece: int) -> None:
    assert list(parts_of(Drip(body(*PICTURES), piece), "b", limit_s=5)) == PICTURES


@pytest.mark.parametrize("boundary", ["b", "--b", '"b"', '"--b"'])
def test_the_boundary_as_cameras_write_it(boundary: str) -> None:
    assert list(parts_of(Drip(body(b"one", b"two")), boundary, limit_s=5)) == [b"one", b"two"]


@pytest.mark.parametrize("piece", [1, 7, 4096])
def test_parts_without_a_length_end_at_the_next_boundary(piece: int) -> None:
    assert list(parts_of(Drip(body(b"one", b"two", b"cut", length=False), piece), "b", limit_s=5)) == [b"one", b"two"]


def test_a_part_cut_short_is_not_given() -> None:
    assert list(parts_of(Drip(body(b"one", b"two")[:-5]), "b", limit_s=5)) == [b"one"]


@pytest.mark.parametrize(
    "data",
    [
        b"<html>not a stream</html>\r\n\r\n",
        b"--b\r\nContent-Length: %d\r\n\r\n" % (MAX_PART + 1),
        b"--b\r\nContent-Length: -5\r\n\r\n",
        b"--b\r\nContent-Length: many\r\n\r\n",
        b"x" * 100_000,
    ],
)
def test_what_is_no_stream_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        list(parts_of(Drip(data, 4096), "b", limit_s=5))


def test_a_part_without_end_is_refused_before_it_fills_the_memory() -> None:
    endless = body(b"x" * (MAX_PART + 200_000), length=False)
    with pytest.raises(ValueError, match="too large"):
        list(parts_of(Drip(endless, 1_000_000), "b", limit_s=30))


def test_a_stream_that_drips_for_ever_runs_into_its_limit() -> None:
    with pytest.raises(TimeoutError):
        list(parts_of(Drip(body(b"x" * 1000), 1), "b", limit_s=0))


def test_the_login_is_taken_out_and_decoded() -> None:
    assert split_login("http://us%40er:p%3Aw@host:8/x?y=1") == ("http://host:8/x?y=1", "us@er", "p:w")
    assert split_login("https://host/x") == ("https://host/x", "", "")
