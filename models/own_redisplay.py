"""Simulated attacks and cameras for training our own liveness network: pictures of people shown again on screens and paper.

Every function takes a seeded generator and gives the same picture for the same seed. These are simulations, and are called so
wherever figures are told: none of them counts as an attack in an evaluation.

Pictures are BGR uint8; a box is (x, y, width, height) in their pixels. Used by ``make_pool.py`` only, never by the kiosk.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Real = NDArray[np.float32]
Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture and where its face is."""

    pixels: Picture
    box: tuple[float, float, float, float]


def on_a_screen(source: Shown, behind: Picture, rng: Rng) -> Shown:
    """The person on a phone, tablet or monitor: gamma, colour, pixel grid and moire, bands, glare, bezel, held askew."""
    content, box = _cut(source, rng, margin=(1.15, 3.2))
    values = content.astype(np.float32)
    values = 255.0 * (values / 255.0) ** rng.uniform(0.7, 1.5)
    values = values * rng.uniform(0.75, 1.25) * _cast(rng, 0.14)
    values = _gratings(values, rng, strength=rng.uniform(0.0, 0.09))
    values = _bands(values, rng, strength=rng.uniform(0.0, 0.10))
    values = _glare(values, rng)
    values = values * (1 - (lift := rng.uniform(0.0, 0.18))) + 255.0 * lift * _cast(rng, 0.1)
    framed, box = _bezel(_to_bytes(values), box, rng)
    return _held(Shown(framed, box), behind, rng, fills=0.25)


def on_paper(source: Shown, behind: Picture, rng: Rng) -> Shown:
    """The person on a print: less gamut, halftone dots, paper grain, a white edge, bent."""
    content, box = _cut(source, rng, margin=(1.05, 3.0))
    values = content.astype(np.float32)
    grey = values.mean(axis=2, keepdims=True)
    values = grey + (values - grey) * rng.uniform(0.35, 0.95)
    low, high = rng.uniform(15, 60), rng.uniform(185, 250)
    values = low + values / 255.0 * (high - low)
    values = _halftone(values, rng, strength=rng.uniform(0.0, 0.14))
    grain = cv2.GaussianBlur(rng.normal(0, 1, values.shape[:2]).astype(np.float32), (0, 0), float(rng.uniform(0.6, 2)))
    values = values * _cast(rng, 0.08) + 255 * rng.uniform(0.0, 0.05) * grain[..., None]
    framed, box = _edge(_to_bytes(values), box, rng)
    return _held(_bent(Shown(framed, box), rng), behind, rng, fills=0.2)


def through_a_camera(source: Shown, rng: Rng, *, strength: float) -> Shown:
    """What any camera does to any picture: light, colour, focus, resolution, noise, compression. ``strength`` 0..1."""
    values = source.pixels.astype(np.float32)
    values = 255.0 * (values / 255.0) ** np.exp(rng.normal(0, 0.22 * strength))
    values = values * np.exp(rng.normal(0, 0.18 * strength)) * _cast(rng, 0.12 * strength)
    if rng.random() < 0.4 * strength:
        values = values * _uneven_light(values.shape[:2], rng)
    if rng.random() < 0.5 * strength:
        values = cv2.GaussianBlur(values, (0, 0), float(rng.uniform(0.3, 1.6)))
    if rng.random() < 0.2 * strength:
        values = cv2.filter2D(values, -1, _motion(rng))
    if rng.random() < 0.4 * strength:
        values = _smaller_and_back(values, float(rng.uniform(0.4, 0.95)))
    if rng.random() < 0.25 * strength:
        soft = cv2.GaussianBlur(values, (0, 0), 1.2)
        values = values + (values - soft) * rng.uniform(0.2, 1.2)
    values = values + rng.normal(0, rng.uniform(0, 7) * strength, values.shape)
    pixels = _to_bytes(values)
    if rng.random() < 0.7:
        quality = int(rng.uniform(45 if strength > 0.5 else 70, 96))
        pixels = cv2.imdecode(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)
    return Shown(pixels, source.box)


