"""The whole station with an account that does as told: what is decided, how true it is, and that nobody waits for ever."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.asking import answer
from support.fake_account import LOST_REPLY, FakeAccount, Fault
from support.fake_gateway import ToldGateway, ToldProber, yes
from support.station_parts import wait_until
from support.station_rig import QUICK, Rig

from kiosk.domain.errors import ApiError, Code
from kiosk.domain.link import Link
from kiosk.domain.person import Details, PersonId, Truth
from kiosk.domain.policy import Offline, OfflineLogins, Policy
from kiosk.domain.ports import Gallery, Store
from kiosk.domain.record import LivenessSession, Validation
from kiosk.domain.remote import Answer, Verdict
from kiosk.station.link_keeper import Reach
from kiosk.station.office.queue import QueueShown, ReadQueue, RetryRow
from kiosk.station.online import AccountParts
from kiosk.station.snapshot import Mode, Screen
from kiosk.sync.pull import KEPT
from kiosk.sync.push import Push
from kiosk.sync.worker import SyncWorker

DEADLINE_S = 0.4
MUCH_LATER_S = 30.0
REMOTE = "remote-7"
JPEG = b"\xff\xd8\xff whole frame"


class Hosted(SyncWorker):
    """The real worker."""

    def close(self) -> None:
        pass


class Account:
    """A told account around a station."""

    def __init__(self, folder: Path, mode: Mode = Mode.ACCESS, policy: Policy = QUICK) -> None:
        self.gateway = ToldGateway()
        self.prober = ToldProber()
        self.connected = 0
        self.offset_s = 0.0
        self.held = FakeAccount()
        parts = AccountParts(
            connect=self._connect,
            encode=lambda pixels: JPEG,
            deadline_s=DEADLINE_S,
            outbox=lambda store: self.rig.store.outbox,
            replica=lambda store: self.rig.store.replica,
            make_sync=self._sync,
        )
        self.rig = Rig(folder, mode, policy, account=parts)
        self.station = self.rig.station

    def _connect(self) -> Reach:
        self.connected += 1
        return Reach(gateway=self.gateway, prober=self.prober, offset_s=lambda: self.offset_s)

    def _sync(
        self,
        store: Store,
        gallery: Gallery,
        reach: Reach,
        told: Callable[[ApiError | None], None],
        calm: Callable[[], bool],
    ) -> Hosted:
        outbox = self.rig.store.outbox
        push = Push(outbox, self.held, clock=self.rig.clock, jitter=lambda: 0.0, within_s=5.0)
        return Hosted(outbox, push, pull=None, pictures=None, clock=self.rig.clock, told=told)

    def know(self, who: int, *, remote: str = REMOTE) -> None:
        """Enrolled here, and acknowledged by the account unless ``remote`` is empty."""
        self.rig.enrol(who)
        store = self.rig._open()
        store.update(replace(store.person(PersonId(f"person-{who}")), remote_id=remote))
        store.close()

    def visit(self, who: int) -> dict[str, object]:
        """Somebody comes, is answered, and goes."""
        before = len(self.rig.events("result"))
        self.rig.camera.tell("show", who, 255, before + 1)
        assert wait_until(lambda: len(self.rig.events("result")) > before)
        self.rig.camera.tell("show", 0, 255, before + 1)
        assert wait_until(lambda: self.rig.snapshots[-1].screen is Screen.ATTRACT)
        return self.rig.events("result")[before]

    def connected_as(self, link: Link) -> bool:
        return wait_until(lambda: any(event["link"] == link for event in self.rig.events("sync")))


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Account]]:
    made: list[Account] = []

    def build(mode: Mode = Mode.ACCESS, policy: Policy = QUICK) -> Account:
        made.append(Account(tmp_path, mode, policy))
        return made[-1]

    yield build
    for account in made:
        account.gateway.unhang.set()
        account.station.stop()


@pytest.fixture
def account(make: Callable[..., Account]) -> Account:
    return make()


def said(result: dict[str, object]) -> tuple[object, object, object, object]:
    return result["outcome"], result["reason"], result["truth"], result["truth_reason"]


def test_both_sides_know_the_person(account: Account) -> None:
    session = LivenessSession(id="s-remote")
    account.gateway.says = replace(yes(REMOTE, "Not shown"), session=session)
    account.know(7)
    account.station.start()
    result = account.visit(7)
    assert said(result) == ("granted", "recognised", "confirmed", None)
    assert result["person"] == {"id": "person-7", "name": "Visitor"}
    assert isinstance(result["truth_age_s"], float)
    assert account.rig.door.opened == 1
    assert account.gateway.questions[0].image == JPEG
    assert account.gateway.questions[0].mark == result["session"]
    assert 0 < account.gateway.questions[0].within_s <= DEADLINE_S
    (record,) = account.rig.store.validations()
    assert (record.truth, record.identifier) == (Truth.CONFIRMED, result["session"])
    assert record.liveness_session == session
    assert account.rig.store.images == [None], "there is nothing left to send"
    shown = [s for s in account.rig.snapshots if s.screen is Screen.RESULT]
    assert {s.truth for s in shown} == {Truth.CONFIRMED}


def test_a_person_whom_only_the_account_knows_comes_in_by_its_name(account: Account) -> None:
    account.gateway.says = yes("remote-9", "Only There")
    account.station.start()
    result = account.visit(9)
    assert said(result) == ("granted", "recognised", "confirmed", None)
    assert result["person"] == {"id": "remote-9", "name": "Only There"}
    assert account.rig.door.opened == 1


def test_somebody_else_at_the_account_opens_nothing(account: Account) -> None:
    account.gateway.says = yes("remote-of-another")
    account.know(7)
    account.station.start()
    result = account.visit(7)
    assert said(result) == ("denied", "ambiguous", "provisional", "api_conflict")
    assert account.rig.door.opened == 0
    assert len(account.rig.store.validations()) == 1


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer.UNKNOWN, ("denied", "no_match", "refused", "api_not_found")),
        (Answer.NOT_LIVE, ("denied", "liveness_unsure", "refused", "api_refused")),
        (Answer.REFUSED, ("denied", "account_refused", "refused", "api_refused")),
        (Answer.SECOND_FACTOR, ("deferred", "second_factor", "provisional", None)),
    ],
)
def test_a_no_of_the_account_opens_nothing(account: Account, answer: Answer, expected: tuple[object, ...]) -> None:
    account.gateway.says = Verdict(answer=answer, status="failed")
    account.know(7)
    account.station.start()
    result = account.visit(7)
    assert said(result) == expected
    assert result["person"] is None
    assert account.rig.door.opened == 0
    assert wait_until(lambda: len(account.rig.store.validations()) == 1)
    assert account.rig.store.validations()[0].reason == expected[1]


@pytest.mark.parametrize("code", [code for code in Code if code.startswith("api_")])
def test_whatever_fails_the_own_decision_stands_and_says_why(account: Account, code: Code) -> None:
    account.gateway.says = ApiError(code)
    account.know(7)
    account.station.start()
    assert said(account.visit(7)) == ("granted", "recognised", "provisional", code)
    assert account.rig.door.opened == 1


def test_a_picture_that_the_account_would_not_take_leaves_a_local_result(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is ever sent, so nobody is told that it might be confirmed; the record says the same as the screen."""
    monkeypatch.setattr("kiosk.station.deciding.SEND_FROM", math.inf)
    account.know(7)
    account.station.start()
    assert said(account.visit(7)) == ("granted", "recognised", "local", "api_picture_unfit")
    assert account.rig.store.validations()[0].truth is Truth.LOCAL
    assert account.rig.store.outbox.backlog().pending == 0


