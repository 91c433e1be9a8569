"""What waits to be sent, and each record that the account refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kiosk.domain.link import Link
from kiosk.domain.operators import Action
from kiosk.station.office.registry import Caller, Registry
from kiosk.station.office.requests import OfficeRequest
from kiosk.station.office.tools import Tools
from kiosk.station.snapshot import Queue


@dataclass(frozen=True, slots=True)
class ReadQueue(OfficeRequest):
    """What waits? -> :class:`QueueShown`."""

    needs: ClassVar[Action] = Action.DECIDE_QUEUE
    stays: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class RetryRow(OfficeRequest):
    """Send a refused record again. -> :class:`QueueShown`."""

    needs: ClassVar[Action] = Action.DECIDE_QUEUE
    row: str


@dataclass(frozen=True, slots=True)
class DropRow(OfficeRequest):
    """Give a refused record up; the reason goes into the audit. -> :class:`QueueShown`."""

    needs: ClassVar[Action] = Action.DECIDE_QUEUE
    row: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueShown:
    """``queue`` is None at a station without an account: nothing is ever sent."""

    queue: Queue | None
    link: Link


def extension(registry: Registry, tools: Tools) -> None:
    """The questions of the queue page."""

    def read(request: ReadQueue, caller: Caller) -> QueueShown:
        del request, caller
        return _shown(tools)

    def retry(request: RetryRow, caller: Caller) -> QueueShown:
        tools.outside.decide_row(request.row, None, by=caller.id)
        return _shown(tools)

    def drop(request: DropRow, caller: Caller) -> QueueShown:
        tools.outside.decide_row(request.row, request.reason, by=caller.id)
        return _shown(tools)

    registry.add(ReadQueue, read)
    registry.add(RetryRow, retry)
    registry.add(DropRow, drop)


def _shown(tools: Tools) -> QueueShown:
    return QueueShown(queue=tools.outside.read_queue(), link=tools.outside.link)
