"""The next row is begun with the settling of the one before it: nothing is lost by that, nothing is sent that was taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from support.fake_account import FakeAccount
from support.syncing import Station, station

from kiosk.domain.errors import Code, StoreError
from kiosk.domain.outbox import OutboxRow, RowState
from kiosk.domain.person import Truth
from kiosk.domain.remote import RemotePerson, RemoteValidation


def states(desk: Station) -> dict[str, str]:
    with desk.store._ledger.reading() as database:
        return {row["id"]: row["state"] for row in database.query("SELECT id, state FROM outbox ORDER BY seq")}


@contextmanager
def two(folder: Path) -> Iterator[Station]:
    """The first of two people is at the account, the second is begun ahead."""
    with station(folder) as desk:
        desk.enrol("ana")
        desk.enrol("ben")
        desk.worker.step()
        assert states(desk) == {"ben": RowState.SENDING}
        yield desk


def names(account: FakeAccount) -> list[str]:
    return sorted(person.details.first_name for person in account.held.values())


def test_killed_with_a_row_begun_ahead_it_is_looked_up_and_sent_once(tmp_path: Path) -> None:
    with two(tmp_path) as desk:
        desk.crash()
        assert desk.person("ben").truth is Truth.SENT_NO_REPLY
        desk.settle()
        assert names(desk.account) == ["ana", "ben"]
        assert desk.account.calls["create_person"] == 2


def test_at_rest_it_waits_again_and_nobody_doubts_it(tmp_path: Path) -> None:
    with two(tmp_path) as desk:
        desk.worker.rest()
        assert states(desk) == {"ben": RowState.PENDING}
        assert desk.person("ben").truth is Truth.PROVISIONAL
        desk.crash()
        desk.settle()
        assert names(desk.account) == ["ana", "ben"]
        assert desk.account.calls["find_person"] == 0


def test_deleted_after_it_was_begun_ahead_it_is_never_sent(tmp_path: Path) -> None:
    with two(tmp_path) as desk:
        desk.store.delete(desk.person("ben").id)
        desk.steps()
        assert names(desk.account) == ["ana"]
        assert states(desk) == {}
        assert all(each.complete for each in desk.store.deletions())


def test_edited_after_it_was_begun_ahead_the_account_learns_the_edit(tmp_path: Path) -> None:
    with two(tmp_path) as desk:
        ben = desk.person("ben")
        desk.store.update(replace(ben, details=replace(ben.details, first_name="Benedikt")))
        desk.steps()
        assert names(desk.account) == ["Benedikt", "ana"]
        assert desk.person("ben").truth is Truth.CONFIRMED


@pytest.mark.parametrize("created", [True, False])
def test_an_edit_between_the_look_at_the_queue_and_the_sending_is_not_lost(tmp_path: Path, created: bool) -> None:
    with station(tmp_path) as desk:
        ana = desk.enrol("ana")
        if not created:
            desk.steps()
            desk.store.update(replace(desk.person(ana), details=replace(desk.person(ana).details, phone="+1")))
        begin = desk.store.outbox.begin

        def edited_meanwhile(row: str) -> OutboxRow | None:
            person = desk.person(ana)
            desk.store.update(replace(person, details=replace(person.details, first_name="Anna")))
            return begin(row)

        desk.store.outbox.begin = edited_meanwhile  # type: ignore[method-assign]
        desk.worker.step()
        desk.store.outbox.begin = begin  # type: ignore[method-assign]
        desk.steps()
        assert names(desk.account) == ["Anna"]


def test_a_disk_that_fails_after_the_answer_leaves_a_doubt_and_not_a_row_that_nobody_sends(tmp_path: Path) -> None:
    with station(tmp_path) as desk:
        desk.enrol("ana")
        confirm = desk.store.outbox.confirm

        def full(row: str, answer: RemotePerson | RemoteValidation | None, *, then: str = "") -> OutboxRow | None:
            raise StoreError(Code.STORE_FULL)

        desk.store.outbox.confirm = full  # type: ignore[method-assign]
        with pytest.raises(StoreError):
            desk.worker.step()
        desk.store.outbox.confirm = confirm  # type: ignore[method-assign]
        assert states(desk) == {"ana": RowState.SENDING}
        desk.settle()
        assert names(desk.account) == ["ana"]
        assert desk.account.calls["create_person"] == 1
        assert desk.person("ana").truth is Truth.CONFIRMED
