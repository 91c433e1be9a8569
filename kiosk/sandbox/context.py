"""What every route gets besides the request: the clock, the data, the tokens, the faults, the codes, the webhooks.

One :class:`Sandbox` a server; nothing here is global. Knows no route.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar

from kiosk.sandbox import ids
from kiosk.sandbox.codes import Outbox
from kiosk.sandbox.errors import Fault
from kiosk.sandbox.faults import Faults
from kiosk.sandbox.replies import Doc, bare, sealed, stamp
from kiosk.sandbox.storage import Store
from kiosk.sandbox.tokens import Tokens
from kiosk.sandbox.webhooks import Webhooks

P = ParamSpec("P")
T = TypeVar("T")


class Part(Protocol):
    """Something a room of routes keeps for as long as the sandbox runs (the face engine)."""

    def close(self) -> None:
        """Called once, after the last request."""
        ...


PartT = TypeVar("PartT", bound=Part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What ``kiosk sandbox`` was told.

    Attributes:
        data: folder of the data.
        fault: what goes wrong, as :mod:`kiosk.sandbox.faults` reads it.
        seed: of the dice that are thrown for faults.
        credits: what a new account has.
        models: folder of the weights; None takes the usual one.
    """

    data: Path
    fault: str = ""
    seed: int = 0
    credits: int = 100_000
    models: Path | None = None


class Sandbox:
    """The state of one sandbox. Routes run on the server's event loop; :meth:`in_thread` takes work off it.

    Raises:
        ConfigError: the fault specification cannot be read.
        StoreError: the folder cannot be used.
    """

    def __init__(self, options: Options) -> None:
        self.options = options
        self.faults = Faults.read(options.fault, seed=options.seed)
        self.store = Store(options.data)
        self.ahead = timedelta(0)
        """How far the sandbox's clock is ahead of the machine's (``PUT /_sandbox/clock``)."""
        self.tokens = Tokens(self.store, self.now)
        self.outbox = Outbox(self.store, self.now)
        self.webhooks = Webhooks(self.store, self.now)
        self._parts: dict[object, Part] = {}
        self._parts_lock = threading.Lock()

    def close(self) -> None:
        """Close the parts and the data. After the server has stopped."""
        for each in self._parts.values():
            each.close()
        self._parts.clear()
        self.store.close()

    def part(self, make: Callable[[Sandbox], PartT]) -> PartT:
        """The one part that ``make`` (a class or function) makes, made at its first use. Any thread."""
        with self._parts_lock:
            found = self._parts.get(make)
            if found is None:
                found = self._parts[make] = make(self)
            return found  # type: ignore[return-value]  # what make made is kept under make

    async def in_thread(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run work that takes the processor's time away from the event loop."""
        return await asyncio.to_thread(function, *args, **kwargs)

    def now(self) -> datetime:
        """The sandbox's time, UTC."""
        return datetime.now(UTC) + self.ahead

    def stamp(self) -> str:
        """The sandbox's time as it stands in documents."""
        return stamp(self.now())

    def new_id(self) -> str:
        """A fresh 24-hex id."""
        return ids.object_id(self.now())

    def new(self, **fields: Any) -> Doc:
        """A document with these fields and ``_id``, ``createdAt``, ``updatedAt``, ``__v``. Not kept yet."""
        at = self.stamp()
        return {**fields, "_id": self.new_id(), "updatedAt": at, "createdAt": at, "__v": 0}

    def changed(self, doc: Doc, **fields: Any) -> Doc:
        """A copy of a document with these fields and a new ``updatedAt``. Not kept yet."""
        return {**doc, **fields, "updatedAt": self.stamp()}

    def sealed(self, data: Any) -> Doc:
        """``{data, signature, id}`` at this moment."""
        return sealed(data, self.now())

    def bare(self, data: Any) -> Doc:
        """``{data}``."""
        return bare(data)

    def charge(self, what: str, *, amount: float = 1) -> None:
        """Take credits for one call and write it down. Best inside the transaction of the call itself.

        Raises:
            Fault: 402, there are not enough.
        """
        with self.store.transaction():
            account = self.store.get("client", ids.CLIENT) or {}
            left = float(account.get("credits", 0)) - amount
            if left < 0:
                raise Fault(402, "PaymentRequired", "insufficient_credits")
            self.store.put("client", self.changed(account, credits=left))
            record = self.new(
                client=ids.CLIENT, amount=amount, status="approved", category="usage", description=what, currency="USD"
            )
            self.store.put("credit", record)

    def emit(self, event: str, of: Doc, *, flow: str) -> None:
        """Tell the webhooks of a flow, in the background. On the event loop, after the change is kept.

        Args:
            event: suffix of the contract, ``biometric_validation_validated``; the flow's type is put before it.
            of: the resource concerned; one-time codes are taken out of it.
            flow: id of the project flow.
        """
        self.webhooks.emit(event, of, flow=flow)
