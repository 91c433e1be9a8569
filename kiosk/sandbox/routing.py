"""How a route is written, and everything that is alike for all of them: who may call, JSON in, JSON out, documented statuses.

    @route("POST", "/v2/things", operation="createThing", answers=(200, 401, 409))
    async def create(request: Request, sandbox: Sandbox) -> Doc | Reply: ...

A route is called after its bearer was checked; ``caller(request)`` says who that is, ``await body(request)`` is the JSON
object. It returns the body of a 200, or a :class:`Reply`, or raises :class:`Fault`. Knows no resource.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from starlette.requests import ClientDisconnect, Request

from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault, invalid, missing
from kiosk.sandbox.replies import Doc, Reply
from kiosk.sandbox.tokens import Claims, Kind

Handler = Callable[[Request, Sandbox], Awaitable["Doc | Reply"]]


class Refusal(Enum):
    """Which of the documented bodies a resource sends for a missing (401) and for a wrong token (403)."""

    FACE = "face"
    """``{code: UNAUTHORIZED, message: Authentication required}``, ``{code: FORBIDDEN, message: token_expired}``: most."""
    FORBIDDEN = "forbidden"
    """``{code: Forbidden, message: Access forbidden}``: persons, collections, app registrations, v3."""
    RENEWAL = "renewal"
    """``{code: Unauthorized, message: Invalid or expired token.}``"""
    CREDITS = "credits"
    """``{error: Unauthorized, message: UNAUTHORIZED}``"""
    ACCOUNT = "account"
    """``{error: Unauthorized}``, ``{error: Forbidden}``"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One operation of the contract and what answers it."""

    method: str
    path: str
    operation: str
    bearer: tuple[Kind, ...]
    answers: tuple[int, ...]
    refusal: Refusal
    handler: Handler


def route(
    method: str,
    path: str,
    *,
    operation: str,
    answers: tuple[int, ...],
    bearer: Kind | tuple[Kind, ...] | None = Kind.ACCOUNT,
    refusal: Refusal = Refusal.FACE,
) -> Callable[[Handler], Route]:
    """Make a :class:`Route` of a handler.

    Args:
        method: upper case.
        path: with ``{name}`` places; those are in ``request.path_params``.
        operation: ``operationId`` in the contract.
        answers: every status that the contract documents for it.
        bearer: kinds of token that it takes; None where anybody may call (a token that is sent is then not looked at).
        refusal: body for a missing or wrong token.
    """
    kinds = (bearer,) if isinstance(bearer, Kind) else bearer or ()

    def made(handler: Handler) -> Route:
        return Route(
            method=method,
            path=path,
            operation=operation,
            bearer=kinds,
            answers=answers,
            refusal=refusal,
            handler=handler,
        )

    return made


_INSTEAD = {
    401: (403,),  # a token that is missing or wrong must not look like anything else, documented or not
    402: (409, 403),
    403: (401,),
    404: (409, 400, 412, 403, 401),
    409: (400, 422, 412, 404, 403, 401),
    410: (409, 400, 412),
    412: (409, 422, 400, 404, 403, 401),
    422: (409, 400, 412, 404, 403, 401),
}


def documented(status: int, answers: Iterable[int]) -> int:
    """The status itself where the operation documents it, else the nearest one that it does (a 5xx stays what it is)."""
    known = tuple(answers)
    if status in known:
        return status
    return next((other for other in _INSTEAD.get(status, ()) if other in known), status)


def caller(request: Request) -> Claims:
    """Whose token came with the request. Only for routes with a bearer."""
    claims: Claims = request.state.claims
    return claims


def says_what_is_wrong(request: Request) -> bool:
    """Whether the operation documents any status for bad input; else what cannot be understood is passed over."""
    found: Route = request.state.route
    return bool({400, 409, 412, 422} & set(found.answers))


def admit(request: Request, sandbox: Sandbox, found: Route) -> None:
    """Check the bearer and keep it for :func:`caller`.

    Raises:
        Fault: 401 without a token of ours, 403 with one whose time is over or whose kind is another one.
    """
    if not found.bearer:
        return
    claims = sandbox.tokens.read(_bearer(request.headers))
    if claims is None:
        raise _unauthenticated(found.refusal)
    if claims.kind not in found.bearer:
        raise _wrong_kind(found.refusal)
    if claims.ended:
        raise _ended(found.refusal)
    request.state.claims = claims


