"""A site's own accent colour, put into a palette only where everything can still be read. Plain Python, no Qt."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.errors import Code, ConfigError
from kiosk.ui.theme import BRIGHT, DARK, Palette, contrast, drawn_pairs, luminance, worded_pairs

WORDS, SIGNS = 4.5, 3.0
"""Least contrast of words and of signs (WCAG 2.2, 1.4.3 and 1.4.11)."""

_SOFT, _DOWN = 0.12, 0.22


def palette_for(theme: str, accent: str = "") -> Palette:
    """The palette of a theme (``bright`` or ``dark``), with the site's accent if there is one.

    Raises:
        ConfigError: ``config_bad_value``: the accent cannot be read on this theme; the detail says where and by how much.
    """
    own = DARK if theme == "dark" else BRIGHT
    return with_accent(own, accent) if accent else own


def with_accent(palette: Palette, accent: str) -> Palette:
    """The palette with another accent (``#RRGGBB``) and all that follows from it.

    Raises:
        ConfigError: ``config_bad_value``: some pair of colours falls under its limit.
    """
    on_accent = max(("#FFFFFF", "#06243D"), key=lambda ink: contrast(ink, accent))
    away = "#000000" if luminance(on_accent) > 0.5 else "#FFFFFF"
    dark = luminance(palette.surface) < 0.5
    made = replace(
        palette,
        accent=accent.upper(),
        accent_down=mixed(accent, away, _DOWN),
        on_accent=on_accent,
        accent_soft=mixed(palette.surface, accent, _SOFT * (1.6 if dark else 1.0)),
    )
    _require(worded_pairs(made), WORDS, accent)
    _require(drawn_pairs(made), SIGNS, accent)
    return made


def mixed(first: str, second: str, share: float) -> str:
    """``first`` with a share of ``second`` in it, as ``#RRGGBB``."""
    parts = (round(int(first[i : i + 2], 16) * (1 - share) + int(second[i : i + 2], 16) * share) for i in (1, 3, 5))
    return "#" + "".join(f"{part:02X}" for part in parts)


def _require(pairs: dict[str, tuple[str, str]], least: float, accent: str) -> None:
    name, worst = min(((name, contrast(*pair)) for name, pair in pairs.items()), key=lambda pair: pair[1])
    if worst < least:
        detail = f"ui.accent = {accent}: contrast of {name!r} is {worst:.1f}:1, at least {least}:1 is needed"
        raise ConfigError(Code.CONFIG_BAD_VALUE, detail)
