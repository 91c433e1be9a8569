"""Which handler answers which question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from kiosk.domain.operators import Action, Operator
from kiosk.station.office.requests import OfficeRequest

if TYPE_CHECKING:
    from kiosk.station.office.tools import Tools

R = TypeVar("R", bound=OfficeRequest)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. ``operator`` is None at a desk for which nobody has been made an operator, and while somebody signs in."""

    operator: Operator | None
    rights: frozenset[Action]

    @property
    def id(self) -> str:
        """For the audit and for records: the operator's id, or empty."""
        return str(self.operator.id) if self.operator is not None else ""


Handler = Callable[[Any, Caller], object]


class Registry:
    """Filled while the station is built; read by the office's threads."""

    def __init__(self) -> None:
        """Empty."""
        self._handlers: dict[type[OfficeRequest], Handler] = {}
        self._ends: list[Callable[[], None]] = []

    def add(self, kind: type[R], handler: Callable[[R, Caller], object]) -> None:
        """One more question that can be asked.

        Raises:
            ValueError: it has a handler already.
        """
        if kind in self._handlers:
            raise ValueError(f"{kind.__name__} has a handler")
        self._handlers[kind] = handler

    def handler_of(self, request: OfficeRequest) -> Handler | None:
        """Who answers this; None for a question that this station does not know."""
        return self._handlers.get(type(request))

    def at_stop(self, end: Callable[[], None]) -> None:
        """Work of an extension's own, to be ended before the store is closed. ``end`` may block a few seconds."""
        self._ends.append(end)

    def stop(self) -> None:
        """End it."""
        for end in self._ends:
            end()


Extension = Callable[[Registry, "Tools"], None]
"""Adds questions with their handlers."""