def _cut(source: Shown, rng: Rng, margin: tuple[float, float]) -> tuple[Picture, tuple[float, float, float, float]]:
    """What the attacker's picture shows: the face with some of its surroundings, at twice the resolution."""
    x, y, width, height = source.box
    around = rng.uniform(*margin)
    left = max(0, int(x + width / 2 - width * around * rng.uniform(0.4, 0.6)))
    top = max(0, int(y + height / 2 - height * around * rng.uniform(0.4, 0.6)))
    right = min(source.pixels.shape[1], int(left + width * around) + 1)
    bottom = min(source.pixels.shape[0], int(top + height * around * rng.uniform(0.9, 1.2)) + 1)
    part = cv2.resize(source.pixels[top:bottom, left:right], None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    return part, ((x - left) * 2, (y - top) * 2, width * 2, height * 2)


def _cast(rng: Rng, spread: float) -> Real:
    return np.exp(rng.normal(0, spread, 3)).astype(np.float32)


def _gratings(values: Real, rng: Rng, strength: float) -> Real:
    """Pixel grid and moire: crossed waves, a little different in each colour."""
    height, width = values.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle, period = rng.uniform(0, np.pi), np.exp(rng.uniform(np.log(2.2), np.log(24)))
    out = values
    for turn in (0.0, np.pi / 2):
        across = (x * np.cos(angle + turn) + y * np.sin(angle + turn)) * (2 * np.pi / period)
        bend = rng.uniform(0, 1.5) * np.sin((x + y) * 2 * np.pi / (width + height) * rng.uniform(1, 4))
        waves = np.stack([np.sin(across + bend + phase) for phase in rng.uniform(0, 1.5, 3)], axis=2)
        out = out * (1 + strength * rng.uniform(0.3, 1.0) * waves)
    return out.astype(np.float32)


def _bands(values: Real, rng: Rng, strength: float) -> Real:
    """Refresh bands: broad waves down or across the picture."""
    length = values.shape[int(rng.random() < 0.3)]
    wave = np.sin(np.arange(length) / length * 2 * np.pi * rng.uniform(0.5, 4) + rng.uniform(0, 6.3))
    wave = wave.astype(np.float32)[:, None, None]
    if length != values.shape[0]:
        wave = wave.transpose(1, 0, 2)
    return values * (1 + strength * wave)


def _glare(values: Real, rng: Rng) -> Real:
    if rng.random() < 0.6:
        return values
    height, width = values.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    cx, cy, size = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0.1, 0.5) * max(height, width)
    spot = np.exp(-(((x - cx) / size) ** 2 + ((y - cy) / size / rng.uniform(0.4, 2)) ** 2))
    return values + (rng.uniform(20, 140) * spot[..., None]).astype(np.float32)


def _bezel(pixels: Picture, box: tuple[float, ...], rng: Rng) -> tuple[Picture, tuple[float, float, float, float]]:
    """Dark (sometimes light) edges of a device, with its bars above and below the picture."""
    height, width = pixels.shape[:2]
    side = int(width * rng.uniform(0.005, 0.07))
    top, bottom = (int(height * rng.uniform(0.01, 0.25)) for _ in range(2))
    bar = float(rng.choice([rng.uniform(0, 40), rng.uniform(0, 40), rng.uniform(200, 255)]))
    pixels = cv2.copyMakeBorder(pixels, top, bottom, 0, 0, cv2.BORDER_CONSTANT, value=(bar,) * 3)
    edge = tuple(float(v) for v in rng.uniform(5, 60, 3))
    pixels = cv2.copyMakeBorder(pixels, side, side, side, side, cv2.BORDER_CONSTANT, value=edge)
    return pixels, (box[0] + side, box[1] + top + side, box[2], box[3])


def _edge(pixels: Picture, box: tuple[float, ...], rng: Rng) -> tuple[Picture, tuple[float, float, float, float]]:
    """White edge of a photograph, often none (a cut-out)."""
    side = int(pixels.shape[1] * rng.uniform(0.0, 0.08)) if rng.random() < 0.6 else 0
    white = tuple(float(v) for v in rng.uniform(180, 245, 3))
    pixels = cv2.copyMakeBorder(pixels, side, side, side, side, cv2.BORDER_CONSTANT, value=white)
    return pixels, (box[0] + side, box[1] + side, box[2], box[3])


