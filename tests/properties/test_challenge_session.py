"""The active step over the pure session machine: who passes, and that nothing else ever does."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as hst
from support.heads import Held, head, picture
from support.visits import ASKING, FRAME_MS, Shown, Visit, seen_as

from kiosk.camera.obeying import Manner, Obeying
from kiosk.camera.relief import SyntheticPose
from kiosk.domain.challenge.judge import Failure
from kiosk.domain.challenge.motion import DIRECTIONS, Ask, Motion, Sequence, draw
from kiosk.domain.decision import Reason
from kiosk.domain.face import Face, Sighting
from kiosk.domain.policy import ActiveStep
from kiosk.domain.session import states as st

_SHORT = (Phase.explicit, Phase.reuse, Phase.generate)
"""A run is some tenths of a second: shrinking would take minutes and say little more."""

seeds = hst.integers(0, 10_000)
manners = hst.builds(
    Manner,
    reaction_ms=hst.floats(230, 500),
    out_ms=hst.floats(250, 500),
    turn_deg=hst.floats(18, 40),
    nod_deg=hst.floats(15, 28),
)


def willing(manner: Manner | None = None, *, flat: bool = False) -> Shown:
    """Somebody, or a picture, that does what is asked."""
    actor = Obeying(lambda t: SyntheticPose(yaw=1.5 * math.sin(t / 900), pitch=math.sin(t / 700)), manner)
    draw_it = picture if flat else head

    def shown(at_ms: float, asked: Motion | None) -> Face:
        actor.ask(asked)
        pose = actor(at_ms)
        return draw_it(Held(yaw=pose.yaw, pitch=pose.pitch, x=0.5 + 0.004 * math.sin(at_ms / 500)))

    return shown


def failure(visit: Visit) -> Failure | None:
    ended = st.visit_of(visit.kiosk.phase)
    return ended.judge.failure if ended is not None and ended.judge is not None else None


@settings(max_examples=25, deadline=None, phases=_SHORT)
@given(seeds, manners)
def test_a_willing_person_passes_and_is_done_within_six_seconds(seed: int, manner: Manner) -> None:
    visit = Visit(seed=seed).run(willing(manner))
    assert visit.reason is Reason.RECOGNISED
    assert visit.opened == 1
    ended = st.visit_of(visit.kiosk.phase)
    assert ended is not None
    assert ended.judge is not None
    assert [a.motion for a in ended.judge.answers] == [a.motion for a in ended.judge.sequence.asks]
    took = visit.kiosk.now_ms - 500.0  # half a second until the challenge begins
    assert took <= 6000.0


@settings(max_examples=15, deadline=None, phases=_SHORT)
@given(seeds, manners)
def test_a_plane_that_moves_exactly_as_asked_is_an_attack(seed: int, manner: Manner) -> None:
    """Even if a tracker took its tilt for a head's, which the real one does not."""
    visit = Visit(seed=seed).run(willing(manner, flat=True))
    assert visit.reason is Reason.ATTACK
    assert failure(visit) is Failure.FLAT
    assert visit.opened == 0


@settings(max_examples=15, deadline=None, phases=_SHORT)
@given(seeds, hst.floats(0, 80))
def test_who_moves_before_anybody_could_react_does_not_pass(seed: int, reaction_ms: float) -> None:
    visit = Visit(seed=seed).run(willing(Manner(reaction_ms=reaction_ms, out_ms=150.0)))
    assert visit.reason is Reason.LIVENESS_UNSURE
    assert failure(visit) is Failure.TOO_EARLY
    assert len(visit.kiosk.attacks) == 1  # it counts towards the lockout


@pytest.mark.parametrize("asked", DIRECTIONS)
@pytest.mark.parametrize("done", DIRECTIONS)
def test_only_the_asked_motion_is_an_answer(asked: Motion, done: Motion) -> None:
    actor = willing()
    visit = Visit(sequence=Sequence((Ask(asked, 500.0),))).run(lambda t, m: actor(t, None if m is None else done))
    assert (visit.reason is Reason.RECOGNISED) is (asked is done)
    if asked is not done:
        assert failure(visit) is Failure.WRONG_MOTION


