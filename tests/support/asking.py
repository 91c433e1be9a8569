"""Asking the office of a real station, and waiting for its answer."""

from __future__ import annotations

from support.station_parts import wait_until

from kiosk.domain.errors import Code
from kiosk.station.office.requests import OfficeReply, OfficeRequest
from kiosk.station.station import Station


def answer(station: Station, request: OfficeRequest) -> object:
    """What the office says, or the code of what went wrong."""
    came: list[OfficeReply] = []
    station.ask_office(request, came.append)
    assert wait_until(lambda: bool(came)), f"no answer to {type(request).__name__}"
    (reply,) = came
    return reply.answer if reply.error is None else reply.error


def refused(station: Station, request: OfficeRequest) -> bool:
    """Whether the station says that nobody here may ask this."""
    return answer(station, request) is Code.NOT_ALLOWED
