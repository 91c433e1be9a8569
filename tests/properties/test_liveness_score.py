"""The one score: monotone in the weakest cue, never lifted by another, below a half whenever a cue refuses."""

from __future__ import annotations

import math
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as hst

from kiosk.domain.challenge.judge import Answer, Judge, Stage
from kiosk.domain.challenge.motion import Ask, Motion, Sequence
from kiosk.domain.cues import Cue, cues_of, score
from kiosk.domain.liveness import Tally
from kiosk.domain.policy import Policy
from kiosk.domain.session import states as st

values = hst.one_of(hst.none(), hst.floats(allow_nan=True, allow_infinity=True))


@hst.composite
def cues(draw: hst.DrawFn) -> Cue:
    ends = sorted(draw(hst.lists(hst.floats(-10, 10), min_size=3, max_size=3, unique=True)))
    worst, limit, best = ends if draw(hst.booleans()) else ends[::-1]
    return Cue(name="c", value=draw(values), limit=limit, best=best, worst=worst)


several = hst.lists(cues(), min_size=1, max_size=6)


@settings(deadline=None)
@given(several)
def test_the_score_is_between_none_and_all_and_below_a_half_exactly_where_a_cue_refuses(found: list[Cue]) -> None:
    made = score(found)
    assert made is not None
    assert 0.0 <= made <= 1.0
    assert (made >= 0.5) is all(cue.passes for cue in found) or _at_the_limit(found)


def _at_the_limit(found: list[Cue]) -> bool:
    """A value that misses its limit by less than a float can scale."""
    return any(cue.value is not None and abs(cue.value - cue.limit) < 1e-9 for cue in found)


@settings(deadline=None)
@given(several, hst.data())
def test_another_cue_never_lifts_it(found: list[Cue], data: hst.DataObject) -> None:
    more = data.draw(cues())
    before, after = score(found), score([*found, more])
    assert before is not None
    assert after is not None
    assert after <= before


@settings(deadline=None)
@given(cues(), hst.floats(-20, 20), hst.floats(-20, 20))
def test_a_better_value_of_a_cue_never_lowers_it(cue: Cue, a: float, b: float) -> None:
    low, high = min(a, b), max(a, b)
    worse, better = (low, high) if cue.best >= cue.worst else (high, low)
    assert replace(cue, value=worse).margin <= replace(cue, value=better).margin


def visit(**changes: object) -> st.Visit:
    made = st.Visit(session=st.SessionId(1), enrolling=False, times=st.Times(began=0.0))
    return replace(made, **changes)  # type: ignore[arg-type]


def test_without_evidence_there_is_no_score() -> None:
    assert score(cues_of(visit(), Policy())) is None


@settings(deadline=None)
@given(hst.floats(0, 1), hst.floats(0, 1))
def test_the_passive_score_counts_from_its_threshold(a: float, b: float) -> None:
    policy = Policy()
    low, high = (score(cues_of(visit(score=s), policy)) for s in sorted((a, b)))
    assert low is not None
    assert high is not None
    assert low <= high
    assert score(cues_of(visit(score=policy.liveness.threshold), policy)) == 0.5


@settings(deadline=None)
@given(hst.floats(0, 1))
def test_a_veto_holds_it_below_a_half_whatever_the_window_scored(passive: float) -> None:
    made = score(cues_of(visit(score=passive, tally=Tally(attack=True)), Policy()))
    assert made is not None
    assert made < 0.5


def test_the_active_step_counts_motion_by_motion() -> None:
    asked = Sequence((Ask(Motion.LEFT, 400.0),))
    good = Answer(motion=Motion.LEFT, reaction_ms=400.0, degrees=22.0, residual=0.06, parallax=0.3, took_ms=1500.0)
    passed = Judge(sequence=asked, since_ms=0.0, stage=Stage.PASSED, index=1, answers=(good,))
    flat = replace(passed, answers=(replace(good, residual=0.008),))
    unmeasured = replace(passed, answers=(replace(good, residual=math.nan),))
    best, worse, none = (score(cues_of(visit(score=0.9, judge=j), Policy())) for j in (passed, flat, unmeasured))
    assert best is not None
    assert best >= 0.5
    assert worse is not None
    assert worse < 0.5
    assert none == 0.0
