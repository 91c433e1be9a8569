"""One set of people in two shapes: ``/v2/persons`` (first and last name, document, ``biometricData``) and
``/v2/face-recognition/persons`` (one name, pictures, collections). One document is one person, however it was made.

Documents hold what either shape needs; pictures lie beside them; templates go to the search as well. Reads no request.
"""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

from kiosk.sandbox import ids, kinds
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.faces import People
from kiosk.sandbox.faces.people import to_text
from kiosk.sandbox.replies import Doc
from kiosk.sandbox.vision import Portrait, open_faces

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TEMPLATES = "templates"
_DIGITS = re.compile(r"\d+")
_BLANKS = re.compile(r"\s+")


class Birth(Enum):
    """How a date of birth is written; the pages differ by operation."""

    PLAIN = "plain"
    TIME = "time"
    PARTS = "parts"


class Gallery:
    """The templates of everybody, for searches; a part of the sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.people = People()
        for doc in sandbox.store.find(kinds.PERSON):
            self.people.put(doc["_id"], doc[_TEMPLATES])

    def close(self) -> None:
        """Nothing to free."""


class SeedIds:
    """Seed ids with the ids under which people are kept; a part of the sandbox.

    Only says where to look: a change that was rolled back leaves it wrong, so what is found there is held against the
    document, and what is not is looked for among everybody.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._store = sandbox.store
        self._known: dict[str, str] = {doc["seedId"]: doc["_id"] for doc in sandbox.store.find(kinds.PERSON)}

    def put(self, doc: Doc) -> None:
        """Somebody who was kept."""
        self._known[doc["seedId"]] = doc["_id"]

    def remove(self, doc: Doc) -> None:
        """Somebody who was removed."""
        self._known.pop(doc["seedId"], None)

    def person(self, key: str) -> Doc | None:
        """Whoever has this seed id."""
        found = self._store.get(kinds.PERSON, self._known.get(key, ""))
        if found is None or found["seedId"] != key:
            found = self._store.first(kinds.PERSON, lambda doc: bool(doc["seedId"] == key))
        return found

    def close(self) -> None:
        """Nothing to free."""


def new_person(sandbox: Sandbox, *, name: str, first: str = "", last: str = "", **fields: Any) -> Doc:
    """A person's document, not kept yet.

    Args:
        sandbox: makes ids and times.
        name: of the face-recognition shape; digits are taken out of it.
        first: of the seed's shape; taken from ``name`` where empty.
        last: likewise.
        fields: any of the others.
    """
    name = without_digits(name)
    if not first and not last:
        first, _, last = name.partition(" ")
    at = sandbox.stamp()
    return {
        "_id": sandbox.new_id(),
        "seedId": ids.seed_person_id(),
        "client": ids.CLIENT,
        "name": name,
        "firstName": first,
        "lastName": last,
        "gender": None,
        "birth": None,
        "nationality": None,
        "notes": None,
        "emails": [],
        "phones": [],
        "documentType": None,
        "documentNumber": None,
        "collections": [ids.COLLECTION],
        "thumbnails": [],
        _TEMPLATES: [],
        "fingerprint": None,
        "livenessScore": None,
        "verificationStatus": "pending",
        "status": "active",
        "createdAt": at,
        "updatedAt": at,
        "__v": 0,
        **fields,
    }


def keep(sandbox: Sandbox, doc: Doc, faces: Sequence[Portrait] = ()) -> Doc:
    """Write a person down, with new pictures in place of the old ones where there are any. Gives what was written."""
    if faces:
        engine = sandbox.part(open_faces)
        thumbs = [_text(engine.thumbnail(seen.look, seen.face)) for seen in faces]
        doc = {
            **doc,
            "thumbnails": [{"id": str(uuid.uuid4()), "thumbnail": thumb} for thumb in thumbs],
            _TEMPLATES: [to_text(seen.template) for seen in faces],
        }
    with sandbox.store.transaction():
        sandbox.store.put(kinds.PERSON, doc)
        if faces:
            sandbox.store.put_blob(_picture_key(doc), faces[0].jpeg)
    sandbox.part(SeedIds).put(doc)
    if faces:
        sandbox.part(Gallery).people.put(doc["_id"], doc[_TEMPLATES])
    return doc


def remove(sandbox: Sandbox, doc: Doc) -> None:
    """Forget a person, picture and templates."""
    with sandbox.store.transaction():
        sandbox.store.delete(kinds.PERSON, doc["_id"])
        sandbox.store.delete_blob(_picture_key(doc))
    sandbox.part(Gallery).people.remove(doc["_id"])
    sandbox.part(SeedIds).remove(doc)


def person_of(sandbox: Sandbox, key: str) -> Doc | None:
    """A person by either id."""
    found = sandbox.store.get(kinds.PERSON, key)
    if found is None and key.startswith("person_"):
        found = sandbox.part(SeedIds).person(key)
    return found


def collection_of(sandbox: Sandbox, key: str) -> Doc | None:
    """A collection by its id or its code: pages differ in which one they mean."""
    found = sandbox.store.get(kinds.COLLECTION, key)
    return found or sandbox.store.first(kinds.COLLECTION, lambda doc: bool(doc["code"] == key))


