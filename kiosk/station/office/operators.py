"""Operators, for a supervisor: list, add, disable, new PIN."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from kiosk.domain.operators import Action, Operator, OperatorId, Role
from kiosk.station.clock import rfc3339
from kiosk.station.office.registry import Caller, Registry
from kiosk.station.office.requests import OfficeRequest
from kiosk.station.office.tools import Tools


@dataclass(frozen=True, slots=True)
class ListOperators(OfficeRequest):
    """Everybody. -> :class:`OperatorsShown`, as all questions here."""

    needs: ClassVar[Action] = Action.OPERATORS


@dataclass(frozen=True, slots=True)
class AddOperator(OfficeRequest):
    """Somebody new."""

    needs: ClassVar[Action] = Action.OPERATORS
    name: str
    role: Role
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DisableOperator(OfficeRequest):
    """They sign in no more."""

    needs: ClassVar[Action] = Action.OPERATORS
    operator: OperatorId


@dataclass(frozen=True, slots=True)
class NewPin(OfficeRequest):
    """Another PIN; undoes a lock."""

    needs: ClassVar[Action] = Action.OPERATORS
    operator: OperatorId
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorsShown:
    """By name; ``me`` is who asks, ``now`` RFC 3339 UTC."""

    operators: tuple[Operator, ...]
    me: str
    now: str


def extension(registry: Registry, tools: Tools) -> None:
    """The questions of the operators page."""

    def shown(caller: Caller) -> OperatorsShown:
        return OperatorsShown(operators=tuple(tools.operators.all()), me=caller.id, now=rfc3339(tools.clock.now()))

    def everybody(request: ListOperators, caller: Caller) -> OperatorsShown:
        del request
        return shown(caller)

    def add(request: AddOperator, caller: Caller) -> OperatorsShown:
        tools.operators.add(name=request.name, role=request.role, pin=request.pin, by=caller.id)
        return shown(caller)

    def disable(request: DisableOperator, caller: Caller) -> OperatorsShown:
        tools.operators.disable(request.operator, by=caller.id)
        if request.operator == caller.id:
            tools.signing.sign_out("disabled")
        return shown(caller)

    def new_pin(request: NewPin, caller: Caller) -> OperatorsShown:
        tools.operators.set_pin(request.operator, request.pin, by=caller.id)
        return shown(caller)

    registry.add(ListOperators, everybody)
    registry.add(AddOperator, add)
    registry.add(DisableOperator, disable)
    registry.add(NewPin, new_pin)
