"""What every camera promises, run over every one of them (``support.camera_sources.SOURCES``)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from support.camera_sources import SOURCES, RealClock, Source

from kiosk.domain.errors import CameraError
from kiosk.domain.face import Frame

SOME = 5


@pytest.fixture(params=sorted(SOURCES))
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Source]:
    with SOURCES[request.param](tmp_path, RealClock()) as made:
        yield made
        made.camera.close()


def some_frames(source: Source, count: int = SOME) -> list[Frame]:
    frames = []
    for _ in range(count):
        frame = source.camera.read()
        assert frame is not None
        frames.append(frame)
    return frames


def test_open_says_what_was_opened(source: Source) -> None:
    info = source.camera.open()
    frame = some_frames(source, 1)[0]
    assert info.uri
    assert info.name
    assert (info.width, info.height) == (frame.width, frame.height)
    assert info.fps >= 0
    assert info.finite == (source.frames is not None)


def test_frames_are_bgr_and_nobody_can_write_into_them(source: Source) -> None:
    source.camera.open()
    for frame in some_frames(source):
        assert frame.pixels.dtype == np.uint8
        assert frame.pixels.ndim == 3
        assert frame.pixels.shape[2] == 3
        assert frame.pixels.flags.c_contiguous
        assert not frame.pixels.flags.writeable
        assert max(frame.pixels.shape) <= 1920
        with pytest.raises(ValueError, match="read-only"):
            frame.pixels[0, 0, 0] = 1


def test_frames_are_numbered_without_a_gap_and_time_rises(source: Source) -> None:
    source.camera.open()
    frames = some_frames(source)
    assert [frame.seq for frame in frames] == list(range(SOME))
    times = [frame.mono_ms for frame in frames]
    assert all(later > earlier for earlier, later in pairwise(times))


def test_a_kept_frame_does_not_change_when_the_next_one_comes(source: Source) -> None:
    source.camera.open()
    first = some_frames(source, 1)[0]
    before = first.pixels.copy()
    some_frames(source, 3)
    assert np.array_equal(first.pixels, before)


def test_a_closed_camera_opens_again_and_counts_from_zero(source: Source) -> None:
    source.camera.open()
    last = some_frames(source, 3)[-1]
    source.camera.close()
    source.camera.open()
    again = some_frames(source, 2)
    assert [frame.seq for frame in again] == [0, 1]
    assert again[0].mono_ms > last.mono_ms


def test_closing_twice_or_before_opening_is_fine(source: Source) -> None:
    source.camera.close()
    source.camera.open()
    source.camera.close()
    source.camera.close()


def test_reading_a_closed_camera_is_a_camera_error(source: Source) -> None:
    with pytest.raises(CameraError):
        source.camera.read()
    source.camera.open()
    some_frames(source, 1)
    source.camera.close()
    with pytest.raises(CameraError):
        source.camera.read()


def test_a_finite_source_ends_and_stays_ended(source: Source) -> None:
    source.camera.open()
    if source.frames is None:
        assert len(some_frames(source, 12)) == 12
        return
    some_frames(source, source.frames)
    assert [source.camera.read() for _ in range(3)] == [None, None, None]
