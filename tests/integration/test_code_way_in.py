"""A code by e-mail or phone against the sandbox over real HTTP: the port, and a whole station whose visitors come in by it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.fake_gateway import ToldGateway, yes
from support.online import connected
from support.sandbox import Sandbox, running_sandbox
from support.station_parts import wait_until
from support.station_rig import QUICK, Rig

from kiosk.api.connect import Connection
from kiosk.cli.online import Prober
from kiosk.domain.codes import Address, CodeTrouble
from kiosk.domain.errors import ApiError, Code
from kiosk.domain.passes import NUMBER_DIGITS, Way, new_number
from kiosk.domain.person import PersonId, Truth
from kiosk.domain.policy import Policy, SecondFactorUse, Tiers
from kiosk.domain.remote import CodeAnswer
from kiosk.station.code_desk import GRACE_S
from kiosk.station.link_keeper import Reach
from kiosk.station.online import AccountParts
from kiosk.station.snapshot import CodeStep, Entry, Screen
from kiosk.store.sqlite import SqliteStore

MAIL = "ana@example.org"
REMOTE = "remote-1"
EMAIL = Address(email=MAIL, phone="+573001234567")
PHONE = Address(phone="+573001234567")
PATIENT = replace(QUICK, timing=replace(QUICK.timing, granted_ms=400, denied_ms=400))
CALL_S = 30.0
TOLD_AFTER_S = 2.0


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path) as running:
        yield running


@pytest.fixture
def connection(sandbox: Sandbox) -> Iterator[Connection]:
    with connected(sandbox) as made:
        yield made


def other(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def sent(sandbox: Sandbox) -> list[str]:
    return [str(each["to"]) for each in sandbox.client.get("/_sandbox/codes").raise_for_status().json()["data"]]


# the port


@pytest.mark.parametrize("to", [EMAIL, PHONE], ids=["email", "phone"])
def test_a_code_is_sent_and_checked(sandbox: Sandbox, connection: Connection, to: Address) -> None:
    connection.codes.send(to, within_s=CALL_S)
    code = sandbox.code(to.email or to.phone)
    assert connection.codes.check(to, other(code), within_s=CALL_S) is CodeAnswer.WRONG
    assert connection.codes.check(to, code, within_s=CALL_S) is CodeAnswer.RIGHT
    assert connection.codes.check(to, code, within_s=CALL_S) is not CodeAnswer.RIGHT, "once"


def test_another_one_voids_the_first_and_time_voids_all(sandbox: Sandbox, connection: Connection) -> None:
    connection.codes.send(EMAIL, within_s=CALL_S)
    first = sandbox.code(MAIL)
    connection.codes.send(EMAIL, within_s=CALL_S)
    second = sandbox.code(MAIL)
    if first != second:
        assert connection.codes.check(EMAIL, first, within_s=CALL_S) is CodeAnswer.WRONG
    sandbox.set_clock(601)
    assert connection.codes.check(EMAIL, second, within_s=CALL_S) is CodeAnswer.OVER


def test_what_was_never_sent_is_never_right(sandbox: Sandbox, connection: Connection) -> None:
    assert connection.codes.check(EMAIL, "000000", within_s=CALL_S) is CodeAnswer.OVER
    connection.codes.pretend(within_s=CALL_S)
    assert sent(sandbox) == []
    with pytest.raises(ApiError) as caught:
        connection.codes.send(Address(phone="12"), within_s=CALL_S)
    assert caught.value.code is Code.API_BAD_REQUEST


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("lost_reply=1", Code.API_REPLY_LOST),
        ("http500=1", Code.API_SERVER_ERROR),
        ("http402=1", Code.API_NO_CREDITS),
        ("latency=5000", Code.API_TIMEOUT),
    ],
)
def test_no_answer_is_no_yes(sandbox: Sandbox, connection: Connection, fault: str, code: Code) -> None:
    connection.codes.send(EMAIL, within_s=CALL_S)
    right = sandbox.code(MAIL)
    sandbox.set_faults(fault)
    with pytest.raises(ApiError) as caught:
        connection.codes.check(EMAIL, right, within_s=1.0 if code is Code.API_TIMEOUT else CALL_S)
    assert caught.value.code is code


# the station


class CodeRig(Rig):
    """A station with passes and a real account; faces are told."""

    def __init__(self, folder: Path, sandbox: Sandbox, stack: contextlib.ExitStack, policy: Policy) -> None:
        self.gateway = ToldGateway(says=yes(REMOTE))
        connection = stack.enter_context(connected(sandbox))

        def connect() -> Reach:
            return Reach(gateway=self.gateway, prober=Prober(connection), codes=connection.codes)

        parts = AccountParts(connect=connect, encode=lambda pixels: b"\xff\xd8\xff", deadline_s=1.0)
        super().__init__(folder, policy=policy, account=parts, side_door=True)

    def know(self, *, remote: str = REMOTE, email: str = MAIL) -> str:
        """Somebody with a pass; its number."""
        self.enrol(1, "Ana")
        store = SqliteStore.open(self.path, clock=self.clock, outgoing=True)
        person = store.person(PersonId("person-1"))
        store.update(replace(person, remote_id=remote, details=replace(person.details, email=email)))
        number = store.passes.issue(person.id, None).number
        store.close()
        return number

    @property
    def entry(self) -> Entry:
        return self.snapshots[-1].entry or Entry(ways=())

    @property
    def step(self) -> CodeStep:
        return self.entry.code or CodeStep()

    def choose(self) -> None:
        self.station.start()
        assert wait_until(lambda: self.station.ready and self.snapshots[-1].another_way)
        self.station.ask_another_way()
        assert wait_until(lambda: Way.CODE in self.entry.ways), "only once the account has answered"
        self.station.choose_way(Way.CODE)


@pytest.fixture
def make(tmp_path: Path, sandbox: Sandbox) -> Iterator[Callable[..., CodeRig]]:
    with contextlib.ExitStack() as stack:

        def build(policy: Policy = PATIENT) -> CodeRig:
            rig = CodeRig(tmp_path, sandbox, stack, policy)
            stack.callback(rig.station.stop)
            return rig

        yield build


def entries(rig: CodeRig) -> list[Entry]:
    """What this screen showed, one after another, without the clock in it."""
    shown: list[Entry] = []
    for snapshot in rig.snapshots:
        entry = snapshot.entry
        if entry is None:
            continue
        if entry.code is not None:
            entry = replace(entry, code=replace(entry.code, again_ms=None))
        if not shown or shown[-1] != entry:
            shown.append(entry)
    return shown


@pytest.mark.parametrize(("remote", "truth"), [(REMOTE, Truth.CONFIRMED), ("", Truth.LOCAL)])
def test_number_and_code_open_the_door(
    make: Callable[..., CodeRig], sandbox: Sandbox, remote: str, truth: Truth
) -> None:
    rig = make()
    number = rig.know(remote=remote)
    rig.choose()
    rig.station.ask_code(number)
    assert wait_until(lambda: sent(sandbox) == [MAIL])
    assert rig.step.to == ""
    code = sandbox.code(MAIL)
    rig.station.give_code(other(code))
    assert wait_until(lambda: rig.entry.refused is not None)
    assert rig.snapshots[-1].tries_left == 5
    assert rig.door.opened == 0
    rig.station.give_code(code)
    assert wait_until(lambda: rig.door.opened == 1)
    assert rig.results() == [("granted", "pass_accepted")]
    assert rig.events("result")[0]["truth"] == truth
    assert [(v.person, v.truth) for v in rig.store.validations()] == [("person-1", truth)]
    said = [(line.action, line.detail) for line in rig.store.audit() if line.detail.startswith("code")]
    assert said == [("code_asked", "code"), ("pass_refused", "code wrong"), ("pass_used", "code")]


def test_a_number_that_is_nobodys_looks_the_same(
    make: Callable[..., CodeRig], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.station.code_desk.SEND_S", TOLD_AFTER_S)
    rig = make()
    known, nobodys = rig.know(), new_number()
    assert len(nobodys) == NUMBER_DIGITS
    rig.choose()
    shown: list[list[Entry]] = []
    took_ms: list[tuple[float, float]] = []
    for number in (known, nobodys):
        rig.snapshots[:] = rig.snapshots[-1:]
        began = rig.clock.mono_ms()
        rig.station.ask_code(number)
        assert wait_until(lambda: rig.step.asked and rig.step.sending)
        assert wait_until(lambda: not rig.step.sending)
        sent_ms = rig.clock.mono_ms() - began
        began = rig.clock.mono_ms()
        rig.station.give_code("000000" if not sent(sandbox) or sandbox.code(MAIL) != "000000" else "000001")
        assert wait_until(lambda: rig.entry.refused is not None)
        took_ms.append((sent_ms, rig.clock.mono_ms() - began))
        shown.append(entries(rig))
        rig.station.cancel()
        assert wait_until(lambda: rig.snapshots[-1].screen is not Screen.ALTERNATIVE)
        assert wait_until(lambda: rig.snapshots[-1].another_way and rig.snapshots[-1].screen is Screen.ATTRACT)
        rig.station.ask_another_way()
        rig.station.choose_way(Way.CODE)
        assert wait_until(lambda: rig.entry.way is Way.CODE)
    assert shown[0][-4:] == shown[1][-4:]
    assert sent(sandbox) == [MAIL], "nobody else was sent anything"
    assert all(sending >= (TOLD_AFTER_S + GRACE_S) * 1000 for sending, _ in took_ms), (
        "told at its time, not when it is known"
    )
    assert all(checking >= 2000.0 for _, checking in took_ms)


def test_who_is_owed_by_types_no_number_and_sees_where_it_went(make: Callable[..., CodeRig], sandbox: Sandbox) -> None:
    rig = make(replace(PATIENT, tiers=Tiers(second_factor=SecondFactorUse.ALWAYS)))
    rig.know()
    rig.station.start()
    assert wait_until(lambda: rig.station.ready and rig.snapshots[-1].another_way)
    rig.station.ask_another_way()
    assert wait_until(lambda: Way.CODE in rig.entry.ways)
    rig.station.cancel()
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)
    rig.camera.tell("show", 1, 255, 1)
    assert wait_until(lambda: rig.entry.owes)
    rig.station.choose_way(Way.CODE)
    assert wait_until(lambda: rig.step.to == "a•••@e•••.org")
    assert all(MAIL not in repr(each) and each.name == "" for each in rig.snapshots)
    rig.station.give_code(sandbox.code(MAIL))
    assert wait_until(lambda: rig.door.opened == 1)
    assert rig.events("result")[0]["truth"] == "confirmed"
    assert len(rig.store.validations()) == 1


def test_a_link_that_goes_is_said_and_the_other_ways_come_back(make: Callable[..., CodeRig], sandbox: Sandbox) -> None:
    rig = make()
    number = rig.know()
    rig.choose()
    rig.station.ask_code(number)
    assert wait_until(lambda: sent(sandbox) == [MAIL])
    code = sandbox.code(MAIL)
    sandbox.set_faults("http500=1")
    rig.station.give_code(code)
    assert wait_until(lambda: rig.step.trouble is CodeTrouble.UNREACHABLE)
    assert rig.entry.way is None
    assert wait_until(lambda: rig.entry.ways == (Way.PIN, Way.QR, Way.ATTENDANT)), "until the link is back"
    assert rig.snapshots[-1].tries_left is None, "no attempt"
    assert rig.door.opened == 0