def test_who_does_nothing_is_told_that_it_is_not_sure() -> None:
    visit = Visit().run(lambda t, m: head(Held()))
    assert visit.reason is Reason.LIVENESS_UNSURE
    assert failure(visit) is Failure.NO_ANSWER


def test_who_comes_back_too_soon_is_asked_once_more_and_not_for_ever() -> None:
    """Somebody who did not see that they were to stay; one who never stays is no answer."""
    stays_at_last, never_stays = willing(), willing()
    asked = Sequence((Ask(Motion.LEFT, 400.0), Ask(Motion.UP, 1400.0)))
    came_back: list[float] = []

    def once(at_ms: float, motion: Motion | None) -> Face:
        if motion is Motion.LEFT and not came_back and stays_at_last(at_ms, motion).pose.yaw > 28.0:
            came_back.append(at_ms)
        hasty = came_back and at_ms - came_back[0] < 700.0
        return stays_at_last(at_ms, None if hasty else motion)

    def again_and_again(at_ms: float, motion: Motion | None) -> Face:
        back = motion is not None and at_ms % 1600.0 > 900.0
        return never_stays(at_ms, None if back else motion)

    assert Visit(sequence=asked).run(once).opened == 1
    assert came_back
    never = Visit(sequence=asked).run(again_and_again)
    assert failure(never) is Failure.MOVED_UNASKED
    assert never.opened == 0


def test_no_sequence_asks_for_what_is_so_already() -> None:
    for nowhere in ((), (Ask(Motion.CENTRE, 400.0),), (Ask(Motion.UP, 400.0), Ask(Motion.UP, 400.0))):
        with pytest.raises(ValueError, match="challenge"):
            Sequence(nowhere)


@settings(deadline=None)
@given(seeds, hst.integers(1, 5))
def test_every_drawn_sequence_goes_somewhere_and_keeps_nobody_long(seed: int, motions: int) -> None:
    policy = replace(ActiveStep(), motions=motions)
    drawn = draw(random.Random(seed), policy)
    pauses = [ask.pause_ms for ask in drawn.asks]
    assert len(pauses) == motions
    assert all(policy.pause_min_ms <= pause <= policy.pause_max_ms for pause in pauses)
    long = sum(pause > 500.0 for pause in pauses)
    assert long == motions // 2


def test_a_full_motion_that_nobody_asked_for_ends_it() -> None:
    actor = Obeying(lambda t: SyntheticPose(), Manner(reaction_ms=0.0))
    asked = Sequence((Ask(Motion.LEFT, 1000.0),))

    def restless(at_ms: float, _: Motion | None) -> Face:
        actor.ask(Motion.LEFT if at_ms > 700.0 else None)
        pose = actor(at_ms)
        return head(Held(yaw=pose.yaw, pitch=pose.pitch))

    visit = Visit(sequence=asked).run(restless)
    assert failure(visit) is Failure.MOVED_UNASKED
    assert visit.opened == 0


def test_a_small_motion_in_a_pause_only_starts_it_again() -> None:
    actor = willing()
    asked = Sequence((Ask(Motion.LEFT, 800.0),))

    def fidgets_once(at_ms: float, motion: Motion | None) -> Face:
        if 800.0 <= at_ms < 900.0:
            return head(Held(yaw=8.0 * math.sin((at_ms - 800.0) / 100.0 * math.pi)))
        return actor(at_ms, motion)

    visit = Visit(sequence=asked).run(fidgets_once)
    assert visit.reason is Reason.RECOGNISED


