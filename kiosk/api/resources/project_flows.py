"""Flows of a project, v2 and v3: which login or onboarding it offers."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.api.envelopes import Page, many, one
from kiosk.api.models.common import Loose
from kiosk.api.models.project_flows import FlowStatus, FlowType, ProjectFlow, ProjectFlowInput, ProjectFlowV3
from kiosk.api.operation import Call, Operation, Repeat, Transport
from kiosk.api.resources.checks import known, paged, wire_body
from kiosk.api.resources.query import given

CREATE = Operation(id="createProjectFlow", method="POST", path="/v2/project-flows")
LIST = Operation(id="listProjectFlows", method="GET", path="/v2/project-flows", repeat=Repeat.SAFE)
RETRIEVE = Operation(id="retrieveProjectFlow", method="GET", path="/v2/project-flows/{id}", repeat=Repeat.SAFE)
UPDATE = Operation(id="updateProjectFlow", method="PUT", path="/v2/project-flows/{id}", repeat=Repeat.SAFE)
UPDATE_V3 = Operation(id="updateProjectFlowV3", method="PUT", path="/v3/project-flows/{id}", repeat=Repeat.SAFE)
DELETE_V3 = Operation(id="deleteProjectFlowV3", method="DELETE", path="/v3/project-flows/{id}", repeat=Repeat.SAFE)

OPERATIONS: tuple[Operation, ...] = (CREATE, LIST, RETRIEVE, UPDATE, UPDATE_V3, DELETE_V3)


class ProjectFlows:
    """Calls on flows. Any thread; each call raises :class:`~kiosk.domain.errors.ApiError` and nothing else."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, flow: ProjectFlowInput, *, within_s: float | None = None) -> ProjectFlow:
        """Make a flow. A login is answered as the bare object, an onboarding inside ``data``."""
        return one(
            self._transport.send(Call(operation=CREATE, body=wire_body(CREATE, flow), within_s=within_s)), ProjectFlow
        )

    def list(
        self,
        *,
        project: str | None = None,
        kind: FlowType | str | None = None,
        status: FlowStatus | str | None = None,
        page: int | None = None,
        limit: int | None = None,
        populates: Sequence[str] = (),
        within_s: float | None = None,
    ) -> Page[ProjectFlow]:
        """One page of flows."""
        paged(LIST, page=page, limit=limit)
        query = given(page=page, limit=limit, project=project, type=kind, status=status, **{"populates[]": populates})
        return many(self._transport.send(Call(operation=LIST, query=query, within_s=within_s)), ProjectFlow)

    def retrieve(self, flow: str, *, populates: Sequence[str] = (), within_s: float | None = None) -> ProjectFlow:
        """One flow."""
        query = given(**{"populates[]": populates})
        call = Call(operation=RETRIEVE, at=known(RETRIEVE, "id", flow), query=query, within_s=within_s)
        return one(self._transport.send(call), ProjectFlow)

    def update(self, flow: str, change: ProjectFlowInput, *, within_s: float | None = None) -> ProjectFlow:
        """Change a flow (v2)."""
        call = Call(operation=UPDATE, at=known(UPDATE, "id", flow), body=wire_body(UPDATE, change), within_s=within_s)
        return one(self._transport.send(call), ProjectFlow)

    def update_v3(self, flow: str, change: ProjectFlowV3, *, within_s: float | None = None) -> ProjectFlowV3:
        """Change a flow (v3)."""
        call = Call(
            operation=UPDATE_V3, at=known(UPDATE_V3, "id", flow), body=wire_body(UPDATE_V3, change), within_s=within_s
        )
        return one(self._transport.send(call), ProjectFlowV3)

    def delete_v3(self, flow: str, *, within_s: float | None = None) -> Loose:
        """Delete a flow that nobody uses (v3)."""
        return one(
            self._transport.send(Call(operation=DELETE_V3, at=known(DELETE_V3, "id", flow), within_s=within_s)), Loose
        )
