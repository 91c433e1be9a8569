"""Passive evidence: what becomes live, what becomes an attack, what becomes neither."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as hst

from kiosk.domain.face import PassiveSample
from kiosk.domain.liveness import Tally, Verdict, add, logit, sigmoid, verdict
from kiosk.domain.policy import LivenessPolicy

POLICY = LivenessPolicy()
scores = hst.one_of(hst.floats(0, 1), hst.sampled_from([None, float("nan"), -1.0, 2.0, 0.0, 1.0]))


def run(values: list[float | None], policy: LivenessPolicy = POLICY, dt: float = 33.0) -> list[Verdict]:
    tally, out = Tally(), []
    for i, value in enumerate(values):
        tally = add(tally, PassiveSample(value), i * dt, policy)
        out.append(verdict(tally, policy))
    return out


@settings(deadline=None, max_examples=300)
@given(hst.lists(scores, max_size=60), hst.lists(scores, max_size=60))
def test_an_attack_stays_an_attack_whatever_comes_later(before: list[float | None], after: list[float | None]) -> None:
    tally = Tally()
    for i, value in enumerate([*before, *[0.0] * POLICY.veto_frames]):
        tally = add(tally, PassiveSample(value), i * 33.0, POLICY)
    assert tally.attack
    start = (len(before) + POLICY.veto_frames) * 33.0
    for i, value in enumerate(after):
        # gaps included: the window may start again, the latch does not
        tally = add(tally, PassiveSample(value), start + i * 500.0, POLICY)
        assert verdict(tally, POLICY) is Verdict.ATTACK


@settings(deadline=None, max_examples=300)
@given(hst.lists(scores, max_size=80))
def test_live_needs_enough_numbers(values: list[float | None]) -> None:
    out = run(values)
    for i, now in enumerate(out):
        if now is Verdict.LIVE:
            numbers = [v for v in values[: i + 1] if v is not None and 0 <= v <= 1]
            assert len(numbers) >= POLICY.min_frames
            assert i * 33.0 >= POLICY.min_ms


@given(hst.floats(0.5, 40.0))
def test_a_fast_camera_does_not_make_a_window_shorter(dt: float) -> None:
    live = run([0.99] * 400, dt=dt).index(Verdict.LIVE)
    assert live * dt >= POLICY.min_ms
    assert live + 1 >= POLICY.min_frames


@given(hst.lists(hst.sampled_from([None, float("nan"), float("inf"), -0.5]), max_size=100))
def test_broken_input_is_never_a_verdict(values: list[float | None]) -> None:
    assert set(run(values)) <= {Verdict.PENDING}


@settings(deadline=None)
@given(hst.lists(hst.floats(0.0, 1.0), min_size=6, max_size=40), hst.integers(0, 39), hst.floats(0.0, 1.0))
def test_a_better_frame_never_turns_live_into_attack(values: list[float], at: int, better: float) -> None:
    at %= len(values)
    improved = [*values]
    improved[at] = max(values[at], better)
    for old, new in zip(run(list(values)), run(list(improved)), strict=True):
        if old is Verdict.LIVE:
            assert new is Verdict.LIVE
        if new is Verdict.ATTACK:
            assert old is Verdict.ATTACK


def test_clear_faces_are_quick_and_unclear_ones_are_watched() -> None:
    assert run([0.99] * 6)[-1] is Verdict.LIVE
    unclear = run([0.3] * 40)
    assert unclear[10] is Verdict.PENDING
    assert unclear[-1] is Verdict.LIVE
    assert run([0.01] * POLICY.veto_frames)[-1] is Verdict.ATTACK
    assert run([0.01] * (POLICY.veto_frames - 1))[-1] is Verdict.PENDING
    assert run([0.04] * 40)[-1] is Verdict.ATTACK
    assert run([0.99] * 5)[-1] is Verdict.PENDING


def test_a_gap_starts_the_window_again() -> None:
    tally = Tally()
    for i in range(5):
        tally = add(tally, PassiveSample(0.99), i * 33.0, POLICY)
    tally = add(tally, PassiveSample(0.99), 5 * 33.0 + POLICY.max_gap_ms + 1, POLICY)
    assert len(tally.logits) == 1


@given(hst.floats(0.001, 0.999))
def test_logit_and_sigmoid_are_inverse(score: float) -> None:
    assert abs(sigmoid(logit(score)) - score) < 1e-9
