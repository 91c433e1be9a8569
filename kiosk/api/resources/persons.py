"""People as the face-recognition pages have them. ``seed_persons.py`` is the other dialect; neither knows the domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kiosk.api.envelopes import Page, many, one
from kiosk.api.models.persons import Person, PersonCreate, PersonCreateWithLiveness, PersonLookupItem, PersonUpdate
from kiosk.api.models.values import Removed
from kiosk.api.operation import Call, Operation, Repeat, Transport
from kiosk.api.resources.checks import bad_request, known, paged, wire_body
from kiosk.api.resources.query import given

_ROOT = "/v2/face-recognition/persons"
_LEAST_LETTERS = 3

CREATE = Operation(id="createPerson", method="POST", path=_ROOT)
CREATE_WITH_LIVENESS = Operation(id="createPersonWithLiveness", method="POST", path=f"{_ROOT}/search-live-face")
LIST = Operation(id="listPersons", method="GET", path=_ROOT, repeat=Repeat.SAFE)
LOOKUP = Operation(id="lookupPersons", method="GET", path=f"{_ROOT}/lookup", repeat=Repeat.SAFE)
RETRIEVE = Operation(id="retrievePerson", method="GET", path=f"{_ROOT}/{{id}}", repeat=Repeat.SAFE)
# Twice is as good as once, but not after somebody else has written: whoever lost its reply looks first.
UPDATE = Operation(id="updatePerson", method="PUT", path=f"{_ROOT}/{{id}}")
DELETE = Operation(id="deletePerson", method="DELETE", path=f"{_ROOT}/{{id}}", repeat=Repeat.SAFE)
LIST_BY_PROJECT_TYPE = Operation(
    id="listPersonsByProjectType", method="GET", path=f"{_ROOT}/project-type/{{type}}", repeat=Repeat.SAFE
)
# Reads, although it is a POST: twice finds what once finds (and may cost twice).
SEARCH_BY_PROJECT_TYPE = Operation(
    id="searchPersonsByProjectType", method="POST", path=f"{_ROOT}/project-type/{{type}}", repeat=Repeat.SAFE
)

OPERATIONS: tuple[Operation, ...] = (
    CREATE,
    CREATE_WITH_LIVENESS,
    LIST,
    LOOKUP,
    RETRIEVE,
    UPDATE,
    DELETE,
    LIST_BY_PROJECT_TYPE,
    SEARCH_BY_PROJECT_TYPE,
)


class Persons:
    """``/v2/face-recognition/persons``, with the account's token. Any thread. Every call raises ``ApiError`` only."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, request: PersonCreate, *, within_s: float | None = None) -> Person:
        """Enrol a person. The same name and date of birth in a collection is refused: 412 ``person_already_set``."""
        body = wire_body(CREATE, request)
        return one(self._transport.send(Call(operation=CREATE, body=body, within_s=within_s)), Person)

    def create_with_liveness(self, request: PersonCreateWithLiveness, *, within_s: float | None = None) -> Person:
        """Enrol a person whose picture is live and who is not in the collection yet: else ``liveness_failed``,
        ``duplicated_person``.
        """
        body = wire_body(CREATE_WITH_LIVENESS, request)
        return one(self._transport.send(Call(operation=CREATE_WITH_LIVENESS, body=body, within_s=within_s)), Person)

    def list(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        offset: int | None = None,
        sort: str | None = None,
        populates: Sequence[str] = (),
        collection: str | None = None,
        status: str | None = None,
        like_name: str | None = None,
        search: str | None = None,
        sort_by: str | None = None,
        sort_order: str | None = None,
        within_s: float | None = None,
    ) -> Page[Person]:
        """One page. ``sort`` takes a field name, with a minus for the newest first (``-createdAt``); ``populates``
        takes ``collections`` and ``client``; ``like_name``, ``search``, ``sort_by`` and ``sort_order`` are of clients only.
        """
        paged(LIST, page=page, limit=limit)
        query = given(
            page=page,
            limit=limit,
            offset=offset,
            sort=sort,
            collection=collection,
            status=status,
            like_name=like_name,
            search=search,
            sortBy=sort_by,
            sortOrder=sort_order,
            **{"populates[]": tuple(populates)},
        )
        return many(self._transport.send(Call(operation=LIST, query=query, within_s=within_s)), Person)

    def lookup(
        self,
        name: str,
        *,
        date_of_birth: str | None = None,
        page: int | None = None,
        limit: int | None = None,
        within_s: float | None = None,
    ) -> Page[PersonLookupItem]:
        """People whose name contains this; three letters must remain once digits are gone. Nobody is an empty page."""
        paged(LOOKUP, page=page, limit=limit)
        if len("".join(letter for letter in name if not letter.isdigit()).strip()) < _LEAST_LETTERS:
            raise bad_request(LOOKUP, "name")
        query = given(name=name, date_of_birth=date_of_birth, page=page, limit=limit)
        return many(self._transport.send(Call(operation=LOOKUP, query=query, within_s=within_s)), PersonLookupItem)

    def retrieve(self, person: str, *, populates: Sequence[str] = (), within_s: float | None = None) -> Person:
        """One person by Mongo id; 404 ``PERSON_NOT_FOUND``."""
        query = given(**{"populates[]": tuple(populates)})
        call = Call(operation=RETRIEVE, at=known(RETRIEVE, "id", person), query=query, within_s=within_s)
        return one(self._transport.send(call), Person)

    def update(self, person: str, request: PersonUpdate, *, within_s: float | None = None) -> Person:
        """Change what is given. ``images``, where given, replaces every enrolled face."""
        body = wire_body(UPDATE, request)
        call = Call(operation=UPDATE, at=known(UPDATE, "id", person), body=body, within_s=within_s)
        return one(self._transport.send(call), Person)

    def delete(self, person: str, *, collection: str | None = None, within_s: float | None = None) -> Removed:
        """Delete. With ``collection`` only take out of it, unless it was the last one."""
        query = given(collection=collection)
        call = Call(operation=DELETE, at=known(DELETE, "id", person), query=query, within_s=within_s)
        return one(self._transport.send(call), Removed)

    def list_by_project_type(
        self,
        project_type: str,
        *,
        page: int | None = None,
        limit: int | None = None,
        sort: str | None = None,
        within_s: float | None = None,
    ) -> Page[Person]:
        """One page of the people of one kind of project. No page describes it; a first-party client uses it."""
        paged(LIST_BY_PROJECT_TYPE, page=page, limit=limit)
        call = Call(
            operation=LIST_BY_PROJECT_TYPE,
            at=known(LIST_BY_PROJECT_TYPE, "type", project_type),
            query=given(page=page, limit=limit, sort=sort),
            within_s=within_s,
        )
        return many(self._transport.send(call), Person)

    def search_by_project_type(
        self, project_type: str, body: Mapping[str, Any], *, within_s: float | None = None
    ) -> Page[Person]:
        """The same with a picture. Its body is nowhere described, so it goes as it is given."""
        at = known(SEARCH_BY_PROJECT_TYPE, "type", project_type)
        call = Call(operation=SEARCH_BY_PROJECT_TYPE, at=at, body=dict(body), within_s=within_s)
        return many(self._transport.send(call), Person)
