"""What most routes begin with: the record in the path, the project and flow in a body. And pictures that are kept."""

from __future__ import annotations

import base64

from starlette.requests import Request

from kiosk.sandbox import ids, kinds
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault, record_not_found
from kiosk.sandbox.replies import Doc
from kiosk.sandbox.routing import caller, path_id
from kiosk.sandbox.tokens import Kind


def found(request: Request, sandbox: Sandbox, kind: str) -> Doc:
    """The record whose id is in the path.

    Raises:
        Fault: 404, there is none.
    """
    doc = sandbox.store.get(kind, path_id(request))
    if doc is None:
        raise record_not_found()
    return doc


def project(sandbox: Sandbox, key: object) -> Doc:
    """A project.

    Raises:
        Fault: 404 ``project_not_found``.
    """
    doc = sandbox.store.get(kinds.PROJECT, str(key))
    if doc is None:
        raise Fault(404, "NotFound", "project_not_found")
    return doc


def flow(sandbox: Sandbox, key: object, *, of: object = None) -> Doc:
    """A project flow, of this project where one is named.

    Raises:
        Fault: 404 ``projectFlow_not_found``.
    """
    doc = sandbox.store.get(kinds.PROJECT_FLOW, str(key))
    if doc is None or (of is not None and doc["project"] != of):
        raise Fault(404, "NotFound", "projectFlow_not_found")
    return doc


def own_registration(request: Request, sandbox: Sandbox) -> Doc:
    """The onboarding that the registration token belongs to.

    Raises:
        Fault: 404 ``appRegistration_not_found``.
    """
    doc = sandbox.store.get(kinds.APP_REGISTRATION, caller(request).subject)
    if doc is None:
        raise Fault(404, "NotFound", "appRegistration_not_found")
    return doc


def demand_own(request: Request, registration: object) -> None:
    """An owner may touch everything, a registration token only what is its own.

    Raises:
        Fault: 403.
    """
    who = caller(request)
    if who.kind is Kind.REGISTRATION and who.subject != registration:
        raise Fault(403, "Forbidden", "Access forbidden")


def new_login(sandbox: Sandbox, *, kind: str, flow: Doc, name: str = "", **references: str) -> Doc:
    """Keep a validated login and give it.

    Args:
        sandbox: where it is kept.
        kind: ``email``, ``phone`` or ``faceLiveness``.
        flow: the project flow.
        name: of who logged in.
        references: ``emailValidation``, ``phoneValidation`` or ``biometricValidation``, ``face``: ids.
    """
    login = sandbox.new(
        client=ids.CLIENT,
        project=flow["project"],
        projectFlow=flow["_id"],
        status="validated",
        type=kind,
        **({"name": name} if name else {}),
        **references,
    )
    return sandbox.store.put(kinds.APP_LOGIN, login)


def keep_picture(sandbox: Sandbox, content: bytes, *, category: str, registration: str) -> str:
    """Keep a picture of an onboarding (``face`` or ``documentFace``); gives its id."""
    doc = sandbox.new(category=category, appRegistration=registration)
    with sandbox.store.transaction():
        sandbox.store.put_blob(doc["_id"], content)
        sandbox.store.put(kinds.IDENTITY_IMAGE, doc)
    return str(doc["_id"])


def with_picture(sandbox: Sandbox, doc: Doc) -> Doc:
    """An identity image with its base64."""
    return {**doc, "base64": base64.b64encode(sandbox.store.blob(doc["_id"]) or b"").decode("ascii")}
