"""Projects: both branding dialects, unknown words, the public view, and what may go out twice."""

from __future__ import annotations

import pytest
from support.api_recorder import ID
from support.recording_transport import RecordingTransport

from kiosk.api.models.project_flows import FlowType
from kiosk.api.models.projects import Project, ProjectInputV3, ProjectStatus
from kiosk.api.operation import Bearer, Repeat
from kiosk.api.resources.projects import OPERATIONS, Projects
from kiosk.domain.errors import ApiError, Code


def test_a_status_that_we_know_is_ours_and_another_one_is_kept() -> None:
    transport = RecordingTransport({"data": [{"_id": "a", "status": "paused"}, {"_id": "b", "status": "archived"}]})
    known, unknown = Projects(transport).list()
    assert known.status is ProjectStatus.PAUSED
    assert unknown.status == "archived"
    assert unknown.wire() == {"_id": "b", "status": "archived"}


def test_branding_of_both_versions_is_read() -> None:
    old = Project.model_validate({"_id": "a", "branding": {"bgColor": "#111111", "rightImage": "https://x.example/r"}})
    new = Project.model_validate({"_id": "b", "branding": {"backgroundColor": "#222222", "future": 1}})
    assert old.branding is not None
    assert old.branding.bg_color == "#111111"
    assert new.branding is not None
    assert new.branding.background_color == "#222222"
    assert new.wire()["branding"] == {"backgroundColor": "#222222", "future": 1}


def test_the_public_view_needs_no_token_and_finds_the_flow_of_a_type() -> None:
    flows = [{"_id": "f1", "type": "onboarding"}, {"_id": "f2", "type": "login", "loginSettings": {"email": True}}]
    transport = RecordingTransport({"data": {"_id": ID, "projectFlows": flows}})
    project = Projects(transport).public(ID, kind=FlowType.LOGIN)
    (call,) = transport.calls
    assert call.operation.bearer is Bearer.NONE
    assert dict(call.query) == {"id": ID, "type": "login"}
    found = project.flow(FlowType.LOGIN)
    assert found is not None
    assert found.id == "f2"
    assert project.flow(FlowType.ONE_TIME_LINK) is None


def test_a_demo_code_travels_under_its_odd_name() -> None:
    assert ProjectInputV3(name="Kiosk", demo_otp="000000").wire() == {"name": "Kiosk", "demoOTP": "000000"}


@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_id_never_leaves(empty: str) -> None:
    transport = RecordingTransport({"data": []})
    with pytest.raises(ApiError) as caught:
        Projects(transport).delete_v3(empty)
    assert caught.value.code is Code.API_BAD_REQUEST
    assert transport.calls == []


def test_a_page_out_of_range_never_leaves() -> None:
    transport = RecordingTransport({"data": []})
    with pytest.raises(ApiError):
        Projects(transport).list(page=0)
    with pytest.raises(ApiError):
        Projects(transport).list_v3(limit=101)
    assert transport.calls == []


def test_only_creations_do_not_go_out_twice() -> None:
    assert {one.id for one in OPERATIONS if one.repeat is Repeat.NEVER} == {"createProject", "createProjectV3"}