def test_who_begins_and_never_gets_there_is_no_answer() -> None:
    halfway = 0.6 * ASKING.active.turn_deg
    asked_at: list[float] = []

    def begins(at_ms: float, motion: Motion | None) -> Face:
        if motion is Motion.LEFT:
            asked_at.append(at_ms)
        gone = min(1.0, max(0.0, at_ms - asked_at[0] - 400.0) / 400.0) if asked_at else 0.0
        return head(Held().gone(Motion.LEFT, halfway * gone))

    visit = Visit(sequence=Sequence((Ask(Motion.LEFT, 400.0),))).run(begins)
    assert failure(visit) is Failure.NO_ANSWER
    assert visit.opened == 0


def test_who_goes_and_comes_straight_back_is_asked_so_often_and_no_oftener() -> None:
    actor, back, times = willing(), [False], [0]

    def there_and_back(at_ms: float, motion: Motion | None) -> Face:
        if motion is not Motion.LEFT:
            back[0] = False
        face = actor(at_ms, None if back[0] else motion)
        if motion is Motion.LEFT and not back[0] and face.pose.yaw > 26.0:
            back[0], times[0] = True, times[0] + 1
        return face

    visit = Visit(sequence=Sequence((Ask(Motion.LEFT, 400.0), Ask(Motion.UP, 1400.0)))).run(there_and_back)
    assert failure(visit) is Failure.MOVED_UNASKED
    assert times[0] == ASKING.active.fidgets + 1


def test_who_is_never_still_in_a_pause_is_not_waited_for_for_ever() -> None:
    asked = Sequence((Ask(Motion.LEFT, 800.0),))
    visit = Visit(sequence=asked).run(lambda t, m: head(Held(yaw=6.0 * math.sin(t / 180.0))))
    assert failure(visit) is Failure.MOVED_UNASKED
    assert visit.opened == 0


@settings(max_examples=15, deadline=None, phases=_SHORT)
@given(seeds, seeds)
def test_an_earlier_challenge_played_again_passes_only_where_the_new_one_asks_for_the_same(old: int, new: int) -> None:
    before, after = draw(random.Random(old), ActiveStep()), draw(random.Random(new), ActiveStep())
    recorded: list[Face] = []

    def recording(at_ms: float, motion: Motion | None) -> Face:
        recorded.append(actor(at_ms, motion))
        return recorded[-1]

    actor = willing()
    Visit(sequence=before).run(recording)
    played = Visit(sequence=after).run(lambda t, m: recorded[min(round(t / FRAME_MS), len(recorded) - 1)])
    if [a.motion for a in before.asks] != [a.motion for a in after.asks]:
        assert played.opened == 0


def broken(face: Face, how: str) -> Face:
    marks = face.landmarks.copy()
    match how:
        case "nan":
            marks[4, 0] = np.nan
        case "infinite":
            marks[234, 1] = np.inf
        case "far":
            marks[4, :2] = 1e6
        case "point":
            marks[:] = 300.0
        case "pose":
            return replace(face, pose=replace(face.pose, yaw=math.nan))
        case _:
            return replace(face, interocular_px=-5.0)
    return replace(face, landmarks=marks)


@settings(max_examples=50, deadline=None, phases=_SHORT)
@given(seeds, hst.integers(12, 160), hst.sampled_from(["nan", "infinite", "far", "point", "pose", "eyes"]))
def test_broken_landmarks_anywhere_in_a_session_never_end_in_live(seed: int, at_frame: int, how: str) -> None:
    """A broken frame voids the session it falls into: what becomes live later is another session."""
    actor, frame, hit = willing(), [0], [0]
    visit = Visit(seed=seed)

    def shown(at_ms: float, motion: Motion | None) -> Face:
        frame[0] += 1
        face = actor(at_ms, motion)
        if frame[0] != at_frame:
            return face
        now = st.visit_of(visit.kiosk.phase)
        hit[0] = now.session if now is not None and isinstance(visit.kiosk.phase, _FOLLOWED) else 0
        return broken(face, how)

    visit.run(shown, until_ms=14_000.0)
    if hit[0]:
        assert hit[0] not in visit.live_sessions


