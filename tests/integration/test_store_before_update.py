"""The copy of the database from before an update: whole, encrypted like the database, made beside a station that runs, and not
forgotten when somebody is deleted."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.records import JPEG, KEY, Secrets, enrolment, opened, validation

from kiosk.domain.person import PersonId
from kiosk.store.before_update import back_up_before_update
from kiosk.store.cipher import KEY_NAME, is_encrypted


def secrets() -> Secrets:
    kept = Secrets()
    kept.ensure(KEY_NAME, KEY.hex)
    return kept


def test_no_database_yet_is_no_copy(tmp_path: Path) -> None:
    assert back_up_before_update(tmp_path / "station.db", secrets()) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.expects_log  # the audit's anchor is not beside a database that was put back by hand, and that is said
def test_the_copy_is_encrypted_and_has_what_the_running_station_wrote(tmp_path: Path) -> None:
    path = tmp_path / "station.db"
    with opened(path, key=KEY) as store:
        store.enrol(enrolment(result=validation()))
        copy = back_up_before_update(path, secrets())
        assert copy == tmp_path / "station.db.before-update.db"
        assert is_encrypted(copy)
        store.record(validation("v2", person="p1"), JPEG)
    restored = tmp_path / "restored" / "station.db"
    restored.parent.mkdir()
    copy.rename(restored)
    with opened(restored, key=KEY) as store:
        assert [person.id for person in store.people()] == ["p1"]


@pytest.mark.expects_log
def test_whoever_is_deleted_leaves_the_copy_too(tmp_path: Path) -> None:
    path = tmp_path / "station.db"
    with opened(path, key=KEY) as store:
        store.enrol(enrolment(result=validation()))
        copy = back_up_before_update(path, secrets())
        certificate = store.delete(PersonId("p1"))
    assert copy is not None
    assert copy.name in {touched.name for touched in certificate.touched}
    restored = tmp_path / "restored" / "station.db"
    restored.parent.mkdir()
    copy.rename(restored)
    with opened(restored, key=KEY) as store:
        assert store.people() == []


def test_a_second_update_replaces_the_copy(tmp_path: Path) -> None:
    path = tmp_path / "station.db"
    with opened(path, key=KEY) as store:
        first = back_up_before_update(path, secrets())
        store.enrol(enrolment(result=validation()))
        assert back_up_before_update(path, secrets()) == first
    assert len(list(tmp_path.glob("*.before-*.db"))) == 1
