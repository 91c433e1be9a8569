"""Which database an update is tried on: always a copy, so that the station may run, and what is undone was never begun."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
import pytest
from support.updating import FINE, files_of, put

from kiosk.cli import unattended
from kiosk.cli.checks import parts
from kiosk.cli.checks.line import State
from kiosk.cli.doctor import command, examine
from kiosk.cli.update_helpers import _owner_of, back_up_as_owner, problem_of
from kiosk.domain.errors import Code
from kiosk.keys import open_vault
from kiosk.profile import Profile, hold, open_profile
from kiosk.settings import load
from kiosk.station.clock import SystemClock
from kiosk.store.before_update import back_up_before_update
from kiosk.store.sqlite import SqliteStore

GARBAGE = b"not a database at all, and long enough to be looked at" * 100


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    made = open_profile(tmp_path / "station")
    open_vault(made.root, use_keyring=False)
    return made


def files_in(profile: Profile) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in profile.root.iterdir()
        if path.is_file() and path.name.startswith("station.db") and not path.name.endswith("-shm")
    }


@pytest.mark.expects_log
def test_a_database_that_cannot_be_brought_up_is_found_while_the_station_runs(profile: Profile) -> None:
    copy = profile.root / "station.db.before-update.db"
    copy.write_bytes(GARBAGE)
    with hold(profile):
        (line,) = parts.database(profile, copy)
    assert line.state is State.FAIL
    assert "store_damaged" in line.value


def test_a_copy_that_is_not_there_is_not_a_tried_one(profile: Profile) -> None:
    (line,) = parts.database(profile, profile.root / "station.db.before-update.db")
    assert line.state is State.FAIL


def test_a_station_that_goes_on_writing_does_not_speak_against_its_copy(profile: Profile) -> None:
    vault = open_vault(profile.root)
    store = SqliteStore.open(profile.database, clock=SystemClock(), key=vault)
    try:
        store.note(action="settings_changed", subject="before")
        copy = back_up_before_update(profile.database, vault)
        assert copy is not None
        store.note(action="settings_changed", subject="after")
        before = files_in(profile)
        with hold(profile):
            (line,) = parts.database(profile, copy)
        assert files_in(profile) == before
    finally:
        store.close()
    assert (line.state, "0 people" in line.value) == (State.OK, True)


@pytest.mark.expects_log
@pytest.mark.parametrize("claimed", [False, True])
def test_the_doctor_neither_migrates_nor_sets_aside_what_it_looks_at_for_the_claim(
    profile: Profile, claimed: bool
) -> None:
    profile.database.write_bytes(GARBAGE)
    settings = load(profile.root, overrides={"station.unattended": claimed, "store.encrypt": False})
    (line,) = unattended.line(profile, settings)
    assert files_in(profile) == {"station.db": GARBAGE}
    assert line.state is (State.FAIL if claimed else State.OK)


def test_the_new_version_is_given_the_copy(tmp_path: Path) -> None:
    files = files_of("1.1", b"{}", doctor=FINE)
    said = tmp_path / "said"
    files["kiosk"] = files["kiosk"].replace(b"#!/bin/sh\n", f'#!/bin/sh\necho "$@" > "{said}"\n'.encode())
    put(tmp_path / "v", files)
    profile = tmp_path / "profile"
    profile.mkdir()
    assert problem_of(tmp_path / "v" / "kiosk", profile, "station.db.before-update.db") == ""
    assert said.read_text("utf-8").split() == [
        *("doctor", "--json", "--profile", str(profile)),
        *("--database", str(profile / "station.db.before-update.db")),
    ]


def test_a_database_that_was_not_copied_was_not_tried(tmp_path: Path) -> None:
    put(tmp_path / "v", files_of("1.1", b"{}", doctor=FINE))
    (tmp_path / "station.db").write_bytes(b"x")
    assert "nothing was tried on it" in problem_of(tmp_path / "v" / "kiosk", tmp_path, "")


@pytest.mark.expects_log
def test_the_real_doctor_takes_the_copy(profile: Profile) -> None:
    vault = open_vault(profile.root)
    SqliteStore.open(profile.database, clock=SystemClock(), key=vault).close()
    name = back_up_as_owner(profile.root)
    (profile.root / name).write_bytes(GARBAGE)
    lines = examine(click.Context(command), profile.root, profile.root / name)
    with hold(profile):
        database = next(line for line in lines if line.name == "database")
    assert Code.STORE_DAMAGED.value in database.value


@pytest.mark.skipif(sys.platform == "win32" or os.name != "posix" or os.geteuid() != 0, reason="changes owners")
def test_a_link_of_the_stations_user_does_not_lend_it_the_administrators_rights(tmp_path: Path) -> None:
    theirs, ours = tmp_path / "kiosk", tmp_path / "ours"
    theirs.mkdir()
    ours.mkdir()
    link = theirs / "station"
    link.symlink_to(ours)
    assert _owner_of(link) is None
    os.chown(link, 1234, 1235, follow_symlinks=False)
    assert _owner_of(link) == (1234, 1235)
    os.chown(link, 0, 0, follow_symlinks=False)
    os.chown(theirs, 1234, 1235)
    assert _owner_of(link) == (1234, 1235)
    os.chown(theirs, 0, 0)
    os.chown(ours, 1234, 1235)
    assert _owner_of(link) == (1234, 1235)
