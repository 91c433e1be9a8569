"""Nothing on the screen flashes more than three times a second, not even in a visit that goes as fast as it may."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from support.desk import Desk
from support.flashes import MOST_A_SECOND, flashes, luminance

from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.guidance import Hint
from kiosk.domain.light import colours
from kiosk.domain.light.colours import Colour
from kiosk.domain.policy import LightStep
from kiosk.station.snapshot import Mode, Screen
from kiosk.ui.theme import DARK, Theme

CELLS = (64, 48)
"""The window in so many places, each the mean of what is painted there."""

HINT_S = 0.25
"""Guidance never changes its mind faster."""


def painted(widget: QWidget) -> NDArray[np.float64]:
    image = (
        widget.grab()
        .toImage()
        .scaled(*CELLS, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    )
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(bytes(image.constBits()), np.uint8).reshape(image.height(), image.bytesPerLine())
    return luminance(rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3))


def session() -> Iterator[tuple[float, Screen, dict[str, object]]]:
    """How long each screen stays, and what is on it: every hint, light, motion and answer as fast as it may come."""
    visit = {"mode": Mode.ACCESS, "enrolling": False}
    yield 0.3, Screen.ATTRACT, visit
    for hint in (Hint.NO_FACE, Hint.OK, Hint.TOO_DARK, Hint.HOLD_STILL, Hint.COME_CLOSER, Hint.OK):
        yield HINT_S, Screen.CAPTURE, {"hint": hint, **visit}
    for colour in (Colour.ROSE, Colour.SAND, Colour.ROSE, Colour.MINT, Colour.LILAC):
        yield 1.0 / colours.MOST_A_SECOND, Screen.CAPTURE, {"lit": True, "light": colour, **visit}
    for ask in ("left", "centre", "right"):
        yield 0.4, Screen.CHALLENGE, {"ask": ask, **visit}
    yield 0.3, Screen.WORKING, visit
    denied = {"outcome": Outcome.DENIED, "reason": Reason.NO_MATCH, "name": ""}
    yield 0.4, Screen.RESULT, visit | denied


@pytest.mark.parametrize("theme", [Theme(), Theme(DARK)], ids=["bright", "dark"])
def test_a_whole_visit_as_fast_as_it_may_go(open_desk: Callable[..., Desk], qtbot: QtBot, theme: Theme) -> None:
    desk = open_desk(width=800, height=600, theme=theme)
    at_s: list[float] = []
    seen: list[NDArray[np.float64]] = []

    def look() -> None:
        desk.source.show(left=30, right=220)
        seen.append(painted(desk.window))
        at_s.append(time.monotonic())

    for lasts_s, screen, changes in session():
        desk.show(screen, **changes)
        look()  # a screen lasts from when it is painted: on a busy machine the first picture comes late
        ends = time.monotonic() + lasts_s

        def over(ends: float = ends) -> bool:
            look()
            return time.monotonic() >= ends

        qtbot.waitUntil(over, timeout=10_000)
    shades = {round(float(np.mean(each)), 2) for each in seen}
    assert len(shades) > 5, "the pictures are of different screens"
    assert flashes(at_s, seen) <= MOST_A_SECOND


def test_the_light_of_the_screen_is_slower_than_what_may_be() -> None:
    assert colours.MOST_A_SECOND <= MOST_A_SECOND
    assert LightStep().shown_min_ms >= 1000.0 / colours.MOST_A_SECOND


def square_wave(hertz: float, *, low: float = 0.1, high: float = 0.6) -> tuple[list[float], list[NDArray[np.float64]]]:
    at_s = [number / 50.0 for number in range(150)]
    return at_s, [np.full((2, 2), high if int(at * 2 * hertz) % 2 else low) for at in at_s]


@pytest.mark.parametrize(("hertz", "counted"), [(1.0, 1), (2.0, 2), (4.0, 4), (8.0, 8)])
def test_the_counter_counts(hertz: float, counted: int) -> None:
    assert flashes(*square_wave(hertz)) == counted


def test_the_counter_leaves_out_what_is_no_flash() -> None:
    assert flashes(*square_wave(8.0, low=0.55)) == 0, "less than a tenth"
    assert flashes(*square_wave(8.0, low=0.82, high=1.0)) == 0, "both are bright"
    at_s, _ = square_wave(1.0)
    assert flashes(at_s, [np.full((2, 2), at / 3.0) for at in at_s]) == 0, "it only grows brighter"
