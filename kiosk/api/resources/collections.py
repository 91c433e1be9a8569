"""Collections of people: what a search looks in."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.api.envelopes import Page, many, one
from kiosk.api.models.collections import Collection, CollectionInput, CollectionUpdate, MovePeople
from kiosk.api.models.values import Opaque
from kiosk.api.operation import Call, Operation, Repeat, Transport
from kiosk.api.resources.checks import known, paged, wire_body
from kiosk.api.resources.query import given

_ROOT = "/v2/face-recognition/collections"
_ONE = f"{_ROOT}/{{id}}"

CREATE = Operation(id="createCollection", method="POST", path=_ROOT)
LIST = Operation(id="listCollections", method="GET", path=_ROOT, repeat=Repeat.SAFE)
RETRIEVE = Operation(id="retrieveCollection", method="GET", path=_ONE, repeat=Repeat.SAFE)
UPDATE = Operation(id="updateCollection", method="PUT", path=_ONE, repeat=Repeat.SAFE)
DELETE = Operation(id="deleteCollection", method="DELETE", path=_ONE, repeat=Repeat.SAFE)
# No page says what happens to people who are already gone from the first collection, so it does not repeat itself.
MOVE_PEOPLE = Operation(id="moveCollectionPeople", method="POST", path=f"{_ROOT}/move-people")

OPERATIONS: tuple[Operation, ...] = (CREATE, LIST, RETRIEVE, UPDATE, DELETE, MOVE_PEOPLE)


class Collections:
    """``/v2/face-recognition/collections``, with the account's token. Any thread. Every call raises ``ApiError`` only."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, request: CollectionInput, *, within_s: float | None = None) -> Collection:
        """A new, empty collection."""
        body = wire_body(CREATE, request)
        return one(self._transport.send(Call(operation=CREATE, body=body, within_s=within_s)), Collection)

    def list(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        sort: str | None = None,
        like_name: str | None = None,
        codes: Sequence[str] = (),
        within_s: float | None = None,
    ) -> Page[Collection]:
        """One page. The page documents no filter; ``like_name`` and ``codes`` are used by clients."""
        paged(LIST, page=page, limit=limit)
        query = given(page=page, limit=limit, sort=sort, like_name=like_name, **{"in_code[]": tuple(codes)})
        return many(self._transport.send(Call(operation=LIST, query=query, within_s=within_s)), Collection)

    def retrieve(self, collection: str, *, within_s: float | None = None) -> Collection:
        """One collection by Mongo id; 404 ``invalid_collection``."""
        call = Call(operation=RETRIEVE, at=known(RETRIEVE, "id", collection), within_s=within_s)
        return one(self._transport.send(call), Collection)

    def update(self, collection: str, request: CollectionUpdate, *, within_s: float | None = None) -> Collection:
        """Change it. ``people``, where given, becomes the whole membership."""
        body = wire_body(UPDATE, request)
        call = Call(operation=UPDATE, at=known(UPDATE, "id", collection), body=body, within_s=within_s)
        return one(self._transport.send(call), Collection)

    def delete(self, collection: str, *, within_s: float | None = None) -> Collection:
        """Delete for good; answers what it was."""
        call = Call(operation=DELETE, at=known(DELETE, "id", collection), within_s=within_s)
        return one(self._transport.send(call), Collection)

    def move_people(self, request: MovePeople, *, within_s: float | None = None) -> Opaque:
        """People from one collection to another. No page describes it; a first-party client uses it."""
        body = wire_body(MOVE_PEOPLE, request)
        return one(self._transport.send(Call(operation=MOVE_PEOPLE, body=body, within_s=within_s)), Opaque)
