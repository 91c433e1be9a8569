"""The vision thread: takes the newest frame, looks, keeps stills of the running session, embeds them when asked.

The vision engine is created, used and closed on this thread. Commands come through a queue and are done between two frames,
or every few milliseconds when no frame comes. An engine that fails is reported as the failure of a part, never as "no face".
"""

from __future__ import annotations

import logging
import math
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from kiosk.domain.errors import Code, KioskError, ModelError
from kiosk.domain.face import Embedding, Frame, Sighting, TrackId, mean_embedding
from kiosk.domain.policy import Policy
from kiosk.domain.ports import Clock, Depth, Vision
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session.states import Part, SessionId
from kiosk.station.keeper import Evidence, Keeper, Locker, Still
from kiosk.station.mailbox import LatestSlot

logger = logging.getLogger(__name__)

Command = fx.Follow | fx.Keep | fx.Capture | fx.Witness | fx.CaptureSide | fx.Wipe

ENROL_SPACING_MS = 150.0
MIN_ENROL_STILLS = 3
CAPTURE_PATIENCE_MS = 1500.0
GLANCE_MS = 150.0
"""Who is followed is looked at again after so long, also between two stills: a track that nobody has seen for half a second is
lost, and with it the session."""
ANSWER_S = 0.02
"""A flow that is busy longer is not waited for; its commands come before a later frame."""


