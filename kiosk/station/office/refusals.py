"""The last refusals, explained: in memory only, gone when the station stops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kiosk.domain.operators import Action
from kiosk.station.office.registry import Caller, Registry
from kiosk.station.office.requests import OfficeRequest
from kiosk.station.office.tools import Tools
from kiosk.station.refusals import Refusal


@dataclass(frozen=True, slots=True)
class ReadRefusals(OfficeRequest):
    """Who was refused and why? -> :class:`RefusalsShown`."""

    needs: ClassVar[Action] = Action.SEE_REFUSALS


@dataclass(frozen=True, slots=True)
class ForgetRefusals(OfficeRequest):
    """Keep none of them. -> :class:`RefusalsShown`."""

    needs: ClassVar[Action] = Action.SEE_REFUSALS


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalsShown:
    """The newest first; ``now_ms`` is on the same monotonic clock."""

    refusals: tuple[Refusal, ...]
    now_ms: float


def extension(registry: Registry, tools: Tools) -> None:
    """The questions of the refusals page."""

    def read(request: ReadRefusals, caller: Caller) -> RefusalsShown:
        del request, caller
        return RefusalsShown(refusals=tools.refusals.last(), now_ms=tools.clock.mono_ms())

    def forget(request: ForgetRefusals, caller: Caller) -> RefusalsShown:
        del request, caller
        tools.refusals.forget()
        return RefusalsShown(refusals=(), now_ms=tools.clock.mono_ms())

    registry.add(ReadRefusals, read)
    registry.add(ForgetRefusals, forget)
