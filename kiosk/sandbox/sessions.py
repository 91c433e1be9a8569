"""Liveness sessions and their biometric validations: opening, ending, and the fields that the seed's page prints.

Knows no picture and no person; the judging stands in :mod:`kiosk.sandbox.judging`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request

from kiosk.sandbox import ids, kinds
from kiosk.sandbox import persons as people
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault
from kiosk.sandbox.replies import Doc, moment, stamp
from kiosk.sandbox.routing import bearer_of
from kiosk.sandbox.tokens import LIFETIME, Kind

TYPES = ("validation", "login", "onboarding", "oneTimeLink")
_PAGES = {"login": "sign-in", "onboarding": "sign-up", "validation": "stand-alone", "oneTimeLink": "stand-alone"}
_HOST = "https://app.verifik.co"
_LISTS = (
    "livenessResult",
    "comparisonResult",
    "generalInformation",
    "documentTypeFields",
    "location",
    "proFields",
    "studioFields",
    "promptFields",
)


def open_session(sandbox: Sandbox, sent: Doc, flow: Doc, collection: Doc, **links: str) -> Doc:
    """Keep a new session with its validation; gives the answer's ``data``.

    Args:
        sandbox: where they are kept.
        sent: the checked body of the creation.
        flow: of the project.
        collection: who is searched.
        links: references that the validation carries (``appRegistration``, ``appLogin``).
    """
    session = new_session(sandbox, sent, flow)
    given = {name: sent[name] for name in ("redirectUrl", "webhookUrl", "language", "email") if name in sent}
    validation = sandbox.new(
        client=ids.CLIENT,
        project=flow["project"],
        projectFlow=flow["_id"],
        livenessSession=session["_id"],
        status="new",
        type=sent["type"],
        url=page_of(sent["type"], str(flow["project"])),
        livenessScore=0,
        assignedCollection=collection["_id"],
        collectionCode=collection["code"],
        requires2FA=bool(sent.get("requires2FA", False)),
        **given,
        **links,
    )
    with sandbox.store.transaction():
        sandbox.store.put(kinds.LIVENESS_SESSION, session)
        sandbox.store.put(kinds.BIOMETRIC_VALIDATION, validation)
    token = sandbox.tokens.issue(Kind.LIVENESS, session["_id"], lifetime=_left(sandbox, session))
    return {"livenessSession": session, "biometricValidation": validation, "token": token}


def page_of(kind: str, project: str) -> str:
    """Where the hosted capture of this type is."""
    return f"{_HOST}/{_PAGES[kind]}/{project}?type=liveness"


def new_session(sandbox: Sandbox, sent: Doc, flow: Doc) -> Doc:
    """A session's document, not kept yet; its fields in the order of the page."""
    now = sandbox.now()
    ends = moment(sent["expiresAt"]) if "expiresAt" in sent else _whole_seconds(now) + LIFETIME[Kind.LIVENESS]
    made = sandbox.new()
    return {
        "client": ids.CLIENT,
        "project": flow["project"],
        "projectFlow": flow["_id"],
        "identifier": sent.get("identifier", ""),
        "status": "active",
        **{name: [] for name in _LISTS},
        "expiresAt": stamp(ends),
        "_id": made["_id"],
        "activatedAt": stamp(now),
        "updatedAt": made["updatedAt"],
        "createdAt": made["createdAt"],
        "__v": 0,
    }


def own_session(request: Request, sandbox: Sandbox) -> tuple[Doc, Doc]:
    """The session that the token belongs to and its validation, while its time lasts.

    A session that was judged is over: a second picture under the same token finds it ended, like one whose minutes have passed.
    (No page says what a second picture gets.)

    Raises:
        Fault: 403 ``liveness_session_token_missing``, ``token_not_right`` or ``token_expired``; 404
            ``biometric_validation_not_found``.
    """
    claims = sandbox.tokens.read(bearer_of(request))
    if claims is None:
        raise Fault(403, "Forbidden", "403:liveness_session_token_missing")
    if claims.kind is not Kind.LIVENESS:
        raise Fault(403, "token_not_right", "403:token_not_right")
    session = sandbox.store.get(kinds.LIVENESS_SESSION, claims.subject)
    validation = sandbox.store.first(
        kinds.BIOMETRIC_VALIDATION, lambda doc: bool(doc.get("livenessSession") == claims.subject)
    )
    if session is None or validation is None:
        raise Fault(404, "NotFound", "404:biometric_validation_not_found")
    if session["status"] == "active" and (claims.ended or sandbox.now() >= moment(session["expiresAt"])):
        _expire(sandbox, session, validation)
        raise Fault(403, "FORBIDDEN", "token_expired")
    if session["status"] != "active" or claims.ended:
        raise Fault(403, "FORBIDDEN", "token_expired")
    return session, validation


