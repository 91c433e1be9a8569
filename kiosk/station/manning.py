"""Operators at a running station: signing in and out, who may do what, and the office. The machine only knows that one is there.

Where there are operators on record nobody is enrolled before one has signed in; asking for it opens the sign-in page, and the
right PIN goes on to the enrolment. At a door whoever leaves the office is signed out; at a desk they stay until they press the
button or do nothing for ``timing.operator_ms``.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

from kiosk.domain.errors import Code, StoreError
from kiosk.domain.operators import Action, Operator
from kiosk.domain.person import Person
from kiosk.domain.policy import Policy
from kiosk.domain.ports import Clock, Gallery, Store
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.station.buttons import Buttons
from kiosk.station.office import operators, people, queue, refusals, results, signing
from kiosk.station.office.registry import Extension, Registry
from kiosk.station.office.requests import OfficeRequest
from kiosk.station.office.room import Answer, Office
from kiosk.station.office.signing import SignedIn
from kiosk.station.office.tools import Tools
from kiosk.station.outside import Outside
from kiosk.station.refusals import Refusals
from kiosk.station.snapshot import Snapshot

logger = logging.getLogger(__name__)

STANDARD: tuple[Extension, ...] = (
    signing.extension,
    people.extension,
    results.extension,
    queue.extension,
    refusals.extension,
    operators.extension,
)


class Manning:
    """Any thread may call; nothing blocks.

    Args:
        extensions: more questions, of whoever wires the station.
        kiosk: the machine as it is now.
        post: queues an event for the flow.
    """

    def __init__(
        self,
        extensions: tuple[Extension, ...],
        *,
        clock: Clock,
        policy: Policy,
        kiosk: Callable[[], st.Kiosk],
        post: Callable[[ev.Event], None],
        refused: Refusals,
        outside: Outside,
        retention_days: int = 0,
    ) -> None:
        """Nobody is signed in."""
        self._clock = clock
        self._kiosk = kiosk
        self._post = post
        self._lock = threading.Lock()
        self._store: Store | None = None
        self._gallery: Gallery | None = None
        self._enrols_next = False
        self.signing = SignedIn(
            clock, idle_ms=policy.timing.operator_ms, mode=lambda: kiosk().mode, changed=self._on_changed
        )
        registry = self._registry = Registry()
        tools = Tools(
            clock=clock,
            policy=policy,
            signing=self.signing,
            refusals=refused,
            outside=outside,
            open_store=self._open_store,
            open_gallery=self._open_gallery,
            mode=lambda: kiosk().mode,
            begin_renewal=self._begin_renewal,
            retention_days=retention_days,
        )
        for extend in (*STANDARD, *extensions):
            extend(registry, tools)
        self.office = Office(registry, self.signing, clock, self.stay)

    # ------------------------------------------------------------------ the station's side

    def opened(self, store: Store, gallery: Gallery) -> None:
        """The store is there. Reads it.

        Raises:
            StoreError: it cannot be read.
        """
        self.signing.read(store.operators)
        with self._lock:
            self._store, self._gallery = store, gallery

    def watch(
        self, before: st.Kiosk, event: ev.Event, after: st.Kiosk, effects: tuple[fx.Effect, ...], public: str | None
    ) -> None:
        """A watcher of the flow: at a door, leaving the office signs out."""
        del event, effects, public
        if isinstance(before.phase, st.Operator) and not isinstance(after.phase, st.Operator):
            if after.mode is st.Mode.ACCESS:
                self.signing.sign_out("left")
            if isinstance(after.phase, st.Attract) and self.signing.operator is None:
                self._enrols_next = False

    def look(self) -> None:
        """Idle operators and late answers; called a few times a second."""
        if st.visit_of(self._kiosk().phase) is not None:
            self.signing.touch()  # who serves somebody is at work
        self.signing.look()
        self.office.look()

    def stop(self) -> None:
        """Before the store is closed: the audit says who was signed in to the end."""
        self.signing.sign_out("stopped")
        self.office.stop()
        self._registry.stop()

    def shown(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot with who is signed in."""
        operator = self.signing.operator
        return replace(
            snapshot,
            manned=self.signing.manned,
            operator_name=operator.name if operator is not None else "",
            operator_role=operator.role if operator is not None else None,
            may_override=Action.OVERRIDE_DUPLICATE in self.signing.caller.rights,
        )

    # ------------------------------------------------------------------ what people ask for

    def lets_enrol(self) -> bool:
        """Whether an enrolment may begin now; where an operator must sign in first, the page for it comes up."""
        with self._lock:
            if self._store is None:
                return False
        if Action.ENROL in self.signing.caller.rights:
            return True
        if self._kiosk().mode is st.Mode.ENROLL:
            self._enrols_next = True
            self.enter()
        return False

    def enter(self) -> None:
        """The gesture: the office, or the sign-in page before it."""
        at_work = bool(self.signing.caller.rights)
        self._post(ev.OperatorEntered(self._clock.mono_ms(), at_work))

    def leave(self) -> None:
        """Back to what the station is for."""
        self._enrols_next = False
        self._post(ev.OperatorLeft(self._clock.mono_ms()))

    def stay(self) -> None:
        """Somebody is there."""
        self.signing.touch()
        if isinstance(self._kiosk().phase, st.Operator):
            self._post(ev.OperatorActed(self._clock.mono_ms(), bool(self.signing.caller.rights)))

    def _begin_renewal(self, person: Person) -> None:
        self._post(ev.RenewalBegun(self._clock.mono_ms(), person.id, person.details))

    def _on_changed(self, gone: Operator | None, why: str) -> None:
        now = self._clock.mono_ms()
        if gone is not None:
            self.office.later(lambda: self._open_store().operators.signed_out(gone.id, why))
            in_office = isinstance(self._kiosk().phase, st.Operator)
            self._post(ev.OperatorLeft(now) if in_office else ev.Tick(now))
        elif self._enrols_next and self._kiosk().mode is st.Mode.ENROLL:
            self._enrols_next = False
            self._post(ev.OperatorLeft(now))
            self._post(ev.EnrolmentBegun(now))
        else:
            self._post(ev.OperatorActed(now, at_work=True))

    def _open_store(self) -> Store:
        with self._lock:
            if self._store is None:
                raise StoreError(Code.STORE_FAILED, "not open yet")
            return self._store

    def _open_gallery(self) -> Gallery:
        with self._lock:
            if self._gallery is None:
                raise StoreError(Code.STORE_FAILED, "not open yet")
            return self._gallery


class Manned(Buttons):
    """The intents of :class:`~kiosk.station.snapshot.Intents` that are about operators. Any thread; returns at once."""

    manning: Manning

    @property
    def signed_in(self) -> Operator | None:
        """Who is signed in; None where nobody is."""
        return self.manning.signing.operator

    def may(self, action: Action) -> bool:
        """Whether whoever is at the station right now may do this."""
        return action in self.manning.signing.caller.rights

    def begin_enrolment(self) -> None:
        """See Intents. Opens the sign-in page instead where an operator must sign in first."""
        if self.manning.lets_enrol():
            super().begin_enrolment()

    def open_office(self) -> None:
        """See Intents."""
        self.manning.enter()

    def close_office(self) -> None:
        """See Intents."""
        self.manning.leave()

    def sign_out(self) -> None:
        """See Intents."""
        self.manning.signing.sign_out("button")

    def operator_acts(self) -> None:
        """See Intents."""
        self.manning.stay()

    def ask_office(self, request: OfficeRequest, reply: Answer) -> None:
        """See Intents."""
        self.manning.office.ask(request, reply)
