"""What a station is told to do: defaults < the profile's ``settings.toml`` < environment < command line.

Four files: ``model`` (the sections as frozen values), ``limits`` (what each key may be), ``load`` (reading and checking) and
``save`` (changing one key of the file). Nothing here is global: :func:`load` gives a value, and whoever needs a setting is
handed it.

Made on msgspec and the standard library's tomllib instead of pydantic-settings: importing that one costs 0.76 s on the
reference machine, against a budget of 1.0 s for the first window; msgspec costs 0.09 s, and only where a key is set at all.
"""

from kiosk.settings.load import load
from kiosk.settings.model import (
    ApiSettings,
    CameraSettings,
    Dialect,
    DoorKind,
    DoorSettings,
    Language,
    ModelsSettings,
    Secret,
    Settings,
    SiteSettings,
    StationMode,
    StationSettings,
    StoreSettings,
    Theme,
    UiSettings,
    models_dir,
    models_mirror,
    to_policy,
)
from kiosk.settings.save import save_value

__all__ = [
    "ApiSettings",
    "CameraSettings",
    "Dialect",
    "DoorKind",
    "DoorSettings",
    "Language",
    "ModelsSettings",
    "Secret",
    "Settings",
    "SiteSettings",
    "StationMode",
    "StationSettings",
    "StoreSettings",
    "Theme",
    "UiSettings",
    "load",
    "models_dir",
    "models_mirror",
    "save_value",
    "to_policy",
]
