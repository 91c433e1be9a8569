"""The virtual camera that is part of the product: a portrait moved in 3D, an empty room, a phone that shows a portrait.

A script is a pure function of time, so the same seed gives the same frames, and a test can ask for any pose. What a camera adds
(light, a little noise) is drawn on top. Must not know vision: landmarks come from the caller.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.camera.flat import HeldPose, PhoneShow
from kiosk.camera.relief import Relief, SyntheticPose
from kiosk.domain.face import Pixels

WIDTH, HEIGHT, FPS = 1280, 720, 30.0
NOISE_SIGMA = 2.0
"""Grey levels; what a webcam in a lit room shows."""

Script = Callable[[float], SyntheticPose]
"""Milliseconds since the scene began -> pose."""


class Scene(Protocol):
    """Something that a virtual camera looks at."""

    def render(self, t_ms: float) -> Pixels:
        """BGR uint8 (:data:`HEIGHT`, :data:`WIDTH`, 3) at this time."""
        ...


class Noise:
    """A few fixed fields of sensor noise, taken in turn; made from a seed."""

    def __init__(self, seed: int) -> None:
        """Draw them."""
        source = np.random.default_rng(seed)
        drawn = [source.normal(0, NOISE_SIGMA, (HEIGHT, WIDTH, 3)).astype(np.int16) for _ in range(3)]
        # Two 8-bit steps are three times as fast as one of mixed width.
        self._fields = [(np.maximum(f, 0).astype(np.uint8), np.maximum(-f, 0).astype(np.uint8)) for f in drawn]

    def add(self, pixels: Pixels, t_ms: float) -> Pixels:
        """The picture as a sensor gives it."""
        lighter, darker = self._fields[int(t_ms * FPS / 1000.0) % len(self._fields)]
        return cast(Pixels, cv2.subtract(cv2.add(pixels, lighter), darker))


def plain_room() -> Pixels:
    """A grey wall, lit from one side."""
    across = np.linspace(0.72, 1.08, WIDTH, dtype=np.float32)[None, :, None]
    down = np.linspace(1.05, 0.85, HEIGHT, dtype=np.float32)[:, None, None]
    wall = np.full((HEIGHT, WIDTH, 3), (152, 158, 162), np.float32) * across * down
    return cast(Pixels, np.clip(wall, 0, 255).astype(np.uint8))


class EmptyRoom:
    """Nobody there."""

    def __init__(self, room: Pixels | None = None, *, seed: int = 0) -> None:
        """``room``: what the camera sees; a plain wall by default."""
        self._room = plain_room() if room is None else room
        self._noise = Noise(seed)

    def render(self, t_ms: float) -> Pixels:
        """See :class:`Scene`."""
        return self._noise.add(self._room, t_ms)


class Sitter:
    """A portrait that follows a script.

    Args:
        relief: the portrait.
        script: how it moves.
    """

    def __init__(self, relief: Relief, script: Script, *, seed: int = 0) -> None:
        """Nothing is rendered yet."""
        self._relief = relief
        self._script = script
        self._noise = Noise(seed)
        self._empty = plain_room()

    def render(self, t_ms: float) -> Pixels:
        """See :class:`Scene`."""
        pose = self._script(t_ms)
        if not pose.present:
            return self._noise.add(self._empty, t_ms)
        return self._noise.add(_lit(self._relief.render(pose, width=WIDTH, height=HEIGHT), pose), t_ms)


class HeldPhone:
    """A phone in somebody's hand, with a portrait on its screen: a presentation attack."""

    def __init__(self, portrait: Pixels, landmarks: NDArray[np.float32], *, seed: int = 0) -> None:
        """``landmarks``: (478, 3) in portrait pixels."""
        self._show = PhoneShow(portrait, landmarks, plain_room())
        self._sway = _sways(seed, 6)
        self._noise = Noise(seed)

    def pose(self, t_ms: float) -> HeldPose:
        """How the hand holds it at this time."""
        yaw, pitch, roll, x, y, near = (sway(t_ms) for sway in self._sway)
        return HeldPose(
            yaw=5.0 * yaw, pitch=4.0 * pitch, roll=3.0 * roll, x=0.025 * x, y=0.02 * y, face_share=0.22 + 0.01 * near
        )

    def render(self, t_ms: float) -> Pixels:
        """See :class:`Scene`."""
        seen = cast(Pixels, cv2.GaussianBlur(self._show.render(self.pose(t_ms)), (3, 3), 0.6))
        return self._noise.add(seen, t_ms)