def test_a_lost_reply_is_its_own_truth(account: Account) -> None:
    account.gateway.says = ApiError(Code.API_REPLY_LOST, maybe_done=True)
    account.know(7)
    account.station.start()
    assert said(account.visit(7)) == ("granted", "recognised", "sent_no_reply", "api_reply_lost")
    assert account.rig.store.images == [JPEG], "kept with the record, until the account has judged it"


def waited_ms(result: dict[str, object]) -> float:
    times = result["timings_ms"]
    assert isinstance(times, dict)
    return float(times["decided"]) - float(times["captured"])


@pytest.mark.leaves_thread
def test_a_gateway_that_hangs_is_given_up_at_the_deadline_and_its_late_answer_dropped(account: Account) -> None:
    account.gateway.hangs = True
    account.gateway.says = yes(REMOTE)
    account.held.plan = lambda call: Fault("before")
    account.know(7)
    account.station.start()
    result = account.visit(7)
    assert said(result) == ("granted", "recognised", "sent_no_reply", "api_timeout")
    assert waited_ms(result) < MUCH_LATER_S * 1000, "long before an answer would have come"
    account.gateway.unhang.set()
    assert account.connected_as(Link.NO_LINK)
    assert account.visit(8)["outcome"] == "denied"
    assert len(account.rig.events("result")) == 2
    assert account.rig.door.opened == 1


def test_a_slow_account_is_left_at_the_deadline(account: Account) -> None:
    account.gateway.delay_s = MUCH_LATER_S
    account.know(7)
    account.station.start()
    result = account.visit(7)
    assert said(result) == ("granted", "recognised", "sent_no_reply", "api_timeout")
    assert waited_ms(result) < MUCH_LATER_S * 1000, "long before an answer would have come"


