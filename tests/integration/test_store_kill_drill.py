"""Power cuts: a program that enrols people is killed 20 times, each time somewhere else in its work."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlite3
from support.patience import PROGRAM_S
from support.records import opened

from kiosk.domain.person import PersonId

_KILLS = 20

# One process imports everything once, then forks a writer for each round and kills it after a few acknowledgements.
_DRILL = """
import os, random, signal, sys, time
from pathlib import Path
from support.records import HandClock, enrolment, validation
from kiosk.store.sqlite import SqliteStore
import sqlite_utils

path, kills = Path(sys.argv[1]), int(sys.argv[2])
chance = random.Random(4)
for n in range(kills):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        store = SqliteStore.open(path, clock=HandClock())
        k = 0
        while True:
            name = f"r{n:02}-{k:05}"
            store.enrol(enrolment(name, seeds=(k, k + 1), result=validation(f"v-{name}")))
            os.write(writing, (name + "\\n").encode())
            k += 1
    os.close(writing)
    wanted, told = chance.randrange(0, 6), b""
    while told.count(b"\\n") < wanted:
        part = os.read(reading, 4096)
        if not part:
            sys.exit("a writer ended by itself")
        told += part
    time.sleep(chance.random() * 0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(reading, 4096):
        told += more
    os.close(reading)
    sys.stdout.write("".join(line + "\\n" for line in told.decode().split("\\n")[:-1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the drill forks its writers")
def test_every_acknowledged_enrolment_is_there_once_and_none_is_half(tmp_path: Path):
    path = tmp_path / "station.db"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", _DRILL, str(path), str(_KILLS)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(root), str(root / "tests")])},
        capture_output=True,
        text=True,
        timeout=PROGRAM_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    acknowledged = done.stdout.split()
    assert len(acknowledged) > _KILLS
    with opened(path) as store:
        assert store.notices == ()
        people = [person.id for person in store.people()]
        assert len(people) == len(set(people))
        assert set(acknowledged) <= set(people)
        assert len(people) - len(acknowledged) <= _KILLS  # at most the one that was under way in each round
        results = {result.person: result.id for result in store.validations(limit=10_000)}
        assert results == {person: f"v-{person}" for person in people}
        assert all(len(store.consents(PersonId(person))) == 1 for person in people)
        lines = store.audit()
        assert [line.id for line in lines] == list(range(1, 2 * len(people) + 1))
        assert sorted(line.subject for line in lines if line.action == "person_enrolled") == sorted(people)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        halves = connection.execute(
            "SELECT person_id FROM templates GROUP BY person_id HAVING count(*) <> 2"
        ).fetchall()
        assert halves == []
        assert connection.execute("SELECT count(DISTINCT person_id) FROM templates").fetchone() == (len(people),)
