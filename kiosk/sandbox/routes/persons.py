"""Persons as the face-recognition pages have them: one name, pictures, collections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request

from kiosk.sandbox import ids, kinds, vision
from kiosk.sandbox import persons as people
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault, invalid
from kiosk.sandbox.fields import Field, check, may, need, number, one_of, several, text
from kiosk.sandbox.persons import Birth, face_shape
from kiosk.sandbox.query import listed, shaped
from kiosk.sandbox.replies import Doc
from kiosk.sandbox.routing import Refusal, body, path_id, route

_PERSONS = "/v2/face-recognition/persons"
_SHORTEST_NAME = 3

_images = several(text(), fewest=1, most=3)
_gender = one_of("M", "F")
_DETAILS: tuple[Field, ...] = (
    may("gender", _gender),
    may("date_of_birth", people.birth_rule),
    may("nationality", text()),
    may("collections", several(text())),
    may("notes", text()),
    may("email", text()),
    may("phone", text()),
)


@route(
    "POST",
    _PERSONS,
    operation="createPerson",
    answers=(200, 401, 403, 409, 412, 500),
    refusal=Refusal.FORBIDDEN,
)
async def create(request: Request, sandbox: Sandbox) -> Doc:
    """Enrol. Without a collection a person is put into the project's own."""
    sent = check(await body(request), need("name", text()), need("images", _images), *_DETAILS)
    name = _name(sent["name"])
    collections = _collections(sandbox, sent.get("collections") or [ids.COLLECTION])
    birth = people.read_birth(sent.get("date_of_birth"))
    jpegs = vision.pictures(sent["images"], data_uri=False)
    _refuse_namesake(sandbox, name, birth, collections)
    faces = await sandbox.in_thread(vision.portraits, sandbox, jpegs)
    _refuse_namesake(sandbox, name, birth, collections)  # somebody may have come in meanwhile
    doc = people.new_person(sandbox, name=name, birth=birth, collections=collections, **_given(sent))
    return sandbox.sealed(face_shape(people.keep(sandbox, doc, faces), Birth.PLAIN))


@route(
    "POST",
    f"{_PERSONS}/search-live-face",
    operation="createPersonWithLiveness",
    answers=(200, 401, 402, 403, 409, 412, 500),
)
async def create_live(request: Request, sandbox: Sandbox) -> Doc:
    """Enrol after a liveness check and a search for the same face in the collection."""
    share = number(lowest=0.5, highest=1)
    sent = check(
        await body(request),
        need("name", text()),
        need("images", several(text(), fewest=1)),
        need("gender", _gender),
        need("date_of_birth", people.birth_rule),
        need("collection_id", text()),
        need("liveness_min_score", share),
        need("min_score", share),
        need("search_mode", one_of("FAST", "ACCURATE")),
        may("nationality", text()),
    )
    name = _name(sent["name"])
    collections = _collections(sandbox, [sent["collection_id"]])
    birth = people.read_birth(sent["date_of_birth"])
    jpegs = vision.pictures(sent["images"], data_uri=False)

    def look() -> tuple[list[vision.Portrait], float]:
        first, score = vision.live_portrait(sandbox, jpegs[0])
        return [first, *vision.portraits(sandbox, jpegs[1:])], score

    faces, score = await sandbox.in_thread(look)
    if score <= sent["liveness_min_score"]:
        raise vision.not_live(score)
    probes = [seen.template for seen in faces]
    if people.search(sandbox, probes, min_score=sent["min_score"], collection=collections[0], limit=1):
        raise Fault(409, "ERROR", "409:duplicated_person")
    _refuse_namesake(sandbox, name, birth, collections)
    doc = people.new_person(
        sandbox,
        name=name,
        birth=birth,
        collections=collections,
        livenessScore=score,
        verificationStatus="verified",
        **_given(sent),
    )
    with sandbox.store.transaction():
        sandbox.charge("person with liveness")
        kept = people.keep(sandbox, doc, faces)
    return sandbox.sealed(face_shape(kept, Birth.TIME))


@route(
    "GET",
    _PERSONS,
    operation="listPersons",
    answers=(200, 401, 403, 409),
    refusal=Refusal.FORBIDDEN,
)
async def list_all(request: Request, sandbox: Sandbox) -> Doc:
    """A page of everybody, filtered."""
    docs = [face_shape(doc) for doc in _filtered(request, sandbox)]
    choices: dict[str, Sequence[str]] = {"status": ("active", "inactive", "pending"), "sortOrder": ("asc", "desc")}
    return listed(request, sandbox.store, docs, choices=choices, equal=("status",)).nested()


