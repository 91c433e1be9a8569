"""Receipts at the desk: whose is it? The code names a record and opens nothing; who may see it is asked as for any record."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from kiosk.domain.face import Pixels
from kiosk.domain.operators import Action
from kiosk.domain.person import PersonId
from kiosk.domain.receipt import person_of
from kiosk.station.office.registry import Caller, Extension, Registry
from kiosk.station.office.requests import OfficeRequest
from kiosk.station.office.tools import Tools


@dataclass(frozen=True, slots=True, eq=False)
class ReadReceipt(OfficeRequest):
    """Is there a receipt in this picture? -> :class:`ReceiptRead`. The picture is kept by nobody; BGR, height x width x 3."""

    needs: ClassVar[Action] = Action.SEE_PEOPLE
    stays: ClassVar[bool] = False
    pixels: Pixels = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReceiptRead:
    """``person``: whose receipt it is. ``other``: there is a code, but none of a receipt."""

    person: PersonId | None = None
    other: bool = False


class Reads(Protocol):
    """The texts of the QR codes in a picture."""

    def __call__(self, pixels: Pixels, /) -> tuple[str, ...]:
        """Any thread."""
        ...


def receipts(make_reader: Callable[[], Reads]) -> Extension:
    """The question of the receipt's view; the reader is made when it is first asked."""

    def extension(registry: Registry, tools: Tools) -> None:
        del tools
        lock = threading.Lock()
        made: list[Reads] = []

        def read(request: ReadReceipt, caller: Caller) -> ReceiptRead:
            del caller
            with lock:
                if not made:
                    made.append(make_reader())
            found = made[0](request.pixels)
            people = {each for each in map(person_of, found) if each is not None}
            return ReceiptRead(people.pop()) if len(people) == 1 else ReceiptRead(other=bool(found))

        registry.add(ReadReceipt, read)

    return extension
