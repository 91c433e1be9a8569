"""The queue of what the account must learn: :class:`kiosk.domain.outbox.Outbox` over the tables of one store.

One program sends at a time: whoever begins a row holds the sender's lock until the store is closed. The system lets go of it when
a program dies, so whoever gets it knows that rows still marked as sending were begun by somebody who is gone: they are in doubt.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from kiosk.domain.errors import Code, StoreError
from kiosk.domain.outbox import Action, Answered, Backlog, Cargo, OutboxRow, RowState
from kiosk.domain.person import PersonId, Truth
from kiosk.domain.remote import RemotePerson
from kiosk.locks import FileLock
from kiosk.store import queries, queue, rows, waiting
from kiosk.store.answers import confirmed
from kiosk.store.cargo import ReadAhead, load, read
from kiosk.store.errors import translated_os
from kiosk.store.fates import bury, follow, never_arrived, one_line, orphan_in_doubt, tell
from kiosk.store.given_up import keep_edit
from kiosk.store.ledger import Ledger, Write, stamp
from kiosk.store.replica import overtaken

_ROW = f"SELECT {waiting.COLUMNS}, uncertain, orphan, lookup FROM outbox WHERE id = ?"  # noqa: S608 - names of ours
_WAITING = frozenset({RowState.PENDING.value, RowState.DOUBT.value})


class SqliteOutbox:
    """Use :attr:`kiosk.store.sqlite.SqliteStore.outbox`. Any thread may call; each call is one transaction."""

    def __init__(self, ledger: Ledger, lease: FileLock) -> None:
        """Nothing is read yet."""
        self._ledger = ledger
        self._lease = lease
        self._ahead = ReadAhead()
        self._left: deque[str] = deque()

    def recover(self) -> int:
        """Rows whose sender has died are in doubt; how many there were. Nothing where a program that sends is running."""
        with self._ledger.reading() as database:
            if not list(database.query("SELECT 1 FROM outbox WHERE state = 'sending' LIMIT 1")):
                return 0
        was_held = self._lease.is_held
        if not self._take():
            return 0
        try:
            with self._ledger.writing() as write:
                return _recover(write)
        finally:
            if not was_held:
                self._lease.release()

    def due(self, *, limit: int) -> Sequence[OutboxRow]:
        """The first row of each chain, if it may go now; in the order in which they were written."""
        with self._ledger.reading() as database:
            return waiting.due(database, self._ledger.clock.now(), limit=limit)

    def waiting(self) -> Sequence[OutboxRow]:
        """Everything that is to be sent, now or later, in the order in which it was written; what was refused is not."""
        with self._ledger.reading() as database:
            return waiting.everything(database)

    def next_s(self) -> float | None:
        """Seconds until a row may go; 0.0 where one may now, None where none waits but behind a refused one."""
        with self._ledger.reading() as database:
            return waiting.next_s(database, self._ledger.clock.now())

    def begin(self, row: str) -> OutboxRow | None:
        """Mark as sending, on disk before the request leaves; None for a row that is gone.

        Raises:
            StoreError: ``store_locked`` while another program sends; ``store_failed`` for a row that is sent already or buried.
        """
        with self._sending() as write:
            found = _find(write, row)
            if found is None:
                return None
            if found["state"] not in _WAITING:
                raise StoreError(Code.STORE_FAILED, f"a row that is {found['state']} cannot be begun")
            return _begin(write, found)

    def settle(self, answers: Sequence[tuple[str, Answered]], *, begin: Sequence[str]) -> Sequence[OutboxRow]:
        """Confirm, then begin, all in one transaction.

        Raises:
            StoreError: ``store_locked`` while another program sends; ``store_failed`` for an answer about something else.
        """
        begun: list[OutboxRow] = []
        with self._sending(counted=False) as write:
            for row, answer in answers:
                _confirm(write, row, answer)
            for row in begin:
                found = _find(write, row)
                if found is not None and found["state"] in _WAITING:
                    begun.append(_begin(write, found))
            writes = self._ledger.writes
            ahead = load(write.database, [row.id for row in begun])
        self._left.extend(write.left)
        self._ahead.keep(ahead, writes=writes)
        return begun

    def release(self, rows: Sequence[str]) -> None:
        """Begun and surely not sent."""
        self._ahead.forget()
        with self._ledger.writing() as write:
            for row in rows:
                found = _find(write, row)
                if found is None or found["state"] != RowState.SENDING:
                    continue
                if found["orphan"]:
                    never_arrived(write, found)
                    continue
                sql = "UPDATE outbox SET state = ?, tries = max(0, tries - 1) WHERE id = ?"
                write.execute(sql, RowState.PENDING.value, row)

    def cargo(self, row: str) -> Cargo | None:
        """What to send, a creation or an edit as it was begun; None for a row that is gone or has nothing left to send."""
        ahead = self._ahead.take(row, writes=self._ledger.writes)
        if ahead is not None:
            return ahead
        with self._ledger.reading() as database:
            return read(database, row)

    def is_taken(self, remote_id: str, *, but: str) -> bool:
        """Whether somebody else who was enrolled here has this id of the account."""
        sql = "SELECT 1 FROM persons WHERE remote_id = ? AND remote_id <> '' AND id <> ? AND image_from <> 'account'"
        with self._ledger.reading() as database:
            return next(iter(database.query(sql, (remote_id, but))), None) is not None

    def confirm(self, row: str, answer: Answered) -> None:
        """The record is the account's now, the row and its picture are gone.

        About a row that was cancelled meanwhile there is nothing to say, here and in the three that follow: where that matters,
        a deletion waits in its place and looks for itself.

        Raises:
            StoreError: ``store_failed`` for an answer about something else.
        """
        with self._ledger.writing() as write:
            _confirm(write, row, answer)
        self._left.extend(write.left)

    def left(self) -> Sequence[PersonId]:
        """Whom acknowledgements have taken from the store since this was asked last."""
        return [PersonId(self._left.popleft()) for _ in range(len(self._left))]

    def overtaken(self, row: str, there: RemotePerson) -> None:
        """Not sent: the account's version of the person counts now, ours is kept for review."""
        with self._ledger.writing() as write:
            found = _find(write, row)
            if found is None:
                return
            if found["orphan"]:
                never_arrived(write, found)
                return
            write.execute("DELETE FROM outbox WHERE id = ?", row)
            overtaken(write, found["subject"], there)

    def delay(self, row: str, *, seconds: float, code: str) -> None:
        """Surely not carried out. A row whose record was deleted meanwhile is gone with this."""
        with self._ledger.writing() as write:
            found = _find(write, row)
            if found is None:
                return
            if found["orphan"]:
                never_arrived(write, found)
                return
            self._wait(write, row, RowState.PENDING, seconds=seconds, code=code, uncertain=0)
            tell(write, found, Truth.PROVISIONAL)

    def doubt(self, row: str, *, seconds: float, code: str) -> None:
        """Perhaps carried out."""
        with self._ledger.writing() as write:
            found = _find(write, row)
            if found is None:
                return
            if found["orphan"]:
                orphan_in_doubt(write, found)
                return
            self._wait(write, row, RowState.DOUBT, seconds=seconds, code=code, uncertain=1)
            tell(write, found, Truth.SENT_NO_REPLY)

    def bury(self, row: str, *, code: str, reason: str) -> None:
        """The account refused it."""
        with self._ledger.writing() as write:
            found = _find(write, row)
            if found is None:
                return
            if found["orphan"]:
                never_arrived(write, found)
                return
            bury(write, found, code=code, reason=reason)

    def buried(self) -> Sequence[OutboxRow]:
        """Oldest first."""
        with self._ledger.reading() as database:
            return waiting.buried(database)

    def retry(self, row: str, *, reason: str) -> None:
        """Send a buried row again; one that may have arrived is looked for first."""
        with self._ledger.writing() as write:
            found = _buried(write, row)
            state = RowState.DOUBT if found["uncertain"] else RowState.PENDING
            self._wait(write, row, state, seconds=0.0, code="", uncertain=found["uncertain"])
            tell(write, found, Truth.SENT_NO_REPLY if found["uncertain"] else Truth.PROVISIONAL)
            write.audit("outbox_retried", found["subject"], f"{found['action']} {one_line(reason)}".rstrip())

    def drop(self, row: str, *, reason: str) -> None:
        """Give a buried row up; with a creation go the edits that nobody can take any more, an edit is kept as a conflict."""
        with self._ledger.writing() as write:
            found = _buried(write, row)
            write.execute("DELETE FROM outbox WHERE id = ?", row)
            tell(write, found, Truth.LOCAL)
            write.audit("outbox_dropped", found["subject"], f"{found['action']} {one_line(reason)}".rstrip())
            if found["action"] == Action.UPDATE_PERSON:
                keep_edit(write, found["subject"])
            if found["action"] == Action.CREATE_PERSON:
                write.execute("UPDATE persons SET held_back = 1 WHERE id = ?", found["subject"])
                write.execute(
                    "DELETE FROM outbox WHERE chain = ? AND action = ? AND remote_id = ''",
                    found["chain"],
                    Action.UPDATE_PERSON.value,
                )

    def reasons(self) -> dict[str, str]:
        """Code of what keeps a record from being acknowledged, by its subject; of what waits and was never refused, nothing."""
        with self._ledger.reading() as database:
            found = database.query("SELECT subject, code FROM outbox WHERE orphan = 0 AND code <> '' ORDER BY seq DESC")
            return {row["subject"]: row["code"] for row in found}

    def backlog(self) -> Backlog:
        """Counts and age; a row that is being sent counts as pending."""
        with self._ledger.reading() as database:
            return waiting.backlog(database, self._ledger.clock.now())

    def enqueue_unsent(self) -> int:
        """Rows for people who were enrolled before there was an account; how many. Who was given up once stays here."""
        sql = (
            "SELECT id FROM persons p JOIN pictures i ON i.person_id = p.id"
            " WHERE remote_id = '' AND held_back = 0 AND i.face_image IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.subject = p.id AND o.action = 'create_person' AND o.orphan = 0)"
            " ORDER BY created_at, id"
        )
        with self._ledger.writing() as write:
            people = [PersonId(row["id"]) for row in write.rows(sql)]
            for person in people:
                queue.create(write, person)
                write.execute("UPDATE persons SET truth = ? WHERE id = ?", Truth.PROVISIONAL.value, person)
                follow(write, person, Truth.PROVISIONAL)
            if people:
                write.audit("outbox_enqueued", detail=f"people={len(people)}")
        return len(people)

    @contextmanager
    def _sending(self, *, counted: bool = True) -> Iterator[Write]:
        """A transaction of the program that sends; there is one."""
        is_new = not self._lease.is_held
        if not self._take():
            raise StoreError(Code.STORE_LOCKED, "another program is sending")
        entered = False
        try:
            with self._ledger.writing(counted=counted) as write:
                if is_new:
                    _recover(write)
                entered = True
                yield write
        finally:
            if is_new and not entered:  # nobody has looked at what a dead sender left: whoever comes next must
                self._lease.release()

    def _take(self) -> bool:
        try:
            return self._lease.take()
        except OSError as error:
            raise translated_os(error, "the sender's lock") from error

    def _wait(self, write: Write, row: str, state: RowState, *, seconds: float, code: str, uncertain: int) -> None:
        write.execute(
            "UPDATE outbox SET state = ?, due_at = ?, set_at = ?, code = ?, reason = '', uncertain = ? WHERE id = ?",
            state.value,
            stamp(write.now + timedelta(seconds=max(0.0, seconds))),
            write.at,
            code,
            uncertain,
            row,
        )


