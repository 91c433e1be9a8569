"""Projects, v2 and v3. Only projects and their flows have a v3; nothing says that v2 goes away."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.api.envelopes import Page, many, one
from kiosk.api.models.project_flows import FlowType
from kiosk.api.models.projects import Project, ProjectInput, ProjectInputV3, ProjectStatus, ProjectTarget, PublicProject
from kiosk.api.models.values import Removed
from kiosk.api.operation import Bearer, Call, Operation, Repeat, Transport
from kiosk.api.resources.checks import known, paged, wire_body
from kiosk.api.resources.query import given

CREATE = Operation(id="createProject", method="POST", path="/v2/projects")
LIST = Operation(id="listProjects", method="GET", path="/v2/projects", repeat=Repeat.SAFE)
RETRIEVE = Operation(id="retrieveProject", method="GET", path="/v2/projects/{id}", repeat=Repeat.SAFE)
PUBLIC = Operation(
    id="retrievePublicProject", method="GET", path="/v2/projects/kyc", bearer=Bearer.NONE, repeat=Repeat.SAFE
)
CREATE_V3 = Operation(id="createProjectV3", method="POST", path="/v3/projects")
LIST_V3 = Operation(id="listProjectsV3", method="GET", path="/v3/projects", repeat=Repeat.SAFE)
RETRIEVE_V3 = Operation(id="retrieveProjectV3", method="GET", path="/v3/projects/{id}", repeat=Repeat.SAFE)
UPDATE_V3 = Operation(id="updateProjectV3", method="PUT", path="/v3/projects/{id}", repeat=Repeat.SAFE)
DELETE_V3 = Operation(id="deleteProjectV3", method="DELETE", path="/v3/projects/{id}", repeat=Repeat.SAFE)

OPERATIONS: tuple[Operation, ...] = (
    CREATE,
    LIST,
    RETRIEVE,
    PUBLIC,
    CREATE_V3,
    LIST_V3,
    RETRIEVE_V3,
    UPDATE_V3,
    DELETE_V3,
)


class Projects:
    """Calls on projects. Any thread; each call raises :class:`~kiosk.domain.errors.ApiError` and nothing else."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, project: ProjectInput, *, within_s: float | None = None) -> Project:
        """Make a project (v2)."""
        return one(
            self._transport.send(Call(operation=CREATE, body=wire_body(CREATE, project), within_s=within_s)), Project
        )

    def list(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        per_page: int | None = None,
        sort: str | None = None,
        populates: Sequence[str] = (),
        include: Sequence[str] = (),
        name_like: str | None = None,
        status: ProjectStatus | str | None = None,
        statuses: Sequence[str] = (),
        target: ProjectTarget | str | None = None,
        created_at: str | None = None,
        within_s: float | None = None,
    ) -> Page[Project]:
        """One page of projects (v2). ``include`` adds what is not a reference (``projectFlows``)."""
        paged(LIST, page=page, limit=limit)
        paged(LIST, limit=per_page)
        query = given(
            page=page,
            limit=limit,
            perPage=per_page,
            sort=sort,
            like_name=name_like,
            where_status=status,
            where_target=target,
            where_createdAt=created_at,
            **{"in_status[]": statuses, "populates[]": populates, "with[]": include},
        )
        return many(self._transport.send(Call(operation=LIST, query=query, within_s=within_s)), Project)

    def retrieve(
        self,
        project: str,
        *,
        include: Sequence[str] = (),
        populates: Sequence[str] = (),
        within_s: float | None = None,
    ) -> Project:
        """One project (v2)."""
        query = given(**{"with[]": include, "populates[]": populates})
        call = Call(operation=RETRIEVE, at=known(RETRIEVE, "id", project), query=query, within_s=within_s)
        return one(self._transport.send(call), Project)

    def public(
        self, project: str, *, kind: FlowType | str | None = None, within_s: float | None = None
    ) -> PublicProject:
        """What anybody may see of a project and its flows of a type (login, onboarding); needs no token."""
        call = Call(operation=PUBLIC, query=given(id=project, type=kind), within_s=within_s)
        return one(self._transport.send(call), PublicProject)

    def create_v3(self, project: ProjectInputV3, *, within_s: float | None = None) -> Project:
        """Make a project (v3)."""
        return one(
            self._transport.send(Call(operation=CREATE_V3, body=wire_body(CREATE_V3, project), within_s=within_s)),
            Project,
        )

    def list_v3(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        name_like: str | None = None,
        status: ProjectStatus | str | None = None,
        statuses: Sequence[str] = (),
        target: ProjectTarget | str | None = None,
        created_at: str | None = None,
        within_s: float | None = None,
    ) -> Page[Project]:
        """One page of projects (v3)."""
        paged(LIST_V3, page=page, limit=limit)
        query = given(
            page=page,
            limit=limit,
            like_name=name_like,
            where_status=status,
            where_target=target,
            where_createdAt=created_at,
            **{"in_status[]": statuses},
        )
        return many(self._transport.send(Call(operation=LIST_V3, query=query, within_s=within_s)), Project)

    def retrieve_v3(self, project: str, *, within_s: float | None = None) -> Project:
        """One project (v3)."""
        return one(
            self._transport.send(Call(operation=RETRIEVE_V3, at=known(RETRIEVE_V3, "id", project), within_s=within_s)),
            Project,
        )

    def update_v3(self, project: str, change: ProjectInputV3, *, within_s: float | None = None) -> Project:
        """Change a project (v3)."""
        call = Call(
            operation=UPDATE_V3,
            at=known(UPDATE_V3, "id", project),
            body=wire_body(UPDATE_V3, change),
            within_s=within_s,
        )
        return one(self._transport.send(call), Project)

    def delete_v3(self, project: str, *, within_s: float | None = None) -> Removed:
        """Delete a project that is a draft or paused (v3); answers at most its id, name and ``deleted``."""
        call = Call(operation=DELETE_V3, at=known(DELETE_V3, "id", project), within_s=within_s)
        return one(self._transport.send(call), Removed)
