"""A site walk-through: distance, height and light out of sightings alone."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from support.sightings import GOOD_LIGHT

from kiosk.domain.face import Box, Face, Measures, Pose, Sighting, TrackId
from kiosk.domain.policy import INTEROCULAR_CM, Policy
from kiosk.domain.site import (
    ADULT_EYES_CM,
    FRAMES_WANTED,
    Advice,
    Measured,
    Sample,
    Step,
    conclude,
    measure,
    sample,
)

POLICY = Policy()
WIDTH, HEIGHT = 1280, 720
FOCAL = WIDTH / 2 / math.tan(math.radians(POLICY.placement.field_of_view_deg) / 2)


def seen(distance: float, *, above: float = 0.0, pitch: float = 0.0, light: Measures = GOOD_LIGHT) -> Sighting:
    """A face ``distance`` cm away whose eyes are ``above`` cm over the camera's axis."""
    eyes_y = HEIGHT / 2 - FOCAL * above / distance
    inter = FOCAL * INTEROCULAR_CM / distance
    width = inter * 2.2
    landmarks = np.full((478, 3), eyes_y, np.float32)
    face = Face(
        TrackId(1),
        Box(WIDTH / 2 - width / 2, eyes_y - 0.5 * width, width, 1.3 * width),
        landmarks,
        Pose(0.0, pitch, 0.0),
        inter,
        (1.0, 1.0),
        0.0,
    )
    return Sighting(1, 0.0, WIDTH, HEIGHT, (face,), light)


def measured(step: Step, distance: float = 55.0, *, fps: float = 30.0, **rest: object) -> Measured:
    found = sample(seen(distance, **rest), POLICY)  # type: ignore[arg-type]
    assert found is not None
    done = measure(step, [found] * FRAMES_WANTED, fps=fps)
    assert done is not None
    return done


def advice(*steps: Measured) -> dict[Advice, float]:
    found = conclude(steps, POLICY)
    assert found is not None
    return {tip.advice: tip.by for tip in found.tips}


@pytest.mark.parametrize("distance", [30.0, 55.0, 120.0])
@pytest.mark.parametrize("above", [-12.0, 0.0, 9.0])
def test_a_sample_says_how_far_and_how_high(distance: float, above: float) -> None:
    found = sample(seen(distance, above=above), POLICY)
    assert found is not None
    assert found.distance_cm == pytest.approx(distance, rel=0.01)
    assert found.offset_cm == pytest.approx(above, abs=0.05)
    assert found.reach_cm == pytest.approx(distance * HEIGHT / 2 / FOCAL, rel=0.01)


def test_nobody_and_broken_geometry_are_no_sample() -> None:
    whole = seen(50.0)
    assert sample(Sighting(1, 0.0, WIDTH, HEIGHT), POLICY) is None
    broken = replace(whole.faces[0], interocular_px=float("nan"))
    assert sample(replace(whole, faces=(broken,)), POLICY) is None


def test_a_good_place_needs_no_advice_and_limits_reach_beyond_it() -> None:
    found = conclude([measured(Step.MARK)], POLICY)
    assert found is not None
    assert found.tips == ()
    assert found.camera_height_cm == pytest.approx(ADULT_EYES_CM, abs=1)
    assert found.suggested.nearest_cm < 55 < found.suggested.farthest_cm
    assert (found.suggested.seen_nearest_cm, found.suggested.frames) == (pytest.approx(55, rel=0.01), FRAMES_WANTED)


def test_without_the_mark_nothing_is_said() -> None:
    assert conclude([measured(Step.SEATED)], POLICY) is None


def test_the_camera_is_raised_by_what_the_eyes_are_above_it() -> None:
    assert advice(measured(Step.MARK, above=12.0)) == {Advice.RAISE_CAMERA: pytest.approx(12.0, abs=0.1)}
    assert advice(measured(Step.MARK, above=-8.0)) == {Advice.LOWER_CAMERA: pytest.approx(8.0, abs=0.1)}
    assert advice(measured(Step.MARK, above=3.0)) == {}


def test_everybody_counts_for_the_height() -> None:
    tall, seated = measured(Step.TALL, 60, above=15.0), measured(Step.SEATED, 60, above=-15.0)
    assert Advice.RAISE_CAMERA not in advice(measured(Step.MARK, 60), tall, seated)
    found = conclude([measured(Step.MARK, 60), tall, seated], POLICY)
    assert found is not None
    assert found.seated_height_cm == pytest.approx(ADULT_EYES_CM - 15.0, abs=0.5)
    apart = [measured(Step.TALL, 55, above=17.0), measured(Step.SEATED, 55, above=-17.0)]
    assert Advice.NOT_ALL_FIT in advice(measured(Step.MARK), *apart)


def test_a_camera_that_looks_up_at_people_is_raised_and_tilted_down() -> None:
    found = advice(measured(Step.MARK, pitch=15.0))
    assert found == {
        Advice.RAISE_CAMERA: pytest.approx(55 * math.sin(math.radians(15)), rel=0.02),
        Advice.TILT_DOWN: 15.0,
    }
    assert set(advice(measured(Step.MARK, pitch=-15.0))) == {Advice.LOWER_CAMERA, Advice.TILT_UP}


def test_a_mark_out_of_reach_is_moved() -> None:
    assert set(advice(measured(Step.MARK, 110.0))) == {Advice.MARK_NEARER}
    assert set(advice(measured(Step.MARK, 15.0))) == {Advice.MARK_FARTHER}


@pytest.mark.parametrize(
    ("light", "wanted"),
    [
        (replace(GOOD_LIGHT, brightness=35.0), Advice.TOO_DARK),
        (replace(GOOD_LIGHT, brightness=220.0), Advice.TOO_BRIGHT),
        (replace(GOOD_LIGHT, backlight=120.0), Advice.LAMP_BEHIND),
        (replace(GOOD_LIGHT, clipped=0.3), Advice.BURNT_OUT),
    ],
)
def test_light_is_named(light: Measures, wanted: Advice) -> None:
    assert set(advice(measured(Step.MARK, light=light))) == {wanted}
    # The step about light counts where there is one.
    assert advice(measured(Step.MARK, light=light), measured(Step.LIGHT)) == {}


def test_a_slow_camera_is_told() -> None:
    assert advice(measured(Step.MARK, fps=8.0)) == {Advice.FEW_FRAMES: 8.0}


def test_limits_never_reach_where_a_face_is_too_small_for_the_networks() -> None:
    found = conclude([measured(Step.MARK, 70.0), measured(Step.TALL, 95.0)], POLICY)
    assert found is not None
    assert found.suggested.farthest_cm < 95.0


def test_somebody_who_still_walks_is_not_steady() -> None:
    walking = [sample(seen(40.0 + n), POLICY) for n in range(FRAMES_WANTED)]
    done = measure(Step.MARK, [each for each in walking if each is not None])
    assert done is not None
    assert not done.is_steady
    assert measured(Step.MARK).is_steady
    assert measure(Step.MARK, []) is None
    one: Sample | None = walking[0]
    assert one is not None
    few = measure(Step.MARK, [one])
    assert few is not None
    assert not few.is_steady
