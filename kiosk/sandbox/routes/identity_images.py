"""Pictures that were kept for an onboarding: its owner sees all, a registration token its own."""

from __future__ import annotations

from starlette.requests import Request

from kiosk.sandbox import kinds
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import record_not_found
from kiosk.sandbox.lookup import found, with_picture
from kiosk.sandbox.replies import Doc
from kiosk.sandbox.routing import caller, route
from kiosk.sandbox.tokens import Kind

_BOTH = (Kind.ACCOUNT, Kind.REGISTRATION)


@route("GET", "/v2/identity-images", operation="listIdentityImages", answers=(200, 401), bearer=_BOTH)
async def all_of_them(request: Request, sandbox: Sandbox) -> Doc:
    """All, of one category where one is asked for."""
    category = request.query_params.get("category")
    docs = sandbox.store.find(
        kinds.IDENTITY_IMAGE, lambda doc: _is_theirs(request, doc) and category in {None, "", doc["category"]}
    )
    return sandbox.bare([with_picture(sandbox, doc) for doc in docs])


@route("GET", "/v2/identity-images/{id}", operation="retrieveIdentityImage", answers=(200, 401, 404), bearer=_BOTH)
async def retrieve(request: Request, sandbox: Sandbox) -> Doc:
    """One of them."""
    doc = found(request, sandbox, kinds.IDENTITY_IMAGE)
    if not _is_theirs(request, doc):
        raise record_not_found()
    return sandbox.bare(with_picture(sandbox, doc))


def _is_theirs(request: Request, doc: Doc) -> bool:
    who = caller(request)
    return who.kind is Kind.ACCOUNT or doc["appRegistration"] == who.subject


ROUTES = (all_of_them, retrieve)
