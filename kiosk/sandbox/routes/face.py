"""The face engine's judgements of pictures: liveness and comparison. Real faces, real scores; one credit a call.

Comparisons answer the score of the current pages and the record of the older ones in one object, for clients of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request

from kiosk.sandbox import ids, kinds, vision
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault
from kiosk.sandbox.fields import check, either, flag, may, need, number, one_of, several, text
from kiosk.sandbox.lookup import own_registration
from kiosk.sandbox.replies import Doc
from kiosk.sandbox.routing import body, route
from kiosk.sandbox.tokens import Kind
from kiosk.sandbox.vision import Portrait

_FACE = "/v2/face-recognition"
_ANSWERS = (200, 401, 402, 403, 409, 412, 500)
_LIVENESS_DEFAULT = 0.6
_COMPARE_DEFAULT = 0.85

_os = one_of("DESKTOP", "IOS", "ANDROID")
_mode = one_of("FAST", "ACCURATE")
_share = number(lowest=0.5, highest=1)
_compare_share = number(lowest=0.67, highest=0.95)
_many = several(text(), fewest=1)


@route("POST", f"{_FACE}/liveness", operation="faceLiveness", answers=_ANSWERS)
async def liveness(request: Request, sandbox: Sandbox) -> Doc:
    """Is this a living person?"""
    return await _liveness(request, sandbox)


@route("POST", f"{_FACE}/liveness-score", operation="faceLivenessScore", answers=_ANSWERS)
async def liveness_score(request: Request, sandbox: Sandbox) -> Doc:
    """The same."""
    return await _liveness(request, sandbox)


@route("POST", f"{_FACE}/compare", operation="faceCompare", answers=_ANSWERS)
async def compare(request: Request, sandbox: Sandbox) -> Doc:
    """Is this the same face? The best of all pairs counts."""
    sent = check(
        await body(request),
        need("probe", either(_many, text())),
        need("gallery", _many),
        may("search_mode", _mode),
        may("compare_min_score", _compare_share),
        may("os", _os),
        may("cropFace", flag),
    )
    probes = sent["probe"] if isinstance(sent["probe"], list) else [sent["probe"]]
    jpegs, gallery = vision.pictures(probes), vision.pictures(sent["gallery"])
    score = await sandbox.in_thread(_best, sandbox, jpegs, gallery)
    return sold(sandbox, "compare", _comparison(sandbox, "compare", sent, score))


@route("POST", f"{_FACE}/compare-live", operation="faceCompareLive", answers=_ANSWERS)
async def compare_live(request: Request, sandbox: Sandbox) -> Doc:
    """The same, and is the probe alive?"""
    sent = check(
        await body(request),
        need("probe", text()),
        need("gallery", _many),
        need("os", _os),
        need("liveness_min_score", number(lowest=0.52, highest=1)),
        may("search_mode", _mode),
        may("compare_min_score", _compare_share),
    )
    jpeg, gallery = vision.picture(sent["probe"]), vision.pictures(sent["gallery"])

    def work() -> tuple[float, float]:
        probe, live = vision.live_portrait(sandbox, jpeg)
        return _best_of(sandbox, [probe], vision.portraits(sandbox, gallery)), live

    score, live = await sandbox.in_thread(work)
    judged = _judged(live, sent["liveness_min_score"])
    record = _comparison(sandbox, "compareLive", sent, score, liveness_score=live, min_score=sent["liveness_min_score"])
    return sold(sandbox, "compare live", {**record, "liveness": judged})


@route("POST", f"{_FACE}/compare-with-liveness", operation="faceCompareWithLiveness", answers=_ANSWERS)
async def compare_with_liveness(request: Request, sandbox: Sandbox) -> Doc:
    """The same; liveness is judged only where the comparison passes."""
    sent = check(
        await body(request),
        need("probe", text()),
        need("gallery", _many),
        may("search_mode", _mode),
        may("liveness_min_score", _share),
        may("compare_min_score", _compare_share),
        may("os", _os),
        may("cropFace", flag),
    )
    jpeg, gallery = vision.picture(sent["probe"]), vision.pictures(sent["gallery"])
    passes = sent.get("compare_min_score", _COMPARE_DEFAULT)

    def work() -> tuple[float, float | None]:
        probe = vision.portrait(sandbox, jpeg, vision.LIVENESS_RULES)
        score = _best_of(sandbox, [probe], vision.portraits(sandbox, gallery))
        return score, vision.liveness(sandbox, probe) if score >= passes else None

    score, live = await sandbox.in_thread(work)
    judged = None if live is None else _judged(live, sent.get("liveness_min_score", _LIVENESS_DEFAULT))
    answer = {"comparison": _comparison(sandbox, "compare", sent, score), "liveness": judged}
    return sold(sandbox, "compare with liveness", answer)


@route(
    "POST",
    f"{_FACE}/compare/app-registration",
    operation="faceCompareAppRegistration",
    answers=(200, 401, 403, 404),
    bearer=Kind.REGISTRATION,
)
async def compare_registration(request: Request, sandbox: Sandbox) -> Doc:
    """The selfie of an onboarding against the face on its document; both must have been sent."""
    await body(request)
    registration = own_registration(request, sandbox)
    selfie, document = (sandbox.store.blob(str(registration.get(name))) for name in ("face", "documentFace"))
    if selfie is None or document is None:
        raise Fault(404, "NotFound", "appRegistration_not_found")
    score = await sandbox.in_thread(_best, sandbox, [selfie], [document])
    flow = sandbox.store.get(kinds.PROJECT_FLOW, str(registration["projectFlow"])) or {}
    passes = flow.get("onboardingSettings", {}).get("document", {}).get("compareMinScore", _COMPARE_DEFAULT)
    record = _comparison(sandbox, "compare", {"compare_min_score": passes}, score)
    with sandbox.store.transaction():
        sandbox.store.put(kinds.FACE_VERIFICATION, record)
        fresh = sandbox.store.get(kinds.APP_REGISTRATION, registration["_id"]) or registration
        changed = sandbox.changed(fresh, compareFaceVerification=record["_id"])
        sandbox.store.put(kinds.APP_REGISTRATION, changed)
    sandbox.emit("face_verification_compare", record, flow=str(registration["projectFlow"]))
    return sandbox.sealed({"compareFaceVerification": record})


async def _liveness(request: Request, sandbox: Sandbox) -> Doc:
    sent = check(
        await body(request),
        need("os", _os),
        need("image", text()),
        may("collection_id", text()),
        may("liveness_min_score", _share),
    )
    _, score = await sandbox.in_thread(vision.live_portrait, sandbox, vision.picture(sent["image"]))
    return sold(sandbox, "liveness", _judged(score, sent.get("liveness_min_score", _LIVENESS_DEFAULT)))


def sold(sandbox: Sandbox, what: str, answer: Any) -> Doc:
    """The answer of a call that costs a credit."""
    sandbox.charge(what)
    return sandbox.sealed(answer)


def _judged(score: float, limit: float) -> Doc:
    return {"passed": score > limit, "min_score": limit, "liveness_score": score}


def _best(sandbox: Sandbox, probes: Sequence[bytes], gallery: Sequence[bytes]) -> float:
    return _best_of(sandbox, vision.portraits(sandbox, probes), vision.portraits(sandbox, gallery))


def _best_of(sandbox: Sandbox, probes: Sequence[Portrait], gallery: Sequence[Portrait]) -> float:
    engine = sandbox.part(vision.open_faces)
    return max(engine.compare(probe.template, other.template) for probe in probes for other in gallery)


def _comparison(sandbox: Sandbox, kind: str, sent: Doc, score: float, **scores: float) -> Doc:
    """The record of a comparison, without the pictures. It cannot be read back, so it is not kept either."""
    limit = sent.get("compare_min_score", _COMPARE_DEFAULT)
    chosen = {name: sent[name] for name in ("search_mode", "os", "liveness_min_score") if name in sent}
    return sandbox.new(
        type=kind,
        score=score,
        result={"score": score, "passed": score >= limit, "compare_min_score": limit, **scores},
        probe=[],
        gallery=[],
        client=ids.CLIENT,
        status="success",
        compare_min_score=limit,
        deleted=False,
        comparedAt=sandbox.stamp(),
        **chosen,
    )


ROUTES = (liveness, liveness_score, compare, compare_live, compare_with_liveness, compare_registration)
