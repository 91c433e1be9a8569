"""Projects, in the older and the newer shape, and the public view that a capture page loads before it has a token."""

from __future__ import annotations

import uuid

from starlette.requests import Request

from kiosk.sandbox import ids, kinds
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault
from kiosk.sandbox.fields import check, known
from kiosk.sandbox.lookup import found, project
from kiosk.sandbox.query import listed, shaped
from kiosk.sandbox.replies import Doc, Reply
from kiosk.sandbox.routing import Refusal, body, route
from kiosk.sandbox.shapes import PROJECT_V2, PROJECT_V3
from kiosk.sandbox.versions import dated, thresholds

_PUBLIC = ("_id", "name", "branding", "contactEmail", "privacyUrl", "termsAndConditionsUrl", "allowedCountries")
_V2 = tuple(field.name for field in PROJECT_V2)
_V3 = tuple(field.name for field in PROJECT_V3 if not field.name.startswith("projectFlow"))
_CAN_GO = frozenset({"draft", "paused"})


@route("POST", "/v2/projects", operation="createProject", answers=(200, 400, 401, 409))
async def create(request: Request, sandbox: Sandbox) -> Doc:
    """A project that is active at once."""
    sent = check(await body(request), *PROJECT_V2)
    _demand_free_name(sandbox, sent["name"])
    return sandbox.bare(_made(sandbox, {**known(sent, *_V2), "status": "active", "version": 2}))


@route("GET", "/v2/projects", operation="listProjects", answers=(200, 401))
async def all_of_them(request: Request, sandbox: Sandbox) -> Doc:
    """All of them."""
    return listed(request, sandbox.store, sandbox.store.find(kinds.PROJECT)).nested()


@route("GET", "/v2/projects/kyc", operation="retrievePublicProject", answers=(200, 404), bearer=None)
async def public(request: Request, sandbox: Sandbox) -> Doc:
    """What anybody may know of a project, with its flows of the type that was asked for."""
    doc = project(sandbox, request.query_params.get("id", ""))
    wanted = request.query_params.get("type")
    if wanted not in {None, "login", "onboarding"}:
        raise Fault(404, "NotFound", "projectFlow_not_found")
    flows = sandbox.store.find(
        kinds.PROJECT_FLOW, lambda flow: flow["project"] == doc["_id"] and wanted in {None, flow["type"]}
    )
    return sandbox.bare({**known(doc, *_PUBLIC), "projectFlows": flows})


@route("GET", "/v2/projects/{id}", operation="retrieveProject", answers=(200, 401, 404))
async def retrieve(request: Request, sandbox: Sandbox) -> Doc:
    """One of them."""
    return sandbox.bare(shaped(request, sandbox.store, found(request, sandbox, kinds.PROJECT)))


@route(
    "POST",
    "/v3/projects",
    operation="createProjectV3",
    answers=(201, 400, 401, 403, 409, 422),
    refusal=Refusal.FORBIDDEN,
)
async def create_v3(request: Request, sandbox: Sandbox) -> Reply:
    """A project in draft, with a first flow where one is given."""
    with dated(sandbox):
        sent = check(await body(request), *PROJECT_V3)
        _demand_free_name(sandbox, sent["name"])
        with sandbox.store.transaction():
            doc = _made(sandbox, {"status": "draft", "version": 3, **known(sent, *_V3)})
            if "projectFlowType" in sent or "projectFlow" in sent:
                flow = {
                    **sandbox.new(status="draft"),
                    **{name: value for name, value in sent.get("projectFlow", {}).items() if name != "_id"},
                }
                flow |= {
                    "client": ids.CLIENT,
                    "project": doc["_id"],
                    "type": sent.get("projectFlowType", flow.get("type", "login")),
                    "version": 3,
                    "collectionCode": doc["collectionCode"],
                    "security": {"strategy": "none", "source": "NONE"},
                }
                if "liveness" in flow:
                    flow |= thresholds(flow, flow["liveness"])
                sandbox.store.put(kinds.PROJECT_FLOW, flow)
                doc = sandbox.store.put(kinds.PROJECT, {**doc, "projectFlows": [flow["_id"]]})
    return Reply(status=201, body=sandbox.bare(doc))


