"""A recording in place of a camera gives itself away; a real camera, slow or stuttering, never does."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.face import PassiveSample
from kiosk.domain.liveness import Tally, Verdict, add, verdict
from kiosk.domain.policy import LivenessPolicy
from kiosk.domain.stream import LOOP_FRAMES, MEMORY_MS, StreamCue, StreamWatch, is_virtual


def watched(marks: list[int], *, step_ms: float = 33.3) -> list[StreamCue | None]:
    watch = StreamWatch()
    return [watch.see(mark, index * step_ms) for index, mark in enumerate(marks)]


def test_a_camera_that_never_repeats_itself_is_not_doubted() -> None:
    assert set(watched(list(range(1000)))) == {None}


def test_a_still_is_doubted_after_a_second_and_no_longer_once_it_moves() -> None:
    told = watched([1, *[7] * 40, 8, 9])
    assert told[:30] == [None] * 30
    assert told[40] is StreamCue.FROZEN
    assert told[-1] is None


def test_frames_given_twice_or_four_times_are_a_slow_camera() -> None:
    marks = list(itertools.chain.from_iterable([n] * (2 + n % 3) for n in range(200)))
    assert set(watched(marks)) == {None}


def test_a_recording_that_starts_again_is_doubted() -> None:
    told = watched([*range(90), *range(90)])
    assert set(told[: 90 + LOOP_FRAMES - 1]) == {None}
    assert told[90 + LOOP_FRAMES - 1] is StreamCue.LOOPED


def test_a_recording_played_forwards_and_backwards_is_doubted() -> None:
    told = watched([*range(120), *reversed(range(119))])
    assert StreamCue.LOOPED in told


def test_single_frames_that_come_back_are_a_drivers_buffer() -> None:
    marks = [n if n % 5 else n - 60 for n in range(600)]
    assert set(watched(marks)) == {None}


def test_a_loop_longer_than_the_memory_is_not_seen() -> None:
    frames = int(MEMORY_MS / 33.3) + 30
    assert set(watched([*range(frames), *range(frames)])) == {None}


def test_frames_faster_than_any_camera_are_doubted() -> None:
    assert watched(list(range(40)), step_ms=1.0)[-1] is StreamCue.RUSHED
    assert set(watched(list(range(400)), step_ms=1000 / 240)) == {None}


@given(st.lists(st.integers(0, 5), max_size=300))
def test_whatever_comes_the_memory_stays_small(marks: list[int]) -> None:
    watch = StreamWatch()
    for index, mark in enumerate(marks):
        watch.see(mark, index * 500.0)
    assert len(watch._known) <= 6
    assert len(watch._order) <= MEMORY_MS / 500.0 + 1


@pytest.mark.parametrize("name", ["OBS Virtual Camera", "Dummy video device (0x0000)", "ManyCam 4", "v4l2loopback #1"])
def test_programs_that_pose_as_cameras_are_known_by_name(name: str) -> None:
    assert is_virtual(name)


@pytest.mark.parametrize("name", ["HD Webcam C270", "Integrated Camera", "FaceTime HD Camera", "USB2.0 PC CAMERA"])
def test_cameras_keep_their_good_name(name: str) -> None:
    assert not is_virtual(name)


@given(st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=60), st.integers(0, 59))
def test_a_veto_is_never_outvoted(scores: list[float | None], at: int) -> None:
    tally, policy = Tally(), LivenessPolicy()
    for index, score in enumerate([*scores[:at], None, *scores[at:], *[1.0] * 60]):
        vetoes = ("stream_looped",) if index == min(at, len(scores)) else ()
        tally = add(tally, PassiveSample(score, vetoes=vetoes), index * 33.0, policy)
    assert verdict(tally, policy) is Verdict.ATTACK
