"""Collections: groups of people that are searched together. Known by ``_id`` and by ``code``, whichever a page means."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from starlette.requests import Request

from kiosk.sandbox import ids, kinds
from kiosk.sandbox import persons as people
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault
from kiosk.sandbox.fields import check, known, may, need, object_id, several, shape, text
from kiosk.sandbox.query import listed, shaped
from kiosk.sandbox.replies import Doc
from kiosk.sandbox.routing import Refusal, body, path_id, route

_COLLECTIONS = "/v2/face-recognition/collections"


@route(
    "POST",
    _COLLECTIONS,
    operation="createCollection",
    answers=(200, 400, 401, 403, 409),
    refusal=Refusal.FORBIDDEN,
)
async def create(request: Request, sandbox: Sandbox) -> Doc:
    """A new, empty one."""
    sent = check(await body(request), need("name", text()), need("description", text()))
    doc = sandbox.new(
        **known(sent, "name", "description"), code=str(uuid.uuid4()), project=None, client=ids.CLIENT, deleted=False
    )
    return sandbox.bare(sandbox.store.put(kinds.COLLECTION, doc))


@route("GET", _COLLECTIONS, operation="listCollections", answers=(200, 401, 403), refusal=Refusal.FORBIDDEN)
async def list_all(request: Request, sandbox: Sandbox) -> Doc:
    """A page of them."""
    return listed(request, sandbox.store, sandbox.store.find(kinds.COLLECTION)).nested()


@route(
    "GET",
    f"{_COLLECTIONS}/{{id}}",
    operation="retrieveCollection",
    answers=(200, 401, 403, 404),
    refusal=Refusal.FORBIDDEN,
)
async def retrieve(request: Request, sandbox: Sandbox) -> Doc:
    """One of them."""
    return sandbox.bare(shaped(request, sandbox.store, _collection(sandbox, path_id(request))))


@route(
    "PUT",
    f"{_COLLECTIONS}/{{id}}",
    operation="updateCollection",
    answers=(200, 401, 403, 404, 409),
    refusal=Refusal.FORBIDDEN,
)
async def update(request: Request, sandbox: Sandbox) -> Doc:
    """Rename; ``people`` is the whole list of members, others are taken out."""
    doc = _collection(sandbox, path_id(request))
    member = shape(may("_id", object_id), may("id", object_id))
    sent = check(
        await body(request),
        need("name", text()),
        may("description", text()),
        may("project", object_id),
        may("people", several(member)),
    )
    changed = sandbox.changed(doc, **known(sent, "name", "description", "project"))
    with sandbox.store.transaction():
        sandbox.store.put(kinds.COLLECTION, changed)
        if "people" in sent:
            members = {str(each.get("_id") or each.get("id") or "") for each in sent["people"]}
            _enter(sandbox, changed["_id"], members)
            inside = sandbox.store.find(kinds.PERSON, lambda person: changed["_id"] in person["collections"])
            _leave(sandbox, changed["_id"], {person["_id"] for person in inside} - members)
    return sandbox.bare(changed)


@route(
    "DELETE",
    f"{_COLLECTIONS}/{{id}}",
    operation="deleteCollection",
    answers=(200, 401, 403, 404),
    refusal=Refusal.FORBIDDEN,
)
async def delete(request: Request, sandbox: Sandbox) -> Doc:
    """For good; its people stay. Answers with what it was."""
    doc = _collection(sandbox, path_id(request))
    with sandbox.store.transaction():
        inside = sandbox.store.find(kinds.PERSON, lambda person: doc["_id"] in person["collections"])
        _leave(sandbox, doc["_id"], (person["_id"] for person in inside))
        sandbox.store.delete(kinds.COLLECTION, doc["_id"])
    return sandbox.bare({**doc, "deleted": True})


@route("POST", f"{_COLLECTIONS}/move-people", operation="moveCollectionPeople", answers=(200, 401))
async def move(request: Request, sandbox: Sandbox) -> Doc:
    """Out of one, into another. People who are not in the first are passed over."""
    sent = check(
        await body(request),
        need("fromCollection", object_id),
        need("toCollection", object_id),
        need("peopleIds", several(object_id)),
    )
    source = people.collection_of(sandbox, sent["fromCollection"])
    target = people.collection_of(sandbox, sent["toCollection"])
    found = [people.person_of(sandbox, key) for key in sent["peopleIds"]]
    moving = [
        doc["_id"] for doc in found if doc is not None and source is not None and source["_id"] in doc["collections"]
    ]
    if source is None or target is None:
        moving = []
    else:
        with sandbox.store.transaction():
            _enter(sandbox, target["_id"], moving)
            if source["_id"] != target["_id"]:
                _leave(sandbox, source["_id"], moving)
    return sandbox.bare({"moved": len(moving), "peopleIds": moving})


def _collection(sandbox: Sandbox, key: str) -> Doc:
    doc = people.collection_of(sandbox, key)
    if doc is None:
        raise Fault(404, "ERROR", "invalid_collection")
    return doc


def _enter(sandbox: Sandbox, collection: str, members: Iterable[str]) -> None:
    for key in sorted(members):
        person = people.person_of(sandbox, key)
        if person is not None and collection not in person["collections"]:
            people.keep(sandbox, sandbox.changed(person, collections=[*person["collections"], collection]))


def _leave(sandbox: Sandbox, collection: str, members: Iterable[str]) -> None:
    for key in sorted(members):
        person = people.person_of(sandbox, key)
        if person is not None:
            left = [each for each in person["collections"] if each != collection]
            people.keep(sandbox, sandbox.changed(person, collections=left))


ROUTES = (create, list_all, retrieve, update, delete, move)
