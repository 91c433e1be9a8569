"""What waits to be sent, as values and a port. A row is written in the transaction of the record that it sends.

A row's life:  pending ──begin──▶ sending ──▶ confirmed (row gone, record ``confirmed``)
                  ▲                  ├── delay   the link or the server is not ready: pending again, not before a time
                  │                  ├── doubt   the reply was lost (or the program was killed): look before sending again
                  └──── retry ───────└── bury    the server refused it: waits for a person, blocks nobody else

``sending`` found at start is doubt: nobody knows whether the request left. Rows of one ``chain`` (a person) go out in the order
they were written; a buried row holds back only the later rows of its own chain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from kiosk.domain.face import Embedding
from kiosk.domain.person import Details, Person, PersonId
from kiosk.domain.record import Validation
from kiosk.domain.remote import RemotePerson, RemoteValidation


class Action(StrEnum):
    """What a row asks of the account."""

    CREATE_PERSON = "create_person"
    UPDATE_PERSON = "update_person"
    DELETE_PERSON = "delete_person"
    SEND_VALIDATION = "send_validation"


class RowState(StrEnum):
    """Where a row is."""

    PENDING = "pending"
    SENDING = "sending"
    DOUBT = "doubt"
    BURIED = "buried"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """One thing to send.

    Attributes:
        id: the mark that rides on every try: the person's own id for a creation, the ``identifier`` of a validation, else
            a UUIDv7 of the row's own.
        subject: id of the person or validation.
        chain: rows of one chain keep their order (the person's id, or the validation's own for nobody's).
        remote_id: of the record, where the account has given one (updates, deletions). A deletion without one is of somebody
            whose creation may have reached the account: look for them under the mark ``subject`` (:class:`Cargo` has what a
            look-up needs), delete whom that finds; confirm with None where the account surely has nobody.
        created_at: RFC 3339 UTC.
        due_at: RFC 3339 UTC, not before; equal to ``created_at`` at first.
        tries: how often it was begun.
        code, reason: why it waits or was buried (an error code, and the account's own word), never personal.
    """

    id: str
    action: Action
    subject: str
    chain: str
    state: RowState
    created_at: str
    due_at: str
    tries: int = 0
    remote_id: str = ""
    code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cargo:
    """The record behind a row: a whole person, or a result and the JPEG that the account must judge.

    It is the record as it is now, but a creation or an edit is what was begun.

    Somebody who was deleted here while their creation was in doubt is what a look-up needs, without a picture.

    Attributes:
        known: of an edit, the details that the account acknowledged last; None where that is not known.
    """

    person: Person | None = field(default=None, repr=False)
    known: Details | None = field(default=None, repr=False)
    validation: Validation | None = None
    image: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How much waits. ``oldest_s`` is the age of the oldest row that is not buried, 0.0 where there is none."""

    pending: int = 0
    doubt: int = 0
    buried: int = 0
    oldest_s: float = 0.0


Answered = RemotePerson | RemoteValidation | None
"""What the account said about a row; None where there is nothing to keep of it."""


class Outbox(Protocol):
    """The queue in the store. Each call is one transaction; any thread may call; raises ``StoreError`` only."""

    def due(self, *, limit: int) -> Sequence[OutboxRow]:
        """Rows that may go now: the first row of each chain, if it is pending or in doubt and its time has come."""
        ...

    def recover(self) -> int:
        """Rows that were begun and that nobody sends any more are in doubt from now on; how many. Never while one is sent."""
        ...

    def begin(self, row: str) -> OutboxRow | None:
        """Mark as sending and count the try, on disk before the request leaves; None for a row that is gone."""
        ...

    def cargo(self, row: str) -> Cargo | None:
        """What to send, a creation or an edit as it was begun; None for a row that is gone (cancelled or dropped meanwhile)."""
        ...

    def is_taken(self, remote_id: str, *, but: str) -> bool:
        """Whether somebody else who was enrolled here has this id of the account: what a look found is theirs, then."""
        ...

    def confirm(self, row: str, answer: Answered) -> None:
        """The account acknowledged it: the record is ``confirmed`` with the account's id, the row and its picture are gone."""
        ...

    def left(self) -> Sequence[PersonId]:
        """Whom acknowledgements have taken from the store since this was asked last: a gallery must forget them.

        Somebody who was pulled as new while the answer to their creation was lost is the one who was enrolled here.
        """
        ...

    def overtaken(self, row: str, there: RemotePerson) -> None:
        """An edit that was not sent, because the account's record was changed there meanwhile.

        The account's version counts now, ours is kept for review (:class:`Conflict`), and the row is gone.
        """
        ...

    def settle(self, answers: Sequence[tuple[str, Answered]], *, begin: Sequence[str]) -> Sequence[OutboxRow]:
        """Several at once, in one transaction: each answer is confirmed, then each of the other rows is begun.

        Returns:
            The rows that were begun; one that is gone, or that cannot be begun any more, is not among them.
        """
        ...

    def release(self, rows: Sequence[str]) -> None:
        """Begun and surely not sent: each waits as before, this try uncounted; one that was cancelled meanwhile is gone."""
        ...

    def delay(self, row: str, *, seconds: float, code: str) -> None:
        """Surely not carried out: again after so long."""
        ...

    def doubt(self, row: str, *, seconds: float, code: str) -> None:
        """Perhaps carried out: look for the mark after so long; the record says ``sent_no_reply``."""
        ...

    def bury(self, row: str, *, code: str, reason: str) -> None:
        """The account refused it: the record says ``refused``; a person decides."""
        ...

    def buried(self) -> Sequence[OutboxRow]:
        """Oldest first."""
        ...

    def retry(self, row: str, *, reason: str) -> None:
        """Send a buried row again. Raises ``store_failed`` for a row that is not buried."""
        ...

    def drop(self, row: str, *, reason: str) -> None:
        """Give a buried row up, with a reason that the audit keeps; the record stays, ``local``."""
        ...

    def backlog(self) -> Backlog:
        """Counts and age."""
        ...


class Pulled(StrEnum):
    """What became of a person that the account holds."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    """Edited here and there: the account's version counts now, ours is kept for review."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A local edit that the account's version replaced, kept until somebody has looked at it."""

    id: str
    person: PersonId
    at: str
    fields: tuple[str, ...]


class Replica(Protocol):
    """The account's people in the local store. Each call is one transaction; any thread; raises ``StoreError`` only."""

    def apply_remote(self, person: RemotePerson) -> tuple[PersonId, Pulled]:
        """Write what the account holds: by its id, else by our mark, else as somebody new. Truth ``confirmed``.

        Somebody whose deletion waits in the outbox is left as they are (``unchanged``).
        """
        ...

    def in_doubt(self) -> Sequence[Person]:
        """Whom the account may have under an id that is not known here yet: no pull may bring them in as somebody new."""
        ...

    def cursor(self, name: str) -> str:
        """Where a pull stopped, or empty."""
        ...

    def save_cursor(self, name: str, value: str) -> None:
        """Where to go on from after a restart."""
        ...

    def begin_pull(self) -> None:
        """A whole pull starts: whoever it does not name is listed by :meth:`unnamed` afterwards."""
        ...

    def confirmed(self) -> int:
        """How many people here the account has acknowledged."""
        ...

    def unnamed(self) -> Sequence[tuple[PersonId, str]]:
        """Local and remote id of confirmed people whom this pull did not name, and who were confirmed before it began.

        A list that shifts while it is paged can skip somebody, so each is asked for by id before :meth:`remote_deleted`.
        """
        ...

    def remote_deleted(self, person: PersonId) -> None:
        """The account has deleted them: gone here too, with their tombstone; nothing is sent about it."""
        ...

    def without_templates(self, model_sha256: str, *, limit: int) -> Sequence[PersonId]:
        """People with a picture and no template of these weights, who have not been given up."""
        ...

    def add_templates(self, person: PersonId, templates: Sequence[Embedding]) -> None:
        """Templates computed from a pulled picture; none: the picture has no usable face, do not ask again."""
        ...

    def conflicts(self) -> Sequence[Conflict]:
        """Local edits waiting for review, oldest first."""
        ...

    def resolve(self, conflict: str, *, reason: str) -> None:
        """Somebody has looked at it."""
        ...
