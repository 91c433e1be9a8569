"""Which project and which of its flows a conversation is about: the settings' word, else what the account has, looked up once."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.api.client import VerifikClient
from kiosk.api.conversation.deadline import Deadline
from kiosk.api.models.common import id_of
from kiosk.api.models.project_flows import FlowStatus, FlowType, ProjectFlow
from kiosk.api.models.projects import Project, ProjectStatus
from kiosk.domain.errors import ApiError, Code
from kiosk.domain.record import ValidationType

_WANTED: dict[ValidationType, tuple[FlowType, ...]] = {
    ValidationType.LOGIN: (FlowType.LOGIN,),
    ValidationType.ONBOARDING: (FlowType.ONBOARDING,),
    ValidationType.VALIDATION: (FlowType.LIVENESS, FlowType.LOGIN, FlowType.ONBOARDING),
    ValidationType.ONE_TIME_LINK: (FlowType.ONE_TIME_LINK, FlowType.LOGIN, FlowType.ONBOARDING),
}
"""Flow types that serve a type of validation, best first: the stand-alone types have no flow of their own on every account."""

_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A project and its flow. ``flow`` is None where the settings named it and nobody had to read it yet."""

    project: str
    project_flow: str
    flow: ProjectFlow | None = None


class Places:
    """Finds places and remembers them. Any thread."""

    def __init__(self, client: VerifikClient, *, project: str = "", project_flow: str = "") -> None:
        """Ids from the settings; empty ones are looked up."""
        self._client = client
        self._project = project
        self._project_flow = project_flow
        self._lock = threading.Lock()
        self._found: dict[ValidationType, Place] = {}
        self._flows: list[tuple[str, ProjectFlow]] | None = None

    def find(self, kind: ValidationType, deadline: Deadline, *, whole: bool = False) -> Place:
        """The place for a type of validation; ``whole`` with its flow's settings.

        Raises:
            ApiError: ``api_not_configured`` where the account has no such flow; whatever looking it up meets.
        """
        with self._lock:
            found = self._found.get(kind)
        if found is None or (whole and found.flow is None):
            found = self._look(kind, deadline, whole=whole)
            with self._lock:
                self._found[kind] = found
        return found

    def forget(self) -> None:
        """The account says that there is no such place: look again next time."""
        with self._lock:
            self._found.clear()
            self._flows = None

    def _look(self, kind: ValidationType, deadline: Deadline, *, whole: bool) -> Place:
        if self._project_flow:
            onboarding = kind is ValidationType.ONBOARDING
            if self._project and not whole and not onboarding:
                return Place(project=self._project, project_flow=self._project_flow)
            flow = self._client.project_flows.retrieve(self._project_flow, within_s=deadline.left("project flow"))
            if not onboarding or flow.type == FlowType.ONBOARDING:  # else the settings name the flow of the logins
                return Place(project=self._project or id_of(flow.project), project_flow=flow.id, flow=flow)
        flows = self._all(deadline)
        for wanted in _WANTED[kind]:
            for project, flow in flows:
                if flow.type == wanted:
                    return Place(project=project, project_flow=flow.id, flow=flow)
        raise ApiError(Code.API_NOT_CONFIGURED, f"the account has no project with a flow for {kind.value}")

    def _all(self, deadline: Deadline) -> list[tuple[str, ProjectFlow]]:
        """Usable flows of the project, or of all projects, in the account's order."""
        with self._lock:
            known = self._flows
        if known is not None:
            return known
        projects = [self._project] if self._project else [project.id for project in self._projects(deadline)]
        found: list[tuple[str, ProjectFlow]] = []
        for project in projects:
            page = self._client.project_flows.list(
                project=project, limit=_MOST, within_s=deadline.left("project flows")
            )
            # An account that ignores the filter answers with the flows of all projects.
            mine = (flow for flow in page if id_of(flow.project) in {"", project})
            found.extend((project, flow) for flow in mine if _usable(flow))
        with self._lock:
            self._flows = found
        return found

    def _projects(self, deadline: Deadline) -> Iterable[Project]:
        page = self._client.projects.list(limit=_MOST, within_s=deadline.left("projects"))
        return [project for project in page if project.status in {None, ProjectStatus.ACTIVE}] or page


def _usable(flow: ProjectFlow) -> bool:
    """Not switched off; and a login's must know faces."""
    if flow.status not in {None, FlowStatus.ACTIVE}:
        return False
    return flow.type != FlowType.LOGIN or flow.login_settings is None or flow.login_settings.face_liveness is not False
