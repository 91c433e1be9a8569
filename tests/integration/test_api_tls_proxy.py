"""TLS, HTTP/2 and proxies, against real servers on loopback."""

from __future__ import annotations

import ssl

import pytest
import trustme
from support.api_parts import TOKEN, always, failed, free_port, make, read, transport_to
from support.http_server import Act, HttpServer, answer

from kiosk.api.errors import LinkError
from kiosk.domain.errors import Code


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def server_side(authority: trustme.CA, name: str, *protocols: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    if protocols:
        context.set_alpn_protocols(list(protocols))
    return context


def client_side(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def test_a_trusted_certificate_is_taken(authority: trustme.CA) -> None:
    with (
        HttpServer(always(answer({"data": 1})), tls=server_side(authority, "127.0.0.1")) as server,
        transport_to(server.url, trust=client_side(authority)) as transport,
    ):
        assert transport.send(read()).body == {"data": 1}


def test_an_unknown_authority_is_a_tls_failure_under_the_systems_trust(authority: trustme.CA) -> None:
    with (
        HttpServer(always(answer({})), tls=server_side(authority, "127.0.0.1")) as server,
        transport_to(server.url) as transport,
    ):
        error = failed(transport, make(), LinkError)
    assert (error.code, error.maybe_done, server.requests) == (Code.API_TLS, False, [])


def test_a_certificate_for_another_name_is_a_tls_failure(authority: trustme.CA) -> None:
    with (
        HttpServer(always(answer({})), tls=server_side(authority, "other.example")) as server,
        transport_to(server.url, trust=client_side(authority)) as transport,
    ):
        error = failed(transport, make(), LinkError)
    assert (error.code, server.requests) == (Code.API_TLS, [])


def test_a_server_without_tls_is_a_tls_failure(authority: trustme.CA) -> None:
    with HttpServer(always(answer({})), greeting=b"220 this is no TLS\r\n") as server:
        url = server.url.replace("http:", "https:")
        with transport_to(url, trust=client_side(authority)) as transport:
            error = failed(transport, make(), LinkError)
    assert (error.code, error.maybe_done) == (Code.API_TLS, False)


def test_http_2_is_spoken_where_it_is_offered(authority: trustme.CA) -> None:
    with (
        HttpServer(always(answer({"data": 1})), tls=server_side(authority, "127.0.0.1", "h2")) as server,
        transport_to(server.url, trust=client_side(authority)) as transport,
    ):
        for _ in range(3):
            assert transport.send(make()).body == {"data": 1}
    assert server.requests[0].headers[":path"] == "/v2/things"
    assert server.connections == 1


def test_an_http_2_stream_that_is_reset_is_a_lost_reply(authority: trustme.CA) -> None:
    with (
        HttpServer(always(Act(reset=True)), tls=server_side(authority, "127.0.0.1", "h2")) as server,
        transport_to(server.url, trust=client_side(authority)) as transport,
    ):
        error = failed(transport, make(), LinkError)
    assert (error.code, error.maybe_done) == (Code.API_REPLY_LOST, True)


# proxies


def test_a_proxy_that_wants_a_password_is_a_proxy_failure() -> None:
    refusal = answer(b"", status=407, headers={"Proxy-Authenticate": "Basic realm=x"})
    with HttpServer(always(refusal)) as proxy, transport_to("https://kiosk.example", proxy=proxy.url) as transport:
        error = failed(transport, make(), LinkError)
    assert (error.code, error.status, error.maybe_done) == (Code.API_PROXY, 407, False)
    assert [request.method for request in proxy.requests] == ["CONNECT"]
    assert "authorization" not in proxy.requests[0].headers


def test_a_proxy_gets_its_own_password_and_not_our_token() -> None:
    with HttpServer(always(answer(b"", status=503))) as proxy:
        address = proxy.url.replace("//", "//kiosk:pass%20word@")
        with transport_to("https://kiosk.example", proxy=address) as transport:
            error = failed(transport, make(), LinkError)
    assert error.code is Code.API_PROXY
    assert proxy.requests[0].headers["proxy-authorization"].startswith("Basic ")
    assert TOKEN not in str(proxy.requests)


def test_a_proxy_that_is_not_there_is_a_proxy_failure() -> None:
    proxy = f"http://127.0.0.1:{free_port()}"
    with transport_to("https://kiosk.example", proxy=proxy) as transport:
        error = failed(transport, make(), LinkError)
    assert (error.code, error.maybe_done) == (Code.API_PROXY, False)


def test_a_proxy_that_hangs_up_is_a_proxy_failure() -> None:
    with (
        HttpServer(always(Act(reset=True))) as proxy,
        transport_to("https://kiosk.example", proxy=proxy.url) as transport,
    ):
        error = failed(transport, make(), LinkError)
    assert (error.code, error.maybe_done) == (Code.API_PROXY, False)
