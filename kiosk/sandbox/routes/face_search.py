"""The face engine's questions about people: search, detection, verification. Real faces, real scores; one credit a call.

What no page says and how it is read here:

- A search in a collection that is not there is ``invalid_collection``.
- ``verify`` with a face of somebody else answers the engine's ``ERR_ENTITY_NOT_FOUND``, as with an unknown person: a ``match``
  with a low score could be taken for a match.
- ``search-active-user`` judges liveness only where ``liveness_min_score`` is given (one page says never, one client always).
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request

from kiosk.sandbox import persons as people
from kiosk.sandbox import vision
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault
from kiosk.sandbox.faces import FaceSeen, Look
from kiosk.sandbox.fields import Field, check, flag, may, need, number, one_of, several, text, whole
from kiosk.sandbox.replies import Doc
from kiosk.sandbox.routes.face import sold
from kiosk.sandbox.routing import body, route

_FACE = "/v2/face-recognition"
_ANSWERS = (200, 401, 402, 403, 409, 412, 500)

_os = one_of("DESKTOP", "IOS", "ANDROID")
_mode = one_of("FAST", "ACCURATE")
_share = number(lowest=0.5, highest=1)
_results = may("max_results", whole(lowest=1, highest=100))


_SEARCH_ONE: tuple[Field, ...] = (
    need("image", text()),
    need("os", _os),
    need("min_score", _share),
    need("search_mode", _mode),
    may("collection_id", text()),
)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which people a detection looks for."""

    min_score: float
    collection: str | None
    limit: int


@route("POST", f"{_FACE}/search", operation="faceSearch", answers=_ANSWERS)
async def search(request: Request, sandbox: Sandbox) -> Doc:
    """Who is this? One to three pictures of one person."""
    return await _search(request, sandbox, lowest=0.2, most=3)


@route("POST", f"{_FACE}/search/crops", operation="faceSearchCrops", answers=_ANSWERS)
async def search_crops(request: Request, sandbox: Sandbox) -> Doc:
    """The same from faces already cut out."""
    return await _search(request, sandbox, lowest=0.5, most=None)


@route("POST", f"{_FACE}/search-live-face", operation="faceSearchLive", answers=_ANSWERS)
async def search_live(request: Request, sandbox: Sandbox) -> Doc:
    """Who is this, and are they alive? Who is not is ``liveness_failed``."""
    sent = check(await body(request), *_SEARCH_ONE, need("liveness_min_score", _share))
    hits, live = await _search_one(sandbox, sent)
    return sold(sandbox, "search live", {"persons": hits, "liveness_score": live})


@route("POST", f"{_FACE}/search-active-user", operation="faceSearchActiveUser", answers=_ANSWERS)
async def search_active(request: Request, sandbox: Sandbox) -> Doc:
    """Who of the active ones is this?"""
    sent = check(await body(request), *_SEARCH_ONE, may("liveness_min_score", _share))
    hits, _ = await _search_one(sandbox, sent, where=lambda doc: bool(doc["status"] == "active"))
    return sold(sandbox, "search active user", hits)


@route("POST", f"{_FACE}/detect", operation="faceDetect", answers=_ANSWERS)
async def detect(request: Request, sandbox: Sandbox) -> Doc:
    """Every face of a picture. With ``min_score`` or ``search_mode`` the older contract, which looks each face up as well."""
    sent = await body(request)
    older = "min_score" in sent or "search_mode" in sent
    if not older:
        check(sent, need("image", text()), may("return_landmarks", flag), may("return_attributes", flag))
        look = await sandbox.in_thread(vision.look_at, sandbox, vision.picture(sent["image"]))
        found = [_current_face(face, landmarks=bool(sent.get("return_landmarks"))) for face in look.faces]
        return sold(sandbox, "detect", {"faces": found, "face_count": len(found)})
    check(
        sent,
        need("image", text()),
        need("min_score", number(lowest=0.7, highest=0.95)),
        need("search_mode", _mode),
        may("collection_id", text()),
        _results,
    )
    wanted = _Wanted(sent["min_score"], _collection(sandbox, sent), int(sent.get("max_results", 99)))
    jpeg = vision.picture(sent["image"])

    def work() -> list[Doc]:
        look = vision.look_at(sandbox, jpeg)
        return [_older_face(sandbox, look, face, wanted) for face in look.faces]

    return sold(sandbox, "detect", await sandbox.in_thread(work))


