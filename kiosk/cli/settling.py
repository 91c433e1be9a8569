"""After an enrolment at the command line: send it now, wait a little for the account, say how true the record is.

A station that runs on the same profile sends by itself; then only its result is waited for.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from kiosk.domain.errors import ApiError, Code, KioskError, StoreError
from kiosk.domain.person import Person, Truth
from kiosk.profile import Profile
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.store.sqlite import SqliteStore

LOOK_S = 0.1
_WAITS = frozenset({Truth.PROVISIONAL, Truth.LOCAL})


def settle(store: SqliteStore, settings: Settings, profile: Profile, person: Person) -> tuple[Person, Code | None]:
    """The person as true as they are by ``api.deadline_s``, and why they are not confirmed yet, where that has a code.

    Raises:
        StoreError: the record cannot be read. Nothing else is raised: the enrolment itself is done.
    """
    because: Code | None = None
    try:
        because = _send(store, settings, profile, person)
    except StoreError as error:
        if error.code is not Code.STORE_LOCKED:
            raise
        _wait(store, settings, person)  # a station has this profile and sends by itself
    except KioskError as error:
        because = error.code
    person = store.person(person.id)
    if person.truth is Truth.CONFIRMED:
        return person, None
    return person, because or (Code.API_TIMEOUT if person.truth in _WAITS else None)


def _send(store: SqliteStore, settings: Settings, profile: Profile, person: Person) -> Code | None:
    """Steps of the sync until this record was tried, or the time is up."""
    from kiosk.cli.syncing import opened
    from kiosk.sync.worker import Did

    with opened(store, settings, profile) as sync:
        ends = time.monotonic() + settings.api.deadline_s
        while time.monotonic() < ends:
            step = sync.step()
            if step.sent is not None and step.sent.row.subject == person.id:
                return _code(step.sent.error)
            if step.did in (Did.HALTED, Did.NOTHING):
                return _code(step.error)
    return Code.API_TIMEOUT


def _code(error: ApiError | None) -> Code | None:
    return None if error is None else error.code


def _wait(store: SqliteStore, settings: Settings, person: Person) -> None:
    ends = time.monotonic() + settings.api.deadline_s
    while time.monotonic() < ends and store.person(person.id).truth in _WAITS:
        time.sleep(LOOK_S)
