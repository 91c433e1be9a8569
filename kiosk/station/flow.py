"""The flow: one consumer of events. Steps the machine, hands its effects to the parts, publishes what the screen may know.

``handle`` does one event and may be driven by hand with a fake clock (tests); ``run`` does it on the flow thread.
"""

from __future__ import annotations

import logging
import queue
import secrets
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Protocol, assert_never

from kiosk.domain.challenge.motion import Motion, draw
from kiosk.domain.errors import InvariantBroken
from kiosk.domain.ids import new_id
from kiosk.domain.light.colours import draw as draw_lights
from kiosk.domain.policy import Policy
from kiosk.domain.ports import Clock
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.domain.session.machine import step
from kiosk.station import enrolments, jobs
from kiosk.station.deciding import Counsel, search
from kiosk.station.proving import Sending, prove, send_code
from kiosk.station.vision_worker import Command

if TYPE_CHECKING:
    from kiosk.station.code_desk import CodeDesk

logger = logging.getLogger(__name__)

TICK_S = 0.05

NEVER_AGAIN = 4
"""So many challenges back none is asked again: a recording of one of them answers nothing."""


class Eyes(Protocol):
    """Who does the commands that need pixels."""

    def do(self, command: Command) -> None:
        """Queue it."""
        ...

    def answered(self) -> None:
        """The newest sighting has been judged, and whatever it brought about is queued."""
        ...


Watcher = Callable[[st.Kiosk, ev.Event, st.Kiosk, tuple[fx.Effect, ...], str | None], None]
"""Told of every step, on the flow thread: before, event, after, effects, public id of the session."""


