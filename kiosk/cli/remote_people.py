"""``kiosk people … --remote``: the account's people under the same names. What the account has acknowledged is ``confirmed``."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.cli.station import open_station
from kiosk.domain.errors import Code, StoreError
from kiosk.domain.person import Details, Person, PersonId, Truth
from kiosk.domain.remote import RemotePerson

if TYPE_CHECKING:
    from kiosk.api.connect import Connection
    from kiosk.api.conversation.deadline import Deadline

CALL_S = 30.0
PAGE = 100
PAGES = 10_000
"""An account that never says that it was the last page is not asked for ever."""


class RemotePeople:
    """The account's people. Each call may take half a minute. Main thread."""

    def __init__(self, connection: Connection) -> None:
        from kiosk.station.clock import SystemClock

        self._connection = connection
        self._clock = SystemClock()

    def list(self, search: str) -> list[Person]:
        """Everybody whose names, document number or e-mail contain the text; by last and first name.

        Raises:
            ApiError: no answer.
        """
        found: dict[str, Person] = {}
        cursor = ""
        for _ in range(PAGES):
            page = self._connection.account.people(cursor, limit=PAGE, within_s=CALL_S)
            found |= {person.remote_id: _as_person(person) for person in page.people}
            cursor = page.cursor
            if not cursor:
                break
        wanted = [person for person in found.values() if _has(person.details, search)]
        return sorted(wanted, key=lambda person: (person.details.last_name.casefold(), person.details.first_name))

    def show(self, person_id: str) -> Person:
        """One.

        Raises:
            StoreError: ``person_unknown``.
            ApiError: no answer.
        """
        found = self._connection.people.read(person_id, self._deadline())
        if found is None:
            raise StoreError(Code.PERSON_UNKNOWN, person_id)
        return _as_person(found)

    def update(self, person: Person) -> Person:
        """Send the details as they are now; what is emptied here is emptied there.

        Raises:
            StoreError: ``person_unknown``.
            ApiError: no answer, or refused.
        """
        deadline = self._deadline()
        known = self._connection.people.read(person.remote_id, deadline)
        if known is None:
            raise StoreError(Code.PERSON_UNKNOWN, person.remote_id)
        return _as_person(self._connection.people.update(person.remote_id, person, known.details, deadline))

    def delete(self, person: Person) -> None:
        """Delete.

        Raises:
            ApiError: no answer, or refused.
        """
        self._connection.people.delete(person.remote_id, self._deadline())

    def _deadline(self) -> Deadline:
        from kiosk.api.conversation.deadline import Deadline

        return Deadline(self._clock, CALL_S)


@contextlib.contextmanager
def remote_people(ctx: click.Context, profile_path: Path | None) -> Iterator[RemotePeople]:
    """The people of the profile's account until the block ends.

    Raises:
        ApiError: there is no account.
    """
    from kiosk.cli.remote import account
    from kiosk.station.clock import SystemClock

    profile, settings = open_station(ctx, profile_path)
    with account(settings, profile.root, SystemClock()) as connection:
        yield RemotePeople(connection)


def _as_person(remote: RemotePerson) -> Person:
    return Person(
        id=PersonId(remote.remote_id),
        details=remote.details,
        liveness_score=remote.liveness_score,
        verification_status=remote.verification_status,
        created_at=remote.created_at,
        updated_at=remote.updated_at,
        truth=Truth.CONFIRMED,
        remote_id=remote.remote_id,
    )


def _has(details: Details, search: str) -> bool:
    fields = (details.display_name, details.document_number, details.email)
    return any(search.casefold() in field.casefold() for field in fields)
