"""Onboardings: begun by anybody, led with a registration token, seen and mended by the account's owner."""

from __future__ import annotations

from starlette.requests import Request

from kiosk.sandbox import ids, kinds, onboarding
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault, invalid
from kiosk.sandbox.fields import check, faults, flag, known, may, need, object_id, one_of, text
from kiosk.sandbox.lookup import demand_own, flow, found, new_login, own_registration, project
from kiosk.sandbox.query import listed, shaped
from kiosk.sandbox.replies import Doc, stamp
from kiosk.sandbox.routing import Refusal, body, caller, path_id, route
from kiosk.sandbox.shapes import COUNTRY_CODE
from kiosk.sandbox.tokens import RESENT_LINK, Kind

_BOTH = (Kind.ACCOUNT, Kind.REGISTRATION)
_TEXTS = ("email", "phone", "countryCode", "fullName", "firstName", "lastName", "language")
_NAMES = ("fullName", "firstName", "lastName")
_PROOFS = {"faceLiveness": "biometricValidation", "email": "emailValidation", "phone": "phoneValidation"}
"""What a login at the end of an onboarding rests on, the strongest first."""


@route("POST", "/v2/app-registrations", operation="createAppRegistration", answers=(200, 402, 409), bearer=None)
async def create(request: Request, sandbox: Sandbox) -> Doc:
    """Begin one. An address that is on its way gets a new token; one that has arrived is refused."""
    sent = _begun(await body(request))
    of_project = project(sandbox, sent["project"])
    of_flow = flow(sandbox, sent["projectFlow"], of=of_project["_id"])
    earlier = sandbox.store.find(kinds.APP_REGISTRATION, lambda doc: _same(doc, sent))
    _demand_new(earlier, sent)
    running = next((doc for doc in earlier if doc["status"] in onboarding.RUNNING), None)
    if running is not None:
        return sandbox.sealed(_created(sandbox, running))
    with sandbox.store.transaction():
        sandbox.charge("app registration")
        information = sandbox.new(**_full(sent), projectFlow=of_flow["_id"])
        registration = sandbox.new(
            client=ids.CLIENT,
            project=of_project["_id"],
            projectFlow=of_flow["_id"],
            status="STARTED",
            **{"language": "en", **known(sent, *_TEXTS), **_full(sent)},
            currentStep="1",
            informationValidation=information["_id"],
            failedBiometricValidations=[],
            failedDocumentValidations=[],
            manualReviewLog=[],
        )
        sandbox.store.put(kinds.INFORMATION_VALIDATION, {**information, "appRegistration": registration["_id"]})
        sandbox.store.put(kinds.APP_REGISTRATION, registration)
    sandbox.emit("app_registration_created", registration, flow=of_flow["_id"])
    return sandbox.sealed(_created(sandbox, registration))


@route(
    "GET",
    "/v2/app-registrations",
    operation="listAppRegistrations",
    answers=(200, 401, 403, 409),
    refusal=Refusal.FORBIDDEN,
)
async def all_of_them(request: Request, sandbox: Sandbox) -> Doc:
    """All of them."""
    return listed(request, sandbox.store, sandbox.store.find(kinds.APP_REGISTRATION)).flat()


@route(
    "POST",
    "/v2/app-registrations/me",
    operation="retrieveOwnAppRegistration",
    answers=(200, 401, 403),
    bearer=Kind.REGISTRATION,
)
async def mine(request: Request, sandbox: Sandbox) -> Doc:
    """The one that the token belongs to."""
    await body(request)
    return sandbox.bare(own_registration(request, sandbox))


@route(
    "GET",
    "/v2/app-registrations/{id}",
    operation="retrieveAppRegistration",
    answers=(200, 401, 403, 404),
    bearer=_BOTH,
    refusal=Refusal.FORBIDDEN,
)
async def retrieve(request: Request, sandbox: Sandbox) -> Doc:
    """One of them."""
    registration = found(request, sandbox, kinds.APP_REGISTRATION)
    demand_own(request, registration["_id"])
    return sandbox.bare(shaped(request, sandbox.store, registration))


