"""The kill drill: a station with an account is killed (SIGKILL) at random moments, against a sandbox with faults on.

    python tests/support/kill_drill.py --kills 300        (from the project's folder; prints what it did and what it found)

Each round forks a child that opens the encrypted database (looking up what was being sent when the last one died), and then
enrols, edits, deletes, records logins, sends and pulls, in random order, until it is killed. Some rounds are killed while they
open, some begin with a purge of everybody whose time is up. What a child tells through its pipe was acknowledged to somebody.
Afterwards, with the faults off, everything is sent, and then every acknowledged act must be there once, here and at the account.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from support.records import DETAILS, enrolment, validation
from support.sandbox import Sandbox, sandbox_process

from kiosk.api.connect import Connection, connect
from kiosk.domain.decision import Outcome
from kiosk.domain.person import PersonId, Truth
from kiosk.keys import open_vault
from kiosk.station.clock import SystemClock
from kiosk.store.sqlite import SqliteStore
from kiosk.sync.batch import AHEAD_FROM
from kiosk.sync.pull import Pull
from kiosk.sync.push import Push
from kiosk.sync.worker import SyncWorker

FAULTS = "lost_reply=0.1,reset=0.05,http500=0.05,truncated=0.03,latency=10"
CALL_S = 5.0
SETTLE_S = 10.0
PURGE_EVERY = 20
JUDGED = frozenset({"validated", "completed", "failed"})
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Place:
    """Where one drill works. ``picture`` is the JPEG of a face that the sandbox takes."""

    folder: Path
    base_url: str
    token: str
    picture: bytes

    @property
    def database(self) -> Path:
        return self.folder / "station.db"

    def store(self) -> SqliteStore:
        return SqliteStore.open(self.database, clock=SystemClock(), key=open_vault(self.folder), outgoing=True)

    def connection(self) -> Connection:
        return connect(self.base_url, self.token, dialect="persons", clock=SystemClock(), proxy="direct")

    def worker(self, store: SqliteStore, connection: Connection, chance: random.Random, *, pulls: bool) -> SyncWorker:
        return SyncWorker(
            store.outbox,
            # A look that comes at once would be no drill of the wait; one that comes late would make the drill long.
            Push(
                store.outbox,
                connection.account,
                clock=SystemClock(),
                jitter=lambda: 0.1 * chance.random(),
                within_s=CALL_S,
                settle_s=SETTLE_S,
            ),
            pull=Pull(store.replica, connection.account, None, within_s=CALL_S, page=20) if pulls else None,
            pictures=None,
            clock=SystemClock(),
            told=lambda _: None,
            pull_every_s=1.0,
            ahead_from=chance.choice((1, AHEAD_FROM)),
        )


class Child:
    """One life of the station."""

    def __init__(self, place: Place, number: int, tell: Tell) -> None:
        self.place = place
        self.number = number
        self.tell = tell
        self.chance = random.Random(number)
        self.mine: list[str] = []
        self.acts = 0

    def live(self) -> None:
        """Until killed."""
        self.store = self.place.store()
        self.tell("opened")
        if self.number % PURGE_EVERY == PURGE_EVERY - 1:
            self.tell("purging")
            self.store.purge_due(SystemClock().now() + timedelta(days=2), days=1)
            self.tell("purged")
        self.mine = [str(person.id) for person in self.store.people() if person.id.startswith("n")]
        worker = self.place.worker(self.store, self.place.connection(), self.chance, pulls=self.number % 3 == 0)
        while True:
            kinds = (self.enrol, self.edit, self.delete, self.login)
            self.chance.choices(kinds, (5, 3, 1, 2))[0]()
            for _ in range(self.chance.randrange(0, 3)):
                worker.step()
                worker.link_back()

    def enrol(self) -> None:
        name = f"n{self.number:04}-{self.acts:03}"
        self.acts += 1
        details = replace(DETAILS, first_name=f"Name {name}", document_number=name, email=f"{name}@example.org")
        self.tell(f"enrolling {name}")
        result = replace(validation(f"v-{name}", session=None), truth=Truth.PROVISIONAL)
        self.store.enrol(replace(enrolment(name, details=details, result=result), face_image=self.place.picture))
        self.tell(f"enrolled {name}")
        self.mine.append(name)

    def edit(self) -> None:
        if self.mine:
            name = self.chance.choice(self.mine)
            person = self.store.person(PersonId(name))
            phone = f"+57300{self.chance.randrange(1000000, 9999999)}"
            self.tell(f"editing {name} {phone}")
            self.store.update(replace(person, details=replace(person.details, phone=phone)))
            self.tell(f"edited {name} {phone}")

    def delete(self) -> None:
        if self.mine:
            name = self.mine.pop(self.chance.randrange(len(self.mine)))
            self.tell(f"deleting {name}")
            self.store.delete(PersonId(name))
            self.tell(f"deleted {name}")

    def login(self) -> None:
        if self.mine:
            name = self.chance.choice(self.mine)
            mark = f"l-{self.number:04}-{self.acts:03}"
            self.acts += 1
            made = validation(mark, person=name, session=None)
            self.tell(f"recording {mark} {name}")
            self.store.record(replace(made, truth=Truth.PROVISIONAL, outcome=Outcome.GRANTED), self.place.picture)
            self.tell(f"recorded {mark} {name}")


def fork(place: Place, number: int) -> tuple[int, int]:
    """A child and the end of its pipe."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            Child(place, number, lambda text: void(os.write(writing, (text + "\n").encode()))).live()
        except BaseException as error:  # noqa: BLE001 - told to the drill, which fails
            os.write(writing, f"failed {type(error).__name__} {error}\n".encode())
        finally:
            os._exit(9)
    os.close(writing)
    return child, reading


