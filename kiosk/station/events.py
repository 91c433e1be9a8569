"""The event stream: JSON lines for integrators, and the reporter that makes them from the machine's steps.

The lines are part of the public contract. No line holds an image, a template or a token; a name only in ``result.person``.
"""

from __future__ import annotations

import json
import logging
import math
import threading
from collections.abc import Callable
from typing import IO

from kiosk.domain.decision import Decision, Outcome, Reason
from kiosk.domain.errors import Code
from kiosk.domain.face import Sighting
from kiosk.domain.guidance import Hint
from kiosk.domain.ports import Clock
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.station.clock import rfc3339
from kiosk.station.screens import screen_of

logger = logging.getLogger(__name__)

Value = str | float | int | bool | None | dict[str, "Value"] | list["Value"]
Listener = Callable[[dict[str, Value]], None]


class EventSink:
    """Writes event lines and tells listeners. Any thread.

    Args:
        stream: where lines go, or None; a reader that goes away ends the writing, not the station.
    """

    def __init__(self, clock: Clock, stream: IO[str] | None) -> None:
        """Nothing is written yet."""
        self._clock = clock
        self._stream = stream
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Tell this one too, on whichever thread an event comes from."""
        self._listeners.append(listener)

    def mono_ms(self) -> float:
        """The clock that the lines are stamped with."""
        return self._clock.mono_ms()

    def emit(self, event: str, session: str | None = None, **keys: Value) -> None:
        """One line."""
        line: dict[str, Value] = {
            "time": rfc3339(self._clock.now()),
            "mono_ms": round(self._clock.mono_ms(), 1),
            "session": session,
            "event": event,
            **keys,
        }
        with self._lock:
            if self._stream is not None:
                try:
                    self._stream.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")
                    self._stream.flush()
                except (OSError, ValueError):
                    logger.warning("nobody reads the event stream any more; it is closed")
                    self._stream = None
        for listener in self._listeners:
            listener(line)


SYNTHETIC = "synthetic"
"""How the names of drawn cameras begin, and the cue that is told of them."""


class Reporter:
    """A watcher of the flow that emits what changed. Flow thread only.

    Args:
        say: the sentence of an error code.
        camera: name of the camera that is open.
    """

    def __init__(self, sink: EventSink, say: Callable[[Code], str], camera: Callable[[], str] = lambda: "") -> None:
        """Nothing was told yet."""
        self._camera = camera
        self._sink = sink
        self._say = say
        self._sighting: Sighting | None = None
        self._screen = ""

    def __call__(
        self, before: st.Kiosk, event: ev.Event, after: st.Kiosk, effects: tuple[fx.Effect, ...], public: str | None
    ) -> None:
        """One step of the machine."""
        if isinstance(event, ev.Seen):
            self._sighting = event.sighting
        session = public if st.visit_of(after.phase) is not None else None
        self._guidance(before, after, session)
        self._liveness(before, after, public)
        if isinstance(after.phase, st.Deciding) and isinstance(before.phase, st.Capturing):
            self._captured(session)
        self._screens(after, session)
        for effect in effects:
            match effect:
                case fx.Announce():
                    self._result(effect, public)
                case fx.OpenDoor():
                    self._sink.emit("door", public, command="open", state="requested")
                case _:
                    pass
        if isinstance(after.phase, st.Fault) and not isinstance(before.phase, st.Fault):
            fault = after.phase
            said = self._say(fault.code)
            text = f"{said} ({fault.detail})" if fault.detail else said
            self._sink.emit("fault", None, code=fault.code, part=fault.part, text=text)

    def _screens(self, after: st.Kiosk, session: str | None) -> None:
        screen = screen_of(after.phase)
        if screen != self._screen:
            self._screen = screen
            self._sink.emit("screen", session, screen=screen)

    def _guidance(self, before: st.Kiosk, after: st.Kiosk, session: str | None) -> None:
        new = st.visit_of(after.phase)
        if new is None or not isinstance(after.phase, st.Following):
            return
        old = st.visit_of(before.phase)
        shown = new.guidance.shown
        same = old is not None and old.session == new.session and old.guidance.shown is shown
        if not same and shown is not Hint.NO_FACE:
            self._sink.emit("guidance", session, hint=shown)

    def _liveness(self, before: st.Kiosk, after: st.Kiosk, public: str | None) -> None:
        visit = st.visit_of(after.phase)
        if visit is None or type(before.phase) is type(after.phase):
            return
        match after.phase:
            case st.Liveness():
                state = "passive"
            case st.Challenge() | st.Lighting():
                state = "challenge"
            case st.Capturing():
                state = "live"
            case st.Denied(_, _, Decision(Reason.ATTACK)):
                state = "attack"
            case st.Denied(_, _, Decision(Reason.LIVENESS_UNSURE)):
                state = "inconclusive"
            case _:
                return
        score = None if visit.score is None else round(visit.score, 4)
        self._sink.emit("liveness", public, state=state, score=score, cue=self._weakest_cue())

    def _weakest_cue(self) -> str | None:
        if self._camera().startswith(SYNTHETIC):
            return SYNTHETIC  # whatever it scores, it is nobody
        passive = self._sighting.passive if self._sighting is not None else None
        if passive is not None and passive.vetoes:
            return passive.vetoes[0]
        if passive is None or not passive.cues:
            return None
        return min(passive.cues, key=lambda name: passive.cues[name])

    def _captured(self, session: str | None) -> None:
        sighting = self._sighting
        measures = sighting.measures if sighting is not None else None
        face = sighting.nearest if sighting is not None else None
        quality: dict[str, Value] = {}
        if measures is not None and face is not None:
            quality = {
                name: round(value, 3)
                for name, value in {
                    "sharpness": measures.sharpness,
                    "brightness": measures.brightness,
                    "contrast": measures.contrast,
                    "clipped": measures.clipped,
                    "backlight": measures.backlight,
                    "occlusion": measures.occlusion,
                    "interocular_px": face.interocular_px,
                    "yaw": face.pose.yaw,
                    "pitch": face.pose.pitch,
                    "roll": face.pose.roll,
                }.items()
                if math.isfinite(value)
            }
        width, height = (sighting.width, sighting.height) if sighting is not None else (0, 0)
        self._sink.emit("captured", session, quality=quality, width=width, height=height)

    def _age_s(self, decision: Decision) -> float:
        """How long it has been true."""
        return 0.0 if decision.since_ms is None else max(0.0, (self._sink.mono_ms() - decision.since_ms) / 1000.0)

    def _result(self, effect: fx.Announce, public: str | None) -> None:
        decision, visit = effect.decision, effect.visit
        person: dict[str, Value] | None = None
        if effect.outcome is Outcome.GRANTED and decision.person is not None:
            person = {"id": str(decision.person), "name": decision.name}
        times = visit.times
        since: dict[str, Value] = {
            name: None if at is None else round(at - times.began, 1)
            for name, at in {
                "first_face": times.first_face,
                "guided": times.guided,
                "live": times.live,
                "captured": times.captured,
                "decided": times.decided,
            }.items()
        }
        since["total"] = round(effect.total_ms, 1)
        self._sink.emit(
            "result",
            public,
            kind="onboarding" if visit.enrolling else "login",
            outcome=effect.outcome,
            reason=decision.reason,
            truth=decision.truth,
            truth_reason=decision.because,
            truth_age_s=round(self._age_s(decision), 3),
            person=person,
            similarity=None if decision.similarity is None else round(decision.similarity, 4),
            liveness=None if visit.score is None else round(visit.score, 4),
            timings_ms=since,
        )
