"""Biometric validations: a session is opened, one picture is judged, the record stays.

Answers to a creation are the seed page's, field by field. Auth on it is disputed: every page shows a bearer, the hosted app sends
none for a first face login. So none is accepted, an account's is, and any other token is refused.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from kiosk.sandbox import kinds, sessions, vision
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault, invalid
from kiosk.sandbox.fields import Field, check, flag, may, need, object_id, one_of, text, thing, when
from kiosk.sandbox.judging import judge
from kiosk.sandbox.lookup import found as record
from kiosk.sandbox.query import listed, shaped
from kiosk.sandbox.replies import Doc, moment
from kiosk.sandbox.routing import bearer_of, body, caller, route
from kiosk.sandbox.tokens import Kind

_PATH = "/v2/biometric-validations"

_CREATE: tuple[Field, ...] = (
    need("project", object_id),
    need("projectFlow", object_id),
    need("identifier", text()),
    need("type", one_of(*sessions.TYPES)),
    may("expiresAt", when),
    may("redirectUrl", text()),
    may("webhookUrl", text()),
    may("requires2FA", flag),
    may("ipAddress", text()),
    may("sendViaEmail", flag),
    may("email", text()),
    may("language", one_of("en", "es")),
    may("location", thing),
)


@route("POST", _PATH, operation="createBiometricValidation", answers=(200, 401, 403, 404, 409), bearer=None)
async def create(request: Request, sandbox: Sandbox) -> Doc:
    """Open a session of any of the four types."""
    _admit(request, sandbox)
    return await _opened(request, sandbox)


@route(
    "POST",
    f"{_PATH}/app-login",
    operation="createAppLoginBiometricValidation",
    answers=(200, 403, 404, 409),
    bearer=Kind.LOGIN,
)
async def create_for_login(request: Request, sandbox: Sandbox) -> Doc:
    """Open a session that adds a face to an e-mail or phone login; the bearer is that login's."""
    login = sandbox.store.get(kinds.APP_LOGIN, caller(request).subject)
    if login is None:
        raise Fault(403, "token_not_right", "403:token_not_right")
    return await _opened(request, sandbox, login=login)


@route(
    "POST",
    f"{_PATH}/validate",
    operation="validateBiometricValidation",
    answers=(200, 400, 402, 403, 404, 409),
    bearer=None,
)
async def validate(request: Request, sandbox: Sandbox) -> Doc:
    """Judge the picture of an open session; the bearer is the session's."""
    session, validation = sessions.own_session(request, sandbox)
    sent = check(await body(request), need("image", text()), may("os", _os), may("location", thing))
    return sandbox.sealed(await judge(sandbox, session, validation, vision.picture(sent["image"])))


@route("GET", _PATH, operation="listBiometricValidations", answers=(200, 401, 403))
async def list_all(request: Request, sandbox: Sandbox) -> Doc:
    """A page of them. ``identifier`` can be asked for although it stands in the session."""
    docs = [_with_identifier(sandbox, doc) for doc in sandbox.store.find(kinds.BIOMETRIC_VALIDATION)]
    return listed(request, sandbox.store, docs, size_name="perPage", size=20).nested("perPage")


@route("GET", f"{_PATH}/{{id}}", operation="retrieveBiometricValidation", answers=(200, 401, 403, 404))
async def retrieve(request: Request, sandbox: Sandbox) -> Doc:
    """One of them."""
    return sandbox.bare(shaped(request, sandbox.store, _with_identifier(sandbox, _found(request, sandbox))))


@route(
    "DELETE",
    f"{_PATH}/{{id}}",
    operation="deleteBiometricValidation",
    answers=(200, 401, 404),
    bearer=(Kind.ACCOUNT, Kind.REGISTRATION),
)
async def delete(request: Request, sandbox: Sandbox) -> Doc:
    """Drop one, so that the step of an onboarding can be repeated. A registration's token drops its own only."""
    doc = record(request, sandbox, kinds.BIOMETRIC_VALIDATION)
    who = caller(request)
    if who.kind is Kind.REGISTRATION and doc.get("appRegistration") != who.subject:
        raise Fault(404, "NotFound", "Record not found.")
    with sandbox.store.transaction():
        sandbox.store.delete(kinds.BIOMETRIC_VALIDATION, doc["_id"])
        registration = sandbox.store.get(kinds.APP_REGISTRATION, str(doc.get("appRegistration", "")))
        if registration is not None and registration.get("biometricValidation") == doc["_id"]:
            changed = sandbox.changed(registration, biometricValidation=None, person=None, face=None)
            sandbox.store.put(kinds.APP_REGISTRATION, changed)
    return sandbox.bare({"_id": doc["_id"]})


@route("POST", "/v2/liveness-sessions", operation="createLivenessSession", answers=(200, 409))
async def create_session(request: Request, sandbox: Sandbox) -> Doc:
    """A bare session. No page describes the body; what it names is taken where it is there."""
    sent = await body(request)
    flow = sandbox.store.get(kinds.PROJECT_FLOW, str(sent.get("projectFlow", ""))) or {"project": None, "_id": None}
    named = {"identifier": str(sent.get("identifier", ""))}
    session = sandbox.store.put(kinds.LIVENESS_SESSION, sessions.new_session(sandbox, named, flow))
    return sandbox.sealed({**session, "token": sandbox.tokens.issue(Kind.LIVENESS, session["_id"])})


_os = one_of("DESKTOP", "IOS", "ANDROID")


async def _opened(request: Request, sandbox: Sandbox, *, login: Doc | None = None) -> Doc:
    sent = check(await body(request), *_CREATE)
    if sent.get("sendViaEmail") and not sent.get("email"):
        raise invalid("missing email\n")
    if "expiresAt" in sent and moment(sent["expiresAt"]) <= sandbox.now():
        raise invalid("expiresAt must be a time that lies ahead\n")
    if login is not None and sent["type"] != "login":
        raise invalid("type must be one of: [login]")
    flow, collection = sessions.flow_and_collection(sandbox, sent)
    links: dict[str, Any] = {"appLogin": login["_id"]} if login is not None else {}
    data = sessions.open_session(sandbox, sent, flow, collection, **links)
    sandbox.emit("biometric_validation_new", data["biometricValidation"], flow=flow["_id"])
    return sandbox.sealed(data)


def _admit(request: Request, sandbox: Sandbox) -> None:
    """No token, or an account's that still counts."""
    token = bearer_of(request)
    if not token or token.lower() in {"bearer", "jwt"}:
        return
    claims = sandbox.tokens.read(token)
    if claims is None:
        raise Fault(401, "UNAUTHORIZED", "Authentication required")
    if claims.kind is not Kind.ACCOUNT:
        raise Fault(403, "token_not_right", "403:token_not_right")
    if claims.ended:
        raise Fault(403, "FORBIDDEN", "token_expired")


def _found(request: Request, sandbox: Sandbox) -> Doc:
    doc = sandbox.store.get(kinds.BIOMETRIC_VALIDATION, str(request.path_params["id"]))
    if doc is None:
        raise Fault.flagged(404, "BIOMETRIC_VALIDATION_NOT_FOUND", "Biometric validation not found")
    return doc


def _with_identifier(sandbox: Sandbox, doc: Doc) -> Doc:
    session = sandbox.store.get(kinds.LIVENESS_SESSION, str(doc.get("livenessSession", ""))) or {}
    return {**doc, "identifier": session["identifier"]} if "identifier" in session else doc


ROUTES = (create, create_for_login, validate, list_all, retrieve, delete, create_session)
