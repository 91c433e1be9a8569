"""The code that is sent, on the pure machine: asked for, sent, typed wrong, spent, and the link that goes meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from kiosk.domain.codes import AGAIN_MS, LIVES_MS, MOST_SENT, TRIES, CodeForm, CodeTrouble, masked_email, masked_phone
from kiosk.domain.decision import Decision, Outcome, Reason
from kiosk.domain.errors import Code
from kiosk.domain.passes import PassAnswer, Proof, Way
from kiosk.domain.person import PersonId, Truth
from kiosk.domain.policy import Lockout, Offline, OfflineLogins, Policy, SecondFactorUse, Tiers, Timing
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.domain.session.alternative import judge, offered
from kiosk.domain.session.machine import limit_ms, step

P = PersonId("p1")
NUMBER = "12345674"
TYPED = Proof(way=Way.CODE, secret="123456")
ACCEPTED = Decision(Reason.PASS_ACCEPTED, person=P)
OWED = Decision(Reason.SECOND_FACTOR, Truth.PROVISIONAL, awaits=P, similarity=0.8)
NOON = datetime(2026, 1, 7, 12, 0, tzinfo=UTC)


@dataclass
class Door:
    """A station at a door that can send codes, driven by hand."""

    policy: Policy = field(default_factory=lambda: Policy(lockout=Lockout(attempts=6)))
    kiosk: st.Kiosk = field(
        default_factory=lambda: replace(st.begin(st.Mode.ACCESS), ways=(Way.PIN, Way.CODE), online=True)
    )

    def do(self, event: ev.Event) -> tuple[fx.Effect, ...]:
        self.kiosk, effects = step(self.kiosk, event, self.policy)
        return effects

    @property
    def now(self) -> float:
        return self.kiosk.now_ms

    @property
    def session(self) -> st.SessionId:
        visit = st.visit_of(self.kiosk.phase)
        assert visit is not None
        return visit.session

    @property
    def form(self) -> st.Alternative:
        assert isinstance(self.kiosk.phase, st.Alternative)
        return self.kiosk.phase

    @property
    def code(self) -> CodeForm:
        assert self.form.code is not None
        return self.form.code

    def choose(self) -> tuple[fx.Effect, ...]:
        if not isinstance(self.kiosk.phase, st.Alternative):
            self.do(ev.AnotherWayAsked(self.now))
        return self.do(ev.WayChosen(self.now, Way.CODE))

    def send(self, number: str = NUMBER) -> None:
        (effect,) = self.do(ev.CodeWanted(self.now, number))
        assert effect == fx.SendCode(self.session, self.code.number, None)
        self.do(ev.CodeSent(self.now, self.session))

    def type(self) -> tuple[fx.Effect, ...]:
        return self.do(ev.ProofGiven(self.now, TYPED))

    def answer(self, decision: Decision) -> tuple[fx.Effect, ...]:
        return self.do(ev.Proved(self.now, self.session, decision))

    def wait(self, ms: float) -> tuple[fx.Effect, ...]:
        return self.do(ev.Tick(self.now + ms))

    def owing(self) -> None:
        visit = st.Visit(session=st.SessionId(1), enrolling=False, times=st.Times(began=0.0), live=True)
        form = st.Alternative(visit, 0.0, owed=OWED)
        self.kiosk = replace(self.kiosk, phase=form, next_session=st.SessionId(2))


@pytest.fixture
def door() -> Door:
    return Door()


def test_number_then_code_opens(door: Door) -> None:
    assert door.choose() == ()
    assert not door.code.number
    door.send()
    (effect,) = door.type()
    assert isinstance(effect, fx.Prove)
    assert effect.proof == replace(TYPED, number=NUMBER)
    assert fx.OpenDoor in [type(each) for each in door.answer(ACCEPTED)]


def test_who_owes_a_proof_is_sent_a_code_at_once_and_types_no_number(door: Door) -> None:
    door.owing()
    (effect,) = door.choose()
    assert effect == fx.SendCode(door.session, "", P)
    door.do(ev.CodeSent(door.now, door.session, None, "a•••@e•••.org"))
    assert door.code.to == "a•••@e•••.org"
    assert [type(each) for each in door.type()] == [fx.Prove]
    assert fx.OpenDoor in [type(each) for each in door.answer(ACCEPTED)]


def test_a_code_that_nobody_asked_for_is_none(door: Door) -> None:
    door.choose()
    assert door.type() == ()
    assert isinstance(door.kiosk.phase, st.Alternative)


def test_another_one_not_before_its_time_and_three_at_most(door: Door) -> None:
    door.choose()
    door.send()
    assert door.do(ev.CodeWanted(door.now + AGAIN_MS - 1, "")) == ()
    assert door.code.trouble is CodeTrouble.TOO_SOON
    for _ in range(MOST_SENT - 1):
        door.wait(AGAIN_MS)
        door.send("")
        assert door.code.number == NUMBER
        assert door.code.trouble is None
    door.wait(AGAIN_MS)
    assert door.do(ev.CodeWanted(door.now, "")) == ()
    assert door.code.trouble is CodeTrouble.TOO_MANY
    assert [type(each) for each in door.type()] == [fx.Prove], "the newest still counts"


def test_going_back_and_forth_wins_no_codes(door: Door) -> None:
    door.choose()
    door.send()
    door.do(ev.WayChosen(door.now, None))
    door.choose()
    assert not door.code.number
    assert door.do(ev.CodeWanted(door.now, NUMBER)) == ()
    assert door.code.trouble is CodeTrouble.TOO_SOON


def test_a_wrong_code_is_an_attempt_and_three_end_it(door: Door) -> None:
    door.choose()
    door.send()
    for times in range(1, TRIES + 1):
        door.type()
        door.answer(Decision(Reason.PASS_REFUSED))
        assert door.form.refused is Reason.PASS_REFUSED
        assert len(door.kiosk.wrongs) == times
    assert door.type() == ()
    assert door.code.trouble is CodeTrouble.USED_UP
    assert len(door.kiosk.wrongs) == TRIES
    door.wait(AGAIN_MS)
    door.send("")
    assert [type(each) for each in door.type()] == [fx.Prove]


def test_wrong_codes_pause_the_station_like_wrong_pins() -> None:
    door = Door(Policy(lockout=Lockout(attempts=1)))
    door.choose()
    door.send()
    door.type()
    told = door.answer(Decision(Reason.PASS_REFUSED))
    (result,) = [each for each in told if isinstance(each, fx.Announce)]
    assert (result.outcome, result.decision.reason) == (Outcome.DENIED, Reason.PASS_REFUSED)
    assert offered(replace(door.kiosk, locked=st.LockedOut(door.now, passes=True)), door.policy) == (Way.ATTENDANT,)


def test_an_old_code_counts_no_more(door: Door) -> None:
    door.policy = Policy(timing=Timing(alternative_ms=LIVES_MS))
    door.choose()
    door.send()
    door.wait(LIVES_MS)
    assert door.type() == ()
    assert door.code.trouble is CodeTrouble.EXPIRED
    assert door.kiosk.wrongs == ()


def test_who_waits_for_a_message_has_longer(door: Door) -> None:
    door.choose()
    before = limit_ms(door.form, door.policy)
    door.send()
    after = limit_ms(door.form, door.policy)
    assert before is not None
    assert after is not None
    assert after == 2 * before


def test_a_link_that_goes_is_said_and_other_ways_are_offered(door: Door) -> None:
    door.choose()
    door.send()
    door.do(ev.WaysOpen(door.now, (Way.PIN,)))
    assert door.form.way is None
    assert door.code.trouble is CodeTrouble.UNREACHABLE
    assert offered(door.kiosk, door.policy) == (Way.PIN, Way.ATTENDANT)
    door.do(ev.WaysOpen(door.now, (Way.PIN, Way.CODE)))
    door.choose()
    assert door.code.number == NUMBER
    assert [type(each) for each in door.type()] == [fx.Prove], "it may have come meanwhile"


def test_offline_is_the_same(door: Door) -> None:
    door.choose()
    door.do(ev.Surroundings(at_ms=door.now, account=True, online=False))
    assert (door.form.way, door.code.trouble) == (None, CodeTrouble.UNREACHABLE)


def test_what_could_not_be_checked_is_no_attempt(door: Door) -> None:
    door.choose()
    door.send()
    door.type()
    door.do(ev.CodeUnchecked(door.now, door.session, CodeTrouble.UNREACHABLE))
    assert (door.form.way, door.code.trouble) == (None, CodeTrouble.UNREACHABLE)
    assert door.kiosk.wrongs == ()


def test_what_could_not_be_sent_is_said_and_may_be_asked_for_again(door: Door) -> None:
    door.choose()
    door.do(ev.CodeWanted(door.now, NUMBER))
    door.do(ev.CodeSent(door.now, door.session, CodeTrouble.UNREACHABLE))
    assert (door.form.way, door.code.trouble) == (None, CodeTrouble.UNREACHABLE)
    door.choose()
    assert [type(each) for each in door.do(ev.CodeWanted(door.now, NUMBER))] == [fx.SendCode]


def test_how_sending_went_may_come_while_a_code_is_looked_at(door: Door) -> None:
    door.choose()
    door.do(ev.CodeWanted(door.now, NUMBER))
    door.type()
    door.do(ev.CodeSent(door.now, door.session))
    phase = door.kiosk.phase
    assert isinstance(phase, st.Proving)
    assert phase.form.code is not None
    assert not phase.form.code.sending


@pytest.mark.parametrize(
    ("truth", "owed", "expected"),
    [
        (Truth.CONFIRMED, None, Truth.CONFIRMED),
        (Truth.PROVISIONAL, None, Truth.PROVISIONAL),
        (Truth.CONFIRMED, OWED, Truth.CONFIRMED),
        (Truth.PROVISIONAL, OWED, Truth.PROVISIONAL),
        (Truth.CONFIRMED, replace(OWED, truth=Truth.SENT_NO_REPLY), Truth.SENT_NO_REPLY),
        (Truth.CONFIRMED, replace(OWED, because=Code.API_NO_LINK), Truth.PROVISIONAL),
    ],
)
def test_how_true_it_is(truth: Truth, owed: Decision | None, expected: Truth) -> None:
    visit = st.Visit(session=st.SessionId(1), enrolling=False, times=st.Times(began=0.0))
    shown = fx.Prove(visit.session, visit, TYPED, owed, ())
    decision = judge(PassAnswer(person=P, truth=truth), shown, Policy(), NOON, account=True)
    assert (decision.reason, decision.truth) == (Reason.PASS_ACCEPTED, expected)


def test_where_the_account_has_to_confirm_it_has_to_know_the_person() -> None:
    policy = Policy(offline=Offline(logins=OfflineLogins.DENY))
    visit = st.Visit(session=st.SessionId(1), enrolling=False, times=st.Times(began=0.0))
    shown = fx.Prove(visit.session, visit, TYPED, None, ())
    answers = [PassAnswer(person=P, truth=truth) for truth in (Truth.CONFIRMED, Truth.PROVISIONAL)]
    reasons = [judge(answer, shown, policy, NOON, account=True).reason for answer in answers]
    assert reasons == [Reason.PASS_ACCEPTED, Reason.NOT_CONFIRMED]


def test_a_code_alone_is_not_enough_where_two_proofs_are_wanted() -> None:
    policy = Policy(tiers=Tiers(second_factor=SecondFactorUse.ALWAYS))
    visit = st.Visit(session=st.SessionId(1), enrolling=False, times=st.Times(began=0.0))
    shown = fx.Prove(visit.session, visit, TYPED, None, ())
    decision = judge(PassAnswer(person=P, truth=Truth.CONFIRMED), shown, policy, NOON, account=True)
    assert (decision.reason, decision.awaits) == (Reason.SECOND_FACTOR, P)


@pytest.mark.parametrize(
    ("email", "shown"),
    [
        ("ana@example.org", "a•••@e•••.org"),
        ("a@b", "a•••@•••"),
        ("x.y@mail.example.com", "x•••@m•••.com"),
        ("nobody", ""),
        ("@b.org", ""),
        ("", ""),
    ],
)
def test_an_address_is_never_shown_whole(email: str, shown: str) -> None:
    assert masked_email(email) == shown


@pytest.mark.parametrize(("phone", "shown"), [("+573001234567", "•••67"), ("12345", ""), ("", "")])
def test_nor_is_a_phone(phone: str, shown: str) -> None:
    assert masked_phone(phone) == shown
