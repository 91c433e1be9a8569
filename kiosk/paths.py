"""Where things are: files shipped with the program, the user's data folder, a station's profile. Nothing is created here."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(name: str) -> Path:
    """A shipped file, ``assets/...`` or ``models/manifest.toml``: inside the installed package, or beside it in a checkout."""
    packed = _PACKAGE / "_data" / name
    return packed if packed.exists() else _PACKAGE.parent / name


def user_data() -> Path:
    """The user's data folder of this program."""
    from platformdirs import user_data_path

    return user_data_path("kiosk", appauthor=False)


def default_profile() -> Path:
    """Where a station keeps everything unless told otherwise."""
    return user_data() / "station"


def models_folder() -> Path:
    """Where fetched weights live, shared by all profiles; ``KIOSK_MODELS__DIR`` moves it."""
    moved = os.environ.get("KIOSK_MODELS__DIR")
    return Path(moved) if moved else user_data() / "models"