_FOLLOWED = st.Holding | st.Liveness | st.Challenge | st.Capturing | st.Deciding


@settings(max_examples=50, deadline=None, phases=_SHORT)
@given(seeds, hst.integers(10, 150), hst.sampled_from(["track", "place", "embedding"]))
def test_a_swap_at_any_frame_never_ends_in_granted_for_that_session(seed: int, at_frame: int, how: str) -> None:
    """Another person from some frame on: seen as another track, as a jump of the landmarks, or by the matcher alone."""
    actor, frame, during = willing(), [0], [0]
    visit = Visit(seed=seed)

    def shown(at_ms: float, motion: Motion | None) -> Face:
        frame[0] += 1
        face = actor(at_ms, motion)
        if frame[0] == at_frame and isinstance(visit.kiosk.phase, _FOLLOWED):
            now = st.visit_of(visit.kiosk.phase)
            during[0] = now.session if now is not None else 0
        if frame[0] < at_frame or not during[0]:
            return face
        match how:
            case "track":
                return replace(face, track=face.track + 1)  # type: ignore[arg-type]
            case "place":
                return replace(face, landmarks=face.landmarks + np.float32(0.25 * face.box.width))
            case _:
                visit.sameness = 0.1  # the still from after the motions is not who the anchor was
                return face

    visit.run(shown, until_ms=14_000.0)
    if during[0]:
        assert all(a.session != during[0] or a.decision.reason is not Reason.RECOGNISED for a in visit.announced)


@settings(max_examples=25, deadline=None, phases=_SHORT)
@given(seeds, hst.integers(20, 100))
def test_a_spoof_cue_is_never_outvoted_by_a_challenge_that_was_answered(seed: int, from_frame: int) -> None:
    """The passive veto fires in the middle of the active step; doing everything right afterwards changes nothing."""
    actor, frame = willing(), [0]

    def shown(at_ms: float, motion: Motion | None) -> Sighting:
        frame[0] += 1
        low = from_frame <= frame[0] < from_frame + 90
        return seen_as(at_ms, actor(at_ms, motion), score=0.001 if low else 0.99)

    visit = Visit(seed=seed).run(shown)
    vetoed = [a for a in visit.announced if a.visit.tally.attack]
    assert all(a.decision.reason is Reason.ATTACK for a in vetoed)
    assert not (vetoed and visit.opened)


def test_a_cut_in_the_middle_starts_the_session_again() -> None:
    actor = willing()
    visit = Visit(sequence=Sequence((Ask(Motion.LEFT, 900.0),)))

    def cut(at_ms: float, motion: Motion | None) -> Face:
        face = actor(at_ms, motion)
        return face if at_ms < 900.0 else replace(face, landmarks=face.landmarks + np.float32(0.1 * face.box.width))

    visit.run(cut)
    assert len(visit.sessions) == 2


def test_frames_that_stay_away_during_the_motions_start_the_session_again() -> None:
    actor = willing()
    visit = Visit(sequence=Sequence((Ask(Motion.LEFT, 900.0),)))
    visit.run(lambda t, m: None if 800.0 < t < 1300.0 else actor(t, m))
    assert len(visit.sessions) >= 2


def test_the_step_is_not_asked_where_the_policy_does_not_want_it() -> None:
    from kiosk.domain.policy import ChallengeUse

    never = replace(ASKING, liveness=replace(ASKING.liveness, challenge=ChallengeUse.NEVER))
    unsure = replace(ASKING, liveness=replace(ASKING.liveness, challenge=ChallengeUse.UNSURE))
    assert Visit(policy=never).run(lambda t, m: head(Held())).opened == 1
    assert Visit(policy=unsure).run(lambda t, m: head(Held())).opened == 1  # it scores as surely live
    low = Visit(policy=unsure).run(lambda t, m: seen_as(t, head(Held()), score=0.3))
    assert low.reason is Reason.LIVENESS_UNSURE
