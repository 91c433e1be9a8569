"""A call as an address and bytes, bytes as JSON. What cannot be written or read is an error that repeats nothing of it."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn
from urllib.parse import quote, urlencode

from kiosk.api.operation import Call
from kiosk.domain.errors import ApiError, Code

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_PLACE = re.compile(r"\{(\w+)\}")


def address(call: Call) -> str:
    """Path and query, escaped.

    Raises:
        ApiError: ``api_bad_request``: a place of the path without a usable value.
    """
    values = {name: _segment(call, name, call.at.get(name, "")) for name in _PLACE.findall(call.operation.path)}
    path = _PLACE.sub(lambda found: values[found[1]], call.operation.path)
    pairs: list[tuple[str, str]] = []
    for name, value in call.query.items():
        if isinstance(value, str | int | float):
            pairs.append((name, _text(value)))
        else:
            pairs.extend((name, part) for part in value)
    try:
        return f"{path}?{urlencode(pairs, quote_via=quote)}" if pairs else path
    except UnicodeError:
        raise _bad(call, "query cannot be written") from None


def encode(call: Call) -> bytes | None:
    """The body, or None for none.

    Raises:
        ApiError: ``api_bad_request``: something JSON cannot say.
    """
    if call.body is None:
        return None
    try:
        return json.dumps(call.body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError):  # a value that is none, half a surrogate pair, a circle
        raise _bad(call, "body cannot be written") from None


def decode(content: bytes) -> Any:
    """JSON, strictly: no NaN, no half surrogate pairs, no bytes that are no text.

    Raises:
        ValueError: not JSON. Its text may repeat what came: never chain it.
    """
    try:
        value = json.loads(content, parse_constant=_no_constant)
        if _SURROGATE.search(content):
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def _segment(call: Call, name: str, value: str) -> str:
    if not value or value in {".", ".."}:  # it would be another operation's path
        raise _bad(call, f"{name} is empty")
    try:
        return quote(value, safe="")
    except UnicodeError:
        raise _bad(call, f"{name} cannot be written") from None


def _text(value: str | int | float | bool) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _bad(call: Call, detail: str) -> ApiError:
    return ApiError(Code.API_BAD_REQUEST, f"{call.operation.id}: {detail}")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
