"""The invariants of the session machine, over random histories of events."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as hst
from support.sightings import GOOD_LIGHT, face, sighting

from kiosk.domain.challenge.motion import DIRECTIONS, Ask, Motion, Sequence
from kiosk.domain.codes import MOST_SENT, TRIES, CodeTrouble
from kiosk.domain.decision import Decision, Outcome, Reason
from kiosk.domain.errors import Code
from kiosk.domain.face import TrackId
from kiosk.domain.passes import Proof, Way
from kiosk.domain.person import Details, PersonId, Truth
from kiosk.domain.policy import ChallengeUse, DoorRisk, LivenessPolicy, Lockout, Policy, SecondFactorUse, Tiers, Ways
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.domain.session.machine import limit_ms, step
from kiosk.domain.tiers import is_always_two

POLICIES = [
    *(Policy(liveness=LivenessPolicy(challenge=use)) for use in ChallengeUse),
    Policy(tiers=Tiers(risk=DoorRisk.HIGH), liveness=LivenessPolicy(challenge=ChallengeUse.NEVER)),
    Policy(tiers=Tiers(second_factor=SecondFactorUse.ALWAYS), liveness=LivenessPolicy(challenge=ChallengeUse.NEVER)),
    Policy(ways=Ways(pin=False), lockout=Lockout(attempts=2), liveness=LivenessPolicy(challenge=ChallengeUse.NEVER)),
]
YES = Decision(Reason.RECOGNISED, person=PersonId("p1"), name="n", similarity=0.8)
DECISIONS = [
    YES,
    Decision(Reason.NO_MATCH),
    Decision(Reason.EMPTY_GALLERY),
    Decision(Reason.DUPLICATE),
    Decision(Reason.AMBIGUOUS),
    Decision(Reason.SECOND_FACTOR, Truth.PROVISIONAL),
    Decision(Reason.SECOND_FACTOR, Truth.PROVISIONAL, awaits=PersonId("p1")),
    Decision(Reason.NO_MATCH, Truth.REFUSED),
]
PROVED = [
    Decision(Reason.PASS_ACCEPTED, person=PersonId("p1"), name="n"),
    Decision(Reason.PASS_ACCEPTED, person=PersonId("p1"), name="n"),
    Decision(Reason.PASS_ACCEPTED, person=PersonId("p3")),
    Decision(Reason.PASS_ACCEPTED),
    Decision(Reason.SECOND_FACTOR, awaits=PersonId("p1")),
    Decision(Reason.PASS_REFUSED),
    Decision(Reason.NOT_CONFIRMED),
    YES,
]
NOT_A_NUMBER = float("nan")

steps_of_time = hst.sampled_from([0.0, 33.0, 33.0, 33.0, 33.0, 100.0, 500.0, 900.0, 2500.0, 25_000.0])
tracks = hst.sampled_from([1, 1, 1, 1, 2])
scores = hst.sampled_from([0.99, 0.99, 0.99, 0.3, 0.001, None, NOT_A_NUMBER])
session_offsets = hst.sampled_from([0, 0, 0, -1, 1])


@hst.composite
def kinds(draw: hst.DrawFn) -> tuple[object, ...]:
    what = draw(
        hst.sampled_from(
            ["seen"] * 14
            + ["good_run"] * 6
            + ["attack_run"] * 2
            + ["none", "tick", "two", "far", "turned", "broken"]
            + ["captured"] * 4
            + ["decided"] * 4
            + ["capture_failed", "submitted", "drawn"]
            + [
                "begin",
                "renew",
                "consent",
                "refuse",
                "details",
                "accept",
                "retake",
                "cancel",
                "help",
                "mode",
                "op_in",
                "op_acts",
                "op_out",
            ]
            + ["failed", "back", "around", "near"]
            + ["other", "other", "way", "proof", "proof", "proved", "proved", "pass_run", "pass_run", "again"]
            + ["code_run", "code_run", "code_run", "wanted", "sent", "unchecked"]
        )
    )
    return (
        what,
        draw(steps_of_time),
        draw(tracks),
        draw(scores),
        draw(session_offsets),
        draw(hst.sampled_from(DECISIONS)),
        draw(hst.sampled_from(list(st.Part))),
        draw(hst.sampled_from([0.9, 0.9, 0.1, NOT_A_NUMBER])),
        draw(hst.sampled_from(list(st.Mode))),
        draw(hst.sampled_from(DIRECTIONS)),
        draw(hst.sampled_from(PROVED)),
        draw(hst.sampled_from([Way.PIN, Way.PIN, Way.QR, Way.QR, Way.CODE, Way.ATTENDANT])),
    )


def events_for(kiosk: st.Kiosk, kind: tuple[object, ...], now: float) -> list[ev.Event]:
    what, dt, track, score, offset, decision, part, sameness, mode, turn, proved, way = kind
    visit = st.visit_of(kiosk.phase)
    session = st.SessionId((visit.session if visit else kiosk.next_session) + offset)  # type: ignore[operator]
    track_id = TrackId(track)  # type: ignore[arg-type]
    at = now + dt  # type: ignore[operator]
    match what:
        case "seen":
            return [ev.Seen(sighting(at, face(track=track), score=score))]  # type: ignore[arg-type]
        case "good_run":
            return [ev.Seen(sighting(at + 33 * i, face(track=track))) for i in range(12)]  # type: ignore[arg-type]
        case "attack_run":
            return [ev.Seen(sighting(at + 33 * i, face(track=track), score=0.001)) for i in range(15)]  # type: ignore[arg-type]
        case "none":
            return [ev.Seen(sighting(at))]
        case "two":
            return [ev.Seen(sighting(at, face(track=1, at=(0.3, 0.5)), face(track=2, at=(0.7, 0.5), share=0.28)))]
        case "far":
            return [ev.Seen(sighting(at, face(track=track, share=0.12)))]  # type: ignore[arg-type]
        case "turned":
            return [ev.Seen(sighting(at, face(track=track, yaw=25.0 if turn is Motion.LEFT else -25.0)))]  # type: ignore[arg-type]
        case "broken":
            return [ev.Seen(sighting(at, face(track=track, yaw=math.nan)))]  # type: ignore[arg-type]
        case "captured":
            return [ev.Captured(at, session, track_id, 2, sameness)]  # type: ignore[arg-type]
        case "capture_failed":
            return [ev.CaptureFailed(at, session)]
        case "decided":
            return [ev.Decided(at, session, track_id, decision)]  # type: ignore[arg-type]
        case "submitted":
            return [ev.Submitted(at, session, Decision(Reason.ENROLLED, person=PersonId("p2")))]
        case "drawn":
            return [ev.ChallengeDrawn(at, session, Sequence((Ask(turn, 400.0),)))]  # type: ignore[arg-type]
        case "begin":
            return [ev.EnrolmentBegun(at)]
        case "renew":
            return [ev.RenewalBegun(at, PersonId("p1"), Details(first_name="x"))]
        case "consent":
            return [ev.ConsentGiven(at, "2026-01")]
        case "refuse":
            return [ev.ConsentRefused(at)]
        case "details":
            return [ev.DetailsGiven(at, Details(first_name="x"))]
        case "accept":
            return [ev.ReviewAccepted(at)]
        case "retake":
            return [ev.Retake(at)]
        case "cancel":
            return [ev.Cancelled(at)]
        case "help":
            return [ev.HelpAsked(at)]
        case "mode":
            return [ev.ModeChosen(at, mode)]  # type: ignore[arg-type]
        case "op_in":
            return [ev.OperatorEntered(at)]
        case "op_acts":
            return [ev.OperatorActed(at, at_work=mode is st.Mode.ENROLL)]
        case "op_out":
            return [ev.OperatorLeft(at)]
        case "around":
            wanted = None if dt else Reason.TOO_MANY_UNSENT
            account, online = mode is st.Mode.ENROLL, turn is Motion.LEFT
            return [ev.Surroundings(at_ms=at, account=account, online=online, no_enrolments=wanted)]
        case "near":
            return [ev.Seen(sighting(at, face(track=track, share=0.18, width=640), width=640))]  # type: ignore[arg-type]
        case "other":
            return [ev.AnotherWayAsked(at)]
        case "way":
            return [ev.WayChosen(at, way)]  # type: ignore[arg-type]
        case "proof":
            return [ev.ProofGiven(at, Proof(way=way, number="1", secret="2"))]  # type: ignore[arg-type]
        case "proved":
            return [ev.Proved(at, session, proved)]  # type: ignore[arg-type]
        case "pass_run":
            own = st.SessionId(kiosk.next_session + offset)  # type: ignore[operator]
            session = visit.session if isinstance(kiosk.phase, st.Alternative) and visit is not None else own
            shown = Proof(way=way, number="1", secret="2")  # type: ignore[arg-type]
            return [ev.AnotherWayAsked(at), ev.ProofGiven(at, shown), ev.Proved(at, session, proved)]  # type: ignore[arg-type]
        case "code_run":
            own = st.SessionId(kiosk.next_session + offset)  # type: ignore[operator]
            session = visit.session if isinstance(kiosk.phase, st.Alternative) and visit is not None else own
            shown = Proof(way=Way.CODE, secret="123456")
            asking = [ev.AnotherWayAsked(at), ev.WayChosen(at, Way.CODE), ev.CodeWanted(at, "1")]
            return [*asking, ev.CodeSent(at, session), ev.ProofGiven(at, shown), ev.Proved(at, session, proved)]  # type: ignore[arg-type]
        case "wanted":
            return [ev.CodeWanted(at, "" if dt else "1")]
        case "sent":
            return [ev.CodeSent(at, session, list(CodeTrouble)[track] if dt else None)]  # type: ignore[index]
        case "unchecked":
            return [ev.CodeUnchecked(at, session, list(CodeTrouble)[track])]  # type: ignore[index]
        case "again":
            return [ev.TriedAgain(at)]
        case "failed":
            return [ev.PartFailed(at, part, Code.CAMERA_LOST)]  # type: ignore[arg-type]
        case "back":
            return [ev.PartBack(at, part)]  # type: ignore[arg-type]
        case _:
            return [ev.Tick(at)]


@dataclass
class Run:
    """One history, with every step kept."""

    steps: list[tuple[st.Kiosk, ev.Event, st.Kiosk, tuple[fx.Effect, ...]]] = field(default_factory=list)

    def effects(self) -> list[tuple[int, fx.Effect]]:
        return [(i, effect) for i, (_, _, _, effects) in enumerate(self.steps) for effect in effects]


def play(policy: Policy, mode: st.Mode, history: list[tuple[object, ...]]) -> Run:
    kiosk = st.Kiosk(phase=st.Attract(0.0), mode=mode, ways=(Way.PIN, Way.QR, Way.CODE), online=True)
    run = Run()
    for kind in history:
        for event in events_for(kiosk, kind, kiosk.now_ms):
            after, effects = step(kiosk, event, policy)
            run.steps.append((kiosk, event, after, effects))
            kiosk = after
    return run


histories = hst.lists(kinds(), min_size=5, max_size=60)
modes = hst.sampled_from(list(st.Mode))
policies = hst.sampled_from(POLICIES)


def check_pass(before: st.Kiosk, event: ev.Proved, effect: fx.OpenDoor, policy: Policy) -> None:
    """A door that opens without a face: an accepted pass of this session, by a way that the policy offers, and enough of them."""
    assert isinstance(before.phase, st.Proving)
    form, way = before.phase.form, before.phase.way
    assert event.decision.reason is Reason.PASS_ACCEPTED
    assert event.session == effect.session == before.phase.visit.session
    assert event.decision.person == effect.person
    assert {Way.PIN: policy.ways.pin, Way.QR: policy.ways.qr, Way.CODE: policy.ways.code}[way]
    if way is Way.CODE:
        assert form.code is not None
        assert 0 < form.code.sent <= MOST_SENT
        assert form.code.wrong < TRIES
    assert way not in form.used
    if is_always_two(policy.tiers):
        assert form.owed is not None
        assert form.used or form.visit.live
    if form.owed is not None:
        assert form.owed.awaits == effect.person
    assert not form.visit.tally.attack


@settings(max_examples=400, deadline=None)
@given(policies, modes, histories)
def test_door_opens_at_most_once_and_only_after_live_and_accepting(
    policy: Policy, mode: st.Mode, history: list[tuple[object, ...]]
) -> None:
    opened: set[int] = set()
    for before, event, after, effects in play(policy, mode, history).steps:
        for effect in effects:
            if not isinstance(effect, fx.OpenDoor):
                continue
            assert effect.session not in opened
            opened.add(effect.session)
            assert isinstance(after.phase, st.Granted)
            if isinstance(event, ev.Proved):
                check_pass(before, event, effect, policy)
                continue
            assert isinstance(event, ev.Decided)
            assert event.decision.accepts
            assert event.session == effect.session
            assert isinstance(before.phase, st.Deciding)
            assert before.phase.visit.live
            assert before.phase.visit.session == effect.session
            assert before.phase.visit.track == event.track
            assert not before.phase.visit.tally.attack


@settings(max_examples=300, deadline=None)
@given(policies, modes, histories)
def test_spoof_evidence_is_never_outvoted(policy: Policy, mode: st.Mode, history: list[tuple[object, ...]]) -> None:
    attacked: set[int] = set()
    for _, _, after, effects in play(policy, mode, history).steps:
        for effect in effects:
            if isinstance(effect, fx.Announce):
                if effect.decision.reason is Reason.ATTACK:
                    attacked.add(effect.session)
                    assert effect.outcome is Outcome.DENIED
                if effect.outcome is Outcome.GRANTED:
                    assert effect.session not in attacked
                    assert not effect.visit.tally.attack
        visit = st.visit_of(after.phase)
        if visit is not None and visit.tally.attack:
            assert isinstance(after.phase, st.Denied | st.Help | st.Cooldown)


@settings(max_examples=300, deadline=None)
@given(policies, modes, histories)
def test_another_track_or_a_second_face_voids_the_session(
    policy: Policy, mode: st.Mode, history: list[tuple[object, ...]]
) -> None:
    live_states = st.Holding | st.Liveness | st.Challenge | st.Capturing | st.Deciding
    for before, event, after, _ in play(policy, mode, history).steps:
        if not isinstance(event, ev.Seen) or not isinstance(before.phase, live_states):
            continue
        limit = limit_ms(before.phase, policy)
        assert limit is not None
        nearest = event.sighting.nearest
        if nearest is None or nearest.track == before.phase.visit.track:
            continue
        went_on = st.visit_of(after.phase)
        if went_on is not None and went_on.session == before.phase.visit.session:
            assert isinstance(after.phase, st.Denied | st.Help | st.Deferred)


@settings(max_examples=300, deadline=None)
@given(policies, modes, histories)
def test_an_event_of_another_session_changes_nothing(
    policy: Policy, mode: st.Mode, history: list[tuple[object, ...]]
) -> None:
    answers = (
        ev.Proved
        | ev.CodeSent
        | ev.CodeUnchecked
        | ev.Captured
        | ev.CaptureFailed
        | ev.Decided
        | ev.Submitted
        | ev.ChallengeDrawn
    )
    for before, event, after, effects in play(policy, mode, history).steps:
        if not isinstance(event, answers):
            continue
        visit = st.visit_of(before.phase)
        if visit is None or visit.session != event.session:
            alone, alone_effects = step(before, ev.Tick(event.at_ms), policy)
            assert (after, effects) == (alone, alone_effects)


@settings(max_examples=300, deadline=None)
@given(policies, modes, histories)
def test_leaving_a_session_wipes_it_and_results_hold_no_details(
    policy: Policy, mode: st.Mode, history: list[tuple[object, ...]]
) -> None:
    for before, _, after, effects in play(policy, mode, history).steps:
        old, new = st.visit_of(before.phase), st.visit_of(after.phase)
        wiped = {effect.session for effect in effects if isinstance(effect, fx.Wipe)}
        if old is not None and (new is None or new.session != old.session):
            assert old.session in wiped
        if isinstance(after.phase, st.Granted | st.Denied | st.Deferred | st.Help) and not isinstance(
            before.phase, st.Granted | st.Denied | st.Deferred | st.Help
        ):
            assert after.phase.visit.session in wiped
            assert after.phase.visit.details is None


@settings(max_examples=300, deadline=None)
@given(policies, modes, histories)
def test_fault_is_reachable_from_every_state_and_opens_nothing(
    policy: Policy, mode: st.Mode, history: list[tuple[object, ...]]
) -> None:
    for before, _, _, _ in play(policy, mode, history).steps:
        failed, effects = step(before, ev.PartFailed(before.now_ms, st.Part.STORE, Code.STORE_FULL), policy)
        assert isinstance(failed.phase, st.Fault)
        assert not any(isinstance(effect, fx.OpenDoor) for effect in effects)
        assert not any(isinstance(effect, fx.Announce) and effect.outcome is Outcome.GRANTED for effect in effects)


@settings(max_examples=300, deadline=None)
@given(policies, modes, histories)
def test_nothing_waits_for_ever(policy: Policy, mode: st.Mode, history: list[tuple[object, ...]]) -> None:
    """From wherever a history ends, time alone leads back to Attract, or to a Fault that is rechecked for ever."""
    run = play(policy, mode, history)
    kiosk = run.steps[-1][2]
    for _ in range(12):
        if isinstance(kiosk.phase, st.Attract):
            break
        limit = limit_ms(kiosk.phase, policy)
        assert limit is not None
        assert limit > 0
        before = kiosk.phase
        kiosk, effects = step(kiosk, ev.Tick(kiosk.phase.since_ms + limit + 1), policy)
        assert kiosk.phase != before
        if isinstance(before, st.Fault):  # one that somebody comes back to is rechecked at its own next limit
            assert isinstance(kiosk.phase, st.Fault)
            assert any(isinstance(effect, fx.Recheck) for effect in effects)
            return
    assert isinstance(kiosk.phase, st.Attract)


@settings(max_examples=200, deadline=None)
@given(policies, modes, histories)
def test_every_session_has_at_most_one_result(policy: Policy, mode: st.Mode, history: list[tuple[object, ...]]) -> None:
    announced: list[int] = [e.session for _, e in play(policy, mode, history).effects() if isinstance(e, fx.Announce)]
    assert len(announced) == len(set(announced))


@settings(max_examples=200, deadline=None)
@given(hst.lists(hst.sampled_from([None, NOT_A_NUMBER]), min_size=30, max_size=200))
def test_broken_input_alone_is_never_live(broken: list[float | None]) -> None:
    kiosk = st.Kiosk(phase=st.Attract(0.0), mode=st.Mode.ACCESS)
    for i, score in enumerate(broken):
        kiosk, effects = step(kiosk, ev.Seen(sighting(i * 33.0, face(), score=score, measures=GOOD_LIGHT)), Policy())
        assert not any(isinstance(effect, fx.Capture | fx.OpenDoor) for effect in effects)
        visit = st.visit_of(kiosk.phase)
        assert visit is None or not visit.live


def test_who_gives_up_another_way_leaves_a_broken_camera_that_is_looked_at_again_at_once() -> None:
    """The way in without a face does without the camera; once its screen has run out, the part is rechecked as ever."""
    policy = POLICIES[0]
    kiosk = st.Kiosk(phase=st.Attract(0.0), mode=st.Mode.ACCESS, ways=(Way.PIN,))
    kiosk, _ = step(kiosk, ev.PartFailed(10.0, st.Part.CAMERA, Code.CAMERA_LOST), policy)
    kiosk, _ = step(kiosk, ev.AnotherWayAsked(20.0), policy)
    assert isinstance(kiosk.phase, st.Alternative)
    over_ms = 20.0 + policy.timing.alternative_ms
    kiosk, effects = step(kiosk, ev.Tick(over_ms), policy)
    assert isinstance(kiosk.phase, st.Fault)
    assert kiosk.phase.part is st.Part.CAMERA
    assert not any(isinstance(effect, fx.Recheck) for effect in effects)
    kiosk, effects = step(kiosk, ev.Tick(over_ms + 1.0), policy)
    assert isinstance(kiosk.phase, st.Fault)
    assert fx.Recheck(st.Part.CAMERA) in effects


def test_machine_can_let_in_without_a_face() -> None:
    """Nor are they empty for the other way in."""
    policy = POLICIES[0]
    kiosk = st.Kiosk(phase=st.Attract(0.0), mode=st.Mode.ACCESS, ways=(Way.PIN,))
    kiosk, _ = step(kiosk, ev.AnotherWayAsked(0.0), policy)
    kiosk, _ = step(kiosk, ev.ProofGiven(1.0, Proof(way=Way.PIN, number="1", secret="2")), policy)
    visit = st.visit_of(kiosk.phase)
    assert visit is not None
    kiosk, effects = step(kiosk, ev.Proved(2.0, visit.session, PROVED[0]), policy)
    assert [type(e) for e in effects] == [fx.Announce, fx.OpenDoor, fx.Wipe]


def test_machine_can_grant() -> None:
    """The properties above are not empty: a good history does open the door."""
    policy = Policy()
    kiosk = st.Kiosk(phase=st.Attract(0.0), mode=st.Mode.ACCESS)
    all_effects: list[fx.Effect] = []
    for i in range(30):
        kiosk, effects = step(kiosk, ev.Seen(sighting(i * 33.0, face())), policy)
        all_effects += effects
    capture = next(e for e in all_effects if isinstance(e, fx.Capture))
    kiosk, effects = step(kiosk, ev.Captured(1000.0, capture.session, capture.track, 2, 0.9), policy)
    assert any(isinstance(e, fx.Decide) for e in effects)
    kiosk, effects = step(kiosk, ev.Decided(1010.0, capture.session, capture.track, YES), policy)
    assert [type(e) for e in effects] == [fx.Announce, fx.OpenDoor, fx.Wipe]


@settings(max_examples=300, deadline=None)
@given(policies, modes, histories)
def test_codes_are_sent_seldom_and_only_where_one_is_wanted(
    policy: Policy, mode: st.Mode, history: list[tuple[object, ...]]
) -> None:
    sent: dict[int, list[float]] = {}
    for before, _, after, effects in play(policy, mode, history).steps:
        for effect in effects:
            if not isinstance(effect, fx.SendCode):
                continue
            assert isinstance(after.phase, st.Alternative)
            assert after.phase.visit.session == effect.session
            owed = after.phase.owed
            assert effect.person == (owed.awaits if owed is not None else None)
            assert bool(effect.number) is (owed is None)
            assert before.online
            sent.setdefault(effect.session, []).append(after.now_ms)
    assert all(len(times) <= MOST_SENT for times in sent.values())


def test_machine_can_let_in_by_a_code() -> None:
    """Nor for a code that was sent."""
    policy = POLICIES[0]
    kiosk = st.Kiosk(phase=st.Attract(0.0), mode=st.Mode.ACCESS, ways=(Way.CODE,), online=True)
    for event in (ev.AnotherWayAsked(0.0), ev.WayChosen(1.0, Way.CODE), ev.CodeWanted(2.0, "1")):
        kiosk, effects = step(kiosk, event, policy)
    assert [type(e) for e in effects] == [fx.SendCode]
    kiosk, effects = step(kiosk, ev.ProofGiven(3.0, Proof(way=Way.CODE, secret="123456")), policy)
    assert [type(e) for e in effects] == [fx.Prove]
    visit = st.visit_of(kiosk.phase)
    assert visit is not None
    kiosk, effects = step(kiosk, ev.Proved(4.0, visit.session, PROVED[0]), policy)
    assert [type(e) for e in effects] == [fx.Announce, fx.OpenDoor, fx.Wipe]
