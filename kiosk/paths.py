"""Where things are: files shipped with the program, the user's data folder, a station's profile. Nothing is created here."""

from __future__ import annotations

import os
import sys
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


def is_frozen() -> bool:
    """Whether this is the program that an installer brought, with its own Python inside."""
    return bool(getattr(sys, "frozen", False))


def program() -> list[str]:
    """How to start this program once more, as a process of its own."""
    return [sys.executable] if is_frozen() else [sys.executable, "-m", "kiosk"]


def installation() -> Path | None:
    """The folder that this program was installed into (kiosk/update/layout.py); None where it runs from its sources."""
    folder = Path(sys.executable).resolve().parent
    return folder.parents[1] if is_frozen() and folder.parent.name == "versions" else None
