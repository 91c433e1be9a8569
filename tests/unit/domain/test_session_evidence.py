"""Passive evidence of the whole session counts, in whatever state it comes; and no single proof opens a door that wants two."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from support.heads import Held, head
from support.visits import ASKING, Visit, seen_as

from kiosk.camera.obeying import Manner, Obeying
from kiosk.camera.relief import SyntheticPose
from kiosk.domain.challenge.motion import Motion
from kiosk.domain.cues import cues_of, score_of
from kiosk.domain.decision import Reason
from kiosk.domain.errors import Code
from kiosk.domain.face import PassiveSample, Sighting
from kiosk.domain.liveness import Tally, add, speaks_against
from kiosk.domain.policy import ChallengeUse, DoorRisk, LivenessPolicy, Policy, ScreenLightUse, SecondFactorUse, Tiers
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.domain.tiers import face_is_enough

BEFORE = st.Attract | st.Guiding | st.Holding | st.Liveness
TWO_NETWORKS = replace(ASKING, liveness=replace(ASKING.liveness, threshold=0.57))


class Somebody:
    """Who does as asked, with a passive score that changes once the window was live."""

    def __init__(self, visit: Visit, first: float, then: float) -> None:
        self._visit = visit
        self._actor = Obeying(lambda _: SyntheticPose(), Manner(reaction_ms=350, out_ms=350, turn_deg=16, nod_deg=16))
        self._first, self._then = first, then

    def __call__(self, at_ms: float, asked: Motion | None) -> Sighting:
        self._actor.ask(asked)
        pose = self._actor(at_ms)
        score = self._first if isinstance(self._visit.kiosk.phase, BEFORE) else self._then
        return seen_as(at_ms, head(Held(yaw=pose.yaw, pitch=pose.pitch)), score=score)


@pytest.mark.parametrize(
    ("policy", "first", "then", "reason"),
    [
        (ASKING, 0.9, 0.9, Reason.RECOGNISED),
        (ASKING, 0.9, 0.06, Reason.RECOGNISED),
        (ASKING, 0.9, 0.03, Reason.ATTACK),  # between the veto and the threshold
        (TWO_NETWORKS, 0.9, 0.62, Reason.RECOGNISED),
        (TWO_NETWORKS, 0.99, 0.45, Reason.ATTACK),
    ],
)
def test_an_answer_does_not_outvote_what_passive_cues_say_meanwhile(
    policy: Policy, first: float, then: float, reason: Reason
) -> None:
    visit = Visit(policy=policy)
    visit.run(Somebody(visit, first, then))
    assert visit.reason is reason
    assert visit.opened == (reason is Reason.RECOGNISED)
    (told,) = visit.announced
    score = score_of(told.visit, policy)
    assert score is not None
    assert (score >= 0.5) == (reason is Reason.RECOGNISED)
    assert all(cue.passes for cue in cues_of(told.visit, policy)) == (reason is Reason.RECOGNISED)


@pytest.mark.parametrize("held", [Held(x=0.12), Held(yaw=25.0), Held(share=0.75), Held(share=0.13)])
def test_a_veto_while_somebody_is_guided_is_not_forgotten(held: Held) -> None:
    def shown(at_ms: float, asked: Motion | None) -> Sighting:
        if at_ms > 600.0:
            return seen_as(at_ms, head(Held()))
        seen = seen_as(at_ms, head(held))
        vetoes = ("bezel",) if at_ms > 300.0 else ()
        return replace(seen, passive=PassiveSample(0.99, vetoes=vetoes))

    began = Visit(policy=Policy())
    began.run(lambda at_ms, _: seen_as(at_ms, head(Held(yaw=25.0))), until_ms=100.0)
    assert isinstance(began.kiosk.phase, st.Guiding)
    visit = began.run(shown, from_ms=100.0)
    assert visit.reason is Reason.ATTACK
    assert visit.opened == 0


def test_low_windows_before_the_live_one_count() -> None:
    """Who leaves the place whenever a window looks bad takes its samples along."""
    policy = LivenessPolicy()
    low = Tally()
    for number in range(8):
        low = add(low, PassiveSample(0.022), number * 33.0, policy)
    assert not low.attack
    again = add(low.again(), PassiveSample(0.7), 2_000.0, policy)
    assert speaks_against(again, policy)
    assert not speaks_against(add(Tally(), PassiveSample(0.7), 0.0, policy), policy)


def test_a_few_low_frames_after_a_live_window_refuse_nobody() -> None:
    policy = LivenessPolicy()
    live = add(Tally(), PassiveSample(0.9), 0.0, policy).found_live()
    for number in range(policy.min_frames - 1):
        live = add(live, PassiveSample(0.03), 33.0 * number, policy)
    assert not speaks_against(live, policy)
    assert speaks_against(add(live, PassiveSample(0.03), 300.0, policy), policy)


@pytest.mark.parametrize("tiers", [Tiers(second_factor=SecondFactorUse.ALWAYS), Tiers(risk=DoorRisk.HIGH)])
def test_a_decision_that_forgot_the_second_factor_opens_nothing(tiers: Tiers) -> None:
    visit = Visit(policy=replace(ASKING, tiers=tiers))
    visit.run(Somebody(visit, 0.9, 0.9))
    assert visit.opened == 0


def test_motions_that_are_not_answered_count_until_the_station_pauses() -> None:
    visit = Visit(policy=ASKING)
    at_ms, endings = 0.0, 0
    while not isinstance(visit.kiosk.phase, st.LockedOut) and at_ms < 300_000.0:
        still = seen_as(at_ms, head(Held()))
        gone = seen_as(at_ms, None)
        result = isinstance(visit.kiosk.phase, st.Result)
        visit.step(ev.Seen(gone if result else still))
        at_ms += 1000.0 / 30.0
        endings = len(visit.announced)
    assert isinstance(visit.kiosk.phase, st.LockedOut)
    assert endings == visit.policy.lockout.attempts
    assert visit.opened == 0


def test_a_part_that_fails_while_motions_are_asked_counts_against_nobody() -> None:
    visit = Visit(policy=ASKING)
    visit.run(Somebody(visit, 0.9, 0.9), until_ms=1_500.0)
    assert isinstance(visit.kiosk.phase, st.Challenge)
    visit.step(ev.PartFailed(1_600.0, st.Part.CAMERA, Code.CAMERA_LOST, ""))
    assert visit.kiosk.misses == visit.kiosk.attacks == ()


def test_colours_stop_when_no_frame_comes() -> None:
    lit = replace(
        Policy(), liveness=replace(LivenessPolicy(), screen_light=ScreenLightUse.ALWAYS, challenge=ChallengeUse.NEVER)
    )
    visit = Visit(policy=lit)
    at_ms = 0.0
    while not isinstance(visit.kiosk.phase, st.Lighting):
        visit.step(ev.Seen(seen_as(at_ms, head(Held()))))
        at_ms += 33.0
        assert at_ms < 5_000.0
    visit.step(ev.Tick(at_ms + lit.liveness.max_gap_ms / 2))
    assert isinstance(visit.kiosk.phase, st.Lighting)
    visit.step(ev.Tick(at_ms + lit.liveness.max_gap_ms + 1.0))
    assert isinstance(visit.kiosk.phase, st.Guiding)


@pytest.mark.parametrize(("year", "enough"), [(1970, False), (2025, False), (2026, True)])
def test_no_hour_is_believed_of_a_clock_that_is_wrong(year: int, enough: bool) -> None:
    tiers = Tiers(second_factor=SecondFactorUse.OUTSIDE_HOURS, weekends=True)
    assert face_is_enough(tiers, datetime(year, 3, 4, 12, 0)) is enough
