"""The kill drill's lives: what a station does until it is killed, how it tells what it has done, and how it is killed.

What a child tells through its pipe was acknowledged to somebody; what it tells before an act was perhaps done.
"""

from __future__ import annotations

import os
import random
import select
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from support.patience import PATIENCE_S
from support.records import DETAILS, enrolment, validation

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

CALL_S = 15.0
Tell = Callable[[str], None]
Live = Callable[[Tell], None]


@dataclass(frozen=True)
class Place:
    """Where one drill works. ``picture`` is the JPEG of a face that the sandbox takes.

    Attributes:
        settle_s: how long "not there" is not believed; longer than the sandbox may work on the request of a dead client.
    """

    folder: Path
    base_url: str
    token: str
    picture: bytes
    settle_s: float

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
                settle_s=self.settle_s,
            ),
            pull=Pull(store.replica, connection.account, None, within_s=CALL_S, page=20) if pulls else None,
            pictures=None,
            clock=SystemClock(),
            told=lambda _: None,
            pull_every_s=1.0,
            ahead_from=chance.choice((1, AHEAD_FROM)),
        )


class Station:
    """One life of a station with an account. It ends when it is killed."""

    def __init__(self, place: Place, number: int, tell: Tell, *, purges: bool) -> None:
        self.place = place
        self.number = number
        self.tell = tell
        self.purges = purges
        self.chance = random.Random(number)
        self.mine: list[str] = []
        self.acts = 0

    def live(self) -> None:
        """Until killed."""
        self.tell("begun")
        self.store = self.place.store()
        self.tell("opened")
        if self.purges:
            self.purge()
        self.mine = [str(person.id) for person in self.store.people() if person.id.startswith("n")]
        worker = self.place.worker(self.store, self.place.connection(), self.chance, pulls=self.number % 3 == 0)
        while True:
            kinds = (self.enrol, self.edit, self.delete, self.login)
            self.chance.choices(kinds, (5, 3, 1, 2))[0]()
            for _ in range(self.chance.randrange(0, 3)):
                sent = worker.step().sent
                if sent is not None:
                    self.tell(f"settled {sent.settled.value}")
                worker.link_back()

    def purge(self) -> None:
        """The third that was touched longest ago is due: who that is, is told before; what the certificates name, after."""
        while not (due := self._oldest_third()):
            self.enrol()
        names, limit = due
        self.tell(" ".join(["purging", *names]))
        certificates = self.store.purge_due(datetime.fromisoformat(limit) + timedelta(days=1), days=1)
        self.tell(" ".join(["purged", *(each.person for each in certificates)]))

    def _oldest_third(self) -> tuple[list[str], str] | None:
        touched = sorted((max(person.created_at, person.updated_at), str(person.id)) for person in self.store.people())
        limit = touched[len(touched) // 3][0] if touched else ""
        names = [name for at, name in touched if at < limit]
        return (names, limit) if names else None

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


def killed(live: Live, after: tuple[str, ...], delay_s: float) -> list[str]:
    """Fork a life, let it come as far as one of these words, wait, kill it: all that it told.

    Raises:
        AssertionError: it ended by itself, or never came as far.
    """
    child, reading = _fork(live)
    told = b""
    deadline = time.monotonic() + PATIENCE_S
    try:
        while not any(line.split(b" ")[0].decode() in after for line in told.split(b"\n")[:-1]):
            assert select.select([reading], [], [], max(0.0, deadline - time.monotonic()))[0], f"none of {after} came"
            part = os.read(reading, 65536)
            assert part, f"a life ended by itself: {told.decode()[-2000:]}"
            told += part
        time.sleep(delay_s)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    while more := os.read(reading, 65536):
        told += more
    os.close(reading)
    lines = told.decode().split("\n")[:-1]
    assert not any(line.startswith("failed ") for line in lines), lines[-1]
    return lines


def _fork(live: Live) -> tuple[int, int]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            live(lambda text: _write(writing, text))
        except BaseException as error:  # noqa: BLE001 - told to the drill, which fails
            _write(writing, f"failed {type(error).__name__} {error}")
        finally:
            os._exit(9)
    os.close(writing)
    return child, reading


def _write(pipe: int, text: str) -> None:
    line = (text + "\n").encode()
    while line:  # a line longer than the pipe's room comes in parts
        line = line[os.write(pipe, line) :]
