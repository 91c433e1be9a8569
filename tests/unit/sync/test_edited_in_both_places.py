"""Edits here and at the account: the account's word counts, ours is kept for review, and what comes late changes nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support.fake_account import LATE, LOST_REPLY, FakeAccount, Fault
from support.syncing import Station, station

from kiosk.domain.errors import Code
from kiosk.domain.outbox import RowState
from kiosk.domain.person import Details, Person, Truth
from kiosk.domain.remote import RemotePerson
from kiosk.sync.push import Settled


def edit(desk: Station, **changes: str) -> None:
    person = desk.person("ana")
    desk.store.update(replace(person, details=replace(person.details, **changes)))


def edit_there(desk: Station, **changes: str) -> None:
    (held,) = desk.account.held.values()
    desk.account.held[held.remote_id] = replace(held, details=replace(held.details, **changes))


def there(desk: Station) -> Details:
    (held,) = desk.account.held.values()
    return held.details


def kept(desk: Station) -> list[dict[str, str]]:
    return [desk.store.replica.kept(conflict.id) for conflict in desk.store.replica.conflicts()]


def fail_once(desk: Station, fault: Fault) -> None:
    left = [fault]
    desk.account.plan = lambda name: left.pop() if name == "update_person" and left else None


@pytest.mark.parametrize(
    "changes", [{"phone": "+57999"}, {"email": "new@example.org"}, {"phone": "+57999", "email": ""}]
)
@pytest.mark.parametrize("pulls", [True, False])
def test_a_change_at_the_account_is_never_written_over(tmp_path: Path, changes: dict[str, str], pulls: bool) -> None:
    with station(tmp_path, pulls=pulls) as desk:
        desk.enrol("ana")
        desk.settle()
        desk.account.plan = lambda _: Fault("before", Code.API_NO_LINK)  # the cable is pulled
        edit(desk, phone="+571")
        edit_there(desk, **changes)
        desk.steps()
        desk.account.plan = lambda _: None
        desk.clock.forward(600)
        desk.worker.link_back()
        steps = desk.steps()
        assert [step.sent.settled for step in steps if step.sent] == [Settled.OVERTAKEN]
        assert there(desk) == desk.person("ana").details
        assert {name: getattr(there(desk), name) for name in changes} == changes
        assert desk.person("ana").truth is Truth.CONFIRMED
        assert kept(desk) == [{"phone": "+571"}]
        assert desk.account.calls["update_person"] == 0
        assert desk.store.outbox.backlog().pending == 0


def test_the_same_change_in_both_places_is_no_conflict(tmp_path: Path) -> None:
    with station(tmp_path) as desk:
        desk.enrol("ana")
        desk.settle()
        edit(desk, phone="+571")
        edit_there(desk, phone="+571")
        desk.settle()
        assert (desk.person("ana").truth, kept(desk)) == (Truth.CONFIRMED, [])


def test_an_edit_after_one_that_gave_way_goes_out(tmp_path: Path) -> None:
    with station(tmp_path) as desk:
        desk.enrol("ana")
        desk.settle()
        edit(desk, phone="+571")
        edit_there(desk, phone="+57999")
        desk.settle()
        edit(desk, phone="+572")
        desk.settle()
        assert (there(desk).phone, desk.person("ana").truth) == ("+572", Truth.CONFIRMED)


def test_a_change_after_a_creation_whose_reply_was_lost_counts(tmp_path: Path) -> None:
    lost = [LOST_REPLY]
    account = FakeAccount(plan=lambda name: lost.pop() if name == "create_person" and lost else None)
    with station(tmp_path, account) as desk:
        desk.enrol("ana")
        desk.steps()
        edit_there(desk, phone="+57999")
        edit(desk, phone="+571")
        desk.settle()
        assert (there(desk).phone, kept(desk)) == ("+57999", [{"phone": "+571"}])
        assert desk.person("ana").details.phone == "+57999"


# ------------------------------------------------------------------------- replies that are lost


def test_an_edit_that_arrives_late_comes_before_the_next(tmp_path: Path) -> None:
    with station(tmp_path) as desk:
        desk.enrol("ana")
        desk.settle()
        edit(desk, phone="+571")
        fail_once(desk, LATE)
        desk.worker.step()
        edit(desk, phone="+572")
        for _ in range(30):
            desk.clock.forward(5)
            desk.worker.link_back()
            desk.steps()
        desk.account.catch_up()
        assert (there(desk).phone, desk.person("ana").details.phone) == ("+572", "+572")
        assert desk.person("ana").truth is Truth.CONFIRMED
        assert kept(desk) == []


@pytest.mark.parametrize("pulls", [True, False])
def test_an_edit_that_had_arrived_is_found_and_not_sent_again(tmp_path: Path, pulls: bool) -> None:
    with station(tmp_path, pulls=pulls) as desk:
        desk.enrol("ana")
        desk.settle()
        edit(desk, phone="+571")
        fail_once(desk, LOST_REPLY)
        desk.worker.step()
        assert desk.person("ana").truth is Truth.SENT_NO_REPLY
        edit(desk, phone="+572")
        desk.worker.pull_now()
        desk.steps()  # what a pull sees meanwhile is nobody's conflict
        desk.settle()
        assert desk.account.calls["update_person"] == 2
        assert (there(desk).phone, desk.person("ana").truth, kept(desk)) == ("+572", Truth.CONFIRMED, [])


class Noting(FakeAccount):
    """What edits said, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.phones: list[str] = []

    def update_person(self, remote_id: str, person: Person, *, known: Details, within_s: float) -> RemotePerson:
        self.phones.append(person.details.phone)
        return super().update_person(remote_id, person, known=known, within_s=within_s)


def test_an_edit_that_never_arrived_is_sent_again_as_it_was(tmp_path: Path) -> None:
    account = Noting()
    with station(tmp_path, account) as desk:
        desk.enrol("ana")
        desk.settle()
        edit(desk, phone="+571")
        (row,) = desk.store.outbox.due(limit=1)
        desk.store.outbox.begin(row.id)
        desk.crash()  # nobody knows whether it left
        edit(desk, phone="+572")
        assert [row.state for row in desk.store.outbox.waiting()] == [RowState.DOUBT, RowState.PENDING]
        desk.settle()
        assert account.phones == ["+571", "+572"]
        assert (there(desk).phone, desk.person("ana").truth) == ("+572", Truth.CONFIRMED)


def test_a_change_at_the_account_while_an_edit_is_in_doubt_counts(tmp_path: Path) -> None:
    with station(tmp_path, pulls=True) as desk:
        desk.enrol("ana")
        desk.settle()
        edit(desk, phone="+571")
        fail_once(desk, LOST_REPLY)
        desk.worker.step()
        edit_there(desk, phone="+57999")
        edit(desk, phone="+572")
        desk.worker.pull_now()
        desk.steps()
        desk.settle()
        desk.worker.pull_now()
        desk.steps()
        assert (there(desk).phone, desk.person("ana").details.phone) == ("+57999", "+57999")
        assert kept(desk) == [{"phone": "+572"}]


def test_somebody_whom_the_account_has_no_more_is_for_review(tmp_path: Path) -> None:
    with station(tmp_path) as desk:
        desk.enrol("ana")
        desk.settle()
        edit(desk, phone="+571")
        desk.account.held.clear()
        desk.settle()
        (row,) = desk.store.outbox.buried()
        assert (row.code, row.reason) == (Code.API_NOT_FOUND, "person_not_found")
        assert desk.person("ana").truth is Truth.REFUSED
