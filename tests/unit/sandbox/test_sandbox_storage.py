"""Documents by kind and id: kept over a restart, all or nothing in a transaction, one sandbox a folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.errors import Code, StoreError
from kiosk.sandbox.storage import FILE, Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "data")
    yield opened
    opened.close()


def test_what_was_put_is_there_after_a_restart(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number in range(3):
        store.put("thing", {"_id": f"a{number}", "name": "é\ud800", "number": number})
    store.put("thing", {"_id": "a0", "number": 9})
    store.put("person", {"id": "person_1"})
    store.put_blob("p", b"\x00\xff")
    store.delete("thing", "a1")
    store.close()

    again = Store(tmp_path)
    assert again.find("thing") == [{"_id": "a0", "number": 9}, {"_id": "a2", "name": "é\ud800", "number": 2}]
    assert again.get("person", "person_1") == {"id": "person_1"}
    assert again.blob("p") == b"\x00\xff"
    assert again.counts() == {"person": 1, "thing": 2}
    again.close()


def test_what_is_on_the_disk_is_what_was_put(store: Store, tmp_path: Path) -> None:
    store.put("thing", {"_id": "a"})
    copy = tmp_path / "copy"
    shutil.copytree(tmp_path / "data", copy)  # as a killed process leaves it
    left = Store(copy)
    assert left.get("thing", "a") == {"_id": "a"}
    left.close()


def test_a_transaction_that_fails_changes_nothing(store: Store) -> None:
    store.put("thing", {"_id": "old", "value": 1})

    def change() -> None:
        with store.transaction():
            store.put("thing", {"_id": "new"})
            store.put("thing", {"_id": "old", "value": 2})
            with store.transaction():
                store.delete("thing", "old")
                store.put_blob("b", b"1")
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        change()
    assert store.find("thing") == [{"_id": "old", "value": 1}]
    assert store.blob("b") is None
    store.put("thing", {"_id": "after"})
    assert store.count("thing") == 2


def test_a_document_that_is_changed_by_its_reader_stays_as_it_is(store: Store) -> None:
    mine = {"_id": "a", "value": 1}
    store.put("thing", mine)
    mine["value"] = 2
    found = store.get("thing", "a")
    assert found is not None
    found["value"] = 3
    store.find("thing")[0]["value"] = 4
    assert store.get("thing", "a") == {"_id": "a", "value": 1}


def test_finding_and_deleting(store: Store) -> None:
    for number in range(4):
        store.put("thing", {"_id": str(number), "even": number % 2 == 0})
    assert [doc["_id"] for doc in store.find("thing", lambda doc: doc["even"])] == ["0", "2"]
    assert store.first("thing", lambda doc: not doc["even"]) == {"_id": "1", "even": False}
    assert store.first("thing", lambda doc: doc["_id"] == "9") is None
    assert store.delete("thing", "0")
    assert not store.delete("thing", "0")
    assert not store.delete("nothing", "0")
    assert store.get("nothing", "0") is None
    store.put_blob("b", b"1")
    store.delete_blob("b")
    assert store.blob("b") is None


def test_a_second_sandbox_on_the_same_folder_is_refused(store: Store, tmp_path: Path) -> None:
    store.put("thing", {"_id": "a"})
    with pytest.raises(StoreError) as refused:
        Store(tmp_path / "data")
    assert refused.value.code is Code.STORE_LOCKED


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"this is not a database, whatever its name says" * 40)
    with pytest.raises(StoreError) as broken:
        Store(tmp_path)
    assert broken.value.code is Code.STORE_DAMAGED
    assert FILE in broken.value.detail


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError) as broken:
        Store(tmp_path / "file" / "data")
    assert broken.value.code is Code.STORE_READ_ONLY
