"""The screen's light: what is drawn does no harm, and only a head in a room answers it. SIMULATED (support.light_drill)."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as hst
from support.light_drill import attempt, attempts

from kiosk.domain.face import Reflection
from kiosk.domain.light.colours import MOST_A_SECOND, Colour, Lights, Shown, draw
from kiosk.domain.light.judge import Echo, LightJudge
from kiosk.domain.policy import LightStep

POLICY = LightStep()
seeds = hst.integers(0, 100_000)


@settings(deadline=None)
@given(seeds)
def test_what_is_drawn_changes_at_every_step_and_never_fast(seed: int) -> None:
    lights = draw(random.Random(seed), POLICY)
    assert len(lights.steps) == POLICY.colours
    assert all(a.colour is not b.colour for a, b in pairwise(lights.steps))
    assert all(step.for_ms >= 1000.0 / MOST_A_SECOND for step in lights.steps)
    assert lights.whole_ms < 4_000.0


@pytest.mark.parametrize(
    "steps",
    [
        (Shown(Colour.SKY, 500.0), Shown(Colour.ROSE, 500.0)),
        (Shown(Colour.SKY, 500.0), Shown(Colour.SKY, 500.0), Shown(Colour.ROSE, 500.0)),
        (Shown(Colour.SKY, 500.0), Shown(Colour.ROSE, 300.0), Shown(Colour.SKY, 500.0)),
        (Shown(Colour.SKY, 500.0), Shown(Colour.ROSE, math.nan), Shown(Colour.SKY, 500.0)),
    ],
)
def test_light_that_asks_nothing_or_does_harm_cannot_be_made(steps: tuple[Shown, ...]) -> None:
    with pytest.raises(ValueError, match="light"):
        Lights(steps)


def test_a_head_in_a_room_answers() -> None:
    found = attempts("head", 60)
    assert found[Echo.SEEN] >= 57, found


@pytest.mark.parametrize(
    ("species", "says"),
    [("display", Echo.FAINT), ("print", Echo.ALL_OVER)],
)
def test_what_gives_back_no_light_or_all_of_it_does_not(species: str, says: Echo) -> None:
    found = attempts(species, 60)
    assert found[Echo.SEEN] == 0, found
    assert found.most_common(1)[0][0] is says


def test_a_recording_of_other_colours_seldom_does() -> None:
    assert attempts("earlier_video", 100)[Echo.SEEN] <= 4


def test_a_print_cut_like_a_head_does_and_that_is_known() -> None:
    """Stated in the package's docstring: other cues are for it."""
    assert attempts("print_cut_out", 30)[Echo.SEEN] >= 28


@settings(deadline=None, max_examples=30)
@given(seeds, hst.sampled_from([math.nan, math.inf, -1.0, 0.0]))
def test_what_cannot_be_measured_never_passes(seed: int, broken: float) -> None:
    lights = draw(random.Random(seed), POLICY)
    judge, at_ms = LightJudge(lights=lights, since_ms=0.0), 0.0
    while judge.echo is Echo.PENDING:
        light = (broken, 0.3, 0.3)
        judge = judge.see(Reflection(light, light, light), at_ms, POLICY)
        at_ms += 40.0
    assert judge.echo is Echo.UNMEASURED


def test_without_a_look_at_the_room_it_never_passes() -> None:
    """A face that fills the frame leaves no room beside it to compare with."""
    lights = draw(random.Random(1), POLICY)
    judge, at_ms = LightJudge(lights=lights, since_ms=0.0), 0.0
    while judge.echo is Echo.PENDING:
        now = judge.shown(at_ms)
        b, g, r = now.light if now is not None else (1.0, 1.0, 1.0)
        face = (0.3 * (1 + 0.2 * b), 0.3 * (1 + 0.2 * g), 0.3 * (1 + 0.2 * r))
        judge = judge.see(Reflection(face, None, None), at_ms, POLICY)
        at_ms += 40.0
    assert judge.echo is Echo.UNMEASURED


@pytest.mark.parametrize(("looks", "says"), [(POLICY.min_looks - 1, Echo.UNMEASURED), (POLICY.min_looks, Echo.SEEN)])
@pytest.mark.parametrize("seldom", [0, 3])
def test_a_colour_that_was_hardly_looked_at_is_no_evidence(looks: int, says: Echo, seldom: int) -> None:
    """A perfect answer, but one of the colours was seen so often and no oftener: a camera that stalls."""
    lights = draw(random.Random(1), POLICY)
    judge, began_ms = LightJudge(lights=lights, since_ms=0.0), 0.0
    for number, step in enumerate(lights.steps):
        b, g, r = step.colour.light
        face = (0.3 * (1 + 0.2 * b), 0.3 * (1 + 0.2 * g), 0.3 * (1 + 0.2 * r))
        wall = (0.3, 0.3, 0.3)
        for look in range(looks if number == seldom else 5):
            judge = judge.see(Reflection(face, wall, wall), began_ms + POLICY.settle_ms + 20.0 * look, POLICY)
        began_ms += step.for_ms
    assert judge.see(None, began_ms + 1.0, POLICY).echo is says


def test_nothing_is_shown_once_it_is_over() -> None:
    judge = attempt("head", 3, POLICY)
    assert judge.echo is Echo.SEEN
    assert judge.shown(judge.lights.whole_ms - 10.0) is None
    assert judge.answer is not None
    assert judge.see(None, 99_999.0, POLICY) is judge


@settings(deadline=None, max_examples=20)
@given(seeds)
def test_a_stricter_limit_never_lets_more_in(seed: int) -> None:
    loose = attempt("head", seed, POLICY)
    strict = attempt("head", seed, replace(POLICY, min_gain=0.2, min_match=0.99))
    assert not (strict.echo is Echo.SEEN and loose.echo is not Echo.SEEN)
