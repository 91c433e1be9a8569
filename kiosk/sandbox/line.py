"""uvicorn's HTTP protocol, which also tells the application on which transport a request came, so that it can be broken."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from kiosk.sandbox.mishaps import LINE


class LineProtocol(H11Protocol):
    """One connection; every request's scope has its transport under ``extensions``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inner = self.app

        async def app(scope: Any, receive: Any, send: Any) -> None:
            scope.setdefault("extensions", {})[LINE] = {"transport": self.transport}
            await inner(scope, receive, send)

        self.app = app

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Have everything sent at once that is written."""
        # asyncio does so by itself only for sockets that were made with a protocol number; without it the head and the body of
        # an answer, written one after the other, wait 40 ms for the other side's acknowledgement.
        sock = transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)
