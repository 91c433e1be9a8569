"""A station that runs for weeks forgets whom it has to forget, between visitors, and its gallery with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from support.records import WEIGHTS, HandClock, enrolment, opened, template

from kiosk.domain.decision import Reason, decide
from kiosk.domain.person import PersonId
from kiosk.domain.policy import Matching
from kiosk.gallery.exact import ExactGallery
from kiosk.station.housekeeping import EVERY_MS, Housekeeping
from kiosk.store.cipher import open_file
from kiosk.store.sqlite import SqliteStore


class Wall(HandClock):
    """Both clocks go on together."""

    since_ms = 0.0

    def mono_ms(self) -> float:
        return self.since_ms

    def hours(self, count: int) -> None:
        self.at += timedelta(hours=count)
        self.since_ms += count * EVERY_MS


@pytest.fixture
def clock() -> Wall:
    return Wall()


@pytest.fixture
def store(tmp_path: Path, clock: Wall) -> Iterator[SqliteStore]:
    with opened(tmp_path / "station.db", clock=clock) as store:
        yield store


def live(clock: Wall, store: SqliteStore, gallery: ExactGallery, *, days: int, hours: int) -> list[int]:
    """How many were still here after each hour, and how often the store was asked."""
    asked: list[Callable[[], None]] = []
    house = Housekeeping(clock, days=days, later=asked.append)
    left = []
    for _ in range(hours):
        clock.hours(1)
        store.note(action="something happened")
        for _ in range(10):  # the supervisor looks ten times a second
            house.look(store, gallery)
        assert len(asked) <= 1
        while asked:
            asked.pop()()
        left.append(len(store.people()))
    return left


def test_who_was_not_seen_for_long_is_forgotten_by_a_station_that_never_stops(clock: Wall, store: SqliteStore) -> None:
    store.enrol(enrolment("old"))
    gallery = ExactGallery.from_store(store, WEIGHTS)
    assert decide(gallery.identify(template(1)), Matching(threshold=0.3)).reason is Reason.RECOGNISED
    left = live(clock, store, gallery, days=2, hours=60)
    assert (left[40], left[-1]) == (1, 0)
    assert gallery.people == 0
    assert store.deletions()[0].person == "old"


def test_nobody_is_forgotten_where_no_time_is_set(clock: Wall, store: SqliteStore) -> None:
    store.enrol(enrolment("old"))
    gallery = ExactGallery.from_store(store, WEIGHTS)
    assert live(clock, store, gallery, days=0, hours=60)[-1] == 1


def test_a_station_whose_store_is_not_open_waits(clock: Wall) -> None:
    asked: list[Callable[[], None]] = []
    house = Housekeeping(clock, days=1, later=asked.append)
    clock.hours(5)
    house.look(None, None)
    assert asked == []


def test_a_log_that_could_not_be_emptied_is_emptied_an_hour_later(clock: Wall, store: SqliteStore) -> None:
    """Also where nobody is ever too old: a deleted face does not wait for the next start."""
    store.enrol(enrolment("asked"))
    with closing(open_file(store.path, mode="ro", key=None, busy_ms=100)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM persons").fetchone()
        store.delete(PersonId("asked"))
        reader.execute("COMMIT")
    assert [each.outcome for each in store.deletions()[0].touched if each.name.endswith("-wal")] == ["pending"]
    live(clock, store, ExactGallery(WEIGHTS), days=0, hours=1)
    assert [each.outcome for each in store.deletions()[0].touched if each.name.endswith("-wal")] == ["overwritten"]
