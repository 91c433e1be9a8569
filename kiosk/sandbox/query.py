"""The query language of the lists: pages, order, filters, references to expand. Knows no resource.

Honoured: ``page``, ``limit`` or ``perPage``, ``offset``, ``sort``, ``select``, ``populates[]`` and ``with[]`` (dot paths),
``where_f``, ``in_f[]``, ``like_f``, ``?like_f`` (any of them), ``where-exists_f``, ``where>_f`` and the other comparisons,
``whereGTE_f``, ``whereLTE_f``, ``findOne``. ``populateSelects`` is taken and passed over.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from starlette.requests import Request

from kiosk.sandbox.errors import Fault, invalid
from kiosk.sandbox.replies import Doc, Page
from kiosk.sandbox.routing import says_what_is_wrong
from kiosk.sandbox.storage import Store

LARGEST = 100
_WHOLE = re.compile(r"-?[0-9]{1,300}")
Filter = Callable[[Doc], bool]

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "where>=_": operator.ge,
    "where<=_": operator.le,
    "where>_": operator.gt,
    "where<_": operator.lt,
    "whereGTE_": operator.ge,
    "whereLTE_": operator.le,
    "whereGT_": operator.gt,
    "whereLT_": operator.lt,
}


def listed(
    request: Request,
    store: Store,
    docs: Sequence[Doc],
    *,
    size_name: str = "limit",
    size: int = 10,
    equal: Iterable[str] = (),
    choices: Mapping[str, Sequence[str]] | None = None,
) -> Page:
    """The page of these documents that was asked for.

    Args:
        request: its query is honoured.
        store: where references to expand are found.
        docs: everything there is, in its natural order.
        size_name: ``limit``, or ``perPage`` on the resources that use that name.
        size: of a page when none was asked for.
        equal: parameters that are a field's name without a prefix (``project=…``).
        choices: parameters with a closed list of values.

    Raises:
        Fault: a value that cannot be used, where the operation documents a status for that; else it is passed over.
    """
    reader = _Reader(request)
    for name, allowed in (choices or {}).items():
        reader.one_of(name, allowed)
    page = reader.whole("page", default=1, lowest=1, highest=None)
    given = reader.whole(size_name, default=size, lowest=1, highest=LARGEST if size_name == "limit" else None)
    for other in {"limit", "perPage"} - {size_name}:
        given = reader.whole(other, default=given, lowest=1, highest=None)
    given = min(given, LARGEST)
    offset = reader.whole("offset", default=0, lowest=0, highest=None)
    reader.finish()
    found = ordered(request, [doc for doc in docs if all(fits(doc) for fits in filters(request, equal))])
    if request.query_params.get("findOne", "").lower() == "true":
        page, given, offset = 1, 1, 0
    start = offset + (page - 1) * given
    items = [shaped(request, store, doc) for doc in found[start : start + given]]
    return Page(items=items, total=len(found), page=page, size=given)


def whole_of(request: Request, name: str, *, default: int, lowest: int, highest: int | None) -> int:
    """An integer of the query.

    Raises:
        Fault: as :func:`listed`.
    """
    reader = _Reader(request)
    value = reader.whole(name, default=default, lowest=lowest, highest=highest)
    reader.finish()
    return value


def filters(request: Request, equal: Iterable[str] = ()) -> list[Filter]:
    """Every condition of the query; all must hold."""
    conditions: list[Filter] = []
    any_like: list[Filter] = []
    among: dict[str, set[str]] = {}
    for name, value in request.query_params.multi_items():
        if not value:
            continue
        if name in set(equal):
            conditions.append(_equals(name, value))
        elif name.startswith("in_"):
            among.setdefault(name[3:].removesuffix("[]"), set()).add(value)
        elif name.startswith("?like_"):
            any_like.append(_contains(name[6:], value))
        elif name.startswith("like_"):
            conditions.append(_contains(name[5:], value))
        elif name.startswith("where-exists_"):
            conditions.append(_exists(name[13:], wanted=value not in {"0", "false"}))
        elif name.startswith("where_"):
            conditions.append(_equals(name[6:], value))
        else:
            prefix = next((prefix for prefix in _COMPARISONS if name.startswith(prefix)), None)
            if prefix:
                conditions.append(_compares(name.removeprefix(prefix), _COMPARISONS[prefix], value))
    conditions += [_among(field, values) for field, values in among.items()]
    if any_like:
        conditions.append(lambda doc: any(fits(doc) for fits in any_like))
    return conditions


def ordered(request: Request, docs: list[Doc]) -> list[Doc]:
    """By ``sort``, several fields apart by commas or blanks; documents without the field come last."""
    for field in reversed(request.query_params.get("sort", "").replace(",", " ").split()):
        name = field.lstrip("+-")
        having = [doc for doc in docs if _at(doc, name) is not None]
        lacking = [doc for doc in docs if _at(doc, name) is None]
        having.sort(key=lambda doc, name=name: _sortable(_at(doc, name)), reverse=field.startswith("-"))  # type: ignore[misc]
        docs = having + lacking
    return docs


def shaped(request: Request, store: Store, doc: Doc) -> Doc:
    """One document with its references expanded and its fields chosen, as the query asks."""
    params = request.query_params
    for path in [*params.getlist("populates[]"), *params.getlist("populates"), *params.getlist("with[]")]:
        doc = populated(store, doc, path.split(".")[:4])
    chosen = set(params.get("select", "").replace(",", " ").split())
    if chosen and not any(name.startswith("-") for name in chosen):
        doc = {name: value for name, value in doc.items() if name in chosen or name == "_id"}
    return doc


def populated(store: Store, doc: Doc, path: Sequence[str]) -> Doc:
    """A copy whose reference at this path is the object itself. What is no reference stays as it is."""
    if not path or path[0] not in doc:
        return doc
    name, rest = path[0], path[1:]
    value = doc[name]
    if isinstance(value, list):
        return {**doc, name: [_expanded(store, name, each, rest) for each in value]}
    return {**doc, name: _expanded(store, name, value, rest)}


_NAMES = {"collections": "collection", "projectFlows": "projectFlow", "assignedCollection": "collection"}


def _expanded(store: Store, name: str, value: Any, rest: Sequence[str]) -> Any:
    if isinstance(value, str):
        value = store.get(_NAMES.get(name, name), value) or value
    return populated(store, value, rest) if isinstance(value, dict) else value


class _Reader:
    """Reads parameters and gathers what is wrong with them."""

    def __init__(self, request: Request) -> None:
        self._params = request.query_params
        self._strict = says_what_is_wrong(request)
        self._wrong: list[str] = []

    def whole(self, name: str, *, default: int, lowest: int, highest: int | None) -> int:
        if name not in self._params:
            return default
        values = self._params.getlist(name)
        text = values[-1]
        number = int(text) if _WHOLE.fullmatch(text) else None
        if number is None or len(values) > 1:
            self._wrong.append(f"{name} must be an integer\n")
            return default
        if number < lowest or (highest is not None and number > highest):
            above = f"between {lowest} and {highest}" if highest is not None else f"at least {lowest}"
            self._wrong.append(f"{name} must be {above}\n")
            return default
        return number

    def one_of(self, name: str, allowed: Sequence[str]) -> None:
        if any(value not in allowed for value in self._params.getlist(name)):
            self._wrong.append(f"{name} must be one of: [{','.join(allowed)}]")

    def finish(self) -> None:
        if self._wrong and self._strict:
            raise invalid(*self._wrong)


def bad_query() -> Fault:
    """409 in the words of the persons page."""
    return Fault(409, "INVALID_PARAMETERS", "Invalid query parameters")


def _at(doc: Doc, path: str) -> Any:
    value: Any = doc
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _values(doc: Doc, path: str) -> list[str]:
    value = _at(doc, path)
    if value is None:
        return []
    return [_text(each) for each in value] if isinstance(value, list) else [_text(value)]


def _equals(path: str, wanted: str) -> Filter:
    return lambda doc: wanted in _values(doc, path)


def _among(path: str, wanted: set[str]) -> Filter:
    return lambda doc: not wanted.isdisjoint(_values(doc, path))


def _contains(path: str, part: str) -> Filter:
    return lambda doc: any(part.casefold() in value.casefold() for value in _values(doc, path))


def _exists(path: str, *, wanted: bool) -> Filter:
    return lambda doc: (_at(doc, path) not in (None, "")) is wanted


def _compares(path: str, compare: Callable[[Any, Any], bool], limit: str) -> Filter:
    def fits(doc: Doc) -> bool:
        value = _at(doc, path)
        if isinstance(value, bool) or value is None:
            return False
        if isinstance(value, int | float):
            try:
                return compare(value, float(limit))
            except ValueError:
                return False
        return compare(_text(value), limit)

    return fits


def _sortable(value: Any) -> tuple[int, float, str]:
    if isinstance(value, int | float):
        return (0, float(value), "")
    return (1, 0.0, _text(value).casefold())
