"""Documents that do not exist, with a machine-readable zone, drawn and then photographed badly by a seeded camera.

    cd tests && python -m support.mrz_pictures [--count 120] [--sheet PNG]

prints for each kind of trouble: zones found, share of signs right before any rule, documents read, documents read with a wrong
proved field, documents with a wrong letter elsewhere (names), and milliseconds. SYNTHETIC: the letters are drawn with the very
outlines that the reader compares with (or another sheet of the same kind), so real print will be read less well.
"""

from __future__ import annotations

import argparse
import random
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.details.mrz import SIGNS, TD1, TD2, TD3, Layout, check_digit
from kiosk.vision.document.band import cells_of, corners_of, working, zones
from kiosk.vision.document.glyphs import scores, sheet
from kiosk.vision.document.reader import read_zone

_SURNAMES = (
    "GOMEZ<PEREZ",
    "SILVA",
    "QUISPE<MAMANI",
    "OCONNOR",
    "VAN<DER<BERG",
    "NUNEZ",
    "ZUNIGA<Y<WHITE",
    "IBARRA",
    "JIMENEZ",
)
_NAMES = ("ANA<MARIA", "JUAN", "XIOMARA", "LUIS<ENRIQUE", "KATHERINE", "BEATRIZ", "WILLIAM", "FATIMA", "GIOVANNI<PAOLO")
_COUNTRIES = ("COL", "PER", "MEX", "BRA", "CHL", "ARG", "ESP", "USA", "UTO")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What the camera does to the picture. ``width`` of the zone in pixels of a 1280 x 720 picture."""

    name: str
    width: float = 1000.0
    blur: float = 0.8
    tilt_deg: float = 0.0
    perspective: float = 0.0
    noise: float = 3.0
    shade: float = 0.0
    glare: float = 0.0
    contrast: float = 1.0


TROUBLES = (
    Trouble(name="clean"),
    Trouble(name="blur", blur=2.0),
    Trouble(name="blur_strong", blur=3.0),
    Trouble(name="tilted", tilt_deg=8.0),
    Trouble(name="perspective", tilt_deg=3.0, perspective=0.06),
    Trouble(name="noise", noise=18.0),
    Trouble(name="shade", shade=0.65),
    Trouble(name="glare", glare=0.5),
    Trouble(name="pale", contrast=0.35),
    Trouble(name="small", width=780.0),
    Trouble(
        name="all_a_little", width=900.0, blur=1.4, tilt_deg=4.0, perspective=0.04, noise=8.0, shade=0.4, contrast=0.7
    ),
)


def zone(dice: random.Random, layout: Layout) -> tuple[str, ...]:
    """Lines that add up, of nobody."""
    country = dice.choice(_COUNTRIES)
    number = "".join(dice.choice(SIGNS[:36]) for _ in range(2)) + "".join(dice.choice("0123456789") for _ in range(7))
    birth = f"{dice.randrange(100):02}{dice.randrange(1, 13):02}{dice.randrange(1, 29):02}"
    expiry = f"{dice.randrange(27, 40):02}{dice.randrange(1, 13):02}{dice.randrange(1, 29):02}"
    names = f"{dice.choice(_SURNAMES)}<<{dice.choice(_NAMES)}"
    number += check_digit(number)
    birth += check_digit(birth)
    expiry = dice.choice("MF<") + expiry + check_digit(expiry)
    if layout is TD1:
        first = f"I<{country}{number}".ljust(30, "<")
        second = f"{birth}{expiry}{country}".ljust(29, "<")
        composite = check_digit(first[5:30] + second[:7] + second[8:15] + second[18:29])
        return first, second + composite, names[:30].ljust(30, "<")
    first = f"{'P' if layout is TD3 else 'I'}<{country}{names}"[: layout.width].ljust(layout.width, "<")
    second = f"{number}{country}{birth}{expiry}"
    if layout is TD3:
        personal = "".join(dice.choice("0123456789") for _ in range(10)).ljust(14, "<")
        second += personal + check_digit(personal)
    second = second.ljust(layout.width - 1, "<")
    return first, second + check_digit(second[:10] + second[13:20] + second[21:])


def drawn(lines: tuple[str, ...], signs: NDArray[np.float32] | None = None) -> NDArray[np.uint8]:
    """The lower part of a page, 40 pixels a cell: paper with a fine pattern, the zone near its lower edge."""
    signs = sheet() if signs is None else signs
    columns = len(lines[0])
    height, width = 700, (columns + 6) * 40
    y, x = np.mgrid[:height, :width].astype(np.float32)
    page = 226.0 + 6.0 * np.sin(x / 23 + y / 41) + 4.0 * np.sin(y / 7 + np.sin(x / 60))
    page[: height - 330, : width // 3] -= 90.0  # where the portrait would be
    for number, line in enumerate(lines):
        top = height - 40 - (len(lines) - number) * 67
        for place, sign in enumerate(line):
            left = (place + 3) * 40
            ink = signs[SIGNS.index(sign)]
            page[top : top + 56, left : left + 40] -= ink * (page[top : top + 56, left : left + 40] - 38.0)
    return np.clip(page, 0, 255).astype(np.uint8)


def photographed(page: NDArray[np.uint8], columns: int, trouble: Trouble, dice: random.Random) -> NDArray[np.uint8]:
    """The page in a 1280 x 720 picture, BGR."""
    scale = trouble.width / (columns * 40.0)
    height, width = page.shape
    angle = np.radians(dice.uniform(-1, 1) * trouble.tilt_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * scale
    corners = (np.array([(0, 0), (width, 0), (width, height), (0, height)]) - (width / 2, height / 2)) @ turn.T
    wobble = trouble.perspective * width * scale
    corners += np.array([[dice.uniform(-1, 1), dice.uniform(-1, 1)] for _ in range(4)]) * wobble / 2
    corners += (640 + dice.uniform(-20, 20), 360 + dice.uniform(-40, 40))
    whole = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    transform = cv2.getPerspectiveTransform(whole, corners.astype(np.float32))
    table = np.full((720, 1280), 95, np.uint8)
    # Averaged down, as a lens does, or every thin stroke would alias.
    soft = cv2.GaussianBlur(page, (0, 0), max(0.01, 0.35 / scale))
    picture = cv2.warpPerspective(soft, transform, (1280, 720), dst=table, borderMode=cv2.BORDER_TRANSPARENT)
    found = 128.0 + (picture.astype(np.float32) - 128.0) * trouble.contrast
    y, x = np.mgrid[:720, :1280].astype(np.float32)
    found *= 1.0 - trouble.shade * (x * dice.choice((1, -1)) % 1280) / 1280
    if trouble.glare:
        spot = np.exp(-(((x - dice.uniform(300, 980)) / 160) ** 2 + ((y - dice.uniform(420, 600)) / 90) ** 2))
        found += trouble.glare * 150.0 * spot
    found = cv2.GaussianBlur(found, (0, 0), trouble.blur)
    found += np.random.default_rng(dice.randrange(1 << 30)).normal(0, trouble.noise, found.shape)
    return cv2.cvtColor(np.clip(found, 0, 255).astype(np.uint8), cv2.COLOR_GRAY2BGR)


def raw_signs(picture: NDArray[np.uint8], lines: tuple[str, ...], layout: Layout) -> int | None:
    """How many signs the cells alone get right, without any rule; None where no zone was found."""
    gray = working(picture)
    for group in zones(gray):
        if len(group) == layout.lines:
            cut = [scores(cells_of(gray, at, layout)[0], thorough=True) for at in corners_of(group)]
            read = ["".join(SIGNS[best] for best in seen.argmax(axis=1)) for seen in cut]
            return sum(
                a == b for line, truth in zip(read, lines, strict=True) for a, b in zip(line, truth, strict=True)
            )
    return None


def proved_parts(lines: tuple[str, ...], layout: Layout) -> list[str]:
    """The parts that a check digit vouches for."""
    return [part.of(lines) for part, _ in layout.checked.values()]


def main() -> None:
    """Measure, print a table."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--count", type=int, default=60)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--sheet", type=Path)
    given = asked.parse_args()
    signs = None
    if given.sheet is not None:
        strip = cv2.imread(str(given.sheet), cv2.IMREAD_GRAYSCALE)
        signs = (255 - np.stack(np.split(strip, len(SIGNS), axis=1))).astype(np.float32) / 255
    print(  # noqa: T201
        f"{'trouble':<14} {'found':>6} {'signs':>8} {'read':>6} {'wrong':>6} {'names':>6} {'ms':>6}   of {given.count}"
    )
    for trouble in TROUBLES:
        dice = random.Random(given.seed)
        found = right = total = read = wrong = names = 0
        spent = 0.0
        for number in range(given.count):
            layout = (TD3, TD1, TD2)[number % 3]
            lines = zone(dice, layout)
            picture = photographed(drawn(lines, signs), layout.width, trouble, dice)
            cells = raw_signs(picture, lines, layout)
            if cells is not None:
                found += 1
                right += cells
                total += layout.lines * layout.width
            began = time.perf_counter()
            reading, _ = read_zone(working(picture))
            spent += time.perf_counter() - began
            if reading is not None:
                same = proved_parts(reading.lines, layout) == proved_parts(lines, layout)
                read += same
                wrong += not same
                names += reading.lines != lines and same
        share = right / total if total else 0.0
        print(  # noqa: T201
            f"{trouble.name:<14} {found:>6} {share:>8.4f} {read:>6} {wrong:>6} {names:>6} {1000 * spent / given.count:>6.0f}"
        )


if __name__ == "__main__":
    main()
