"""A site walk-through at this station: samples of the faces that the camera sees, step by step, while an operator has it.

A watcher of the flow (flow thread). Keeps lengths, angles and light; no pixel, no landmark, no template.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.domain.face import TrackId
from kiosk.domain.policy import Policy
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.domain.site import ADULT_EYES_CM, FRAMES_WANTED, Findings, Measured, Sample, Step, conclude, measure, sample
from kiosk.station.vision_worker import Command

SESSION = st.SessionId(2_000_000_000)
"""Under this one the eyes look fully; no visitor's session is ever called so."""

LONGEST_MS = 30_000.0
"""A step that finds nobody who stands still is given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteNow:
    """What the page shows.

    Attributes:
        step: that is being measured; None between steps.
        share: how much of it is done, 0..1.
        sample: the newest one, live; None while there is no face.
        steps: what was measured, in order; one of each kind.
        gave_up: the last step that nobody stood still for.
        findings: of all steps so far; None before the mark was measured.
    """

    step: Step | None = None
    share: float = 0.0
    sample: Sample | None = None
    steps: tuple[Measured, ...] = ()
    gave_up: Step | None = None
    findings: Findings | None = None


class SiteDesk:
    """Any thread may call; frames come on the flow's.

    Args:
        do: hands a command to whoever has the pixels.
        fps: of the camera, over the last seconds.
    """

    def __init__(
        self, policy: Policy, now_ms: Callable[[], float], do: Callable[[Command], None], fps: Callable[[], float]
    ) -> None:
        """Nothing is measured yet."""
        self._policy = policy
        self._now_ms = now_ms
        self._do = do
        self._fps = fps
        self._watching = False
        self._looking = False
        self._until_ms = 0.0
        self._samples: list[Sample] = []
        self._eyes_cm: float | None = ADULT_EYES_CM
        self._now = SiteNow()

    @property
    def now(self) -> SiteNow:
        """This moment, for the page."""
        return self._now

    def enter(self) -> None:
        """The page is up: look, and show what is seen."""
        self._now = SiteNow()
        self._watching = True

    def leave(self) -> None:
        """The page is left; what was measured goes with it. The eyes are told with the flow's next step."""
        self._watching = False

    def measure(self, step: Step) -> None:
        """Begin a step; the one under way is given up."""
        if self._watching:
            self._samples = []
            self._until_ms = self._now_ms() + LONGEST_MS
            self._now = replace(self._now, step=step, share=0.0, gave_up=None)

    def stands_at(self, eyes_cm: float | None) -> None:
        """How high above the floor the eyes are of whoever stands at the mark; None where nobody knows."""
        self._eyes_cm = eyes_cm
        self._now = replace(self._now, findings=conclude(self._now.steps, self._policy, eyes_cm=eyes_cm))

    def __call__(
        self, before: st.Kiosk, event: ev.Event, after: st.Kiosk, effects: tuple[fx.Effect, ...], public: str | None
    ) -> None:
        """One step of the flow."""
        del before, effects, public
        on = self._watching and isinstance(after.phase, st.Operator)
        if on != self._looking:
            self._looking = on
            self._do(fx.Follow(SESSION, TrackId(0)) if on else fx.Wipe(SESSION))
        if not on:
            if self._now.step is not None or self._now.sample is not None:
                self._now = replace(self._now, step=None, sample=None)
            return
        if isinstance(event, ev.Seen):
            found = sample(event.sighting, self._policy)
            self._now = replace(self._now, sample=found)
            if found is not None and self._now.step is not None:
                self._take(self._now.step, found)
        if self._now.step is not None and after.now_ms > self._until_ms:
            self._now = replace(self._now, step=None, gave_up=self._now.step)

    def _take(self, step: Step, found: Sample) -> None:
        # Of somebody who still walks only the newest frames count, until they stand.
        self._samples = [*self._samples, found][-FRAMES_WANTED:]
        self._now = replace(self._now, share=len(self._samples) / FRAMES_WANTED)
        done = measure(step, self._samples, fps=self._fps())
        if done is None or not done.is_steady:
            return
        steps = tuple(sorted((*(m for m in self._now.steps if m.step is not step), done), key=_order))
        findings = conclude(steps, self._policy, eyes_cm=self._eyes_cm)
        self._samples = []
        self._now = replace(self._now, step=None, steps=steps, findings=findings)


def _order(measured: Measured) -> int:
    return list(Step).index(measured.step)
