"""From the settings to how the window looks; refuses what nobody could read before anything is started."""

from __future__ import annotations

from pathlib import Path

from kiosk.domain.errors import Code, ConfigError
from kiosk.settings.model import SiteSettings, UiSettings
from kiosk.ui.look import Look


def look_of(ui: UiSettings, site: SiteSettings | None = None) -> Look:
    """The look that the settings ask for.

    Raises:
        ConfigError: ``config_bad_value``: the accent cannot be read on the theme, or the logo is not there.
    """
    logo = Path(ui.logo).expanduser() if ui.logo else None
    if logo is not None and not logo.is_file():
        raise ConfigError(Code.CONFIG_BAD_VALUE, f"ui.logo = {ui.logo}: there is no such file")
    look = Look(
        theme=ui.theme.value,
        accent=ui.accent,
        logo=logo,
        text_scale=ui.text_scale,
        still=ui.reduced_motion,
        kiosk=ui.kiosk,
        voice=ui.voice,
        names=ui.voice_names,
        dim_after_s=ui.dim_after_s,
        distance_cm=site.distance_cm if site is not None else 0.0,
        camera_height_cm=site.camera_height_cm if site is not None else 0.0,
    )
    look.made()
    return look
