"""Persons as the overview page has them: first and last name, document, ``biometricData``, verification status.

The page prints requests and the object, and no answer: answers are the bare object, lists are ``{data, pagination}``. Nothing
on it says that two people may not be alike, so two may. Only ``firstName`` is asked for; fields that the page does not
name are not kept.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from kiosk.sandbox import kinds, vision
from kiosk.sandbox import persons as people
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import record_not_found
from kiosk.sandbox.fields import Field, Rule, check, flag, may, need, number, one_of, shape, text
from kiosk.sandbox.query import listed
from kiosk.sandbox.replies import Doc
from kiosk.sandbox.routing import body, path_id, route

_PERSONS = "/v2/persons"
_LIVENESS_MIN_SCORE = 0.6
STATUSES = ("pending", "verified", "failed", "expired")


def _name(name: str, value: Any) -> str | None:
    fault = text()(name, value)
    return fault or (None if value.strip() else f"missing {name}\n")


_DETAILS: tuple[Field, ...] = (
    may("lastName", text()),
    may("email", text()),
    may("phone", text()),
    may("dateOfBirth", people.birth_rule),
    may("documentType", text()),
    may("documentNumber", text()),
    may("verificationStatus", one_of(*STATUSES)),
)


def _biometric(face: Field) -> Rule:
    return shape(
        face,
        may("fingerprint", text()),
        may("livenessScore", number(lowest=0, highest=1)),
        may("livenessDetection", flag),
    )


_BIOMETRIC = may("biometricData", _biometric(may("faceImage", text())))


@route("POST", _PERSONS, operation="seedCreatePerson", answers=(200, 401, 409))
async def create(request: Request, sandbox: Sandbox) -> Doc:
    """A person, ``pending``. A picture is enrolled when there is one; it is judged for liveness only where that is asked for."""
    sent = check(await body(request), need("firstName", _name), *_DETAILS, _BIOMETRIC)
    return await _made(sandbox, sent)


@route("POST", f"{_PERSONS}/liveness", operation="seedCreatePersonWithLiveness", answers=(200, 401, 409))
async def create_live(request: Request, sandbox: Sandbox) -> Doc:
    """A person whose picture must be there and, unless ``livenessDetection`` is false, live: then ``verified``."""
    biometric = need("biometricData", _biometric(need("faceImage", text())))
    sent = check(await body(request), need("firstName", _name), *_DETAILS, biometric)
    data = {"livenessDetection": True, **sent["biometricData"]}
    return await _made(sandbox, {**sent, "biometricData": data})


@route("GET", _PERSONS, operation="seedListPersons", answers=(200, 401))
async def list_all(request: Request, sandbox: Sandbox) -> Doc:
    """A page of everybody, pictures and all."""
    docs = {doc["_id"]: doc for doc in sandbox.store.find(kinds.PERSON)}
    shapes = [{**people.seed_shape(doc), "_id": doc["_id"]} for doc in docs.values()]
    page = listed(request, sandbox.store, shapes).nested()
    page["data"] = [_item(sandbox, docs[item.pop("_id")], item) for item in page["data"]]
    return page


@route("GET", f"{_PERSONS}/{{personId}}", operation="seedRetrievePerson", answers=(200, 401, 404))
async def retrieve(request: Request, sandbox: Sandbox) -> Doc:
    """One person, by either id."""
    return people.with_picture(sandbox, _person(request, sandbox))


@route("PUT", f"{_PERSONS}/{{personId}}", operation="seedUpdatePerson", answers=(200, 401, 404))
async def update(request: Request, sandbox: Sandbox) -> Doc:
    """Change what is given. A picture replaces the earlier one."""
    _person(request, sandbox)
    sent = check(await body(request), may("firstName", _name), *_DETAILS, _BIOMETRIC)
    faces, score = await _faces(sandbox, sent)
    doc = sandbox.changed(_person(request, sandbox), **_given(sent))
    doc["name"] = people.without_digits(f"{doc['firstName']} {doc['lastName']}")
    if score is not None:
        doc.update(livenessScore=score, verificationStatus="verified")
    return people.with_picture(sandbox, people.keep(sandbox, doc, faces))


@route("DELETE", f"{_PERSONS}/{{personId}}", operation="seedDeletePerson", answers=(200, 401, 404))
async def delete(request: Request, sandbox: Sandbox) -> Doc:
    """Remove."""
    doc = _person(request, sandbox)
    people.remove(sandbox, doc)
    return {"id": doc["seedId"]}


async def _made(sandbox: Sandbox, sent: Doc) -> Doc:
    faces, score = await _faces(sandbox, sent)
    fields = _given(sent)
    if score is not None:
        fields.update(livenessScore=score, verificationStatus="verified")
    first, last = fields.pop("firstName"), fields.pop("lastName", "")
    doc = people.new_person(sandbox, name=f"{first} {last}", first=first, last=last, **fields)
    return people.with_picture(sandbox, people.keep(sandbox, doc, faces))


async def _faces(sandbox: Sandbox, sent: Doc) -> tuple[list[vision.Portrait], float | None]:
    """The picture that was sent, and its liveness where that was asked for.

    Raises:
        Fault: 409 ``liveness_failed@score``; nobody is made or changed then.
    """
    data = sent.get("biometricData", {})
    if "faceImage" not in data:
        return [], None
    jpeg = vision.picture(data["faceImage"])
    if not data.get("livenessDetection"):
        return [await sandbox.in_thread(vision.portrait, sandbox, jpeg)], None
    seen, score = await sandbox.in_thread(vision.live_portrait, sandbox, jpeg)
    if score <= _LIVENESS_MIN_SCORE:
        raise vision.not_live(score)
    return [seen], score


def _given(sent: Doc) -> dict[str, Any]:
    """What was sent, under the names of the document."""
    names = ("firstName", "lastName", "documentType", "documentNumber", "verificationStatus")
    fields = {name: sent[name] for name in names if name in sent}
    for name, plural in (("email", "emails"), ("phone", "phones")):
        if name in sent:
            fields[plural] = [sent[name]] if sent[name] else []
    if "dateOfBirth" in sent:
        fields["birth"] = people.read_birth(sent["dateOfBirth"])
    data = sent.get("biometricData", {})
    for name in ("fingerprint", "livenessScore"):
        if name in data:
            fields[name] = data[name]
    return fields


def _person(request: Request, sandbox: Sandbox) -> Doc:
    doc = people.person_of(sandbox, path_id(request, "personId"))
    if doc is None:
        raise record_not_found()
    return doc


def _item(sandbox: Sandbox, doc: Doc, item: Doc) -> Doc:
    """An item of a page with its picture, unless other fields were chosen."""
    if "biometricData" not in item:
        return item
    return {**item, "biometricData": people.with_picture(sandbox, doc)["biometricData"]}


ROUTES = (create, create_live, list_all, retrieve, update, delete)
