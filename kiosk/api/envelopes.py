"""What an answer is wrapped in, taken off. Three ways to send one object, five to send a list; anything else is unreadable.

    one    {data} · {data, signature, id} · {success, data} · the bare object
    many   {data, total, limit, page, pages} · {data, pagination} · {data: {docs}} · {data, total} · the bare list

The text of an error names fields only, never a value: an answer holds faces, names and tokens.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Generic, TypeVar, get_args

from pydantic import ValidationError

from kiosk.api.model import Model
from kiosk.api.operation import Repeat, Reply
from kiosk.domain.errors import ApiError, Code

M = TypeVar("M", bound=Model)

_PATHS_NAMED = 8
_COUNTS = {
    "total": ("total", "totalDocs"),
    "page": ("page",),
    "pages": ("pages", "totalPages"),
    "limit": ("limit", "perPage"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[M]):
    """One page of a list. What the server did not say is None; ``page`` counts from 1."""

    items: tuple[M, ...] = field(repr=False)
    total: int | None = None
    page: int | None = None
    pages: int | None = None
    limit: int | None = None

    def __iter__(self) -> Iterator[M]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def one(reply: Reply, model: type[M]) -> M:
    """The one object of an answer.

    Raises:
        ApiError: ``api_unreadable``; ``maybe_done`` where the operation makes something.
    """
    body = reply.body
    if isinstance(body, Mapping) and "data" in body:
        body = body["data"]
    if not isinstance(body, Mapping):
        raise unreadable(reply, f"no object for {model.__name__}")
    return _parsed(reply, model, body)


def many(reply: Reply, model: type[M]) -> Page[M]:
    """The page of a list answer, wherever its counts stand.

    Raises:
        ApiError: ``api_unreadable``; ``maybe_done`` where the operation makes something.
    """
    body = reply.body
    items: Any = body
    counts: Mapping[str, Any] = {}
    if isinstance(body, Mapping):
        items, counts = body.get("data", body.get("docs")), body
        if isinstance(items, Mapping):
            counts = {**body, **items}
            items = items.get("docs")
        if isinstance(body.get("pagination"), Mapping):
            counts = body["pagination"]
    if not isinstance(items, list):
        raise unreadable(reply, f"no list of {model.__name__}")
    read: list[M] = []
    for number, item in enumerate(items):
        if not isinstance(item, Mapping):
            raise unreadable(reply, f"{model.__name__}[{number}] is no object")
        read.append(_parsed(reply, model, item))
    return Page(items=tuple(read), **{name: _count(counts, keys) for name, keys in _COUNTS.items()})


def raw(reply: Reply) -> Any:
    """What stands in ``data``, or the whole body where there is no such field; unread."""
    body = reply.body
    return body["data"] if isinstance(body, Mapping) and "data" in body else body


def unreadable(reply: Reply, detail: str) -> ApiError:
    """The error of a 2xx answer that nobody can read. ``detail`` names fields, never values."""
    operation = reply.operation
    head = f"{operation.id}: " if operation is not None else ""
    done = operation is not None and operation.repeat is Repeat.NEVER
    return ApiError(Code.API_UNREADABLE, head + detail, status=reply.status, maybe_done=done)


def _parsed(reply: Reply, model: type[M], body: Mapping[str, Any]) -> M:
    try:
        return model.model_validate(body)
    except ValidationError as error:
        paths = [_path(entry["loc"], _names(model)) for entry in error.errors(include_input=False, include_url=False)]
    except RecursionError:
        paths = ["nested too deeply"]
    shown = ", ".join(dict.fromkeys(paths[:_PATHS_NAMED]))
    raise unreadable(reply, f"{model.__name__}: {shown}")  # outside of the except: the cause holds what was received


def _path(at: tuple[int | str, ...], names: frozenset[str]) -> str:
    """Where in the object; a key that is not a field of ours may be anything, so it stays unnamed."""
    return ".".join(str(part) if isinstance(part, int) or part in names else "*" for part in at) or "(whole)"


@lru_cache(maxsize=256)
def _names(model: type[Model]) -> frozenset[str]:
    """Wire names of a model and of the models in it."""
    names: set[str] = set()
    waiting: list[type[Model]] = [model]
    seen: set[type[Model]] = set()
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        for name, info in current.model_fields.items():
            names.update((name, info.alias or name))
            waiting.extend(_models_in(info.annotation))
    return frozenset(names)


def _models_in(annotation: Any) -> Iterator[type[Model]]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _count(counts: Mapping[str, Any], keys: tuple[str, ...]) -> int | None:
    """A count from the first key that has a usable one; a count that is none is not worth losing the list for."""
    for key in keys:
        value = counts.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
    return None
