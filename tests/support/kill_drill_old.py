"""The kill drill's older databases: files as each earlier version of the schema wrote them, killed while they are brought up.

One file of each version. A life opens it and is killed at some moment of the encryption or of a step; the next life of that
version goes on with what is left. Whoever comes through is compared with what was in it, and a new file takes its place.
"""

from __future__ import annotations

import logging
import random
import re
import signal
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from support.kill_drill_lives import Tell, killed
from support.records import JPEG, KEY, WEIGHTS, template

from kiosk.domain.outbox import RowState
from kiosk.domain.person import PersonId
from kiosk.station.clock import SystemClock
from kiosk.store.cipher import Key
from kiosk.store.connections import connect
from kiosk.store.migrations import LATEST, migrate
from kiosk.store.sqlite import SqliteStore

PEOPLE = 12
AT = "2026-01-02T03:04:05.678Z"
LONGEST_STEP_S = 0.02
SENT = "old-00"
"""Whose creation was being sent when the older program ended, where that version had something to send."""

_SAID = re.compile(
    r"(?P<encrypted>the database is encrypted)|backup made: .*before-v(?P<backup>\d+)|database brought to version (?P<step>\d+)"
)


@dataclass
class OldFiles:
    """Attributes:
    moments: how many lives died after each word (``begun``, ``encrypted``, ``backup``, ``step``).
    whole: files that came through and were what they should be.
    """

    folder: Path
    moments: Counter[str] = field(default_factory=Counter)
    whole: int = 0
    lives: int = 0
    _made: int = 0
    _under_way: dict[int, Path] = field(default_factory=dict)

    def live_and_die(self, chance: random.Random) -> None:
        """One life with a file of the next version in turn.

        Raises:
            AssertionError: a file that came through is not what it was.
        """
        version = 1 + self.lives % (LATEST - 1)
        path = self._under_way.get(version) or self._new(version)
        self._under_way[version] = path
        parts = [f"{part}-{n}" for n in range(version + 1, LATEST + 1) for part in ("backup", "step")]
        # The first ones are killed at once where they begin to change the file, whatever the chance.
        is_first = self.lives < LATEST - 1
        word = parts[0] if is_first else chance.choice([*parts[:-1], "begun", "encrypted"])
        delay_s = 0.0 if is_first else chance.random() * LONGEST_STEP_S
        self.lives += 1
        told = killed(lambda tell: open_and_tell(path, tell), (word, "migrated"), delay_s)
        self.moments[told[-1].split("-")[0]] += 1
        if told[-1] == "migrated":
            self._compare(version)

    def finish(self) -> None:
        """Everything that is half-way comes through now.

        Raises:
            AssertionError: it does not, or is not what it was.
        """
        for version in list(self._under_way):
            self._compare(version)

    @property
    def killed_inside(self) -> int:
        """Lives that died after the first change to their file and before the last."""
        return sum(count for word, count in self.moments.items() if word not in {"begun", "migrated"})

    def _new(self, version: int) -> Path:
        self._made += 1
        place = self.folder / f"v{version}-{self._made:03}"
        place.mkdir(parents=True)
        # Plain ones are encrypted on their way; the older of them never were anything else.
        build(place / "station.db", version, Key(KEY) if version >= 3 and self._made % 3 == 0 else None)
        return place / "station.db"

    def _compare(self, version: int) -> None:
        compare_old(self._under_way.pop(version), version)
        self.whole += 1