@pytest.mark.expects_log
def test_a_bug_in_the_gateway_is_no_way_in(account: Account) -> None:
    account.gateway.broken = True
    account.station.start()
    assert said(account.visit(8)) == ("denied", "empty_gallery", "sent_no_reply", "api_unreadable")
    assert account.rig.door.opened == 0


def test_a_link_that_is_down_keeps_nobody_waiting_and_asks_nothing(account: Account) -> None:
    account.prober.error = ApiError(Code.API_UNAUTHORIZED)
    account.held.plan = lambda call: Fault("before", Code.API_UNAUTHORIZED)
    account.know(7)
    account.station.start()
    assert account.connected_as(Link.UNAUTHORIZED)
    assert said(account.visit(7)) == ("granted", "recognised", "provisional", "api_unauthorized")
    assert account.gateway.questions == []
    assert account.rig.snapshots[-1].link is Link.UNAUTHORIZED


def test_the_account_is_never_asked_about_a_picture_of_a_picture(account: Account) -> None:
    account.gateway.says = yes(REMOTE)
    account.know(7)
    account.station.start()
    account.rig.camera.tell("show", 7, 0, 1)
    assert wait_until(lambda: bool(account.rig.results()))
    account.rig.camera.tell("show", 0, 0, 1)
    assert account.rig.results()[0] == ("denied", "attack")
    assert account.gateway.questions == []
    assert account.rig.door.opened == 0


def test_without_the_account_nobody_comes_in_where_policy_says_so(make: Callable[..., Account]) -> None:
    account = make(policy=replace(QUICK, offline=Offline(logins=OfflineLogins.DENY)))
    account.gateway.says = ApiError(Code.API_NO_LINK)
    account.know(7)
    account.station.start()
    assert said(account.visit(7)) == ("deferred", "not_confirmed", "provisional", "api_no_link")
    assert account.rig.door.opened == 0


def test_a_store_that_fails_after_the_accounts_yes_opens_nothing(account: Account) -> None:
    from kiosk.domain.errors import StoreError

    account.gateway.says = yes(REMOTE)
    account.know(7)
    account.station.start()
    assert wait_until(lambda: account.rig.snapshots[-1].screen is Screen.ATTRACT)

    def refuse(validation: Validation, image: bytes | None = None) -> None:
        raise StoreError(Code.STORE_FULL, "told")

    account.rig.store.record = refuse  # type: ignore[method-assign]
    account.rig.camera.tell("show", 7, 255, 1)
    assert wait_until(lambda: any(s.fault is Code.STORE_FULL for s in account.rig.snapshots))
    account.rig.camera.tell("show", 0, 255, 1)
    assert account.rig.door.opened == 0
    assert all(outcome != "granted" for outcome, _ in account.rig.results())


def enrol(account: Account, who: int) -> dict[str, object]:
    rig = account.rig
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)
    rig.station.begin_enrolment()
    rig.station.give_consent("2026-01")
    rig.station.submit_details(Details(first_name="New"))
    rig.camera.tell("show", who, 255, 1)
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.REVIEW)
    rig.station.accept_review()
    assert wait_until(lambda: bool(rig.events("result")))
    rig.camera.tell("show", 0, 255, 1)
    return rig.events("result")[0]


def test_an_enrolment_is_saved_here_first_and_provisional_until_the_account_has_it(
    make: Callable[..., Account],
) -> None:
    account = make(Mode.ENROLL)
    account.prober.error = ApiError(Code.API_NO_LINK)
    account.station.start()
    assert account.connected_as(Link.NO_LINK)
    assert said(enrol(account, 5)) == ("granted", "enrolled", "provisional", "api_no_link")
    assert [p.details.first_name for p in account.rig.store.people()] == ["New"]


def test_an_enrolment_that_the_account_has_taken_is_confirmed_while_the_person_looks(
    make: Callable[..., Account],
) -> None:
    account = make(Mode.ENROLL)
    account.station.start()
    assert account.connected_as(Link.ONLINE)
    assert said(enrol(account, 5)) == ("granted", "enrolled", "confirmed", None)
    (person,) = account.rig.store.people()
    assert person.remote_id in account.held.held
    assert wait_until(lambda: account.rig.events("sync")[-1]["sent"] == 1)
    assert account.rig.events("sync")[-1]["pending"] == 0


