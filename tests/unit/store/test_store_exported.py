"""A deletion names the tables that were made while the person was on record, and says when they are gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from support.records import HandClock, enrolment, opened

from kiosk.domain.person import PersonId
from kiosk.domain.record import DeletionCertificate
from kiosk.store.sqlite import SqliteStore

P1 = PersonId("p1")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def store(tmp_path: Path, clock: HandClock) -> Iterator[SqliteStore]:
    with opened(tmp_path / "station.db", clock=clock) as made:
        yield made


def exported(certificate: DeletionCertificate) -> list[tuple[str, str]]:
    return [(each.name, each.outcome) for each in certificate.touched if each.kind == "export"]


def test_only_tables_made_since_they_were_enrolled_are_named(store: SqliteStore, clock: HandClock) -> None:
    store.note(action="people_exported", detail="file=people-20260101-000000.csv by=a")
    clock.at += timedelta(hours=1)
    store.enrol(enrolment())
    clock.at += timedelta(hours=1)
    store.note(action="people_exported", detail="file=people-20260101-020000.csv by=a")
    store.note(action="results_exported", detail="file=results-20260101-020000.csv by=a")
    store.note(action="report_written", detail="results=3 by=a")  # nobody is in it
    store.note(action="results_exported", detail="file=results-20260101-020001.csv by=a")
    store.note(action="export_deleted", detail="file=results-20260101-020001.csv by=a")
    made = store.delete(P1)
    assert exported(made) == [("people-20260101-020000.csv", "kept"), ("results-20260101-020000.csv", "kept")]
    assert not made.complete, "a table may still hold them"


def test_a_table_that_a_command_wrote_is_named_by_when_that_was(store: SqliteStore, clock: HandClock) -> None:
    store.enrol(enrolment())
    clock.at += timedelta(hours=1)
    store.note(action="people_exported", detail="people=3")
    ((name, outcome),) = exported(store.delete(P1))
    assert name == store.audit()[-2].at
    assert outcome == "kept"


def test_the_certificate_follows_what_is_deleted_later(store: SqliteStore) -> None:
    store.enrol(enrolment())
    store.note(action="people_exported", detail="file=people-20260101-020000.csv by=a")
    assert not store.delete(P1).complete
    store.note(action="export_deleted", detail="file=people-20260101-020000.csv by=a")
    (now,) = store.deletions()
    assert exported(now) == [("people-20260101-020000.csv", "deleted")]
    assert now.complete


def test_without_exports_nothing_is_named(store: SqliteStore) -> None:
    store.enrol(enrolment())
    made = store.delete(P1)
    assert exported(made) == []
    assert made.complete
