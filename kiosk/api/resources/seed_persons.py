"""People as the persons overview page has them. ``persons.py`` is the other dialect; neither knows the domain."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.api.envelopes import Page, many, one
from kiosk.api.models.seed_persons import SeedPerson, SeedPersonCreate, SeedPersonCreateWithLiveness
from kiosk.api.operation import Call, Operation, Repeat, Transport
from kiosk.api.resources.checks import known, paged, wire_body
from kiosk.api.resources.query import given

_ROOT = "/v2/persons"
_ONE = f"{_ROOT}/{{personId}}"

CREATE = Operation(id="seedCreatePerson", method="POST", path=_ROOT)
CREATE_WITH_LIVENESS = Operation(id="seedCreatePersonWithLiveness", method="POST", path=f"{_ROOT}/liveness")
LIST = Operation(id="seedListPersons", method="GET", path=_ROOT, repeat=Repeat.SAFE)
RETRIEVE = Operation(id="seedRetrievePerson", method="GET", path=_ONE, repeat=Repeat.SAFE)
# Twice is as good as once, but not after somebody else has written: whoever lost its reply looks first.
UPDATE = Operation(id="seedUpdatePerson", method="PUT", path=_ONE)
DELETE = Operation(id="seedDeletePerson", method="DELETE", path=_ONE, repeat=Repeat.SAFE)

OPERATIONS: tuple[Operation, ...] = (CREATE, CREATE_WITH_LIVENESS, LIST, RETRIEVE, UPDATE, DELETE)


class SeedPersons:
    """``/v2/persons``, with the account's token. Any thread. Every call raises ``ApiError`` only."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, request: SeedPersonCreate, *, within_s: float | None = None) -> SeedPerson:
        """A person without a picture."""
        body = wire_body(CREATE, request)
        return one(self._transport.send(Call(operation=CREATE, body=body, within_s=within_s)), SeedPerson)

    def create_with_liveness(
        self, request: SeedPersonCreateWithLiveness, *, within_s: float | None = None
    ) -> SeedPerson:
        """A person with a picture, which is checked for life."""
        body = wire_body(CREATE_WITH_LIVENESS, request)
        return one(self._transport.send(Call(operation=CREATE_WITH_LIVENESS, body=body, within_s=within_s)), SeedPerson)

    def list(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        sort: str | None = None,
        populates: Sequence[str] = (),
        within_s: float | None = None,
    ) -> Page[SeedPerson]:
        """One page. The overview page describes no parameters; these are those of the other resources."""
        paged(LIST, page=page, limit=limit)
        query = given(page=page, limit=limit, sort=sort, **{"populates[]": tuple(populates)})
        return many(self._transport.send(Call(operation=LIST, query=query, within_s=within_s)), SeedPerson)

    def retrieve(self, person: str, *, within_s: float | None = None) -> SeedPerson:
        """One person by the account's id (``person_…``)."""
        call = Call(operation=RETRIEVE, at=known(RETRIEVE, "personId", person), within_s=within_s)
        return one(self._transport.send(call), SeedPerson)

    def update(self, person: str, request: SeedPersonCreate, *, within_s: float | None = None) -> SeedPerson:
        """The details as they are now."""
        body = wire_body(UPDATE, request)
        call = Call(operation=UPDATE, at=known(UPDATE, "personId", person), body=body, within_s=within_s)
        return one(self._transport.send(call), SeedPerson)

    def delete(self, person: str, *, within_s: float | None = None) -> None:
        """Delete. What it answers is described nowhere and not read."""
        self._transport.send(Call(operation=DELETE, at=known(DELETE, "personId", person), within_s=within_s))