def fixed(pose: SyntheticPose) -> Script:
    """Always the same."""
    return lambda t_ms: pose


def steady(*, seed: int = 0, pose: SyntheticPose | None = None) -> Script:
    """Somebody who stands and looks: a little natural sway, and a blink every few seconds."""
    rest = pose or SyntheticPose()
    yaw, pitch, roll, x, y, near = _sways(seed, 6)
    pause_ms = 2600.0 + 900.0 * (seed % 3)

    def script(t_ms: float) -> SyntheticPose:
        since = t_ms % pause_ms
        blink = max(0.0, 1.0 - abs(since - 0.5 * pause_ms) / 90.0)
        return replace(
            rest,
            yaw=rest.yaw + 2.5 * yaw(t_ms),
            pitch=rest.pitch + 1.5 * pitch(t_ms),
            roll=rest.roll + 1.0 * roll(t_ms),
            x=rest.x + 0.008 * x(t_ms),
            y=rest.y + 0.006 * y(t_ms),
            distance_cm=rest.distance_cm * (1.0 + 0.01 * near(t_ms)),
            blink=max(rest.blink, blink),
        )

    return script


def visit(
    *, seed: int = 0, empty_ms: float = 500.0, walk_ms: float = 1200.0, stay_ms: float = 1e9, from_cm: float = 110.0
) -> Script:
    """An empty room, somebody walks up, stands and looks, and leaves after ``stay_ms``.

    They come straight on: the background of a portrait moves with its face, and its lines are taken for a held picture's edges
    (:mod:`kiosk.vision.cues.bezel`), rightly, once both have moved sideways.
    """
    stand = steady(seed=seed)

    def script(t_ms: float) -> SyntheticPose:
        if t_ms < empty_ms or t_ms >= empty_ms + walk_ms + stay_ms:
            return SyntheticPose(present=False)
        pose = stand(t_ms)
        left = 1.0 - min(1.0, (t_ms - empty_ms) / walk_ms)
        ease = left * left
        return replace(pose, distance_cm=pose.distance_cm + (from_cm - pose.distance_cm) * ease)

    return script


def turning(*, to_yaw_deg: float, begin_ms: float, turn_ms: float = 700.0, seed: int = 0) -> Script:
    """Stands, turns the head to ``to_yaw_deg`` and back."""
    stand = steady(seed=seed)

    def script(t_ms: float) -> SyntheticPose:
        share = (t_ms - begin_ms) / turn_ms
        swing = math.sin(math.pi * min(1.0, max(0.0, share / 2.0))) if share > 0 else 0.0
        pose = stand(t_ms)
        return replace(pose, yaw=pose.yaw + to_yaw_deg * swing)

    return script


def _sways(seed: int, count: int) -> list[Callable[[float], float]]:
    """Smooth functions of time within -1..1."""
    source = np.random.default_rng(seed)

    def one() -> Callable[[float], float]:
        rates = source.uniform(0.1, 0.6, 3)
        phases = source.uniform(0, 2 * math.pi, 3)

        def sway(t_ms: float) -> float:
            turns = 2 * math.pi * rates * t_ms / 1000.0 + phases
            return float(np.sin(turns).mean())

        return sway

    return [one() for _ in range(count)]


def _lit(pixels: Pixels, pose: SyntheticPose) -> Pixels:
    if pose.light == 1.0 and pose.side_light == 0.0:
        return pixels
    if pose.side_light == 0.0:
        return cast(Pixels, cv2.convertScaleAbs(pixels, alpha=pose.light))
    across = pose.light * (1.0 + pose.side_light * np.linspace(-1.0, 1.0, WIDTH, dtype=np.float32))
    gain = np.repeat(np.repeat(np.clip(across, 0, 4)[None, :, None], HEIGHT, axis=0), 3, axis=2)
    return cast(Pixels, cv2.multiply(pixels, gain, dtype=cv2.CV_8U))
