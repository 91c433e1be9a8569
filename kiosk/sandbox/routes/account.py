"""The account itself, and its credits."""

from __future__ import annotations

from starlette.requests import Request

from kiosk.sandbox import kinds
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault
from kiosk.sandbox.fields import check, known, may, text
from kiosk.sandbox.query import listed, shaped
from kiosk.sandbox.replies import Doc
from kiosk.sandbox.routing import Refusal, body, caller, path_id, route

_CHANGEABLE = ("name", "company", "address", "email", "phone", "countryCode", "avatar")
_CHOICES = {
    "where_status": ("approved", "pending", "failed", "postPaid"),
    "where_category": ("purchase", "usage"),
}


@route("GET", "/v2/clients/me", operation="retrieveAccount", answers=(200, 401, 403), refusal=Refusal.ACCOUNT)
async def me(request: Request, sandbox: Sandbox) -> Doc:
    """Who owns the token."""
    account = sandbox.store.get(kinds.CLIENT, caller(request).subject)
    if account is None:
        raise Fault.plain(403, "Forbidden")
    return sandbox.bare(shaped(request, sandbox.store, account))


@route("PUT", "/v2/clients/{id}", operation="updateAccount", answers=(200, 401))
async def update(request: Request, sandbox: Sandbox) -> Doc:
    """Change one's own account; another one's is nobody's business."""
    sent = check(await body(request), *(may(name, text()) for name in _CHANGEABLE))
    account = sandbox.store.get(kinds.CLIENT, path_id(request))
    if account is None or account["_id"] != caller(request).subject:
        raise Fault(401, "UNAUTHORIZED", "Authentication required")
    return sandbox.bare(sandbox.store.put(kinds.CLIENT, sandbox.changed(account, **known(sent, *_CHANGEABLE))))


@route("GET", "/v2/credits", operation="listCredits", answers=(200, 400, 401), refusal=Refusal.CREDITS)
async def credit_records(request: Request, sandbox: Sandbox) -> Doc:
    """What was bought and used."""
    docs = sandbox.store.find(kinds.CREDIT)
    try:
        page = listed(request, sandbox.store, docs, size_name="perPage", size=20, choices=_CHOICES)
    except Fault:
        raise Fault.plain(400, "Invalid query parameters", "INVALID_PARAMETERS") from None
    return page.nested("perPage")


@route("GET", "/v2/credits/{id}", operation="retrieveCredit", answers=(200, 401, 404), refusal=Refusal.CREDITS)
async def credit_record(request: Request, sandbox: Sandbox) -> Doc:
    """One movement."""
    record = sandbox.store.get(kinds.CREDIT, path_id(request))
    if record is None:
        raise Fault.plain(404, "Credit record not found", "CREDIT_RECORD_NOT_FOUND")
    return sandbox.bare(shaped(request, sandbox.store, record))


ROUTES = (me, update, credit_records, credit_record)
