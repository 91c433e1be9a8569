"""Registered webhooks, and the events that were sent to them."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from kiosk.sandbox import ids, kinds
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault, invalid
from kiosk.sandbox.fields import check, flag, known, may, need, object_id, several, text
from kiosk.sandbox.lookup import found
from kiosk.sandbox.query import listed
from kiosk.sandbox.replies import Doc
from kiosk.sandbox.routing import body, route
from kiosk.sandbox.webhooks import is_web_address

_LONGEST_NAME = 40


@route("POST", "/v2/webhooks", operation="createWebhook", answers=(200, 401, 409))
async def create(request: Request, sandbox: Sandbox) -> Doc:
    """Register one."""
    sent = check(
        await body(request),
        need("url", text()),
        need("name", text(longest=_LONGEST_NAME)),
        need("isActive", flag),
        may("description", text()),
        may("link", several(object_id)),
    )
    _check_address(sent["url"])
    owner = sandbox.store.get(kinds.CLIENT, ids.CLIENT) or {}
    hook = sandbox.new(
        client=ids.CLIENT,
        **known(sent, "name", "url", "description", "isActive"),
        projectFlow=_flows(sandbox, sent.get("link", [])),
        statistics={},
        notification={"_id": sandbox.new_id(), "email": owner.get("email", ""), "success": False, "fail": True},
    )
    return sandbox.bare(sandbox.store.put(kinds.WEBHOOK, hook))


@route("GET", "/v2/webhooks", operation="listWebhooks", answers=(200, 401))
async def all_of_them(request: Request, sandbox: Sandbox) -> Doc:
    """All of them."""
    docs = sandbox.store.find(kinds.WEBHOOK)
    return listed(request, sandbox.store, docs, size_name="perPage", size=20).nested("perPage")


@route("GET", "/v2/webhooks/{id}", operation="retrieveWebhook", answers=(200, 401, 404))
async def retrieve(request: Request, sandbox: Sandbox) -> Doc:
    """One of them."""
    return sandbox.bare(found(request, sandbox, kinds.WEBHOOK))


@route("PUT", "/v2/webhooks/{id}", operation="updateWebhook", answers=(200, 401, 404))
async def update(request: Request, sandbox: Sandbox) -> Doc:
    """Change one, attach flows to it and detach them."""
    sent = check(
        await body(request),
        may("url", text()),
        may("name", text()),
        may("isActive", flag),
        may("description", text()),
        may("link", several(object_id)),
        may("unlink", several(object_id)),
    )
    hook = found(request, sandbox, kinds.WEBHOOK)
    if "url" in sent:
        _check_address(sent["url"])
    linked = [each for each in hook["projectFlow"] if each not in sent.get("unlink", [])]
    linked += [each for each in _flows(sandbox, sent.get("link", [])) if each not in linked]
    changes = known(sent, "url", "name", "isActive", "description")
    return sandbox.bare(sandbox.store.put(kinds.WEBHOOK, sandbox.changed(hook, **changes, projectFlow=linked)))


@route("DELETE", "/v2/webhooks/{id}", operation="deleteWebhook", answers=(200, 401, 404))
async def delete(request: Request, sandbox: Sandbox) -> Doc:
    """Forget one; gives what it was."""
    hook = found(request, sandbox, kinds.WEBHOOK)
    sandbox.store.delete(kinds.WEBHOOK, str(hook["_id"]))
    return sandbox.bare(hook)


@route("POST", "/v2/webhooks/test", operation="testWebhook", answers=(200, 401))
async def test(request: Request, sandbox: Sandbox) -> Doc:
    """Deliver a made-up event, in the background like any other; gives its record."""
    url = check(await body(request), need("url", text()))["url"]
    _check_address(url)
    return sandbox.bare(sandbox.webhooks.send(url, "webhook_test", {"message": "test"}))


@route("GET", "/v2/webhook-events", operation="listWebhookEvents", answers=(200, 401))
async def events(request: Request, sandbox: Sandbox) -> Doc:
    """What was sent, and whether it arrived."""
    return listed(request, sandbox.store, sandbox.store.find(kinds.WEBHOOK_EVENT)).nested()


@route("PUT", "/v2/webhook-events/{id}/resend", operation="resendWebhookEvent", answers=(200, 401, 404))
async def resend(request: Request, sandbox: Sandbox) -> Doc:
    """Deliver an event once more."""
    return sandbox.bare(sandbox.webhooks.again(found(request, sandbox, kinds.WEBHOOK_EVENT)))


def _check_address(url: str) -> None:
    if not is_web_address(url):
        raise invalid("url must be an http or https address\n")


def _flows(sandbox: Sandbox, wanted: list[Any]) -> list[str]:
    unknown = [each for each in wanted if sandbox.store.get(kinds.PROJECT_FLOW, each) is None]
    if unknown:
        raise Fault(404, "NotFound", "projectFlow_not_found")
    return list(dict.fromkeys(wanted))


ROUTES = (create, all_of_them, retrieve, update, delete, test, events, resend)