@route(
    "PUT",
    "/v2/app-registrations/{id}",
    operation="updateAppRegistration",
    answers=(200, 401, 404),
    bearer=_BOTH,
)
async def update(request: Request, sandbox: Sandbox) -> Doc:
    """Change what people say of themselves."""
    sent = await body(request)
    registration = found(request, sandbox, kinds.APP_REGISTRATION)
    demand_own(request, registration["_id"])
    changes = {name: value for name, value in known(sent, *_TEXTS).items() if isinstance(value, str)}
    return sandbox.bare(sandbox.store.put(kinds.APP_REGISTRATION, sandbox.changed(registration, **changes)))


@route("DELETE", "/v2/app-registrations/{id}", operation="deleteAppRegistration", answers=(200, 401, 404))
async def delete(request: Request, sandbox: Sandbox) -> Doc:
    """Forget one, with the pictures that were kept for it."""
    registration = found(request, sandbox, kinds.APP_REGISTRATION)
    key = str(registration["_id"])
    with sandbox.store.transaction():
        for image in sandbox.store.find(kinds.IDENTITY_IMAGE, lambda doc: doc["appRegistration"] == key):
            sandbox.store.delete_blob(image["_id"])
            sandbox.store.delete(kinds.IDENTITY_IMAGE, image["_id"])
        sandbox.store.delete(kinds.APP_REGISTRATION, key)
    return sandbox.bare({"_id": key})


@route(
    "PUT",
    "/v2/app-registrations/{id}/sync",
    operation="syncAppRegistration",
    answers=(200, 404, 409, 500),
    bearer=_BOTH,
)
async def sync(request: Request, sandbox: Sandbox) -> Doc:
    """A step was reached, or the end. The final status is the server's."""
    sent = check(
        await body(request), need("step", one_of(*onboarding.STEPS)), need("status", one_of(*onboarding.STATUSES))
    )
    registration = sandbox.store.get(kinds.APP_REGISTRATION, path_id(request))
    if registration is None:
        raise Fault(404, "NotFound", "AppRegistration_not_found")
    demand_own(request, registration["_id"])
    of_flow = flow(sandbox, registration["projectFlow"])
    allowed = onboarding.statuses_of(sent["step"])
    if sent["status"] not in allowed:
        raise invalid(f"status must be one of: [{','.join(allowed)}]")
    if registration["status"] in onboarding.RUNNING or sent["step"] == "adminOverride":
        registration = _advanced(request, sandbox, registration, of_flow, sent)
    return sandbox.sealed(_synced(sandbox, registration, of_flow, sent["step"]))


@route(
    "POST",
    "/v2/app-registrations/{id}/resend-link",
    operation="resendAppRegistrationLink",
    answers=(200, 403, 404, 409),
)
async def resend_link(request: Request, sandbox: Sandbox) -> Doc:
    """A fresh token for one that is not finished; half an hour."""
    sent = check(await body(request), may("sendEmail", flag), may("recipientEmail", text()))
    if "recipientEmail" in sent:
        raise Fault(403, "Forbidden", "access_denied")
    registration = found(request, sandbox, kinds.APP_REGISTRATION)
    if registration["status"] not in onboarding.RUNNING:
        raise Fault(409, "Conflict", "cannot_resend_link_for_this_status")
    now = sandbox.now()
    token = sandbox.tokens.issue(Kind.REGISTRATION, str(registration["_id"]), lifetime=RESENT_LINK)
    return sandbox.bare(
        {
            "token": token,
            "link": f"https://access.verifik.co/sign-up/{registration['project']}?token={token}",
            "step": registration["currentStep"],
            "steps": onboarding.steps_of(flow(sandbox, registration["projectFlow"])),
            "status": registration["status"],
            "expiresAt": stamp(now + RESENT_LINK),
            "issuedAt": stamp(now),
            "accessType": "app_registration_initiated",
            "emailSent": bool(sent.get("sendEmail")) and bool(registration.get("email")),
        }
    )


def _begun(sent: Doc) -> Doc:
    wrong = faults(
        sent,
        need("project", object_id),
        need("projectFlow", object_id),
        *(may(name, text()) for name in _TEXTS if name != "countryCode"),
        may("countryCode", COUNTRY_CODE),
    )
    if wrong:
        raise Fault.numbered(409, "MissingParameter", ". ".join(wrong))
    if not sent.get("email") and not sent.get("phone"):
        raise Fault.numbered(409, "MissingParameter", "Needs an email or a phone at least")
    if sent.get("phone") and not sent.get("email") and "countryCode" not in sent:
        raise Fault.numbered(409, "MissingParameter", "missing countryCode\n")
    return sent