def build(path: Path, version: int, key: Key | None) -> None:
    """A file as this version wrote it, with people, their templates, results, audit lines and what else it had."""
    path.touch()
    database = connect(path, busy_ms=1000, key=key)
    with closing(database.conn) as connection:
        migrate(database, path, at=AT, key=key, target=1)
        for number in range(PEOPLE):
            connection.execute(
                "INSERT INTO persons (id, first_name, last_name, verification_status, created_at, updated_at, truth, face_image)"
                " VALUES (?, ?, 'Old', 'verified', ?, ?, 'local', ?)",
                (_name(number), f"Name {number}", AT, AT, _picture(number)),
            )
            connection.execute(
                "INSERT INTO templates (person_id, model, model_sha256, dimensions, created_at, source, vector)"
                " VALUES (?, 'm', ?, 512, ?, 'enrolment', ?)",
                (_name(number), WEIGHTS, AT, template(number).vector.tobytes()),
            )
            connection.execute(
                "INSERT INTO validations (id, identifier, type, status, liveness_score, requires_2fa, version, created_at,"
                " updated_at, person_id, outcome, reason, truth, mono_ms)"
                " VALUES (?, ?, 'login', 'validated', 0.9, 0, 1, ?, ?, ?, 'granted', 'recognised', 'local', 1.0)",
                (f"v-{number}", f"v-{number}-mark", AT, AT, _name(number)),
            )
            connection.execute(
                "INSERT INTO audit (at, action, subject) VALUES (?, 'person_enrolled', ?)", (AT, _name(number))
            )
        migrate(database, path, at=AT, key=key, target=version)
        if version >= 2:
            connection.execute(
                "INSERT INTO consents (person_id, text_version, given_at) SELECT id, '1', ? FROM persons", (AT,)
            )
        if version >= 3:
            connection.execute(
                "INSERT INTO outbox (id, action, subject, chain, state, created_at, due_at, set_at, tries)"
                " VALUES (?1, 'create_person', ?1, ?1, 'sending', ?2, ?2, ?2, 1)",
                (SENT, AT),
            )
    for backup in path.parent.glob(f"{path.name}.before-*"):
        backup.unlink()  # of the building, not of what is drilled


def open_and_tell(path: Path, tell: Tell) -> None:
    """Bring it up, telling each part of it as the program logs it."""

    class Teller(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said = _SAID.match(record.getMessage())
            if said is not None:
                part = "encrypted" if said["encrypted"] else "backup" if said["backup"] else "step"
                tell(f"{part}-{said['backup'] or said['step']}" if part != "encrypted" else part)

    logger = logging.getLogger("kiosk.store")
    logger.setLevel(logging.INFO)
    logger.addHandler(Teller())
    tell("begun")
    _open(path).close()
    tell("migrated")
    signal.pause()


def compare_old(path: Path, version: int) -> None:
    """Whether everything of the older file is there once.

    Raises:
        AssertionError: it is not.
    """
    store = _open(path)
    try:
        what = f"a file of version {version}"
        assert store.notices == (), f"{what}: {store.notices}"
        people = {str(person.id): person.details.first_name for person in store.people()}
        assert people == {_name(n): f"Name {n}" for n in range(PEOPLE)}, f"{what}: people {people}"
        pictures = [store.person(PersonId(_name(n))).face_image for n in range(PEOPLE)]
        assert pictures == [_picture(n) for n in range(PEOPLE)], f"{what}: pictures"
        templates = Counter(str(person) for person, _ in store.templates(WEIGHTS))
        assert templates == Counter(_name(n) for n in range(PEOPLE)), f"{what}: templates {templates}"
        results = Counter(result.id for result in store.validations(10_000))
        assert results == Counter(f"v-{n}" for n in range(PEOPLE)), f"{what}: results {results}"
        consents = {len(store.consents(PersonId(_name(n)))) for n in range(PEOPLE)}
        assert consents == {1 if version >= 2 else 0}, f"{what}: consents {consents}"
        enrolled = [line.subject for line in store.audit() if line.action == "person_enrolled"]
        assert enrolled == [_name(n) for n in range(PEOPLE)], f"{what}: audit {enrolled}"
        assert store.verify_audit().whole, f"{what}: the audit is not whole"
        waiting = [(row.id, row.state) for row in store.outbox.waiting()]
        assert waiting == ([(SENT, RowState.DOUBT)] if version >= 3 else []), f"{what}: {waiting}"
    finally:
        store.close()


def _open(path: Path) -> SqliteStore:
    return SqliteStore.open(path, clock=SystemClock(), key=KEY, outgoing=True)


def _name(number: int) -> str:
    return f"old-{number:02}"


def _picture(number: int) -> bytes:
    return JPEG + bytes([number])
