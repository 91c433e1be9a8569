"""The demo: somebody enrols, comes back, a stranger comes, and somebody holds up a phone. Nothing about the answers is scripted.

The camera is virtual and its portraits are public-domain pictures fetched like the weights; everything behind the camera is the
station as it always runs. The tour only does what people would do: it stands before the camera and presses the buttons.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from kiosk.domain.errors import Code, KioskError
from kiosk.domain.person import Details
from kiosk.station.snapshot import Mode, Screen, Snapshot

if TYPE_CHECKING:
    from kiosk.camera.stage import Stage
    from kiosk.camera.synthetic import Scene
    from kiosk.cli.running import Ending
    from kiosk.cli.scenes import Screened
    from kiosk.domain.ports import Camera, Clock
    from kiosk.settings import Settings
    from kiosk.station.events import EventSink, Value
    from kiosk.station.station import Station
    from kiosk.vision.manifest import Pack

READY_S = 150.0
"""For start-up, which may have to fetch weights over a slow line."""

STEP_S = 60.0
READING_S = 1.2
"""How long somebody looks at a screen before they press a button."""


@dataclass(frozen=True, slots=True)
class Act:
    """One visitor: what they do, and the answer that a station that works gives."""

    says: str
    expected: tuple[str, str]


ENROLS = Act("A visitor enrols: consent, details, pictures, review.", ("granted", "enrolled"))
RETURNS = Act("The same person comes back, in another picture of them.", ("granted", "recognised"))
STRANGER = Act("A different person comes.", ("denied", "no_match"))
PHONE = Act("Somebody holds a phone with the first visitor's picture before the camera.", ("denied", "attack"))


class _Over(Exception):
    """The tour was stopped."""


class Tour:
    """Owns the virtual camera and plays the visitors on a thread of its own."""

    def __init__(self, settings: Settings, clock: Clock, screen: Screened) -> None:
        """Nothing is drawn yet. The visitors look at ``screen`` and do what is asked there."""
        self._screen = screen
        self._settings = settings
        self._clock = clock
        self._stage: Stage | None = None
        self._staged = threading.Event()
        self._stopping = threading.Event()
        self._snapshots: queue.SimpleQueue[Snapshot] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[dict[str, Value]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def packs(self) -> tuple[Pack, ...]:
        """What has to be fetched for it."""
        from kiosk.vision.manifest import Pack

        return (Pack.CORE, Pack.DEMO)

    def make_camera(self) -> Camera:
        """The virtual camera, in an empty room until the tour begins."""
        from kiosk.camera.stage import Stage

        if self._stage is None:
            self._stage = Stage(self._clock)
            self._staged.set()
        return self._stage

    def start(self, station: Station, sink: EventSink, ending: Ending) -> None:
        """Begin, once the window is there."""
        station.subscribe(self._snapshots.put)
        sink.listen(lambda line: self._results.put(line) if line["event"] in {"result", "fault"} else None)
        self._thread = threading.Thread(target=self._run, args=(station, ending), name="tour", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(3.0)

    # ------------------------------------------------------------------ the tour

    def _run(self, station: Station, ending: Ending) -> None:
        try:
            click.echo("Demo: four visits. Weights and pictures are fetched first where they are missing.", err=True)
            self._await(lambda s: s.screen is Screen.ATTRACT, READY_S)
            passed = self._visits(station)
            click.echo(f"{passed} of 4 answers are those of a station that works.", err=True)
            ending.end("demo_done", status=0 if passed == 4 else 1)
        except _Over:
            ending.end("demo_stopped", status=1)
        except KioskError as error:
            ending.end("demo_failed", error=error)

    def _visits(self, station: Station) -> int:
        passed = 0
        for act, scene in self._scenes():
            click.echo(f"- {act.says}", err=True)
            self._empty_results()
            station.choose_mode(Mode.ENROLL if act is ENROLS else Mode.ACCESS)
            if act is ENROLS:
                self._press_until_capture(station)
            self._play(scene)
            if act is ENROLS:
                self._await(lambda s: s.screen in {Screen.REVIEW, Screen.RESULT})
                self._wait(READING_S)
                station.accept_review()
            passed += self._answer(act)
            self._wait(READING_S)
            self._play(None)
            station.cancel()
            self._await(lambda s: s.screen is Screen.ATTRACT)
            self._wait(0.4)
        return passed

    def _press_until_capture(self, station: Station) -> None:
        from kiosk.ui.text import Text

        station.begin_enrolment()
        self._await(lambda s: s.screen is Screen.CONSENT)
        self._wait(READING_S)
        station.give_consent(Text(self._settings.ui.language).get("consent.version"))
        self._await(lambda s: s.screen is Screen.DETAILS)
        self._wait(READING_S)
        station.submit_details(Details(first_name="Demo", last_name="Visitor"))
        self._await(lambda s: s.screen is Screen.CAPTURE)

    def _scenes(self) -> Iterator[tuple[Act, Scene]]:
        from kiosk.camera.obeying import Obeying
        from kiosk.camera.synthetic import HeldPhone, Sitter, visit
        from kiosk.cli.scenes import Portraits
        from kiosk.settings import models_dir
        from kiosk.vision.models import ModelFiles

        files = ModelFiles(models_dir(self._settings))
        with Portraits(files) as portraits:
            enrols = portraits.relief(files.path("portrait_a"))
            returns = portraits.relief(files.path("portrait_a2"))
            stranger = portraits.relief(files.path("portrait_b"))
            shown, face = portraits.face(files.path("portrait_a"))
        visitors = ((ENROLS, enrols), (RETURNS, returns), (STRANGER, stranger))
        for seed, (act, relief) in enumerate(visitors, start=1):
            yield act, Sitter(relief, Obeying(visit(seed=seed), shown=self._screen.asked), seed=seed)
        yield PHONE, HeldPhone(shown, face.landmarks, seed=4)

    def _answer(self, act: Act) -> bool:
        line = self._take_result()
        answer = (str(line["outcome"]), str(line["reason"]))
        saw = [f"{answer[0]} ({answer[1]})"]
        for name in ("similarity", "liveness"):
            if line[name] is not None:
                saw.append(f"{name} {line[name]}")
        timings = line["timings_ms"]
        if isinstance(timings, dict) and isinstance(timings["decided"], float) and isinstance(timings["guided"], float):
            saw.append(f"{timings['decided'] - timings['guided']:.0f} ms from face in place to the answer")
        right = answer == act.expected
        expected = "" if right else f"   EXPECTED {act.expected[0]} ({act.expected[1]})"
        click.echo(f"  {', '.join(saw)}{expected}", err=True)
        return right

    # ---------------------------------------------------------------- waiting, with deadlines

    def _play(self, scene: Scene | None) -> None:
        from kiosk.camera.synthetic import EmptyRoom

        if not self._staged.wait(STEP_S) or self._stage is None:
            raise KioskError(Code.CAMERA_CANNOT_OPEN, "the virtual camera")
        self._stage.play(scene if scene is not None else EmptyRoom())

    def _wait(self, seconds: float) -> None:
        if self._stopping.wait(seconds):
            raise _Over

    def _await(self, reached: Callable[[Snapshot], bool], seconds: float = STEP_S) -> None:
        deadline = self._clock.mono_ms() + 1000.0 * seconds
        while self._clock.mono_ms() < deadline:
            if self._stopping.is_set():
                raise _Over
            try:
                snapshot = self._snapshots.get(timeout=0.1)
            except queue.Empty:
                continue
            if snapshot.screen is Screen.FAULT and snapshot.fault is not None:
                raise _as_error(snapshot)
            if reached(snapshot):
                return
        raise KioskError(Code.INVARIANT_BROKEN, "the demo waited in vain")

    def _take_result(self) -> dict[str, Value]:
        deadline = self._clock.mono_ms() + 1000.0 * STEP_S
        while self._clock.mono_ms() < deadline:
            if self._stopping.is_set():
                raise _Over
            try:
                line = self._results.get(timeout=0.1)
            except queue.Empty:
                continue
            if line["event"] == "fault":
                raise KioskError(Code(str(line["code"])), str(line["text"]))
            return line
        raise KioskError(Code.INVARIANT_BROKEN, "the demo waited in vain for a result")

    def _empty_results(self) -> None:
        while not self._results.empty():
            self._results.get()


def _as_error(snapshot: Snapshot) -> KioskError:
    assert snapshot.fault is not None
    return KioskError(snapshot.fault, snapshot.fault_detail)
