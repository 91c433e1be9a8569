"""A queue that drains against a real sandbox, in turns with the same requests made without an outbox, beside a Qt event loop.

The rows are edits of people's details, some of each person: two requests a row (in the persons' shape somebody is read before
they are changed), which the sandbox answers without looking at a face, so that what is measured is the queue and not somebody
else's vision. Each person has a picture of a usual size here, as anybody who was enrolled.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil
from support.camera_sources import RealClock
from support.online import connected
from support.sandbox import Sandbox

from kiosk.api.connect import Connection
from kiosk.api.dialects import from_seed, to_seed_create
from kiosk.api.models.seed_persons import SeedPersonCreate
from kiosk.domain.errors import Code
from kiosk.domain.person import Person, PersonId, Truth
from kiosk.domain.remote import RemotePerson
from kiosk.store.sqlite import SqliteStore
from kiosk.sync.push import Push, Settled
from kiosk.sync.worker import Did, SyncWorker

CHUNK = 32
"""Rows by each side before it is the other's turn; as many as the worker asks the queue for at once."""
EDITS = 5
"""Rows of each person."""
PICTURE = b"\xff\xd8" + bytes(range(256)) * 200
"""As long as a face of 300 x 300, and of no interest to anybody here."""
KEY = bytes(range(32))
WITHIN_S = 30.0


@dataclass
class Figures:
    """What one drain showed.

    Attributes:
        ours, bare: seconds of each chunk.
        chains: person -> ids of their rows in the order in which they were acknowledged.
        memory: (rows acknowledged, resident bytes), once a chunk.
    """

    ours: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    rows: int = 0
    chains: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    memory: list[tuple[int, int]] = field(default_factory=list)

    @property
    def throughput(self) -> float:
        """Of the bare client's; 1.0 is as fast."""
        return self.ours_rate / self.bare_rate

    @property
    def ours_rate(self) -> float:
        """Rows a second."""
        return self.rows / sum(self.ours)

    @property
    def bare_rate(self) -> float:
        """The same, of as many chunks of the bare client's."""
        return len(self.bare) * CHUNK / sum(self.bare)

    @property
    def grown(self) -> int:
        """Resident bytes gained after the first fifth."""
        warm = [size for rows, size in self.memory if rows >= self.rows / 5]
        return warm[-1] - warm[0]

    def __str__(self) -> str:
        ours, bare = 1000 / self.ours_rate, 1000 / self.bare_rate
        return (
            f"{self.rows} rows: {ours:.2f} ms a row through the outbox, {bare:.2f} ms bare, "
            f"throughput {self.throughput:.3f} of the bare client's; {self.grown / 2**20:+.1f} MiB after warm-up"
        )


