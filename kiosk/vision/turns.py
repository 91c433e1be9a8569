"""Passive networks that take turns: the first judges one frame of a face, the others the next; a score fuses their newest words.

A station judges windows of a second or more, of fifteen to thirty frames that hardly differ. Half as many calls of each network
cost half as much, and windows so fused tell attacks from people as well as with every network in every frame (measured:
``models/window_figures.py``). No word is older than :data:`NEWEST_MS`, and none is said of another track.
Must not change what a single picture is given: that is judged by all networks at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.domain.face import Face, PassiveSample, Pixels, TrackId
from kiosk.vision.liveness import INCONCLUSIVE, fused

NEWEST_MS = 150.0
"""After a longer pause every network looks again: two frames of a slow camera lie 67 ms apart."""


class Networks(Protocol):
    """What takes turns; :class:`kiosk.vision.liveness.Liveness`."""

    @property
    def networks(self) -> tuple[str, ...]:
        """Labels."""
        ...

    def logits(self, pixels: Pixels, face: Face, labels: tuple[str, ...]) -> Mapping[str, float] | None:
        """Of these networks for one face; None where it cannot be judged."""
        ...


@dataclass(frozen=True, slots=True)
class _Said:
    """What one network said last of the track, and when (milliseconds of the frame)."""

    logit: float
    at_ms: float


@dataclass
class Turns:
    """Whose turn it is, and what each said last. :meth:`ask` changes nothing, so what was asked too early may be thrown away."""

    networks: Networks
    _track: TrackId | None = None
    _said: dict[str, _Said] = field(default_factory=dict)
    _turn: int = 0

    def due(self, track: TrackId, at_ms: float) -> tuple[str, ...]:
        """Labels that must look at this frame: whose turn it is, and whose word is missing or too old."""
        everyone = self.networks.networks
        if track != self._track:
            return everyone
        mine = everyone[:1] if self._turn % 2 == 0 else everyone[1:] or everyone
        return tuple(
            label
            for label in everyone
            if label in mine or label not in self._said or not 0.0 <= at_ms - self._said[label].at_ms <= NEWEST_MS
        )

    def ask(self, pixels: Pixels, face: Face, at_ms: float) -> Mapping[str, float] | None:
        """What the networks say whose turn it is, as :class:`Networks` has it.

        Raises:
            ModelError: a network failed.
        """
        return self.networks.logits(pixels, face, self.due(face.track, at_ms))

    def take(self, track: TrackId, at_ms: float, logits: Mapping[str, float] | None) -> PassiveSample:
        """Believe what was said of this track in this frame: the score of the frame. None makes all look again next time."""
        if logits is None:
            self.forget()
            return INCONCLUSIVE
        if track != self._track:
            self._said.clear()
            self._turn = 0
        self._track = track
        self._said.update({label: _Said(logit, at_ms) for label, logit in logits.items()})
        # After a frame that all looked at it is the others' turn as well as the first one's: both orders are as good.
        self._turn += 1
        return fused({label: self._said[label].logit for label in self.networks.networks if label in self._said})

    def forget(self) -> None:
        """Nothing was said of anybody."""
        self._track = None
        self._said.clear()
        self._turn = 0
