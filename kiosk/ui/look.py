"""How this site wants its window: one frozen value from the settings. Plain Python, no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kiosk.ui.brand import palette_for
from kiosk.ui.theme import Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The defaults are ours.

    Attributes:
        theme: ``bright`` or ``dark``.
        accent: ``#RRGGBB``, or empty.
        logo: a picture for the header.
        text_scale: letters so much larger, 1..2.
        still: nothing moves that need not.
        kiosk: full screen, and no way out of it without a supervisor.
        voice: hints are spoken or sounded.
        dim_after_s: nobody is at a door so long: the screen dims; 0 for never.
        distance_cm, camera_height_cm: as measured at this site; 0 where nobody did.
        names: the voice may say people's names.
    """

    theme: str = "bright"
    accent: str = ""
    logo: Path | None = None
    text_scale: float = 1.0
    still: bool = False
    kiosk: bool = False
    voice: bool = False
    names: bool = False
    dim_after_s: float = 0.0
    distance_cm: float = 0.0
    camera_height_cm: float = 0.0

    def made(self) -> Theme:
        """The theme, before it is fitted to a window.

        Raises:
            ConfigError: ``config_bad_value``: the accent cannot be read.
        """
        return Theme(palette_for(self.theme, self.accent), text=self.text_scale, still=self.still)