def namesake(
    sandbox: Sandbox, name: str, birth: str | None, collections: Iterable[str], *, but: str = ""
) -> Doc | None:
    """Somebody of the same name and date of birth in one of these collections."""
    wanted, among = name.casefold(), set(collections)
    return sandbox.store.first(
        kinds.PERSON,
        lambda doc: (
            doc["name"].casefold() == wanted
            and doc["birth"] == birth
            and doc["_id"] != but
            and not among.isdisjoint(doc["collections"])
        ),
    )


def search(
    sandbox: Sandbox,
    probes: Sequence[NDArray[np.float32]],
    *,
    min_score: float,
    limit: int = 10,
    collection: str | None = None,
    where: Callable[[Doc], bool] | None = None,
) -> list[tuple[Doc, float]]:
    """Who is this? People with their scores on the service's scale, best first."""
    among: Collection[str] | None = None
    if collection is not None or where is not None:
        found = sandbox.store.find(kinds.PERSON, where)
        among = {doc["_id"] for doc in found if collection is None or collection in doc["collections"]}
    engine = sandbox.part(open_faces)
    hits: list[tuple[Doc, float]] = []
    for hit in sandbox.part(Gallery).people.search(probes, among=among, limit=limit):
        score = engine.likeness(hit.cosine).score
        doc = sandbox.store.get(kinds.PERSON, hit.person)
        if score >= min_score and doc is not None:
            hits.append((doc, score))
    return hits


def without_digits(name: str) -> str:
    """A name as the service keeps it."""
    return _BLANKS.sub(" ", _DIGITS.sub("", name)).strip()


def read_birth(value: Any) -> str | None:
    """An ISO date out of a plain date, a time or ``{year, month, day}``.

    Raises:
        ValueError: it is none of them.
    """
    if value is None:
        return None
    if isinstance(value, dict):
        value = "-".join(
            f"{value.get(name, '')!s:>0{width}}" for name, width in (("year", 4), ("month", 2), ("day", 2))
        )
    return date.fromisoformat(str(value)[:10]).isoformat()


def birth_rule(name: str, value: Any) -> str | None:
    """:mod:`kiosk.sandbox.fields` rule for a date of birth."""
    try:
        read_birth(value)
    except (ValueError, OverflowError):
        return f"{name} must be a date\n"
    return None if value is not None else f"{name} must be a date\n"


def face_shape(doc: Doc, birth: Birth = Birth.PARTS) -> Doc:
    """As the face-recognition pages show a person."""
    shape = {
        "_id": doc["_id"],
        "name": doc["name"],
        "gender": doc["gender"],
        "date_of_birth": _birth(doc["birth"], birth),
        "nationality": doc["nationality"],
        "thumbnails": doc["thumbnails"],
        "collections": doc["collections"],
        "notes": doc["notes"],
        "client": doc["client"],
        "status": doc["status"],
        "emails": doc["emails"],
        "phones": doc["phones"],
        "createdAt": doc["createdAt"],
        "updatedAt": doc["updatedAt"],
        "__v": doc["__v"],
    }
    return shape if doc["livenessScore"] is None else {**shape, "livenessScore": doc["livenessScore"]}


def seed_shape(doc: Doc) -> Doc:
    """As the persons overview page shows a person, without the pictures; only fields that are known."""
    known = {"fingerprint": doc["fingerprint"], "livenessScore": doc["livenessScore"]}
    fields = {
        "id": doc["seedId"],
        "firstName": doc["firstName"],
        "lastName": doc["lastName"],
        "email": doc["emails"][0] if doc["emails"] else None,
        "phone": doc["phones"][0] if doc["phones"] else None,
        "dateOfBirth": doc["birth"],
        "documentType": doc["documentType"],
        "documentNumber": doc["documentNumber"],
        "biometricData": {name: value for name, value in known.items() if value is not None},
        "verificationStatus": doc["verificationStatus"],
        "createdAt": doc["createdAt"],
        "updatedAt": doc["updatedAt"],
    }
    return {name: value for name, value in fields.items() if value is not None}


def with_picture(sandbox: Sandbox, doc: Doc) -> Doc:
    """The seed's shape, picture and all."""
    shape = seed_shape(doc)
    content = sandbox.store.blob(_picture_key(doc)) if doc[_TEMPLATES] else None
    if content is not None:
        shape["biometricData"] = {"faceImage": _text(content), **shape["biometricData"]}
    return shape


def hit_shape(doc: Doc, score: float) -> Doc:
    """As a face search shows a person."""
    shape = {
        "id": doc["_id"],
        "name": doc["name"],
        "score": score,
        "thumbnails": doc["thumbnails"],
        "gender": doc["gender"],
        "date_of_birth": _birth(doc["birth"], Birth.PLAIN),
        "nationality": doc["nationality"],
        "notes": doc["notes"],
        "collections": doc["collections"],
        "create_date": doc["createdAt"],
        "modified_date": doc["updatedAt"],
    }
    return {name: value for name, value in shape.items() if value is not None}


def picture_of(sandbox: Sandbox, doc: Doc) -> bytes | None:
    """The first picture a person was enrolled with."""
    return sandbox.store.blob(_picture_key(doc))


def _birth(birth: str | None, form: Birth) -> Any:
    if birth is None or form is Birth.PLAIN:
        return birth
    if form is Birth.TIME:
        return f"{birth}T00:00:00.000Z"
    year, month, day = birth.split("-")
    return {"year": int(year), "month": int(month), "day": int(day)}


def _picture_key(doc: Doc) -> str:
    return f"person:{doc['_id']}"


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
