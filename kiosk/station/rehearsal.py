"""One visit at a time, judged as at the door, that can end in nothing: no door, no search, no record, no account.

A watcher of the flow (flow thread). While an operator has the station, the same sightings step a machine of its own, with the
same policy, until its first answer. Only the effects that look are handed on (follow, keep, capture, wipe); the rest has nobody
who does it. What is accepted is what the door would have searched for: live, and the same face from the first frame to the
capture.
"""

from __future__ import annotations

import logging
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.domain.attack_wizard import BONA_FIDE, Response, Trial
from kiosk.domain.challenge.motion import Motion, draw
from kiosk.domain.cues import cues_of
from kiosk.domain.decision import Decision, Reason
from kiosk.domain.guidance import Hint
from kiosk.domain.light.colours import draw as draw_lights
from kiosk.domain.policy import Policy
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.domain.session.machine import step
from kiosk.station.screens import Around, present
from kiosk.station.snapshot import Screen, Snapshot
from kiosk.station.vision_worker import Command

logger = logging.getLogger(__name__)

READY_MS = 3_000.0
"""From the press of the button until it counts: time to hold the thing up, and to step aside."""

LONGEST_MS = 45_000.0
"""A trial that has no answer by then has none."""

FIRST_SESSION = 1_000_000_000
"""Sessions of rehearsals are numbered from here, so that none is ever taken for a visitor's."""

NEVER_AGAIN = 4

_NEVER_MET = frozenset({Reason.NOT_GUIDED, Reason.TIMED_OUT, Reason.HELP_ASKED})
"""The gates were never met, or nobody looked: a non-response, not a refusal."""


_AROUND = Around(Snapshot(screen=Screen.OPERATOR, mode=st.Mode.ACCESS))


class Stage(StrEnum):
    """Of one trial."""

    IDLE = "idle"
    READY = "ready"
    RUNNING = "running"


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What the page may know at this moment.

    Attributes:
        species: of the trial under way; meaningless while idle.
        until_ms: when the ready time is over, monotonic.
        hint: what is asked of the face; ``ask``: of the challenge, as in a snapshot; ``light``: the screen's own colour.
        progress: 0..1.
        broken: the last trial ended because a part failed or the operator left; it counts for nothing.
    """

    stage: Stage = Stage.IDLE
    species: str = BONA_FIDE
    until_ms: float = 0.0
    hint: Hint | None = None
    ask: str = ""
    light: str = ""
    progress: float = 0.0
    broken: bool = False


class Rehearsal:
    """Runs trials one by one. :meth:`arm` and :meth:`stop` on any thread; the rest on the flow's.

    Args:
        do: hands a command to whoever has the pixels.
        answered: told of each finished trial; must not block.
    """

    def __init__(
        self,
        policy: Policy,
        now_ms: Callable[[], float],
        do: Callable[[Command], None],
        answered: Callable[[Trial], None],
    ) -> None:
        """Idle."""
        self._policy = policy
        self._now_ms = now_ms
        self._do = do
        self._answered = answered
        self._wanted: tuple[str, float] | None = None
        self._live = Live()
        self._kiosk: st.Kiosk | None = None
        self._next = FIRST_SESSION
        self._ends_ms = 0.0
        self._asked: deque[tuple[Motion, ...]] = deque(maxlen=NEVER_AGAIN)

    @property
    def live(self) -> Live:
        """This moment; any thread."""
        return self._live

    def arm(self, species: str) -> None:
        """Begin a trial after the ready time; nothing while one is under way."""
        if self._live.stage is Stage.IDLE and self._wanted is None:
            until = self._now_ms() + READY_MS
            self._live = Live(stage=Stage.READY, species=species, until_ms=until)
            self._wanted = (species, until)

    def stop(self) -> None:
        """Forget the trial under way; it counts for nothing. Its pixels go with the flow's next step."""
        self._wanted = None

    def __call__(
        self, before: st.Kiosk, event: ev.Event, after: st.Kiosk, effects: tuple[fx.Effect, ...], public: str | None
    ) -> None:
        """One step of the flow."""
        del before, effects, public
        wanted = self._wanted
        if wanted is None or not isinstance(after.phase, st.Operator) or isinstance(event, ev.PartFailed):
            self._break_off()
            return
        now = after.now_ms
        if self._kiosk is None:
            if now >= wanted[1]:
                self._begin(wanted[0], now)
            return
        if now >= self._ends_ms:
            self._end(Response.NO_ANSWER, None)
            return
        if isinstance(event, ev.Seen | ev.Captured | ev.CaptureFailed | ev.Tick):
            self._step(event)

    def _begin(self, species: str, now: float) -> None:
        self._ends_ms = now + LONGEST_MS
        self._kiosk = replace(st.begin(st.Mode.ACCESS, now_ms=now), next_session=st.SessionId(self._next))
        self._live = Live(stage=Stage.RUNNING, species=species)

    def _step(self, event: ev.Event) -> None:
        if self._kiosk is None:
            return
        self._kiosk, effects = step(self._kiosk, event, self._policy)
        self._next = self._kiosk.next_session
        # Two passes: what is looked at next is told before an answer ends the trial and wipes it.
        for effect in effects:
            if isinstance(effect, fx.Follow | fx.Keep | fx.Capture | fx.Wipe):
                self._do(effect)
        shown = self._kiosk
        for effect in effects:
            match effect:
                case fx.DrawChallenge(session):
                    sequence = draw(secrets.SystemRandom(), self._policy.active, recent=self._asked)
                    self._asked.append(sequence.motions)
                    self._step(ev.ChallengeDrawn(event.at_ms, session, sequence))
                    return
                case fx.DrawLights(session):
                    lights = draw_lights(secrets.SystemRandom(), self._policy.screen)
                    self._step(ev.LightsDrawn(event.at_ms, session, lights))
                    return
                case fx.Decide(_, _, visit):
                    self._end(Response.ACCEPTED, visit)
                    return
                case fx.Announce(_, visit, _, decision):
                    self._end(_meaning(decision), visit)
                    return
                case _:
                    pass
        self._show(shown)

    def _show(self, kiosk: st.Kiosk) -> None:
        shown = present(kiosk, self._policy, None, _AROUND)
        self._live = replace(self._live, hint=shown.hint, ask=shown.ask, light=shown.light, progress=shown.progress)

    def _end(self, response: Response, visit: st.Visit | None) -> None:
        wanted, kiosk = self._wanted, self._kiosk
        self._wipe()
        if wanted is None or kiosk is None:
            return
        self._wanted = None
        visit = visit or st.visit_of(kiosk.phase)
        cues = cues_of(visit, self._policy) if visit is not None else ()
        # Told first: nobody may begin the next trial before this one is counted.
        self._answered(Trial(wanted[0], response, cues))
        self._live = Live()

    def _break_off(self) -> None:
        if self._kiosk is not None:
            self._wipe()
        if self._live.stage is not Stage.IDLE:
            logger.info("a trial was broken off")
            self._wanted = None
            self._live = Live(broken=True)

    def _wipe(self) -> None:
        self._kiosk = None
        self._do(fx.Wipe(st.SessionId(self._next)))


def _meaning(decision: Decision) -> Response:
    return Response.NO_ANSWER if decision.reason in _NEVER_MET else Response.REFUSED
