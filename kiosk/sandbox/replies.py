"""Success bodies: the sealed envelope, the bare one, and the three kinds of list. Holds no rule of any resource."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from kiosk.sandbox import ids

Doc = dict[str, Any]
"""One JSON object."""

SEAL = "Certified by Verifik.co"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer with a status of its own; routes that answer 200 return the body alone."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def stamp(at: datetime) -> str:
    """``2030-01-02T03:04:05.678Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def moment(text: str) -> datetime:
    """The reverse of :func:`stamp`, for any RFC 3339 text.

    Raises:
        ValueError: it is not one.
    """
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def signature(at: datetime) -> Doc:
    """``{dateTime, message}``, the seal on most answers."""
    hour = at.strftime("%I").lstrip("0")
    return {"dateTime": f"{at.strftime('%B')} {at.day}, {at.year} {hour}:{at.strftime('%M %p')}", "message": SEAL}


def sealed(data: Any, at: datetime) -> Doc:
    """``{data, signature, id}``."""
    return {"data": data, "signature": signature(at), "id": ids.call_id()}


def bare(data: Any) -> Doc:
    """``{data}``."""
    return {"data": data}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Part of a list, and where it stands in the whole."""

    items: Sequence[Doc]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        """How many there are; none of nothing."""
        return -(-self.total // self.size)

    def flat(self) -> Doc:
        """``{data, total, limit, page, pages}``: app registrations, v3."""
        return {
            "data": list(self.items),
            "total": self.total,
            "limit": self.size,
            "page": self.page,
            "pages": self.pages,
        }

    def nested(self, size_name: str = "limit") -> Doc:
        """``{data, pagination: {page, limit | perPage, total, pages}}``: everywhere else."""
        counters = {"page": self.page, size_name: self.size, "total": self.total, "pages": self.pages}
        return {"data": list(self.items), "pagination": counters}
