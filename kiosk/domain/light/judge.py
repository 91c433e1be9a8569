"""What a face and its surroundings gave back of the screen's light, against what was shown. Pure; one value a session.

Each look is the mean linear light of three patches: the face, and the room to its left and to its right. Of each only the colour
counts (the logarithm of each channel less their mean), so that exposure, shadow and distance do not. A screen that adds a share
of light to what the room gives moves that colour towards its own by the same share (Lambert's law: what is given back is in
proportion to what comes in). Looks just after a change are left out: screen and camera take their time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from kiosk.domain.face import Reflection
from kiosk.domain.light.colours import Colour, Lights
from kiosk.domain.policy import LightStep

Channels = tuple[float, float, float]
"""Blue, green, red."""


class Echo(StrEnum):
    """What the light says."""

    PENDING = "pending"
    SEEN = "seen"
    FAINT = "faint"
    OTHER = "other"
    ALL_OVER = "all_over"
    UNMEASURED = "unmeasured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How the light came back.

    Attributes:
        gain: what share of the room's light the screen added to the face.
        match: correlation of the face's changes with the changes shown, -1..1.
        around: gain of the darker side of the room as a share of the face's.
    """

    gain: float
    match: float
    around: float


@dataclass(frozen=True, slots=True)
class _Sum:
    """Colours of one patch while one step was shown."""

    total: Channels = (0.0, 0.0, 0.0)
    looks: int = 0

    def and_of(self, colour: Channels | None) -> _Sum:
        if colour is None:
            return self
        return _Sum((self.total[0] + colour[0], self.total[1] + colour[1], self.total[2] + colour[2]), self.looks + 1)

    @property
    def mean(self) -> Channels:
        return self.total[0] / self.looks, self.total[1] / self.looks, self.total[2] / self.looks


_PATCHES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LightJudge:
    """One session's light.

    Attributes:
        since_ms: when the first colour was asked of the screen.
        echo: what it has come to.
        answer: the figures of it; None before the end.
    """

    lights: Lights
    since_ms: float
    sums: tuple[tuple[_Sum, ...], ...] = ()
    echo: Echo = Echo.PENDING
    answer: Answer | None = None

    def shown(self, at_ms: float) -> Colour | None:
        """What the screen is to show now; None once it is over."""
        step = self.lights.at(at_ms - self.since_ms) if self.echo is Echo.PENDING else None
        return None if step is None else self.lights.steps[step[0]].colour

    def see(self, reflection: Reflection | None, at_ms: float, policy: LightStep) -> LightJudge:
        """One more frame; after the end nothing changes."""
        if self.echo is not Echo.PENDING:
            return self
        step = self.lights.at(at_ms - self.since_ms)
        if step is None:
            return self._over(policy) if at_ms > self.since_ms else self
        index, shown_ms = step
        if reflection is None or shown_ms < policy.settle_ms:
            return self
        sums = self.sums or tuple((_Sum(),) * _PATCHES for _ in self.lights.steps)
        looks = (reflection.face, reflection.left, reflection.right)
        patches = tuple(one.and_of(_colour(look)) for one, look in zip(sums[index], looks, strict=True))
        return replace(self, sums=(*sums[:index], patches, *sums[index + 1 :]))

    def _over(self, policy: LightStep) -> LightJudge:
        answer = self._answer(policy)
        return replace(self, answer=answer, echo=_echo(answer, policy), sums=())

    def _answer(self, policy: LightStep) -> Answer | None:
        shown = [_centred(step.colour.light) for step in self.lights.steps]
        found = [_fit(shown, [patches[i] for patches in self.sums], policy) for i in range(_PATCHES)]
        face, sides = found[0], [side for side in found[1:] if side is not None]
        if face is None or not sides or not face[0] > 0.0:
            return None if face is None or not sides else Answer(gain=face[0], match=face[1], around=math.nan)
        return Answer(gain=face[0], match=face[1], around=max(0.0, min(side[0] for side in sides)) / face[0])


def _echo(answer: Answer | None, policy: LightStep) -> Echo:
    if answer is None:
        return Echo.UNMEASURED
    if not answer.gain >= policy.min_gain:
        return Echo.FAINT
    if not answer.match >= policy.min_match:
        return Echo.OTHER
    return Echo.SEEN if answer.around <= policy.max_around else Echo.ALL_OVER


def _colour(light: Channels | None) -> Channels | None:
    """Logarithm of each channel less their mean; None for what has no colour (black, broken)."""
    if light is None or not all(math.isfinite(value) and value > 0.0 for value in light):
        return None
    return _centred((math.log(light[0]), math.log(light[1]), math.log(light[2])))


def _centred(values: Channels) -> Channels:
    mean = sum(values) / 3.0
    return values[0] - mean, values[1] - mean, values[2] - mean


def _fit(shown: list[Channels], seen: list[_Sum], policy: LightStep) -> tuple[float, float] | None:
    """Gain and correlation of the changes from step to step; None where a step was not looked at often enough."""
    if not seen or any(one.looks < policy.min_looks for one in seen):
        return None
    means = [one.mean for one in seen]
    asked = [b[i] - a[i] for a, b in pairwise(shown) for i in range(3)]
    given = [b[i] - a[i] for a, b in pairwise(means) for i in range(3)]
    both = sum(x * y for x, y in zip(asked, given, strict=True))
    power, back = sum(x * x for x in asked), sum(y * y for y in given)
    return both / power, both / math.sqrt(power * back) if back > 0.0 else 0.0
