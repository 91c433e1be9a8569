"""A portrait that does what the active step asks, as a person would: after a moment, there, and it stays until the next sign.

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
    turn_deg: float = 30.0
    nod_deg: float = 22.0

    def goes_to(self, motion: Motion | None) -> tuple[float, float]:
        """Yaw and pitch of the place, degrees; the middle where nothing is asked."""
        if motion is None:
            return 0.0, 0.0
        pose = motion.pose(self.turn_deg if motion.is_turn else self.nod_deg)
        return pose.yaw, pose.pitch


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
        self._from = (0.0, 0.0)
        self._at = (0.0, 0.0)

    def ask(self, motion: Motion | None) -> None:
        """What is on screen now."""
        self._shown = motion

    def __call__(self, t_ms: float) -> SyntheticPose:
        """The pose at this time; times only go on."""
        pose, shown = self._stand(t_ms), self._look() if self._look is not None else self._shown
        manner = self._manner
        if manner.goes_to(shown) != manner.goes_to(self._doing):
            self._from, self._since_ms = self._at, t_ms
        self._doing = shown
        share = _ease(min(1.0, max(0.0, (t_ms - self._since_ms - manner.reaction_ms) / manner.out_ms)))
        to = manner.goes_to(shown)
        self._at = (
            self._from[0] + share * (to[0] - self._from[0]),
            self._from[1] + share * (to[1] - self._from[1]),
        )
        return replace(pose, yaw=pose.yaw + self._at[0], pitch=pose.pitch + self._at[1])


def _ease(share: float) -> float:
    return 0.5 - 0.5 * math.cos(math.pi * share)
