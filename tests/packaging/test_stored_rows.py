"""What the clean root reads out of a station's database, and how it makes one that is a step older."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from making import stored
from support.records import enrolment, opened, validation

from kiosk.keys import open_vault
from kiosk.store.migrations import LATEST


@pytest.mark.parametrize("is_encrypted", [False, True])
def test_people_templates_and_results_are_read_and_outlive_a_migration(tmp_path: Path, is_encrypted: bool) -> None:
    path = tmp_path / "station.db"
    vault = open_vault(tmp_path, use_keyring=False)
    with opened(path, key=vault if is_encrypted else None) as store:
        store.enrol(enrolment("p1", seeds=(1, 2)))
        store.record(validation("v1", person="p1"))
    before = stored.look(tmp_path)
    assert (before.schema, len(before.people), len(before.templates)) == (LATEST, 1, 2)
    assert [row[4] for row in before.results] == ["p1"]
    assert stored.set_back(tmp_path)
    older = stored.look(tmp_path)
    assert older.schema == LATEST - 1
    assert older.kept == before.kept
    with opened(path, key=vault if is_encrypted else None) as store:
        assert len(store.people()) == 1
    assert stored.look(tmp_path) == before
    assert list(tmp_path.glob(f"station.db.before-v{LATEST}*.db"))


def test_a_row_that_was_lost_or_changed_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "station.db"
    open_vault(tmp_path, use_keyring=False)
    with opened(path) as store:
        store.enrol(enrolment("p1"))
        store.record(validation("v1", person="p1"))
    before = stored.look(tmp_path)
    with opened(path) as store:
        store.record(validation("v2"))
    assert stored.look(tmp_path).kept != before.kept


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root, as the clean root does")
def test_the_database_of_another_user_is_read(tmp_path: Path) -> None:
    vault = open_vault(tmp_path, use_keyring=False)
    with opened(tmp_path / "station.db", key=vault) as store:
        store.enrol(enrolment("p1"))
    for each in [*tmp_path.rglob("*"), tmp_path]:
        os.chown(each, 65534, 65534)
    assert len(stored.look(tmp_path).people) == 1
    assert stored.set_back(tmp_path)
