"""A large file: opened without reading all of it, checked in the background, and set aside at the next start when damaged."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.patience import PATIENCE_S
from support.records import KEY, WEIGHTS, enrolment, opened

from kiosk.domain.errors import Code, StoreError
from kiosk.domain.person import PersonId
from kiosk.store import checking


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_SMALL_PLAIN", 0)
    monkeypatch.setattr(checking, "_SMALL_ENCRYPTED", 0)


@pytest.fixture(params=[None, KEY], ids=["plain", "encrypted"])
def key(request: pytest.FixtureRequest) -> bytes | None:
    return request.param  # type: ignore[no-any-return]


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def damaged(path: Path, key: bytes | None) -> None:
    """The pages of the pictures, far behind everything that is read at a start."""
    with opened(path, key=key) as store:
        for n in range(60):
            store.enrol(enrolment(f"p{n:02}"))
    with path.open("r+b") as file:
        file.seek(-4096 * 30, os.SEEK_END)
        file.write(os.urandom(4096 * 20))


def test_a_whole_file_is_opened_and_checked_in_peace(
    tmp_path: Path, key: bytes | None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(checking, "_AFTER_S", 0.0)
    with opened(tmp_path / "station.db", key=key) as store:
        store.enrol(enrolment())
        until(lambda: not store._check._thread.is_alive())
    assert not checking.is_suspect(tmp_path / "station.db")


@pytest.mark.expects_log
def test_damage_that_the_background_check_finds_is_set_aside_at_the_next_start(
    tmp_path: Path, key: bytes | None, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "station.db"
    damaged(path, key)
    monkeypatch.setattr(checking, "_AFTER_S", 0.0)
    with opened(path, key=key) as store:
        assert store.notices == ()
        until(lambda: checking.is_suspect(path))
    with opened(path, key=key) as store:
        assert [notice.code for notice in store.notices] == [Code.STORE_DAMAGED]
        assert not checking.is_suspect(path)


@pytest.mark.expects_log
def test_damage_that_a_call_meets_is_named_and_set_aside_at_the_next_start(tmp_path: Path):
    path = tmp_path / "station.db"
    damaged(path, KEY)
    with opened(path, key=KEY) as store:

        def read_all() -> None:
            for n in range(60):
                store.person(PersonId(f"p{n:02}"))
            list(store.templates(WEIGHTS))

        with pytest.raises(StoreError) as caught:
            read_all()
        assert caught.value.code is Code.STORE_DAMAGED
    with opened(path, key=KEY) as store:
        assert [notice.code for notice in store.notices] == [Code.STORE_DAMAGED]


def test_a_mark_on_a_whole_file_goes_away(tmp_path: Path, key: bytes | None):
    path = tmp_path / "station.db"
    with opened(path, key=key) as store:
        store.enrol(enrolment())
    checking.suspect(path)
    with opened(path, key=key) as store:
        assert (store.notices, len(store.people())) == ((), 1)
    assert not checking.is_suspect(path)


def test_closing_does_not_wait_for_the_check(tmp_path: Path, key: bytes | None):
    with opened(tmp_path / "station.db", key=key) as store:
        assert store._check._thread.is_alive()  # it would begin in a minute
    assert not store._check._thread.is_alive()