@route("POST", f"{_FACE}/verify", operation="faceVerify", answers=(*_ANSWERS, 404))
async def verify(request: Request, sandbox: Sandbox) -> Doc:
    """Are these pictures of this person?"""
    sent = check(
        await body(request),
        need("id", text()),
        need("images", several(text(), fewest=1)),
        need("min_score", _share),
        need("search_mode", _mode),
        may("collection_id", text()),
    )
    collection = _collection(sandbox, sent)
    jpegs = vision.pictures(sent["images"])
    if people.person_of(sandbox, sent["id"]) is None:
        raise _nobody()
    probes = [seen.template for seen in await sandbox.in_thread(vision.portraits, sandbox, jpegs)]
    person = people.person_of(sandbox, sent["id"])
    if person is None:
        raise _nobody()
    hits = people.search(
        sandbox,
        probes,
        min_score=sent["min_score"],
        collection=collection,
        where=lambda doc: bool(doc["_id"] == person["_id"]),
    )
    if not hits:
        raise _nobody()
    return sold(sandbox, "verify", {"match": people.hit_shape(*hits[0])})


async def _search(request: Request, sandbox: Sandbox, *, lowest: float, most: int | None) -> Doc:
    sent = check(
        await body(request),
        need("images", several(text(), fewest=1, most=most)),
        need("min_score", number(lowest=lowest, highest=1)),
        need("search_mode", _mode),
        may("collection_id", text()),
        _results,
    )
    collection = _collection(sandbox, sent)
    seen = await sandbox.in_thread(vision.portraits, sandbox, vision.pictures(sent["images"]))
    hits = people.search(
        sandbox,
        [each.template for each in seen],
        min_score=sent["min_score"],
        limit=int(sent.get("max_results", 10)),
        collection=collection,
    )
    return sold(sandbox, "search", [people.hit_shape(*hit) for hit in hits])


async def _search_one(
    sandbox: Sandbox, sent: Doc, where: Callable[[Doc], bool] | None = None
) -> tuple[list[Doc], float]:
    collection = _collection(sandbox, sent)
    jpeg = vision.picture(sent["image"])
    live = 0.0
    if "liveness_min_score" in sent:
        seen, live = await sandbox.in_thread(vision.live_portrait, sandbox, jpeg)
        if live <= sent["liveness_min_score"]:
            raise vision.not_live(live)
    else:
        seen = await sandbox.in_thread(vision.portrait, sandbox, jpeg)
    hits = people.search(sandbox, [seen.template], min_score=sent["min_score"], collection=collection, where=where)
    return [people.hit_shape(*hit) for hit in hits], live


def _collection(sandbox: Sandbox, sent: Doc) -> str | None:
    """The id of the collection that is to be searched; None for all of them."""
    if "collection_id" not in sent:
        return None
    doc = people.collection_of(sandbox, sent["collection_id"])
    if doc is None:
        raise Fault(404, "ERROR", "invalid_collection")
    return str(doc["_id"])


def _current_face(face: FaceSeen, *, landmarks: bool) -> Doc:
    box = face.box
    shape: Doc = {
        "bounding_box": {"x": round(box.x), "y": round(box.y), "width": round(box.width), "height": round(box.height)},
        "confidence": face.detection_score,
    }
    if landmarks:
        left, right, nose, mouth_left, mouth_right = ({"x": x, "y": y} for x, y in face.landmarks)
        mouth = {axis: round((mouth_left[axis] + mouth_right[axis]) / 2, 1) for axis in ("x", "y")}
        shape["landmarks"] = {"left_eye": left, "right_eye": right, "nose": nose, "mouth": mouth}
    return shape


def _older_face(sandbox: Sandbox, look: Look, face: FaceSeen, wanted: _Wanted) -> Doc:
    box = face.box
    template = vision.embed(sandbox, look, face)
    hits = []
    if template is not None:
        hits = people.search(
            sandbox, [template], min_score=wanted.min_score, collection=wanted.collection, limit=wanted.limit
        )
    names = ("left_eye", "right_eye", "nose", "left_mouth", "right_mouth")
    return {
        "box": {
            "top": round(box.y),
            "left": round(box.x),
            "right": round(box.x + box.width),
            "bottom": round(box.y + box.height),
        },
        "persons": [people.hit_shape(*hit) for hit in hits],
        "landmarks": {name: list(point) for name, point in zip(names, face.landmarks, strict=True)},
        "thumbnail": base64.b64encode(sandbox.part(vision.open_faces).thumbnail(look, face)).decode("ascii"),
        "detection_score": face.detection_score,
    }


def _nobody() -> Fault:
    fault = Fault(404, "", "not found", data={"code": "ERR_ENTITY_NOT_FOUND"})
    del fault.body["code"]
    return fault


ROUTES = (search, search_crops, search_live, search_active, detect, verify)
