from __future__ import annotations

import struct
import sys
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from support.camera_sources import HandClock
from support.numbered import is_upright, number_of, numbered, write_clip

from kiosk.camera.replay import ReplayCamera
from kiosk.camera.uri import Replay
from kiosk.domain.errors import CameraError, Code, InputError, KioskError
from kiosk.domain.face import Frame

TURNS = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def played(camera: ReplayCamera, at_most: int = 1000) -> list[Frame]:
    frames: list[Frame] = []
    while len(frames) < at_most and (frame := camera.read()) is not None:
        frames.append(frame)
    return frames


def numbers(frames: list[Frame]) -> list[int]:
    return [number_of(frame.pixels) for frame in frames]


def clip(folder: Path, count: int = 10, *, fps: float = 25.0, fourcc: str = "MJPG", suffix: str = ".avi") -> Path:
    path = folder / f"clip{suffix}"
    write_clip(str(path), count, fps=fps, fourcc=fourcc)
    return path


def refusal(path: Path) -> KioskError:
    camera = ReplayCamera(Replay(path=path), HandClock())
    with pytest.raises((CameraError, InputError)) as caught:
        camera.open()
    camera.close()
    return caught.value


def turn(path: Path, degrees: int) -> None:
    """Write a rotation into the track header of an mp4, as phones do (ISO/IEC 14496-12, 8.3.2)."""
    data = bytearray(path.read_bytes())
    start = data.index(b"tkhd") + 4
    matrix = start + (52 if data[start] == 1 else 40)
    a, b, c, d = (value * 0x10000 for value in TURNS[degrees])
    data[matrix : matrix + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 0x40000000)
    path.write_bytes(data)


@pytest.mark.parametrize(("fourcc", "suffix"), [("MJPG", ".avi"), ("mp4v", ".mp4"), ("VP80", ".webm")])
def test_every_frame_of_a_clip_comes_once_and_in_order(
    tmp_path: Path, clock: HandClock, fourcc: str, suffix: str
) -> None:
    camera = ReplayCamera(Replay(path=clip(tmp_path, fourcc=fourcc, suffix=suffix)), clock, paced=False)
    info = camera.open()
    assert (info.width, info.height, info.fps, info.finite) == (320, 240, 25.0, True)
    frames = played(camera)
    assert numbers(frames) == list(range(10))
    assert all(is_upright(frame.pixels) for frame in frames)
    camera.close()


def test_an_unpaced_clip_takes_no_time_and_stamps_its_own(tmp_path: Path, clock: HandClock) -> None:
    camera = ReplayCamera(Replay(path=clip(tmp_path)), clock, paced=False, sleep=clock.sleep)
    camera.open()
    times = [frame.mono_ms for frame in played(camera)]
    assert times == pytest.approx([1000 + 40 * n for n in range(10)])
    assert clock.slept == []
    camera.close()


def test_an_unpaced_clip_is_the_same_on_every_run_and_never_goes_back_in_time(tmp_path: Path, clock: HandClock) -> None:
    camera = ReplayCamera(Replay(path=clip(tmp_path)), clock, paced=False)
    camera.open()
    first = played(camera)
    camera.open()
    second = played(camera)
    assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(first, second, strict=True))
    assert second[0].mono_ms - first[-1].mono_ms == pytest.approx(40)
    camera.close()


@pytest.mark.parametrize(("fps", "period"), [(None, 40.0), (50.0, 20.0), (10.0, 100.0)])
def test_a_clip_plays_at_its_own_pace_or_the_one_asked_for(
    tmp_path: Path, clock: HandClock, fps: float | None, period: float
) -> None:
    camera = ReplayCamera(Replay(path=clip(tmp_path), fps=fps), clock, sleep=clock.sleep)
    info = camera.open()
    assert info.fps == pytest.approx(1000 / period)
    frames = played(camera)
    assert numbers(frames) == list(range(10))
    assert [b.mono_ms - a.mono_ms for a, b in pairwise(frames)] == pytest.approx([period] * 9)
    assert camera.skipped == 0
    camera.close()


