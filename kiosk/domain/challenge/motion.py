"""What may be asked of a person, and a random sequence of it. The chance itself is given by the caller (``secrets``).

A sequence is a path: from each place the head goes to another one and stays there for a random time. The middle is a place like
the four others, so "left and back and left again" is as likely as "left, up, right". With four steps there are 256 paths.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from collections.abc import Sequence as Several
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Protocol, TypeVar

from kiosk.domain.face import Pose
from kiosk.domain.policy import ActiveStep

T = TypeVar("T")


class Motion(StrEnum):
    """Where the head is to go, as the person sees themselves (mirrored): left is towards the screen's left."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    CENTRE = "centre"

    @property
    def is_turn(self) -> bool:
        """A turn (yaw), not a nod (pitch)."""
        return self in {Motion.LEFT, Motion.RIGHT}

    @property
    def is_away(self) -> bool:
        """Away from the middle."""
        return self is not Motion.CENTRE

    def along(self, *, yaw: float, pitch: float) -> float:
        """How far a head that moved by these degrees went this way; negative the other way, 0 for the middle.

        The screen is a mirror: its left is the picture's right, which is positive yaw.
        """
        ways = {Motion.LEFT: yaw, Motion.RIGHT: -yaw, Motion.UP: pitch, Motion.DOWN: -pitch, Motion.CENTRE: 0.0}
        return ways[self]

    def pose(self, degrees: float) -> Pose:
        """A head that has gone this far this way."""
        if not self.is_away:
            return Pose(0.0, 0.0, 0.0)
        sign = 1.0 if self in {Motion.LEFT, Motion.UP} else -1.0
        return Pose(sign * degrees, 0.0, 0.0) if self.is_turn else Pose(0.0, sign * degrees, 0.0)


DIRECTIONS = (Motion.LEFT, Motion.RIGHT, Motion.UP, Motion.DOWN)


NEARLY = 0.12
"""How far a pause is from the shortest or the longest one, at most; a share of what is between them."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One motion, asked after ``pause_ms`` in which the head is still where it is."""

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
        """A sequence that asks for nothing, or for what is so already, would let everybody pass.

        Raises:
            ValueError: it is empty, or one of its steps goes nowhere.
        """
        if not self.asks:
            raise ValueError("a challenge asks for something")
        if not _goes_on(self.motions):
            raise ValueError("every step of a challenge goes somewhere else")


class Chance(Protocol):
    """A source of chance: ``secrets.SystemRandom`` at a station, a seeded ``random.Random`` in measurements."""

    def choice(self, seq: Several[T]) -> T:
        """One of these, each as likely."""
        ...

    def uniform(self, a: float, b: float) -> float:
        """A number between the two, each as likely."""
        ...


def draw(chance: Chance, policy: ActiveStep, *, recent: Collection[tuple[Motion, ...]] = ()) -> Sequence:
    """A new sequence. Every path is as likely each time, so that the last one tells nothing about the next.

    Args:
        chance: see :class:`Chance`.
        policy: how many motions, how long the pauses.
        recent: what was asked last; it is not asked again so soon, so a recording of it is worth nothing. More than half of
            all sequences are never left out: what is left would be too easy to guess.
    """
    every = list(_paths(policy.motions))
    possible = [path for path in every if path not in recent]
    if 2 * len(possible) < len(every):
        possible = every
    return Sequence(tuple(map(Ask, chance.choice(possible), pauses_of(chance, policy))))


def _paths(length: int) -> Iterator[tuple[Motion, ...]]:
    return (path for path in product(Motion, repeat=length) if _goes_on(path))


def _goes_on(path: Several[Motion]) -> bool:
    before = (Motion.CENTRE, *path)
    return all(a is not b for a, b in zip(before, path, strict=False))


def pauses_of(chance: Chance, policy: ActiveStep) -> list[float]:
    """One for each motion, half of them short and half long in any order, so that nobody is kept longer by bad luck.

    Short and long ones differ by more than people's reactions do: a recording with the other one at that place moves before it is
    asked, or too late. With four motions a recording of the same path has one chance in six.
    """
    long = policy.motions // 2
    jitter = NEARLY * (policy.pause_max_ms - policy.pause_min_ms)
    left = [policy.pause_min_ms] * (policy.motions - long) + [policy.pause_max_ms - jitter] * long
    drawn = []
    while left:
        at = chance.choice(range(len(left)))
        drawn.append(left.pop(at) + chance.uniform(0.0, jitter))
    return drawn
