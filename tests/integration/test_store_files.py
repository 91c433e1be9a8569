"""The database file itself: new, damaged, newer, locked, read-only, older. Real SQLite files."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlite3  # a second SQLite in one process would not see the first one's locks
from support.records import JPEG, WEIGHTS, HandClock, enrolment, opened, template, validation

from kiosk.domain.errors import Code, StoreError
from kiosk.domain.person import PersonId
from kiosk.store import migrations
from kiosk.store.connections import connect
from kiosk.store.migrations import LATEST, STEPS, migrate, version_of

posix_only = pytest.mark.skipif(os.name != "posix", reason="file modes are a POSIX matter")


def code_of_opening(path: Path, *, busy_ms: int = 50) -> Code:
    with pytest.raises(StoreError) as caught, opened(path, busy_ms=busy_ms):
        pass
    return caught.value.code


def test_a_new_file_is_at_the_latest_version_with_the_safe_settings(tmp_path: Path):
    path = tmp_path / "new folder" / "station.db"
    with opened(path) as store:
        assert store.notices == ()
        assert store.people() == []
        with store._connections.reading() as database:
            read = {name: database.conn.execute(f"PRAGMA {name}").fetchone()[0] for name in _SETTINGS}
    assert read == _SETTINGS
    assert [f.name for f in path.parent.iterdir() if f.suffix != ".anchor"] == [
        "station.db"
    ]  # nothing to back up, nothing left over


_SETTINGS = {
    "user_version": LATEST,
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "secure_delete": 1,
    "busy_timeout": 3000,
}


@posix_only
@pytest.mark.parametrize("mask", [0o000, 0o077])
def test_only_the_owner_may_read_the_files(tmp_path: Path, mask: int):
    before = os.umask(mask)
    try:
        with opened(tmp_path / "station.db") as store:
            store.enrol(enrolment())
            modes = {f.name: stat.S_IMODE(f.stat().st_mode) for f in tmp_path.glob("station.db*")}
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(["station.db", "station.db-wal", "station.db-shm", "station.db.anchor"], 0o600)


@posix_only
def test_an_open_file_mode_is_mended(tmp_path: Path):
    path = tmp_path / "station.db"
    with opened(path):
        pass
    path.chmod(0o644)
    with opened(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_records_are_there_after_reopening(tmp_path: Path):
    path = tmp_path / "station.db"
    with opened(path) as store:
        store.enrol(enrolment(result=validation()))
        kept = (store.people(), store.validations(), store.audit())
    with opened(path) as store:
        assert (store.people(), store.validations(), store.audit()) == kept


def damage_garbage(path: Path) -> None:
    path.write_bytes(b"this is no database at all, but quite long " * 100)


def damage_cut_short(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def damage_middle(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096 * 2)
        file.write(os.urandom(size - 4096 * 3))


@pytest.mark.expects_log
@pytest.mark.parametrize("damage", [damage_garbage, damage_cut_short, damage_middle])
def test_a_damaged_file_is_set_aside_and_a_new_one_started(tmp_path: Path, damage):
    path = tmp_path / "station.db"
    with opened(path) as store:
        for n in range(5):
            store.enrol(enrolment(f"p{n}"))
    damage(path)
    broken = path.read_bytes()
    with opened(path) as store:
        (notice,) = store.notices
        assert notice.code is Code.STORE_DAMAGED
        assert notice.detail == "station.db.damaged-20260102T030405Z"
        assert (tmp_path / notice.detail).read_bytes() == broken
        assert store.people() == []
        assert [(line.action, line.detail) for line in store.audit()] == [("database_set_aside", "store_damaged")]
        store.enrol(enrolment())
    with opened(path) as store:
        assert store.notices == (notice,), "as long as the file lies there"
        assert len(store.people()) == 1
        assert [line.action for line in store.audit()].count("database_set_aside") == 1
    (tmp_path / notice.detail).rename(tmp_path / "looked at")
    with opened(path) as store:
        assert store.notices == ()


@pytest.mark.expects_log
def test_files_set_aside_never_overwrite_each_other(tmp_path: Path):
    path = tmp_path / "station.db"
    for content in (b"first garbage " * 99, b"second garbage " * 99):
        path.write_bytes(content)
        path.with_name("station.db-wal").write_bytes(content)
        with opened(path):
            pass
    names = {
        f.name: f.read_bytes() for f in tmp_path.glob("station.db.damaged*") if not f.name.endswith(("-shm", ".anchor"))
    }
    stamp = "station.db.damaged-20260102T030405Z"
    assert names == {
        stamp: b"first garbage " * 99,
        f"{stamp}-wal": b"first garbage " * 99,
        f"{stamp}-2": b"second garbage " * 99,
        f"{stamp}-2-wal": b"second garbage " * 99,
    }


def test_an_empty_file_is_a_new_one(tmp_path: Path):
    path = tmp_path / "station.db"
    path.touch()
    with opened(path) as store:
        assert store.notices == ()
        store.enrol(enrolment())


def test_a_newer_file_is_refused_and_stays_as_it_is(tmp_path: Path):
    path = tmp_path / "station.db"
    with opened(path) as store:
        store.enrol(enrolment())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {LATEST + 3}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught, opened(path):
        pass
    assert caught.value.code is Code.STORE_NEWER
    assert f"version {LATEST + 3}" in caught.value.detail
    assert str(LATEST) in caught.value.detail
    assert path.read_bytes() == before
    assert [f.name for f in tmp_path.glob("station.db*") if f.suffix == ".db"] == ["station.db"]


def test_a_database_of_another_program_is_not_written_to(tmp_path: Path):
    path = tmp_path / "station.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
        connection.commit()
    assert code_of_opening(path) is Code.STORE_FAILED
    with closing(sqlite3.connect(path)) as connection:
        assert [name for (name,) in connection.execute("SELECT name FROM sqlite_master")] == ["recipes"]


def test_a_folder_in_its_place_is_named(tmp_path: Path):
    (tmp_path / "station.db").mkdir()
    assert code_of_opening(tmp_path / "station.db") is Code.STORE_FAILED


def test_another_program_that_holds_the_write_lock_is_named(tmp_path: Path):
    path = tmp_path / "station.db"
    with opened(path, busy_ms=50) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError) as caught:
                store.enrol(enrolment())
            assert caught.value.code is Code.STORE_LOCKED
            assert caught.value.retryable
            assert store.people() == []  # reading goes on
            assert code_of_opening(path) is Code.STORE_LOCKED
            other.execute("ROLLBACK")
        assert store.enrol(enrolment()).id == "p1"


@contextmanager
def without_root() -> Iterator[None]:
    """File modes mean nothing to root, so be somebody else for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that others may enter (pytest's own may not be entered)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


@posix_only
def test_a_read_only_folder_is_named(open_folder: Path):
    open_folder.chmod(0o555)
    with without_root():
        assert code_of_opening(open_folder / "station.db") is Code.STORE_READ_ONLY
        assert code_of_opening(open_folder / "deeper" / "station.db") is Code.STORE_READ_ONLY
    assert list(open_folder.iterdir()) == []


@posix_only
def test_a_read_only_file_is_named_and_stays(open_folder: Path):
    path = open_folder / "station.db"
    with opened(path) as store:
        store.enrol(enrolment())
    path.chmod(0o444)
    before = path.read_bytes()
    with without_root():
        assert code_of_opening(path) is Code.STORE_READ_ONLY
    assert path.read_bytes() == before


def build_version_1(path: Path) -> None:
    """A file as version 1 of the schema wrote it, with people in it."""
    path.touch()
    database = connect(path, busy_ms=1000)
    with closing(database.conn) as connection:
        migrate(database, path, at="then", target=1)
        assert version_of(connection) == 1
        connection.execute(
            "INSERT INTO persons (id, first_name, last_name, verification_status, created_at, updated_at, truth, face_image)"
            " VALUES ('old', 'Ann', 'Old', 'verified', 'then', 'then', 'confirmed', ?)",
            (JPEG,),
        )
        connection.execute(
            "INSERT INTO templates (person_id, model, model_sha256, dimensions, created_at, source, vector)"
            " VALUES ('old', 'm', ?, 512, 'then', 'enrolment', ?)",
            (WEIGHTS, template(3).vector.tobytes()),
        )
        connection.execute("INSERT INTO audit (at, action, subject) VALUES ('then', 'person_enrolled', 'old')")


def test_versions_count_up_from_one():
    assert [step.version for step in STEPS] == list(range(1, LATEST + 1))
    assert LATEST >= 2


def schema_of(path: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        return set(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))


def test_a_version_1_file_with_people_is_brought_up_and_backed_up(tmp_path: Path):
    path = tmp_path / "station.db"
    build_version_1(path)
    with opened(path) as store:
        person = store.person(PersonId("old"))
        assert (person.details.first_name, person.face_image, person.verification_status) == ("Ann", JPEG, "verified")
        assert [p for p, _ in store.templates(WEIGHTS)] == ["old"]
        assert store.consents(PersonId("old")) == []  # none was kept then, none is invented
        store.enrol(enrolment("new"))
        assert len(store.consents(PersonId("new"))) == 1
        assert [(line.id, line.action) for line in store.audit()] == [
            (1, "person_enrolled"),
            (2, "audit_chained"),
            (3, "person_enrolled"),
        ]
        assert store.verify_audit().whole
    backup = tmp_path / "station.db.before-v2.db"
    with closing(sqlite3.connect(backup)) as copy:
        assert version_of(copy) == 1
        assert copy.execute("SELECT first_name FROM persons").fetchall() == [("Ann",)]
    if os.name == "posix":
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with opened(tmp_path / "fresh.db"):
        pass
    assert schema_of(path) == schema_of(tmp_path / "fresh.db")


def test_a_step_that_fails_leaves_the_old_version_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "station.db"
    build_version_1(path)
    good = STEPS[1]
    bad = migrations.Step(2, (*good.statements, "UPDATE persons SET first_name = ''", "CREATE TABLE audit (id)"))
    with monkeypatch.context() as patched:
        patched.setattr(migrations, "STEPS", (STEPS[0], bad))
        assert code_of_opening(path) is Code.STORE_FAILED
    with closing(sqlite3.connect(path)) as connection:
        assert version_of(connection) == 1
        assert connection.execute("SELECT first_name FROM persons").fetchall() == [("Ann",)]
        assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'consents'").fetchall() == []
    with opened(path) as store:
        assert store.person(PersonId("old")).details.first_name == "Ann"


def test_no_step_is_taken_without_a_backup(tmp_path: Path):
    path = tmp_path / "station.db"
    build_version_1(path)
    (tmp_path / "station.db.before-v2.db").mkdir()  # the backup cannot be put in its place
    assert code_of_opening(path) is Code.STORE_FAILED
    with closing(sqlite3.connect(path)) as connection:
        assert version_of(connection) == 1
    assert not (tmp_path / "station.db.before-v2.db.part").exists()


def test_a_deleted_person_is_gone_from_the_backups_too(tmp_path: Path):
    path = tmp_path / "station.db"
    build_version_1(path)
    with opened(path) as store:
        store.delete(PersonId("old"))
        for file in tmp_path.iterdir():
            content = file.read_bytes()
            assert JPEG[4:60] not in content, file.name
            assert template(3).vector.tobytes()[:64] not in content, file.name
    with closing(sqlite3.connect(tmp_path / "station.db.before-v2.db")) as copy:
        assert copy.execute("SELECT count(*) FROM persons").fetchone() == (0,)


@pytest.mark.expects_log
def test_a_backup_that_cannot_be_purged_is_noted(tmp_path: Path):
    path = tmp_path / "station.db"
    build_version_1(path)
    with opened(path, clock=HandClock()) as store:
        (tmp_path / "station.db.before-v2.db").write_bytes(b"garbage " * 999)
        store.delete(PersonId("old"))
        assert [line.action for line in store.audit()][-2:] == ["person_deleted", "backup_not_purged"]
        assert store.people() == []
