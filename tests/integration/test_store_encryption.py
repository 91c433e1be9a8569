"""The encrypted database: nothing readable in it, keys that are wrong or lost, plain files of earlier versions. Real files."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2
from support.patience import PROGRAM_S
from support.records import JPEG, KEY, WEIGHTS, HandClock, Secrets, enrolment, opened, template, validation

from kiosk.domain.errors import Code, StoreError
from kiosk.domain.person import PersonId
from kiosk.keys import open_vault
from kiosk.store import encrypting
from kiosk.store.cipher import KEY_NAME, Key, Look, is_encrypted, look, open_file
from kiosk.store.connections import connect
from kiosk.store.migrations import LATEST, migrate, version_of

OTHER = bytes(reversed(range(32)))
PERSONAL = (JPEG[4:60], template(1).vector.tobytes()[:64], b"O'Neil", b"XK123456", b"g.oneil", b"+573001234567")


def code_of_opening(path: Path, key: Secrets | bytes | None) -> Code:
    before = content(path.parent)
    with pytest.raises(StoreError) as caught, opened(path, key=key, busy_ms=50):
        pass
    assert content(path.parent) == before  # nothing was set aside, nothing begun anew
    return caught.value.code


def content(folder: Path) -> dict[str, bytes]:
    held = {f.name: f.read_bytes() for f in folder.iterdir() if f.is_file() and not f.name.endswith(("-shm", ".lock"))}
    return {name: data for name, data in held.items() if data or not name.endswith("-wal")}


def readable(folder: Path) -> list[tuple[str, bytes]]:
    """Personal bytes that stand in the clear in any file below."""
    return [(f.name, p) for f in folder.rglob("*") if f.is_file() for p in PERSONAL if p in f.read_bytes()]


def test_nothing_personal_can_be_read_in_any_file_at_any_time(tmp_path: Path):
    with opened(tmp_path / "station.db", key=KEY, outgoing=True) as store:
        store.enrol(enrolment(result=validation()))
        store.record(validation("v2", person="p1"), JPEG)
        assert (tmp_path / "station.db-wal").stat().st_size > 0
        assert readable(tmp_path) == []
        assert store.person(PersonId("p1")).face_image == JPEG
    assert readable(tmp_path) == []
    assert is_encrypted(tmp_path / "station.db")
    with opened(tmp_path / "station.db", key=KEY, outgoing=True) as store:
        assert [p for p, _ in store.templates(WEIGHTS)] == ["p1", "p1"]
        assert store.verify_audit().whole


def test_safe_settings_hold_on_every_thread(tmp_path: Path):
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "temp_store": 2}
    read: list[dict[str, object]] = []
    with opened(tmp_path / "station.db", key=KEY) as store:

        def look_at() -> None:
            with store._connections.reading() as database:
                read.append({name: database.conn.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted})

        threads = [threading.Thread(target=look_at) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert read == [wanted, wanted]


def test_the_key_is_kept_before_the_first_encrypted_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "station.db"

    class Failing(Secrets):
        def ensure(self, name: str, make: object) -> str:
            assert not path.exists()
            raise StoreError(Code.VAULT_FAILED, "the keyring is locked")

    assert code_of_opening(path, Failing()) is Code.VAULT_FAILED
    secrets = Secrets()
    with opened(path, key=secrets) as store:
        store.enrol(enrolment())
    assert len(bytes.fromhex(secrets.held[KEY_NAME])) == 32


def test_with_a_real_vault(tmp_path: Path):
    path = tmp_path / "station.db"
    with opened(path, key=open_vault(tmp_path)) as store:
        store.enrol(enrolment())
    with opened(path, key=open_vault(tmp_path)) as store:
        assert len(store.people()) == 1


@pytest.mark.parametrize("key", [OTHER, Secrets({KEY_NAME: OTHER.hex()})])
def test_a_wrong_key_is_named_and_the_file_stays(tmp_path: Path, key: bytes | Secrets):
    path = tmp_path / "station.db"
    with opened(path, key=KEY) as store:
        store.enrol(enrolment())
    assert code_of_opening(path, key) is Code.STORE_WRONG_KEY
    with opened(path, key=KEY) as store:
        assert (len(store.people()), store.notices) == (1, ())


def test_a_lost_key_is_named_and_no_new_one_is_made(tmp_path: Path):
    path = tmp_path / "station.db"
    with opened(path, key=KEY) as store:
        store.enrol(enrolment())
    empty = Secrets()
    assert code_of_opening(path, empty) is Code.STORE_KEY_LOST
    assert empty.held == {}
    with path.open("r+b") as file:  # a damaged beginning does not turn a lost key into a new database
        file.write(b"text " * 1000)
    assert code_of_opening(path, empty) is Code.STORE_KEY_LOST


@pytest.mark.parametrize("text", ["", "not hexadecimal", "ab" * 31])
def test_what_is_no_key_is_named(tmp_path: Path, text: str):
    assert code_of_opening(tmp_path / "station.db", Secrets({KEY_NAME: text})) is Code.VAULT_FAILED


def test_an_encrypted_file_is_not_begun_anew_where_settings_say_plain(tmp_path: Path):
    path = tmp_path / "station.db"
    with opened(path, key=KEY):
        pass
    assert code_of_opening(path, None) is Code.STORE_WRONG_KEY


def test_a_database_of_another_station_is_a_wrong_key(tmp_path: Path):
    path = tmp_path / "station.db"
    with opened(tmp_path / "theirs.db", key=OTHER) as store:
        store.enrol(enrolment())
    (tmp_path / "theirs.db").rename(path)
    assert code_of_opening(path, KEY) is Code.STORE_WRONG_KEY


def garbage(path: Path) -> None:
    path.write_bytes(b"this is no database at all, but quite long " * 2000)


def random_garbage(path: Path) -> None:
    path.write_bytes(os.urandom(path.stat().st_size))


def cut_short(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def odd_end(path: Path) -> None:
    os.truncate(path, 4096 * 5 + 77)


def first_page(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(os.urandom(4096))


def last_page(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(-4096, os.SEEK_END)
        file.write(bytes(4096))


@pytest.mark.expects_log
@pytest.mark.parametrize("damage", [garbage, random_garbage, cut_short, odd_end, first_page, last_page])
def test_damage_is_told_from_a_wrong_key(tmp_path: Path, damage):
    path = tmp_path / "station.db"
    with opened(path, key=KEY) as store:
        for n in range(5):
            store.enrol(enrolment(f"p{n}"))
    damage(path)
    broken = path.read_bytes()
    with opened(path, key=KEY) as store:
        (notice,) = store.notices
        assert notice.code is Code.STORE_DAMAGED
        assert (tmp_path / notice.detail).read_bytes() == broken
        store.enrol(enrolment())
    with opened(path, key=KEY) as store:
        assert (store.notices, len(store.people())) == ((notice,), 1), "told as long as the file lies there"
        assert store.verify_audit().whole


def test_a_newer_file_is_refused_and_stays(tmp_path: Path):
    path = tmp_path / "station.db"
    with opened(path, key=KEY) as store:
        store.enrol(enrolment())
    with closing(open_file(path, mode="rw", key=Key(KEY), busy_ms=0)) as connection:
        connection.execute(f"PRAGMA user_version = {LATEST + 1}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert code_of_opening(path, KEY) is Code.STORE_NEWER


def test_the_drivers_complaints_do_not_reach_stderr(tmp_path: Path):
    with opened(tmp_path / "station.db", key=KEY):
        pass
    code = (
        "import sys; from pathlib import Path; from kiosk.store.cipher import Key, open_file, database_errors\n"
        "connection = open_file(Path(sys.argv[1]), mode='ro', key=Key(bytes(32)), busy_ms=0)\n"
        "try: connection.execute('PRAGMA user_version').fetchone()\n"
        "except database_errors(): sys.exit(5)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "station.db")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (5, "")


# ---------------------------------------------------------------- from plain to encrypted


def build_version_2(path: Path) -> None:
    """A plain file as the version before the encryption wrote it: people, a backup, and a log that was never folded in."""
    path.touch()
    database = connect(path, busy_ms=1000)
    connection = database.conn
    migrate(database, path, at="then", target=2)
    connection.execute(
        "INSERT INTO persons (id, first_name, last_name, document_number, verification_status, created_at, updated_at, truth,"
        " face_image) VALUES ('old', 'Ann', 'O''Neil', 'XK123456', 'verified', 'then', 'then', 'local', ?)",
        (JPEG,),
    )
    connection.execute(
        "INSERT INTO templates (person_id, model, model_sha256, dimensions, created_at, source, vector)"
        " VALUES ('old', 'm', ?, 512, 'then', 'enrolment', ?)",
        (WEIGHTS, template(1).vector.tobytes()),
    )
    connection.execute("INSERT INTO audit (at, action, subject) VALUES ('then', 'person_enrolled', 'old')")
    with closing(dbapi2.connect(path.with_name(f"{path.name}.before-v2.db"))) as backup:
        connection.backup(backup)
        backup.execute("PRAGMA journal_mode = DELETE")
    (path.parent / "kept-wal").write_bytes(path.with_name(f"{path.name}-wal").read_bytes())
    kept = path.read_bytes()
    connection.close()
    path.write_bytes(kept)  # as after a power cut: the main file of before the checkpoint, and its log
    (path.parent / "kept-wal").rename(path.with_name(f"{path.name}-wal"))


def test_a_plain_database_is_encrypted_with_its_backups_and_nothing_plain_is_left(tmp_path: Path):
    path = tmp_path / "station.db"
    build_version_2(path)
    assert readable(tmp_path) != []
    with opened(path, key=KEY) as store:
        person = store.person(PersonId("old"))
        assert (person.details.first_name, person.face_image) == ("Ann", JPEG)
        assert [p for p, _ in store.templates(WEIGHTS)] == ["old"]
        assert [line.action for line in store.audit()] == ["person_enrolled", "audit_chained"]
        assert store.verify_audit().whole
        assert store.notices == ()
        assert readable(tmp_path) == []
    names = {f.name for f in tmp_path.iterdir() if f.suffix == ".db"}
    versions = {
        "station.db": LATEST,
        "station.db.before-v2.db": 2,
        **{f"station.db.before-v{version}.db": version - 1 for version in range(3, LATEST + 1)},
        "station.db.before-encryption.db": 2,
    }
    assert names == set(versions)
    for name in names:
        assert look(tmp_path / name, Key(KEY)) is Look.ENCRYPTED
        with closing(open_file(tmp_path / name, mode="ro", key=Key(KEY), busy_ms=0)) as copy:
            assert copy.execute("SELECT last_name FROM persons").fetchall() == [("O'Neil",)]
            assert version_of(copy) == versions[name]
    assert [f.name for f in tmp_path.iterdir() if ".encrypt" in f.name or f.name.endswith(".plain")] == []


def test_the_bytes_of_the_plain_file_are_overwritten_before_they_are_freed(tmp_path: Path):
    path = tmp_path / "station.db"
    build_version_2(path)
    with (
        path.open("rb") as plain,
        path.with_name("station.db-wal").open("rb") as log,
    ):  # the blocks, whatever their name
        with opened(path, key=KEY):
            pass
        for file in (plain, log):
            file.seek(0)
            held = file.read()
            assert held == bytes(len(held))
            assert len(held) > 4096


def test_a_plain_audit_keeps_its_anchor(tmp_path: Path):
    path = tmp_path / "station.db"
    with opened(path) as store:
        store.note(action="plain")
    with opened(path, key=KEY) as store:
        assert store.notices == ()
        store.note(action="encrypted")
        report = store.verify_audit()
        assert (report.whole, report.lines, report.anchored) == (True, 2, 2)


@pytest.mark.expects_log
def test_a_damaged_plain_file_is_set_aside_and_an_encrypted_one_begun(tmp_path: Path):
    path = tmp_path / "station.db"
    with opened(path) as store:
        store.enrol(enrolment())
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(4096 * 3))
    with opened(path, key=KEY) as store:
        assert [notice.code for notice in store.notices] == [Code.STORE_DAMAGED]
    assert look(path, Key(KEY)) is Look.ENCRYPTED


def test_a_plain_file_that_another_program_has_open_waits(tmp_path: Path):
    path = tmp_path / "station.db"
    build_version_2(path)
    with closing(dbapi2.connect(path, isolation_level=None)) as other:
        other.execute("SELECT count(*) FROM persons").fetchone()
        with pytest.raises(StoreError) as caught, opened(path, key=KEY, busy_ms=50):
            pass
        assert caught.value.code is Code.STORE_LOCKED
        assert other.execute("SELECT count(*) FROM persons").fetchone() == (1,)
        other.execute("UPDATE persons SET first_name = 'Anne'")
    with opened(path, key=KEY) as store:
        assert store.person(PersonId("old")).details.first_name == "Anne"


def test_a_database_of_another_program_is_not_encrypted(tmp_path: Path):
    path = tmp_path / "station.db"
    with closing(dbapi2.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    assert code_of_opening(path, KEY) is Code.STORE_FAILED


def test_a_newer_plain_file_stays_plain(tmp_path: Path):
    path = tmp_path / "station.db"
    build_version_2(path)
    with closing(dbapi2.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {LATEST + 1}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path.with_name("station.db.before-v2.db").unlink()
    assert code_of_opening(path, KEY) is Code.STORE_NEWER


@pytest.mark.parametrize("step", range(1, 9))
def test_stopped_at_any_step_it_is_the_plain_one_or_the_encrypted_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
):
    """Each rename, deletion and export in turn never happens, as in a power cut; the next start finishes the work."""

    class PowerCut(BaseException):
        pass

    path = tmp_path / "station.db"
    build_version_2(path)
    done = 0

    def counted(real):
        def call(*arguments: object, **named: object) -> object:
            nonlocal done
            done += 1
            if done == step:
                raise PowerCut
            return real(*arguments, **named)

        return call

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", counted(Path.replace))
        patched.setattr(encrypting, "overwrite", counted(encrypting.overwrite))
        patched.setattr(encrypting, "_export", counted(encrypting._export))
        try:
            with opened(path, key=KEY):
                pass
        except PowerCut:
            pass
        assert done >= step
    with opened(path, key=KEY) as store:
        assert store.person(PersonId("old")).face_image == JPEG
        assert store.notices == ()
        assert store.verify_audit().whole
    assert readable(tmp_path) == []
    assert [f.name for f in tmp_path.iterdir() if ".encrypt" in f.name or f.name.endswith(".plain")] == []


def test_two_programs_that_meet_a_plain_file_encrypt_it_once(tmp_path: Path):
    path = tmp_path / "station.db"
    build_version_2(path)
    code = (
        "import sys; from pathlib import Path; from support.records import HandClock; from kiosk.keys import open_vault\n"
        "from kiosk.store.sqlite import SqliteStore\n"
        "path = Path(sys.argv[1])\n"
        "store = SqliteStore.open(path, clock=HandClock(), key=open_vault(path.parent), busy_ms=20000)\n"
        "print(len(store.people())); store.close()"
    )
    root = Path(__file__).resolve().parents[2]
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(root), str(root / "tests")])}
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(path)], env=env, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert [process.communicate(timeout=PROGRAM_S)[0].strip() for process in running] == ["1", "1", "1"]
    with opened(path, key=open_vault(tmp_path), clock=HandClock()) as store:
        assert store.notices == ()
        assert store.verify_audit().whole


# ---------------------------------------------------------------- full, locked


def test_a_disk_that_is_full_leaves_the_plain_file_as_it_was(tmp_path: Path):
    path = tmp_path / "station.db"
    build_version_2(path)
    code = (
        "import resource, signal, sys; from pathlib import Path; from support.records import KEY, opened\n"
        "import sqlite_utils, sqlcipher3.dbapi2\n"
        "from kiosk.domain.errors import StoreError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))\n"
        "try:\n"
        "    with opened(Path(sys.argv[1]), key=KEY): print('opened')\n"
        "except StoreError as error: print(error.code)"
    )
    root = Path(__file__).resolve().parents[2]
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(root), str(root / "tests")])}
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], env=env, capture_output=True, text=True, timeout=PROGRAM_S, check=False
    )
    assert done.stdout.strip() in {"store_full", "store_failed"}, done.stderr
    assert look(path, None) is Look.PLAIN
    with opened(path, key=KEY) as store:
        assert store.person(PersonId("old")).face_image == JPEG
    assert readable(tmp_path) == []


def test_another_program_that_writes_is_named(tmp_path: Path):
    path = tmp_path / "station.db"
    with opened(path, key=KEY, busy_ms=50) as store:
        with closing(open_file(path, mode="rw", key=Key(KEY), busy_ms=0)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError) as caught:
                store.enrol(enrolment())
            assert caught.value.code is Code.STORE_LOCKED
            assert store.people() == []
            other.execute("ROLLBACK")
        assert store.enrol(enrolment()).id == "p1"
