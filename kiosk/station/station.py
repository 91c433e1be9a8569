"""The whole station: builds the threads, starts what takes long in the background, supervises, and stops in order.

Start-up in parallel: the camera opens, the store and the gallery load on the io pool, missing weights are fetched and then the
vision engine is made on its thread. Until all is there the screen says what it is busy with; what fails is a named Fault
that is tried again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from kiosk.domain.errors import CameraError, Code, InvariantBroken, KioskError
from kiosk.domain.face import Frame
from kiosk.domain.operators import Action
from kiosk.domain.policy import slowed
from kiosk.domain.ports import CameraFactory, Gallery, Store
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.station.building import Building
from kiosk.station.camera_worker import STALL_MS, CameraReport, CameraWorker
from kiosk.station.events import Reporter
from kiosk.station.flow import Flow, FlowThread
from kiosk.station.front_desk import FrontDesk
from kiosk.station.housekeeping import Housekeeping
from kiosk.station.jobs import Claims, Parts, failed
from kiosk.station.keeper import Locker
from kiosk.station.mailbox import LatestSlot, Tee
from kiosk.station.manning import Manned, Manning
from kiosk.station.opening import Opening
from kiosk.station.outside import Outside
from kiosk.station.refusals import Refusals
from kiosk.station.screens import Around, present
from kiosk.station.side_door import SideDoor
from kiosk.station.sight import Sight
from kiosk.station.snapshot import CameraState, Screen, Snapshot
from kiosk.station.vision_worker import Command
from kiosk.station.workshop import Workshop

__all__ = ["Building", "Station"]

logger = logging.getLogger(__name__)

SUPERVISE_S = 0.1
MOST_SLOWED = 4.0
FILE_STALL_MS = 20_000.0
"""A clip whose frames come late is read by a machine that is busy; there is no cable to look at."""


class Station(Manned):
    """A running kiosk. Any thread may call anything here."""

    def __init__(self, building: Building) -> None:
        """Nothing runs before :meth:`start`."""
        self._b = building
        self._clock = building.clock
        self._frames: LatestSlot[Frame] = LatestSlot()
        self._picture: LatestSlot[Frame] = LatestSlot()
        self._locker = Locker()
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="io")
        self._flow = Flow(
            st.Kiosk(phase=st.Attract(self._clock.mono_ms()), mode=building.mode, now_ms=self._clock.mono_ms()),
            policy=building.policy,
            clock=self._clock,
            eyes=self,
            pool=self._pool,
            recheck=self._recheck,
        )
        self._flow.watch(Reporter(building.sink, building.say, lambda: self._base.camera_name))
        self.refusals = Refusals(building.policy)
        self._flow.watch(self.refusals)
        self._outside = Outside(
            building, self._flow.post, codes_open=lambda is_open: self._side_door.codes_open(is_open=is_open)
        )
        self._flow.counsel = self._outside.counsel
        self._flow.codes = self._outside.codes
        self._flow.watch(self._outside.watch)
        self.workshop = Workshop(
            building.workshop,
            clock=self._clock,
            policy=building.policy,
            do=self.do,
            fps=lambda: self._camera.fps,
            use_camera=self.use_camera,
            later=self._later,
            store=lambda: self._opening.store,
        )
        self._flow.watch(self.workshop)
        self.manning = Manning(
            (*building.office, self.workshop.extension),
            clock=self._clock,
            policy=building.policy,
            kiosk=lambda: self._flow.kiosk,
            post=self._flow.post,
            refused=self.refusals,
            outside=self._outside,
            retention_days=building.retention_days,
        )
        self._flow.watch(self.manning.watch)
        desk = FrontDesk(
            replace(
                building.desk,
                operator=lambda: self.manning.signing.caller.id,
                may_override=lambda: Action.OVERRIDE_DUPLICATE in self.manning.signing.caller.rights,
            ),
            clock=self._clock,
            locker=self._locker,
            portrait=building.portrait,
            latest_frame=self.latest_frame,
            post=self._flow.post,
            later=self._later,
        )
        self._flow.watch(desk.watch)
        self._side_door = SideDoor(
            building.make_code_reader, clock=self._clock, latest_frame=self.latest_frame, post=self._flow.post
        )
        self._flow.watch(self._side_door.watch)
        self._flow.watch(self._publish)
        super().__init__(self._flow.post, self._clock, desk)
        self._flow_thread = FlowThread(self._flow)
        self._housekeeping = Housekeeping(self._clock, days=building.retention_days, later=self._later)
        self._camera = self._camera_of(building.make_camera)
        self._sight = Sight(
            building,
            frames=self._frames,
            locker=self._locker,
            post=self._flow.post,
            tell=self._tell_loading,
            on_ready=self._on_vision_ready,
        )
        self._opening = Opening(building.open_store, building.make_gallery, self._hand_out)
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, name="supervisor", daemon=True)
        self._listeners: list[Callable[[Snapshot], None]] = []
        self._base = self._outside.shown(
            Snapshot(screen=Screen.STARTING, mode=building.mode, loading="loading.station")
        )
        self._last: Snapshot | None = None
        self._camera_ended = False
        self.on_camera_ended: Callable[[], None] = lambda: None
        self.on_camera_failed: Callable[[KioskError], None] = lambda error: None

    # ------------------------------------------------------------------ life

    def start(self) -> None:
        """Start everything; returns at once."""
        self._flow_thread.start()
        self._outside.tell()
        if not self._b.camera_waits:
            self._camera.start()
        self._pool.submit(self._open_store)
        self._sight.prepare()
        self._supervisor.start()

    def stop(self) -> None:
        """End every thread that can be ended, close the store. Blocks a few seconds at most; call off the GUI's hot path."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        if self._supervisor.is_alive():
            self._supervisor.join(2.0)
        self._camera.stop()
        self._sight.stop()
        self._side_door.stop()
        self.manning.stop()
        self.workshop.stop()
        self._outside.stop()
        self.desk.stop()
        self._pool.shutdown(wait=True, cancel_futures=False)
        self._flow_thread.stop()
        self._opening.close()

    # ------------------------------------------------------------- what others see

    def subscribe(self, listener: Callable[[Snapshot], None]) -> None:
        """Tell each new snapshot, on the flow thread; the listener must not block. The newest one is told at once."""
        self._listeners.append(listener)
        listener(self._last or self._base)

    def latest_frame(self) -> Frame | None:
        """The newest camera frame for painting, of the camera on trial where there is one; None while there is none."""
        return self.workshop.preview() or self._picture.peek()

    def slow_down(self, factor: float) -> None:
        """See Intents."""
        own, wanted = self._b.policy, min(MOST_SLOWED, max(1.0, factor))
        self._flow.use_policy(replace(own, timing=slowed(own.timing, wanted)) if wanted > 1.0 else own)

    @property
    def beat_ms(self) -> float:
        """When the flow last turned, on the monotonic clock; 0.0 while it does not run."""
        return self._flow.beat_ms if self._flow_thread.alive else 0.0

    @property
    def phase(self) -> st.Phase:
        """The machine's state, for tools that watch the station from outside its threads."""
        return self._flow.kiosk.phase

    @property
    def fault(self) -> KioskError | None:
        """What is broken right now, as an error; None while everything works."""
        phase = self.phase
        if not isinstance(phase, st.Fault):
            return None
        if phase.code is Code.INVARIANT_BROKEN:
            return InvariantBroken(phase.detail)
        return KioskError(phase.code, phase.detail)

    @property
    def ready(self) -> bool:
        """Whether it can serve somebody."""
        return self._opening.store is not None and self._sight.ready

    def _later(self, work: Callable[[], None]) -> None:
        """On the io pool; what fails is the store's failure."""

        def run() -> None:
            try:
                work()
            except Exception as error:  # noqa: BLE001 - told as the store's failure and logged there
                self._flow.post(failed(self._clock, error, st.Part.STORE))

        try:
            self._pool.submit(run)
        except RuntimeError:
            logger.info("something was asked for while the station stops")

    # ---------------------------------------------------------------- flow's helpers

    def do(self, command: Command) -> None:
        """Hand a command to the vision thread; a wipe empties the locker even where that thread is dead."""
        if isinstance(command, fx.Wipe):
            self._locker.wipe(command.session)
        self._sight.do(command)

    def answered(self) -> None:
        """Let the vision thread go on to the next frame."""
        self._sight.answered()

    def _publish(
        self, before: st.Kiosk, event: ev.Event, after: st.Kiosk, effects: tuple[fx.Effect, ...], public: str | None
    ) -> None:
        del before, event, effects
        parts = self._flow.parts
        with self._lock:
            base = replace(
                self._base,
                fps=round(self._camera.fps, 0),
                dropped=self._frames.dropped,
                people=parts.gallery.people if parts is not None else 0,
            )
        snapshot = present(after, self._flow.policy, public, Around(self._completed(base), ready=self.ready))
        last = self._last
        if last is not None and replace(last, now_ms=0.0, dropped=0) == replace(snapshot, now_ms=0.0, dropped=0):
            return
        self._last = snapshot
        for listener in self._listeners:
            listener(snapshot)

    def _completed(self, base: Snapshot) -> Snapshot:
        return self.manning.shown(self.desk.shown(self._outside.shown(base)))

    def _tell_loading(self, key: str, share: float) -> None:
        with self._lock:
            self._base = replace(self._base, loading=key, loading_share=share)
        self._flow.post(ev.Tick(self._clock.mono_ms()))

    # ------------------------------------------------------------------ camera

    def use_camera(self, make: CameraFactory) -> None:
        """Work with another camera from now on. Blocks until the one before has been let go; not on the flow's thread."""
        old, self._camera = self._camera, self._camera_of(make)
        old.stop()
        self._picture.clear()
        self._camera_ended = False
        self._camera.start()

    def _camera_of(self, make: CameraFactory) -> CameraWorker:
        return CameraWorker(
            make,
            Tee(self._frames, self._picture),
            self._clock,
            self._on_camera,
            stall_ms=FILE_STALL_MS if self._b.camera_waits else STALL_MS,
        )

    def _on_camera(self, report: CameraReport) -> None:
        now = self._clock.mono_ms()
        with self._lock:
            self._base = replace(
                self._base,
                camera=report.state,
                camera_name=report.info.name if report.info is not None else self._base.camera_name,
            )
        fps = report.info.fps if report.info is not None else 0.0
        self._b.sink.emit("camera", None, state=report.state, fps=round(fps, 1), dropped=self._frames.dropped)
        if report.ended:
            self._camera_ended = True
            return
        match report.state:
            case CameraState.STALLED | CameraState.LOST:
                self._picture.clear()
                error = report.error or CameraError(Code.CAMERA_LOST)
                self._flow.post(ev.PartFailed(now, st.Part.CAMERA, error.code, error.detail))
                self.on_camera_failed(error)
            case CameraState.STREAMING | CameraState.BACK:
                self._flow.post(ev.PartBack(now, st.Part.CAMERA))
            case CameraState.OPENING:
                self._flow.post(ev.Tick(now))

    # ------------------------------------------------------------- parts that load

    def _open_store(self) -> None:
        try:
            done = self._opening.open()
        except Exception as error:  # noqa: BLE001 - told as the store's failure and logged there
            self._flow.post(failed(self._clock, error, st.Part.STORE))
        else:
            if done:
                self._flow.post(ev.PartBack(self._clock.mono_ms(), st.Part.STORE))

    def _hand_out(self, store: Store, gallery: Gallery) -> None:
        self._outside.opened(store, gallery)
        self.manning.opened(store, gallery)
        self.desk.opened(store)
        passes = self._b.passes(store)
        self._flow.parts = Parts(
            gallery=gallery,
            store=store,
            door=self._b.door,
            clock=self._clock,
            policy=self._b.policy,
            locker=self._locker,
            claims=Claims(),
            portrait=self._b.portrait,
            settle=self._outside.settle,
            passes=passes,
            operator=lambda: self.manning.signing.caller.id,
        )
        self._side_door.opened(passes=passes is not None)

    def _on_vision_ready(self) -> None:
        self._flow.post(ev.PartBack(self._clock.mono_ms(), st.Part.VISION))
        # A clip waits for the account's imports as well: they would take the first seconds' frames away from vision.
        self._outside.begin(self._camera.start if self._b.camera_waits else lambda: None)

    # ---------------------------------------------------------------- supervision

    def _recheck(self, part: st.Part) -> None:
        match part:
            case st.Part.CAMERA:
                return  # the camera worker tries by itself
            case st.Part.VISION:
                self._sight.recheck()
            case st.Part.STORE:
                self._pool.submit(self._open_store)
            case st.Part.DOOR | st.Part.STATION:
                self._flow.post(ev.PartBack(self._clock.mono_ms(), part))

    def _supervise(self) -> None:
        ended_told = False
        while not self._stopping.wait(SUPERVISE_S):
            self._camera.check()
            self._sight.check()
            self._outside.look()
            self.manning.look()
            self.workshop.check()
            self._keep_house()
            if not self._flow_thread.alive:
                logger.critical("the flow thread ended; it is started again")
                self._flow_thread = FlowThread(self._flow)
                self._flow_thread.start()
            if self._camera_ended and not ended_told and self._is_idle():
                ended_told = True
                self.on_camera_ended()

    def _keep_house(self) -> None:
        parts = self._flow.parts
        if parts is not None and isinstance(self.phase, st.Attract):
            self._housekeeping.look(parts.store, parts.gallery)

    def _is_idle(self) -> bool:
        """Nothing is under way that could still end in a result (a finite source has no more frames)."""
        busy = st.Capturing | st.Deciding | st.Submitting | st.Consent | st.DetailsForm | st.Review | st.Duplicate
        return self.ready and not isinstance(self.phase, busy)