def void(_: object) -> None:
    """Nothing."""


def kill(child: int, reading: int, delay: float) -> list[str]:
    """Wait, kill, and read what it had told."""
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    told = b""
    while more := os.read(reading, 65536):
        told += more
    os.close(reading)
    return told.decode().split("\n")[:-1]


@dataclass
class Told:
    """What was acknowledged, and what was under way when somebody was killed."""

    enrolled: set[str]
    gone: set[str]
    maybe_gone: set[str]
    phones: dict[str, set[str]]
    logins: dict[str, str]
    opened: int = 0
    acts: int = 0

    def take(self, lines: list[str]) -> None:
        for line in lines:
            word, *rest = line.split(" ")
            match word:
                case "opened":
                    self.opened += 1
                case "enrolled":
                    self.enrolled.add(rest[0])
                case "deleting":
                    self.maybe_gone.add(rest[0])
                case "deleted":
                    self.gone.add(rest[0])
                case "purging":
                    self.maybe_gone |= self.enrolled
                case "editing":  # the one before, until it is acknowledged; then no other
                    self.phones.setdefault(rest[0], {DETAILS.phone}).add(rest[1])
                case "edited":
                    self.phones[rest[0]] = {rest[1]}
                case "recorded":
                    self.logins[rest[0]] = rest[1]
                case "failed":
                    raise AssertionError(line)
            self.acts += word in {"enrolled", "deleted", "edited", "recorded", "purged"}


def drill(place: Place, kills: int, seed: int, progress: Callable[[int], None]) -> Told:
    """Kill so many children; the faults are the sandbox's."""
    chance = random.Random(seed)
    told = Told(set(), set(), set(), {}, {})
    place.store().close()  # imports once, for all children
    for number in range(kills):
        while_opening = number % 10 == 3
        child, reading = fork(place, number)
        told.take(kill(child, reading, chance.random() * (0.15 if while_opening else 1.2)))
        progress(number + 1)
    return told


def drain(place: Place, deadline_s: float) -> Counter[str]:
    """Send everything that waits, and once more what was refused while the faults were on; what that was, by its code."""
    ends = time.monotonic() + deadline_s
    store, connection = place.store(), place.connection()
    try:
        worker = place.worker(store, connection, random.Random(0), pulls=False)
        refused = Counter(f"{row.action.value} {row.code} {row.reason}" for row in store.outbox.buried())
        for row in store.outbox.buried():
            store.outbox.retry(row.id, reason="the faults are off")
        while (backlog := store.outbox.backlog()).pending + backlog.doubt:
            assert time.monotonic() < ends, f"rows wait for ever: {backlog}, {refused}"
            step = worker.step()
            worker.link_back()
            if step.wait_s:
                time.sleep(min(0.2, step.wait_s))
        return refused
    finally:
        connection.close()
        store.close()


