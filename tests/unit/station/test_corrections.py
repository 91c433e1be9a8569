"""A session has one record: a refusal that overtakes a recorded yes changes it, and a proof that came late changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.records import enrolment
from support.station_parts import SHA, CountingDoor, RealClock

from kiosk.domain.decision import Decision, Outcome, Reason
from kiosk.domain.passes import IssuedPass, Proof, Way
from kiosk.domain.person import PersonId
from kiosk.domain.policy import Policy
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.gallery.exact import ExactGallery
from kiosk.station.jobs import Claims, Parts, write_result
from kiosk.station.keeper import Locker
from kiosk.station.proving import prove
from kiosk.store.sqlite import SqliteStore

PIN = "7394"
VISIT = st.Visit(session=st.SessionId(1), enrolling=False, times=st.Times(began=0.0))
REFUSED = fx.Record(VISIT.session, VISIT, Outcome.DENIED, Decision(Reason.TIMED_OUT))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with_people = SqliteStore.open(tmp_path / "station.db", clock=RealClock())
    with_people.enrol(enrolment())
    yield with_people
    with_people.close()


@pytest.fixture
def given(store: SqliteStore) -> IssuedPass:
    return store.passes.issue(PersonId("p1"), PIN)


@pytest.fixture
def parts(store: SqliteStore) -> Parts:
    return Parts(
        gallery=ExactGallery(SHA),
        store=store,
        door=CountingDoor(),
        clock=RealClock(),
        policy=Policy(),
        locker=Locker(),
        claims=Claims(),
        portrait=lambda pixels, evidence: b"",
        passes=store.passes,
    )


def shown(given: IssuedPass) -> fx.Prove:
    return fx.Prove(VISIT.session, VISIT, Proof(way=Way.PIN, number=given.number, secret=PIN), None, ())


def test_a_refusal_that_overtakes_a_yes_changes_its_record(parts: Parts, store: SqliteStore, given: IssuedPass) -> None:
    answer = prove(parts, shown(given), "mark", account=False)
    assert isinstance(answer, ev.Proved)
    assert [(v.outcome, v.person) for v in store.validations()] == [(Outcome.GRANTED, "p1")]
    write_result(parts, REFUSED, "mark")
    assert [(v.outcome, v.reason, v.status, v.person) for v in store.validations()] == [
        (Outcome.DENIED, Reason.TIMED_OUT, "failed", None)
    ]
    write_result(parts, REFUSED, "mark")
    assert len(store.validations()) == 1


def test_a_proof_that_comes_after_the_refusal_changes_nothing(
    parts: Parts, store: SqliteStore, given: IssuedPass
) -> None:
    write_result(parts, REFUSED, "mark")
    assert isinstance(prove(parts, shown(given), "mark", account=False), ev.Tick)
    assert [(v.outcome, v.person) for v in store.validations()] == [(Outcome.DENIED, None)]


def test_a_proof_that_was_owed_completes_the_record_of_the_face(
    parts: Parts, store: SqliteStore, given: IssuedPass
) -> None:
    """With an account the unfinished login is on record before the second proof is asked for."""
    owed = Decision(Reason.SECOND_FACTOR, similarity=0.8, awaits=PersonId("p1"))
    write_result(parts, fx.Record(VISIT.session, VISIT, Outcome.DEFERRED, owed), "mark")
    effect = fx.Prove(VISIT.session, VISIT, shown(given).proof, owed, ())
    assert isinstance(prove(parts, effect, "mark", account=True), ev.Proved)
    assert [(v.outcome, v.reason, v.person, v.similarity) for v in store.validations()] == [
        (Outcome.GRANTED, Reason.PASS_ACCEPTED, "p1", 0.8)
    ]
