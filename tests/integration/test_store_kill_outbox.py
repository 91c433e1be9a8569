"""Power cuts with an account: enrolments, logins, sending, deletions and the move to an encrypted file, killed at random moments.

Whatever was acknowledged to somebody is there once, with its row to send, and the audit is whole.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.patience import PROGRAM_S
from support.records import JPEG, WEIGHTS, opened

from kiosk.domain.outbox import Action
from kiosk.domain.person import PersonId, Truth
from kiosk.keys import open_vault
from kiosk.store.sqlite import SqliteStore

_KILLS = int(os.environ.get("KIOSK_TEST_KILLS", "16"))
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the drill forks its writers")

_COMMON = """
import os, random, signal, sys, time
from pathlib import Path
from support.records import DETAILS, JPEG, HandClock, enrolment, validation
from kiosk.domain.person import PersonId
from kiosk.domain.remote import RemotePerson
from kiosk.keys import open_vault
from kiosk.store.sqlite import SqliteStore
import sqlite_utils, sqlcipher3.dbapi2

def forked(work):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            work(lambda text: os.write(writing, (text + "\\n").encode()))
        finally:
            os._exit(9)
    os.close(writing)
    return child, reading

def killed(child, reading, delay, after=""):
    told = b""
    while after and after.encode() not in told:
        part = os.read(reading, 65536)
        if not part:
            sys.exit("a writer ended by itself")
        told += part
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(reading, 65536):
        told += more
    os.close(reading)
    return told.decode().split("\\n")[:-1]
"""

_LIFE = (
    _COMMON
    + """
path, kills = Path(sys.argv[1]), int(sys.argv[2])
chance = random.Random(7)
SqliteStore.open(path, clock=HandClock(), key=open_vault(path.parent)).close()  # imports once, for all writers

def life(n):
    def work(tell):
        tell("begun")
        store = SqliteStore.open(path, clock=HandClock(), key=open_vault(path.parent), outgoing=True)
        tell("opened")
        for k in range(10**6):
            name = f"r{n:03}-{k:05}"
            tell(f"? {name}")
            store.enrol(enrolment(name, seeds=(k, k + 1), result=validation(f"v-{name}")))
            tell(f"enrolled {name}")
            if k % 2 == 0:
                store.outbox.begin(name)
                tell(f"sent {name}")
                store.outbox.confirm(name, RemotePerson(remote_id=f"at-{name}", details=DETAILS))
                tell(f"confirmed {name}")
            store.record(validation(f"w-{name}", person=name), JPEG)
            tell(f"recorded {name}")
            if k % 3 == 0:
                tell(f"deleting {name}")
                store.delete(PersonId(name))
                tell(f"deleted {name}")
    return work

for n in range(kills):
    child, reading = forked(life(n))
    # A machine that is busy gets as far in every life as this word says; from there on the moment is left to chance.
    while_opening = n % 4 == 3
    delay = chance.random() * (0.1 if while_opening else 0.25)
    after = "begun" if while_opening else ("enrolled", "sent", "confirmed", "recorded", "deleting", "deleted")[n % 6]
    print("\\n".join(killed(child, reading, delay, after=after)), flush=True)
"""
)

_MOVE = (
    _COMMON
    + """
import shutil
source, folder, kills = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
chance = random.Random(3)
longest = 0.0
for n in range(kills):
    place = folder / f"n{n:03}"
    shutil.copytree(source, place)
    open_vault(place).ensure("warm-up", lambda: "x")
    if n == 0:
        began = time.monotonic()
        SqliteStore.open(place / "station.db", clock=HandClock(), key=open_vault(place)).close()
        longest = time.monotonic() - began
    def work(tell):
        SqliteStore.open(place / "station.db", clock=HandClock(), key=open_vault(place)).close()
        tell("done")
        time.sleep(60)
    child, reading = forked(work)
    print(place.name, *killed(child, reading, chance.random() * longest), flush=True)
"""
)


def drill(code: str, *arguments: object) -> list[str]:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(root), str(root / "tests")])},
        capture_output=True,
        text=True,
        timeout=PROGRAM_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")


def rows(store: SqliteStore) -> dict[tuple[str, str], bytes | None]:
    with store._connections.reading() as database:
        return {(r["action"], r["subject"]): r["image"] for r in database.query("SELECT * FROM outbox")}


def test_every_acknowledged_act_is_there_once_with_its_row(tmp_path: Path):
    lines = drill(_LIFE, tmp_path / "station.db", _KILLS)
    told: dict[str, set[str]] = {}
    for word, _, name in (line.partition(" ") for line in lines):
        told.setdefault(word, set()).add(name)
    maybe_deleted = told.get("deleting", set())
    with opened(tmp_path / "station.db", key=open_vault(tmp_path), outgoing=True) as store:
        assert store.notices == ()
        assert store.verify_audit().whole
        people = {person.id: person for person in store.people()}
        waiting = rows(store)
        results = {result.id: result for result in store.validations(limit=10**6)}
        templates = [person for person, _ in store.templates(WEIGHTS)]
        assert told["enrolled"] - maybe_deleted <= set(people)
        assert not told["deleted"] & set(people)
        assert {name for name in people if templates.count(PersonId(name)) != 2} == set()
        for name, person in people.items():
            creation = (Action.CREATE_PERSON, name) in waiting
            assert creation == (person.truth in {Truth.PROVISIONAL, Truth.SENT_NO_REPLY})
            assert creation or person.remote_id == f"at-{name}"
            if name in told["confirmed"]:
                assert person.truth is Truth.CONFIRMED
            if f"w-{name}" in results:
                assert waiting[Action.SEND_VALIDATION, f"w-{name}"] == JPEG
        assert {f"w-{name}" for name in told["recorded"]} <= set(results)
        for name in told["deleted"]:
            assert ((Action.DELETE_PERSON, name) in waiting) == (name in told["confirmed"])
            assert (Action.CREATE_PERSON, name) not in waiting
            assert (Action.SEND_VALIDATION, f"w-{name}") not in waiting
        assert len(store.deletions()) >= len(told["deleted"])
        assert all(each.outcome != "pending" for c in store.deletions() for each in c.touched if each.kind == "file")
        acts = sum(len(told.get(word, ())) for word in ("enrolled", "confirmed", "recorded", "deleted"))
    assert acts > _KILLS
    print(f"{_KILLS} kills, {acts} acknowledged acts: none lost, none twice")  # noqa: T201 - the drill tells its counts


def test_a_plain_database_survives_every_kill_on_its_way_to_an_encrypted_one(tmp_path: Path):
    source = tmp_path / "plain"
    source.mkdir()
    with opened(source / "station.db") as store:
        from support.records import enrolment

        for n in range(40):
            store.enrol(enrolment(f"p{n}"))
    lines = drill(_MOVE, source, tmp_path, _KILLS)
    done = [line for line in lines if line.endswith("done")]
    assert len([line for line in lines if line]) == _KILLS
    for n in range(_KILLS):
        place = tmp_path / f"n{n:03}"
        with opened(place / "station.db", key=open_vault(place)) as store:
            assert store.notices == ()
            assert len(store.people()) == 40
            assert store.verify_audit().whole
        assert [f.name for f in place.iterdir() if f.is_file() and JPEG[4:60] in f.read_bytes()] == []
    print(f"{_KILLS} kills, {len(done)} of them after the move: every database whole")  # noqa: T201 - the drill tells its counts
