"""Passes in the real database: who is let in, what is counted, what stays after a restart and after a deletion."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.records import HandClock, enrolment, opened

from kiosk.domain.errors import Code, InvariantBroken, StoreError
from kiosk.domain.passes import FIRST_LOCK_S, TRIES, PassAnswer, new_code, new_number
from kiosk.domain.person import PersonId
from kiosk.store.sqlite import SqliteStore

P1 = PersonId("p1")
PIN = "7294"
WRONG = "7295"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def store(tmp_path: Path, clock: HandClock) -> Iterator[SqliteStore]:
    with opened(tmp_path / "station.db", clock=clock) as store:
        store.enrol(enrolment())
        yield store


def actions(store: SqliteStore) -> list[tuple[str, str, str]]:
    return [(line.action, line.subject, line.detail) for line in store.audit() if line.action.startswith("pass_")]


def test_number_and_pin_prove_the_person(store: SqliteStore) -> None:
    given = store.passes.issue(P1, PIN)
    assert store.passes.check_pin(given.number, PIN).person == P1
    assert store.passes.check_pin(f"{given.number[:4]} {given.number[4:]}", PIN).person == P1
    assert store.passes.number_of(P1) == given.number
    assert actions(store) == [
        ("pass_issued", "p1", "pin qr"),
        ("pass_used", "p1", "pin"),
        ("pass_used", "p1", "pin"),
    ]


def test_code_proves_the_person(store: SqliteStore) -> None:
    given = store.passes.issue(P1, None)
    assert store.passes.check_code(given.code).person == P1
    assert store.passes.check_code(new_code()).person is None
    assert not store.passes.check_code("WIFI:S:guests;;").accepted
    assert actions(store)[1:] == [
        ("pass_used", "p1", "qr"),
        ("pass_refused", "", "qr wrong"),
        ("pass_refused", "", "qr wrong"),
    ]


def test_a_pass_without_a_pin_opens_to_no_pin(store: SqliteStore) -> None:
    given = store.passes.issue(P1, None)
    for pin in ("", PIN, "0000"):
        assert not store.passes.check_pin(given.number, pin).accepted


def test_unknown_wrong_and_locked_are_one_answer(store: SqliteStore) -> None:
    given = store.passes.issue(P1, PIN)
    unknown = next(number for number in iter(new_number, "") if number != given.number)
    wrong = store.passes.check_pin(given.number, WRONG)
    assert wrong == store.passes.check_pin(unknown, PIN) == store.passes.check_pin("nonsense", PIN)
    for _ in range(TRIES):
        store.passes.check_pin(given.number, WRONG)
    assert store.passes.check_pin(given.number, PIN) == wrong
    assert ("pass_refused", "p1", "pin locked") in actions(store)


def test_the_lock_survives_a_restart_and_ends(tmp_path: Path, clock: HandClock) -> None:
    with opened(tmp_path / "station.db", clock=clock) as store:
        store.enrol(enrolment())
        given = store.passes.issue(P1, PIN)
        for _ in range(TRIES):
            assert not store.passes.check_pin(given.number, WRONG).accepted
    clock.forward(FIRST_LOCK_S - 1)
    with opened(tmp_path / "station.db", clock=clock) as store:
        assert not store.passes.check_pin(given.number, PIN).accepted
        assert store.passes.check_code(given.code).accepted, "a locked PIN leaves the code"
        clock.forward(2)
        assert store.passes.check_pin(given.number, PIN).accepted
        for _ in range(TRIES - 1):
            store.passes.check_pin(given.number, WRONG)
        assert store.passes.check_pin(given.number, PIN).accepted, "a right one begins the count anew"


def test_a_second_lock_is_longer(store: SqliteStore, clock: HandClock) -> None:
    given = store.passes.issue(P1, PIN)
    for _ in range(TRIES):
        store.passes.check_pin(given.number, WRONG)
    clock.forward(FIRST_LOCK_S + 1)
    assert not store.passes.check_pin(given.number, WRONG).accepted
    clock.forward(FIRST_LOCK_S + 1)
    assert not store.passes.check_pin(given.number, PIN).accepted


def test_another_pass_voids_the_first(store: SqliteStore) -> None:
    first = store.passes.issue(P1, PIN)
    second = store.passes.issue(P1, "8305")
    assert not store.passes.check_code(first.code).accepted
    assert not store.passes.check_pin(first.number, PIN).accepted
    assert store.passes.check_pin(second.number, "8305").accepted


def test_renewing_voids_the_code_and_lifts_the_lock(store: SqliteStore) -> None:
    first = store.passes.issue(P1, PIN)
    for _ in range(TRIES):
        store.passes.check_pin(first.number, WRONG)
    second = store.passes.renew(P1)
    assert second.number == first.number
    assert not store.passes.check_code(first.code).accepted
    assert store.passes.check_code(second.code).accepted
    assert store.passes.check_pin(first.number, PIN).accepted


def test_revoking_takes_it_away(store: SqliteStore) -> None:
    given = store.passes.issue(P1, PIN)
    assert store.passes.revoke(P1)
    assert not store.passes.revoke(P1)
    assert store.passes.number_of(P1) is None
    assert not store.passes.check_pin(given.number, PIN).accepted
    assert not store.passes.check_code(given.code).accepted


def test_who_is_deleted_has_no_pass(store: SqliteStore) -> None:
    given = store.passes.issue(P1, PIN)
    certificate = store.delete(P1)
    assert ("table", "passes", "deleted", 1) in [(t.kind, t.name, t.outcome, t.count) for t in certificate.touched]
    assert not store.passes.check_code(given.code).accepted
    assert not store.passes.check_pin(given.number, PIN).accepted


def test_who_takes_the_face_back_keeps_the_pass(store: SqliteStore) -> None:
    given = store.passes.issue(P1, PIN)
    store.withdraw_consent(P1)
    assert store.passes.check_pin(given.number, PIN).person == P1


def test_neither_pin_nor_code_is_kept(store: SqliteStore, tmp_path: Path) -> None:
    given = store.passes.issue(P1, PIN)
    with store._connections.reading() as database:
        row = database.conn.execute("SELECT * FROM passes").fetchone()
        lines = database.conn.execute("SELECT detail, subject FROM audit").fetchall()
    words = " ".join(map(str, (*row, *lines)))
    assert PIN not in words.replace(given.number, "").replace(str(row[2]), "")
    assert "$argon2id$" in words
    assert given.code not in words
    assert given.code.split(":")[1] not in words


def test_nobody_gets_a_pass_that_is_no_good(store: SqliteStore) -> None:
    with pytest.raises(StoreError) as unknown:
        store.passes.issue(PersonId("nobody"), PIN)
    assert unknown.value.code is Code.PERSON_UNKNOWN
    with pytest.raises(InvariantBroken):
        store.passes.issue(P1, "1234")
    with pytest.raises(StoreError):
        store.passes.renew(P1)


def test_a_sent_code_is_for_whoever_has_the_number_and_proves_nothing(store: SqliteStore) -> None:
    given = store.passes.issue(P1, PIN)
    assert store.passes.whose(given.number).person == P1
    assert store.passes.whose(new_number()).person is None
    assert store.passes.whose("nonsense").person is None
    assert [(action, subject) for action, subject, _ in audit_of(store, "code_asked")] == [
        ("code_asked", "p1"),
        ("code_asked", ""),
        ("code_asked", ""),
    ]


def test_wrong_sent_codes_lock_the_pass_and_a_right_one_begins_anew(store: SqliteStore, clock: HandClock) -> None:
    given = store.passes.issue(P1, PIN)
    for _ in range(TRIES - 1):
        assert store.passes.begin_sent_code(given.number).person == P1
        assert not store.passes.end_sent_code(PassAnswer()).accepted
    assert store.passes.end_sent_code(store.passes.begin_sent_code(given.number)).person == P1
    for _ in range(TRIES):
        store.passes.begin_sent_code(given.number)
        store.passes.end_sent_code(PassAnswer())
    assert store.passes.begin_sent_code(given.number).person is None
    assert store.passes.whose(given.number).person is None, "nobody is sent a code for a locked pass"
    assert not store.passes.check_pin(given.number, PIN).accepted
    clock.forward(FIRST_LOCK_S + 1)
    assert store.passes.whose(given.number).person == P1
    assert ("pass_refused", "", "code wrong") in actions(store)
    assert ("pass_used", "p1", "code") in actions(store)


def test_a_pass_that_is_taken_away_meanwhile_lets_nobody_in(store: SqliteStore) -> None:
    given = store.passes.issue(P1, PIN)
    answer = store.passes.begin_sent_code(given.number)
    store.passes.revoke(P1)
    assert not store.passes.end_sent_code(answer).accepted


def audit_of(store: SqliteStore, action: str) -> list[tuple[str, str, str]]:
    return [(line.action, line.subject, line.detail) for line in store.audit() if line.action == action]
