"""A face keeps its number while it is seen again soon and near; whoever comes after a gap or a jump has a new one."""

from __future__ import annotations

import pytest
from support.vision_parts import made_face

from kiosk.domain.face import Face
from kiosk.vision.tracker import MAX_GAP_MS, Tracks, nearest_first


def _numbers(tracks: Tracks, *faces: Face, at: float) -> list[int]:
    return [int(face.track) for face in tracks.assign(faces, at)]


def test_a_face_that_stays_keeps_its_number() -> None:
    tracks = Tracks()
    seen = [_numbers(tracks, made_face(x=200 + 5 * i), at=33.0 * i)[0] for i in range(20)]
    assert set(seen) == {seen[0]}


def test_a_short_gap_keeps_the_number_and_a_long_one_ends_it() -> None:
    tracks = Tracks()
    first = _numbers(tracks, made_face(), at=0.0)
    assert _numbers(tracks, made_face(), at=MAX_GAP_MS) == first
    assert _numbers(tracks, made_face(), at=2 * MAX_GAP_MS + 1) != first


def test_frames_without_a_face_count_as_a_gap() -> None:
    tracks = Tracks()
    first = _numbers(tracks, made_face(), at=0.0)
    for at in range(50, 600, 50):
        tracks.assign([], float(at))
    assert _numbers(tracks, made_face(), at=600.0) != first


@pytest.mark.parametrize("other", [made_face(x=200 + 100), made_face(width=160 * 1.8), made_face(width=160 / 1.8)])
def test_a_jump_or_another_size_is_another_face(other: Face) -> None:
    tracks = Tracks()
    first = _numbers(tracks, made_face(), at=0.0)
    assert _numbers(tracks, other, at=33.0) != first


def test_two_faces_keep_their_numbers_whatever_their_order() -> None:
    tracks = Tracks()
    left, right = made_face(x=50), made_face(x=350)
    a, b = _numbers(tracks, left, right, at=0.0)
    assert a != b
    assert _numbers(tracks, right, left, at=33.0) == [b, a]


def test_two_faces_never_share_a_number() -> None:
    tracks = Tracks()
    tracks.assign([made_face(x=200)], 0.0)
    a, b = _numbers(tracks, made_face(x=205), made_face(x=215), at=33.0)
    assert a != b


def test_numbers_are_never_used_again() -> None:
    tracks = Tracks()
    seen = set()
    for visit in range(5):
        seen.add(_numbers(tracks, made_face(), at=10_000.0 * visit)[0])
        tracks.forget()
    assert len(seen) == 5


def test_time_that_runs_backwards_ends_the_track() -> None:
    tracks = Tracks()
    first = _numbers(tracks, made_face(), at=1000.0)
    assert _numbers(tracks, made_face(), at=900.0) != first


def test_a_broken_face_never_carries_a_number_on() -> None:
    tracks = Tracks()
    broken = made_face(width=float("nan"))
    first = _numbers(tracks, broken, at=0.0)
    assert _numbers(tracks, broken, at=33.0) != first


def test_the_largest_face_comes_first_and_a_broken_one_last() -> None:
    small, large, broken = made_face(width=80), made_face(width=160), made_face(width=float("nan"))
    assert nearest_first([broken, small, large]) == [large, small, broken]
