"""Lays the faults around the application: real resets, real truncation, real silence. Knows no route.

The server's protocol puts the connection's transport into the scope (:data:`LINE`); that is what is closed and reset here.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from kiosk.sandbox.faults import Faults, Plan

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

LINE = "kiosk.line"
"""Key of a scope's ``extensions`` under which the server's protocol puts the connection's transport."""

PIECE = 16
RETRY_AFTER_S = 2

_REFUSED: dict[str, tuple[int, dict[str, str]]] = {
    "http401": (401, {"code": "UNAUTHORIZED", "message": "Authentication required"}),
    "http402": (402, {"code": "PaymentRequired", "message": "insufficient_credits"}),
    "http429": (429, {"code": "TooManyRequests", "message": "too_many_requests"}),
    "http500": (500, {"code": "ERROR", "message": "internal_error"}),
}
_PAGE = b"<!doctype html><html><body><h1>It works</h1><p>But this is a page for people.</p></body></html>"


class Mishaps:
    """The application with its faults."""

    def __init__(self, app: Asgi, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """One request."""
        plan = self._faults.draw(scope["path"])
        if plan.latency_s:
            await asyncio.sleep(plan.latency_s)
        if plan.kind == "reset":
            await _read(receive)
            reset(_line(scope))
            return await _gone(receive)
        if plan.kind in _REFUSED:
            return await _refuse(plan.kind, receive, send)
        if not plan.kind and not plan.drip_s:
            return await self._app(scope, receive, send)
        return await self._spoilt(plan, _line(scope), receive, send, *await self._carried_out(scope, receive))

    async def _spoilt(  # noqa: PLR0917 - the three of ASGI and the three of the answer
        self,
        plan: Plan,
        line: asyncio.Transport,
        receive: Receive,
        send: Send,
        start: Message,
        body: bytes,
    ) -> None:
        if plan.kind == "lost_reply":
            line.close()
            return await _gone(receive)
        if plan.kind == "truncated":
            await send(start)
            await _drip(send, body[: len(body) // 2], plan.drip_s, whole=False)
            line.close()
            return await _gone(receive)
        if plan.kind == "not_json":
            start, body = _started(200, "text/html; charset=utf-8", len(_PAGE)), _PAGE
        await send(start)
        return await _drip(send, body, plan.drip_s, whole=True)

    async def _carried_out(self, scope: MutableMapping[str, Any], receive: Receive) -> tuple[Message, bytes]:
        start: Message = {}
        body = bytearray()

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                body.extend(message.get("body", b""))

        await self._app(scope, receive, keep)
        return start, bytes(body)


def reset(line: asyncio.Transport) -> None:
    """End a connection with RST: nothing lingers, nothing is flushed."""
    sock = line.get_extra_info("socket")
    if sock is not None:
        layout = "hh" if sys.platform == "win32" else "ii"
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(layout, 1, 0))
    line.abort()


def _line(scope: MutableMapping[str, Any]) -> asyncio.Transport:
    line: asyncio.Transport = scope["extensions"][LINE]["transport"]
    return line


async def _gone(receive: Receive) -> None:
    """Until the server has noticed; it would answer 500 to a request that got no answer."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _read(receive: Receive) -> None:
    """The whole request, before it is refused: what is still being sent would hide how the connection ended, or end it."""
    while (await receive()).get("more_body", False):
        pass


async def _refuse(kind: str, receive: Receive, send: Send) -> None:
    status, body = _REFUSED[kind]
    await _read(receive)
    content = json.dumps(body).encode()
    start = _started(status, "application/json", len(content))
    if status == 429:
        start["headers"].append((b"retry-after", str(RETRY_AFTER_S).encode()))
    await send(start)
    await send({"type": "http.response.body", "body": content})


def _started(status: int, kind: str, length: int) -> Message:
    headers = [(b"content-type", kind.encode()), (b"content-length", str(length).encode())]
    return {"type": "http.response.start", "status": status, "headers": headers}


async def _drip(send: Send, body: bytes, pause_s: float, *, whole: bool) -> None:
    size = PIECE if pause_s else max(1, len(body))
    for at in range(0, len(body), size):
        if pause_s:
            await asyncio.sleep(pause_s)
        last = whole and at + size >= len(body)
        await send({"type": "http.response.body", "body": body[at : at + size], "more_body": not last})
    if not body and whole:
        await send({"type": "http.response.body", "body": b""})