@route("GET", "/v3/projects", operation="listProjectsV3", answers=(200, 400, 401, 403), refusal=Refusal.FORBIDDEN)
async def all_of_them_v3(request: Request, sandbox: Sandbox) -> Doc:
    """All of them, with flat counters."""
    with dated(sandbox):
        choices = {"where_target": ("personal", "business")}
        return listed(request, sandbox.store, sandbox.store.find(kinds.PROJECT), choices=choices).flat()


@route(
    "GET",
    "/v3/projects/{id}",
    operation="retrieveProjectV3",
    answers=(200, 400, 401, 403, 404),
    refusal=Refusal.FORBIDDEN,
)
async def retrieve_v3(request: Request, sandbox: Sandbox) -> Doc:
    """One of them."""
    return sandbox.bare(found(request, sandbox, kinds.PROJECT))


@route(
    "PUT",
    "/v3/projects/{id}",
    operation="updateProjectV3",
    answers=(200, 400, 401, 403, 404, 409, 422),
    refusal=Refusal.FORBIDDEN,
)
async def update_v3(request: Request, sandbox: Sandbox) -> Doc:
    """Change one."""
    with dated(sandbox):
        sent = check(await body(request), *PROJECT_V3)
        doc = found(request, sandbox, kinds.PROJECT)
        if sent["name"] != doc["name"]:
            _demand_free_name(sandbox, sent["name"])
        return sandbox.bare(sandbox.store.put(kinds.PROJECT, sandbox.changed(doc, **known(sent, *_V3))))


@route(
    "DELETE",
    "/v3/projects/{id}",
    operation="deleteProjectV3",
    answers=(200, 400, 401, 403, 404, 409),
    refusal=Refusal.FORBIDDEN,
)
async def delete_v3(request: Request, sandbox: Sandbox) -> Doc:
    """Delete one that is a draft or paused, with its flows."""
    with dated(sandbox):
        doc = found(request, sandbox, kinds.PROJECT)
        if doc["status"] not in _CAN_GO:
            raise Fault(409, "Conflict", "active project")
        with sandbox.store.transaction():
            for flow in sandbox.store.find(kinds.PROJECT_FLOW, lambda flow: flow["project"] == doc["_id"]):
                sandbox.store.delete(kinds.PROJECT_FLOW, str(flow["_id"]))
            sandbox.store.delete(kinds.PROJECT, str(doc["_id"]))
        return sandbox.bare({"_id": doc["_id"], "name": doc["name"], "status": "deleted"})


def _demand_free_name(sandbox: Sandbox, name: str) -> None:
    if sandbox.store.first(kinds.PROJECT, lambda doc: doc["name"] == name):
        raise Fault.flagged(409, "PROJECT_NAME_EXISTS", "Project name taken")


def _made(sandbox: Sandbox, fields: Doc) -> Doc:
    collection = sandbox.new(
        name=fields["name"],
        description=f"People of {fields['name']}",
        code=str(uuid.uuid4()),
        client=ids.CLIENT,
        deleted=False,
    )
    doc = sandbox.new(
        client=ids.CLIENT,
        **fields,
        assignedCollection=collection["_id"],
        collectionCode=collection["code"],
        projectFlows=[],
    )
    with sandbox.store.transaction():
        sandbox.store.put(kinds.COLLECTION, {**collection, "project": doc["_id"]})
        return sandbox.store.put(kinds.PROJECT, doc)


ROUTES = (
    create,
    all_of_them,
    public,
    retrieve,
    create_v3,
    all_of_them_v3,
    retrieve_v3,
    update_v3,
    delete_v3,
)
