"""Which project and flow: the settings' word without asking, else the account's first that can do it, asked for once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.api_parts import transport_to
from support.camera_sources import RealClock
from support.http_server import Act, HttpServer, Request, answer

from kiosk.api.client import VerifikClient
from kiosk.api.conversation.deadline import Deadline
from kiosk.api.conversation.places import Place, Places
from kiosk.domain.errors import ApiError, Code
from kiosk.domain.record import ValidationType


class Account:
    """Projects and flows as a server has them; ignores filters, as some do."""

    def __init__(self) -> None:
        self.projects: list[dict[str, Any]] = [{"_id": "p0", "status": "draft"}, {"_id": "p1", "status": "active"}]
        self.flows: list[dict[str, Any]] = [
            {"_id": "f0", "project": "p0", "type": "login", "status": "active"},
            {"_id": "f1", "project": "p1", "type": "login", "status": "paused"},
            {"_id": "f2", "project": "p1", "type": "login", "loginSettings": {"faceLiveness": False}},
            {"_id": "f3", "project": "p1", "type": "login", "loginSettings": {"faceLiveness": True}},
            {"_id": "f4", "project": {"_id": "p1"}, "type": "onboarding", "status": "active"},
        ]

    def __call__(self, request: Request) -> Act:
        path = request.target.partition("?")[0]
        if path == "/v2/projects":
            return answer({"data": self.projects, "total": len(self.projects)})
        if path == "/v2/project-flows":
            return answer({"data": self.flows, "total": len(self.flows)})
        for flow in self.flows:
            if path == f"/v2/project-flows/{flow['_id']}":
                return answer({"data": flow})
        return answer({"code": "NotFound", "message": "projectFlow_not_found"}, status=404)


@pytest.fixture
def account() -> Iterator[tuple[Account, HttpServer, VerifikClient]]:
    account = Account()
    with HttpServer(account) as server, transport_to(server.url) as transport:
        yield account, server, VerifikClient(transport)


def soon() -> Deadline:
    return Deadline(RealClock(), 10)


Parts = tuple[Account, HttpServer, VerifikClient]


def names(place: Place) -> tuple[str, str]:
    return place.project, place.project_flow


def test_settings_are_taken_at_their_word(account: Parts) -> None:
    places = Places(account[2], project="pX", project_flow="fX")
    for kind in (ValidationType.LOGIN, ValidationType.VALIDATION, ValidationType.ONE_TIME_LINK):
        assert names(places.find(kind, soon())) == ("pX", "fX")
    assert account[1].requests == []


def test_without_settings_the_first_usable_flow_of_an_active_project_is_found_once(account: Parts) -> None:
    places = Places(account[2])
    for _ in range(3):
        assert names(places.find(ValidationType.LOGIN, soon())) == ("p1", "f3")
    assert names(places.find(ValidationType.ONBOARDING, soon(), whole=True)) == ("p1", "f4")
    assert names(places.find(ValidationType.VALIDATION, soon())) == ("p1", "f3")
    assert len(account[1].requests) == 2


def test_a_login_flow_in_the_settings_does_not_serve_an_onboarding(account: Parts) -> None:
    places = Places(account[2], project="p1", project_flow="f3")
    assert names(places.find(ValidationType.ONBOARDING, soon())) == ("p1", "f4")
    assert names(places.find(ValidationType.LOGIN, soon())) == ("p1", "f3")


def test_a_flow_alone_names_its_project(account: Parts) -> None:
    assert names(Places(account[2], project_flow="f3").find(ValidationType.LOGIN, soon())) == ("p1", "f3")


def test_an_account_without_a_usable_flow_is_not_configured(account: Parts) -> None:
    account[0].flows = account[0].flows[:3]
    with pytest.raises(ApiError) as caught:
        Places(account[2]).find(ValidationType.LOGIN, soon())
    assert caught.value.code is Code.API_NOT_CONFIGURED


def test_what_was_found_is_forgotten_when_it_is_gone(account: Parts) -> None:
    places = Places(account[2])
    assert names(places.find(ValidationType.LOGIN, soon())) == ("p1", "f3")
    account[0].flows = [{"_id": "f9", "project": "p1", "type": "login"}]
    places.forget()
    assert names(places.find(ValidationType.LOGIN, soon())) == ("p1", "f9")


def test_no_time_asks_nobody(account: Parts) -> None:
    with pytest.raises(ApiError) as caught:
        Places(account[2]).find(ValidationType.LOGIN, Deadline(RealClock(), 0.0))
    assert (caught.value.code, account[1].requests) == (Code.API_TIMEOUT, [])
