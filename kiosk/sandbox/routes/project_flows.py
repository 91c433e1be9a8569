"""Project flows: how people log in to a project, or are onboarded."""

from __future__ import annotations

from starlette.requests import Request

from kiosk.sandbox import ids, kinds
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault
from kiosk.sandbox.fields import check, known
from kiosk.sandbox.lookup import found, project
from kiosk.sandbox.query import listed, shaped
from kiosk.sandbox.replies import Doc
from kiosk.sandbox.routing import Refusal, body, route
from kiosk.sandbox.shapes import FLOW, FLOW_V3
from kiosk.sandbox.versions import dated, thresholds

_V2 = tuple(field.name for field in FLOW)
_V3 = tuple(field.name for field in FLOW_V3 if field.name not in {"_id", "project", "type"})
_BUSY = frozenset({"STARTED", "ONGOING"})


@route("POST", "/v2/project-flows", operation="createProjectFlow", answers=(200, 401, 409))
async def create(request: Request, sandbox: Sandbox) -> Doc:
    """A login or onboarding flow."""
    sent = check(await body(request), *FLOW)
    owner = project(sandbox, sent["project"])
    flow = sandbox.new(
        client=ids.CLIENT,
        status="draft",
        version=1,
        collectionCode=owner["collectionCode"],
        security={"strategy": "none", "source": "NONE"},
    )
    flow |= known(sent, *_V2)
    with sandbox.store.transaction():
        sandbox.store.put(kinds.PROJECT_FLOW, flow)
        flows = [*owner.get("projectFlows", []), flow["_id"]]
        sandbox.store.put(kinds.PROJECT, sandbox.changed(owner, projectFlows=flows))
    return sandbox.bare(flow)


@route("GET", "/v2/project-flows", operation="listProjectFlows", answers=(200, 401))
async def all_of_them(request: Request, sandbox: Sandbox) -> Doc:
    """All of them."""
    docs = sandbox.store.find(kinds.PROJECT_FLOW)
    return listed(request, sandbox.store, docs, equal=("project", "type", "status")).nested()


@route("GET", "/v2/project-flows/{id}", operation="retrieveProjectFlow", answers=(200, 401, 404))
async def retrieve(request: Request, sandbox: Sandbox) -> Doc:
    """One of them."""
    return sandbox.bare(shaped(request, sandbox.store, found(request, sandbox, kinds.PROJECT_FLOW)))


@route("PUT", "/v2/project-flows/{id}", operation="updateProjectFlow", answers=(200, 401, 404, 409))
async def update(request: Request, sandbox: Sandbox) -> Doc:
    """Change one."""
    sent = check(await body(request), *FLOW)
    flow = found(request, sandbox, kinds.PROJECT_FLOW)
    project(sandbox, sent["project"])
    return sandbox.bare(sandbox.store.put(kinds.PROJECT_FLOW, sandbox.changed(flow, **known(sent, *_V2))))


@route(
    "PUT",
    "/v3/project-flows/{id}",
    operation="updateProjectFlowV3",
    answers=(200, 400, 401, 403, 404, 409, 422),
    refusal=Refusal.FORBIDDEN,
)
async def update_v3(request: Request, sandbox: Sandbox) -> Doc:
    """Change one in the newer shape; its thresholds count for the older one as well."""
    with dated(sandbox):
        sent = check(await body(request), *FLOW_V3)
        flow = found(request, sandbox, kinds.PROJECT_FLOW)
        changes = known(sent, *_V3) | {"version": 3}
        if "liveness" in sent:
            changes |= thresholds(flow, sent["liveness"])
        kept = sandbox.store.put(kinds.PROJECT_FLOW, sandbox.changed(flow, **changes))
        return sandbox.bare({name: value for name, value in kept.items() if name not in {"client", "collectionCode"}})


@route(
    "DELETE",
    "/v3/project-flows/{id}",
    operation="deleteProjectFlowV3",
    answers=(200, 400, 401, 403, 404, 409),
    refusal=Refusal.FORBIDDEN,
)
async def delete_v3(request: Request, sandbox: Sandbox) -> Doc:
    """Delete one that nobody is in the middle of."""
    with dated(sandbox):
        flow = found(request, sandbox, kinds.PROJECT_FLOW)
        key = flow["_id"]
        if sandbox.store.first(
            kinds.APP_REGISTRATION, lambda doc: doc["projectFlow"] == key and doc["status"] in _BUSY
        ):
            raise Fault(409, "Conflict", "active users")
        with sandbox.store.transaction():
            sandbox.store.delete(kinds.PROJECT_FLOW, key)
            owner = sandbox.store.get(kinds.PROJECT, flow["project"])
            if owner is not None:
                left = [each for each in owner.get("projectFlows", []) if each != key]
                sandbox.store.put(kinds.PROJECT, sandbox.changed(owner, projectFlows=left))
        return sandbox.bare({"_id": key})


ROUTES = (create, all_of_them, retrieve, update, update_v3, delete_v3)