async def body(request: Request) -> Doc:
    """The JSON object that was sent; ``{}`` where nothing was.

    Raises:
        Fault: 409, it is not a JSON object.
    """
    try:
        raw = await request.body()
    except ClientDisconnect:
        raise Fault(400, "BadRequest", "the request ended early") from None
    if not raw.strip():
        return {}
    try:
        parsed = json.loads(raw, parse_float=_finite, parse_constant=_finite)
    except (ValueError, RecursionError):
        raise invalid("the body must be a JSON object\n") from None
    if not isinstance(parsed, dict):
        raise invalid("the body must be a JSON object\n")
    return parsed


def query(request: Request, name: str) -> str:
    """A query parameter that must be there.

    Raises:
        Fault: 409 ``missing <name>``.
    """
    value = request.query_params.get(name, "")
    if not value:
        raise missing(name)
    return value


def bearer_of(request: Request) -> str:
    """The token that came with the request."""
    return _bearer(request.headers)


def path_id(request: Request, name: str = "id") -> str:
    """The id in the path; what is no id at all finds nothing."""
    return str(request.path_params[name])


def encoded(content: Any) -> bytes:
    """JSON in ASCII: whatever came in as text, lone surrogates included, can be sent back."""
    return json.dumps(content, separators=(",", ":"), allow_nan=False).encode("ascii")


class Table:
    """Finds the route of a path and a method. Fixed paths go before paths with places in them."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._paths: dict[str, dict[str, Route]] = {}
        for each in routes:
            methods = self._paths.setdefault(each.path, {})
            if each.method in methods:
                raise ValueError(f"{each.method} {each.path} is there twice")
            methods[each.method] = each
        self._patterns = [
            (re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))), methods)
            for path, methods in self._paths.items()
            if "{" in path
        ]
        self.routes = tuple(each for methods in self._paths.values() for each in methods.values())

    def find(self, path: str) -> tuple[Mapping[str, Route], dict[str, str]] | None:
        """The methods of a path and the values of its places; None for an unknown path."""
        fixed = self._paths.get(path)
        if fixed is not None and "{" not in path:
            return fixed, {}
        for pattern, methods in self._patterns:
            match = pattern.fullmatch(path)
            if match:
                return methods, match.groupdict()
        return None


def _bearer(headers: Mapping[str, str]) -> str:
    """The token, with ``Bearer`` as all clients send it, with ``jwt`` (credit pages) or bare (renewal pages)."""
    words = headers.get("authorization", "").split()
    if len(words) == 2 and words[0].lower() in {"bearer", "jwt"}:
        return words[1]
    return words[0] if len(words) == 1 else ""


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("not a JSON number")
    return value


def _unauthenticated(refusal: Refusal) -> Fault:
    match refusal:
        case Refusal.FACE:
            return Fault(401, "UNAUTHORIZED", "Authentication required")
        case Refusal.FORBIDDEN:
            return Fault(401, "Forbidden", "Access forbidden")
        case Refusal.RENEWAL:
            return Fault(401, "Unauthorized", "Invalid or expired token.")
        case Refusal.CREDITS:
            return Fault.plain(401, "Unauthorized", "UNAUTHORIZED")
        case Refusal.ACCOUNT:
            return Fault.plain(401, "Unauthorized")


def _ended(refusal: Refusal) -> Fault:
    match refusal:
        case Refusal.FACE:
            return Fault(403, "FORBIDDEN", "token_expired")
        case Refusal.FORBIDDEN:
            return Fault(403, "Forbidden", "Access forbidden")
        case Refusal.ACCOUNT:
            return Fault.plain(403, "Forbidden")
        case Refusal.RENEWAL | Refusal.CREDITS:
            return _unauthenticated(refusal)


def _wrong_kind(refusal: Refusal) -> Fault:
    if refusal is Refusal.FACE:
        return Fault(403, "token_not_right", "403:token_not_right")
    return _ended(refusal)