class VisionWorker:
    """One life of the vision thread; the supervisor makes a new one when it stops.

    Args:
        make: builds the engine; called on the vision thread (imports may take seconds).
        post: tells the flow an event; must not block.
    """

    def __init__(
        self,
        make: Callable[[], Vision],
        *,
        frames: LatestSlot[Frame],
        locker: Locker,
        clock: Clock,
        policy: Policy,
        post: Callable[[ev.Event], None],
        on_ready: Callable[[], None] = lambda: None,
    ) -> None:
        """Nothing happens before :meth:`start`."""
        self._make = make
        self._frames = frames
        self._locker = locker
        self._clock = clock
        self._policy = policy
        self._post = post
        self._on_ready = on_ready
        self._commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._answered = threading.Event()
        self._thread = threading.Thread(target=self._run, name="vision", daemon=True)
        self._following: SessionId | None = None
        self._keeper: Keeper | None = None
        self._pending: tuple[fx.Capture, float] | None = None
        self._helper = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embed")
        self._anchor: tuple[Still, Future[Embedding | None]] | None = None
        self._witnesses: list[Future[Embedding | None]] = []
        self._newest: tuple[Frame, Sighting] | None = None
        self._side: fx.CaptureSide | None = None
        self._looked_ms = -math.inf
        self.beat_ms = clock.mono_ms()
        self.ready = False
        self.analysed = 0

    def start(self) -> None:
        """Load the engine and begin to look."""
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """End the thread; the engine is closed on it."""
        self._stop.set()
        self._frames.wake()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def abandon(self) -> None:
        """Do not wait for a thread that hangs; whatever it says from now on is ignored."""
        self._stop.set()

    @property
    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def do(self, command: Command) -> None:
        """Queue a command; any thread."""
        self._commands.put(command)
        self._frames.wake()

    def answered(self) -> None:
        """The flow has judged the newest sighting; any thread."""
        self._answered.set()

    def _tell(self, event: ev.Event) -> None:
        if not self._stop.is_set():
            self._post(event)

    def _run(self) -> None:
        try:
            vision = self._make()
        except KioskError as error:
            self._tell(ev.PartFailed(self._clock.mono_ms(), Part.VISION, error.code, error.detail))
            return
        except Exception as error:  # native libraries raise what they like; it is a fault, never an empty room
            logger.exception("the vision engine could not be made")
            self._tell(ev.PartFailed(self._clock.mono_ms(), Part.VISION, Code.MODEL_BROKEN, type(error).__name__))
            return
        self.beat_ms = self._clock.mono_ms()
        self.ready = True
        self._on_ready()
        try:
            while not self._stop.is_set():
                self._turn(vision)
        except KioskError as error:
            self._tell(ev.PartFailed(self._clock.mono_ms(), Part.VISION, error.code, error.detail))
        except Exception as error:  # same as above
            logger.exception("the vision engine failed")
            self._tell(ev.PartFailed(self._clock.mono_ms(), Part.VISION, Code.VISION_STOPPED, type(error).__name__))
        finally:
            self.ready = False
            self._helper.shutdown(wait=True, cancel_futures=True)
            vision.close()

    def _turn(self, vision: Vision) -> None:
        frame = self._frames.take(0.02)
        self.beat_ms = self._clock.mono_ms()
        while not self._commands.empty():
            self._obey(vision, self._commands.get())
        if frame is not None:
            self._look(vision, frame)
        self._capture_side(vision)
        self._capture_when_ready(vision)

    def _look(self, vision: Vision, frame: Frame) -> None:
        self._looked_ms = self._clock.mono_ms()
        depth = Depth.FULL if self._following is not None else Depth.TRACK
        sighting = vision.look(frame, depth)
        self.beat_ms = self._clock.mono_ms()
        self.analysed += 1
        self._keep(vision, frame, sighting)
        self._newest = (frame, sighting) if self._following is not None else None
        self._answered.clear()
        self._tell(ev.Seen(sighting))
        self._hear(vision)

    def _glance(self, vision: Vision) -> None:
        if self._clock.mono_ms() - self._looked_ms >= GLANCE_MS:
            frame = self._frames.take(0.0)
            if frame is not None:
                self._look(vision, frame)

    def _keep(self, vision: Vision, frame: Frame, sighting: Sighting) -> None:
        keeper = self._keeper
        if keeper is None:
            return
        keeper.offer(frame.pixels, sighting)
        still = keeper.anchor
        if still is not None and (self._anchor is None or self._anchor[0] is not still):
            # The anchor's template is ready long before it is asked for: nobody waits for it.
            self._anchor = (still, self._helper.submit(vision.embed, still.pixels, still.face))

    def _hear(self, vision: Vision) -> None:
        """What this frame brought about is done before the next one is looked at; the flow answers within milliseconds."""
        self._answered.wait(ANSWER_S)
        while not self._commands.empty():
            self._obey(vision, self._commands.get())

    def _obey(self, vision: Vision, command: Command) -> None:
        match command:
            case fx.Follow(session):
                self._following = session
            case fx.Keep(session, track, wanted):
                spacing = ENROL_SPACING_MS if wanted > self._policy.matching.probe_stills else 0.0
                self._keeper = Keeper(session, track, self._policy, spacing_ms=spacing, wanted=wanted)
                self._pending = None
                self._witnesses = []
            case fx.Witness(session, track):
                self._witness(vision, session, track)
            case fx.Capture():
                self._pending = (command, self._clock.mono_ms())
            case fx.CaptureSide():
                self._side = command
            case fx.Wipe(session):
                if self._following is not None and self._following <= session:
                    self._following = None
                if self._keeper is not None and self._keeper.session <= session:
                    self._keeper = None
                    self._pending = None
                    self._anchor = None
                    self._witnesses = []
                self._newest = self._side = None
                self._locker.wipe(session)

    def _capture_when_ready(self, vision: Vision) -> None:
        if self._pending is None:
            return
        command, since_ms = self._pending
        keeper = self._keeper
        late = self._clock.mono_ms() - since_ms >= CAPTURE_PATIENCE_MS
        if keeper is not None and not keeper.full_after(command.after_ms) and not late:
            return
        self._pending = None
        mine = keeper is not None and keeper.session == command.session
        stills = keeper.best(command.after_ms) if keeper is not None and mine else ()
        answered = any(still.mono_ms >= command.after_ms for still in stills)
        seen_there = mine and len(self._witnesses) >= command.witnesses
        if len(stills) < min(command.stills, MIN_ENROL_STILLS) or not answered or not seen_there:
            self._tell(ev.CaptureFailed(self._clock.mono_ms(), command.session))
            return
        good: list[tuple[Still, Embedding]] = []
        for still in stills:
            self._glance(vision)
            if self._keeper is not keeper:
                return  # wiped, or begun anew, by what that glance brought about
            part = self._embed(vision, still)
            if part is not None:
                good.append((still, part))
        if len(good) < len(stills):
            # A still that cannot be embedded had broken geometry: inconclusive, so the whole capture is.
            self._tell(ev.CaptureFailed(self._clock.mono_ms(), command.session))
            return
        witnesses = [witness.result() for witness in self._witnesses]
        if any(witness is None for witness in witnesses):
            self._tell(ev.CaptureFailed(self._clock.mono_ms(), command.session))
            return
        self._put_away(command.session, command.track, good, [each for each in witnesses if each is not None])

    def _witness(self, vision: Vision, session: SessionId, track: TrackId) -> None:
        """The face of the frame that the flow has just judged. Embedded on the helper: nobody waits for it yet."""
        face = self._newest[1].nearest if self._newest is not None else None
        if self._newest is None or face is None or face.track != track or self._keeper is None:
            return  # one witness too few: the capture fails
        if self._keeper.session == session:
            self._witnesses.append(self._helper.submit(vision.embed, self._newest[0].pixels, face))

    def _capture_side(self, vision: Vision) -> None:
        """The newest picture, if it still shows whom the view is of; else the person is asked for it again."""
        command, self._side = self._side, None
        if command is None:
            return
        front, newest = self._locker.get(command.session), self._newest
        face = newest[1].nearest if newest is not None else None
        sameness = -1.0
        if front is not None and newest is not None and face is not None and face.track == command.track:
            template = vision.embed(newest[0].pixels, face)
            if template is not None:
                sameness = front.probe.similarity(template)
                if sameness >= self._policy.matching.same_person:
                    self._locker.add_side(command.session, command.side, template)
        at_ms = self._clock.mono_ms()
        self._tell(ev.SideCaptured(at_ms, command.session, command.track, command.side, sameness))

    def _embed(self, vision: Vision, still: Still) -> Embedding | None:
        if self._anchor is not None and self._anchor[0] is still:
            template = self._anchor[1].result()
        else:
            template = vision.embed(still.pixels, still.face)
        self.beat_ms = self._clock.mono_ms()  # several stills are one turn, and each of them a sign of life
        return template

    def _put_away(
        self,
        session: SessionId,
        track: TrackId,
        good: list[tuple[Still, Embedding]],
        witnesses: Sequence[Embedding],
    ) -> None:
        parts = tuple(part for _, part in good)
        try:
            probe = mean_embedding(parts)
        except ValueError as error:
            raise ModelError(Code.MODEL_BROKEN, "embeddings") from error
        likeness = [parts[0].similarity(part) for part in (*parts[1:], *witnesses)]
        sameness = min(likeness, default=1.0) if all(map(math.isfinite, likeness)) else -1.0
        best = max(good, key=lambda pair: pair[0].rank)[0]
        self._locker.put(Evidence(session, track, probe, parts, best))
        self._tell(ev.Captured(self._clock.mono_ms(), session, track, len(parts), sameness))
