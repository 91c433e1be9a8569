"""Operators on a real database: PINs, locks that survive, the audit without names."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.errors import Code, StoreError
from kiosk.domain.operators import OperatorId, PinAnswer, Role
from kiosk.store.sqlite import SqliteStore

PIN = "493817"


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 3, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def mono_ms(self) -> float:
        return 0.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[SqliteStore]:
    opened = SqliteStore.open(tmp_path / "station.db", clock=clock)
    yield opened
    opened.close()


def test_the_right_pin_lets_in_and_a_wrong_one_does_not(store: SqliteStore) -> None:
    ana = store.operators.add(name="Ana Rojas", role=Role.SUPERVISOR, pin=PIN, by="test")
    assert store.operators.sign_in(ana.id, PIN).operator == ana
    wrong = store.operators.sign_in(ana.id, "493818")
    assert (wrong.answer, wrong.operator, wrong.tries_left) == (PinAnswer.WRONG, None, 4)
    assert store.operators.sign_in(ana.id, f" {PIN} ").answer is PinAnswer.RIGHT
    assert store.operators.sign_in(ana.id, "1").tries_left == 4, "the right PIN forgets the wrong ones"


def test_nobody_unknown_or_disabled_gets_in(store: SqliteStore) -> None:
    store.operators.add(name="Ana", role=Role.SUPERVISOR, pin=PIN, by="test")
    luis = store.operators.add(name="Luis", role=Role.OPERATOR, pin=PIN, by="test")
    assert store.operators.disable(luis.id, by="test").disabled
    assert store.operators.sign_in(luis.id, PIN).answer is PinAnswer.WRONG
    assert store.operators.sign_in(OperatorId("nobody"), PIN).answer is PinAnswer.WRONG


def test_five_wrong_pins_lock_and_the_lock_survives_a_restart(store: SqliteStore, clock: Clock) -> None:
    ana = store.operators.add(name="Ana", role=Role.SUPERVISOR, pin=PIN, by="test")
    answers = [store.operators.sign_in(ana.id, "000001").answer for _ in range(5)]
    assert answers == [PinAnswer.WRONG] * 4 + [PinAnswer.LOCKED]
    again = SqliteStore.open(store.path, clock=clock)
    try:
        locked = again.operators.sign_in(ana.id, PIN)
        assert (locked.answer, locked.locked_s) == (PinAnswer.LOCKED, 300.0)
        clock.at += timedelta(minutes=5, seconds=1)
        assert again.operators.sign_in(ana.id, PIN).answer is PinAnswer.RIGHT
    finally:
        again.close()


def test_guesses_at_the_same_time_are_each_counted(store: SqliteStore) -> None:
    ana = store.operators.add(name="Ana", role=Role.SUPERVISOR, pin=PIN, by="test")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda number: store.operators.sign_in(ana.id, f"00000{number}"), range(8)))
    assert all(each.operator is None for each in answers)
    refused = [line for line in store.audit() if line.action == "operator_refused"]
    assert len(refused) == 5, "the lock falls at the fifth, however they come"


def test_the_last_supervisor_stays(store: SqliteStore) -> None:
    ana = store.operators.add(name="Ana", role=Role.SUPERVISOR, pin=PIN, by="test")
    store.operators.add(name="Luis", role=Role.OPERATOR, pin=PIN, by="test")
    with pytest.raises(StoreError) as refused:
        store.operators.disable(ana.id, by="test")
    assert refused.value.code is Code.LAST_SUPERVISOR
    store.operators.add(name="Eva", role=Role.SUPERVISOR, pin=PIN, by="test")
    assert store.operators.disable(ana.id, by="test").disabled


def test_what_cannot_be_is_refused_by_name(store: SqliteStore) -> None:
    store.operators.add(name="Ana", role=Role.SUPERVISOR, pin=PIN, by="test")
    for name, pin, code in (
        ("", PIN, Code.OPERATOR_NAME_INVALID),
        ("ANA", PIN, Code.OPERATOR_NAME_TAKEN),
        ("Luis", "123456", Code.PIN_UNFIT),
    ):
        with pytest.raises(StoreError) as refused:
            store.operators.add(name=name, role=Role.OPERATOR, pin=pin, by="test")
        assert refused.value.code is code
    with pytest.raises(StoreError) as unknown:
        store.operators.set_pin(OperatorId("nobody"), PIN, by="test")
    assert unknown.value.code is Code.OPERATOR_UNKNOWN


def test_a_new_pin_undoes_a_lock_and_ends_the_old_one(store: SqliteStore) -> None:
    ana = store.operators.add(name="Ana", role=Role.SUPERVISOR, pin=PIN, by="test")
    for _ in range(5):
        store.operators.sign_in(ana.id, "000001")
    store.operators.set_pin(ana.id, "correct horse", by="test")
    assert store.operators.sign_in(ana.id, PIN).answer is PinAnswer.WRONG
    assert store.operators.sign_in(ana.id, "correct horse").answer is PinAnswer.RIGHT


def test_the_audit_knows_ids_and_neither_names_nor_pins(store: SqliteStore) -> None:
    ana = store.operators.add(name="Ana Rojas", role=Role.SUPERVISOR, pin=PIN, by="test")
    store.operators.sign_in(ana.id, PIN)
    store.operators.signed_out(ana.id, "button")
    lines = store.audit()
    assert [line.action for line in lines] == ["operator_added", "operator_signed_in", "operator_signed_out"]
    assert {line.subject for line in lines} == {ana.id}
    assert not any("Ana" in f"{line.subject} {line.detail}" or PIN in line.detail for line in lines)
    assert PIN.encode() not in store.path.read_bytes()
