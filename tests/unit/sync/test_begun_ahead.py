"""Rows are begun ahead and acknowledged together: nothing is lost by that, and nothing is sent that was taken back."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from support.fake_account import FakeAccount, Fault
from support.station_parts import wait_until
from support.syncing import Station, station

from kiosk.domain.errors import Code, InvariantBroken, StoreError
from kiosk.domain.outbox import Answered, OutboxRow, RowState
from kiosk.domain.person import Truth


def states(desk: Station) -> dict[str, str]:
    with desk.store._ledger.reading() as database:
        return {row["id"]: row["state"] for row in database.query("SELECT id, state FROM outbox ORDER BY seq")}


@contextmanager
def three(folder: Path) -> Iterator[Station]:
    """Ana and Ben are at the account; that Ben is has not been written yet, and Cem is begun ahead."""
    with station(folder) as desk:
        for name in ("ana", "ben", "cem"):
            desk.enrol(name)
        desk.worker.step()
        desk.worker.step()
        assert names(desk.account) == ["ana", "ben"]
        assert states(desk) == {"ben": RowState.SENDING, "cem": RowState.SENDING}
        yield desk


@contextmanager
def many(folder: Path) -> Iterator[Station]:
    """Forty people; the first batches are at the account, one is half sent, and the clerk has begun the one behind it."""
    with station(folder) as desk:
        for number in range(40):
            desk.enrol(f"p{number:02d}")
        for _ in range(1 + 2 + 4 + 8 + 3):
            desk.worker.step()
        assert len(desk.account.held) == 18
        assert wait_until(lambda: states(desk).get("p34") == RowState.SENDING)
        yield desk


def names(account: FakeAccount) -> list[str]:
    return sorted(person.details.first_name for person in account.held.values())


def test_killed_in_the_midst_everybody_is_looked_up_and_there_once(tmp_path: Path) -> None:
    with three(tmp_path) as desk:
        desk.crash()
        assert {desk.person(name).truth for name in ("ben", "cem")} == {Truth.SENT_NO_REPLY}
        desk.settle()
        assert names(desk.account) == ["ana", "ben", "cem"]
        assert desk.account.calls["create_person"] == 3
        assert {desk.person(name).truth for name in ("ana", "ben", "cem")} == {Truth.CONFIRMED}


def test_at_rest_what_is_known_is_written_and_what_was_not_sent_waits_again(tmp_path: Path) -> None:
    with three(tmp_path) as desk:
        desk.worker.rest()
        assert states(desk) == {"cem": RowState.PENDING}
        assert (desk.person("ben").truth, desk.person("cem").truth) == (Truth.CONFIRMED, Truth.PROVISIONAL)
        assert desk.store.outbox.due(limit=9)[0].tries == 0
        desk.crash()
        desk.settle()
        assert names(desk.account) == ["ana", "ben", "cem"]
        assert desk.account.calls["find_person"] == 0


def test_an_acknowledgement_waits_no_longer_than_a_moment(tmp_path: Path) -> None:
    with three(tmp_path) as desk:
        desk.enrol("dan")
        desk.account.plan = lambda _: desk.clock.forward(1.0)
        desk.worker.step()
        assert states(desk) == {"dan": RowState.PENDING}


def test_the_last_one_is_written_at_once(tmp_path: Path) -> None:
    with station(tmp_path) as desk:
        desk.enrol("ana")
        desk.worker.step()
        assert desk.person("ana").truth is Truth.CONFIRMED


def test_a_link_that_goes_leaves_nobody_begun(tmp_path: Path) -> None:
    with three(tmp_path) as desk:
        for number in range(9):
            desk.enrol(f"p{number}")
        desk.account.plan = lambda _: Fault("before") if len(desk.account.held) == 4 else None
        desk.steps()
        assert set(states(desk).values()) == {RowState.PENDING}
        assert len(desk.account.held) == 4
        desk.settle()
        assert len(desk.account.held) == 12
        assert desk.account.calls["find_person"] == 0


def test_one_bad_row_in_a_batch_settles_itself_alone(tmp_path: Path) -> None:
    with three(tmp_path) as desk:
        desk.account.plan = lambda _: Fault("before", Code.API_BAD_REQUEST) if len(desk.account.held) == 2 else None
        desk.steps()
        assert states(desk) == {"cem": RowState.BURIED}
        assert desk.person("ben").truth is Truth.CONFIRMED


def test_deleted_after_it_was_begun_ahead_it_is_never_sent(tmp_path: Path) -> None:
    with three(tmp_path) as desk:
        desk.store.delete(desk.person("cem").id)
        desk.steps()
        assert names(desk.account) == ["ana", "ben"]
        assert states(desk) == {}
        assert all(each.complete for each in desk.store.deletions())


def test_deleted_before_its_acknowledgement_is_written_it_is_deleted_there_too(tmp_path: Path) -> None:
    with three(tmp_path) as desk:
        desk.store.delete(desk.person("ben").id)
        desk.settle()
        assert names(desk.account) == ["ana", "cem"]
        assert all(each.complete for each in desk.store.deletions())


def test_edited_after_it_was_begun_ahead_the_account_learns_the_edit(tmp_path: Path) -> None:
    with three(tmp_path) as desk:
        for name in ("ben", "cem"):
            person = desk.person(name)
            desk.store.update(replace(person, details=replace(person.details, first_name=name.upper())))
        desk.steps()
        assert names(desk.account) == ["BEN", "CEM", "ana"]
        assert {desk.person(name).truth for name in ("ben", "cem")} == {Truth.CONFIRMED}


@pytest.mark.parametrize("created", [True, False])
def test_an_edit_between_the_look_at_the_queue_and_the_sending_is_not_lost(tmp_path: Path, created: bool) -> None:
    with station(tmp_path) as desk:
        ana = desk.enrol("ana")
        if not created:
            desk.steps()
            desk.store.update(replace(desk.person(ana), details=replace(desk.person(ana).details, phone="+1")))
        settle = desk.store.outbox.settle

        def edited_meanwhile(answers: Sequence[tuple[str, Answered]], *, begin: Sequence[str]) -> Sequence[OutboxRow]:
            person = desk.person(ana)
            desk.store.update(replace(person, details=replace(person.details, first_name="Anna")))
            return settle(answers, begin=begin)

        desk.store.outbox.settle = edited_meanwhile  # type: ignore[method-assign]
        desk.worker.step()
        desk.store.outbox.settle = settle  # type: ignore[method-assign]
        desk.steps()
        assert names(desk.account) == ["Anna"]


def test_a_disk_that_fails_after_the_answer_leaves_a_doubt_and_not_a_row_that_nobody_sends(tmp_path: Path) -> None:
    with three(tmp_path) as desk:
        settle = desk.store.outbox.settle

        def full(answers: Sequence[tuple[str, Answered]], *, begin: Sequence[str]) -> Sequence[OutboxRow]:
            raise StoreError(Code.STORE_FULL)

        desk.store.outbox.settle = full  # type: ignore[method-assign]
        with pytest.raises(StoreError):
            desk.steps()
        desk.store.outbox.settle = settle  # type: ignore[method-assign]
        assert set(states(desk).values()) == {RowState.SENDING}
        desk.settle()
        assert names(desk.account) == ["ana", "ben", "cem"]
        assert desk.account.calls["create_person"] == 3
        assert {desk.person(name).truth for name in ("ben", "cem")} == {Truth.CONFIRMED}


def test_a_row_that_the_disk_never_settles_does_not_keep_the_rest(tmp_path: Path) -> None:
    with station(tmp_path) as desk:
        for name in ("odd", "ana", "ben", "cem"):
            desk.enrol(name)
        outbox = desk.store.outbox
        settle, confirm = outbox.settle, outbox.confirm

        def odd_settle(answers: Sequence[tuple[str, Answered]], *, begin: Sequence[str]) -> Sequence[OutboxRow]:
            if "odd" in dict(answers):
                raise StoreError(Code.STORE_FAILED)
            return settle(answers, begin=begin)

        def odd_confirm(row: str, answer: Answered) -> None:
            if row == "odd":
                raise StoreError(Code.STORE_FAILED)
            confirm(row, answer)

        outbox.settle, outbox.confirm = odd_settle, odd_confirm  # type: ignore[method-assign]
        for _ in range(20):
            desk.clock.forward(60)
            with contextlib.suppress(StoreError):
                desk.steps()
        assert set(states(desk)) == {"odd"}
        assert len(desk.account.held) == 4


def test_a_bug_on_the_way_leaves_a_doubt_and_not_a_row_that_nobody_sends(tmp_path: Path) -> None:
    def broken(_: str) -> None:
        raise InvariantBroken("a bug")

    with three(tmp_path) as desk:
        desk.account.plan = broken
        with pytest.raises(InvariantBroken):
            desk.worker.step()
        desk.settle()
        assert names(desk.account) == ["ana", "ben", "cem"]
        assert desk.store.outbox.backlog().pending == 0


def test_a_long_batch_is_sent_while_the_next_one_is_begun_and_the_last_one_written(tmp_path: Path) -> None:
    with many(tmp_path) as desk:
        found = states(desk)
        assert "p06" not in found, "written by the clerk, with nothing else to do for the sender"
        assert {state for name, state in found.items() if name <= "p30"} == {RowState.SENDING}
        desk.steps()
        assert states(desk) == {}
        assert len(desk.account.held) == 40
        assert desk.account.calls["create_person"] == 40
        assert {person.truth for person in desk.store.people()} == {Truth.CONFIRMED}
        assert desk.store.verify_audit().whole


def test_killed_with_two_batches_begun_everybody_is_there_once(tmp_path: Path) -> None:
    with many(tmp_path) as desk:
        desk.crash()
        desk.settle()
        assert len(desk.account.held) == 40
        assert desk.account.calls["create_person"] == 40


def test_at_rest_no_batch_stays_begun(tmp_path: Path) -> None:
    with many(tmp_path) as desk:
        desk.worker.rest()
        assert set(states(desk).values()) == {RowState.PENDING}
        assert len(states(desk)) == 22
        assert {row.tries for row in desk.store.outbox.due(limit=99)} == {0}


def test_whoever_is_deleted_or_edited_behind_the_clerks_back_is_sent_as_they_are_now(tmp_path: Path) -> None:
    with many(tmp_path) as desk:
        desk.store.delete(desk.person("p20").id)
        person = desk.person("p21")
        desk.store.update(replace(person, details=replace(person.details, first_name="edited")))
        desk.steps()
        found = names(desk.account)
        assert "p20" not in found
        assert "edited" in found
        assert "p21" not in found
        assert desk.account.calls["delete_person"] == 0
        assert all(each.complete for each in desk.store.deletions())


def test_a_link_that_goes_leaves_no_batch_begun(tmp_path: Path) -> None:
    with many(tmp_path) as desk:
        desk.account.plan = lambda _: Fault("before")
        desk.steps()
        assert set(states(desk).values()) == {RowState.PENDING}
        desk.settle()
        assert len(desk.account.held) == 40
        assert desk.account.calls["find_person"] == 0


def test_a_disk_that_refuses_the_clerk_loses_nothing(tmp_path: Path) -> None:
    with station(tmp_path) as desk:
        for number in range(40):
            desk.enrol(f"p{number:02d}")
        outbox, sender = desk.store.outbox, threading.current_thread()
        settle, refused = outbox.settle, list[str]()

        def full(answers: Sequence[tuple[str, Answered]], *, begin: Sequence[str]) -> Sequence[OutboxRow]:
            if threading.current_thread() is not sender and not refused:
                refused.extend(begin)
                raise StoreError(Code.STORE_FULL)
            return settle(answers, begin=begin)

        outbox.settle = full  # type: ignore[method-assign]
        with pytest.raises(StoreError):
            desk.steps()
        assert refused
        desk.settle()
        assert len(desk.account.held) == 40
        assert desk.account.calls["create_person"] == 40
        assert {person.truth for person in desk.store.people()} == {Truth.CONFIRMED}


def test_a_store_that_is_closed_leaves_the_senders_lock_to_others(tmp_path: Path) -> None:
    with station(tmp_path) as desk:
        desk.enrol("ana")
        old = desk.store.outbox
        desk.store.close()
        with pytest.raises(StoreError):
            old.settle((), begin=("ana",))
        desk.start()
        desk.settle()
        assert names(desk.account) == ["ana"]