def current(sandbox: Sandbox, session: Doc, validation: Doc) -> tuple[Doc, Doc]:
    """Both as they are now, after the time that the picture took.

    Raises:
        Fault: 403 ``token_expired``: another picture has ended the session meanwhile.
    """
    fresh = sandbox.store.get(kinds.LIVENESS_SESSION, session["_id"])
    judged = sandbox.store.get(kinds.BIOMETRIC_VALIDATION, validation["_id"])
    if fresh is None or judged is None or fresh["status"] != "active":
        raise Fault(403, "FORBIDDEN", "token_expired")
    return fresh, judged


def end(sandbox: Sandbox, session: Doc, validation: Doc, *, failed: str = "", **fields: Any) -> tuple[Doc, Doc]:
    """Write down how a session ended.

    Args:
        sandbox: where it is kept.
        session: as it was.
        validation: as it was.
        failed: reason of a failure, ``409:liveness_failed@0.41``; empty for a success.
        fields: further fields of the validation.
    """
    reason = {"failedReason": failed} if failed else {}
    session = sandbox.changed(session, status="cancelled" if failed else "completed")
    validation = sandbox.changed(validation, status="failed" if failed else "validated", **reason, **fields)
    with sandbox.store.transaction():
        sandbox.store.put(kinds.LIVENESS_SESSION, session)
        sandbox.store.put(kinds.BIOMETRIC_VALIDATION, validation)
    return session, validation


def flow_and_collection(sandbox: Sandbox, sent: Doc) -> tuple[Doc, Doc]:
    """The flow that a creation names and the collection that it searches.

    Raises:
        Fault: 404 where project or flow are not there or face login is off; 409 ``collection_not_set``.
    """
    project = sandbox.store.get(kinds.PROJECT, sent["project"])
    flow = sandbox.store.get(kinds.PROJECT_FLOW, sent["projectFlow"])
    if project is None or flow is None or flow["project"] != project["_id"] or not _has_faces(flow, sent["type"]):
        raise Fault(404, "NotFound", "404:Project_not_found_or_featured_disabled")
    return flow, collection_of_flow(sandbox, flow)


def collection_of_flow(sandbox: Sandbox, flow: Doc) -> Doc:
    """Who is searched in a flow: its own collection, else the project's.

    Raises:
        Fault: 409 ``collection_not_set``.
    """
    project = sandbox.store.get(kinds.PROJECT, str(flow["project"])) or {}
    for key in (flow.get("collectionCode"), project.get("assignedCollection"), project.get("collectionCode")):
        doc = people.collection_of(sandbox, key) if isinstance(key, str) else None
        if doc is not None:
            return doc
    raise Fault(409, "Conflict", "collection_not_set")


def _has_faces(flow: Doc, kind: str) -> bool:
    """A login needs face login switched on; the other types need nothing of the flow."""
    return kind != "login" or bool(flow.get("loginSettings", {}).get("faceLiveness", False))


def _expire(sandbox: Sandbox, session: Doc, validation: Doc) -> None:
    with sandbox.store.transaction():
        sandbox.store.put(kinds.LIVENESS_SESSION, sandbox.changed(session, status="expired"))
        if validation["status"] == "new":
            sandbox.store.put(kinds.BIOMETRIC_VALIDATION, sandbox.changed(validation, status="expired"))


def _left(sandbox: Sandbox, session: Doc) -> timedelta:
    return max(timedelta(0), moment(session["expiresAt"]) - sandbox.now())


def _whole_seconds(at: datetime) -> datetime:
    return at.replace(microsecond=0)
