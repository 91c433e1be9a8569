"""The record behind a row of the outbox, and the records of a batch read in the transaction that began it.

Read by itself a record costs several times what it costs among others: a transaction of its own, on pages that the writes of
another connection have made stale and that must be deciphered anew. What was read ahead is handed out only while nobody in this
program has written anything but acknowledgements since. What another program deletes in that moment goes out as if its request
had been under way already: the deletion that waits behind it follows.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.domain.outbox import Action, Cargo, RowState
from kiosk.domain.person import Person, PersonId
from kiosk.store import queries, rows
from kiosk.store.connections import fetched

if TYPE_CHECKING:
    from sqlite_utils import Database

_BEGUN = frozenset({RowState.SENDING.value, RowState.DOUBT.value})
MOST_BYTES = 2**20
"""Of pictures that are held in memory ahead of their turn."""


def read(database: Database, row: str) -> Cargo | None:
    """The record as it is now, a creation or an edit as it was begun; None for a row that is gone or has nothing left to send."""
    sql = "SELECT action, subject, state, lookup, image FROM outbox WHERE id = ? AND orphan = 0"
    found = next(iter(fetched(database, sql, (row,))), None)
    if found is None:
        return None
    subject = str(found["subject"])
    if found["action"] == Action.SEND_VALIDATION:
        result = queries.validation(database, subject)
        return None if result is None else Cargo(validation=result, image=found["image"])
    if found["action"] == Action.DELETE_PERSON:
        details = rows.details_from_json(found["lookup"]) if found["lookup"] else None
        gone = None if details is None else Person(id=PersonId(subject), details=details)
        return Cargo(person=gone)
    if found["action"] == Action.UPDATE_PERSON:
        return _edit(database, subject, found["lookup"] if found["state"] in _BEGUN else "")
    person = queries.person(database, subject)
    if person is not None and found["lookup"]:
        person = replace(person, details=rows.details_from_json(found["lookup"]))
    return None if person is None else Cargo(person=person)


def _edit(database: Database, subject: str, begun: str) -> Cargo | None:
    """What an edit makes of the person, without the picture, and what the account acknowledged before it."""
    person = queries.details(database, subject)
    if person is None:
        return None
    if begun:
        person = replace(person, details=rows.details_from_json(begun))
    (acknowledged,) = fetched(database, "SELECT remote_details FROM persons WHERE id = ?", (subject,))
    known = acknowledged["remote_details"]
    return Cargo(person=person, known=rows.details_from_json(known) if known else None)


def load(database: Database, begun: Sequence[str]) -> dict[str, Cargo]:
    """The records of these rows, up to a limit of memory; of a single row none, it is read when it is asked for."""
    cargos: dict[str, Cargo] = {}
    size = 0
    for row in begun if len(begun) > 1 else ():
        cargo = read(database, row)
        if cargo is None:
            continue
        size += _size(cargo)
        if size > MOST_BYTES:
            break
        cargos[row] = cargo
    return cargos


class ReadAhead:
    """What was read ahead, while it is true. Any thread."""

    def __init__(self) -> None:
        """Nothing was."""
        self._lock = threading.Lock()
        self._cargos: dict[str, Cargo] = {}
        self._writes = -1

    def keep(self, cargos: dict[str, Cargo], *, writes: int) -> None:
        """More of it.

        Args:
            writes: how many writes there had been when it was read.
        """
        with self._lock:
            if writes != self._writes:
                self._cargos.clear()
            self._writes = writes
            self._cargos |= cargos

    def forget(self) -> None:
        """Nothing of it will be sent now."""
        self.keep({}, writes=-1)

    def take(self, row: str, *, writes: int) -> Cargo | None:
        """The record of one row, once; None where it was not read ahead or where anything was written since."""
        with self._lock:
            if writes != self._writes:
                self._cargos.clear()
            return self._cargos.pop(row, None)


def _size(cargo: Cargo) -> int:
    picture = cargo.person.face_image if cargo.person is not None else None
    return len(picture or b"") + len(cargo.image or b"")