def _halftone(values: Real, rng: Rng, strength: float) -> Real:
    height, width = values.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    period, out = rng.uniform(2.5, 7), values.copy()
    for colour, angle in enumerate(np.radians([15, 75, 45])):
        u, v = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
        dots = np.sin(u * 2 * np.pi / period) * np.sin(v * 2 * np.pi / period)
        out[..., colour] += 255 * strength * dots
    return out


def _bent(source: Shown, rng: Rng) -> Shown:
    """Paper held in a hand: lines of the picture bow up or down."""
    height, width = source.pixels.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    bow = height * rng.uniform(-0.06, 0.06) * np.sin(np.pi * x / width)
    return Shown(cv2.remap(source.pixels, x, (y + bow).astype(np.float32), cv2.INTER_LINEAR), source.box)


def _held(shown: Shown, behind: Picture, rng: Rng, *, fills: float) -> Shown:
    """The device or paper in front of a background, turned and tilted; with a chance of ``fills`` it fills the picture.

    The face keeps about the size that it had in the background's picture, so that it is cropped at the same resolution.
    """
    height, width = behind.shape[:2]
    _, _, face, _ = shown.box
    zoom = (width / 4.0) * rng.uniform(0.8, 1.15) / face
    if rng.random() < fills:
        zoom = max(zoom, 1.05 * max(width / shown.pixels.shape[1], height / shown.pixels.shape[0]))
    turn = np.radians(rng.normal(0, 7))
    rotate = zoom * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    x, y, w, h = shown.box
    middle = np.array([x + w / 2, y + h / 2])
    target = np.array([width, height]) * rng.uniform(0.42, 0.58, 2)
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float64) * (shown.pixels.shape[1], shown.pixels.shape[0])
    placed = (corners - middle) @ rotate.T + target
    placed += rng.normal(0, 0.02, placed.shape) * zoom * shown.pixels.shape[1]
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), placed.astype(np.float32))
    over = cv2.warpPerspective(shown.pixels, matrix, (width, height), flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full(shown.pixels.shape[:2], 255, np.uint8), matrix, (width, height))
    mask = cv2.GaussianBlur(mask, (0, 0), float(rng.uniform(0.4, 1.2)))[..., None].astype(np.float32) / 255
    back = cv2.GaussianBlur(behind, (0, 0), float(rng.uniform(0.3, 2.5))).astype(np.float32)
    pixels = _to_bytes(over * mask + back * (1 - mask))
    points = cv2.perspectiveTransform(np.array([[[x, y], [x + w, y], [x + w, y + h], [x, y + h]]], np.float32), matrix)[
        0
    ]
    centre, across = points.mean(axis=0), np.linalg.norm(points[1] - points[0])
    down = np.linalg.norm(points[3] - points[0])
    return Shown(
        pixels,
        (float(centre[0] - across / 2), float(centre[1] - down / 2), max(8.0, float(across)), max(8.0, float(down))),
    )


def _uneven_light(shape: tuple[int, ...], rng: Rng) -> Real:
    y, x = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    return (1 + rng.uniform(0.1, 0.5) * (x * np.cos(angle) + y * np.sin(angle)))[..., None].astype(np.float32)


def _motion(rng: Rng) -> Real:
    kernel = np.zeros((7, 7), np.float32)
    turn = rng.uniform(0, np.pi)
    for step in np.linspace(-1, 1, 15) * rng.uniform(1, 3):
        kernel[round(3 + step * np.sin(turn)), round(3 + step * np.cos(turn))] = 1
    return kernel / kernel.sum()


def _smaller_and_back(values: Real, share: float) -> Real:
    height, width = values.shape[:2]
    small = cv2.resize(values, (max(8, int(width * share)), max(8, int(height * share))), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)


def _to_bytes(values: Real) -> Picture:
    return np.clip(values, 0, 255).astype(np.uint8)
