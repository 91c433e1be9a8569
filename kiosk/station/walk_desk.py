"""A walk through attacks at this station: begins or goes on, counts each answer, and has it on disk before the next trial.

What decides is :mod:`kiosk.domain.attack_wizard`; what judges is the rehearsal. Holds no picture.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.domain.attack_wizard import Plan, Standing, Trial, Walk, Walks, Wizard
from kiosk.domain.errors import Code, KioskError
from kiosk.domain.ids import new_id
from kiosk.domain.ports import Clock
from kiosk.station.rehearsal import Live, Rehearsal, Stage

logger = logging.getLogger(__name__)

IDLE = Live()


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkNow:
    """What the page shows.

    Attributes:
        walk: None before one was begun or taken up.
        live: the trial under way.
        saving: an answer is on its way to the disk.
        error: why the last one could not be written; the trial is then not counted and has to be done again.
    """

    walk: Walk | None = None
    live: Live = IDLE
    saving: bool = False
    error: Code | None = None

    @property
    def may_start(self) -> bool:
        """Whether a trial may begin."""
        return self.walk is not None and self.live.stage is Stage.IDLE and not self.saving


class WalkDesk:
    """One walk at a time. Any thread may call; :meth:`begin`, :meth:`resume` and :meth:`undo` write, so not the GUI's.

    Args:
        camera: address of the camera in use, without a login.
        rehearse: makes the rehearsal, given whom to tell the answers.
        later: does a piece of work elsewhere; the flow's thread never waits for the disk.
        walks: where they are kept; None until the store is open.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        camera: Callable[[], str],
        rehearse: Callable[[Callable[[Trial], None]], Rehearsal],
        later: Callable[[Callable[[], None]], None],
        walks: Callable[[], Walks | None],
    ) -> None:
        """No walk is on."""
        self._clock = clock
        self._camera = camera
        self._later = later
        self._walks = walks
        self._lock = threading.Lock()
        self._walk: Walk | None = None
        self._saving = False
        self._error: Code | None = None
        self.rehearsal = rehearse(self._hear)

    @property
    def now(self) -> WalkNow:
        """This moment, for the page; never waits for a disk."""
        live = self.rehearsal.live
        with self._lock:
            return WalkNow(walk=self._walk, live=live, saving=self._saving, error=self._error)

    def resume(self) -> Walk | None:
        """Take up the newest walk on this camera where it is not finished; else None, and the newest is only shown.

        Raises:
            StoreError: it cannot be read.
        """
        store = self._walks()
        found = store.newest(self._camera(), limit=1) if store is not None else ()
        with self._lock:
            self._walk = found[0] if found else None
            self._error = None
        going_on = bool(found) and found[0].wizard.standing() is Standing.UNFINISHED
        return found[0] if going_on else None

    def begin(self, plan: Plan | None = None) -> Walk:
        """A new walk; from now on it is the newest, and only it counts.

        Raises:
            KioskError: it cannot be written.
        """
        fresh = Walk(id=new_id(self._clock.now()), camera=self._camera(), wizard=Wizard(plan or Plan()))
        return self._keep(fresh)

    def start(self, species: str | None = None) -> None:
        """Begin a trial: of this species, or of the one whose turn it is. Nothing while one is under way."""
        now = self.now
        if not now.may_start or now.walk is None:
            return
        wanted = species if species is not None else now.walk.wizard.next
        if wanted is not None and wanted in {"", *now.walk.wizard.plan.species}:
            with self._lock:
                self._error = None
            self.rehearsal.arm(wanted)

    def stop(self) -> None:
        """Break the trial off; it counts for nothing."""
        self.rehearsal.stop()

    def undo(self) -> Walk | None:
        """Forget the last trial, unless it was an accepted attack.

        Raises:
            KioskError: it cannot be written.
        """
        with self._lock:
            walk = self._walk
        if walk is None or not walk.wizard.can_undo or not self.now.may_start:
            return walk
        return self._keep(replace(walk, wizard=walk.wizard.undo()))

    def leave(self) -> None:
        """The page is left, or the operator: nothing is under way any more, and nothing is shown."""
        self.rehearsal.stop()
        with self._lock:
            self._walk = None
            self._error = None

    def _hear(self, trial: Trial) -> None:
        """Flow thread."""
        with self._lock:
            walk = self._walk
            self._saving = walk is not None
        if walk is not None:
            counted = replace(walk, wizard=walk.wizard.record(trial))
            self._later(lambda: self._write_answer(counted))

    def _write_answer(self, walk: Walk) -> None:
        code: Code | None = None
        try:
            self._keep(walk)
        except KioskError as error:
            logger.warning("the answer of a trial could not be written: %s", error.code)
            code = error.code
        with self._lock:
            self._saving = False
            self._error = code

    def _keep(self, walk: Walk) -> Walk:
        store = self._walks()
        if store is None:
            raise KioskError(Code.STORE_FAILED, "not open yet")
        kept = store.save(walk)
        with self._lock:
            self._walk = kept
        return kept