def test_a_slow_reader_gets_the_frame_of_the_moment(tmp_path: Path, clock: HandClock) -> None:
    camera = ReplayCamera(Replay(path=clip(tmp_path)), clock, sleep=clock.sleep)
    camera.open()
    clock.sleep(100)  # what happens before the first read is no delay
    assert numbers(played(camera, 1)) == [0]
    clock.ms += 205  # five periods of 40 ms, and a little
    frames = played(camera, 2)
    assert numbers(frames) == [5, 6]
    assert [frame.seq for frame in frames] == [1, 2]
    assert camera.skipped == 4
    camera.close()


def test_a_loop_goes_on_and_keeps_its_pace(tmp_path: Path, clock: HandClock) -> None:
    camera = ReplayCamera(Replay(path=clip(tmp_path, 4), loop=True), clock, sleep=clock.sleep)
    assert not camera.open().finite
    frames = played(camera, 11)
    assert numbers(frames) == [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2]
    assert [frame.seq for frame in frames] == list(range(11))
    assert [b.mono_ms - a.mono_ms for a, b in pairwise(frames)] == pytest.approx([40] * 10)
    camera.close()


def test_a_looping_clip_that_goes_away_is_an_error_and_no_endless_search(tmp_path: Path, clock: HandClock) -> None:
    path = clip(tmp_path, 2)
    camera = ReplayCamera(Replay(path=path, loop=True), clock, paced=False)
    camera.open()
    played(camera, 2)
    path.unlink()
    with pytest.raises(CameraError):
        camera.read()
    camera.close()


def test_mirror_turns_left_and_right(tmp_path: Path, clock: HandClock) -> None:
    path = clip(tmp_path, 2)
    plain, mirrored = (ReplayCamera(Replay(path=path, mirror=mirror), clock, paced=False) for mirror in (False, True))
    plain.open()
    mirrored.open()
    for a, b in zip(played(plain), played(mirrored), strict=True):
        assert np.array_equal(a.pixels[:, ::-1], b.pixels)
    plain.close()
    mirrored.close()


@pytest.mark.parametrize("degrees", sorted(TURNS))
def test_a_clip_held_sideways_stands_upright(tmp_path: Path, clock: HandClock, degrees: int) -> None:
    path = tmp_path / "phone.mp4"
    quarter = degrees % 180 == 90
    size = (240, 320) if quarter else (320, 240)
    back = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 25.0, size)
    for number in range(3):
        writer.write(cv2.rotate(numbered(number), back[degrees]) if degrees else numbered(number))
    writer.release()
    turn(path, degrees)
    camera = ReplayCamera(Replay(path=path), clock, paced=False)
    info = camera.open()
    frames = played(camera)
    assert (info.width, info.height) == (320, 240)
    assert [frame.pixels.shape for frame in frames] == [(240, 320, 3)] * 3
    assert all(is_upright(frame.pixels) for frame in frames)
    assert numbers(frames) == [0, 1, 2]
    camera.close()


