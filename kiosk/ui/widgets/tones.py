"""Ink and ground of a tone."""

from __future__ import annotations

from kiosk.ui.presenters.common import Tone
from kiosk.ui.theme import Palette


def tone_colours(palette: Palette, tone: Tone) -> tuple[str, str]:
    """(ink, soft ground)."""
    match tone:
        case Tone.GOOD:
            return palette.good, palette.good_soft
        case Tone.BAD:
            return palette.bad, palette.bad_soft
        case Tone.WARN:
            return palette.warn, palette.warn_soft
        case Tone.NEUTRAL:
            return palette.neutral, palette.neutral_soft
        case Tone.ACCENT:
            return palette.accent, palette.accent_soft
