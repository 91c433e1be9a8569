"""The selfie of an onboarding: judged, looked up among the enrolled, and linked to the registration.

How the documented words are read here: ``person_already_set`` where the registration has its person already (``force`` judges
again), ``duplicated_person`` where the face belongs to somebody who came in by another registration. Somebody who is only
enrolled is linked.
"""

from __future__ import annotations

from starlette.requests import Request

from kiosk.sandbox import ids, kinds, sessions, vision
from kiosk.sandbox import persons as people
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault
from kiosk.sandbox.fields import check, flag, may, need, one_of, text
from kiosk.sandbox.judging import enrolled, limits_of
from kiosk.sandbox.lookup import keep_picture, own_registration
from kiosk.sandbox.replies import Doc
from kiosk.sandbox.routing import body, route
from kiosk.sandbox.tokens import Kind

_OPEN = ("STARTED", "ONGOING")


@route(
    "POST",
    "/v2/biometric-validations/app-registration",
    operation="createAppRegistrationBiometricValidation",
    answers=(200, 401, 402, 404, 409),
    bearer=Kind.REGISTRATION,
)
async def create(request: Request, sandbox: Sandbox) -> Doc:
    """Judge the selfie; the answer is the registration with its validation as an object."""
    registration = own_registration(request, sandbox)
    sent = check(
        await body(request), need("image", text()), need("os", one_of("DESKTOP", "IOS", "ANDROID")), may("force", flag)
    )
    _demand_open(registration, sent)
    flow = sandbox.store.get(kinds.PROJECT_FLOW, str(registration["projectFlow"])) or {}
    collection = sessions.collection_of_flow(sandbox, flow or registration)
    limits = limits_of(flow, "onboarding")
    jpeg = vision.picture(sent["image"])
    seen, score = await sandbox.in_thread(vision.live_portrait, sandbox, jpeg)
    registration = own_registration(request, sandbox)  # as it is after the time that the picture took
    _demand_open(registration, sent)
    if score <= limits.liveness:
        _write_failure(sandbox, registration, collection, score)
        raise vision.not_live(score)
    person, is_new = enrolled(
        sandbox,
        seen,
        limits,
        collection=collection["_id"],
        name=_name(registration),
        livenessScore=score,
        emails=[registration["email"]] if registration.get("email") else [],
        phones=[f"{registration.get('countryCode', '')}{registration['phone']}"] if registration.get("phone") else [],
    )
    if not is_new and _came_by_another(sandbox, person, registration):
        sandbox.emit("app_registration_person_already_set", registration, flow=str(registration["projectFlow"]))
        raise Fault(409, "Conflict", "duplicated_person")
    with sandbox.store.transaction():
        sandbox.charge("onboarding selfie")
        if is_new:
            people.keep(sandbox, person, [seen])
        face = keep_picture(sandbox, jpeg, category="face", registration=str(registration["_id"]))
        validation = _validation(sandbox, registration, collection, "validated", score, face=face, person=person["_id"])
        changed = sandbox.changed(
            registration,
            biometricValidation=validation["_id"],
            person=person["_id"],
            face=face,
            assignedCollection=collection["_id"],
            status="ONGOING",
        )
        sandbox.store.put(kinds.APP_REGISTRATION, changed)
    if is_new:
        sandbox.emit("biometric_validation_created_person", validation, flow=str(registration["projectFlow"]))
    sandbox.emit("biometric_validation_validated", validation, flow=str(registration["projectFlow"]))
    return sandbox.sealed({**changed, "biometricValidation": validation})


def _demand_open(registration: Doc, sent: Doc) -> None:
    if registration["status"] not in _OPEN:
        raise Fault(409, "Conflict", "appRegistration_not_open")
    if registration.get("person") and not sent.get("force"):
        raise Fault(409, "Conflict", "person_already_set")


def _came_by_another(sandbox: Sandbox, person: Doc, registration: Doc) -> bool:
    other = sandbox.store.first(
        kinds.APP_REGISTRATION,
        lambda doc: bool(doc.get("person") == person["_id"] and doc["_id"] != registration["_id"]),
    )
    return other is not None


def _write_failure(sandbox: Sandbox, registration: Doc, collection: Doc, score: float) -> None:
    with sandbox.store.transaction():
        failed = _validation(
            sandbox, registration, collection, "failed", score, failedReason=f"409:liveness_failed@{score:g}"
        )
        earlier = registration.get("failedBiometricValidations") or []
        changed = sandbox.changed(registration, failedBiometricValidations=[*earlier, failed["_id"]])
        sandbox.store.put(kinds.APP_REGISTRATION, changed)
    sandbox.emit("biometric_validation_liveness_failed", failed, flow=str(registration["projectFlow"]))


def _validation(sandbox: Sandbox, registration: Doc, collection: Doc, status: str, score: float, **fields: str) -> Doc:
    """Keep what became of one selfie. It has no session of its own: the registration's token is its bearer."""
    doc = sandbox.new(
        client=ids.CLIENT,
        project=registration["project"],
        projectFlow=registration["projectFlow"],
        livenessSession=None,
        appRegistration=registration["_id"],
        status=status,
        type="onboarding",
        url=sessions.page_of("onboarding", str(registration["project"])),
        livenessScore=score,
        assignedCollection=collection["_id"],
        collectionCode=collection["code"],
        requires2FA=False,
        **fields,
    )
    return sandbox.store.put(kinds.BIOMETRIC_VALIDATION, doc)


def _name(registration: Doc) -> str:
    full = registration.get("fullName")
    return str(full or f"{registration.get('firstName', '')} {registration.get('lastName', '')}".strip())


ROUTES = (create,)