@pytest.mark.parametrize(
    ("fault", "truth", "reason"),
    [
        (LOST_REPLY, "sent_no_reply", "api_reply_lost"),
        (Fault("before", Code.API_BAD_REQUEST, "bad"), "refused", "api_bad_request"),
        (Fault("before", Code.API_NO_CREDITS), "provisional", "api_no_credits"),
    ],
)
def test_an_enrolment_says_how_far_it_came(make: Callable[..., Account], fault: Fault, truth: str, reason: str) -> None:
    account = make(Mode.ENROLL)
    account.held.plan = lambda call: fault if call == "create_person" else None
    account.station.start()
    assert account.connected_as(Link.ONLINE)
    assert said(enrol(account, 5)) == ("granted", "enrolled", truth, reason)
    if truth == "refused":
        assert wait_until(lambda: account.rig.snapshots[-1].buried == 1)
    else:
        assert wait_until(lambda: account.rig.snapshots[-1].pending == 1)


def test_a_login_without_the_account_is_sent_when_it_is_back(account: Account) -> None:
    account.gateway.says = ApiError(Code.API_SERVER_ERROR)
    account.know(7)
    account.station.start()
    assert said(account.visit(7)) == ("granted", "recognised", "provisional", "api_server_error")
    assert wait_until(lambda: account.rig.events("sync")[-1]["sent"] == 1)
    assert wait_until(lambda: account.rig.store.validations()[0].truth is Truth.CONFIRMED)


def test_offline_by_choice_touches_nothing_and_keeps_what_is_to_be_sent(tmp_path: Path) -> None:
    parts = AccountParts(
        connect=None,
        encode=lambda pixels: JPEG,
        deadline_s=DEADLINE_S,
        outbox=lambda store: rig.store.outbox,
    )
    rig = Rig(tmp_path, account=parts)
    try:
        rig.enrol(7)
        rig.station.start()
        rig.camera.tell("show", 7, 255, 1)
        assert wait_until(lambda: rig.door.opened == 1)
        rig.camera.tell("show", 0, 255, 1)
        assert rig.events("result")[0]["truth"] == "provisional"
        assert wait_until(lambda: rig.snapshots[-1].pending == 1)
        assert rig.snapshots[-1].link is Link.OFFLINE
        assert rig.events("sync") == []
    finally:
        rig.station.stop()


def test_a_disk_that_is_nearly_full_stops_enrolments_and_says_so(tmp_path: Path) -> None:
    rig = Rig(tmp_path, Mode.ENROLL, free_disk_mb=50.0)
    try:
        rig.station.start()
        assert wait_until(lambda: rig.snapshots[-1].limit_reached and rig.snapshots[-1].screen is Screen.ATTRACT)
        rig.station.begin_enrolment()
        assert wait_until(lambda: ("denied", "disk_nearly_full") in rig.results())
    finally:
        rig.station.stop()


def test_an_operator_decides_on_what_was_refused(make: Callable[..., Account]) -> None:
    account = make(Mode.ENROLL)
    rig = account.rig
    refusal = Fault("before", Code.API_BAD_REQUEST, "missing email")
    account.held.plan = lambda call: refusal if call == "create_person" else None
    account.station.start()
    assert account.connected_as(Link.ONLINE)
    enrol(account, 5)
    assert wait_until(lambda: rig.snapshots[-1].buried == 1 and rig.snapshots[-1].screen is Screen.ATTRACT)
    account.station.open_office()
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.OPERATOR)
    shown = answer(account.station, ReadQueue())
    assert isinstance(shown, QueueShown)
    assert shown.queue is not None
    (row,) = shown.queue.rows
    assert (row.action, row.code, row.word) == ("create_person", "api_bad_request", "missing email")
    account.held.plan = lambda call: None
    answer(account.station, RetryRow(row.id))
    answer(account.station, RetryRow(row.id))
    assert wait_until(lambda: rig.store.people()[0].truth is Truth.CONFIRMED)
    account.station.close_office()
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)
    assert rig.events("fault") == []


def test_nobody_opens_the_queue_at_a_door(account: Account) -> None:
    account.station.start()
    assert account.connected_as(Link.ONLINE)
    assert answer(account.station, ReadQueue()) is Code.NOT_ALLOWED
    account.gateway.says = yes("remote-9", "Only There")
    assert account.visit(9)["outcome"] == "granted"


def test_the_queue_page_says_whom_the_account_has_no_more_and_how_far_the_clocks_are_apart(
    make: Callable[..., Account],
) -> None:
    account = make(Mode.ENROLL)
    store = account.rig._open()
    store.replica.save_cursor(KEPT, "12")
    store.close()
    account.offset_s = -61.0
    account.station.start()
    assert account.connected_as(Link.ONLINE)
    account.station.open_office()
    assert wait_until(lambda: account.rig.snapshots[-1].screen is Screen.OPERATOR)
    shown = answer(account.station, ReadQueue())
    assert isinstance(shown, QueueShown)
    assert shown.queue is not None
    assert (shown.queue.gone, shown.queue.drift_s, shown.queue.conflicts) == (12, -61.0, 0)
