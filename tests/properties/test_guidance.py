"""One hint at a time, still over frames."""

from __future__ import annotations

import itertools
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as hst
from support.sightings import GOOD_LIGHT, face, sighting

from kiosk.domain.face import Box
from kiosk.domain.guidance import Guidance, Hint, judge, steady
from kiosk.domain.policy import Placement, Policy

hints = hst.lists(hst.tuples(hst.sampled_from(list(Hint)), hst.floats(1.0, 80.0)), min_size=1, max_size=200)


@settings(deadline=None)
@given(hints)
def test_two_changes_are_never_closer_than_the_settling_time(judged: list[tuple[Hint, float]]) -> None:
    guidance, now, changed_at = Guidance(shown_since_ms=-1e9), 0.0, None
    for hint, dt in judged:
        now += dt
        after = steady(guidance, hint, now)
        if after.shown is not guidance.shown:
            assert changed_at is None or now - changed_at >= 250.0
            changed_at = now
        guidance = after


@settings(deadline=None)
@given(hst.sampled_from(list(Hint)), hst.sampled_from(list(Hint)), hst.integers(2, 60))
def test_flicker_at_a_limit_changes_nothing(one: Hint, other: Hint, frames: int) -> None:
    """Two judgements in turn, as noise at a limit gives them: the shown hint stays (nobody's first hint aside)."""
    guidance = Guidance(one, -1e9)
    shown = []
    for i in range(frames):
        guidance = steady(guidance, other if i % 2 else one, i * 33.0)
        shown.append(guidance.shown)
    assert sum(a is not b for a, b in itertools.pairwise(shown)) <= (1 if one is Hint.NO_FACE else 0)


@settings(deadline=None)
@given(hst.sampled_from(list(Hint)), hst.sampled_from(list(Hint)))
def test_a_judgement_that_stays_is_shown_soon(old: Hint, new: Hint) -> None:
    guidance = Guidance(old, 0.0)
    for i in range(20):
        guidance = steady(guidance, new, i * 33.0)
    assert guidance.shown is new


@settings(deadline=None, max_examples=300)
@given(
    share=hst.floats(0.05, 0.95),
    x=hst.floats(0.1, 0.9),
    yaw=hst.floats(-80, 80),
    brightness=hst.floats(0, 255),
    sharpness=hst.floats(0, 1),
)
def test_ok_means_every_limit_is_met(share: float, x: float, yaw: float, brightness: float, sharpness: float) -> None:
    policy = Policy()
    seen = sighting(
        0.0,
        face(share=share, at=(x, 0.5), yaw=yaw),
        measures=replace(GOOD_LIGHT, brightness=brightness, sharpness=sharpness),
    )
    if judge(seen, policy) is not Hint.OK:
        return
    place, light = policy.placement, policy.light
    assert share >= place.min_face_share
    assert abs(yaw) <= place.max_yaw_deg
    assert abs(x - 0.5) <= place.max_off_centre
    assert light.min_brightness <= brightness <= light.max_brightness
    assert sharpness >= light.min_sharpness


def test_each_hint_has_a_cause() -> None:
    policy = Policy()

    def of(**changes: object) -> Hint:
        return judge(sighting(0.0, face(**changes)), policy)  # type: ignore[arg-type]

    def lit(**changes: float) -> Hint:
        return judge(sighting(0.0, face(), measures=replace(GOOD_LIGHT, **changes)), policy)

    assert judge(sighting(0.0), policy) is Hint.NO_FACE
    assert judge(sighting(0.0, face(), face(track=2, at=(0.8, 0.5))), policy) is Hint.ONE_PERSON
    assert judge(sighting(0.0, face(), face(track=2, share=0.1)), policy) is Hint.OK
    assert of(share=0.12) is Hint.COME_CLOSER
    assert of(share=0.55) is Hint.STEP_BACK
    assert of(at=(0.9, 0.5)) is Hint.CENTER
    assert of(yaw=30.0) is Hint.LOOK_STRAIGHT
    assert of(yaw=float("nan")) is Hint.LOOK_STRAIGHT
    assert lit(brightness=10.0) is Hint.TOO_DARK
    assert lit(brightness=10.0, backlight=100.0) is Hint.BACKLIT
    assert lit(backlight=190.0) is Hint.BACKLIT
    assert lit(brightness=240.0) is Hint.TOO_BRIGHT
    assert lit(occlusion=0.8) is Hint.UNCOVER_FACE
    assert lit(sharpness=0.1) is Hint.BLURRED
    assert of() is Hint.OK


def test_limits_are_real_distances() -> None:
    """The same eyes at the same distance are the same distance at every resolution; a wider lens says nearer."""
    place = Placement()
    small = place.distance_cm(interocular_px=40, frame_width=640)
    large = place.distance_cm(interocular_px=80, frame_width=1280)
    assert abs(small - large) < 1e-6
    wide = Placement(field_of_view_deg=90.0)
    assert wide.distance_cm(interocular_px=80, frame_width=1280) < large
    at_70_cm = 1280 / 2 / 0.57735 * 6.3 / 70
    assert abs(place.distance_cm(interocular_px=at_70_cm, frame_width=1280) - 70) < 0.1


def test_who_stands_in_place_is_not_sent_away_by_a_hair() -> None:
    seen = sighting(0.0, face(), measures=replace(GOOD_LIGHT, brightness=28.0))
    assert judge(seen, Policy()) is Hint.TOO_DARK
    assert judge(seen, Policy(), in_place=True) is Hint.OK
    assert Box(0, 0, 2, 2).overlap(Box(1, 1, 2, 2)) == 1 / 7
