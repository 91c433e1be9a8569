"""The decision stage of ``kiosk bench``: the real station without its window, in front of a person who comes and goes.

Threads, store, gallery and rules are the station's own; only the result screens are shorter. The profile is thrown away.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from kiosk.camera.stills import encode_jpeg
from kiosk.cli.wiring import building
from kiosk.domain.errors import CameraError, Code
from kiosk.domain.face import Frame, Pixels
from kiosk.domain.person import Details, PersonId
from kiosk.domain.policy import ChallengeUse, Policy
from kiosk.domain.ports import CameraInfo, Clock, Depth, Gallery, Store, Vision
from kiosk.domain.record import Consent, Enrolment
from kiosk.domain.session import states as st
from kiosk.evaluate.timing import Line, line_of
from kiosk.keys import open_vault
from kiosk.profile import Profile, open_profile
from kiosk.settings import Settings
from kiosk.station.clock import SystemClock, rfc3339
from kiosk.station.events import EventSink, Value
from kiosk.station.station import Station

DECISION_BUDGET_MS = 300.0

FPS = 30.0
AWAY_MS = 700.0
"""The person is gone this long between two visits: the tracker forgets them."""

VISIT_LIMIT_S = 20.0

PARTS = (("liveness", "guided", "live"), ("stills", "live", "captured"), ("search and record", "captured", "decided"))
"""The way from guidance met to the decision: part, from, to (names of the event stream)."""

PERSON = PersonId("00000000-0000-7000-8000-0000000000be")


class _Passer:
    """A camera at 30 frames a second before which one person comes and goes. One thread reads; any thread may send away."""

    def __init__(self, scene: Sequence[Pixels], room: Pixels, clock: Clock) -> None:
        self._scene, self._room, self._clock = scene, room, clock
        self._next_ms = 0.0
        self._seq = 0
        self._gone_until_ms = 0.0
        self._open = False

    def open(self) -> CameraInfo:
        """Start."""
        self._open, self._seq, self._next_ms = True, 0, self._clock.mono_ms()
        height, width = self._room.shape[:2]
        return CameraInfo("bench", "bench", width, height, FPS)

    def read(self) -> Frame | None:
        """The next frame, when it is due.

        Raises:
            CameraError: not open.
        """
        if not self._open:
            raise CameraError(Code.CAMERA_LOST, "bench: not open")
        now = self._clock.mono_ms()
        if self._next_ms > now:
            time.sleep((self._next_ms - now) / 1000)
        now = self._clock.mono_ms()
        self._next_ms = max(self._next_ms + 1000 / FPS, now)
        here = now >= self._gone_until_ms
        pixels = self._scene[self._seq % len(self._scene)] if here else self._room
        frame = Frame(pixels, self._seq, now)
        self._seq += 1
        return frame

    def close(self) -> None:
        """Stop."""
        self._open = False

    def go_away(self) -> None:
        """Leave, and come back after :data:`AWAY_MS`."""
        self._gone_until_ms = self._clock.mono_ms() + AWAY_MS


class _Results:
    """Times of every visit, from the station's own events."""

    def __init__(self, sent_away: Callable[[], None]) -> None:
        self._sent_away = sent_away
        self._lock = threading.Condition()
        self.decided_ms: list[float] = []
        self.parts_ms: dict[str, list[float]] = {part: [] for part, _, _ in PARTS}
        self.refused: list[str] = []

    def hear(self, line: dict[str, Value]) -> None:
        """One event; on the flow thread."""
        if line["event"] != "result":
            return
        times = line["timings_ms"]
        with self._lock:
            if line["outcome"] == "granted" and isinstance(times, dict):
                self._note(times)
            else:
                self.refused.append(str(line["reason"]))
            self._lock.notify_all()
        self._sent_away()

    def _note(self, times: Mapping[str, Value]) -> None:
        reached = {name: float(at) for name, at in times.items() if isinstance(at, int | float)}
        self.decided_ms.append(reached["decided"] - reached["guided"])
        for part, start, end in PARTS:
            self.parts_ms[part].append(reached[end] - reached[start])

    def in_words(self) -> str:
        """Median of each part of the way."""
        return ", ".join(f"{part} {median(times):.0f} ms" for part, times in self.parts_ms.items() if times)

    def wait_for(self, count: int, seconds: float) -> bool:
        """Whether so many visits have ended in time."""
        with self._lock:
            return self._lock.wait_for(lambda: len(self.decided_ms) + len(self.refused) >= count, seconds)


def decision_line(
    settings: Settings,
    scene: Sequence[Pixels],
    room: Pixels,
    visits: int,
    *,
    each: Callable[[], None] = lambda: None,
) -> Line:
    """From guidance met to the decision, offline, over this many visits of an enrolled person."""
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-", ignore_cleanup_errors=True) as folder:
        profile = open_profile(Path(folder))
        open_vault(profile.root, use_keyring=False)  # thrown away: nothing of it goes into the keyring
        results = _visits(settings, profile, _Place(scene, room), visits, each)
    note = f"face in place to offline decision, real threads and store (medians: {results.in_words()})"
    if results.refused:
        note += f"; {len(results.refused)} of {visits} not granted: {', '.join(sorted(set(results.refused)))}"
    return line_of("decision", results.decided_ms, DECISION_BUDGET_MS, note)


@dataclass(frozen=True, slots=True)
class _Place:
    scene: Sequence[Pixels]
    room: Pixels


def _visits(settings: Settings, profile: Profile, place: _Place, visits: int, each: Callable[[], None]) -> _Results:
    clock = SystemClock()
    passer = _Passer(place.scene, place.room, clock)
    results = _Results(passer.go_away)
    sink = EventSink(clock, None)
    sink.listen(results.hear)
    made = building(settings, profile, sink, lambda: passer, alone=True)
    station = Station(
        replace(
            made,
            mode=st.Mode.ACCESS,
            policy=_hurried(made.policy),
            make_gallery=lambda store: _enrolled(made.make_vision, made.make_gallery, store, place.scene, clock),
        )
    )
    station.start()
    try:
        for visit in range(1, visits + 1):
            if not results.wait_for(visit, VISIT_LIMIT_S):
                break
            each()
    finally:
        station.stop()
    return results


def _hurried(policy: Policy) -> Policy:
    """The station's limits, with short result screens and nothing that a portrait cannot answer."""
    return replace(
        policy,
        timing=replace(policy.timing, granted_ms=100.0, denied_ms=100.0, help_ms=100.0, cooldown_ms=100.0),
        liveness=replace(policy.liveness, challenge=ChallengeUse.NEVER),
        lockout=replace(policy.lockout, attacks=1_000_000),
    )


def _enrolled(
    make_vision: Callable[[], Vision],
    make_gallery: Callable[[Store], Gallery],
    store: Store,
    scene: Sequence[Pixels],
    clock: Clock,
) -> Gallery:
    """The person of the scene in the store, and the gallery made from it."""
    vision = make_vision()
    try:
        frame = Frame(scene[0], 0, clock.mono_ms())
        face = vision.look(frame, Depth.TRACK).nearest
        template = vision.embed(frame.pixels, face) if face is not None else None
    finally:
        vision.close()
    if template is None:
        raise CameraError(Code.CAMERA_LOST, "bench: the scene shows no face")
    store.enrol(
        Enrolment(
            person=PERSON,
            details=Details(first_name="Bench"),
            consent=Consent(text_version="bench", given_at=rfc3339(clock.now())),
            face_image=encode_jpeg(frame.pixels),
            templates=(template,),
        )
    )
    return make_gallery(store)