def compare(place: Place, sandbox: Sandbox, told: Told) -> dict[str, int]:
    """Station against account, record by record.

    Raises:
        AssertionError: something was lost, doubled, left over or changed.
    """
    there = everybody(sandbox)
    # A session that was opened, whose client was killed before it could show a face, ends by itself: nobody was judged in it.
    sessions = Counter(
        each["identifier"]
        for each in everything(sandbox, "/v2/biometric-validations")
        if "identifier" in each and each["status"] in JUDGED
    )
    store = place.store()
    try:
        here = {str(person.id): person for person in store.people()}
        buried = {row.subject for row in store.outbox.buried()}
        results = {result.id: result for result in store.validations(10**6)}
        assert store.verify_audit().whole, "the audit is whole"
        waits = store.outbox.backlog()
        assert (waits.pending, waits.doubt) == (0, 0)
    finally:
        store.close()
    documents = Counter(person["documentNumber"] for person in there)
    doubled = {name for name, count in documents.items() if count > 1}
    lost_here = told.enrolled - told.maybe_gone - set(here)
    lost_there = set(here) - buried - set(documents)
    left_over = (told.gone & set(here)) | (set(documents) - set(here))
    assert not doubled, f"doubled at the account: {sorted(doubled)}"
    assert not lost_here, f"lost here: {sorted(lost_here)}"
    assert not lost_there, f"lost at the account: {sorted(lost_there)}"
    assert not left_over, f"left over: {sorted(left_over)}"
    for person in there:
        wanted = told.phones.get(person["documentNumber"], {DETAILS.phone})
        assert person["phone"] in wanted, "an acknowledged edit was lost"
    unconfirmed = [name for name, person in here.items() if person.truth is not Truth.CONFIRMED and name not in buried]
    assert not unconfirmed, f"not confirmed: {unconfirmed}"
    lost_results = set(told.logins) - set(results)
    assert not lost_results, f"lost results: {sorted(lost_results)}"
    twice = {mark for mark, count in sessions.items() if count > 1}
    assert not twice, f"judged twice: {sorted(twice)}"
    for mark, person in told.logins.items():
        result = results[mark]
        if person in here:  # with somebody who is deleted go the results that still wait
            assert result.truth is Truth.CONFIRMED, f"{mark} is {result.truth}"
            assert sessions[result.identifier] == 1, f"{mark} is not at the account"
    return {
        "people": len(here),
        "people at the account": len(there),
        "results": len(results),
        "sessions at the account": sum(sessions.values()),
        "refused": len(buried),
    }


def everybody(sandbox: Sandbox) -> list[dict[str, str]]:
    """All people of the account, by a plain client."""
    return everything(sandbox, "/v2/persons")


def everything(sandbox: Sandbox, path: str) -> list[dict[str, str]]:
    """All pages of a list."""
    found: list[dict[str, str]] = []
    for page in range(1, 10_000):
        answer = sandbox.client.get(path, params={"page": page, "limit": 100, "sort": "createdAt"}).raise_for_status()
        part = answer.json()["data"]
        found += part
        if len(part) < 100:
            break
    return found


def run(folder: Path, picture: bytes, kills: int, *, seed: int = 1, progress: Callable[[int], None] = void) -> str:
    """The whole drill; a line of figures.

    Raises:
        AssertionError: something was lost or doubled.
    """
    (folder / "station").mkdir()
    with sandbox_process(folder, "--credits", "10000000", "--seed", str(seed)) as sandbox:
        place = Place(folder / "station", sandbox.base_url, sandbox.token, picture)
        sandbox.client.get("/v2/persons")
        sandbox.set_faults(FAULTS)
        told = drill(place, kills, seed, progress)
        struck = Counter(sandbox.state()["struck"])
        sandbox.set_faults("")
        refused = drain(place, deadline_s=60.0 + 2.0 * kills)
        figures = compare(place, sandbox, told)
    assert told.acts > kills / 4, "a drill in which nothing happens shows nothing"
    return (
        f"{kills} kills, {told.opened} lives past the opening, {told.acts} acknowledged acts "
        f"({len(told.enrolled)} enrolments, {len(told.gone)} deletions, {len(told.logins)} logins); "
        f"faults struck: {dict(struck)}; refused: {dict(refused)}; {figures}; 0 lost, 0 doubled, audit whole"
    )


def main() -> None:
    """As a tool."""
    from kiosk.camera.stills import encode_jpeg  # noqa: F401 - before the fork, for nobody's child

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--picture", type=Path, required=True, help="JPEG of a face, at least 230 px wide")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="kiosk-drill-"))
    try:
        print(run(folder, given.picture.read_bytes(), given.kills, seed=given.seed, progress=_dot))  # noqa: T201
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _dot(number: int) -> None:
    if number % 25 == 0:
        sys.stderr.write(f"{number} kills\n")


if __name__ == "__main__":
    main()
