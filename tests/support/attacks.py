"""Simulated presentation attacks, drawn from a seed: what a camera would see of a picture or a recording that is held before it.

Everything here is a SIMULATION and is called so wherever it is counted. What it has: the geometry of a plane in a hand (six
degrees of freedom, perspective), the colours, grid, glare and banding of a screen, the paper, dots and lost contrast of a
print, a cut-out's edge, other speeds, cuts, and recordings of earlier challenges.

What it has not, so that figures from it say nothing about it: a real screen's sub-pixels seen by a real sensor (moiré is only
what resampling leaves), light that falls on paper and glass as it moves, a camera's own focus, exposure and compression, bent
or folded prints, eye holes with living eyes behind them, masks, and pictures that are fed into the machine instead of held
before the camera.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.camera.synthetic import HEIGHT, WIDTH, Noise, plain_room
from kiosk.domain.challenge.motion import Motion
from kiosk.domain.face import Pixels

_NOISE = Noise(0)
Floats = NDArray[np.float32]
Sheet = Callable[[float], Pixels]
"""Milliseconds -> what is on the surface then, BGR uint8."""

SHEET = 620
"""Both sides of a surface, pixels; the face is in its middle."""

SHEET_FACE = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """How a surface is held at one moment: degrees, shares of the frame, and size relative to a good place."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    x: float = 0.0
    y: float = 0.0
    near: float = 1.0


class HandPath:
    """A hand that moves a surface about, smoothly and at random, and may try to answer: tilts it as was asked, and holds it so.

    Args:
        seed: of the path.
        tilt_deg: how far it tilts by itself; an answer goes up to 50 degrees.
    """

    def __init__(self, seed: int, *, tilt_deg: float = 14.0, answers: bool = True) -> None:
        source = np.random.default_rng(seed)
        self._rates = source.uniform(0.08, 0.7, (6, 3))
        self._phases = source.uniform(0, 2 * math.pi, (6, 3))
        self._sizes = np.array([tilt_deg, 0.7 * tilt_deg, 6.0, 0.05, 0.04, 0.08])
        self._answer_deg = float(source.uniform(18, 50))
        self._reaction_ms, self._out_ms = float(source.uniform(230, 600)), float(source.uniform(250, 600))
        self._answers = answers
        self._asked: Motion | None = None
        self._since_ms = 0.0
        self._from = (0.0, 0.0)
        self._gone = (0.0, 0.0)

    def at(self, t_ms: float, asked: Motion | None) -> Hand:
        """The hand at this time; ``asked`` is what is on screen."""
        waves = np.sin(2 * math.pi * self._rates * t_ms / 1000.0 + self._phases).mean(axis=1) * self._sizes
        yaw, pitch, roll, x, y, near = (float(v) for v in waves)
        if asked is not self._asked:
            self._asked, self._since_ms, self._from = asked, t_ms, self._gone
        if self._answers:
            share = min(1.0, max(0.0, (t_ms - self._since_ms - self._reaction_ms) / self._out_ms))
            share = 0.5 - 0.5 * math.cos(math.pi * share)
            to = asked.pose(self._answer_deg) if asked is not None else Motion.CENTRE.pose(0.0)
            self._gone = (
                self._from[0] + share * (to.yaw - self._from[0]),
                self._from[1] + share * (to.pitch - self._from[1]),
            )
            yaw, pitch = yaw + self._gone[0], pitch + self._gone[1]
        return Hand(yaw=yaw, pitch=pitch, roll=roll, x=x, y=y, near=1.0 + near)


