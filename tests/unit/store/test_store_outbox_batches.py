"""Several rows of the outbox at once, and what waits, in order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.records import DETAILS, HandClock, enrolment, opened

from kiosk.domain.errors import StoreError
from kiosk.domain.outbox import RowState
from kiosk.domain.person import PersonId, Truth
from kiosk.domain.remote import RemotePerson, RemoteValidation
from kiosk.store.sqlite import SqliteStore


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def store(tmp_path: Path, clock: HandClock) -> Iterator[SqliteStore]:
    with opened(tmp_path / "station.db", clock=clock, outgoing=True) as store:
        yield store


def remote(person: str) -> RemotePerson:
    return RemotePerson(remote_id=person, details=DETAILS)


def test_what_waits_is_listed_in_order_and_when_the_next_may_go_is_known(store: SqliteStore, clock: HandClock):
    assert (store.outbox.next_s(), list(store.outbox.waiting())) == (None, [])
    for name in ("p1", "p2", "p3"):
        store.enrol(enrolment(name))
    store.outbox.begin("p1")
    store.outbox.delay("p1", seconds=40.0, code="api_no_link")
    assert [row.id for row in store.outbox.waiting()] == ["p1", "p2", "p3"]
    assert store.outbox.next_s() == 0.0
    for name in ("p2", "p3"):
        store.outbox.begin(name)
    store.outbox.bury("p2", code="api_bad_request", reason="")
    store.outbox.doubt("p3", seconds=60.0, code="api_reply_lost")
    assert [row.id for row in store.outbox.waiting()] == ["p1", "p3"]
    assert store.outbox.next_s() == 40.0
    clock.forward(30.0)
    assert store.outbox.next_s() == 10.0
    clock.forward(-3600.0)  # a clock that was put back holds nothing up
    assert store.outbox.next_s() == 0.0


def test_several_are_settled_and_begun_at_once_and_given_back(store: SqliteStore):
    for name in ("p1", "p2", "p3", "p4"):
        store.enrol(enrolment(name))
    begun = store.outbox.settle((), begin=("p1", "p2", "gone"))
    assert [(row.id, row.state, row.tries) for row in begun] == [
        ("p1", RowState.SENDING, 1),
        ("p2", RowState.SENDING, 1),
    ]
    begun = store.outbox.settle([("p1", remote("r1")), ("p2", remote("r2"))], begin=("p2", "p3"))
    assert [row.id for row in begun] == ["p3"]
    assert [store.person(PersonId(name)).truth for name in ("p1", "p2", "p3")] == [
        Truth.CONFIRMED,
        Truth.CONFIRMED,
        Truth.PROVISIONAL,
    ]
    store.outbox.release(("p3", "p4", "gone"))
    assert [(row.id, row.state, row.tries) for row in store.outbox.due(limit=9)] == [
        ("p3", RowState.PENDING, 0),
        ("p4", RowState.PENDING, 0),
    ]
    assert [line.action for line in store.audit()].count("account_confirmed") == 2


def test_one_answer_that_cannot_be_settled_settles_none_of_its_batch(store: SqliteStore):
    for name in ("p1", "p2"):
        store.enrol(enrolment(name))
    store.outbox.settle((), begin=("p1", "p2"))
    with pytest.raises(StoreError):
        store.outbox.settle([("p1", remote("r1")), ("p2", RemoteValidation(remote_id="v", status="x"))], begin=())
    assert store.person(PersonId("p1")).truth is Truth.PROVISIONAL
    assert store.outbox.recover() == 2
