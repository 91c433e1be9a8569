"""A desk that syncs from the command line only: the days without its account are counted there as at a station."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.records import enrolment

from kiosk.cli import limits
from kiosk.cli.syncing import Heard
from kiosk.domain.decision import Reason
from kiosk.domain.errors import ApiError, Code
from kiosk.profile import Profile
from kiosk.settings import Settings, load
from kiosk.station.clock import SystemClock, rfc3339
from kiosk.station.online import HEARD
from kiosk.store.sqlite import SqliteStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    made = SqliteStore.open(tmp_path / "kiosk.db", clock=SystemClock(), outgoing=True)
    yield made
    made.close()


def settings(folder: Path) -> Settings:
    return load(folder, overrides={"api.token": "t"})


def long_ago(store: SqliteStore) -> None:
    store.replica.save_cursor(HEARD, rfc3339(datetime.now(UTC) - timedelta(days=31)))


def test_an_answered_sync_ends_the_days_without_the_account(store: SqliteStore, tmp_path: Path) -> None:
    long_ago(store)
    wanted = settings(tmp_path)
    assert limits.refused(store, wanted, Profile(tmp_path)) is Reason.TOO_LONG_OFFLINE
    heard = Heard(store, lambda: 12.5)
    heard.told(ApiError(Code.API_NO_LINK))
    heard.save()
    assert limits.refused(store, wanted, Profile(tmp_path)) is Reason.TOO_LONG_OFFLINE, "nobody has answered"
    heard.told(None)
    heard.save()
    assert limits.refused(store, wanted, Profile(tmp_path)) is None
    store.enrol(enrolment())
    assert store.audit()[-1].clock_offset_s == 12.5, "and how far its clock is away is in every record from now on"


def test_a_refusal_is_an_answer(store: SqliteStore, tmp_path: Path) -> None:
    long_ago(store)
    heard = Heard(store, lambda: 0.0)
    heard.told(ApiError(Code.API_CONFLICT))
    heard.save()
    assert limits.refused(store, settings(tmp_path), Profile(tmp_path)) is None


def test_days_are_counted_from_the_first_enrolment_where_no_station_ever_ran(
    store: SqliteStore, tmp_path: Path
) -> None:
    assert store.replica.cursor(HEARD) == ""
    assert limits.refused(store, settings(tmp_path), Profile(tmp_path)) is None
    assert datetime.fromisoformat(store.replica.cursor(HEARD)) > datetime.now(UTC) - timedelta(minutes=1)
