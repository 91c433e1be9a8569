"""Flows: two ways to answer a creation, settings of a login, undocumented answers kept whole."""

from __future__ import annotations

from typing import Any

import pytest
from support.api_recorder import ID
from support.recording_transport import RecordingTransport

from kiosk.api.models.project_flows import FlowType, LoginSettings, Necessity, ProjectFlow, ProjectFlowInput
from kiosk.api.operation import Repeat
from kiosk.api.resources.project_flows import OPERATIONS, ProjectFlows

FLOW = {"_id": "f", "project": ID, "type": "login", "loginSettings": {"livenessMinScore": 0.65, "searchMode": "FAST"}}


@pytest.mark.parametrize("answer", [FLOW, {"data": FLOW}])
def test_a_created_flow_comes_bare_or_wrapped(answer: Any) -> None:
    wanted = ProjectFlowInput(project=ID, type=FlowType.LOGIN, login_settings=LoginSettings(face_liveness=True))
    transport = RecordingTransport(answer)
    made = ProjectFlows(transport).create(wanted)
    assert made.wire() == FLOW
    assert transport.calls[0].body == {"project": ID, "type": "login", "loginSettings": {"faceLiveness": True}}


def test_a_project_may_come_as_an_object() -> None:
    flow = ProjectFlow.model_validate({"_id": "f", "project": {"_id": "p", "name": "Kiosk"}})
    assert flow.wire()["project"] == {"_id": "p", "name": "Kiosk"}


def test_steps_say_what_is_asked() -> None:
    settings = {"steps": {"document": "skip", "liveness": "mandatory", "form": "perhaps"}}
    flow = ProjectFlow.model_validate({"_id": "f", "onboardingSettings": settings})
    assert flow.onboarding_settings is not None
    steps = flow.onboarding_settings.steps
    assert steps is not None
    assert (steps.document, steps.liveness, steps.form) == (Necessity.SKIP, Necessity.MANDATORY, "perhaps")


def test_an_undocumented_answer_is_kept_whole() -> None:
    assert ProjectFlows(RecordingTransport({"data": {"gone": [1, 2]}})).delete_v3(ID).wire() == {"gone": [1, 2]}


def test_only_creations_do_not_go_out_twice() -> None:
    assert {one.id for one in OPERATIONS if one.repeat is Repeat.NEVER} == {"createProjectFlow"}
