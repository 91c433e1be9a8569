"""A transport for tests: real HTTP on loopback, no pauses between tries, operations of both kinds."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from support.camera_sources import RealClock
from support.http_server import Act, Handler

from kiosk.api.operation import Bearer, Call, Operation, Repeat
from kiosk.api.tokens import AccountToken, AccountTokens
from kiosk.api.transport import HttpTransport, Limits, Listener, Waiter
from kiosk.api.wire import Resolve, system_resolve
from kiosk.domain.errors import ApiError
from kiosk.domain.ports import Clock

READ = Operation(id="readThing", method="GET", path="/v2/things/{id}", repeat=Repeat.SAFE)
MAKE = Operation(id="makeThing", method="POST", path="/v2/things")
OPEN = Operation(id="openThing", method="GET", path="/v2/open", bearer=Bearer.NONE, repeat=Repeat.SAFE)

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzZWNyZXQifQ.c2VjcmV0LXNlY3JldC1zZWNyZXQ"


def read(within_s: float | None = 5.0, thing: str = "7") -> Call:
    return Call(operation=READ, at={"id": thing}, within_s=within_s)


def make(within_s: float | None = 5.0) -> Call:
    return Call(operation=MAKE, body={"name": "Zoraida Quispe"}, within_s=within_s)


class NoWaiting(Waiter):
    """Remembers the pauses and takes none."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses: list[float] = []

    def wait(self, seconds: float) -> bool:
        self.pauses.append(seconds)
        return super().wait(0)


@contextmanager
def transport_to(
    url: str,
    *,
    token: str = TOKEN,
    clock: Clock | None = None,
    limits: Limits | None = None,
    proxy: str = "",
    trust: ssl.SSLContext | None = None,
    resolve: Resolve = system_resolve,
    waiter: Waiter | None = None,
    jitter: Callable[[], float] = lambda: 0.0,
    listener: Listener | None = None,
    on_renewed: Callable[[AccountToken], None] | None = None,
) -> Iterator[HttpTransport]:
    """An open transport."""
    own = clock or RealClock()
    transport = HttpTransport(
        url,
        tokens=AccountTokens(AccountToken(token) if token else None, clock=own, on_renewed=on_renewed),
        clock=own,
        limits=limits,
        proxy=proxy,
        trust=trust,
        resolve=resolve,
        waiter=waiter or NoWaiting(),
        jitter=jitter,
        listener=listener,
    )
    try:
        yield transport
    finally:
        transport.close()


def always(act: Act | bytes) -> Handler:
    return lambda request: act


def in_turn(*acts: Act | bytes) -> Handler:
    rest = list(acts)
    return lambda request: rest.pop(0)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def failed(transport: HttpTransport, call: Call, kind: type[ApiError] = ApiError) -> ApiError:
    with pytest.raises(kind) as caught:
        transport.send(call)
    return caught.value
