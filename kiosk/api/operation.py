"""One operation of the API and one call of it, as values. Resources make calls, the transport carries them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from kiosk.api.tokens import Token

Query = Mapping[str, str | int | float | bool | Sequence[str]]
"""Query parameters under their wire names; a sequence is repeated (``populates[]``)."""


class Bearer(Enum):
    """Whose token a call carries."""

    NONE = "none"
    ACCOUNT = "account"
    GIVEN = "given"
    """The one in :attr:`Call.token`: a liveness session's, an app registration's or an app login's."""


class Repeat(Enum):
    """Whether a call may go out again after its reply was lost."""

    SAFE = "safe"
    """Reading, deleting, replacing, pure computation: twice is as good as once."""
    NEVER = "never"
    """It makes something: whoever lost its reply looks first (the resolver's work)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One row of the contract.

    Attributes:
        id: ``operationId`` in the contract.
        path: with the version and ``{name}`` places, ``/v2/persons/{personId}``.
    """

    id: str
    method: str
    path: str
    bearer: Bearer = Bearer.ACCOUNT
    repeat: Repeat = Repeat.NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of an operation.

    Attributes:
        at: values for the places of the path; escaped by the transport.
        body: JSON object to send, or None for no body.
        token: where the operation's bearer is ``GIVEN``.
        within_s: the whole time, retries and reading included; None takes the client's own limit.
    """

    operation: Operation
    at: Mapping[str, str] = field(default_factory=dict)
    query: Query = field(default_factory=dict, repr=False)
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    token: Token | None = None
    within_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A 2xx answer. ``body`` is the parsed JSON, whatever it is; None for an empty body. ``operation`` is what it answers."""

    status: int
    body: Any = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    operation: Operation | None = None


class Transport(Protocol):
    """Carries calls. Any thread."""

    def send(self, call: Call) -> Reply:
        """One answer, retries included.

        Raises:
            ApiError: anything but a readable 2xx answer, as :mod:`kiosk.api.errors` draws it.
        """
        ...
