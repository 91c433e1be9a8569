"""Logins. Nobody makes one directly: a validated e-mail, phone or face of type login does."""

from __future__ import annotations

from starlette.requests import Request

from kiosk.sandbox import kinds
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.lookup import found
from kiosk.sandbox.query import listed, shaped
from kiosk.sandbox.replies import Doc
from kiosk.sandbox.routing import route


@route("GET", "/v2/app-logins", operation="listAppLogins", answers=(200, 401))
async def all_of_them(request: Request, sandbox: Sandbox) -> Doc:
    """All of them."""
    docs = sandbox.store.find(kinds.APP_LOGIN)
    return listed(request, sandbox.store, docs, size_name="perPage", size=20).nested("perPage")


@route("GET", "/v2/app-logins/{id}", operation="retrieveAppLogin", answers=(200, 401, 404))
async def retrieve(request: Request, sandbox: Sandbox) -> Doc:
    """One of them."""
    return sandbox.bare(shaped(request, sandbox.store, found(request, sandbox, kinds.APP_LOGIN)))


@route("DELETE", "/v2/app-logins/{id}", operation="deleteAppLogin", answers=(200, 401, 404))
async def delete(request: Request, sandbox: Sandbox) -> Doc:
    """Forget one."""
    login = found(request, sandbox, kinds.APP_LOGIN)
    sandbox.store.delete(kinds.APP_LOGIN, str(login["_id"]))
    return sandbox.bare({"_id": login["_id"]})


ROUTES = (all_of_them, retrieve, delete)
