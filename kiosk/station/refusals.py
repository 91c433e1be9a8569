"""The last refusals, explained: in memory only, for the operator. Watches the flow and decides nothing.

What is kept holds no pixel, no template and no name: cues with their limits, and the session as landmarks. Leaving the operator's
screens, or the program, forgets it; nothing is written.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

from kiosk.domain.decision import Reason
from kiosk.domain.explain import Explanation, PassiveSeen, explain
from kiosk.domain.policy import Policy
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st

KEPT = 5

EXPLAINED = frozenset({Reason.ATTACK, Reason.LIVENESS_UNSURE, Reason.FACE_CHANGED, Reason.FACE_LOST})


@dataclass(frozen=True, slots=True)
class Refusal:
    """One of them; ``session`` is the opaque id of the event stream, ``at_ms`` on the monotonic clock."""

    session: str | None
    at_ms: float
    explanation: Explanation


class Refusals:
    """A watcher of the flow (flow thread); :meth:`last` may be called from any thread."""

    def __init__(self, policy: Policy) -> None:
        """Nothing was refused yet."""
        self._policy = policy
        self._lock = threading.Lock()
        self._kept: deque[Refusal] = deque(maxlen=KEPT)
        self._passive = PassiveSeen()

    def __call__(
        self, before: st.Kiosk, event: ev.Event, after: st.Kiosk, effects: tuple[fx.Effect, ...], public: str | None
    ) -> None:
        """One step of the machine."""
        if isinstance(event, ev.Seen):
            visit = st.visit_of(after.phase)
            self._passive = self._passive.add(event.sighting.passive, visit.session if visit is not None else None)
        for effect in effects:
            if isinstance(effect, fx.Announce) and effect.decision.reason in EXPLAINED:
                told = explain(effect.visit, effect.decision, self._policy, self._passive)
                with self._lock:
                    self._kept.append(Refusal(public, after.now_ms, told))
            elif isinstance(effect, fx.Wipe):
                self._passive = PassiveSeen()

    def last(self) -> tuple[Refusal, ...]:
        """The newest first."""
        with self._lock:
            return tuple(reversed(self._kept))

    def forget(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._kept.clear()
