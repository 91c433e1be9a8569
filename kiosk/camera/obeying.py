"""A portrait that does what the active step asks, the way a person would: after a moment, there and back, once.

For the demo, the ``synthetic:`` camera and the tests. It is told what is on screen; it knows nothing of how it is judged.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.camera.relief import SyntheticPose
from kiosk.camera.synthetic import Script
from kiosk.domain.challenge.motion import Motion


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How somebody answers: milliseconds and degrees."""

    reaction_ms: float = 380.0
    out_ms: float = 420.0
    hold_ms: float = 120.0
    back_ms: float = 450.0
    turn_deg: float = 30.0
    nod_deg: float = 22.0

    @property
    def whole_ms(self) -> float:
        """From the prompt until it is over."""
        return self.reaction_ms + self.out_ms + self.hold_ms + self.back_ms

    def share(self, since_ms: float) -> float:
        """How far the motion has gone, 0..1, so long after it was asked."""
        t = since_ms - self.reaction_ms
        if t <= 0.0:
            return 0.0
        if t < self.out_ms:
            return _ease(t / self.out_ms)
        t -= self.out_ms + self.hold_ms
        if t <= 0.0:
            return 1.0
        return _ease(1.0 - t / self.back_ms) if t < self.back_ms else 0.0


class Obeying:
    """A script (see :mod:`kiosk.camera.synthetic`) with a will of its own. Any thread may call :meth:`ask`; one renders."""

    def __init__(
        self, stand: Script, manner: Manner | None = None, *, shown: Callable[[], Motion | None] | None = None
    ) -> None:
        """``stand``: how it stands while nothing is asked; ``shown``: looks at the screen, in place of :meth:`ask`."""
        self._stand = stand
        self._manner = manner or Manner()
        self._look = shown
        self._shown: Motion | None = None
        self._doing: Motion | None = None
        self._since_ms = 0.0

    def ask(self, motion: Motion | None) -> None:
        """What is on screen now."""
        self._shown = motion

    def __call__(self, t_ms: float) -> SyntheticPose:
        """The pose at this time; times only go on."""
        pose, shown = self._stand(t_ms), self._look() if self._look is not None else self._shown
        if shown is not None and self._doing is None:
            self._doing, self._since_ms = shown, t_ms
        if self._doing is None:
            return pose
        manner, since = self._manner, t_ms - self._since_ms
        if since >= manner.whole_ms:
            self._doing = None
            return pose
        gone = self._doing.pose(manner.share(since) * (manner.turn_deg if self._doing.is_turn else manner.nod_deg))
        return replace(pose, yaw=pose.yaw + gone.yaw, pitch=pose.pitch + gone.pitch)


def _ease(share: float) -> float:
    return 0.5 - 0.5 * math.cos(math.pi * share)
