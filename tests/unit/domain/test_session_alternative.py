"""The way in without a face, and attempts that count, on the pure machine."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from support.sightings import face, sighting

from kiosk.domain.decision import Decision, Outcome, Reason
from kiosk.domain.errors import Code
from kiosk.domain.face import TrackId
from kiosk.domain.passes import PassAnswer, Proof, Way
from kiosk.domain.person import PersonId, Truth
from kiosk.domain.policy import (
    ChallengeUse,
    DoorRisk,
    LivenessPolicy,
    Lockout,
    Offline,
    OfflineLogins,
    Policy,
    SecondFactorUse,
    Tiers,
    Ways,
)
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.domain.session.alternative import can_ask, judge, offered
from kiosk.domain.session.attempts import tries_left
from kiosk.domain.session.machine import step

P = PersonId("p1")
NOON = datetime(2026, 1, 7, 12, 0, tzinfo=UTC)
NO_CHALLENGE = LivenessPolicy(challenge=ChallengeUse.NEVER)
TWICE = Tiers(second_factor=SecondFactorUse.ALWAYS)
PIN = Proof(way=Way.PIN, number="12345674", secret="7394")
QR = Proof(way=Way.QR, secret="KIOSK:X")
YES = Decision(Reason.RECOGNISED, person=P, name="n", similarity=0.8)
ACCEPTED = Decision(Reason.PASS_ACCEPTED, person=P, name="n")


@dataclass
class Door:
    """A station at a door, driven by hand."""

    policy: Policy = field(default_factory=lambda: Policy(liveness=NO_CHALLENGE))
    kiosk: st.Kiosk = field(default_factory=lambda: replace(st.begin(st.Mode.ACCESS), ways=(Way.PIN, Way.QR)))
    effects: list[fx.Effect] = field(default_factory=list)

    @property
    def now(self) -> float:
        return self.kiosk.now_ms

    @property
    def phase(self) -> st.Phase:
        return self.kiosk.phase

    def do(self, event: ev.Event) -> list[fx.Effect]:
        self.kiosk, effects = step(self.kiosk, event, self.policy)
        self.effects += effects
        return list(effects)

    def wait(self, ms: float) -> list[fx.Effect]:
        return self.do(ev.Tick(self.now + ms))

    def see(self, track: int = 1, *, frames: int = 30, score: float = 0.99) -> None:
        """A face in place, until it is captured."""
        for _ in range(frames):
            for effect in self.do(ev.Seen(sighting(self.now + 33.0, face(track=track), score=score))):
                if isinstance(effect, fx.Capture):
                    self.do(ev.Captured(self.now, effect.session, effect.track, 2, 0.9))
                    return

    def nobody(self, ms: float) -> None:
        end = self.now + ms
        while self.now < end:
            self.do(ev.Seen(sighting(self.now + 33.0)))

    def decide(self, decision: Decision) -> list[fx.Effect]:
        assert isinstance(self.phase, st.Deciding)
        return self.do(ev.Decided(self.now, self.phase.visit.session, TrackId(1), decision))

    def ask(self) -> list[fx.Effect]:
        return self.do(ev.AnotherWayAsked(self.now))

    def prove(self, proof: Proof, decision: Decision) -> list[fx.Effect]:
        told = self.do(ev.ProofGiven(self.now, proof))
        asked = [effect for effect in told if isinstance(effect, fx.Prove)]
        assert len(asked) == 1
        assert asked[0].proof == proof
        return self.do(ev.Proved(self.now, asked[0].session, decision))

    @property
    def opened(self) -> list[PersonId]:
        return [effect.person for effect in self.effects if isinstance(effect, fx.OpenDoor)]

    @property
    def results(self) -> list[tuple[Outcome, Reason]]:
        return [(e.outcome, e.decision.reason) for e in self.effects if isinstance(e, fx.Announce)]


def wrong(door: Door, times: int = 1) -> None:
    for _ in range(times):
        door.prove(PIN, Decision(Reason.PASS_REFUSED))


def owing(door: Door) -> Decision:
    """A living face that needs one more proof."""
    door.see()
    owed = Decision(Reason.SECOND_FACTOR, similarity=0.8, awaits=P)
    door.decide(owed)
    return owed


class TestAsking:
    def test_from_every_screen_of_a_visitor(self) -> None:
        door = Door()
        door.ask()
        assert isinstance(door.phase, st.Alternative), "attract"
        door.do(ev.Cancelled(door.now))
        assert isinstance(door.phase, st.Cooldown)
        door.ask()
        assert isinstance(door.phase, st.Alternative), "cooldown"
        for frames, kind in ((2, st.Holding), (5, st.Liveness), (30, st.Deciding)):
            door = Door()
            door.see(frames=frames)
            assert isinstance(door.phase, kind)
            session = door.phase.visit.session
            told = door.ask()
            assert isinstance(door.phase, st.Alternative), kind
            assert fx.Wipe(session) in told
            assert door.phase.visit.session != session
            assert not door.phase.visit.live

    def test_while_somebody_is_led_nearer(self) -> None:
        door = Door()
        for _ in range(3):
            door.do(ev.Seen(sighting(door.now + 33.0, face(share=0.12))))
        assert isinstance(door.phase, st.Guiding)
        door.ask()
        assert isinstance(door.phase, st.Alternative)

    def test_from_a_challenge_and_from_a_result(self) -> None:
        door = Door(Policy(liveness=LivenessPolicy(challenge=ChallengeUse.ALWAYS)))
        door.see()
        assert isinstance(door.phase, st.Challenge)
        door.ask()
        assert isinstance(door.phase, st.Alternative)
        door = Door()
        door.see()
        door.decide(Decision(Reason.NO_MATCH))
        assert isinstance(door.phase, st.Denied)
        door.ask()
        assert isinstance(door.phase, st.Alternative)
        door.do(ev.HelpAsked(door.now))
        assert isinstance(door.phase, st.Help)
        door.ask()
        assert isinstance(door.phase, st.Alternative)

    def test_what_was_being_decided_is_called_off_and_on_record(self) -> None:
        door = Door()
        door.see()
        session = door.phase.visit.session  # type: ignore[union-attr]
        door.ask()
        assert door.results == [(Outcome.DENIED, Reason.CANCELLED)]
        assert any(isinstance(e, fx.Record) and e.session == session for e in door.effects)
        door.do(ev.Decided(door.now, session, TrackId(1), YES))
        assert isinstance(door.phase, st.Alternative)
        assert door.opened == []

    def test_not_where_there_is_none(self) -> None:
        for policy, ways in (
            (Policy(ways=Ways(pin=False, qr=False, code=False)), (Way.PIN, Way.QR)),
            (Policy(), ()),
        ):
            door = Door(policy)
            door.kiosk = replace(door.kiosk, ways=ways)
            assert not can_ask(door.kiosk, policy)
            door.ask()
            assert isinstance(door.phase, st.Attract)

    def test_not_in_an_enrolment_nor_after_a_yes(self) -> None:
        door = Door()
        door.kiosk = replace(door.kiosk, mode=st.Mode.ENROLL)
        door.do(ev.EnrolmentBegun(door.now))
        door.ask()
        assert isinstance(door.phase, st.Consent)
        door = Door()
        door.see()
        door.decide(YES)
        door.ask()
        assert isinstance(door.phase, st.Granted)

    def test_what_policy_does_not_offer_is_not_taken(self) -> None:
        door = Door(Policy(ways=Ways(qr=False)))
        door.ask()
        assert offered(door.kiosk, door.policy) == (Way.PIN, Way.ATTENDANT)
        assert door.do(ev.ProofGiven(door.now, QR)) == []
        assert door.do(ev.ProofGiven(door.now, Proof(way=Way.ATTENDANT, secret="x"))) == []
        door.do(ev.WayChosen(door.now, Way.QR))
        assert isinstance(door.phase, st.Alternative)
        assert door.phase.way is None

    def test_a_mere_look_has_no_result(self) -> None:
        door = Door()
        door.ask()
        door.wait(door.policy.timing.alternative_ms + 1)
        assert isinstance(door.phase, st.Cooldown)
        assert door.results == []


class TestProving:
    @pytest.mark.parametrize("proof", [PIN, QR])
    def test_an_accepted_proof_opens_once(self, proof: Proof) -> None:
        door = Door()
        door.ask()
        told = door.prove(proof, ACCEPTED)
        assert [type(e) for e in told] == [fx.Announce, fx.OpenDoor, fx.Wipe]
        assert door.opened == [P]
        assert door.results == [(Outcome.GRANTED, Reason.PASS_ACCEPTED)]
        session = door.phase.visit.session  # type: ignore[union-attr]
        door.do(ev.Proved(door.now, session, ACCEPTED))
        assert door.opened == [P]

    def test_an_answer_that_nobody_asked_for_opens_nothing(self) -> None:
        door = Door()
        door.ask()
        session = door.phase.visit.session  # type: ignore[union-attr]
        door.do(ev.Proved(door.now, session, ACCEPTED))
        assert isinstance(door.phase, st.Alternative)
        door.do(ev.ProofGiven(door.now, PIN))
        door.do(ev.Proved(door.now, st.SessionId(session + 1), ACCEPTED))
        assert isinstance(door.phase, st.Proving)
        assert door.opened == []

    def test_an_answer_after_its_time_opens_nothing(self) -> None:
        door = Door()
        door.ask()
        door.do(ev.ProofGiven(door.now, PIN))
        session = door.phase.visit.session  # type: ignore[union-attr]
        door.wait(door.policy.timing.proving_ms + 1)
        assert door.results == [(Outcome.DENIED, Reason.TIMED_OUT)]
        door.do(ev.Proved(door.now, session, ACCEPTED))
        assert door.opened == []

    def test_a_wrong_one_says_how_many_are_left(self) -> None:
        door = Door(Policy(lockout=Lockout(attempts=3)))
        door.ask()
        assert tries_left(door.kiosk, door.policy) is None
        wrong(door)
        assert isinstance(door.phase, st.Alternative)
        assert door.phase.refused is Reason.PASS_REFUSED
        assert tries_left(door.kiosk, door.policy) == 2
        door.prove(PIN, ACCEPTED)
        assert door.opened == [P]

    def test_too_many_wrong_ones_pause_the_station_and_the_passes(self) -> None:
        door = Door(Policy(lockout=Lockout(attempts=3)))
        door.ask()
        wrong(door, 3)
        assert door.results == [(Outcome.DENIED, Reason.PASS_REFUSED)]
        assert tries_left(door.kiosk, door.policy) == 0
        door.ask()
        assert isinstance(door.phase, st.LockedOut), "no way round the pause"
        assert not can_ask(door.kiosk, door.policy)
        door.wait(door.policy.lockout.locked_ms + 1)
        assert isinstance(door.phase, st.Attract)
        door.ask()
        assert isinstance(door.phase, st.Alternative)

    def test_giving_up_after_a_wrong_one_is_on_record(self) -> None:
        door = Door()
        door.ask()
        wrong(door)
        door.do(ev.Cancelled(door.now))
        assert door.results == [(Outcome.DENIED, Reason.PASS_REFUSED)]
        assert any(isinstance(e, fx.Record) for e in door.effects)


class TestSecondFactor:
    def test_a_face_that_is_not_enough_asks_for_one_more_proof(self) -> None:
        door = Door(Policy(liveness=NO_CHALLENGE, tiers=TWICE))
        owed = owing(door)
        assert isinstance(door.phase, st.Alternative)
        assert door.phase.owed == owed
        session = door.phase.visit.session
        assert fx.Wipe(session) in door.effects, "pixels are not needed any more"
        assert door.results == []
        door.prove(PIN, ACCEPTED)
        assert door.opened == [P]
        assert {e.session for e in door.effects if isinstance(e, fx.Announce)} == {session}

    def test_somebody_elses_proof_opens_nothing(self) -> None:
        door = Door(Policy(liveness=NO_CHALLENGE, tiers=TWICE))
        owing(door)
        door.prove(PIN, replace(ACCEPTED, person=PersonId("p2")))
        assert door.opened == []
        assert isinstance(door.phase, st.Alternative)
        assert door.phase.refused is Reason.PASS_REFUSED

    def test_without_one_it_stays_unfinished(self) -> None:
        for give_up in (lambda door: door.do(ev.Cancelled(door.now)), lambda door: door.wait(90_001)):
            door = Door(Policy(liveness=NO_CHALLENGE, tiers=TWICE))
            owing(door)
            give_up(door)
            assert door.results == [(Outcome.DEFERRED, Reason.SECOND_FACTOR)]
            assert door.phase.decision.awaits is None  # type: ignore[union-attr]

    def test_with_wrong_ones_only_it_is_refused(self) -> None:
        door = Door(Policy(liveness=NO_CHALLENGE, tiers=TWICE))
        owing(door)
        wrong(door)
        door.do(ev.Cancelled(door.now))
        assert door.results == [(Outcome.DENIED, Reason.PASS_REFUSED)]

    def test_where_no_pass_is_kept_it_is_deferred_as_ever(self) -> None:
        door = Door(Policy(liveness=NO_CHALLENGE, tiers=TWICE))
        door.kiosk = replace(door.kiosk, ways=())
        owing(door)
        assert door.results == [(Outcome.DEFERRED, Reason.SECOND_FACTOR)]

    def test_a_pass_alone_is_not_enough_where_two_proofs_are_wanted(self) -> None:
        for tiers in (TWICE, Tiers(risk=DoorRisk.HIGH)):
            door = Door(Policy(tiers=tiers))
            door.ask()
            door.prove(PIN, ACCEPTED)  # whoever decided it was wrong
            assert door.opened == []

    def test_two_ways_of_one_person_are(self) -> None:
        door = Door(Policy(tiers=TWICE))
        door.ask()
        door.prove(PIN, Decision(Reason.SECOND_FACTOR, awaits=P))
        assert isinstance(door.phase, st.Alternative)
        assert offered(door.kiosk, door.policy) == (Way.QR, Way.ATTENDANT)
        assert door.do(ev.ProofGiven(door.now, PIN)) == [], "the same way twice is one proof"
        door.prove(QR, ACCEPTED)
        assert door.opened == [P]


class TestJudging:
    def shown(self, proof: Proof = PIN, owed: Decision | None = None, used: tuple[Way, ...] = ()) -> fx.Prove:
        visit = st.Visit(session=st.SessionId(1), enrolling=False, times=st.Times(began=0.0))
        return fx.Prove(visit.session, visit, proof, owed, used)

    def test_whose_it_is_decides(self) -> None:
        yes = judge(PassAnswer(person=P), self.shown(), Policy(), NOON, account=False)
        assert (yes.reason, yes.person, yes.truth) == (Reason.PASS_ACCEPTED, P, Truth.LOCAL)
        no = judge(PassAnswer(), self.shown(), Policy(), NOON, account=False)
        assert (no.reason, no.person) == (Reason.PASS_REFUSED, None)

    def test_where_one_is_not_enough_another_is_awaited(self) -> None:
        policy = Policy(tiers=TWICE)
        first = judge(PassAnswer(person=P), self.shown(), policy, NOON, account=False)
        assert (first.reason, first.person, first.awaits) == (Reason.SECOND_FACTOR, None, P)
        for answer, used, reason in (
            (PassAnswer(person=P), (Way.PIN,), Reason.PASS_ACCEPTED),
            (PassAnswer(person=PersonId("p2")), (Way.PIN,), Reason.PASS_REFUSED),
            (PassAnswer(person=P), (Way.QR,), Reason.PASS_REFUSED),
        ):
            found = judge(answer, self.shown(QR, first, used), policy, NOON, account=False)
            assert found.reason is reason

    def test_truth_is_that_of_the_face(self) -> None:
        owed = Decision(Reason.SECOND_FACTOR, Truth.PROVISIONAL, similarity=0.7, awaits=P)
        found = judge(PassAnswer(person=P), self.shown(owed=owed), Policy(), NOON, account=True)
        assert (found.truth, found.similarity) == (Truth.PROVISIONAL, 0.7)

    def test_where_nobody_is_let_in_without_the_account_no_pass_lets_in(self) -> None:
        policy = Policy(offline=Offline(logins=OfflineLogins.DENY))
        found = judge(PassAnswer(person=P), self.shown(), policy, NOON, account=True)
        assert (found.reason, found.person) == (Reason.NOT_CONFIRMED, None)
        alone = judge(PassAnswer(person=P), self.shown(), policy, NOON, account=False)
        assert alone.reason is Reason.PASS_ACCEPTED


class TestBehind:
    """What lies behind the way in without a face: a pause, a broken camera."""

    def test_a_broken_camera_stops_no_pin(self) -> None:
        door = Door()
        door.do(ev.PartFailed(door.now, st.Part.CAMERA, Code.CAMERA_LOST))
        assert isinstance(door.phase, st.Fault)
        assert offered(door.kiosk, door.policy) == (Way.PIN, Way.ATTENDANT)
        door.ask()
        door.do(ev.PartFailed(door.now, st.Part.CAMERA, Code.CAMERA_LOST))
        assert isinstance(door.phase, st.Alternative)
        assert offered(door.kiosk, door.policy) == (Way.PIN, Way.ATTENDANT)
        door.prove(PIN, ACCEPTED)
        assert door.opened == [P]
        door.wait(door.policy.timing.granted_ms + 1)
        assert isinstance(door.phase, st.Fault)
        assert door.phase.code is Code.CAMERA_LOST
        door.do(ev.PartBack(door.now, st.Part.CAMERA))
        assert isinstance(door.phase, st.Attract)

    def test_a_camera_that_breaks_meanwhile_is_told_afterwards(self) -> None:
        door = Door()
        door.ask()
        door.do(ev.WayChosen(door.now, Way.QR))
        door.do(ev.PartFailed(door.now, st.Part.CAMERA, Code.CAMERA_LOST))
        assert isinstance(door.phase, st.Alternative)
        assert door.phase.way is None
        door.do(ev.Cancelled(door.now))
        assert isinstance(door.phase, st.Fault)

    def test_a_camera_that_came_back_meanwhile_is_no_fault(self) -> None:
        door = Door()
        door.do(ev.PartFailed(door.now, st.Part.CAMERA, Code.CAMERA_LOST))
        door.ask()
        door.do(ev.PartBack(door.now, st.Part.CAMERA))
        assert Way.QR in offered(door.kiosk, door.policy)
        door.do(ev.Cancelled(door.now))
        assert isinstance(door.phase, st.Cooldown)

    @pytest.mark.parametrize("part", [st.Part.STORE, st.Part.DOOR])
    def test_without_store_or_door_there_is_no_way(self, part: st.Part) -> None:
        door = Door()
        door.ask()
        door.do(ev.PartFailed(door.now, part, Code.STORE_FULL))
        assert isinstance(door.phase, st.Fault)
        assert not can_ask(door.kiosk, door.policy)

    def test_a_pause_because_of_faces_leaves_the_pass_and_comes_back(self) -> None:
        door = Door(Policy(liveness=NO_CHALLENGE, lockout=Lockout(attempts=2)))
        for _ in range(2):
            door.see()
            door.decide(Decision(Reason.NO_MATCH))
            door.wait(4_001)
            door.nobody(200)
        assert isinstance(door.phase, st.LockedOut)
        since = door.phase.since_ms
        door.ask()
        assert isinstance(door.phase, st.Alternative)
        door.do(ev.Cancelled(door.now))
        assert isinstance(door.phase, st.LockedOut)
        assert door.phase.since_ms == since
        door.ask()
        door.prove(PIN, ACCEPTED)
        assert door.opened == [P]

    def test_nobody_gets_round_a_pause(self) -> None:
        door = Door(Policy(lockout=Lockout(attempts=1)))
        door.ask()
        wrong(door)
        door.wait(4_001)
        pause = door.phase
        assert isinstance(pause, st.LockedOut)
        door.do(ev.HelpAsked(door.now))
        door.do(ev.Cancelled(door.now))
        assert door.phase == pause
        door.do(ev.PartFailed(door.now, st.Part.CAMERA, Code.CAMERA_LOST))
        door.do(ev.PartBack(door.now, st.Part.CAMERA))
        assert door.phase == pause


class TestAttempts:
    def test_failed_matches_count_and_pause(self) -> None:
        door = Door(Policy(liveness=NO_CHALLENGE, lockout=Lockout(attempts=3)))
        left = []
        for _ in range(3):
            door.see()
            door.decide(Decision(Reason.NO_MATCH))
            left.append(tries_left(door.kiosk, door.policy))
            door.do(ev.TriedAgain(door.now))
        assert left == [2, 1, 0]
        assert isinstance(door.phase, st.LockedOut)

    def test_one_tap_tries_again_at_once(self) -> None:
        door = Door()
        door.see()
        door.decide(Decision(Reason.NO_MATCH))
        door.do(ev.TriedAgain(door.now))
        assert isinstance(door.phase, st.Attract)
        door.see()
        assert isinstance(door.phase, st.Deciding)

    def test_stepping_away_does_too(self) -> None:
        door = Door()
        door.see()
        door.decide(Decision(Reason.NO_MATCH))
        since = door.now
        door.nobody(2_500)
        assert isinstance(door.phase, st.Attract)
        assert door.phase.since_ms - since < 2_000

    def test_after_a_yes_the_next_one_is_served_within_two_seconds(self) -> None:
        door = Door()
        door.see()
        door.decide(YES)
        since = door.now
        while isinstance(door.phase, st.Granted | st.Cooldown | st.Attract):
            door.do(ev.Seen(sighting(door.now + 33.0, face(track=2))))
            assert door.now - since < 5_000
        assert door.now - since < 2_000

    def test_who_stays_reads_the_whole_answer(self) -> None:
        door = Door()
        door.see()
        door.decide(Decision(Reason.NO_MATCH))
        since = door.now
        while isinstance(door.phase, st.Denied):
            door.do(ev.Seen(sighting(door.now + 33.0, face())))
        assert door.now - since >= door.policy.timing.denied_ms