def _confirm(write: Write, row: str, answer: Answered) -> None:
    found = _find(write, row)
    if found is not None:
        confirmed(write, found, answer)


def _begin(write: Write, row: dict[str, Any]) -> OutboxRow:
    """Count the try; on disk with the rest of the transaction, before the request leaves."""
    write.execute(
        "UPDATE outbox SET state = ?, tries = tries + 1, code = '', reason = '' WHERE id = ?",
        RowState.SENDING.value,
        row["id"],
    )
    is_again = row["action"] == Action.UPDATE_PERSON and row["state"] == RowState.DOUBT and row["lookup"]
    if row["action"] in (Action.CREATE_PERSON, Action.UPDATE_PERSON) and not is_again:
        # What a look after a lost reply must search for is what was sent, whatever is edited here meanwhile. An edit that may
        # yet arrive is sent again as it was, so that it makes no difference which of the two comes last.
        person = queries.details(write.database, row["subject"])
        sent = "" if person is None else rows.details_to_json(person.details)
        write.execute("UPDATE outbox SET lookup = ? WHERE id = ?", sent, row["id"])
    begun = {**row, "state": RowState.SENDING.value, "tries": row["tries"] + 1, "code": "", "reason": ""}
    return rows.decoded(rows.to_outbox_row, begun, "outbox")


def _recover(write: Write) -> int:
    begun = write.rows(f"SELECT {waiting.COLUMNS}, uncertain, orphan FROM outbox WHERE state = 'sending'")  # noqa: S608
    for row in begun:
        if row["orphan"]:
            orphan_in_doubt(write, row)
            continue
        write.execute("UPDATE outbox SET state = ?, uncertain = 1 WHERE id = ?", RowState.DOUBT.value, row["id"])
        tell(write, row, Truth.SENT_NO_REPLY)
    if begun:
        write.audit("outbox_in_doubt", detail=f"rows={len(begun)}")
    return len(begun)


def _find(write: Write, row: str) -> dict[str, Any] | None:
    return write.one(_ROW, row)


def _existing(write: Write, row: str) -> dict[str, Any]:
    found = _find(write, row)
    if found is None:
        raise StoreError(Code.STORE_FAILED, "this row of the outbox is gone")
    return found


def _buried(write: Write, row: str) -> dict[str, Any]:
    found = _existing(write, row)
    if found["state"] != RowState.BURIED:
        raise StoreError(Code.STORE_FAILED, f"this row is {found['state']}, not buried")
    return found
