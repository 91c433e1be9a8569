"""A site's colour is taken where it can be read and refused with the reason where not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk.cli.looks import look_of
from kiosk.domain.errors import Code, ConfigError
from kiosk.settings import load
from kiosk.ui.brand import palette_for
from kiosk.ui.look import Look
from kiosk.ui.theme import BRIGHT, DARK, contrast, drawn_pairs, worded_pairs


@pytest.mark.parametrize(
    ("theme", "accent"), [("bright", "#6A1B9A"), ("bright", "#00695c"), ("bright", "#000000"), ("dark", "#FFD180")]
)
def test_a_readable_accent_is_taken(theme: str, accent: str) -> None:
    palette = palette_for(theme, accent)
    assert palette.accent == accent.upper()
    assert min(contrast(*pair) for pair in worded_pairs(palette).values()) >= 4.5
    assert min(contrast(*pair) for pair in drawn_pairs(palette).values()) >= 3.0


@pytest.mark.parametrize(
    ("theme", "accent"), [("bright", "#FFEB3B"), ("bright", "#FF9800"), ("dark", "#0B5FA5"), ("bright", "#FFFFFF")]
)
def test_an_accent_nobody_could_read_is_refused_with_the_figure(theme: str, accent: str) -> None:
    with pytest.raises(ConfigError) as caught:
        palette_for(theme, accent)
    assert caught.value.code is Code.CONFIG_BAD_VALUE
    assert re.search(rf"{accent}: contrast of .* is \d+\.\d:1, at least (4\.5|3\.0):1", caught.value.detail)


def test_without_an_accent_ours_counts() -> None:
    assert palette_for("bright") is BRIGHT
    assert palette_for("dark") is DARK


def test_the_settings_become_a_look(tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(b"x")
    wanted = {
        "ui.theme": "dark",
        "ui.text_scale": 1.5,
        "ui.reduced_motion": True,
        "ui.kiosk": True,
        "ui.logo": str(logo),
    }
    look = look_of(load(tmp_path, overrides=wanted).ui)
    assert look == Look(theme="dark", text_scale=1.5, still=True, kiosk=True, logo=logo, voice=True, dim_after_s=60.0)
    assert (look.made().text, look.made().still, look.made().palette) == (1.5, True, DARK)


@pytest.mark.parametrize("wanted", [{"ui.logo": "nowhere.png"}, {"ui.accent": "#FFFF00"}])
def test_a_look_that_cannot_be_made_is_refused_before_the_start(tmp_path: Path, wanted: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=next(iter(wanted))):
        look_of(load(tmp_path, overrides=wanted).ui)