class Flow:
    """Owns the machine.

    Args:
        parts: what jobs work with; None until the store and the gallery are there (a job that needs them is a fault).
        counsel, codes: the account; None without one.
        recheck: asked to try a failed part again; must not block.
    """

    def __init__(
        self,
        kiosk: st.Kiosk,
        *,
        policy: Policy,
        clock: Clock,
        eyes: Eyes,
        pool: Executor,
        recheck: Callable[[st.Part], None],
    ) -> None:
        """Nothing runs before :meth:`run` or :meth:`handle`."""
        self.kiosk = kiosk
        self.parts: jobs.Parts | None = None
        self.counsel: Counsel | None = None
        self.codes: CodeDesk | None = None
        self._policy = policy
        self._clock = clock
        self._eyes = eyes
        self._pool = pool
        self._recheck = recheck
        self._events: queue.SimpleQueue[ev.Event | None] = queue.SimpleQueue()
        self._watchers: list[Watcher] = []
        self._public: dict[st.SessionId, str] = {}
        self._asked: deque[tuple[Motion, ...]] = deque(maxlen=NEVER_AGAIN)
        self.beat_ms = clock.mono_ms()

    @property
    def policy(self) -> Policy:
        """The limits of this moment."""
        return self._policy

    def use_policy(self, policy: Policy) -> None:
        """From the next event on. Any thread."""
        self._policy = policy

    def watch(self, watcher: Watcher) -> None:
        """Call before the flow runs."""
        self._watchers.append(watcher)

    def post(self, event: ev.Event) -> None:
        """Queue an event; any thread."""
        self._events.put(event)

    def stop(self) -> None:
        """Let :meth:`run` return."""
        self._events.put(None)

    def run(self) -> None:
        """Consume events until told to stop; a tick comes when nothing else does."""
        while True:
            try:
                event = self._events.get(timeout=TICK_S)
            except queue.Empty:
                event = ev.Tick(self._clock.mono_ms())
            if event is None:
                return
            self.beat_ms = self._clock.mono_ms()
            try:
                self.handle(event)
            except Exception as error:  # our own bug must end in Fault, never in a dead flow with a live camera
                logger.critical("the flow failed on %s", type(event).__name__, exc_info=True)
                self.handle(jobs.failed(self._clock, error, st.Part.STATION))

    def drain(self) -> None:
        """Handle what is queued now; for tests that drive the flow by hand."""
        while not self._events.empty():
            event = self._events.get()
            if event is not None:
                self.handle(event)

    def handle(self, event: ev.Event) -> None:
        """One event, its effects, and the watchers. Who stands there before the store does is not looked at yet."""
        seen = isinstance(event, ev.Seen)
        if seen and self.parts is None:
            event = ev.Tick(event.at_ms)
        before = self.kiosk
        after, effects = step(before, event, self._policy)
        self.kiosk = after
        visit = st.visit_of(after.phase) or st.visit_of(before.phase)
        public = self.public_id(visit.session) if visit is not None else None
        # Told before it is done: what an effect brings about (the door's answer) never comes before the effect in the events.
        for watcher in self._watchers:
            try:
                watcher(before, event, after, effects, public)
            except Exception as error:  # who only watches must not keep a wipe or a record from being done
                logger.critical("a watcher of the flow failed", exc_info=True)
                self.post(jobs.failed(self._clock, error, st.Part.STATION))
        for effect in effects:
            self._do(effect)
        if seen:
            self._eyes.answered()

    def public_id(self, session: st.SessionId) -> str:
        """The opaque id that stands for a session outside the machine."""
        if session not in self._public:
            self._public[session] = new_id(self._clock.now())
            for old in [known for known in self._public if known < session - 50]:
                del self._public[old]
        return self._public[session]

    def _do(self, effect: fx.Effect) -> None:
        match effect:
            case fx.Follow() | fx.Keep() | fx.Capture() | fx.Witness() | fx.CaptureSide() | fx.Wipe():
                self._eyes.do(effect)
            case fx.DrawChallenge(session):
                sequence = draw(secrets.SystemRandom(), self._policy.active, recent=self._asked)
                self._asked.append(sequence.motions)
                self.post(ev.ChallengeDrawn(self._clock.mono_ms(), session, sequence))
            case fx.DrawLights(session):
                lights = draw_lights(secrets.SystemRandom(), self._policy.screen)
                self.post(ev.LightsDrawn(self._clock.mono_ms(), session, lights))
            case fx.Decide(session):
                public = self.public_id(session)
                self._job(st.Part.STORE, lambda parts: search(parts, effect, public, self.counsel, self._later))
            case fx.Submit(session):
                public = self.public_id(session)
                self._job(st.Part.STORE, lambda parts: enrolments.save(parts, effect, public))
            case fx.Prove(session):
                public = self.public_id(session)
                account = self.counsel is not None
                self._job(
                    st.Part.STORE, lambda parts: prove(parts, effect, public, account=account, codes=self._codes_of())
                )
            case fx.SendCode():
                self._job(st.Part.STORE, lambda parts: send_code(parts, effect, self._codes_of()))
            case fx.Record(session):
                public = self.public_id(session)
                self._job(st.Part.STORE, lambda parts: jobs.write_result(parts, effect, public))
            case fx.OpenDoor():
                self._job(st.Part.DOOR, lambda parts: jobs.open_door(parts.door))
            case fx.Recheck(part):
                self._recheck(part)
            case fx.Announce():
                pass  # the watchers tell it
            case _:
                assert_never(effect)

    def _codes_of(self) -> Sending | None:
        return None if self.codes is None else Sending(self.codes, self._later)

    def _later(self, work: Callable[[jobs.Parts], ev.Event | None]) -> None:
        self._job(st.Part.STORE, work)

    def _job(self, part: st.Part, work: Callable[[jobs.Parts], ev.Event | None]) -> None:
        parts = self.parts
        if parts is None:
            self.post(jobs.failed(self._clock, InvariantBroken("a job came before the store was there"), part))
            return

        def run() -> None:
            try:
                answer = work(parts)
            except Exception as error:  # noqa: BLE001 - every failure of a job is the failure of a part, told and logged
                self.post(jobs.failed(self._clock, error, part))
            else:
                if answer is not None:
                    self.post(answer)

        try:
            self._pool.submit(run)
        except RuntimeError:
            logger.info("a job came while the station stops")


class FlowThread:
    """Runs a flow until stopped."""

    def __init__(self, flow: Flow) -> None:
        """Not started."""
        self._flow = flow
        self._thread = threading.Thread(target=flow.run, name="flow", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def stop(self, timeout_s: float = 3.0) -> None:
        """End; what is queued before is still handled."""
        self._flow.stop()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