@route("GET", f"{_PERSONS}/lookup", operation="lookupPersons", answers=(200, 401, 403, 409))
async def lookup(request: Request, sandbox: Sandbox) -> Doc:
    """By name, without a picture. Nobody of that name is an empty list."""
    if "name" not in request.query_params:
        raise Fault(409, "MissingParameter", "name is required")
    name = people.without_digits(request.query_params["name"])
    if sum(letter.isalpha() for letter in name) < _SHORTEST_NAME:
        raise Fault(409, "MissingParameter", "name_too_short")
    try:
        birth = people.read_birth(request.query_params.get("date_of_birth"))
    except ValueError:
        raise invalid("date_of_birth must be a date\n") from None
    found = sandbox.store.find(
        kinds.PERSON,
        lambda doc: name.casefold() in doc["name"].casefold() and (birth is None or doc["birth"] == birth),
    )
    page = listed(request, sandbox.store, [_looked_up(sandbox, doc) for doc in found], size=20)
    return {"data": list(page.items), "total": page.total}


@route(
    "GET",
    f"{_PERSONS}/{{id}}",
    operation="retrievePerson",
    answers=(200, 401, 403, 404),
    refusal=Refusal.FORBIDDEN,
)
async def retrieve(request: Request, sandbox: Sandbox) -> Doc:
    """One person."""
    return sandbox.bare(shaped(request, sandbox.store, face_shape(_person(request, sandbox))))


@route(
    "PUT",
    f"{_PERSONS}/{{id}}",
    operation="updatePerson",
    answers=(200, 401, 403, 404, 409, 412),
    refusal=Refusal.FORBIDDEN,
)
async def update(request: Request, sandbox: Sandbox) -> Doc:
    """Change what is given. Pictures replace all earlier ones."""
    _person(request, sandbox)
    sent = check(await body(request), may("name", text()), may("images", _images), *_DETAILS)
    changes = _given(sent)
    if "name" in sent:
        changes["name"] = _name(sent["name"])
        changes["firstName"], _, changes["lastName"] = changes["name"].partition(" ")
    if "date_of_birth" in sent:
        changes["birth"] = people.read_birth(sent["date_of_birth"])
    if "collections" in sent:
        changes["collections"] = _collections(sandbox, sent["collections"])
    jpegs = vision.pictures(sent.get("images", []), data_uri=False)
    faces = await sandbox.in_thread(vision.portraits, sandbox, jpegs) if jpegs else []
    doc = sandbox.changed(_person(request, sandbox), **changes)
    _refuse_namesake(sandbox, doc["name"], doc["birth"], doc["collections"], but=doc["_id"])
    return sandbox.bare(face_shape(people.keep(sandbox, doc, faces)))


@route(
    "DELETE",
    f"{_PERSONS}/{{id}}",
    operation="deletePerson",
    answers=(200, 401, 403, 404),
    refusal=Refusal.FORBIDDEN,
)
async def delete(request: Request, sandbox: Sandbox) -> Doc:
    """Remove; with ``collection=`` only from there, and altogether where it was the last one."""
    doc = _person(request, sandbox)
    key = request.query_params.get("collection", "")
    if key:
        collection = people.collection_of(sandbox, key)
        left = [each for each in doc["collections"] if collection is None or each != collection["_id"]]
        if left:
            people.keep(sandbox, sandbox.changed(doc, collections=left))
            return sandbox.bare({"_id": doc["_id"]})
    people.remove(sandbox, doc)
    return sandbox.bare({"_id": doc["_id"]})


@route(
    "GET",
    f"{_PERSONS}/project-type/{{type}}",
    operation="listPersonsByProjectType",
    answers=(200, 401),
    refusal=Refusal.FORBIDDEN,
)
async def list_by_type(request: Request, sandbox: Sandbox) -> Doc:
    """A page of those who are in a collection of a flow of this type."""
    return listed(request, sandbox.store, _of_type(request, sandbox)).nested()