class HeldSurface:
    """A plane in a hand before a room; renders like a camera scene, told what is asked.

    Args:
        sheet: what is on it.
        mask: where it is, 0..255 of the sheet; None for all of it.
        face_share: width of the face as a share of the frame's.
    """

    def __init__(self, sheet: Sheet, path: HandPath, *, mask: Pixels | None = None, face_share: float = 0.24) -> None:
        self._sheet, self._path, self._mask = sheet, path, mask
        self._share = face_share
        self._room = plain_room()
        self._mask_all = np.full((SHEET, SHEET), 255, np.uint8)

    def render(self, t_ms: float, asked: Motion | None = None) -> Pixels:
        """BGR uint8 (HEIGHT, WIDTH, 3)."""
        hand = self._path.at(t_ms, asked)
        sheet = self._sheet(t_ms)
        corners = _corners(hand, self._share)
        here = np.array([[0, 0], [SHEET, 0], [SHEET, SHEET], [0, SHEET]], np.float32)
        matrix = cv2.getPerspectiveTransform(here, corners)
        mask = self._mask if self._mask is not None else self._mask_all
        shown = cv2.warpPerspective(sheet, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
        alpha = cv2.warpPerspective(mask, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
        seen = self._room.copy()
        cv2.copyTo(shown, cv2.compare(alpha, 127, cv2.CMP_GT), seen)
        return _NOISE.add(seen, t_ms)


def _corners(hand: Hand, face_share: float) -> Floats:
    size = face_share * WIDTH / SHEET_FACE * hand.near
    flat = (np.array([[0, 0], [SHEET, 0], [SHEET, SHEET], [0, SHEET]], np.float64) - SHEET / 2) * size
    points = np.column_stack([flat, np.zeros(4)])
    a, b, c = (math.radians(v) for v in (hand.yaw, hand.pitch, hand.roll))
    about_y = np.array([[math.cos(a), 0, math.sin(a)], [0, 1, 0], [-math.sin(a), 0, math.cos(a)]])
    about_x = np.array([[1, 0, 0], [0, math.cos(b), -math.sin(b)], [0, math.sin(b), math.cos(b)]])
    about_z = np.array([[math.cos(c), -math.sin(c), 0], [math.sin(c), math.cos(c), 0], [0, 0, 1]])
    turned = points @ (about_z @ about_x @ about_y).T
    focal = 0.866 * WIDTH
    away = focal / (focal - turned[:, 2:3])
    return (turned[:, :2] * away + [WIDTH * (0.5 + hand.x), HEIGHT * (0.5 + hand.y)]).astype(np.float32)


# ------------------------------------------------------------------ what is on the surface


def sheet_of(picture: Pixels, landmarks: NDArray[np.float32]) -> Pixels:
    """The picture cut to a sheet with the face in the middle. ``landmarks``: (478, 2 or more) in its pixels."""
    low, high = landmarks[:468, :2].min(axis=0), landmarks[:468, :2].max(axis=0)
    return cut_to_sheet(picture, ((low + high) / 2).tolist(), float(high[0] - low[0]))


def cut_to_sheet(picture: Pixels, centre: Sequence[float], face_px: float) -> Pixels:
    """The same from the face's centre and width."""
    scale = SHEET_FACE / face_px
    matrix = np.array(
        [[scale, 0, SHEET / 2 - scale * centre[0]], [0, scale, SHEET / 2 - scale * centre[1]]], np.float32
    )
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cast(Pixels, cv2.warpAffine(picture, matrix, (SHEET, SHEET), flags=flags, borderMode=cv2.BORDER_REPLICATE))


def still(sheet: Pixels) -> Sheet:
    """A picture."""
    return lambda t_ms: sheet


def video(sheets: Sequence[Pixels], *, fps: float = 30.0, speed: float = 1.0, loop: bool = True) -> Sheet:
    """A recording, at another speed if asked, there and back again at its end so that nothing jumps."""
    count = len(sheets)

    def at(t_ms: float) -> Pixels:
        index = int(t_ms / 1000.0 * fps * speed)
        if not loop:
            return sheets[min(index, count - 1)]
        index %= max(1, 2 * count - 2)
        return sheets[index if index < count else 2 * count - 2 - index]

    return at


def cut_together(sheets: Sequence[Pixels], *, seed: int, fps: float = 30.0) -> Sheet:
    """Pieces of a recording in another order, each half a second to one and a half long."""
    source = np.random.default_rng(seed)
    order: list[int] = []
    while len(order) < 10 * fps:
        first = int(source.integers(0, max(1, len(sheets) - 15)))
        order += range(first, min(len(sheets), first + int(source.integers(15, 45))))
    return lambda t_ms: sheets[order[int(t_ms / 1000.0 * fps) % len(order)]]


def on_screen(sheet: Sheet, *, seed: int) -> Sheet:
    """The same on a lit screen: blue cast, raised black, pixel grid, a reflection, a band that wanders with its refresh."""
    source = np.random.default_rng(seed)
    pitch, depth = float(source.uniform(2.2, 3.6)), float(source.uniform(0.05, 0.12))
    rows, columns = np.indices((SHEET, SHEET), dtype=np.float32)
    grid = np.stack(
        [1.0 + depth * np.cos(2 * np.pi * (columns + shift) / pitch) for shift in (0.0, pitch / 3, 2 * pitch / 3)],
        axis=2,
    )
    grid *= (1.0 + depth * np.cos(2 * np.pi * rows / pitch))[..., None]
    x, y = source.uniform(0.1, 0.9, 2) * SHEET
    glare = 40.0 * np.exp(-(((columns - x) / 90.0) ** 2 + ((rows - y) / 160.0) ** 2))[..., None]
    cast_ = np.array([1.0, 0.9, 0.8], np.float32) * float(source.uniform(0.8, 0.95))
    rate = float(source.uniform(0.4, 1.4))

    def at(t_ms: float) -> Pixels:
        band = 1.0 + 0.04 * np.sin(2 * np.pi * (rows[:, :1] / SHEET - rate * t_ms / 1000.0))[..., None]
        return cast(Pixels, np.clip((28.0 + sheet(t_ms) * cast_ * grid) * band + glare, 0, 255).astype(np.uint8))

    return at


def printed(sheet: Pixels, *, seed: int) -> Sheet:
    """On paper: less contrast, dots, the paper's grain, light that falls off to one side."""
    source = np.random.default_rng(seed)
    rows, columns = np.indices((SHEET, SHEET), dtype=np.float32)
    pitch = float(source.uniform(2.4, 4.0))
    dots = 1.0 + 0.06 * np.cos(2 * np.pi * (columns + rows) / pitch) * np.cos(2 * np.pi * (columns - rows) / pitch)
    grain = source.normal(0, 3.0, (SHEET, SHEET)).astype(np.float32)
    fall = 1.0 + float(source.uniform(-0.2, 0.2)) * (columns / SHEET - 0.5)
    soft = cv2.GaussianBlur(sheet, (0, 0), 0.8).astype(np.float32)
    paper = np.clip((46.0 + 0.72 * soft) * (dots * fall)[..., None] + grain[..., None], 0, 255).astype(np.uint8)
    return still(paper)


def cut_out() -> Pixels:
    """A mask for :class:`HeldSurface`: the head alone, cut along an oval around it. No eye holes are cut."""
    mask = np.zeros((SHEET, SHEET), np.uint8)
    axes = (int(SHEET_FACE * 0.62), int(SHEET_FACE * 0.85))
    cv2.ellipse(mask, (SHEET // 2, int(SHEET / 2 - 0.06 * SHEET_FACE)), axes, 0, 0, 360, 255, -1)
    return cast(Pixels, mask)
