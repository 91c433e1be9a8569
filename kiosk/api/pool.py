"""The connections: each serves one call at a time, HTTP/1.1 or HTTP/2 as the server offers, and is kept for the next call.

Calls never share one HTTP/2 connection at the same moment: there a call with a short deadline would wait for the reading of
another with a long one. Knows nothing of operations, tokens and errors.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from kiosk.api.wire import Names, Wire

KEPT_IDLE_S = 20.0
_SOONEST_S = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """An HTTP proxy. The password is in no text of this."""

    url: httpcore.URL
    auth: tuple[bytes, bytes] | None

    def __repr__(self) -> str:
        return "<Proxy>"


class PoolTimeout(Exception):
    """All connections were busy until the deadline."""


class PoolClosed(Exception):
    """The pool takes no more calls."""


class Lane:
    """One connection, and how far the call on it has come."""

    def __init__(self, *, trust: ssl.SSLContext, names: Names, proxy: Proxy | None) -> None:
        """Not connected yet."""
        self.wire = Wire(names)
        kept: dict[str, Any] = {
            "ssl_context": trust,
            "max_connections": 1,
            "max_keepalive_connections": 1,
            "keepalive_expiry": KEPT_IDLE_S,
            "http2": True,
            "network_backend": self.wire,
        }
        if proxy is None:
            self._pool = httpcore.ConnectionPool(**kept)
        else:
            self._pool = httpcore.HTTPProxy(proxy.url, proxy_auth=proxy.auth, **kept)
        self.sent = False
        self.http2 = False

    def begin(self, *, within_s: float) -> None:
        """A new call."""
        self.wire.begin(within_s=within_s)
        self.sent = self.http2 = False

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """From the library: where the exchange stands. A request to the proxy itself is not ours."""
        if event.endswith(".send_request_headers.started") and info["request"].method != b"CONNECT":
            self.sent = True
            self.http2 = event.startswith("http2")

    def handle(self, request: httpx.Request) -> httpcore.Response:
        """Send one request on this connection, and read up to the end of the answer's headers."""
        url = request.url
        return self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions={**request.extensions, "trace": self.trace},
            )
        )

    def close(self) -> None:
        """Hang up. Only while no call is on it."""
        self._pool.close()


class Pool(httpx.BaseTransport):
    """Lanes for one server. Any thread.

    A request names its lane in ``request.extensions["lane"]``; ``take`` one before, ``give`` it back after.
    """

    def __init__(self, *, trust: ssl.SSLContext, names: Names, proxy: Proxy | None, lanes: int) -> None:
        """At most so many lanes; each is made when it is needed."""
        self._trust, self._names, self._proxy = trust, names, proxy
        self._free: list[Lane] = []
        self._busy: set[Lane] = set()
        self._most = lanes
        self._changed = threading.Condition()
        self._closed = False

    def take(self, *, within_s: float, wait_s: float) -> Lane:
        """A lane for one call; the one that was used last, for its connection is the likeliest to be alive.

        Raises:
            PoolTimeout: none came free in ``wait_s``.
            PoolClosed: ``close`` was called.
        """
        began = time.monotonic()
        with self._changed:
            free = self._changed.wait_for(lambda: self._closed or self._free or len(self._busy) < self._most, wait_s)
            if self._closed:
                raise PoolClosed
            if not free:
                raise PoolTimeout
            lane = self._free.pop() if self._free else self._new()
            self._busy.add(lane)
        lane.begin(within_s=max(within_s - (time.monotonic() - began), _SOONEST_S))
        return lane

    def give(self, lane: Lane) -> None:
        """The call is over."""
        with self._changed:
            self._busy.discard(lane)
            closed = self._closed
            if not closed:
                self._free.append(lane)
            self._changed.notify()
        if closed:
            lane.close()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """For the library: one request on its lane. Cookies are nobody's business here and are dropped."""
        lane: Lane = request.extensions["lane"]
        answer = lane.handle(request)
        headers = [(name, value) for name, value in answer.headers if name.lower() != b"set-cookie"]
        return httpx.Response(status_code=answer.status, headers=headers, stream=_Body(answer))

    def close(self) -> None:
        """Hang up everything; calls under way end at once, with an error. Safe to call twice."""
        with self._changed:
            self._closed = True
            free, busy = self._free, list(self._busy)
            self._free = []
            self._changed.notify_all()
        for lane in busy:
            lane.wire.abort()
        for lane in free:
            lane.close()

    def _new(self) -> Lane:
        return Lane(trust=self._trust, names=self._names, proxy=self._proxy)


class _Body(httpx.SyncByteStream):
    """The library's body under the other library's name."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()
