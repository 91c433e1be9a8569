"""One try: request out, answer in, whole, within its time. Every way the network has to fail becomes one code.

``maybe_done`` is decided here: the request began to leave on a connection that stood, nothing says that it was refused, and it
is one that makes something.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import TypeVar

import httpcore
import httpx

from kiosk.api.errors import LinkError, UnreadableError
from kiosk.api.operation import Operation, Repeat
from kiosk.api.pool import Lane
from kiosk.api.wire import DnsFailed, TlsFailed
from kiosk.domain.errors import ApiError, Code

T = TypeVar("T")

_ENOUGH = frozenset({401, 402, 403, 408, 425, 429})
LARGEST_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status and headers as they came (names in lower case), the body whole or empty."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)


class _TooLarge(Exception):
    """More than anybody needs."""


def exchange(
    client: httpx.Client, request: httpx.Request, lane: Lane, *, operation: Operation, proxied: bool
) -> Answer:
    """Send one request and read its answer.

    Raises:
        ApiError: no answer, or one that stopped half-way.
    """
    response = _translated(lambda: client.send(request, stream=True), lane, operation, proxied)
    headers = {name.lower(): value for name, value in response.headers.items()}
    try:
        content = _translated(lambda: _read(response), lane, operation, proxied)
    except ApiError as error:
        if response.is_success:
            raise
        if not _says_enough(response.status_code):
            raise LinkError(error.code, operation.id) from None  # refused, and nobody knows why: surely not done
        content = b""
    return Answer(status=response.status_code, headers=headers, content=content)


def _says_enough(status: int) -> bool:
    """Whether a status outside 2xx is an answer without its body."""
    return status in _ENOUGH or status >= 500


def _read(response: httpx.Response) -> bytes:
    chunks: list[bytes] = []
    size = 0
    with closing(response):
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > LARGEST_BYTES:
                raise _TooLarge
            chunks.append(chunk)
    return b"".join(chunks)


def _translated(step: Callable[[], T], lane: Lane, operation: Operation, proxied: bool) -> T:
    """Errors of the libraries as ours, and nothing of theirs behind ours: their texts repeat what was received."""
    try:
        return step()
    except Exception as error:  # noqa: BLE001 - HTTP libraries fed by strangers raise more than they say
        failure = _failure(error, lane, operation, proxied)
    raise failure


def _failure(error: Exception, lane: Lane, operation: Operation, proxied: bool) -> ApiError:
    maybe_done = lane.sent and operation.repeat is Repeat.NEVER
    broken = Code.API_REPLY_LOST if lane.sent else Code.API_PROXY if proxied else Code.API_NO_LINK
    status = 0
    match error:
        case TlsFailed():
            code = Code.API_TLS
        case DnsFailed():
            code = Code.API_PROXY if proxied else Code.API_DNS
        case httpcore.ProxyError():
            code = Code.API_PROXY
            status = 407 if str(error).startswith("407") else 0
        case httpcore.TimeoutException():
            code = Code.API_TIMEOUT
        case httpcore.NetworkError():
            code = broken
        case httpcore.ProtocolError() if lane.wire.ended or lane.http2 or not lane.sent:
            code = broken
        case _:  # before sending: the client was closed meanwhile
            code = Code.API_UNREADABLE if lane.sent else Code.API_NO_LINK
    kind = UnreadableError if code is Code.API_UNREADABLE else LinkError
    return kind(code, operation.id, status=status, maybe_done=maybe_done)
