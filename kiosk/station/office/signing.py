"""Who is signed in at this station and for how long, and the questions of the sign-in page: who works here, is this my PIN."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from kiosk.domain.operators import Action, Operator, OperatorId, PinChecked, Role, rights
from kiosk.domain.ports import Clock, Operators
from kiosk.station.office.registry import Caller, Registry
from kiosk.station.office.requests import OfficeRequest
from kiosk.station.office.tools import Tools
from kiosk.station.snapshot import Mode


@dataclass(frozen=True, slots=True)
class ListNames(OfficeRequest):
    """Who may sign in here? -> tuple of :class:`NameShown`."""

    needs: ClassVar[None] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameShown:
    """One of them, for the sign-in page. ``locked_s`` is how long they may not try, 0.0 where they may."""

    id: OperatorId
    name: str
    role: Role
    locked_s: float = 0.0


@dataclass(frozen=True, slots=True)
class SignIn(OfficeRequest):
    """Is this my PIN? -> :class:`~kiosk.domain.operators.PinChecked`; the right one signs in."""

    needs: ClassVar[None] = None
    operator: OperatorId
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LeaveKiosk(OfficeRequest):
    """May the window be closed from now on? -> True; it is written into the audit."""

    needs: ClassVar[Action] = Action.LEAVE_KIOSK


class SignedIn:
    """Any thread may call; nothing here waits.

    Args:
        idle_ms: who does nothing for so long is signed out.
        changed: called when somebody came or went, with who went and why (``button``, ``idle``, ``left``, ``stopped``).
    """

    def __init__(
        self, clock: Clock, *, idle_ms: float, mode: Callable[[], Mode], changed: Callable[[Operator | None, str], None]
    ) -> None:
        """Nobody."""
        self._clock = clock
        self._idle_ms = idle_ms
        self._mode = mode
        self._changed = changed
        self._lock = threading.Lock()
        self._operator: Operator | None = None
        self._seen_ms = clock.mono_ms()
        self._manned = False
        self._epoch = 0

    @property
    def operator(self) -> Operator | None:
        """Who is signed in; None where nobody is."""
        with self._lock:
            return self._operator

    @property
    def manned(self) -> bool:
        """Whether there are operators on record; then nobody is enrolled before one has signed in."""
        with self._lock:
            return self._manned

    @property
    def epoch(self) -> int:
        """Counts every coming and going: an answer from before is nobody's."""
        with self._lock:
            return self._epoch

    @property
    def caller(self) -> Caller:
        """Who asks right now, and what they may do."""
        desk = self._mode() is Mode.ENROLL
        with self._lock:
            operator, manned = self._operator, self._manned
        return Caller(operator, rights(operator.role if operator is not None else None, manned=manned, desk=desk))

    def read(self, operators: Operators) -> None:
        """Look whether there are operators. Reads the store.

        Raises:
            StoreError: it cannot be read.
        """
        found = operators.all()
        with self._lock:
            self._manned = bool(found)

    def sign_in(self, operators: Operators, operator: OperatorId, pin: str) -> PinChecked:
        """Check a PIN; the right one signs in, and whoever was signed in before goes. Takes a tenth of a second.

        Raises:
            StoreError: the store failed.
        """
        checked = operators.sign_in(operator, pin)
        if checked.operator is not None:
            if self.operator is not None:
                self.sign_out("button")
            with self._lock:
                self._operator, self._manned = checked.operator, True
                self._seen_ms = self._clock.mono_ms()
                self._epoch += 1
            self._changed(None, "")
        return checked

    def sign_out(self, why: str) -> Operator | None:
        """At once; who it was, None where nobody was signed in."""
        with self._lock:
            gone, self._operator = self._operator, None
            if gone is not None:
                self._epoch += 1
        if gone is not None:
            self._changed(gone, why)
        return gone

    def touch(self) -> None:
        """Somebody is there."""
        with self._lock:
            self._seen_ms = self._clock.mono_ms()

    def look(self) -> None:
        """Sign out whoever has done nothing for too long."""
        with self._lock:
            idle = self._operator is not None and self._clock.mono_ms() - self._seen_ms >= self._idle_ms
        if idle:
            self.sign_out("idle")


def extension(registry: Registry, tools: Tools) -> None:
    """The questions of the sign-in page."""

    def names(request: ListNames, caller: Caller) -> tuple[NameShown, ...]:
        del request, caller
        now = tools.clock.now()
        found = tools.operators.all()
        tools.signing.read(tools.operators)
        return tuple(
            NameShown(
                id=each.id,
                name=each.name,
                role=each.role,
                locked_s=max(0.0, (each.locked_until - now).total_seconds()) if each.locked_until is not None else 0.0,
            )
            for each in found
            if not each.disabled
        )

    def sign_in(request: SignIn, caller: Caller) -> PinChecked:
        del caller
        return tools.signing.sign_in(tools.operators, request.operator, request.pin)

    def leave(request: LeaveKiosk, caller: Caller) -> bool:
        del request
        tools.store.note(action="kiosk_left", detail=f"by={caller.id}")
        return True

    registry.add(LeaveKiosk, leave)
    registry.add(ListNames, names)
    registry.add(SignIn, sign_in)
