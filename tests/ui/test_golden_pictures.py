"""The pictures of the README are what the program paints: with the bundled font, within a tolerance, and nobody's face."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from support.readme_pictures import FOLDER, KEPT, Pictures, Pixels, kept, names

from kiosk.ui.text import Text

BLOCK = 10
"""Pixels of the kept picture; about a letter."""

MOST_BLOCK, MOST_MEAN = 36.0, 1.5
"""Of 255. Edges of letters and the palette of the kept picture differ by less; a word that is another one by more."""

LARGEST = 60_000
"""Bytes: a README is read over slow lines too."""

README = Path(__file__).parents[2] / "README.md"
AGAIN = "if it is meant to look so: python -m support.readme_pictures, from tests; then look at the pictures"


def apart(one: Pixels, other: Pixels) -> tuple[float, float]:
    """How far apart two pictures are: the block that differs most, and the mean."""
    differs = np.abs(one.astype(np.float64) - other.astype(np.float64)).mean(axis=2)
    blocks = differs.reshape(KEPT[1] // BLOCK, BLOCK, KEPT[0] // BLOCK, BLOCK).mean(axis=(1, 3))
    return float(blocks.max()), float(differs.mean())


@pytest.fixture
def painted(qtbot: QtBot) -> Iterator[dict[str, Pixels]]:
    pictures = Pictures(Text("en"))
    qtbot.waitExposed(pictures.window)
    yield dict(pictures.all())
    pictures.close()


def test_every_picture_is_what_is_painted_now(painted: dict[str, Pixels]) -> None:
    assert sorted(painted) == names()
    for name, pixels in painted.items():
        block, mean = apart(pixels, kept(name))
        assert block <= MOST_BLOCK, f"{name}: {block:.0f}; {AGAIN}"
        assert mean <= MOST_MEAN, f"{name}: {mean:.2f}; {AGAIN}"


def test_another_language_would_be_seen(qtbot: QtBot) -> None:
    pictures = Pictures(Text("pt"))
    qtbot.waitExposed(pictures.window)
    for name, pixels in pictures.all():
        assert apart(pixels, kept(name))[0] > MOST_BLOCK, name
    pictures.close()


def test_they_are_small_and_shown_with_words() -> None:
    shown = re.findall(r'src="(tests/data/readme_pictures/[^"]+)"[^>]*alt="([^"]+)"', README.read_text("utf-8"))
    assert sorted(Path(path).stem for path, _ in shown) == names()
    assert all(len(words) > 10 for _, words in shown)
    for name in names():
        assert (FOLDER / f"{name}.png").stat().st_size < LARGEST, name
