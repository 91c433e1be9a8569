"""The ways in without a face, beside the machine: the thread that looks for a QR code in the picture of the camera.

The thread lives only while somebody holds a code to the camera; it keeps no picture, and tells a code once a session: what is
still in front of the camera after a refusal is not tried again. Codes that are not this station's are nobody's business.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from kiosk.domain.errors import KioskError
from kiosk.domain.face import Frame, Pixels
from kiosk.domain.passes import Proof, Way, read_code
from kiosk.domain.ports import Clock
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st

logger = logging.getLogger(__name__)

LOOK_AGAIN_S = 0.08
"""A code is read within a tenth of a second, and the processor has something left for the rest."""


class CodeReader(Protocol):
    """Finds QR codes."""

    def __call__(self, pixels: Pixels, /) -> tuple[str, ...]:
        """The texts of the codes in a BGR picture; keeps nothing."""
        ...


class SideDoor:
    """Any thread may call; :meth:`watch` on the flow's.

    Args:
        make_reader: on the looking thread; None where the station reads no codes.
        post: queues an event for the flow.
    """

    def __init__(
        self,
        make_reader: Callable[[], CodeReader] | None,
        *,
        clock: Clock,
        latest_frame: Callable[[], Frame | None],
        post: Callable[[ev.Event], None],
    ) -> None:
        """Nobody holds anything to the camera."""
        self._make_reader = make_reader
        self._clock = clock
        self._latest_frame = latest_frame
        self._post = post
        self._telling = threading.Lock()
        self._passes = False
        self._codes = False
        self._told: tuple[Way, ...] | None = None
        self._session: st.SessionId | None = None
        self._tried: set[str] = set()
        self._looking: threading.Event | None = None
        self._thread: threading.Thread | None = None

    def opened(self, *, passes: bool) -> None:
        """The store is there; whether it keeps passes."""
        with self._telling:
            self._passes = passes
            self._tell()

    def codes_open(self, *, is_open: bool) -> None:
        """Whether the account can send codes right now."""
        with self._telling:
            self._codes = is_open
            self._tell()

    def _tell(self) -> None:
        """With ``_telling`` held, so that the newest word is the last one."""
        ways: tuple[Way, ...] = ()
        if self._passes:
            ways = (Way.PIN,) if self._make_reader is None else (Way.PIN, Way.QR)
            ways = (*ways, Way.CODE) if self._codes else ways
        if ways != self._told:
            self._told = ways
            self._post(ev.WaysOpen(self._clock.mono_ms(), ways))

    def stop(self) -> None:
        """End the looking."""
        self._end()
        thread = self._thread
        if thread is not None:
            thread.join(3.0)

    def watch(
        self, before: st.Kiosk, event: ev.Event, after: st.Kiosk, effects: tuple[fx.Effect, ...], public: str | None
    ) -> None:
        """A watcher of the flow: look for codes while that is what the screen asks for."""
        del before, event, effects, public
        phase = after.phase
        form = phase.form if isinstance(phase, st.Proving) else phase
        if not isinstance(form, st.Alternative) or form.way is not Way.QR:
            self._end()
            return
        if self._session != form.visit.session:
            self._session, self._tried = form.visit.session, set()
        if isinstance(phase, st.Alternative) and self._looking is None and self._make_reader is not None:
            self._looking = threading.Event()
            self._thread = threading.Thread(
                target=self._look, args=(self._make_reader, self._looking, self._tried), name="codes", daemon=True
            )
            self._thread.start()

    def _end(self) -> None:
        if self._looking is not None:
            self._looking.set()
            self._looking = None

    def _look(self, make: Callable[[], CodeReader], ended: threading.Event, tried: set[str]) -> None:
        try:
            read = make()
        except (KioskError, ImportError) as error:
            logger.info("QR codes cannot be read here: %s", type(error).__name__)
            return
        last = -1
        while not ended.wait(LOOK_AGAIN_S):
            frame = self._latest_frame()
            if frame is None or frame.seq == last:
                continue
            last = frame.seq
            for text in read(frame.pixels):
                if text in tried or read_code(text) is None:
                    continue
                tried.add(text)
                self._post(ev.ProofGiven(self._clock.mono_ms(), Proof(way=Way.QR, secret=text)))
                break