def test_a_large_clip_is_shrunk(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "large.avi"
    write_clip(str(path), 1, width=2560, height=1440)
    camera = ReplayCamera(Replay(path=path), clock, paced=False)
    info = camera.open()
    assert (info.width, info.height) == (1920, 1080)
    assert played(camera)[0].pixels.shape == (1080, 1920, 3)
    camera.close()


def test_a_folder_plays_by_name_at_five_a_second_and_sizes_may_differ(tmp_path: Path, clock: HandClock) -> None:
    for number, name in enumerate(["a.png", "b.jpg", "c.bmp"]):
        cv2.imwrite(str(tmp_path / name), numbered(number, width=320 + 32 * number))
    (tmp_path / "notes.txt").write_text("not a picture")
    (tmp_path / ".hidden.png").write_text("not a picture")
    camera = ReplayCamera(Replay(path=tmp_path), clock, sleep=clock.sleep)
    info = camera.open()
    frames = played(camera)
    assert info.fps == 5.0
    assert numbers(frames) == [0, 1, 2]
    assert [frame.width for frame in frames] == [320, 352, 384]
    assert [b.mono_ms - a.mono_ms for a, b in pairwise(frames)] == pytest.approx([200, 200])
    camera.close()


def test_one_picture_is_a_reel_of_one(tmp_path: Path, clock: HandClock) -> None:
    cv2.imwrite(str(tmp_path / "one.png"), numbered(7))
    camera = ReplayCamera(Replay(path=tmp_path / "one.png", loop=True), clock, paced=False)
    camera.open()
    assert numbers(played(camera, 3)) == [7, 7, 7]
    camera.close()


def test_a_bad_picture_in_a_folder_is_told_by_its_own_code(tmp_path: Path, clock: HandClock) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), numbered(0))
    (tmp_path / "b.jpg").write_text("not a picture")
    camera = ReplayCamera(Replay(path=tmp_path), clock, paced=False)
    camera.open()
    camera.read()
    with pytest.raises(CameraError) as caught:
        camera.read()
    assert caught.value.code is Code.PICTURE_NOT_A_PICTURE
    assert caught.value.detail == "b.jpg"
    camera.close()


@pytest.mark.parametrize("name", ["clip.mp4", "clip.avi", "clip.txt", "list.m3u8", "clip"])
def test_a_text_file_is_no_clip_whatever_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:1/secret.ts\n" * 50)
    error = refusal(tmp_path / name)
    assert error.code is Code.CLIP_UNREADABLE
    assert name in error.detail


def test_noise_is_no_clip(tmp_path: Path) -> None:
    (tmp_path / "noise.mp4").write_bytes(np.random.default_rng(2).bytes(50_000))
    assert refusal(tmp_path / "noise.mp4").code is Code.CLIP_UNREADABLE


def test_an_empty_file_is_an_empty_clip(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    assert refusal(tmp_path / "empty.mp4").code is Code.CLIP_EMPTY


def test_a_clip_without_frames_is_refused(tmp_path: Path) -> None:
    assert refusal(clip(tmp_path, 0)).code is Code.CLIP_EMPTY


def test_a_missing_path_is_missing(tmp_path: Path) -> None:
    error = refusal(tmp_path / "nowhere.mp4")
    assert error.code is Code.FILE_MISSING
    assert error.exit_status == 2


def test_a_folder_without_pictures_is_empty(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing to see")
    assert refusal(tmp_path).code is Code.FOLDER_EMPTY


def test_a_text_file_named_jpg_is_told_when_opening(tmp_path: Path) -> None:
    (tmp_path / "letter.jpg").write_text("Dear kiosk")
    assert refusal(tmp_path / "letter.jpg").code is Code.PICTURE_NOT_A_PICTURE


def test_a_clip_cut_short_plays_as_far_as_it_goes(tmp_path: Path, clock: HandClock) -> None:
    path = clip(tmp_path, 20)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    camera = ReplayCamera(Replay(path=path), clock, paced=False)
    camera.open()
    frames = played(camera)
    assert 0 < len(frames) < 20
    assert numbers(frames[:-1]) == list(range(len(frames) - 1))
    assert camera.read() is None
    camera.close()


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
def test_a_name_with_a_colon_or_a_percent_sign_is_only_a_name(
    tmp_path: Path, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    clip(tmp_path, 2)
    (tmp_path / "clip.avi").rename(tmp_path / "http:%03d.avi")
    camera = ReplayCamera(Replay(path=Path("http:%03d.avi")), clock, paced=False)
    camera.open()
    assert numbers(played(camera)) == [0, 1]
    camera.close()
