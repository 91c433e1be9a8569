"""Colours can be read, sizes follow the window."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from kiosk.ui.theme import (
    BRIGHT,
    DARK,
    Palette,
    Theme,
    contrast,
    drawn_pairs,
    is_portrait,
    scale_for,
    style_sheet,
    worded_pairs,
)

PALETTES = pytest.mark.parametrize("palette", [BRIGHT, DARK], ids=["light", "dark"])


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@PALETTES
def test_words_reach_4_5(palette: Palette) -> None:
    low = {name: round(contrast(*pair), 2) for name, pair in worded_pairs(palette).items() if contrast(*pair) < 4.5}
    assert low == {}


@PALETTES
def test_signs_reach_3(palette: Palette) -> None:
    low = {name: round(contrast(*pair), 2) for name, pair in drawn_pairs(palette).items() if contrast(*pair) < 3.0}
    assert low == {}


@PALETTES
def test_style_sheet_uses_colours_of_the_palette_only(palette: Palette) -> None:
    known = {getattr(palette, field.name) for field in fields(Palette)}
    used = set(re.findall(r"#[0-9A-Fa-f]{6}\b", style_sheet(Theme(palette))))
    assert used <= known


@pytest.mark.parametrize(
    ("width", "height", "scale"),
    [(1280, 800, 1.0), (800, 600, 0.7), (1080, 1920, 1.4), (3840, 2160, 2.7), (320, 320, 0.7)],
)
def test_scale_follows_the_window(width: int, height: int, scale: float) -> None:
    assert scale_for(width=width, height=height) == pytest.approx(scale)


def test_scale_moves_in_steps() -> None:
    assert len({scale_for(width=width, height=800) for width in range(1200, 1280)}) <= 3


def test_portrait_is_clearly_taller_than_wide() -> None:
    assert is_portrait(width=1080, height=1920)
    assert not is_portrait(width=800, height=800)
    assert not is_portrait(width=1280, height=800)
