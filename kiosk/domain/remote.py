"""What the kiosk asks of an account, as ports. Who speaks HTTP is none of the rules' business.

    station ──login(picture)──▶ Gateway      while a person waits: one answer within a deadline, else the local decision
    sync    ──push, find, pull─▶ Account     later, from the outbox: what the server acknowledged, and what it holds

Every call takes ``within_s``, the whole time it may take, retries and reading included, and raises
:class:`~kiosk.domain.errors.ApiError` and nothing else. ``mark`` is the record's own identifier, made once (UUIDv7): it rides
on every try, and is what a look-up after a lost reply searches for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from kiosk.domain.codes import Address
from kiosk.domain.person import Details, Person
from kiosk.domain.record import LivenessSession, Validation


class Answer(StrEnum):
    """What the account says about one login."""

    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    NOT_LIVE = "not_live"
    SECOND_FACTOR = "second_factor"
    PICTURE_UNFIT = "picture_unfit"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The account's answer to one login.

    Attributes:
        remote_id: of the person, only with ``accepted`` (and ``second_factor``).
        name: of the person where the account told it; for the screen only.
        token: the account's own word for a refusal (``liveness_failed``).
        validation_id, status, session: of the record that the account made of it, to be kept with ours.
    """

    answer: Answer
    remote_id: str = ""
    name: str = field(default="", repr=False)
    liveness_score: float | None = None
    similarity: float | None = None
    token: str = ""
    validation_id: str = ""
    status: str = ""
    session: LivenessSession | None = None


class Gateway(Protocol):
    """Asks the account who this is, while the person waits. Safe to call from any thread."""

    def login(self, image: bytes, *, mark: str, within_s: float) -> Verdict:
        """Open a liveness session and have one JPEG judged. A refusal is a value; no answer is an ``ApiError``."""
        ...


class CodeAnswer(StrEnum):
    """What the account says about a code. ``over``: it counts no more, right or wrong."""

    RIGHT = "right"
    WRONG = "wrong"
    OVER = "over"


class Codes(Protocol):
    """Codes to a person's e-mail or phone. Safe to call from any thread; nothing is sent or tried twice."""

    def send(self, to: Address, *, within_s: float) -> None:
        """Send a code there; an older one counts no more."""
        ...

    def check(self, to: Address, code: str, *, within_s: float) -> CodeAnswer:
        """Whether this is the code that was sent there last."""
        ...

    def pretend(self, *, within_s: float) -> None:
        """To the account and back, for a number that is nobody's: what hinders the others hinders it too. Sends nothing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RemotePerson:
    """A person as the account holds them.

    Attributes:
        remote_id: the account's id.
        details: as far as this dialect carries them.
        image: JPEG, where the account gives one (a thumbnail in the face-recognition dialect).
        updated_at: RFC 3339, as the account says; what a pull continues from.
        mark: our own identifier, where the account kept it.
    """

    remote_id: str
    details: Details = field(repr=False)
    image: bytes | None = field(default=None, repr=False)
    liveness_score: float | None = None
    verification_status: str = ""
    created_at: str = ""
    updated_at: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage:
    """One page of a pull. ``cursor`` continues after it; empty at the end. ``total`` is None where the account does not say."""

    people: tuple[RemotePerson, ...]
    cursor: str = ""
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteValidation:
    """A biometric validation as the account holds it, with its liveness session where that was given."""

    remote_id: str
    status: str
    liveness_score: float | None = None
    remote_person: str = ""
    session: LivenessSession | None = None


class Account(Protocol):
    """What the sync worker needs of the account. One thread at a time; no call repeats itself after a lost reply."""

    def probe(self, *, within_s: float) -> None:
        """The cheapest authorised call there is. Returns where the account answered it."""
        ...

    def create_person(self, person: Person, *, mark: str, within_s: float) -> RemotePerson:
        """Enrol a person, picture and all. A person whom the account already has under this mark is that person."""
        ...

    def find_person(self, person: Person, *, mark: str, within_s: float) -> RemotePerson | None:
        """Look for our own mark after a lost reply; None only where the account surely has no such record."""
        ...

    def is_same(self, person: Person, there: RemotePerson) -> bool:
        """Whether this record is the one that was sent of a person, their id being the mark. Sends nothing."""
        ...

    def person(self, remote_id: str, *, within_s: float) -> RemotePerson | None:
        """One, asked for by id; None only where the account says that it has no such person."""
        ...

    def as_held(self, details: Details) -> Details:
        """How the account gives these details back: what its dialect does not carry is empty. Sends nothing."""
        ...

    def update_person(self, remote_id: str, person: Person, *, known: Details, within_s: float) -> RemotePerson:
        """Send the details; ``known`` is what the account holds, so that what was emptied here is emptied there."""
        ...

    def delete_person(self, remote_id: str, *, within_s: float) -> None:
        """Delete; a person who is gone already is deleted."""
        ...

    def holds(self, remote_id: str, *, within_s: float) -> bool:
        """Whether the account still has this person, asked by id."""
        ...

    def people(self, cursor: str, *, limit: int, within_s: float) -> PeoplePage:
        """One page of everybody, in a stable order; ``cursor`` is empty for the first."""
        ...

    def send_validation(self, validation: Validation, image: bytes | None, *, within_s: float) -> RemoteValidation:
        """Open a session now, under the validation's own mark, and have the picture judged."""
        ...

    def find_validation(self, mark: str, *, within_s: float) -> Sequence[RemoteValidation]:
        """The records that carry this mark."""
        ...