@route(
    "POST",
    f"{_PERSONS}/project-type/{{type}}",
    operation="searchPersonsByProjectType",
    answers=(200, 401),
    refusal=Refusal.FORBIDDEN,
)
async def search_by_type(request: Request, sandbox: Sandbox) -> Doc:
    """The same, by likeness where a picture is given. No page describes the body: what is no picture is passed over."""
    docs = _of_type(request, sandbox)
    sent = await body(request)
    images = sent.get("images") if isinstance(sent.get("images"), list) else [sent.get("image")]
    try:
        jpegs = vision.pictures([image for image in images or [] if isinstance(image, str)])
        faces = await sandbox.in_thread(vision.portraits, sandbox, jpegs) if jpegs else []
    except Fault as fault:
        if fault.status >= 500:
            raise
        faces = []
    if faces:
        hits = people.search(sandbox, [seen.template for seen in faces], min_score=0.5, limit=100)
        shapes = {doc["_id"]: doc for doc in docs}
        docs = [shapes[doc["_id"]] for doc, _ in hits if doc["_id"] in shapes]
    return listed(request, sandbox.store, docs).nested()


def _person(request: Request, sandbox: Sandbox) -> Doc:
    doc = people.person_of(sandbox, path_id(request))
    if doc is None:
        raise Fault.plain(404, "Person not found", "PERSON_NOT_FOUND")
    return doc


def _name(given: str) -> str:
    name = people.without_digits(given)
    if not name:
        raise invalid("missing name\n")
    return name


def _collections(sandbox: Sandbox, keys: Sequence[str]) -> list[str]:
    found = [people.collection_of(sandbox, key) for key in keys]
    if None in found:
        raise Fault(404, "ERROR", "invalid_collection")
    return list(dict.fromkeys(each["_id"] for each in found if each is not None))


def _refuse_namesake(
    sandbox: Sandbox, name: str, birth: str | None, collections: Sequence[str], *, but: str = ""
) -> None:
    existing = people.namesake(sandbox, name, birth, collections, but=but)
    if existing is not None:
        raise Fault(412, "PreconditionFailed", "person_already_set", data=face_shape(existing))


def _given(sent: Doc) -> dict[str, Any]:
    """The plain fields, under the names of the document."""
    fields: dict[str, Any] = {name: sent[name] for name in ("gender", "nationality", "notes") if name in sent}
    for name, plural in (("email", "emails"), ("phone", "phones")):
        if name in sent:
            fields[plural] = [sent[name]] if sent[name] else []
    return fields


def _filtered(request: Request, sandbox: Sandbox) -> list[Doc]:
    """What only this list has: ``collection``, ``search``, ``sortBy``."""
    params = request.query_params
    docs = sandbox.store.find(kinds.PERSON)
    if params.get("collection"):
        collection = people.collection_of(sandbox, params["collection"])
        docs = [doc for doc in docs if collection is not None and collection["_id"] in doc["collections"]]
    wanted = params.get("search", "").casefold()
    if wanted:
        docs = [doc for doc in docs if any(wanted in each.casefold() for each in (doc["name"], *doc["emails"]))]
    field = {"date_of_birth": "birth"}.get(params.get("sortBy", ""), params.get("sortBy", ""))
    if field:
        docs.sort(key=lambda doc: str(doc.get(field) or ""), reverse=params.get("sortOrder") == "desc")
    return docs


def _looked_up(sandbox: Sandbox, doc: Doc) -> Doc:
    refs = [sandbox.store.get(kinds.COLLECTION, key) for key in doc["collections"]]
    shape = {
        "_id": doc["_id"],
        "name": doc["name"],
        "date_of_birth": doc["birth"],
        "gender": doc["gender"],
        "thumbnails": doc["thumbnails"],
        "collections": [{name: ref[name] for name in ("_id", "code", "name")} for ref in refs if ref is not None],
    }
    return {name: value for name, value in shape.items() if value is not None}


def _of_type(request: Request, sandbox: Sandbox) -> list[Doc]:
    flows = sandbox.store.find(kinds.PROJECT_FLOW, lambda flow: bool(flow["type"] == path_id(request, "type")))
    codes = {flow.get("collectionCode") for flow in flows}
    among = {doc["_id"] for doc in sandbox.store.find(kinds.COLLECTION, lambda doc: doc["code"] in codes)}
    found = sandbox.store.find(kinds.PERSON, lambda doc: not among.isdisjoint(doc["collections"]))
    return [face_shape(doc) for doc in found]


ROUTES = (create, create_live, list_all, lookup, retrieve, update, delete, list_by_type, search_by_type)