def _same(doc: Doc, sent: Doc) -> bool:
    if doc["projectFlow"] != sent["projectFlow"]:
        return False
    by_email = bool(sent.get("email")) and doc.get("email") == sent["email"]
    by_phone = bool(sent.get("phone")) and doc.get("phone") == sent["phone"]
    return by_email or (by_phone and doc.get("countryCode") == sent.get("countryCode"))


def _demand_new(earlier: list[Doc], sent: Doc) -> None:
    for doc in earlier:
        if doc["status"] in onboarding.ENDED:
            by_email = bool(sent.get("email")) and doc.get("email") == sent["email"]
            token = "email_is_registered_already" if by_email else "phone_is_registered_already"
            raise Fault(409, "Conflict", token)


def _full(sent: Doc) -> Doc:
    names = known(sent, *_NAMES)
    if "fullName" in names:
        first, _, last = names["fullName"].strip().rpartition(" ")
        return {"firstName": first or last, "lastName": last if first else "", **names}
    if names:
        return {"fullName": " ".join(filter(None, (names.get("firstName"), names.get("lastName")))), **names}
    return {}


def _created(sandbox: Sandbox, registration: Doc) -> Doc:
    information = sandbox.store.get(kinds.INFORMATION_VALIDATION, registration["informationValidation"]) or {}
    return {
        "appRegistration": registration,
        "informationValidation": information,
        "token": sandbox.tokens.issue(Kind.REGISTRATION, str(registration["_id"])),
    }


def _advanced(request: Request, sandbox: Sandbox, registration: Doc, of_flow: Doc, sent: Doc) -> Doc:
    step = sent["step"]
    changes: Doc = {"currentStep": step, "status": "ONGOING"}
    if step == "adminOverride":
        if caller(request).kind is not Kind.ACCOUNT:
            raise Fault(403, "Forbidden", "Access forbidden")
        log = {"status": sent["status"], "note": str(sent.get("note", "")), "at": sandbox.stamp()}
        changes = {"status": sent["status"], "manualReviewLog": [*registration.get("manualReviewLog", []), log]}
    elif step == "skipKYC":
        changes["status"] = "COMPLETED_WITHOUT_KYC"
    elif step == "end":
        changes["status"] = onboarding.outcome(sandbox, registration, of_flow)
    elif onboarding.steps_of(of_flow).get(step) == "skip":
        raise Fault(500, "InternalServer", "step_not_supported")
    elif step == "signUpForm" and not onboarding.has_signed_up(sandbox, registration, of_flow):
        raise Fault(409, "Conflict", "signUpForm_validation_not_passed")
    kept = sandbox.store.put(kinds.APP_REGISTRATION, sandbox.changed(registration, **changes))
    event = onboarding.event_of(step)
    if event:
        sandbox.emit(event, kept, flow=of_flow["_id"])
    if kept["status"] != registration["status"]:
        sandbox.emit(f"app_registration_{kept['status'].lower()}", kept, flow=of_flow["_id"])
    return kept


def _synced(sandbox: Sandbox, registration: Doc, of_flow: Doc, step: str) -> Doc:
    result: Doc = {
        "appRegistrationId": registration["_id"],
        "status": registration["status"],
        "step": step,
        "steps": onboarding.steps_of(of_flow),
        **known(registration, *_NAMES),
    }
    if step in {"end", "skipKYC"} and registration["status"] in onboarding.ENDED:
        result["token"] = sandbox.tokens.issue(Kind.LOGIN, _login(sandbox, registration, of_flow))
    return result


def _login(sandbox: Sandbox, registration: Doc, of_flow: Doc) -> str:
    kept = registration.get("appLogin")
    if kept and sandbox.store.get(kinds.APP_LOGIN, kept):
        return str(kept)
    having = next((kind for kind, reference in _PROOFS.items() if registration.get(reference)), "email")
    references = {name: registration[name] for name in _PROOFS.values() if registration.get(name)}
    login = new_login(sandbox, kind=having, flow=of_flow, name=registration.get("fullName", ""), **references)
    sandbox.store.put(kinds.APP_REGISTRATION, sandbox.changed(registration, appLogin=login["_id"]))
    return str(login["_id"])


ROUTES = (create, all_of_them, mine, retrieve, update, delete, sync, resend_link)