class Drain:
    """A store with a queue, a worker for it and the bare client beside it; one connection."""

    def __init__(self, store: SqliteStore, connection: Connection, *, people: int) -> None:
        self.store = store
        self.connection = connection
        self._others = [self._created(people + number) for number in range(people)]
        self._edits = 0
        self._queue([self._held(number) for number in range(people)])
        outbox = store.outbox
        push = Push(outbox, connection.account, clock=RealClock(), jitter=lambda: 0.0, within_s=WITHIN_S)
        self.worker = SyncWorker(outbox, push, pull=None, pictures=None, clock=RealClock(), told=lambda _: None)

    def run(self, *, phase: Phase | None = None) -> Figures:
        """Everything, chunk by chunk, the other side after each, then nothing for as long. On the caller's thread."""
        figures, at = Figures(), phase or Phase()
        memory = psutil.Process().memory_info
        self._chunk_by_client(CHUNK)  # the connection, the imports
        while self.store.outbox.backlog().pending:
            sides = [self._queue_turn, self._bare_turn]
            for turn in (
                sides if len(figures.ours) % 2 else reversed(sides)
            ):  # who begins changes: the first has cold caches
                turn(figures, at)
            at.name = "nothing"
            at.pause(figures.ours[-1])
            figures.memory.append((figures.rows, memory().rss))
        at.name = ""
        return figures

    def differing(self) -> list[str]:
        """People whom the account does not hold as they are here, or who are not confirmed."""
        account = self.connection.account
        odd: list[str] = []
        cursor, there = "", {}
        while True:
            page = account.people(cursor, limit=100, within_s=WITHIN_S)
            there |= {person.remote_id: person.details for person in page.people}
            cursor = page.cursor
            if not cursor:
                break
        for person in self.store.people():
            if there.get(person.remote_id) != person.details or person.truth is not Truth.CONFIRMED:
                odd.append(person.id)
        return odd

    def _queue_turn(self, figures: Figures, at: Phase) -> None:
        at.name = "queue"
        began = time.perf_counter()
        figures.rows += self._chunk_by_worker(figures)
        figures.ours.append(time.perf_counter() - began)

    def _bare_turn(self, figures: Figures, at: Phase) -> None:
        at.name = "bare"
        began = time.perf_counter()
        self._chunk_by_client(CHUNK)
        figures.bare.append(time.perf_counter() - began)

    def _chunk_by_worker(self, figures: Figures) -> int:
        done = 0
        while done < CHUNK:
            step = self.worker.step()
            if step.did is Did.NOTHING:
                break
            assert step.sent is not None, step
            assert step.sent.settled is Settled.CONFIRMED, step
            figures.chains[step.sent.row.chain].append(step.sent.row.id)
            done += 1
        return done

    def _chunk_by_client(self, rows: int) -> None:
        """The same requests for as many other people in turns, with as much made of the answers, and nothing kept."""
        api = self.connection.client.seed_persons
        for _ in range(rows):
            person = self._others[self._edits % len(self._others)]
            self._edits += 1
            edited = replace(person, details=replace(person.details, phone=f"+57310{self._edits:06d}"))
            known = from_seed(api.retrieve(person.remote_id, within_s=WITHIN_S))
            made = api.update(person.remote_id, to_seed_create(edited, known.details), within_s=WITHIN_S)
            assert from_seed(made).details == edited.details

    def _created(self, number: int) -> Person:
        body = {
            "firstName": "Ana",
            "lastName": "Prueba",
            "email": f"ana.{number}@example.com",
            "dateOfBirth": "1990-01-15",
            "documentType": "passport",
            "documentNumber": f"{number:09d}",
        }
        made = from_seed(self.connection.client.seed_persons.create(SeedPersonCreate.model_validate(body)))
        return Person(id=PersonId(made.remote_id), details=made.details, remote_id=made.remote_id)

    def _held(self, number: int) -> PersonId:
        """Somebody whom both sides know."""
        made = self._created(number)
        remote = RemotePerson(remote_id=made.remote_id, details=made.details, image=PICTURE)
        return self.store.replica.apply_remote(remote)[0]

    def _edit(self, person: PersonId, phone: str) -> str:
        """A row for one more edit, made while those before it are being sent; its id."""
        known = self.store.person(person)
        self.store.update(replace(known, details=replace(known.details, phone=phone)))
        with self.store._ledger.reading() as database:
            sql = "SELECT id FROM outbox WHERE chain = ? AND state = 'pending'"
            (row,) = database.query(sql, (person,))
        assert self.store.outbox.begin(row["id"]) is not None
        return str(row["id"])

    def _queue(self, people: list[PersonId]) -> None:
        """Everybody's edits in turns; then the link goes, and all of them wait."""
        made = [
            self._edit(person, f"+57300{number:05d}{edit}")
            for edit in range(EDITS)
            for number, person in enumerate(people)
        ]
        for row in made:
            self.store.outbox.delay(row, seconds=0.0, code=Code.API_NO_LINK)


class Phase:
    """Whose turn it is; read by another thread. A pause ends early where somebody has called ``end``."""

    def __init__(self) -> None:
        self.name = ""
        self._ended = threading.Event()

    def pause(self, seconds: float) -> None:
        self._ended.wait(seconds)

    def end(self) -> None:
        self._ended.set()


@contextmanager
def draining(folder: Path, sandbox: Sandbox, *, people: int) -> Iterator[Drain]:
    """An encrypted store with ``people`` times ``EDITS`` rows, and the sandbox as its account."""
    store = SqliteStore.open(folder / "kiosk.db", clock=RealClock(), key=KEY, outgoing=True)
    try:
        with connected(sandbox) as connection:
            yield Drain(store, connection, people=people)
    finally:
        store.close()
