"""The transport against a real server on loopback: what it sends, what it reads, and how every failure is named."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.api_parts import MAKE, OPEN, TOKEN, NoWaiting, always, failed, free_port, in_turn, make, read, transport_to
from support.http_server import Act, HttpServer, Request, answer
from support.patience import PATIENCE_S

from kiosk.api.errors import LinkError, NoCreditsError, ThrottledError
from kiosk.api.operation import Call
from kiosk.api.transport import Limits, Waiter
from kiosk.domain.errors import ApiError, Code
from kiosk.domain.link import Link, link_after


def test_a_call_carries_token_body_and_agent_to_its_path() -> None:
    with HttpServer(always(answer({"data": {"ok": 1}}))) as server, transport_to(f"{server.url}/v2/") as transport:
        reply = transport.send(make())
        transport.send(Call(operation=OPEN, query={"where>_createdAt": "ä b", "in_status[]": ("x", "y"), "new": True}))
        transport.send(read(thing="a/b c"))
    sent, opened, got = server.requests
    assert reply.body == {"data": {"ok": 1}}
    assert reply.operation is MAKE
    assert (sent.method, sent.target) == ("POST", "/v2/things")
    assert sent.json() == {"name": "Zoraida Quispe"}
    assert sent.headers["authorization"] == f"Bearer {TOKEN}"
    assert sent.headers["user-agent"].startswith("kiosk/")
    assert sent.headers["content-type"] == "application/json"
    assert opened.target == "/v2/open?where%3E_createdAt=%C3%A4%20b&in_status%5B%5D=x&in_status%5B%5D=y&new=true"
    assert "authorization" not in opened.headers
    assert got.target == "/v2/things/a%2Fb%20c"


@pytest.mark.parametrize("ending", ["", "/", "/v2", "/v3/", "/gate/v2", "/gate"])
def test_the_base_address_may_end_in_a_version_and_keeps_its_path(ending: str) -> None:
    with HttpServer(always(answer({}))) as server, transport_to(server.url + ending) as transport:
        transport.send(read())
    assert server.requests[0].target == ("/gate" if "gate" in ending else "") + "/v2/things/7"


def test_connections_are_kept_and_cookies_are_not() -> None:
    with (
        HttpServer(always(answer({}, headers={"Set-Cookie": "who=somebody"}))) as server,
        transport_to(server.url) as transport,
    ):
        for _ in range(3):
            transport.send(read())
    assert server.connections == 1
    assert all("cookie" not in request.headers for request in server.requests)


def test_two_threads_share_the_client() -> None:
    both = threading.Barrier(2, timeout=PATIENCE_S)

    def handler(request: Request) -> Act:
        both.wait()  # answered only once both calls are here
        return answer({"data": request.target})

    with HttpServer(handler) as server, transport_to(server.url) as transport, ThreadPoolExecutor(2) as threads:
        for _ in range(3):
            replies = list(threads.map(lambda thing: transport.send(read(thing=thing)).body["data"], ("1", "2")))
            assert replies == ["/v2/things/1", "/v2/things/2"]
    assert server.connections == 2


def test_the_listener_hears_how_each_call_ended() -> None:
    heard: list[tuple[str, Code | None]] = []
    with HttpServer(in_turn(answer({}), answer({"message": "x"}, status=402))) as server:
        listener = lambda name, error, ms: heard.append((name, error and error.code))  # noqa: E731
        with transport_to(server.url, listener=listener) as transport:
            transport.send(read())
            failed(transport, make(), NoCreditsError)
    assert heard == [("readThing", None), ("makeThing", Code.API_NO_CREDITS)]


def test_an_empty_answer_is_an_answer() -> None:
    with HttpServer(always(answer(None, status=204))) as server, transport_to(server.url) as transport:
        assert transport.send(read()).body is None


# failures

RESET = Act(reset=True)
HANG_UP = Act()
TRUNCATED = answer(b'{"data": {"ok"', length=400)
NOT_JSON = answer(b"<html>sign in</html>")
GARBAGE = b"\x00\xff\x16\x03 nothing of this is HTTP\r\n\r\n"


@pytest.mark.parametrize(
    ("act", "code", "link"),
    [
        (RESET, Code.API_REPLY_LOST, Link.NO_LINK),
        (HANG_UP, Code.API_REPLY_LOST, Link.NO_LINK),
        (TRUNCATED, Code.API_REPLY_LOST, Link.NO_LINK),
        (NOT_JSON, Code.API_UNREADABLE, Link.SERVER_ERROR),
        (answer(b'{"data": NaN}'), Code.API_UNREADABLE, Link.SERVER_ERROR),
        (answer(b'{"name": "\\ud800"}'), Code.API_UNREADABLE, Link.SERVER_ERROR),
        (answer(b"[" * 100_000), Code.API_UNREADABLE, Link.SERVER_ERROR),
        (answer(b"\x1f\x8b broken", headers={"Content-Encoding": "gzip"}), Code.API_UNREADABLE, Link.SERVER_ERROR),
        (GARBAGE, Code.API_UNREADABLE, Link.SERVER_ERROR),
        (answer({"message": "x"}, status=500), Code.API_SERVER_ERROR, Link.SERVER_ERROR),
        (answer({"message": "x"}, status=502), Code.API_SERVER_ERROR, Link.SERVER_ERROR),
        (answer(b"<html>", status=504), Code.API_SERVER_ERROR, Link.SERVER_ERROR),
    ],
)
def test_a_creation_whose_answer_is_lost_may_be_done_and_is_sent_once(act: Act | bytes, code: Code, link: Link) -> None:
    with HttpServer(always(act)) as server, transport_to(server.url) as transport:
        error = failed(transport, make())
    assert (error.code, error.maybe_done) == (code, True)
    assert link_after(error) is link
    assert len(server.requests) == 1


@pytest.mark.parametrize("act", [RESET, HANG_UP, TRUNCATED, answer({}, status=500), answer({}, status=504)])
def test_a_reading_whose_answer_is_lost_is_sent_again(act: Act) -> None:
    with HttpServer(in_turn(act, act, answer({"data": 1}))) as server, transport_to(server.url) as transport:
        assert transport.send(read()).body == {"data": 1}
    assert len(server.requests) == 3


def test_three_tries_are_the_most() -> None:
    with HttpServer(always(RESET)) as server, transport_to(server.url) as transport:
        error = failed(transport, read(), LinkError)
    assert (error.code, error.maybe_done) == (Code.API_REPLY_LOST, False)
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "act",
    [
        answer({}, status=429),
        answer({}, status=408),
        answer({}, status=425),
        answer({}, status=503, headers={"Retry-After": "0"}),
    ],
)
def test_a_creation_that_was_surely_not_carried_out_is_sent_again(act: Act) -> None:
    with HttpServer(in_turn(act, answer({"data": 1}))) as server, transport_to(server.url) as transport:
        assert transport.send(make()).body == {"data": 1}
    assert len(server.requests) == 2


def test_retry_after_is_honoured() -> None:
    waiter = NoWaiting()
    busy = answer({}, status=429, headers={"Retry-After": "2"})
    with HttpServer(in_turn(busy, answer({}))) as server, transport_to(server.url, waiter=waiter) as transport:
        transport.send(make(within_s=20))
    assert waiter.pauses == [2.0]


def test_retry_after_beyond_the_deadline_ends_the_call_and_is_told() -> None:
    waiter = NoWaiting()
    busy = answer({}, status=429, headers={"Retry-After": "60"})
    with HttpServer(always(busy)) as server, transport_to(server.url, waiter=waiter) as transport:
        error = failed(transport, make(), ThrottledError)
    assert error.retry_after_s == 60.0
    assert (len(server.requests), waiter.pauses) == (1, [])


def test_nobody_listening_is_no_link_and_surely_not_done() -> None:
    with transport_to(f"http://127.0.0.1:{free_port()}") as transport:
        error = failed(transport, make(), LinkError)
    assert (error.code, error.maybe_done) == (Code.API_NO_LINK, False)


def test_a_name_nobody_knows_is_a_dns_failure() -> None:
    def nowhere(host: str, port: int) -> list[tuple[int, tuple[str, int]]]:
        raise socket.gaierror(socket.EAI_NONAME, "secret.example")

    with transport_to("https://secret.example", resolve=nowhere) as transport:
        error = failed(transport, make(), LinkError)
    assert (error.code, error.maybe_done) == (Code.API_DNS, False)


def test_a_name_server_that_hangs_is_given_up_on_and_asked_once() -> None:
    release, asked = threading.Event(), []

    def slow(host: str, port: int) -> list[tuple[int, tuple[str, int]]]:
        asked.append(host)
        release.wait(PATIENCE_S)
        return []

    with transport_to("https://kiosk.example", resolve=slow) as transport:
        for _ in range(3):
            error = failed(transport, make(within_s=0.15), LinkError)
            assert (error.code, error.maybe_done) == (Code.API_TIMEOUT, False)
        release.set()
    for thread in threading.enumerate():
        if thread.name == "kiosk-names":
            thread.join(PATIENCE_S)
    assert asked == ["kiosk.example"]


@pytest.mark.parametrize(
    "act",
    [
        Act(hang=True),
        Act(answer(b"[" + b"1," * 400 + b"1]").data, drip_s=0.02),  # never a pause that a single read would notice
        Act(b"HTTP/1.1 200 OK\r\n" + b"X-Slow: 1\r\n" * 400, drip_s=0.02),
    ],
    ids=["silence", "drip in the body", "drip in the headers"],
)
def test_the_deadline_ends_a_call_however_slowly_the_server_answers(act: Act) -> None:
    limits = Limits(read=60.0, total=60.0)
    with HttpServer(always(act)) as server, transport_to(server.url, limits=limits) as transport:
        error = failed(transport, make(within_s=0.4), LinkError)
        assert (error.code, error.maybe_done) == (Code.API_TIMEOUT, True)


def test_a_read_limit_shorter_than_the_deadline_leaves_time_for_another_try() -> None:
    with (
        HttpServer(in_turn(Act(hang=True), answer({"data": 1}))) as server,
        transport_to(server.url, limits=Limits(read=0.2)) as transport,
    ):
        assert transport.send(read(within_s=20)).body == {"data": 1}


def test_no_time_at_all_sends_nothing() -> None:
    with HttpServer(always(answer({}))) as server, transport_to(server.url) as transport:
        error = failed(transport, make(within_s=0.0), LinkError)
    assert (error.code, error.maybe_done, server.requests) == (Code.API_TIMEOUT, False, [])


def test_an_answer_without_end_is_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.api.exchange.LARGEST_BYTES", 10_000)
    with HttpServer(always(answer([1] * 10_000))) as server, transport_to(server.url) as transport:
        error = failed(transport, read())
    assert error.code is Code.API_UNREADABLE


def test_a_redirect_is_not_followed() -> None:
    away = answer(None, status=302, headers={"Location": "http://127.0.0.1:9/"})
    with HttpServer(always(away)) as server, transport_to(server.url) as transport:
        error = failed(transport, make())
    assert (error.code, error.status, error.maybe_done) == (Code.API_UNREADABLE, 302, False)


def test_a_refusal_whose_body_is_cut_off_is_still_a_refusal() -> None:
    with HttpServer(always(answer(b'{"mess', status=402, length=900))) as server, transport_to(server.url) as transport:
        failed(transport, make(), NoCreditsError)


@pytest.mark.parametrize("status", [400, 404, 409, 412])
def test_a_refusal_whose_reason_is_cut_off_is_asked_for_again(status: int) -> None:
    cut = answer(b'{"mess', status=status, length=900)
    whole = answer({"message": "duplicated_person"}, status=409)
    with HttpServer(in_turn(cut, whole)) as server, transport_to(server.url) as transport:
        error = failed(transport, make())
    assert (error.code, error.token, error.maybe_done) == (Code.API_CONFLICT, "duplicated_person", False)


def test_http_1_0_is_understood() -> None:
    with HttpServer(always(answer({"data": 1}, version="1.0"))) as server, transport_to(server.url) as transport:
        assert transport.send(read()).body == {"data": 1}


def test_close_ends_calls_and_pauses() -> None:
    started = threading.Event()

    def handler(request: Request) -> Act:
        started.set()
        return Act(hang=True)

    with HttpServer(handler) as server, transport_to(server.url) as transport, ThreadPoolExecutor(1) as threads:
        call = threads.submit(transport.send, make(within_s=60))
        assert started.wait(PATIENCE_S)
        transport.close()
        assert isinstance(call.exception(timeout=PATIENCE_S), ApiError)
        failed(transport, read(), LinkError)


def test_close_ends_a_pause() -> None:
    waiting = threading.Event()

    class Watched(Waiter):
        def wait(self, seconds: float) -> bool:
            waiting.set()
            return super().wait(seconds)

    busy = answer({}, status=429, headers={"Retry-After": "50"})
    with (
        HttpServer(always(busy)) as server,
        transport_to(server.url, waiter=Watched()) as transport,
        ThreadPoolExecutor(1) as threads,
    ):
        call = threads.submit(transport.send, make(within_s=60))
        assert waiting.wait(PATIENCE_S)
        transport.close()
        assert isinstance(call.exception(timeout=PATIENCE_S), ThrottledError)
