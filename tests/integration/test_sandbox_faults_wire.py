"""Each fault as a plain client and a bare socket see it on the wire; what was carried out and what was not."""

from __future__ import annotations

import errno
import socket
import ssl
import time
from pathlib import Path

import httpx
import pytest
from support.sandbox import Sandbox, running_sandbox

HOOK = {"url": "http://127.0.0.1:9/hook", "name": "Desk", "isActive": False}


def made(sandbox: Sandbox) -> int:
    return int(sandbox.state()["counts"].get("webhook", 0))


def post(sandbox: Sandbox) -> httpx.Response:
    return sandbox.client.post("/v2/webhooks", json=HOOK)


def spoken(sandbox: Sandbox) -> tuple[bytes, OSError | None]:
    """A request on a bare socket: every byte that came back, and how the connection ended."""
    host, port = sandbox.base_url.removeprefix("http://").split(":")
    request = f"GET /v2/clients/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {sandbox.token}\r\n\r\n"
    received = b""
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(request.encode())
        while True:
            try:
                part = line.recv(65_536)
            except OSError as error:
                return received, error
            if not part:
                return received, None
            received += part


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> object:
    with running_sandbox(tmp_path_factory.mktemp("faults")) as running:
        yield running


@pytest.fixture(autouse=True)
def no_faults(sandbox: Sandbox) -> object:
    yield
    sandbox.set_faults("")


def test_a_lost_reply_was_carried_out(sandbox: Sandbox) -> None:
    before = made(sandbox)
    sandbox.set_faults("lost_reply=1")
    with pytest.raises(httpx.RemoteProtocolError):
        post(sandbox)
    assert made(sandbox) == before + 1
    received, ended = spoken(sandbox)
    assert (received, ended) == (b"", None)  # closed in order, without one byte
    assert sandbox.state()["struck"]["lost_reply"] >= 2


def test_a_reset_is_a_reset_and_was_not_carried_out(sandbox: Sandbox) -> None:
    before = made(sandbox)
    sandbox.set_faults("reset=1")
    with pytest.raises(httpx.ReadError):
        post(sandbox)
    received, ended = spoken(sandbox)
    assert received == b""
    assert ended is not None
    assert ended.errno == errno.ECONNRESET
    assert made(sandbox) == before


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("http401", 401, "UNAUTHORIZED"),
        ("http402", 402, "PaymentRequired"),
        ("http429", 429, "TooManyRequests"),
        ("http500", 500, "ERROR"),
    ],
)
def test_a_refusal_was_not_carried_out(sandbox: Sandbox, fault: str, status: int, code: str) -> None:
    before = made(sandbox)
    sandbox.set_faults(f"{fault}=1")
    response = post(sandbox)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert (response.headers.get("retry-after") == "2") is (status == 429)
    assert made(sandbox) == before
    large = sandbox.client.post("/v2/webhooks", json={**HOOK, "description": "x" * 3_000_000})
    assert large.status_code == status  # what was sent is read to its end, so that the answer arrives


def test_a_truncated_reply_was_carried_out(sandbox: Sandbox) -> None:
    before = made(sandbox)
    sandbox.set_faults("truncated=1")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        post(sandbox)
    assert made(sandbox) == before + 1
    received, ended = spoken(sandbox)
    head, _, body = received.partition(b"\r\n\r\n")
    promised = int(next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))[15:])
    assert ended is None
    assert 0 < len(body) < promised


def test_a_page_for_people_was_carried_out(sandbox: Sandbox) -> None:
    before = made(sandbox)
    sandbox.set_faults("not_json=1")
    response = post(sandbox)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert response.text.startswith("<!doctype html>")
    assert made(sandbox) == before + 1


def test_a_slow_drip_never_pauses_long_and_takes_long(sandbox: Sandbox) -> None:
    sandbox.set_faults("slow_drip=30")
    longest, began = 0.0, time.monotonic()
    with sandbox.client.stream("GET", "/v2/clients/me") as response:
        last = time.monotonic()
        pieces = 0
        for _ in response.iter_raw():
            longest, last, pieces = max(longest, time.monotonic() - last), time.monotonic(), pieces + 1
    assert pieces > 10
    assert time.monotonic() - began >= 0.03 * pieces * 0.9
    sandbox.set_faults("slow_drip=1")
    assert sandbox.client.get("/v2/clients/me").json()["data"]["company"] == "Sandbox"


def test_latency_comes_before_anything_is_done(sandbox: Sandbox) -> None:
    sandbox.set_faults("latency=300")
    before = made(sandbox)
    with pytest.raises(httpx.ReadTimeout):
        sandbox.client.post("/v2/webhooks", json=HOOK, timeout=0.05)
    assert made(sandbox) == before
    began = time.monotonic()
    assert post(sandbox).status_code == 200
    assert time.monotonic() - began >= 0.3


def test_faults_strike_so_often_and_only_there(sandbox: Sandbox) -> None:
    sandbox.set_faults("http500=1", times=2, path="/v2/webhooks")
    statuses = [sandbox.client.get(path).status_code for path in ("/v2/clients/me", *("/v2/webhooks",) * 3)]
    assert statuses == [200, 500, 500, 200]
    assert sandbox.client.get("/_sandbox/state").status_code == 200


def test_a_share_of_the_requests_fails_while_the_others_work(sandbox: Sandbox) -> None:
    sandbox.set_faults("http500=0.3,reset=0.3")
    seen: set[object] = set()
    for _ in range(60):
        try:
            seen.add(sandbox.client.get("/v2/clients/me").status_code)
        except httpx.TransportError as error:
            seen.add(type(error))
    assert {200, 500} < seen


def test_tls_and_its_failure(tmp_path: Path) -> None:
    with running_sandbox(tmp_path, tls=True) as sandbox:
        assert sandbox.base_url.startswith("https://")
        assert sandbox.client.get("/v2/clients/me").status_code == 200
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(f"{sandbox.base_url}/v2/clients/me", trust_env=False)  # an authority that nobody knows
        sandbox.set_faults("tls=1")
        trusted = ssl.create_default_context(cafile=str(sandbox.authority))
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{sandbox.base_url}/v2/clients/me", trust_env=False, verify=trusted)
        assert sandbox.state()["struck"] == {"tls": 1}  # on the connection that is there already
