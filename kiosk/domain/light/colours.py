"""Soft colours of the screen's light, and a random order of them. The chance itself is given by the caller (``secrets``)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.challenge.motion import Chance
from kiosk.domain.policy import LightStep

MOST_A_SECOND = 3.0
"""Changes; W3C WCAG 2.2, success criterion 2.3.1 (three flashes), and these fade and are no flashes."""


class Colour(StrEnum):
    """What the screen shows around the oval: pale, all of about the same lightness."""

    ROSE = "rose"
    SAND = "sand"
    MINT = "mint"
    SKY = "sky"
    LILAC = "lilac"

    @property
    def rgb(self) -> tuple[int, int, int]:
        """As it is painted: red, green, blue, 0..255 (sRGB)."""
        return _PAINTED[self]

    @property
    def light(self) -> tuple[float, float, float]:
        """As it shines: blue, green, red, 0..1 of the screen's white (linear light, IEC 61966-2-1)."""
        red, green, blue = (_linear(value / 255.0) for value in self.rgb)
        return blue, green, red


_PAINTED = {
    Colour.ROSE: (255, 150, 150),
    Colour.SAND: (255, 222, 120),
    Colour.MINT: (140, 245, 165),
    Colour.SKY: (140, 200, 255),
    Colour.LILAC: (225, 165, 255),
}


def _linear(value: float) -> float:
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)


@dataclass(frozen=True, slots=True)
class Shown:
    """One colour for so long."""

    colour: Colour
    for_ms: float


@dataclass(frozen=True, slots=True)
class Lights:
    """What one session is shown, in this order."""

    steps: tuple[Shown, ...]

    def __post_init__(self) -> None:
        """Light that does not change asks nothing, and light that changes fast does harm.

        Raises:
            ValueError: fewer than three colours, the same one twice running, or more than three changes a second.
        """
        if len(self.steps) < 3 or any(a.colour is b.colour for a, b in zip(self.steps, self.steps[1:], strict=False)):
            raise ValueError("the light of a screen changes at every step")
        if any(not step.for_ms >= 1000.0 / MOST_A_SECOND for step in self.steps):
            raise ValueError("the light of a screen changes three times a second at most")

    @property
    def whole_ms(self) -> float:
        """From the first colour to the end of the last."""
        return sum(step.for_ms for step in self.steps)

    def at(self, since_ms: float) -> tuple[int, float] | None:
        """Which step it is so long after the beginning, and for how long it has been; None before and afterwards."""
        if not since_ms >= 0.0:
            return None
        for index, step in enumerate(self.steps):
            if since_ms < step.for_ms:
                return index, since_ms
            since_ms -= step.for_ms
        return None


def draw(chance: Chance, policy: LightStep) -> Lights:
    """A new sequence: every order without the same colour twice running is as likely."""
    steps: list[Shown] = []
    for _ in range(policy.colours):
        others = [colour for colour in Colour if not steps or colour is not steps[-1].colour]
        steps.append(Shown(chance.choice(others), chance.uniform(policy.shown_min_ms, policy.shown_max_ms)))
    return Lights(tuple(steps))
