"""Renewal of the account's token, the offset of the server's clock, and addresses that cannot be used."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import jwt
import pytest
from support.api_parts import MAKE, OPEN, always, failed, make, read, transport_to
from support.camera_sources import RealClock
from support.http_server import Act, HttpServer, Request, answer
from support.patience import PATIENCE_S

from kiosk.api.errors import UnauthorizedError
from kiosk.api.operation import Call
from kiosk.api.tokens import AccountToken
from kiosk.domain.errors import ApiError, Code


def token_ending(at: datetime) -> str:
    return jwt.encode({"exp": int(at.timestamp())}, "k" * 32, algorithm="HS256")


def test_a_401_renews_the_token_once_and_sends_again() -> None:
    fresh, told = "new-token", []

    def handler(request: Request) -> Act:
        if request.target.startswith("/v2/auth/session"):
            return answer({"accessToken": fresh, "tokenType": "bearer"})
        return answer(
            {"data": 1} if fresh in request.headers["authorization"] else {},
            status=200 if fresh in request.headers["authorization"] else 401,
        )

    with HttpServer(handler) as server, transport_to(server.url, on_renewed=told.append) as transport:
        assert transport.send(make()).body == {"data": 1}
        transport.send(read())
    assert [request.target.partition("?")[0] for request in server.requests] == [
        "/v2/things", "/v2/auth/session", "/v2/things", "/v2/things/7",
    ]  # fmt: skip
    assert [token.reveal() for token in told] == [fresh]


def test_a_token_that_is_refused_for_good_is_not_sent_again_until_it_is_changed() -> None:
    with (
        HttpServer(
            always(answer({"code": "Unauthorized", "message": "Invalid or expired token."}, status=401))
        ) as server,
        transport_to(server.url) as transport,
    ):
        failed(transport, make(), UnauthorizedError)
        asked = len(server.requests)
        error = failed(transport, read())
        assert (error.code, len(server.requests)) == (Code.API_UNAUTHORIZED, asked)
        transport.tokens.change(AccountToken("another"))
        failed(transport, read(), UnauthorizedError)
    assert asked == 2
    assert len(server.requests) > asked


def test_a_lost_renewal_says_nothing_against_the_token() -> None:
    def handler(request: Request) -> Act:
        if request.target.startswith("/v2/auth/session"):
            return Act(reset=True)
        return answer({}, status=401)

    with HttpServer(handler) as server, transport_to(server.url) as transport:
        for _ in range(2):
            failed(transport, make(), UnauthorizedError)
    assert [request.method for request in server.requests] == ["POST", "GET", "POST", "GET"]


def test_a_token_is_renewed_before_it_ends_by_the_servers_clock() -> None:
    soon = token_ending(datetime.now(UTC) + timedelta(hours=2))
    late = token_ending(datetime.now(UTC) + timedelta(days=30))

    def handler(request: Request) -> Act:
        return answer({"accessToken": late} if "session" in request.target else {"data": 1})

    with HttpServer(handler) as server, transport_to(server.url, token=soon) as transport:
        transport.send(make(within_s=3.0))  # too little time to make it wait
        transport.send(make(within_s=20.0))
        transport.send(make(within_s=20.0))
    tokens = [request.headers["authorization"].removeprefix("Bearer ") for request in server.requests]
    assert tokens == [soon, soon, late, late]


def test_one_renewal_at_a_time() -> None:
    both = threading.Barrier(2, timeout=PATIENCE_S)

    def handler(request: Request) -> Act:
        if "session" in request.target:
            return answer({"accessToken": "new-token"})
        if "new-token" in request.headers["authorization"]:
            return answer({"data": 1})
        both.wait()  # both calls see the 401
        return answer({}, status=401)

    with HttpServer(handler) as server, transport_to(server.url) as transport, ThreadPoolExecutor(2) as threads:
        replies = list(threads.map(lambda _: transport.send(make()).body, range(2)))
    assert replies == [{"data": 1}] * 2
    assert sum("session" in request.target for request in server.requests) == 1


@pytest.mark.parametrize("hours", [-5, 0, 9])
def test_the_offset_of_the_servers_clock_is_measured(hours: int) -> None:
    def handler(request: Request) -> Act:
        now = datetime.now(UTC) + timedelta(hours=hours)
        return answer({}, headers={"Date": format_datetime(now, usegmt=True)})

    with HttpServer(handler) as server, transport_to(server.url, clock=RealClock()) as transport:
        assert transport.offset_s == 0.0
        for _ in range(3):
            transport.send(read())
        assert transport.offset_s == pytest.approx(hours * 3600, abs=1.0)


# addresses


@pytest.mark.parametrize(
    "address",
    [
        "",
        "api.example",
        "ftp://api.example",
        "http://api.example",
        "https://u:p@api.example",
        "https://h:99999",
        "https://h/?x",
    ],
)
def test_an_address_that_cannot_be_used_is_said_at_once(address: str) -> None:
    with pytest.raises(ApiError) as caught, transport_to(address):
        pass
    assert caught.value.code is Code.API_NOT_CONFIGURED


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "http://:x", "http://h:99999"])
def test_a_proxy_that_cannot_be_used_is_said_at_once(proxy: str) -> None:
    with pytest.raises(ApiError) as caught, transport_to("https://kiosk.example", proxy=proxy):
        pass
    assert caught.value.code is Code.API_PROXY


@pytest.mark.parametrize("thing", ["", ".", "..", "\ud800"])
def test_an_empty_place_in_a_path_is_never_sent(thing: str) -> None:
    with HttpServer(always(answer({}))) as server, transport_to(server.url) as transport:
        error = failed(transport, read(thing=thing))
    assert (error.code, server.requests) == (Code.API_BAD_REQUEST, [])


@pytest.mark.parametrize("value", [float("nan"), "\ud800", {1}])
def test_a_body_that_cannot_be_written_is_never_sent(value: object) -> None:
    with HttpServer(always(answer({}))) as server, transport_to(server.url) as transport:
        error = failed(transport, Call(operation=MAKE, body={"name": value}))
    assert (error.code, server.requests) == (Code.API_BAD_REQUEST, [])


@pytest.mark.parametrize("token", ["two words", "new\nline", "ñ"])
def test_a_token_that_is_none_is_never_sent(token: str) -> None:
    with HttpServer(always(answer({}))) as server, transport_to(server.url, token=token) as transport:
        error = failed(transport, read())
    assert (error.code, server.requests) == (Code.API_NOT_CONFIGURED, [])


def test_without_a_token_only_open_operations_are_sent() -> None:
    with HttpServer(always(answer({}))) as server, transport_to(server.url, token="") as transport:
        error = failed(transport, read())
        transport.send(Call(operation=OPEN))
    assert error.code is Code.API_NOT_CONFIGURED
    assert [request.target for request in server.requests] == ["/v2/open"]
