"""The worker over a real store and a model of the account."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support.fake_account import LOST_REPLY, FakeAccount, Fault
from support.syncing import Station, station

from kiosk.domain.errors import Code, StoreError
from kiosk.domain.outbox import RowState
from kiosk.domain.person import Truth
from kiosk.domain.remote import RemotePerson
from kiosk.sync.push import Settled
from kiosk.sync.worker import Did


def once(fault: Fault, call: str) -> FakeAccount:
    """The first call of this name fails."""
    left = [fault]
    return FakeAccount(plan=lambda name: left.pop() if name == call and left else None)


def marks(account: FakeAccount) -> list[str]:
    return sorted(person.mark for person in account.held.values())


def test_an_enrolment_is_confirmed_with_the_accounts_id(tmp_path: Path) -> None:
    with station(tmp_path) as desk:
        desk.enrol("ana")
        assert desk.person("ana").truth is Truth.PROVISIONAL
        desk.steps()
        assert (desk.person("ana").truth, desk.person("ana").remote_id) == (Truth.CONFIRMED, "remote-1")
        assert desk.worker.sent == 1
        assert desk.store.outbox.backlog().pending == 0


def test_a_lost_reply_is_looked_up_and_nothing_is_sent_twice(tmp_path: Path) -> None:
    with station(tmp_path, once(LOST_REPLY, "create_person")) as desk:
        desk.enrol("ana")
        desk.steps()
        assert desk.person("ana").truth is Truth.SENT_NO_REPLY
        desk.settle()
        assert marks(desk.account) == ["ana"]
        assert desk.account.calls["create_person"] == 1
        assert desk.person("ana").truth is Truth.CONFIRMED


def test_a_request_that_never_arrived_is_sent_again(tmp_path: Path) -> None:
    lost = once(Fault("before", Code.API_REPLY_LOST), "create_person")
    with station(tmp_path, lost) as desk:
        desk.enrol("ana")
        desk.settle()
        assert marks(desk.account) == ["ana"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_between_begin_and_answer(tmp_path: Path, when: str) -> None:
    with station(tmp_path) as desk:
        person = desk.enrol("ana")
        row = desk.store.outbox.due(limit=1)[0]
        assert desk.store.outbox.begin(row.id) is not None
        if when == "after":
            desk.account.create_person(desk.store.person(person), mark=person, within_s=1.0)
        desk.crash()
        assert desk.person("ana").truth is Truth.SENT_NO_REPLY
        desk.settle()
        assert marks(desk.account) == ["ana"]


def test_a_look_that_fails_leaves_the_doubt(tmp_path: Path) -> None:
    def plan(name: str) -> Fault | None:
        return {"create_person": LOST_REPLY, "find_person": Fault("before", Code.API_FORBIDDEN)}.get(name)

    with station(tmp_path, FakeAccount(plan=plan)) as desk:
        desk.enrol("ana")
        desk.steps()
        desk.clock.forward(60)
        steps = desk.steps()
        assert [step.sent.settled for step in steps if step.sent] == [Settled.DOUBTED]
        assert desk.account.calls["create_person"] == 1
        desk.settle()
        assert marks(desk.account) == ["ana"]


@pytest.mark.parametrize(
    "code", [Code.API_NO_LINK, Code.API_DNS, Code.API_TLS, Code.API_PROXY, Code.API_UNAUTHORIZED, Code.API_NO_CREDITS]
)
def test_a_link_that_is_down_is_not_hammered(tmp_path: Path, code: Code) -> None:
    with station(tmp_path, FakeAccount(plan=lambda _: Fault("before", code))) as desk:
        for name in ("ana", "ben", "cem"):
            desk.enrol(name)
        assert desk.steps()[-1].did is Did.HALTED
        assert desk.account.calls.total() == 1
        desk.steps()
        assert desk.account.calls.total() == 1
        assert desk.store.outbox.backlog().pending == 3
        desk.settle()
        assert marks(desk.account) == ["ana", "ben", "cem"]


def test_the_server_says_how_long(tmp_path: Path) -> None:
    busy = once(Fault("before", Code.API_THROTTLED, retry_after_s=120.0), "create_person")
    with station(tmp_path, busy) as desk:
        desk.enrol("ana")
        halted = desk.steps()[-1]
        assert (halted.did, halted.wait_s) == (Did.HALTED, 120.0)
        desk.clock.forward(119)
        assert desk.steps()[-1].did is Did.HALTED
        desk.clock.forward(2)
        desk.steps()
        assert marks(desk.account) == ["ana"]


def test_one_bad_row_never_blocks_the_rest(tmp_path: Path) -> None:
    refused = once(Fault("before", Code.API_BAD_REQUEST, token="missing_name"), "create_person")
    with station(tmp_path, refused) as desk:
        desk.enrol("ana")
        desk.enrol("ben")
        desk.store.update(replace(desk.person("ana"), details=replace(desk.person("ana").details, phone="")))
        desk.steps()
        assert marks(desk.account) == ["ben"]
        buried = desk.store.outbox.buried()
        assert [(row.subject, row.code, row.reason) for row in buried] == [("ana", "api_bad_request", "missing_name")]
        assert desk.person("ana").truth is Truth.REFUSED
        desk.store.outbox.retry(buried[0].id, reason="corrected")
        desk.settle()
        assert marks(desk.account) == ["ana", "ben"]


def test_a_server_in_trouble_halts_after_three(tmp_path: Path) -> None:
    with station(tmp_path, FakeAccount(plan=lambda _: Fault("before", Code.API_SERVER_ERROR))) as desk:
        for number in range(8):
            desk.enrol(f"p{number}")
        assert desk.steps()[-1].did is Did.HALTED
        assert desk.account.calls.total() == 3
        desk.settle()
        assert len(desk.account.held) == 8


def test_deleted_before_it_left_is_never_sent(tmp_path: Path) -> None:
    with station(tmp_path) as desk:
        desk.store.delete(desk.enrol("ana"))
        desk.settle()
        assert desk.account.calls.total() == 0


def test_deleted_while_its_creation_is_in_doubt_is_deleted_there_too(tmp_path: Path) -> None:
    with station(tmp_path, once(LOST_REPLY, "create_person")) as desk:
        ana = desk.enrol("ana")
        desk.steps()
        assert marks(desk.account) == ["ana"]
        desk.store.delete(ana)
        desk.settle()
        assert not desk.account.held
        assert desk.store.deletions()[0].complete


def test_deleted_while_it_is_being_sent_is_deleted_there_too(tmp_path: Path) -> None:
    with station(tmp_path) as desk:
        ana = desk.enrol("ana")
        row = desk.store.outbox.due(limit=1)[0]
        cargo = desk.store.outbox.cargo(row.id)
        assert cargo is not None
        assert cargo.person is not None
        desk.store.outbox.begin(row.id)
        answer = desk.account.create_person(cargo.person, mark=ana, within_s=1.0)
        desk.store.delete(ana)
        desk.store.outbox.confirm(row.id, answer)
        desk.settle()
        assert not desk.account.held


@pytest.mark.parametrize("call", ["delete_person", "find_person"])
def test_a_404_that_is_not_about_the_person_deletes_nobody(tmp_path: Path, call: str) -> None:
    with station(tmp_path, once(LOST_REPLY, "create_person") if call == "find_person" else None) as desk:
        ana = desk.enrol("ana")
        desk.steps()
        desk.account.plan = lambda name: Fault("before", Code.API_NOT_FOUND) if name == call else None
        desk.store.delete(ana)
        desk.clock.forward(60)
        desk.worker.link_back()
        desk.steps()
        assert marks(desk.account) == ["ana"]
        assert [part.outcome for part in desk.store.deletions()[0].touched if part.kind == "remote"] == ["pending"]
        assert not desk.store.outbox.buried()
        desk.settle()
        assert not desk.account.held
        assert desk.store.deletions()[0].complete


def test_a_login_is_sent_once_and_its_picture_is_gone_afterwards(tmp_path: Path) -> None:
    with station(tmp_path, once(LOST_REPLY, "send_validation")) as desk:
        desk.login("v1", None)
        desk.settle()
        assert [mark for mark, _ in desk.account.validations] == ["v1-mark"]
        assert desk.store.validations()[0].truth is Truth.CONFIRMED


def test_a_login_waits_for_the_person_it_is_about(tmp_path: Path) -> None:
    order: list[str] = []

    def note(name: str) -> None:
        order.append(name)

    with station(tmp_path, FakeAccount(plan=note)) as desk:
        ana = desk.enrol("ana")
        desk.login("v1", ana)
        desk.steps()
        assert order == ["create_person", "send_validation"]


def test_disk_trouble_settles_nothing(tmp_path: Path) -> None:
    with station(tmp_path) as desk:
        desk.enrol("ana")
        desk.store.close()
        with pytest.raises(StoreError):
            desk.worker.step()
        desk.start()
        desk.settle()
        assert marks(desk.account) == ["ana"]


# ----------------------------------------------------------------------------------- the account's people


def remote(desk: Station, number: int, name: str) -> None:
    details = replace(desk.person("ana").details, first_name=name, document_number=name)
    desk.account.held[f"remote-{number}"] = RemotePerson(
        remote_id=f"remote-{number}", details=details, image=b"\xff\xd8x"
    )


def test_pull_brings_people_page_by_page_and_goes_on_after_a_crash(tmp_path: Path) -> None:
    with station(tmp_path, pulls=True) as desk:
        desk.enrol("ana")
        for number in range(50, 57):
            remote(desk, number, f"r{number}")
        while desk.worker.step().did is not Did.PULLED:
            pass
        desk.crash()
        desk.steps()
        assert len(desk.store.people()) == 8
        assert desk.account.calls["people"] == 4
        assert sum(1 for row in desk.store.people() if row.truth is Truth.CONFIRMED) == 8


def test_who_is_gone_at_the_account_leaves_and_who_shifted_stays(tmp_path: Path) -> None:
    with station(tmp_path, pulls=True) as desk:
        desk.enrol("ana")
        for number in range(50, 55):
            remote(desk, number, f"r{number}")
        desk.steps()
        del desk.account.held["remote-51"]
        desk.worker.pull_now()
        desk.steps()
        assert sorted(person.remote_id for person in desk.store.people()) == sorted(desk.account.held)


@pytest.mark.expects_log
def test_an_account_that_knows_nobody_any_more_empties_nothing(tmp_path: Path) -> None:
    with station(tmp_path, pulls=True) as desk:
        desk.enrol("ana")
        for number in range(50, 90):
            remote(desk, number, f"r{number}")
        desk.steps()
        desk.account.held.clear()
        desk.worker.pull_now()
        desk.steps()
        assert len(desk.store.people()) == 41


def test_pulled_people_who_wait_to_be_deleted_do_not_come_back(tmp_path: Path) -> None:
    with station(tmp_path, pulls=True) as desk:
        ana = desk.enrol("ana")
        desk.steps()
        desk.account.plan = lambda name: Fault("before") if name == "delete_person" else None
        desk.store.delete(ana)
        desk.worker.pull_now()
        desk.steps()
        desk.worker.link_back()
        desk.steps()
        assert not desk.store.people()
        desk.settle()
        assert not desk.account.held


def test_rows_in_flight_are_marked_before_the_request_leaves(tmp_path: Path) -> None:
    seen: list[str] = []
    with station(tmp_path) as desk:
        desk.enrol("ana")

        def look(name: str) -> None:
            with desk.store._ledger.reading() as database:
                seen.extend(row["state"] for row in database.query("SELECT state FROM outbox"))

        desk.account.plan = look
        desk.steps()
    assert seen == [RowState.SENDING]
