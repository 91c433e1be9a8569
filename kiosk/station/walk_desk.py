"""A walk through attacks at this station: begins or goes on, counts each answer, and has it on disk before the next trial.

What decides is :mod:`kiosk.domain.attack_wizard`; what judges is the rehearsal. Holds no picture. An accepted attack that cannot
be written stays here and blocks, and goes to the disk before anything else does.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.domain.attack_wizard import (
    HISTORY,
    Claim,
    Ground,
    Plan,
    Trial,
    Walk,
    Walks,
    Wizard,
    claim_of,
    is_outdated,
)
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
        error: why the last one could not be written. Unless it is an accepted attack, the trial is then not counted and has to
            be done again.
        claim: what all walks on this camera carry; None without a walk.
        outdated: it was judged by other limits or networks than are in use: it is only shown.
    """

    walk: Walk | None = None
    live: Live = IDLE
    saving: bool = False
    error: Code | None = None
    claim: Claim | None = None
    outdated: bool = False

    @property
    def may_start(self) -> bool:
        """Whether a trial may begin."""
        return self.walk is not None and self.live.stage is Stage.IDLE and not self.saving and not self.outdated


class WalkDesk:
    """One walk at a time. Any thread may call; :meth:`begin`, :meth:`resume` and :meth:`undo` write, so not the GUI's.

    Args:
        camera: address of the camera in use, without a login.
        judged_by: digest of the limits and networks that the rehearsal judges by.
        rehearse: makes the rehearsal, given whom to tell the answers.
        later: does a piece of work elsewhere; the flow's thread never waits for the disk.
        walks: where they are kept; None until the store is open.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        camera: Callable[[], str],
        judged_by: str,
        rehearse: Callable[[Callable[[Trial], None]], Rehearsal],
        later: Callable[[Callable[[], None]], None],
        walks: Callable[[], Walks | None],
    ) -> None:
        """No walk is on."""
        self._clock = clock
        self._camera = camera
        self._judged_by = judged_by
        self._later = later
        self._walks = walks
        self._lock = threading.Lock()
        self._walk: Walk | None = None
        self._saving = False
        self._error: Code | None = None
        self._claim: Claim | None = None
        self._unwritten: Walk | None = None
        self.rehearsal = rehearse(self._hear)

    @property
    def now(self) -> WalkNow:
        """This moment, for the page; never waits for a disk."""
        live = self.rehearsal.live
        with self._lock:
            walk, claim = self._walk, self._claim
            outdated = walk is not None and is_outdated(walk, judged_by=self._judged_by)
            return WalkNow(walk=walk, live=live, saving=self._saving, error=self._error, claim=claim, outdated=outdated)

    def claim(self, judged_by: str) -> Claim:
        """What the walks on the camera in use carry, for a station that judges by this; reads the disk.

        Raises:
            StoreError: they cannot be read.
        """
        store = self._walks()
        kept = store.newest(self._camera(), limit=HISTORY) if store is not None else ()
        with self._lock:
            unwritten = self._unwritten
        if unwritten is not None:
            kept = (unwritten, *(walk for walk in kept if walk.id != unwritten.id))
        return claim_of(kept, camera=self._camera(), judged_by=judged_by)

    def resume(self) -> Walk | None:
        """Take up the newest walk on this camera where it is not finished; else None, and the newest is only shown.

        Raises:
            StoreError: it cannot be read.
        """
        error: Code | None = None
        try:
            self._catch_up()
        except KioskError as failed:
            error = failed.code
        claim = self.claim(self._judged_by)
        with self._lock:
            self._walk, self._claim = claim.walk, claim
            self._error = error
        return claim.walk if claim.ground is Ground.UNFINISHED else None

    def begin(self, plan: Plan | None = None) -> Walk:
        """A new walk; from now on it is the newest. An attack that an earlier one let in is not forgotten by it.

        Raises:
            KioskError: it cannot be written, or an accepted attack before it still cannot.
        """
        self._catch_up()
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
            self._walk = self._claim = None
            self._error = None

    def _hear(self, trial: Trial) -> None:
        """Flow thread."""
        with self._lock:
            walk = self._walk
            self._saving = walk is not None
            if walk is None:
                return
            counted = replace(walk, wizard=walk.wizard.record(replace(trial, judged_by=self._judged_by)))
            if counted.wizard.accepted_attacks > walk.wizard.accepted_attacks:
                self._unwritten = counted
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
            if code is not None and self._unwritten is walk:
                self._walk = walk
                self._claim = Claim(ground=Ground.LET_IN, walk=walk)

    def _catch_up(self) -> None:
        """What could not be written is, or nothing else is either."""
        with self._lock:
            unwritten = self._unwritten
        if unwritten is not None:
            self._keep(unwritten)

    def _keep(self, walk: Walk) -> Walk:
        store = self._walks()
        if store is None:
            raise KioskError(Code.STORE_FAILED, "not open yet")
        kept = store.save(walk)
        with self._lock:
            if self._unwritten is not None and self._unwritten.id == kept.id:
                self._unwritten = None
        claim = self._claim_of(kept)
        with self._lock:
            self._walk, self._claim = kept, claim
        return kept

    def _claim_of(self, kept: Walk) -> Claim:
        """After it was written. Where the walks before it cannot be read, it is not fit."""
        try:
            return self.claim(self._judged_by)
        except KioskError as error:
            logger.warning("the walks before this one could not be read: %s", error.code)
            ground = kept.wizard.under(self._judged_by).ground()
            return Claim(ground=Ground.UNFINISHED if ground is Ground.FIT else ground, walk=kept)
