"""What is wrong with a request before it is sent: limits that the pages print. One place, so that no call forgets one.

Sources: the threshold table of the pages (liveness, compare, search, detect, verify), one to three pictures of a person,
one to a hundred rows of a list. Texts name fields, never values.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from kiosk.api.model import Model
from kiosk.api.operation import Operation
from kiosk.domain.errors import ApiError, Code

Range = tuple[float, float]
"""Lowest and highest, both allowed; of a list its length."""

_HALF = (0.5, 1.0)
_COMPARE = (0.67, 0.95)
_RESULTS = (1, 100)
_SOME = (1, math.inf)
_FEW = (1, 3)

LIMITS: Mapping[str, Mapping[str, Range]] = {
    "createPerson": {"images": _FEW},
    "createPersonWithLiveness": {"images": _SOME, "liveness_min_score": _HALF, "min_score": _HALF},
    "updatePerson": {"images": _FEW},
    "faceLiveness": {"liveness_min_score": _HALF},
    "faceLivenessScore": {"liveness_min_score": _HALF},
    "faceCompare": {"probe": _SOME, "gallery": _SOME, "compare_min_score": _COMPARE},
    "faceCompareLive": {"gallery": _SOME, "liveness_min_score": (0.52, 1.0), "compare_min_score": _COMPARE},
    "faceCompareWithLiveness": {"gallery": _SOME, "liveness_min_score": _HALF, "compare_min_score": _COMPARE},
    "faceSearch": {"images": _FEW, "min_score": (0.2, 1.0), "max_results": _RESULTS},
    "faceSearchLive": {"liveness_min_score": _HALF, "min_score": _HALF},
    "faceSearchActiveUser": {"liveness_min_score": _HALF, "min_score": _HALF},
    "faceSearchCrops": {"images": _SOME, "min_score": _HALF, "max_results": _RESULTS},
    "faceDetect": {"min_score": (0.7, 0.95), "max_results": _RESULTS},
    "faceVerify": {"images": _SOME, "min_score": _HALF},
}
"""Operation -> wire name -> limits."""


def wire_body(operation: Operation, request: Model) -> dict[str, Any]:
    """A request as it travels, without fields that were given as None, within the operation's limits.

    Raises:
        ApiError: ``api_bad_request`` with the name of the field; nothing was sent.
    """
    body = {name: value for name, value in request.wire().items() if value is not None}
    for name, limits in LIMITS.get(operation.id, {}).items():
        if name in body:
            in_range(operation, name, body[name], limits)
    return body


def in_range(operation: Operation, name: str, value: Any, limits: Range) -> None:
    """Refuse a number, or a list of a length, outside of its limits. A text in place of a list is one item.

    Raises:
        ApiError: ``api_bad_request`` with the name of the field; nothing was sent.
    """
    measure = 1.0 if isinstance(value, str) else float(len(value) if isinstance(value, list | tuple) else value)
    low, high = limits
    if not low <= measure <= high:
        raise bad_request(operation, name)


def paged(operation: Operation, *, page: int | None = None, limit: int | None = None) -> None:
    """Refuse a page below one and a page size outside of 1 to 100.

    Raises:
        ApiError: ``api_bad_request`` with the name of the field; nothing was sent.
    """
    if page is not None:
        in_range(operation, "page", page, _SOME)
    if limit is not None:
        in_range(operation, "limit", limit, _RESULTS)


def known(operation: Operation, name: str, value: str) -> dict[str, str]:
    """The place of a path. An empty one would be another operation: deleting nobody must not become a list, or worse.

    Raises:
        ApiError: ``api_bad_request`` with the name of the place; nothing was sent.
    """
    if not value.strip():
        raise bad_request(operation, name)
    return {name: value}


def bad_request(operation: Operation, name: str) -> ApiError:
    """The refusal of a request at our own border."""
    return ApiError(Code.API_BAD_REQUEST, f"{operation.id}: {name}")
