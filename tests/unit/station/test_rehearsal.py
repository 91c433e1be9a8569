"""A walk through attacks at the station: judged as at the door, and ending in nothing but an answer."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from support.sightings import GOOD_LIGHT, face, sighting
from support.station_parts import TurnedClock

from kiosk.domain.attack_wizard import BONA_FIDE, CLEAN_WALKS, Ground, Plan, Response, Standing, Trial, Walk, Wizard
from kiosk.domain.errors import Code, StoreError
from kiosk.domain.policy import LivenessPolicy, Policy
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.domain.session.machine import step
from kiosk.station.rehearsal import FIRST_SESSION, LONGEST_MS, READY_MS, Rehearsal, Stage
from kiosk.station.vision_worker import Command
from kiosk.station.walk_desk import WalkDesk

POLICY = Policy(liveness=LivenessPolicy(threshold=0.5, sure=0.6))


class Memory:
    """Walks in a list."""

    def __init__(self) -> None:
        self.kept: dict[str, Walk] = {}
        self.broken = False

    def save(self, walk: Walk) -> Walk:
        if self.broken:
            raise StoreError(Code.STORE_FULL, "told")
        self.kept[walk.id] = walk
        return walk

    def newest(self, camera: str | None = None, *, limit: int = 20) -> Sequence[Walk]:
        return list(reversed(self.kept.values()))[:limit]


class Hands:
    """The flow by hand: an operator has the station, and frames come."""

    def __init__(self) -> None:
        self.clock = TurnedClock()
        self.commands: list[Command] = []
        self.walks = Memory()
        self.desk = WalkDesk(
            clock=self.clock,
            camera=lambda: "usb:0",
            judged_by="now",
            rehearse=lambda answered: Rehearsal(POLICY, self.clock.mono_ms, self.commands.append, answered),
            later=lambda work: work(),
            walks=lambda: self.walks,
        )
        self.kiosk = st.begin(st.Mode.ACCESS, now_ms=self.clock.ms)
        self.effects: list[fx.Effect] = []
        self.tell(ev.OperatorEntered(self.clock.ms))

    def tell(self, event: ev.Event) -> None:
        before = self.kiosk
        self.kiosk, effects = step(before, event, POLICY)
        self.effects += effects
        self.desk.rehearsal(before, event, self.kiosk, effects, None)

    def frames(self, count: int, *, score: float = 0.99, track: int = 1, empty: bool = False) -> None:
        for _ in range(count):
            self.clock.turn(33.0)
            at = self.clock.ms
            seen = sighting(at) if empty else sighting(at, face(track=track), score=score, measures=GOOD_LIGHT)
            self.tell(ev.Seen(seen))
            asked = next((c for c in self.commands if isinstance(c, fx.Capture)), None)
            if asked is not None:
                self.commands.remove(asked)
                self.tell(ev.Captured(at, asked.session, asked.track, asked.stills, 1.0))

    def run(self, **frames: object) -> None:
        self.desk.start()
        self.clock.turn(READY_MS)
        self.tell(ev.Tick(self.clock.ms))
        self.frames(1, empty=True)
        self.frames(200, **frames)  # type: ignore[arg-type]

    def trial(self, **frames: object) -> Trial:
        self.run(**frames)
        walk = self.desk.now.walk
        assert walk is not None
        return walk.wizard.trials[-1]


@pytest.fixture
def stage() -> Hands:
    return Hands()


def test_somebody_live_is_accepted_and_nothing_else_happens(stage: Hands) -> None:
    stage.desk.begin(Plan(bona_fide=1, attacks=1, species=("print",)))
    done = stage.trial()
    assert (done.species, done.response) == (BONA_FIDE, Response.ACCEPTED)
    assert done.cues[0].name == "passive"
    assert stage.effects == []
    assert isinstance(stage.kiosk.phase, st.Operator)
    assert {type(c) for c in stage.commands} <= {fx.Follow, fx.Keep, fx.Capture, fx.Wipe}
    assert isinstance(stage.commands[-1], fx.Wipe)
    assert all(c.session >= FIRST_SESSION for c in stage.commands)


def test_an_attack_is_refused_and_the_walk_finds_the_station_fit(stage: Hands) -> None:
    stage.desk.begin(Plan(bona_fide=1, attacks=1, species=("print",)))
    stage.trial()
    done = stage.trial(score=0.001)
    assert (done.species, done.response) == ("print", Response.REFUSED)
    assert not done.cues[0].passes
    walk = stage.desk.now.walk
    assert walk is not None
    assert walk.wizard.standing() is Standing.FIT
    stage.desk.start()
    assert stage.desk.now.live.stage is Stage.IDLE  # the plan is done; more are asked for by name
    stage.desk.start("print")
    assert stage.desk.now.live.stage is Stage.READY


def test_an_accepted_attack_blocks_and_is_not_undone(stage: Hands) -> None:
    stage.desk.begin(Plan(bona_fide=1, attacks=2, species=("print",)))
    stage.trial()
    assert stage.trial().response is Response.ACCEPTED
    stage.desk.undo()
    walk = stage.desk.now.walk
    assert walk is not None
    assert (walk.wizard.accepted_attacks, walk.wizard.standing()) == (1, Standing.BLOCKED)


def test_the_last_trial_is_undone(stage: Hands) -> None:
    stage.desk.begin()
    stage.trial()
    stage.desk.undo()
    walk = stage.desk.now.walk
    assert walk is not None
    assert walk.wizard.trials == ()


def test_nothing_counts_before_the_ready_time_is_over(stage: Hands) -> None:
    stage.desk.begin()
    stage.desk.start()
    stage.frames(int(READY_MS / 33) - 2)
    assert stage.commands == []
    assert stage.desk.now.live.stage is Stage.READY


def test_who_is_never_looked_at_gives_no_answer(stage: Hands) -> None:
    stage.desk.begin()
    stage.desk.start()
    stage.frames(int((READY_MS + LONGEST_MS) / 33) + 3, empty=True)
    walk = stage.desk.now.walk
    assert walk is not None
    assert [trial.response for trial in walk.wizard.trials] == [Response.NO_ANSWER]


@pytest.mark.parametrize("how", ["part", "left", "stopped"])
def test_a_trial_that_is_broken_off_counts_for_nothing(stage: Hands, how: str) -> None:
    stage.desk.begin()
    stage.desk.start()
    stage.clock.turn(READY_MS)
    stage.frames(4)
    assert stage.desk.now.live.stage is Stage.RUNNING
    match how:
        case "part":
            stage.tell(ev.PartFailed(stage.clock.ms, st.Part.CAMERA, Code.CAMERA_LOST))
        case "left":
            stage.tell(ev.OperatorLeft(stage.clock.ms))
        case _:
            stage.desk.stop()
            stage.tell(ev.Tick(stage.clock.ms))
    now = stage.desk.now
    assert (now.live.stage, now.live.broken) == (Stage.IDLE, True)
    assert now.walk is not None
    assert now.walk.wizard.trials == ()
    assert isinstance(stage.commands[-1], fx.Wipe)


@pytest.mark.expects_log
def test_an_answer_that_cannot_be_written_is_not_counted(stage: Hands) -> None:
    stage.desk.begin()
    stage.walks.broken = True
    stage.run()
    now = stage.desk.now
    assert now.error is Code.STORE_FULL
    assert now.walk is not None
    assert now.walk.wizard.trials == ()
    assert now.may_start


ONE = Plan(bona_fide=1, attacks=1, species=("print",))


@pytest.mark.expects_log
def test_an_accepted_attack_that_cannot_be_written_blocks_all_the_same(stage: Hands) -> None:
    stage.desk.begin(ONE)
    stage.trial()
    stage.walks.broken = True
    stage.run()
    now = stage.desk.now
    assert (now.error, now.claim and now.claim.ground) == (Code.STORE_FULL, Ground.LET_IN)
    assert stage.desk.claim("now").ground is Ground.LET_IN
    with pytest.raises(StoreError):
        stage.desk.begin(ONE)  # nothing is begun over it
    stage.desk.leave()
    stage.desk.resume()
    assert stage.desk.now.error is Code.STORE_FULL
    assert stage.desk.claim("now").ground is Ground.LET_IN
    stage.walks.broken = False
    begun = stage.desk.begin(ONE)
    assert [walk.wizard.accepted_attacks for walk in stage.walks.newest()] == [0, 1]
    assert stage.desk.now.walk == begun


def test_every_trial_says_by_what_it_was_judged(stage: Hands) -> None:
    stage.desk.begin(ONE)
    assert stage.trial().judged_by == "now"


def test_a_walk_that_was_judged_otherwise_is_shown_and_does_not_go_on(stage: Hands) -> None:
    trials = (Trial(BONA_FIDE, Response.ACCEPTED, (), "then"), Trial("print", Response.REFUSED, (), "then"))
    stage.walks.save(Walk(id="w", camera="usb:0", wizard=Wizard(ONE, trials)))
    assert stage.desk.resume() is None
    now = stage.desk.now
    assert (now.claim and now.claim.ground, now.may_start) == (Ground.CHANGED, False)
    stage.desk.start()
    assert stage.desk.now.live.stage is Stage.IDLE
    stage.desk.begin(ONE)
    assert stage.desk.now.may_start


def test_a_new_walk_does_not_forget_an_attack_that_was_let_in(stage: Hands) -> None:
    stage.walks.save(
        Walk(id="bad", camera="usb:0", wizard=Wizard(ONE, (Trial("print", Response.ACCEPTED, (), "now"),)))
    )
    stage.desk.begin(ONE)
    stage.trial()
    stage.trial(score=0.001)
    claim = stage.desk.now.claim
    assert claim is not None
    assert (claim.clean, claim.ground) == (1, Ground.LET_IN_BEFORE)
    assert claim.walk is not None
    for number in range(1, CLEAN_WALKS):
        stage.walks.save(Walk(id=f"w{number}", camera="usb:0", wizard=claim.walk.wizard))
    assert stage.desk.claim("now").ground is Ground.FIT


def test_the_challenge_is_asked_and_shown(stage: Hands) -> None:
    stage.desk.begin()
    stage.desk.start()
    stage.clock.turn(READY_MS)
    stage.tell(ev.Tick(stage.clock.ms))
    stage.frames(60, score=0.55)  # live, but not surely: the active step is asked for
    assert stage.desk.now.live.stage is Stage.RUNNING
    seen = set()
    for _ in range(100):
        stage.frames(1, score=0.55)
        seen.add(stage.desk.now.live.ask)
    assert seen - {""}


def test_an_unfinished_walk_is_taken_up(stage: Hands) -> None:
    assert stage.desk.resume() is None
    stage.desk.begin()
    stage.trial()
    stage.desk.leave()
    assert stage.desk.now.walk is None
    found = stage.desk.resume()
    assert found is not None
    assert len(found.wizard.trials) == 1
