"""What may be asked of a person, and a random sequence of it. The chance itself is given by the caller (``secrets``)."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Sequence as Several
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Protocol, TypeVar

from kiosk.domain.face import Pose
from kiosk.domain.policy import ActiveStep

T = TypeVar("T")


class Motion(StrEnum):
    """One head motion, as the person sees themselves (mirrored): left is towards the screen's left."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"

    @property
    def is_turn(self) -> bool:
        """A turn (yaw), not a nod (pitch)."""
        return self in {Motion.LEFT, Motion.RIGHT}

    def along(self, *, yaw: float, pitch: float) -> float:
        """How far a head that moved by these degrees went this way; negative the other way.

        The screen is a mirror: its left is the picture's right, which is positive yaw.
        """
        return {Motion.LEFT: yaw, Motion.RIGHT: -yaw, Motion.UP: pitch, Motion.DOWN: -pitch}[self]

    def pose(self, degrees: float) -> Pose:
        """A head that has gone this far this way."""
        sign = 1.0 if self in {Motion.LEFT, Motion.UP} else -1.0
        return Pose(sign * degrees, 0.0, 0.0) if self.is_turn else Pose(0.0, sign * degrees, 0.0)


@dataclass(frozen=True, slots=True)
class Ask:
    """One motion, asked after ``pause_ms`` in which the head is still."""

    motion: Motion
    pause_ms: float


@dataclass(frozen=True, slots=True)
class Sequence:
    """What one session is asked, in this order."""

    asks: tuple[Ask, ...]

    @property
    def motions(self) -> tuple[Motion, ...]:
        """Without the pauses."""
        return tuple(ask.motion for ask in self.asks)

    def __post_init__(self) -> None:
        """A sequence that asks for nothing would let everybody pass.

        Raises:
            ValueError: it is empty.
        """
        if not self.asks:
            raise ValueError("a challenge asks for something")


class Chance(Protocol):
    """A source of chance: ``secrets.SystemRandom`` at a station, a seeded ``random.Random`` in measurements."""

    def choice(self, seq: Several[T]) -> T:
        """One of these, each as likely."""
        ...

    def uniform(self, a: float, b: float) -> float:
        """A number between the two, each as likely."""
        ...


def draw(chance: Chance, policy: ActiveStep, *, recent: Collection[tuple[Motion, ...]] = ()) -> Sequence:
    """A new sequence. Every motion is as likely each time, so that the last one tells nothing about the next.

    Args:
        chance: see :class:`Chance`.
        policy: how many motions, how long the pauses.
        recent: what was asked last; it is not asked again so soon, so a recording of it is worth nothing. More than half of
            all sequences are never left out: what is left would be too easy to guess.
    """
    possible = [moves for moves in product(Motion, repeat=policy.motions) if moves not in recent]
    if 2 * len(possible) < len(Motion) ** policy.motions:
        possible = list(product(Motion, repeat=policy.motions))
    return Sequence(
        tuple(
            Ask(motion, chance.uniform(policy.pause_min_ms, policy.pause_max_ms)) for motion in chance.choice(possible)
        )
    )
