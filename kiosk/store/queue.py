"""What a user's action puts into the outbox, in the transaction of that action. The rules of sending are in ``outbox``.

A creation's row has the person's own id (but where a cancelled creation of theirs is still under way), a result's row the
result's mark: whatever becomes of the row, the account is asked for the same mark, which is that of the record. A row carries no
details: they are read when it is sent, so an edit before that needs no second row.
"""

from __future__ import annotations

from typing import Any

from kiosk.domain.outbox import Action, RowState
from kiosk.domain.person import Person, PersonId, Truth
from kiosk.domain.record import Validation
from kiosk.store import rows
from kiosk.store.ledger import Write

LOCAL_TRUTHS = frozenset({Truth.LOCAL, Truth.PROVISIONAL, Truth.SENT_NO_REPLY})
"""What only this station says; the other two are the account's word."""

_STAYS = (RowState.SENDING, RowState.DOUBT)


def add(
    write: Write,
    action: Action,
    *,
    row: str,
    subject: str,
    chain: str,
    state: RowState = RowState.PENDING,
    remote_id: str = "",
    lookup: str = "",
    image: bytes | None = None,
) -> None:
    """One row at the end of its chain, due at once."""
    at = write.at
    write.database.table("outbox").insert(
        {
            "id": row,
            "action": action.value,
            "subject": subject,
            "chain": chain,
            "state": state.value,
            "created_at": at,
            "due_at": at,
            "set_at": at,
            "remote_id": remote_id,
            "uncertain": int(state is RowState.DOUBT),
            "lookup": lookup,
            "image": image,
        }
    )


def create(write: Write, person: PersonId) -> None:
    """Somebody whom the account does not have yet, or is about to have no more."""
    is_free = write.one("SELECT 1 FROM outbox WHERE id = ?", person) is None
    add(write, Action.CREATE_PERSON, row=person if is_free else write.new_id(), subject=person, chain=person)


def is_created(write: Write, person: PersonId) -> bool:
    """Whether a creation of this person is to be sent, or is under way, and was not cancelled."""
    return _row(write, Action.CREATE_PERSON, person) is not None


def edited(write: Write, person: Person) -> bool:
    """Details changed: a row where none that is still to be sent carries them. Whether one does."""
    creation = _row(write, Action.CREATE_PERSON, person.id)
    if creation is not None and creation["state"] not in _STAYS:
        # It goes out with the details as they are then; one that was refused not before somebody retries it.
        return bool(creation["state"] != RowState.BURIED)
    if creation is None and not person.remote_id:
        return False
    for row in _rows(write, Action.UPDATE_PERSON, person.id):
        if row["state"] == RowState.PENDING:
            return True
        if row["state"] == RowState.BURIED:  # what the account refused has been changed: it is another edit now
            write.execute("DELETE FROM outbox WHERE id = ?", row["id"])
            write.audit("outbox_superseded", person.id, row["action"])
    add(
        write,
        Action.UPDATE_PERSON,
        row=write.new_id(),
        subject=person.id,
        chain=person.id,
        remote_id=person.remote_id,
    )
    return True


def result(write: Write, validation: Validation, image: bytes) -> None:
    """A result that the account must judge. One that was sent without an answer is looked for first."""
    was_sent = validation.truth is Truth.SENT_NO_REPLY
    add(
        write,
        Action.SEND_VALIDATION,
        row=validation.identifier,
        subject=validation.id,
        chain=validation.person or validation.id,
        state=RowState.DOUBT if was_sent else RowState.PENDING,
        image=image,
    )


def forget_result(write: Write, validation: str) -> None:
    """The account has judged it meanwhile: nothing is left to send."""
    write.execute("DELETE FROM outbox WHERE subject = ? AND action = ?", validation, Action.SEND_VALIDATION.value)


def withdraw(write: Write, person: Person) -> str:
    """Somebody is deleted here: what never left is never sent, and the account must forget whom it has.

    Returns:
        ``pending`` where the account may have the person, else empty.
    """
    for row in _rows(write, Action.SEND_VALIDATION, person.id, of_chain=True):
        _cancel(write, row)
    for row in _rows(write, Action.UPDATE_PERSON, person.id):
        _cancel(write, row)
    creation = _row(write, Action.CREATE_PERSON, person.id)
    lookup = ""
    maybe_there = bool(person.remote_id)
    if creation is not None:
        in_doubt = bool(creation["uncertain"]) or creation["state"] == RowState.DOUBT
        maybe_there |= in_doubt or creation["state"] == RowState.SENDING
        if maybe_there and not person.remote_id:
            lookup = creation["lookup"] or rows.details_to_json(person.details)
        _cancel(write, creation)
    if not maybe_there:
        return "pending" if _row(write, Action.DELETE_PERSON, person.id) else ""  # their consent was withdrawn before
    under_way = creation is not None and creation["state"] == RowState.SENDING
    add(
        write,
        Action.DELETE_PERSON,
        row=write.new_id(),
        subject=person.id,
        chain=person.id,
        state=RowState.PENDING if person.remote_id or under_way else RowState.DOUBT,
        remote_id=person.remote_id,
        lookup=lookup,
    )
    return "pending"


def _cancel(write: Write, row: dict[str, Any]) -> None:
    """Take a row back; one whose request is under way stays until the answer is known, without what is personal."""
    if row["state"] == RowState.SENDING:
        write.execute("UPDATE outbox SET orphan = 1, image = NULL, lookup = '' WHERE id = ?", row["id"])
        return
    write.execute("DELETE FROM outbox WHERE id = ?", row["id"])
    if row["action"] == Action.SEND_VALIDATION:
        write.execute("UPDATE validations SET truth = ? WHERE id = ?", Truth.LOCAL.value, row["subject"])


def _row(write: Write, action: Action, subject: str) -> dict[str, Any] | None:
    return next(iter(_rows(write, action, subject)), None)


def _rows(write: Write, action: Action, subject: str, *, of_chain: bool = False) -> list[dict[str, Any]]:
    """Without those that were cancelled and whose answer is only waited for."""
    column = "chain" if of_chain else "subject"
    return write.rows(
        f"SELECT id, action, subject, state, uncertain, lookup FROM outbox WHERE {column} = ? AND action = ?"  # noqa: S608
        " AND orphan = 0 ORDER BY seq",
        subject,
        action.value,
    )
