"""People: search, show, change, delete. The picture leaves the store only for the page that shows it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from kiosk.domain.errors import Code, InputError
from kiosk.domain.operators import Action
from kiosk.domain.person import Details, Person, PersonId
from kiosk.domain.record import Consent, DeletionCertificate
from kiosk.station.office.registry import Caller, Registry
from kiosk.station.office.requests import OfficeRequest
from kiosk.station.office.tools import Tools
from kiosk.station.snapshot import Mode


class DeleteReason(StrEnum):
    """Why somebody is deleted, as the audit keeps it; an operator chooses, so nothing personal gets into it."""

    ASKED = "asked"
    DOUBLE = "double"
    WRONG = "wrong"
    GONE = "gone"


SHOWN = 200
"""More than this nobody reads; whoever looks for somebody types more."""


@dataclass(frozen=True, slots=True)
class FindPeople(OfficeRequest):
    """Who is on record? ``search`` looks in names, document number, e-mail. -> :class:`PeopleFound`."""

    needs: ClassVar[Action] = Action.SEE_PEOPLE
    deadline_s: ClassVar[float] = 15.0
    search: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFound:
    """By last and first name, without pictures. ``total`` counts those that are not listed too; ``now`` is RFC 3339 UTC."""

    people: tuple[Person, ...]
    total: int
    now: str


@dataclass(frozen=True, slots=True)
class ShowPerson(OfficeRequest):
    """One, with their picture. -> :class:`PersonShown`."""

    needs: ClassVar[Action] = Action.SEE_PEOPLE
    person: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonShown:
    """One person. ``picture`` is a JPEG; whoever shows it wipes it on leaving.

    ``days_left``: until they are deleted by age, if they do not come again; None where nobody is.
    """

    person: Person
    consents: tuple[Consent, ...]
    now: str
    picture: bytes | None = field(default=None, repr=False)
    days_left: int | None = None


@dataclass(frozen=True, slots=True)
class EditPerson(OfficeRequest):
    """Other details, checked by whoever asks. -> :class:`PersonShown`."""

    needs: ClassVar[Action] = Action.EDIT_PEOPLE
    person: PersonId
    details: Details = field(repr=False)


@dataclass(frozen=True, slots=True)
class RenewPerson(OfficeRequest):
    """New pictures in place of theirs: the desk asks for consent and takes them. -> the person's id."""

    needs: ClassVar[Action] = Action.EDIT_PEOPLE
    person: PersonId


@dataclass(frozen=True, slots=True)
class DeletePerson(OfficeRequest):
    """For good: pictures, templates, details, here and at the account. -> :class:`~kiosk.domain.record.DeletionCertificate`."""

    needs: ClassVar[Action] = Action.DELETE_PEOPLE
    deadline_s: ClassVar[float] = 60.0
    person: PersonId
    why: DeleteReason


def extension(registry: Registry, tools: Tools) -> None:
    """The questions of the people page."""

    def find(request: FindPeople, caller: Caller) -> PeopleFound:
        del caller
        found = tools.store.people(request.search)
        return PeopleFound(people=tuple(found[:SHOWN]), total=len(found), now=_now(tools))

    def show(request: ShowPerson, caller: Caller) -> PersonShown:
        tools.store.note(action="person_shown", subject=request.person, detail=f"by={caller.id}")
        return _shown(tools, request.person)

    def edit(request: EditPerson, caller: Caller) -> PersonShown:
        before = tools.store.person(request.person)
        after = tools.store.update(replace(before, details=request.details))
        if after.updated_at != before.updated_at:
            tools.store.note(action="person_edited", subject=request.person, detail=f"by={caller.id}")
        return _shown(tools, request.person)

    def delete(request: DeletePerson, caller: Caller) -> DeletionCertificate:
        tools.store.person(request.person)
        tools.store.note(
            action="deletion_asked", subject=request.person, detail=f"why={request.why.value} by={caller.id}"
        )
        certificate = tools.store.delete(request.person)
        tools.open_gallery().remove(request.person)
        return certificate

    def renew(request: RenewPerson, caller: Caller) -> PersonId:
        person = tools.store.person(request.person)
        if tools.mode() is not Mode.ENROLL:  # nobody is enrolled at a door
            raise InputError(Code.NOT_ALLOWED)
        tools.store.note(action="renewal_begun", subject=request.person, detail=f"by={caller.id}")
        tools.begin_renewal(person)
        return person.id

    registry.add(FindPeople, find)
    registry.add(RenewPerson, renew)
    registry.add(ShowPerson, show)
    registry.add(EditPerson, edit)
    registry.add(DeletePerson, delete)


def _shown(tools: Tools, person: PersonId) -> PersonShown:
    found = tools.store.person(person)
    return PersonShown(
        person=replace(found, face_image=None, fingerprint=None),
        picture=found.face_image,
        consents=tuple(tools.store.consents(person)),
        now=_now(tools),
        days_left=_days_left(tools, found),
    )


def _days_left(tools: Tools, person: Person) -> int | None:
    """From the last change; a visit since makes it more, so this is the least that it can be."""
    days = tools.retention_days
    try:
        since = datetime.fromisoformat(person.updated_at)
    except ValueError:
        return None
    return max(0, days - (tools.clock.now() - since).days) if days > 0 else None


def _now(tools: Tools) -> str:
    from kiosk.station.clock import rfc3339

    return rfc3339(tools.clock.now())
